import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Analyzer } from '../../src/analysis/analyzer.ts';
import { charsetNamed } from '../../src/bytes/charset.ts';
import { readKeyLog } from '../../src/io/read-key-log.ts';
import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { UNPACKERS } from '../../src/io/unpackers.ts';
import type { Answer } from '../../src/mysql/answer.ts';
import type { Column } from '../../src/mysql/column.ts';
import { commandNamed, commandOf } from '../../src/mysql/commands/index.ts';
import { decodePacket, problemsOf } from '../../src/mysql/decode.ts';
import { MESSAGES } from '../../src/mysql/messages/index.ts';
import type { Fields } from '../../src/mysql/messages/message.ts';
import type { Packet, PacketType } from '../../src/mysql/packet.ts';
import { newSession, type Session } from '../../src/mysql/session.ts';
import { Statement, Statements } from '../../src/mysql/statement.ts';
import { KeyLog } from '../../src/tls/key-log.ts';
import { concat } from '../build/bytes.ts';
import { packetOf } from './decoding.ts';

// Every decoder there is, one that a line adds tomorrow included, with what servers and clients really
// sent: whole, cut at every byte, with a tail, damaged, and under sessions that do not fit.

/** A payload of the fixtures, and what was known when it came. */
interface Sample {
  readonly payload: Uint8Array;
  readonly fromClient: boolean;
  readonly facts: Facts;
}

/** What a decoder may look up, as a value: decoding changes a session, and must start from the same one. */
interface Facts {
  readonly session: Session;
  readonly answer: Answer;
  /** Under the id that the payload names, in the commands that name one. */
  readonly statement: Statement | null;
}

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const NAMES = ['capture.pcap', 'capture.pcapng'];
const MAX_CAPTURE_BYTES = 400_000;
const MAX_PAYLOAD = 400;
const PER_TYPE = 12;
const PER_FIXTURE = 2;

type Observer = (
  type: PacketType,
  packet: Packet,
  session: Session,
  answer: Answer,
) => Sample | null;

const observed = vi.hoisted(() => ({
  /** Asked before a packet is decoded for what to keep of it. */
  by: null as Observer | null,
  /** What was decoded whole, by type. */
  samples: new Map<PacketType, Sample[]>(),
}));

vi.mock(import('../../src/mysql/decode.ts'), async (original) => {
  const real = await original();
  return {
    decodePacket: (...[type, packet, session, answer, fields]) => {
      const sample = observed.by?.(type, packet, session, answer) ?? null;
      const fault = real.decodePacket(type, packet, session, answer, fields);
      const isWhole = real.problemsOf(type, fault, packet).length === 0;
      if (sample !== null && isWhole) observed.samples.get(type)!.push(sample);
      return fault;
    },
    problemsOf: real.problemsOf,
  } satisfies typeof real;
});

const TYPES: readonly PacketType[] = [
  ...(Object.keys(MESSAGES) as PacketType[]),
  ...Array.from({ length: 256 }, (_, code) => commandOf(code)?.name ?? null).filter(
    (name) => name !== null,
  ),
] as PacketType[];

const SAMPLES = collect();

/** The first payloads of each type, from as many fixtures as have one. */
function collect(): ReadonlyMap<PacketType, readonly Sample[]> {
  const { samples } = observed;
  for (const type of TYPES) samples.set(type, []);
  for (const { bytes, keyLog } of captures()) {
    const seen = new Map<PacketType, number>();
    observed.by = (type, packet, session, answer) => {
      const list = samples.get(type);
      const count = seen.get(type) ?? 0;
      if (list === undefined || list.length >= PER_TYPE || count >= PER_FIXTURE) return null;
      if (packet.length > MAX_PAYLOAD || packet.end - packet.start < packet.length) return null;
      const payload = packet.bytes.slice(packet.start, packet.end);
      if (list.some((other) => String(other.payload) === String(payload))) return null;
      seen.set(type, count + 1);
      const { fromClient } = packet;
      return { payload, fromClient, facts: factsOf(payload, session, answer) };
    };
    const analyzer = new Analyzer({
      ports: [],
      verifyChecksums: false,
      connections: null,
      rows: true,
      keyLog,
      tlsCrypto,
      onPacket: () => {},
      onQuery: null,
      onResult: null,
      unpackers: UNPACKERS,
    });
    analyzer.push(bytes);
    analyzer.finish();
  }
  observed.by = null;
  return samples;
}

