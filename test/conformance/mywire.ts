import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Analyzer } from '../../src/analysis/analyzer.ts';
import type { Report } from '../../src/analysis/report.ts';
import type { Frame } from '../../src/capture/frame.ts';
import { readKeyLog } from '../../src/io/read-key-log.ts';
import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { UNPACKERS } from '../../src/io/unpackers.ts';
import { eventTypeName } from '../../src/mysql/binlog/index.ts';
import { columnTypeName } from '../../src/mysql/constants/column-types.ts';
import type { DecodedPacket } from '../../src/mysql/dialogue.ts';
import type { Connection } from '../../src/tcp/connection.ts';
import { Reassembler } from '../../src/tcp/reassembler.ts';
import { KeyLog } from '../../src/tls/key-log.ts';
import type { Capture } from './captures.ts';
import { Observation } from './observation.ts';

const CHUNK_BYTES = 256 * 1024;

interface Analysis {
  readonly observation: Observation;
  readonly report: Report;
}

export function observeMywire({ path, ports, keyLog }: Capture): Analysis {
  const file = readFileSync(path);
  return observeBytes(path.endsWith('.gz') ? gunzipSync(file) : file, { ports, keyLog });
}

interface Options {
  readonly ports: readonly number[];
  /** Path of a key log, or null. */
  readonly keyLog?: string | null;
  readonly connections?: ReadonlySet<number>;
}

/** Synchronous from start to end: `recordStreams` would otherwise see another capture's segments. */
export function observeBytes(bytes: Uint8Array, options: Options): Analysis {
  const { ports, keyLog = null, connections } = options;
  const observation = new Observation();
  const rows = new Map<number, number>();
  const analyzer = new Analyzer({
    ports,
    verifyChecksums: false,
    connections: connections ?? null,
    rows: false,
    onQuery: null,
    onResult: null,
    unpackers: UNPACKERS,
    keyLog: keyLog === null ? new KeyLog() : readKeyLog(keyLog),
    tlsCrypto,
    onPacket: (packet) => {
      addPacket(observation, packet);
      if (packet.type !== 'TextRow' && packet.type !== 'BinaryRow') return;
      rows.set(packet.connection, (rows.get(packet.connection) ?? 0) + 1);
    },
  });
  const report = recordStreams(observation, () => {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      analyzer.push(bytes.subarray(at, at + CHUNK_BYTES));
    }
    return analyzer.finish();
  });
  observation.add('frames', String(report.capture.frames));
  for (const [stream, count] of rows) observation.add(`stream ${stream} rows`, String(count));
  return { observation, report };
}

/** Notes which frame goes to which connection, whatever its protocol: no view shows that. */
function recordStreams<T>(observation: Observation, run: () => T): T {
  const { push, copy } = Reassembler.prototype;
  const frames = new Map<number, number[]>();
  const note = ({ number }: Connection, frame: Frame) => {
    const own = frames.get(number);
    if (own === undefined) frames.set(number, [frame.number]);
    else own.push(frame.number);
  };
  Reassembler.prototype.push = function (connection, direction, segment, frame) {
    note(connection, frame);
    push.call(this, connection, direction, segment, frame);
  };
  Reassembler.prototype.copy = function (connection, direction, frame) {
    note(connection, frame);
    copy.call(this, connection, direction, frame);
  };
  try {
    return run();
  } finally {
    Object.assign(Reassembler.prototype, { push, copy });
    // Of a connection whose SYN comes late, the first are taken in another order.
    for (const [stream, numbers] of [...frames].sort(([a], [b]) => a - b)) {
      for (const number of numbers.sort((a, b) => a - b)) {
        observation.add(`stream ${stream} frames`, String(number));
      }
    }
  }
}

/** Codes by name: tshark shows numbers. */
const codesOf = (nameOf: (code: number) => string): ReadonlyMap<unknown, number> =>
  new Map(Array.from({ length: 256 }, (_, code) => [nameOf(code), code]));
const COLUMN_TYPES = codesOf(columnTypeName);
const EVENT_TYPES = codesOf(eventTypeName);

