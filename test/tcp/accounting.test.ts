import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Connection, Direction } from '../../src/tcp/connection.ts';
import { decodeSegment, newSegment } from '../../src/tcp/segment.ts';
import { Tracker } from '../../src/tcp/tracker.ts';
import { type CaptureOptions, capture } from '../build/conversation.ts';
import { LEGAL } from '../mysql/legal-scripts.ts';

// Nothing that was captured is dropped unsaid: each payload byte is handed on at its place, or is the same byte as was handed on
// there, or is counted as a stray.

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const MAX_BYTES = 300_000;

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 14;
const ADDRESSES = 12;

/** What one direction of a connection was handed, by stream offset. */
type Handed = Map<number, number>;

interface Account {
  /** Payload bytes that were neither handed on nor repeat what was. */
  missing: number;
  /** What the tracker says of them. */
  stray: number;
}

/** Follows a pcap of IPv4 in Ethernet; null where it is something else. */
function accountOf(file: Uint8Array): Account | null {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  if (view.getUint32(0, true) !== 0xa1b2c3d4 || view.getUint32(20, true) !== 1) return null;
  const handed = new Map<Connection, [Handed, Handed]>();
  const ended = new Set<Connection>();
  const tracker = new Tracker({
    isWanted: () => true,
    readerOf: (connection) => {
      const own: [Handed, Handed] = [new Map(), new Map()];
      handed.set(connection, own);
      return {
        data: (direction, bytes, start, end, { offset }) => {
          for (let i = start; i < end; i++) own[direction].set(offset + i - start, bytes[i]!);
        },
        gap: () => undefined,
        end: () => undefined,
      };
    },
    ended: (connection) => ended.add(connection),
  });
  const said: [sequence: number, payload: Uint8Array, ends: string][] = [];
  /** Frames that came twice are counted as that, whatever they hold. */
  const frames = new Set<string>();
  const byEnds = new Map<string, Connection>();
  let at = FILE_HEADER;
  for (let number = 1; at + RECORD_HEADER <= file.length; number++) {
    const length = view.getUint32(at + 8, true);
    const start = at + RECORD_HEADER;
    const frame = { number, seconds: view.getUint32(at, true), fraction: 0, digits: 6 };
    at = start + length;
    const ip = start + ETHERNET;
    if (at > file.length || view.getUint16(start + 12) !== 0x0800 || file[ip + 9] !== 6) continue;
    const segment = newSegment();
    const end = ip + view.getUint16(ip + 2);
    const tcp = ip + (file[ip]! & 15) * 4;
    if (end > at || !decodeSegment(file, tcp, end, 0, segment)) return null;
    tracker.tick(frame);
    tracker.push(file, ip + ADDRESSES, 4, view.getUint16(ip + 4), segment, frame);
    const { sequence, payloadStart, payloadEnd, flags } = segment;
    const isNew =
      frames.size < frames.add(Buffer.from(file.subarray(ip, at)).toString('latin1')).size;
    if (isNew && payloadEnd > payloadStart && (flags & 4) === 0) {
      said.push([sequence, file.slice(payloadStart, payloadEnd), endsOf(file, ip, tcp)]);
    }
  }
  tracker.finish();
  for (const connection of ended) byEnds.set(nameOf(connection, 0), connection);
  let missing = 0;
  for (const [sequence, payload, ends] of said) {
    const reverse = ends.split(' ').reverse().join(' ');
    const connection = byEnds.get(ends) ?? byEnds.get(reverse)!;
    const direction = byEnds.has(ends) ? 0 : 1;
    const half = connection.halves[direction];
    const own = handed.get(connection)?.[direction];
    const offset = half.offset + ((sequence - half.nextSequence) | 0);
    // A keep-alive repeats the last byte, or one that never was.
    if (payload.length === 1 && own?.get(offset) !== payload[0]) continue;
    payload.forEach((byte, i) => {
      if (own?.get(offset + i) !== byte) missing++;
    });
  }
  let stray = 0;
  for (const { halves } of ended) stray += halves[0].strayBytes + halves[1].strayBytes;
  return { missing, stray };
}