function* captures(): Generator<{ bytes: Uint8Array; keyLog: KeyLog }> {
  for (const theme of readdirSync(FIXTURES)) {
    if (theme === 'record' || theme.includes('.')) continue;
    for (const name of readdirSync(join(FIXTURES, theme))) {
      const path = NAMES.map((file) => join(FIXTURES, theme, name, file)).find(existsSync);
      if (path === undefined) continue;
      const bytes = readFileSync(path);
      if (bytes.length > MAX_CAPTURE_BYTES) continue;
      const keys = join(FIXTURES, theme, name, 'keys.log');
      yield { bytes, keyLog: existsSync(keys) ? readKeyLog(keys) : new KeyLog() };
    }
  }
}

function factsOf(payload: Uint8Array, session: Session, answer: Answer): Facts {
  const known = answer.statement ?? (payload.length >= 5 ? lookUp(payload, session) : null);
  return copyOf({ session, answer, statement: known });
}

function lookUp(payload: Uint8Array, session: Session): Statement | null {
  const named = commandOf(payload[0]!)?.name ?? '';
  if (!/^COM_STMT_(?!PREPARE)/.test(named)) return null;
  return session.statements.find(statementId(payload));
}

function statementId(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(1, true);
}

function copyOf({ session, answer, statement }: Facts): Facts {
  const { binlog } = session;
  const copied = statement === null ? null : copyOfStatement(statement);
  return {
    session: {
      ...session,
      statements: newSession().statements,
      binlog: binlog === null ? null : { ...binlog, tables: new Map(binlog.tables) },
    },
    answer: {
      statement: copied,
      columns: answer.columns === null ? null : [...answer.columns],
      columnCount: answer.columnCount,
      definesParameter: answer.definesParameter,
      effect: null,
    },
    statement: copied,
  };
}

function copyOfStatement(statement: Statement): Statement {
  const copy = new Statement(statement.sql);
  const { parameters, columns, types } = statement;
  Object.assign(copy, { parameters, columns, types });
  for (const [parameter, { kept }] of statement.longData) {
    const start = kept.bytes.slice(0, Math.min(kept.length, 100));
    new Statements().addLongData(copy, parameter, start, 0, start.length);
  }
  return copy;
}

// --- one attempt ------------------------------------------------------------------------------------

interface Attempt {
  readonly fields: Fields;
  readonly problems: readonly string[];
}

const AROUND = [0x01, 0xff].map((byte) => new Uint8Array(16).fill(byte));
/** `{"indicator":"DEFAULT"},` and the brackets of its row, for a byte. */
const MAX_CHARACTERS_PER_BYTE = 32;
/** What a message may say without a byte of its own: its statement's text, a name for each flag. */
const MAX_CHARACTERS_BESIDE = 8_000;

