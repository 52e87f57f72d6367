import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Capture } from './captures.ts';
import { Observation } from './observation.ts';

const TSHARK = 'tshark';

/** The version whose answers `differences.ts` lists; others decode more here and less there. */
const VERSION = '4.0.';

const MAX_OUTPUT_BYTES = 1 << 28;

/** A folder that is not there, so nobody's preferences and plugins. */
const ENVIRONMENT = { ...process.env, WIRESHARK_CONFIG_DIR: join(import.meta.dirname, 'none') };

const FIELDS = [
  'frame.number',
  'tcp.stream',
  'tcp.srcport',
  'tcp.dstport',
  'mysql',
  'mysql.packet_number',
  'mysql.command',
  'mysql.query',
  'mysql.error_code',
  'mysql.error.message',
  'mysql.version',
  'mysql.auth_plugin',
  'mysql.user',
  'mysql.schema',
  'mysql.client_auth_plugin',
  'mysql.auth_switch_request.name',
] as const;

/** Commands that carry a statement. */
const STATEMENTS = new Map([
  ['3', 'queries'],
  ['22', 'prepared statements'],
]);

const CHANGE_USER = '17';

type Source = Pick<Capture, 'path' | 'ports'>;
type Layers = Partial<Record<(typeof FIELDS)[number], string[]>>;

/** Why there is nothing to compare with, or null. */
export const tsharkMissing: string | null = (() => {
  const run = spawnSync(TSHARK, ['--version'], { encoding: 'utf8', env: ENVIRONMENT });
  if (run.status !== 0) return 'tshark is not installed';
  const version = /TShark \(Wireshark\) (\S+)/.exec(run.stdout)?.[1] ?? 'unknown';
  return version.startsWith(VERSION) ? null : `tshark is ${version}, not ${VERSION}x`;
})();

/** One JSON object per frame; a field that occurs several times in a frame has several values. */
async function dissect({ path, ports }: Source): Promise<Layers[]> {
  const run = promisify(execFile)(
    TSHARK,
    [
      ...['-r', path, '-o', 'tcp.reassemble_out_of_order:TRUE', '-T', 'json'],
      ...ports.flatMap((port) => ['-d', `tcp.port==${port},mysql`]),
      ...FIELDS.flatMap((field) => ['-e', field]),
    ],
    { encoding: 'utf8', env: ENVIRONMENT, maxBuffer: MAX_OUTPUT_BYTES },
  );
  // Of a file that is cut off it complains, and still says what came before.
  const { stdout } = await run.catch((error: { stdout?: string }) => {
    if (!error.stdout) throw error;
    return { stdout: error.stdout };
  });
  const frames = JSON.parse(stdout) as { _source: { layers: Layers } }[];
  return frames.map((frame) => frame._source.layers);
}

export async function observeTshark(source: Source): Promise<Observation> {
  const observation = new Observation();
  const servers = new Set([3306, ...source.ports].map(String));
  const rows = new Map<string, number>();
  const frames = await dissect(source);
  observation.add('frames', String(frames.length));
  for (const layers of frames) {
    const number = layers['frame.number']![0]!;
    const stream = layers['tcp.stream']?.[0];
    if (stream === undefined) continue;
    observation.add(`stream ${stream} frames`, number);
    const isClient = servers.has(layers['tcp.dstport']![0]!);
    const side = isClient ? 'client' : 'server';
    for (const id of layers['mysql.packet_number'] ?? []) {
      observation.add(`stream ${stream} ${side} packets`, `${number}#${id}`);
    }
    addLogin(observation, stream, layers);
    const queries = [...(layers['mysql.query'] ?? [])];
    for (const command of layers['mysql.command'] ?? []) {
      const what = STATEMENTS.get(command);
      if (what !== undefined) observation.add(`stream ${stream} ${what}`, queries.shift() ?? '');
    }
    const messages = layers['mysql.error.message'] ?? [];
    for (const [i, code] of (layers['mysql.error_code'] ?? []).entries()) {
      observation.add(`stream ${stream} errors`, `${code} ${messages[i]}`);
    }
    const found = layers.mysql?.filter((label) => label.endsWith(' - row packet')).length ?? 0;
    if (found > 0) rows.set(stream, (rows.get(stream) ?? 0) + found);
  }
  for (const [stream, count] of rows) observation.add(`stream ${stream} rows`, String(count));
  return observation;
}

function addLogin(observation: Observation, stream: string, layers: Layers): void {
  const what = layers['mysql.command']?.includes(CHANGE_USER) ? 'changed user' : 'login';
  const add = (name: string, values: readonly string[] = []) => {
    for (const value of values) {
      if (value !== '') observation.add(`stream ${stream} ${what}`, `${name} ${value}`);
    }
  };
  add('server', layers['mysql.version']);
  add('server plugin', layers['mysql.auth_plugin']);
  add('user', layers['mysql.user']);
  // COM_INIT_DB has one, too.
  if (layers['mysql.user'] !== undefined) add('schema', layers['mysql.schema']);
  add('client plugin', layers['mysql.client_auth_plugin']);
  add('switch to', layers['mysql.auth_switch_request.name']);
}
