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
  'mysql.sqlstate',
  'mysql.stmt_id',
  'mysql.field.name',
  'mysql.field.type',
  'mysql.affected_rows',
  'mysql.insert_id',
  'mysql.session_track.schema',
  'mysql.session_track.sysvar.name',
  'mysql.session_track.sysvar.value',
  'mysql.session_track.state_change',
  'mysql.session_track.gtids',
  'mysql.session_track.transaction_characteristics',
  'mysql.session_track.transaction_state',
  'mysql.binlog.event_header.event_type',
  'mysql.binlog.event_header.log_position',
  'mysql.exec.field.string',
  'mysql.exec.field.longlong',
  'mysql.exec.field.unsigned_longlong',
  'mysql.exec.field.double',
  'mysql.exec.field.float',
  'mysql.exec.field.long',
  'mysql.exec.field.unsigned_long',
  'mysql.exec.field.short',
  'mysql.exec.field.unsigned_short',
  'mysql.exec.field.tiny',
  'mysql.exec.field.unsigned_tiny',
] as const;

/** Commands that carry a statement. */
const STATEMENTS = new Map([
  ['3', 'queries'],
  ['22', 'prepared statements'],
]);

const INIT_DB = '2';
const CHANGE_USER = '17';

/** What MariaDB's progress reports have where errors have their code. */
const PROGRESS = '65535';

type Source = Pick<Capture, 'path' | 'ports' | 'keyLog'>;
type Field = (typeof FIELDS)[number];
type Layers = Partial<Record<Field, string[]>>;

/** Why there is nothing to compare with, or null. */
export const tsharkMissing: string | null = (() => {
  const run = spawnSync(TSHARK, ['--version'], { encoding: 'utf8', env: ENVIRONMENT });
  if (run.status !== 0) return 'tshark is not installed';
  const version = /TShark \(Wireshark\) (\S+)/.exec(run.stdout)?.[1] ?? 'unknown';
  return version.startsWith(VERSION) ? null : `tshark is ${version}, not ${VERSION}x`;
})();

/** One JSON object per frame; a field that occurs several times in a frame has several values. */
async function dissect({ path, ports, keyLog }: Source): Promise<Layers[]> {
  const run = promisify(execFile)(
    TSHARK,
    [
      ...['-r', path, '-o', 'tcp.reassemble_out_of_order:TRUE', '-T', 'json'],
      ...(keyLog === null ? [] : ['-o', `tls.keylog_file:${keyLog}`]),
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
      if (code === PROGRESS) continue;
      observation.add(`stream ${stream} errors`, `${code} ${messages[i]}`);
    }
    for (const id of layers['mysql.stmt_id'] ?? []) {
      if (isClient) observation.add(`stream ${stream} statement ids`, `${number}: ${id}`);
      else observation.add(`stream ${stream} prepared ids`, id);
    }
    if (layers['mysql.command']?.includes(INIT_DB)) {
      for (const name of layers['mysql.schema'] ?? []) {
        observation.add(`stream ${stream} schemas`, name);
      }
    }
    addFields(observation, stream, layers);
    if (!isClient) addTypes(observation, stream, layers);
    addTracked(observation, stream, layers);
    if (isClient) addParameters(observation, stream, layers);
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
  // 01 starts AuthMoreData, not an AuthSwitchRequest: tshark takes its first two bytes for a name.
  add(
    'switch to',
    layers['mysql.auth_switch_request.name']?.filter((name) => !name.startsWith('\x01')),
  );
}

/** What is compared as it stands. */
const PLAIN: readonly (readonly [Field, string])[] = [
  ['mysql.sqlstate', 'SQL states'],
  ['mysql.field.name', 'columns'],
  ['mysql.affected_rows', 'affected rows'],
  ['mysql.insert_id', 'insert ids'],
  ['mysql.session_track.schema', 'tracked schemas'],
  ['mysql.session_track.state_change', 'tracked state changes'],
  ['mysql.session_track.gtids', 'tracked GTIDs'],
  ['mysql.session_track.transaction_characteristics', 'tracked transaction characteristics'],
  ['mysql.session_track.transaction_state', 'tracked transaction states'],
];

function addFields(observation: Observation, stream: string, layers: Layers): void {
  for (const [field, what] of PLAIN) {
    for (const value of layers[field] ?? []) observation.add(`stream ${stream} ${what}`, value);
  }
  const positions = layers['mysql.binlog.event_header.log_position'] ?? [];
  for (const [i, type] of (layers['mysql.binlog.event_header.event_type'] ?? []).entries()) {
    observation.add(`stream ${stream} binlog events`, `${type} to ${positions[i]}`);
  }
}

/** Those of a client are of parameters. */
function addTypes(observation: Observation, stream: string, layers: Layers): void {
  for (const type of layers['mysql.field.type'] ?? []) {
    observation.add(`stream ${stream} column types`, type);
  }
}

function addTracked(observation: Observation, stream: string, layers: Layers): void {
  const values = layers['mysql.session_track.sysvar.value'] ?? [];
  for (const [i, name] of (layers['mysql.session_track.sysvar.name'] ?? []).entries()) {
    observation.add(`stream ${stream} tracked variables`, `${name}=${values[i]}`);
  }
}

const PARAMETERS = FIELDS.filter((field) => field.startsWith('mysql.exec.field.'));

function addParameters(observation: Observation, stream: string, layers: Layers): void {
  const values = PARAMETERS.flatMap((field) => layers[field] ?? []);
  if (values.length === 0) return;
  const number = layers['frame.number']![0]!;
  observation.add(`stream ${stream} parameters`, `${number}: ${values.sort().join(', ')}`);
}