function endsOf(file: Uint8Array, ip: number, tcp: number): string {
  const port = (i: number) => (file[tcp + i]! << 8) | file[tcp + i + 1]!;
  const source = `${file.slice(ip + 12, ip + 16).join('.')}:${port(0)}`;
  return `${source} ${file.slice(ip + 16, ip + 20).join('.')}:${port(2)}`;
}

function nameOf({ endpoints }: Connection, first: Direction): string {
  const [from, to] = [endpoints[first], endpoints[1 - first]!];
  return `${from.address.join('.')}:${from.port} ${to.address.join('.')}:${to.port}`;
}

describe('of what was captured nothing is dropped unsaid', () => {
  test('in the fixtures', () => {
    const off: string[] = [];
    let counted = 0;
    const names = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => one.endsWith('/capture.pcap'))) {
      const path = join(FIXTURES, name);
      if (statSync(path).size > MAX_BYTES || REUSED.test(name)) continue;
      const account = accountOf(readFileSync(path));
      if (account === null) continue;
      counted++;
      if (account.missing !== account.stray) off.push(`${name} ${JSON.stringify(account)}`);
    }
    expect(off).toEqual([]);
    expect(counted).toBeGreaterThan(100);
  });

  test('whatever happens to the frames', () => {
    const scripts = LEGAL.filter(({ script }) => script.length < 40);
    // Where no window reaches: what lies within it and has other bytes cannot be told from what was sent again.
    const elsewhere = fc.integer({ min: 2 ** 25, max: 2 ** 31 - 2 ** 25 }).map((by) => -by | 0);
    const damage = fc.record({
      script: fc.nat(scripts.length - 1),
      handshake: fc.boolean(),
      lost: fc.array(fc.nat(60), { maxLength: 4 }),
      twice: fc.array(fc.nat(60), { maxLength: 3 }),
      swapped: fc.array(fc.nat(60), { maxLength: 4 }),
      moved: fc.array(fc.tuple(fc.nat(60), elsewhere), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(damage, ({ script, handshake, ...what }) => {
        const mangle = (frames: readonly Frame[]) => damaged(frames, what);
        const account = accountOf(capture(scripts[script]!.script, { handshake, mangle }))!;
        expect(account.missing).toBe(account.stray);
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

/** Captures in which the same ends are used again. */
const REUSED = /again/;

type Frame = Parameters<NonNullable<CaptureOptions['mangle']>>[0][number];

interface Damage {
  lost: number[];
  twice: number[];
  swapped: number[];
  moved: [at: number, by: number][];
}

/** TCP's sequence number and flags, behind Ethernet and an IPv4 header without options. */
const SEQUENCE_AT = ETHERNET + 20 + 4;
const FLAGS_AT = ETHERNET + 20 + 13;
const SYN_FIN_RST = 7;

function damaged(frames: readonly Frame[], { lost, twice, swapped, moved }: Damage): Frame[] {
  const list = [...frames];
  for (const [at, by] of moved) {
    const frame = list[at];
    if (frame === undefined || frame.bytes[FLAGS_AT]! & SYN_FIN_RST) continue;
    const bytes = frame.bytes.slice();
    const view = new DataView(bytes.buffer);
    view.setInt32(SEQUENCE_AT, (view.getInt32(SEQUENCE_AT) + by) | 0);
    // A segment that is not of this stream, behind the one that is.
    list.splice(at + 1, 0, { ...frame, bytes });
  }
  for (const at of swapped) {
    if (at + 1 < list.length) list.splice(at, 2, list[at + 1]!, list[at]!);
  }
  for (const at of twice) {
    if (at < list.length) list.splice(at, 0, list[at]!);
  }
  return list.filter((_, i) => !lost.includes(i));
}