/** Decodes amid different bytes, which must make no difference, and looks at what came out. */
function attempt(
  type: PacketType,
  payload: Uint8Array,
  facts: Facts,
  fromClient: boolean,
  length = payload.length,
): Attempt {
  const [first, second] = AROUND.map((around) => {
    const { session, answer, statement } = copyOf(facts);
    if (statement !== null && payload.length >= 5) {
      session.statements.open(statementId(payload), statement);
    }
    const bytes = concat(around, payload, around);
    const packet = packetOf(bytes, around.length, payload.length, length, fromClient);
    const fields: Fields = {};
    const problems = problemsOf(type, decodePacket(type, packet, session, answer, fields), packet);
    const { statements: _, binlog, ...plain } = session;
    const settled = [plain, binlog, [...(binlog?.tables ?? [])], answer.columns, answer.effect];
    return { fields, problems, text: json(fields), all: json([fields, problems, settled]) };
  });
  if (first!.all !== second!.all) expect(first, 'read beyond the message').toEqual(second);
  expect(first!.problems.length).toBeLessThanOrEqual(length > payload.length ? 2 : 1);
  for (const problem of first!.problems) expect(problem).toMatch(/^\S.* \S/);
  expectPlain(first!.fields, type);
  const limit = MAX_CHARACTERS_BESIDE + MAX_CHARACTERS_PER_BYTE * payload.length;
  expect(first!.text.length, `${type}: characters of ${payload.length} bytes`).toBeLessThan(limit);
  return first!;
}

function json(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === 'bigint' ? String(inner) : inner,
  );
}

/** Nothing but what JSON has, and bigints, which the output makes strings of. */
function expectPlain(value: unknown, where: string): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return;
    case 'number':
      if (!Number.isFinite(value)) expect.fail(`${where} is ${value}`);
      return;
    case 'object':
      break;
    default:
      expect.fail(`${where} is ${typeof value}`);
  }
  if (value === null) return;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) expectPlain(item, `${where}[${i}]`);
    return;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) expect.fail(`${where} is no plain object`);
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key !== 'string') expect.fail(`${where} has a symbol for a key`);
    expectPlain((value as Record<string, unknown>)[key], `${where}.${key}`);
  }
}

// --- sessions that nobody agreed on -----------------------------------------------------------------

const anyCharset = fc
  .constantFrom('utf8mb4', 'binary', 'latin1', 'utf16', 'utf32', 'sjis', 'gb18030')
  .map((name) => charsetNamed(name)!);

const anyColumn: fc.Arbitrary<Column> = fc.record({
  name: fc.constantFrom('a', '__proto__', ''),
  type: fc.oneof(fc.nat(20), fc.integer({ min: 240, max: 255 }), fc.nat(255)),
  flags: fc.nat(0xffff),
  collation: fc.constantFrom(63, 255, 8, 54, 60, 0xffff),
  decimals: fc.constantFrom(0, 3, 6, 31, 255),
  columnLength: fc.nat(),
  extendedType: fc.constantFrom(null, 'json'),
});

const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    server: fc.nat(0xffff_ffff),
    client: fc.option(fc.nat(0xffff_ffff)),
    extended: fc.nat(0xff),
    version: fc.constantFrom(null, '8.4.0', '5.5.5-10.11.8-MariaDB'),
    authPlugin: fc.constantFrom(null, 'caching_sha2_password', 'sha256_password', 'dialog', 'x'),
    authStep: fc.constantFrom(null, 'fastAuthSuccess', 'fullAuthentication', 'publicKey'),
    charset: anyCharset,
    columns: fc.option(fc.array(anyColumn, { maxLength: 20 })),
    parameters: fc.option(fc.nat(20)),
    typed: fc.option(fc.array(anyColumn, { maxLength: 20 })),
    definesParameter: fc.boolean(),
    longData: fc.uint8Array({ maxLength: 8 }),
  })
  .map((any) => {
    const statement = new Statement('insert into t values (?)');
    statement.parameters = any.parameters;
    statement.columns = any.columns;
    statement.types = any.typed?.map((type) => ({ code: type.type, type, name: '' })) ?? null;
    const { longData } = any;
    if (longData.length > 0) {
      new Statements().addLongData(statement, 0, longData, 0, longData.length);
    }
    return {
      session: {
        ...newSession(),
        serverVersion: any.version,
        serverCapabilities: any.server,
        clientCapabilities: any.client,
        serverExtended: any.extended,
        clientExtended: any.extended,
        authPlugin: any.authPlugin,
        authStep: any.authStep as Session['authStep'],
        clientCharset: any.charset,
        resultsCharset: any.charset,
      },
      answer: {
        statement,
        columns: any.columns,
        columnCount: 0,
        definesParameter: any.definesParameter,
        effect: null,
      },
      statement,
    };
  });

