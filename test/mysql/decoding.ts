import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Answer, noAnswer } from '../../src/mysql/answer.ts';
import { decodePacket, problemsOf } from '../../src/mysql/decode.ts';
import type { Fields } from '../../src/mysql/messages/message.ts';
import type { Packet, PacketType } from '../../src/mysql/packet.ts';
import { newSession, type Session } from '../../src/mysql/session.ts';
import { concat } from '../build/bytes.ts';

export interface Decoded {
  fields: Fields;
  problems: string[];
  session: Session;
}

export type SessionFacts = Partial<Session>;

/** A session in which both sides have these capabilities. */
export function agreed(capabilities: number, of: SessionFacts = {}): SessionFacts {
  return { serverCapabilities: capabilities, clientCapabilities: capabilities, ...of };
}

/** What stands before and behind the message in memory, and must make no difference. */
const SURROUNDINGS = [0x00, 0x01, 0xfb, 0xff].map((byte) => new Uint8Array(40).fill(byte));

/** Decodes one payload, amid different bytes each time: the message's end is its end. */
export function decode(
  type: PacketType,
  payload: Uint8Array,
  of: SessionFacts = {},
  length = payload.length,
  about: Partial<Answer> = {},
): Decoded {
  const all = SURROUNDINGS.map((around) => {
    const session: Session = { ...newSession(), ...of };
    const fields: Fields = {};
    const answer = { ...noAnswer(), ...about };
    const packet = packetOf(concat(around, payload, around), around.length, payload.length, length);
    const fault = decodePacket(type, packet, session, answer, fields);
    return { fields, problems: problemsOf(type, fault, packet), session };
  });
  for (const other of all) expect(other).toEqual(all[0]);
  return all[0]!;
}

export function packetOf(
  bytes: Uint8Array,
  start: number,
  kept: number,
  length: number,
  fromClient = false,
): Packet {
  const frame = { number: 1, seconds: 0, fraction: 0, digits: 6 };
  return {
    fromClient,
    bytes,
    start,
    end: start + kept,
    limit: start + kept,
    length,
    first: kept > 0 ? bytes[start]! : -1,
    firstSequenceId: 0,
    sequenceId: 0,
    parts: 1,
    brokenPart: null,
    isCut: kept < length,
    frame,
    lastFrame: frame,
    offset: 0,
    endOffset: kept + 4,
    acknowledged: -1,
  };
}

const FAULT = /^(\S.*) at offset (\d+) needs (\d+) bytes, (\d+) are left$/;

/** A value that a decoder sets before it has read the field. */
function isDefault(value: unknown): boolean {
  return (
    value === null ||
    value === true ||
    value === 0 ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

/** The value itself, or as much of it as had come: text, lists and maps may be shorter. */
function isStartOf(value: unknown, whole: unknown): boolean {
  if (typeof value === 'string' && typeof whole === 'string') return whole.startsWith(value);
  if (Array.isArray(value) && Array.isArray(whole)) {
    return value.every((item, i) => isStartOf(item, whole[i]));
  }
  if (isMap(value) && isMap(whole)) {
    return Object.entries(value).every(([key, item]) => isStartOf(item, whole[key]));
  }
  return JSON.stringify(value, bigints) === JSON.stringify(whole, bigints);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

export interface Case {
  name: string;
  type: PacketType;
  payload: Uint8Array;
  session?: SessionFacts;
  fields: Fields;
  /** Shorter lengths at which the message is whole in itself: its last fields are optional or open. */
  wholeAt?: (length: number) => boolean;
  /** What becomes of `fields` with a tail behind the message: open text takes it in. */
  takesTail?: boolean;
  /** Fields that read otherwise when what stands before or behind them is cut off. */
  loose?: readonly string[];
}

/**
 * A decoder's duties: the message whole, cut at every byte, with a tail, and damaged at random; never a
 * throw, never a byte from beyond the message.
 */
export function testDecoder(cases: readonly Case[]): void {
  test.each(cases)('reads $name', ({ type, payload, session, fields }) => {
    const decoded = decode(type, payload, session);
    expect(decoded.problems).toEqual([]);
    expect(decoded.fields).toEqual(fields);
  });

  test.each(cases)(
    'reads $name as far as it goes',
    ({ type, payload, session, fields, wholeAt, loose }) => {
      for (let length = 0; length < payload.length; length++) {
        const cut = decode(type, payload.slice(0, length), session);
        const where = `cut at ${length}`;
        if (wholeAt?.(length)) {
          expect(cut.problems, where).toEqual([]);
        } else {
          expect(cut.problems, where).toHaveLength(1);
          expect(cut.problems[0], where).toMatch(FAULT);
          const [, , offset, need, have] = FAULT.exec(cut.problems[0]!)!;
          expect(Number(offset) + Number(have), where).toBeLessThanOrEqual(length);
          expect(Number(need), where).toBeGreaterThan(Number(have));
        }
        for (const [key, value] of Object.entries(cut.fields)) {
          if (isDefault(value) || /(Base64|Length)$/.test(key) || loose?.includes(key)) continue;
          const text = typeof value === 'string' ? value.replace(/\ufffd+$/, '') : value;
          expect(isStartOf(text, fields[key]), `${where}: ${key} ${value}`).toBe(true);
        }
      }
    },
  );

  test.each(cases)('says so when only part of $name was kept', ({ type, payload, session }) => {
    const { problems } = decode(type, payload, session, payload.length + 10);
    expect(problems.at(-1)).toBe(
      `only the first ${payload.length} of ${payload.length + 10} payload bytes were kept`,
    );
  });

  test.each(cases.filter(({ takesTail }) => !takesTail))(
    'is not led astray by bytes behind $name',
    ({ type, payload, session, fields }) => {
      const tail = new Uint8Array(5).fill(0x7a);
      const decoded = decode(type, concat(payload, tail), session);
      const isTold = [[], [`${tail.length} bytes left over at offset ${payload.length}`]];
      expect(isTold).toContainEqual(decoded.problems);
      expect(decoded.fields).toEqual(fields);
    },
  );

  test('survives any damage to any of them', () => {
    for (const { type, payload, session } of cases) {
      const damage = fc.array(fc.tuple(fc.nat(payload.length), fc.nat(255)), { maxLength: 6 });
      fc.assert(
        fc.property(damage, fc.nat(payload.length), (changes, length) => {
          const damaged = payload.slice();
          for (const [at, byte] of changes) damaged[at] = byte;
          const { problems } = decode(type, damaged.slice(0, length || payload.length), session);
          expect(problems.length).toBeLessThanOrEqual(1);
        }),
        { seed: 7, numRuns: 60 },
      );
    }
  });

  test('survives bytes that are no such message at all', () => {
    const types = [...new Set(cases.map(({ type }) => type))];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.constantFrom(...cases.map(({ session }) => session ?? {})),
        fc.uint8Array({ maxLength: 120 }),
        (type, session, payload) => {
          expect(decode(type, payload, session).problems.length).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 11, numRuns: 150 },
    );
  });
}
