import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Analyzer } from '../../src/analysis/analyzer.ts';
import type { Report } from '../../src/analysis/report.ts';
import { readKeyLog } from '../../src/io/read-key-log.ts';
import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { UNPACKERS } from '../../src/io/unpackers.ts';
import type { DecodedPacket } from '../../src/mysql/dialogue.ts';
import type { Query } from '../../src/mysql/query.ts';
import { KeyLog } from '../../src/tls/key-log.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const NAMES = ['capture.pcap', 'capture.pcapng', 'capture.pcap.gz'];

/** Made from bytes, not recorded: cited where nothing else shows the thing. */
const BUILT = 'built';

/** How well a capture shows a thing: the lower, the better. */
const SHOWN = { well: 0, refused: 1, unread: 2 } as const;

type Shown = keyof typeof SHOWN;

/** Where a thing of the protocol occurs. */
interface Occurrence {
  /** THEME/CASE */
  readonly fixture: string;
  readonly shown: Shown;
}

/** The best place for each thing, by subject and name: `command COM_PING`. */
export type Occurrences = ReadonlyMap<string, Occurrence>;

/** Reads all fixtures: recorded ones first, small ones first. */
export function findOccurrences(): Occurrences {
  const found = new Map<string, Occurrence>();
  const fixtures = readdirSync(FIXTURES)
    .filter((theme) => theme !== 'record' && !theme.includes('.'))
    .flatMap((theme) => readdirSync(join(FIXTURES, theme)).map((name) => `${theme}/${name}`))
    .map(load)
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  for (const { name, bytes } of fixtures) {
    const keys = join(FIXTURES, name, 'keys.log');
    occurrencesIn(bytes, existsSync(keys) ? readKeyLog(keys) : new KeyLog(), (thing, shown) => {
      const best = found.get(thing);
      if (best !== undefined && SHOWN[best.shown] <= SHOWN[shown]) return;
      found.set(thing, { fixture: name, shown });
    });
  }
  return found;
}

function load(name: string): { name: string; rank: number; bytes: Uint8Array } {
  const path = NAMES.map((file) => join(FIXTURES, name, file)).find(existsSync)!;
  const file = readFileSync(path);
  const bytes = path.endsWith('.gz') ? gunzipSync(file) : file;
  return { name, bytes, rank: bytes.length + (name.startsWith(`${BUILT}/`) ? 1e12 : 0) };
}

type Note = (thing: string, shown: Shown) => void;

function occurrencesIn(bytes: Uint8Array, keyLog: KeyLog, note: Note): void {
  const readers = new Map<number, (packet: DecodedPacket) => void>();
  const analyzer = new Analyzer({
    ports: [],
    verifyChecksums: false,
    connections: null,
    rows: true,
    keyLog,
    tlsCrypto,
    onPacket: (packet) => {
      let read = readers.get(packet.connection);
      if (read === undefined) {
        read = packetReader(note);
        readers.set(packet.connection, read);
      }
      read(packet);
    },
    onQuery: (query) => noteCommand(query, note),
    onResult: null,
    unpackers: UNPACKERS,
  });
  analyzer.push(bytes);
  noteConnections(analyzer.finish(), note);
}

function noteCommand({ command, responses }: Query, note: Note): void {
  const isRefused = responses.some(({ kind }) => kind === 'error' || kind === 'missing');
  note(`command ${command}`, isRefused ? 'refused' : 'well');
}

function noteConnections({ conversations }: Report, note: Note): void {
  for (const { tls, compression } of conversations) {
    if (compression !== null) note(`compression ${compression}`, 'well');
    if (tls === null) continue;
    const shown = tls.decrypted ? 'well' : 'unread';
    note(`tls ${tls.version}`, shown);
    note(`cipher ${tls.cipher}`, shown);
  }
}

/** What one connection's packets show, one after the other. */
function packetReader(note: Note): (packet: DecodedPacket) => void {
  let plugin: unknown = null;
  /** Of the result set that is being read; null while none is. */
  let columns: unknown[] | null = null;
  return ({ type, fields, problems }) => {
    const shown = problems.length === 0 ? 'well' : 'unread';
    const all = (subject: string, names: unknown) => {
      if (Array.isArray(names)) for (const name of names) note(`${subject} ${name}`, shown);
    };
    note(`message ${type}`, shown);
    if (type.startsWith('COM_')) note(`command ${type}`, shown === 'well' ? 'refused' : shown);
    if (typeof fields.authPlugin === 'string') plugin = fields.authPlugin;
    if (type === 'HandshakeResponse320') plugin = 'mysql_old_password';
    if (type === 'HandshakeResponse320' || (type !== 'HandshakeV10' && 'authPlugin' in fields)) {
      note(`plugin ${plugin}`, shown);
    }
    if (type === 'AuthMoreData' && fields.step) note(`step ${plugin} ${fields.step}`, shown);
    if (type === 'AuthData' && fields.kind !== null) note(`kind ${plugin} ${fields.kind}`, shown);
    if (typeof fields.collation === 'string') {
      note(`charset ${fields.collation.split('_', 1)[0]}`, shown);
    }
    for (const { type } of (fields.sessionState ?? []) as { type: string }[]) {
      note(`sessionState ${type}`, shown);
    }
    if (type === 'BinlogEvent') {
      note(`event ${fields.eventType}`, shown);
      all('binlog', fields.columnTypes);
    }
    if (type.startsWith('COM_')) {
      const types = fields.parameterTypes;
      all('parameter', Array.isArray(types) ? types.map(withoutSign) : null);
    }
    if (type === 'ColumnCount') columns = [];
    if (type === 'StmtPrepareOK') columns = null;
    if (type === 'ColumnDefinition') columns?.push(fields.columnType);
    if (type === 'TextRow') all('text', columns);
    if (type === 'BinaryRow') all('binary', columns);
  };
}

function withoutSign(type: string): string {
  return type.replace(' UNSIGNED', '');
}
