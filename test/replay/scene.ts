import { endingOf, givenUpAt } from '../../src/findings/ending.ts';
import type { DriverText } from '../../src/findings/finding.ts';
import type { DecodedPacket } from '../../src/mysql/dialogue.ts';
import type { Facts } from '../../src/mysql/facts.ts';
import { greeting, ok, packet } from '../build/mysql.ts';
import { analyze } from '../mysql/analyze.ts';
import type { Driver, Turn } from './drivers.ts';
import { ReplayServer } from './replay-server.ts';
import { isClosing, type ServerStep, serverSteps } from './steps.ts';

const HEADER_BYTES = 4;

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
  const facts = report.conversations[0]?.facts;
  if (facts === undefined || facts.bytesMissing) return 'not all of it was captured';
  if (facts.mismatches.some((mismatch) => mismatch.packet.fromClient)) return 'no driver says that';
  if (packets.some(isPacked)) return 'TLS, or compressed';
  if (facts.clientPartial !== null || facts.unread.some(({ interrupted }) => interrupted)) {
    return 'the client stopped within a packet';
  }
  let steps = serverSteps(capture, connection, facts.proxyHeader?.length);
  const spoken = steps.findIndex(({ kind }) => kind === 'wait');
  const reset = steps.findIndex(({ kind }) => kind === 'reset');
  if (reset >= 0 && (spoken < 0 || reset < spoken)) {
    return 'a reset before the login: what a driver meets depends on when it looks';
  }
  const client = packets.filter(({ fromClient }) => fromClient);
  const login = client.filter(({ type }) => !type.startsWith('COM_')).length;
  const commands = client.slice(login);
  const hasQuit = commands.at(-1)?.type === 'COM_QUIT';
  if (hasQuit) commands.pop();
  if (commands.some(({ type }) => type !== 'COM_QUERY')) return 'more than statements';
  if (steps.filter(({ kind }) => kind === 'wait').length < client.length) {
    return 'sent ahead of answers';
  }
  if (hangsUp(facts)) return 'the client hung up, and only it knows why';
  if (lacksAnswer(facts)) return 'what the server said never reached the client';
  for (const { packet, readFor, stale } of facts.mismatches) {
    const reader = client.findIndex(({ frame }) => frame.number === readFor?.frame.number);
    if (!stale || reader < login) continue;
    steps = holdBack(steps, packet.endOffset - packet.length - HEADER_BYTES, reader + 1);
  }
  const statements = commands.map(({ fields }, i) => ({
    sql: String(fields.sql),
    packet: login + 1 + i,
  }));
  // Who is idle when the server closes learns of it with the next command.
  if (!hasQuit && isClosing(steps.at(-1)) && queries.at(-1)?.complete) {
    statements.push({ sql: 'SELECT 1', packet: client.length + 1 });
  }
  const answer = packets
    .slice(packets.indexOf(client[login - 1]!) + 1)
    .filter(({ phase }) => phase === 'connection');
  const isPlain = login === 1 && answer.length === 1;
  const isCutShort = login === 1 && answer.length === 0;
  if (isPlain || login === 0 || isCutShort) return { steps, statements };
  if (answer.at(-1)?.type !== 'OK') return 'a login that not every driver can repeat';
  const bytes = answer.reduce((sum, { length }) => sum + HEADER_BYTES + length, 0);
  return withPlainLogin({ steps, statements }, login, bytes);
}

/** The server's bytes from `offset` on come just before the client's packet `packets`, which does not see them. */
function holdBack(steps: readonly ServerStep[], offset: number, packets: number): ServerStep[] {
  let before = offset;
  return steps.flatMap((step): ServerStep[] => {
    if (step.kind !== 'send') return [step];
    const { bytes } = step;
    const isHere = before >= 0 && before < bytes.length;
    const [head, tail] = [bytes.slice(0, before), bytes.slice(before)];
    before -= bytes.length;
    if (!isHere) return [step];
    const hold: ServerStep[] = [
      { kind: 'hold', packets },
      { kind: 'send', bytes: tail },
    ];
    return head.length === 0 ? hold : [{ kind: 'send', bytes: head }, ...hold];
  });
}

/** It did so of its own accord, before it had its answer: nothing that the server sent was in its way. */
function hangsUp(facts: Facts): boolean {
  const { login, pending, mismatches, unread } = facts;
  const ending = endingOf(facts);
  if (ending === null || !ending.byClient || ending.how === 'quit') return false;
  const { number } = ending.frame;
  const hasRead = unread.some(({ packet }) => packet.frame.number < number);
  const mayDislike = pending?.waitsForClient === true;
  if (mayDislike || mismatches.length > 0 || hasRead) return false;
  return login === null || givenUpAt(facts, ending) !== null;
}

/** The connection has no end, and the last answer none, or nobody to read it. */
function lacksAnswer(facts: Facts): boolean {
  const { pending, clientHad, lastReplyEnd } = facts;
  return endingOf(facts) === null && (pending !== null || clientHad < lastReplyEnd);
}

function isPacked({ type, compressedSequenceId }: DecodedPacket): boolean {
  return type === 'SSLRequest' || compressedSequenceId !== null;
}

/**
 * Not every driver can repeat a login of several turns: in its place comes one without a challenge. `answer`: bytes with
 * which the server answered the last of them.
 */
function withPlainLogin({ steps, statements }: Scene, login: number, answer: number): Scene {
  const saved = login - 1;
  const rest: ServerStep[] = [];
  let left = answer;
  for (const step of steps.slice(steps.findIndex((it) => packetsOf(it) === login) + 1)) {
    if (step.kind === 'wait' || step.kind === 'hold')
      rest.push({ ...step, packets: step.packets - saved });
    else if (step.kind !== 'send') rest.push(step);
    else {
      if (step.bytes.length > left) rest.push({ ...step, bytes: step.bytes.slice(left) });
      left -= Math.min(left, step.bytes.length);
    }
  }
  return {
    steps: [
      { kind: 'send', bytes: packet(0, greeting()) },
      { kind: 'wait', packets: 1 },
      { kind: 'send', bytes: packet(2, ok()) },
      ...rest,
    ],
    statements: statements.map((it) => ({ ...it, packet: it.packet - saved })),
  };
}

function packetsOf(step: ServerStep): number | null {
  return step.kind === 'wait' ? step.packets : null;
}

/** What a driver prints by what a finding says; a line of it may name several drivers. */
export function textsOf(lines: readonly DriverText[], name: string): string[] {
  return lines.filter(({ driver }) => driver.split(', ').includes(name)).map(({ text }) => text);
}

/** Puts a driver in the place of a scene's client, and returns what its user gets to see. */
export async function act({ steps, statements }: Scene, driver: Driver): Promise<string[]> {
  const server = await ReplayServer.listen(
    driver.isIdle ? steps.filter(({ kind }) => kind !== 'hold') : steps,
  );
  async function* turns(): AsyncGenerator<Turn> {
    for (const { sql, packet } of statements) {
      yield { sql, afterClose: await server.beforePacket(packet) };
    }
  }
  const texts = await driver.drive!(server.port, turns());
  server.close();
  return texts;
}
