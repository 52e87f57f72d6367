import type { DriverText } from '../../src/findings/finding.ts';
import { greeting, ok, packet } from '../build/mysql.ts';
import { analyze } from '../mysql/analyze.ts';
import type { Drive, Turn } from './drivers.ts';
import { ReplayServer } from './replay-server.ts';
import { type ServerStep, serverSteps } from './steps.ts';

/** What one captured connection was: what its server did, and what its client asked for. */
export interface Scene {
  readonly steps: readonly ServerStep[];
  /** The statements, and which of the client's packets each is, from 1 on. */
  readonly statements: readonly { readonly sql: string; readonly packet: number }[];
}

/** A connection as a scene, or in a few words why no driver can be in its client's place. */
export function sceneOf(
  capture: Uint8Array,
  connection: number,
  ports: readonly number[],
): Scene | string {
  const options = { ports, connections: [connection], queries: true };
  const { packets, queries, report } = analyze(capture, options);
  const steps = serverSteps(capture, connection);
  const client = packets.filter(({ fromClient }) => fromClient);
  const isForeign = report.findings.some(({ got, fromClient }) => fromClient && got !== null);
  if (isForeign) return 'no driver sends such packets';
  if (
    packets.some(
      ({ type, compressedSequenceId }) => type === 'SSLRequest' || compressedSequenceId !== null,
    )
  ) {
    return 'packed in TLS or compressed';
  }
  const firstWait = steps.findIndex(({ kind }) => kind === 'wait');
  const reset = steps.findIndex(({ kind }) => kind === 'reset');
  if (reset >= 0 && (firstWait < 0 || reset < firstWait)) {
    return 'reset before the login: what the driver meets depends on when it looks';
  }
  const login = client.filter(({ type }) => !type.startsWith('COM_')).length;
  const commands = client.slice(login).filter(({ type }) => type !== 'COM_QUIT');
  if (commands.some(({ type }, i) => type !== 'COM_QUERY' || commands[i] !== client[login + i])) {
    return 'more than statements, one after the other';
  }
  const statements = commands.map(({ fields }, i) => ({
    sql: String(fields.sql),
    packet: login + 1 + i,
  }));
  // Who is idle when the server closes learns of it with the next command.
  const hasQuit = client.at(-1)?.type === 'COM_QUIT';
  const last = steps.at(-1)?.kind;
  if ((last === 'fin' || last === 'reset') && !hasQuit && queries.at(-1)?.complete) {
    statements.push({ sql: 'SELECT 1', packet: client.length + 1 });
  }
  const waits = steps.filter(({ kind }) => kind === 'wait').length;
  if (waits < client.length) return 'packets sent ahead of their answers';
  return login > 1 ? withPlainLogin({ steps, statements }, login) : { steps, statements };
}

/**
 * Not every driver can repeat a login that takes several turns: in its place comes one without a challenge.
 * What comes after it counts anew.
 */
function withPlainLogin({ steps, statements }: Scene, login: number): Scene {
  const last = steps.findIndex((step) => step.kind === 'wait' && step.packets === login);
  const saved = login - 1;
  return {
    steps: [
      { kind: 'send', bytes: packet(0, greeting()) },
      { kind: 'wait', packets: 1 },
      { kind: 'send', bytes: packet(2, ok()) },
      // The first of what came then was the OK.
      ...steps
        .slice(last + 2)
        .map((step) => (step.kind === 'wait' ? { ...step, packets: step.packets - saved } : step)),
    ],
    statements: statements.map((it) => ({ ...it, packet: it.packet - saved })),
  };
}

/** What a driver prints by what a finding says; a line of it may name several drivers. */
export function textsOf(lines: readonly DriverText[], name: string): string[] {
  return lines.filter(({ driver }) => driver.split(', ').includes(name)).map(({ text }) => text);
}

/** Puts a driver in the place of a scene's client, and returns what its user gets to see. */
export async function act({ steps, statements }: Scene, drive: Drive): Promise<string[]> {
  const server = await ReplayServer.listen(steps);
  async function* turns(): AsyncGenerator<Turn> {
    for (const { sql, packet } of statements) {
      yield { sql, afterClose: await server.beforePacket(packet) };
    }
  }
  const texts = await drive(server.port, turns());
  server.close();
  return texts;
}