/** Commands whose statement's id tshark shows. */
const OF_STATEMENTS: ReadonlySet<string> = new Set([
  'COM_STMT_EXECUTE',
  'COM_STMT_BULK_EXECUTE',
  'COM_STMT_SEND_LONG_DATA',
  'COM_STMT_CLOSE',
  'COM_STMT_RESET',
  'COM_STMT_FETCH',
]);

function addPacket(observation: Observation, packet: DecodedPacket): void {
  const stream = `stream ${packet.connection}`;
  const side = packet.fromClient ? 'client' : 'server';
  const { fields, type } = packet;
  const frame = packet.lastFrame.number;
  const add = (what: string, value: unknown) => {
    if (value === null || value === undefined) return;
    observation.add(`${stream} ${what}`, String(value));
  };
  add(`${side} packets`, `${frame}#${packet.sequenceId}`);
  const login = (name: string, value: unknown) => {
    if (value === null || value === undefined || value === '') return;
    add(type === 'COM_CHANGE_USER' ? 'changed user' : 'login', `${name} ${value}`);
  };
  if (OF_STATEMENTS.has(type)) add('statement ids', `${frame}: ${fields.statementId}`);
  switch (type) {
    case 'HandshakeV9':
    case 'HandshakeV10':
      login('server', fields.serverVersion);
      login('server plugin', fields.authPlugin);
      break;
    case 'HandshakeResponse41':
    case 'HandshakeResponse320':
    case 'COM_CHANGE_USER':
      login('user', fields.user);
      login('schema', fields.database);
      login('client plugin', fields.authPlugin);
      break;
    case 'AuthSwitchRequest':
      login('switch to', fields.authPlugin);
      break;
    case 'COM_QUERY':
      add('queries', fields.sql);
      break;
    case 'COM_INIT_DB':
      add('schemas', fields.schema);
      break;
    case 'COM_STMT_PREPARE':
      add('prepared statements', fields.sql);
      break;
    case 'StmtPrepareOK':
      add('prepared ids', fields.statementId);
      break;
    case 'COM_STMT_EXECUTE':
    case 'COM_STMT_BULK_EXECUTE':
      addParameters(observation, `${stream} parameters`, frame, fields.parameters);
      break;
    case 'ColumnDefinition':
      add('columns', fields.name);
      add('column types', COLUMN_TYPES.get(fields.columnType));
      break;
    case 'OK':
      add('affected rows', fields.affectedRows);
      // tshark has none where it is 0.
      add('insert ids', fields.lastInsertId || null);
      for (const { type, name, value } of (fields.sessionState as Change[] | null) ?? []) {
        const what = TRACKED_BY_TYPE[type];
        if (what !== undefined)
          add(`tracked ${what}`, name === undefined ? value : `${name}=${value}`);
      }
      break;
    case 'ERR':
      add('errors', `${fields.code} ${fields.message}`);
      add('SQL states', fields.sqlState);
      break;
    case 'BinlogEvent':
      add('binlog events', `${EVENT_TYPES.get(fields.eventType)} to ${fields.nextPosition}`);
      break;
  }
}

/** A change of the session's state, as the OK fields have it. */
interface Change {
  readonly type: string;
  readonly name?: string;
  readonly value: unknown;
}

const TRACKED_BY_TYPE: Readonly<Record<string, string>> = {
  SESSION_TRACK_SYSTEM_VARIABLES: 'variables',
  SESSION_TRACK_SCHEMA: 'schemas',
  SESSION_TRACK_STATE_CHANGE: 'state changes',
  SESSION_TRACK_GTIDS: 'GTIDs',
  SESSION_TRACK_TRANSACTION_CHARACTERISTICS: 'transaction characteristics',
  SESSION_TRACK_TRANSACTION_STATE: 'transaction states',
};

/** tshark tells numbers and texts apart, but not which of them came first. */
function addParameters(
  observation: Observation,
  what: string,
  frame: number,
  parameters: unknown,
): void {
  const values = ((parameters as unknown[] | null) ?? []).flat().flatMap((value) => {
    if (value === null) return [];
    if (typeof value !== 'object') return [String(value)];
    // What has neither is an indicator of COM_STMT_BULK_EXECUTE.
    return 'base64' in value ? [Buffer.from(String(value.base64), 'base64').toString()] : [];
  });
  observation.add(what, `${frame}: ${values.sort().join(', ')}`);
}
