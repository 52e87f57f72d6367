import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Analyzer } from '../../src/analysis/analyzer.ts';
import type { Report } from '../../src/analysis/report.ts';
import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { UNPACKERS } from '../../src/io/unpackers.ts';
import { commandNamed } from '../../src/mysql/commands/index.ts';
import type { DecodedPacket } from '../../src/mysql/dialogue.ts';
import { Reassembler } from '../../src/tcp/reassembler.ts';
import { KeyLog } from '../../src/tls/key-log.ts';
import type { Capture } from './captures.ts';
import { Observation } from './observation.ts';

const CHUNK_BYTES = 256 * 1024;

interface Analysis {
  readonly observation: Observation;
  readonly report: Report;
}

const BY_COMMAND = { COM_STMT_PREPARE: 'prepared statements', COM_CHANGE_USER: 'changed user' };
/** What tshark says of commands that mywire only names: nothing to compare until it decodes them. */
export const UNDECODED: readonly string[] = Object.entries(BY_COMMAND)
  .filter(([command]) => commandNamed(command)?.decode === undefined)
  .map(([, what]) => what);

export function observeMywire({ path, ports }: Capture): Analysis {
  const file = readFileSync(path);
  return observeBytes(path.endsWith('.gz') ? gunzipSync(file) : file, { ports });
}

interface Options {
  readonly ports: readonly number[];
  readonly connections?: ReadonlySet<number>;
}

/** Synchronous from start to end: `recordStreams` would otherwise see another capture's segments. */
export function observeBytes(bytes: Uint8Array, { ports, connections }: Options): Analysis {
  const observation = new Observation();
  const rows = new Map<number, number>();
  const analyzer = new Analyzer({
    ports,
    connections: connections ?? null,
    rows: false,
    onQuery: null,
    onResult: null,
    unpackers: UNPACKERS,
    keyLog: new KeyLog(),
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
  const { push } = Reassembler.prototype;
  Reassembler.prototype.push = function (connection, direction, segment, record) {
    observation.add(`stream ${connection.number} frames`, String(record.number));
    push.call(this, connection, direction, segment, record);
  };
  try {
    return run();
  } finally {
    Reassembler.prototype.push = push;
  }
}

function addPacket(observation: Observation, packet: DecodedPacket): void {
  const stream = `stream ${packet.connection}`;
  const side = packet.fromClient ? 'client' : 'server';
  const { fields } = packet;
  observation.add(`${stream} ${side} packets`, `${packet.lastFrame.number}#${packet.sequenceId}`);
  const login = (name: string, value: unknown) => {
    if (value === null || value === undefined || value === '') return;
    const what = packet.type === 'COM_CHANGE_USER' ? 'changed user' : 'login';
    observation.add(`${stream} ${what}`, `${name} ${value}`);
  };
  switch (packet.type) {
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
      observation.add(`${stream} queries`, String(fields.sql));
      break;
    case 'COM_STMT_PREPARE':
      observation.add(`${stream} prepared statements`, String(fields.sql));
      break;
    case 'ERR':
      observation.add(`${stream} errors`, `${fields.code} ${fields.message}`);
      break;
  }
}