const NOTHING_KNOWN: Facts = factsOf(new Uint8Array(0), newSession(), {
  statement: null,
  columns: null,
  columnCount: 0,
  definesParameter: false,
  effect: null,
});

/** Bytes that start something in this protocol, more often than chance has them. */
const anyByte = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 0x7f, 0x80, 0xfb, 0xfc, 0xfd, 0xfe, 0xff),
  fc.nat(255),
);

const anyDamage = fc.array(fc.tuple(fc.nat(MAX_PAYLOAD), anyByte), { minLength: 1, maxLength: 8 });

function damaged(payload: Uint8Array, damage: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = payload.slice();
  if (bytes.length > 0) for (const [at, byte] of damage) bytes[at % bytes.length] = byte;
  return bytes;
}

test('the fixtures have payloads of most types', () => {
  const without = TYPES.filter((type) => SAMPLES.get(type)!.length === 0);
  expect(without.length, without.join(' ')).toBeLessThan(TYPES.length / 3);
});

describe.each(TYPES)('%s', (type) => {
  const samples = SAMPLES.get(type)!;
  const fromClient = samples[0]?.fromClient ?? type.startsWith('COM_');
  const isOnlyNamed = (MESSAGES[type] ?? commandNamed(type)?.decode) === undefined;
  const anySample = fc.constantFrom<Sample>(...samples, {
    payload: new Uint8Array(64).fill(1),
    fromClient,
    facts: NOTHING_KNOWN,
  });

  test('reads what was really sent, and no further than it goes', () => {
    for (const { payload, facts } of samples) {
      expect(attempt(type, payload, facts, fromClient).problems).toEqual([]);
      for (let length = 0; length < payload.length; length++) {
        attempt(type, payload.subarray(0, length), facts, fromClient);
      }
      if (isOnlyNamed) continue;
      const half = payload.subarray(0, payload.length >> 1);
      expect(attempt(type, half, facts, fromClient, payload.length + 1).problems).toContain(
        `only the first ${half.length} of ${payload.length + 1} payload bytes were kept`,
      );
      for (const byte of [0x00, 0x7a, 0xfb, 0xff]) {
        const tail = new Uint8Array(9).fill(byte);
        attempt(type, concat(payload, tail), facts, fromClient);
      }
    }
  });

  test('survives damage, and sessions that the payload does not fit', () => {
    const anyWhere = fc.oneof(fc.constant(null), anyFacts);
    fc.assert(
      fc.property(anySample, anyDamage, anyWhere, (sample, damage, facts) => {
        attempt(type, damaged(sample.payload, damage), facts ?? sample.facts, fromClient);
      }),
      { seed: 19, numRuns: 80 },
    );
  });

  test('survives any bytes', () => {
    const anyBytes = fc.array(anyByte, { maxLength: 120 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(anyBytes, anyFacts, (payload, facts) => {
        attempt(type, payload, facts, fromClient);
      }),
      { seed: 23, numRuns: 80 },
    );
  });

  test('takes time and makes text in proportion to the payload', () => {
    const heads = [...samples.slice(0, 2).map(({ payload }) => payload), new Uint8Array(0)];
    for (const head of heads) {
      for (const byte of [0x00, 0x01, 0x02, 0xfb, 0xff]) {
        const payload = concat(head, new Uint8Array(20_000).fill(byte));
        attempt(type, payload, samples[0]?.facts ?? NOTHING_KNOWN, fromClient);
      }
    }
  }, 5_000);
});
