import { describe, expect, test } from 'vitest';
import { Copies } from '../../src/tcp/copies.ts';
import { decodeSegment, newSegment } from '../../src/tcp/segment.ts';
import { ascii, concat, hex, u32, zeros } from '../build/bytes.ts';
import { type Tcp, tcp } from '../build/frame.ts';

interface Sent extends Tcp {
  flow?: number;
  identification?: number;
  payload?: Uint8Array;
}

function seen(copies: Copies, { flow = 1, identification = 7, payload, ...fields }: Sent): boolean {
  const bytes = tcp({ sequence: 1000, acknowledgment: 2000, ...fields }, payload ?? ascii('abc'));
  const segment = newSegment();
  expect(decodeSegment(bytes, 0, bytes.length, 0, segment)).toBe(true);
  return copies.isCopy(flow, segment, identification);
}

const stamp = (value: number) => concat(hex('0101 080a'), u32(value), hex('00000009'));

describe('Copies', () => {
  test('a frame that comes again is a copy', () => {
    const copies = new Copies();
    expect(seen(copies, {})).toBe(false);
    expect(seen(copies, {})).toBe(true);
    expect(seen(copies, {})).toBe(true);
  });

  const OTHERS: [what: string, other: Sent][] = [
    ['connection or direction', { flow: 2 }],
    ['IP identification', { identification: 8 }],
    ['sequence number', { sequence: 1001 }],
    ['acknowledgment', { acknowledgment: 2001 }],
    ['flags', { flags: 0x18 }],
    ['length', { payload: ascii('ab') }],
  ];

  test.each(OTHERS)('another %s makes another segment', (_, other) => {
    const copies = new Copies();
    expect(seen(copies, {})).toBe(false);
    expect(seen(copies, other)).toBe(false);
  });

  test('without an IP identification other options make another segment', () => {
    const copies = new Copies();
    const options = hex('0101 050a 00000001 00000002');
    expect(seen(copies, { identification: 0 })).toBe(false);
    expect(seen(copies, { identification: 0, options })).toBe(false);
  });

  test('a segment that was sent again has another time stamp', () => {
    const copies = new Copies();
    const sent = (value: number) => seen(copies, { identification: 0, options: stamp(value) });
    expect([sent(1), sent(2), sent(2)]).toEqual([false, false, true]);
  });

  test('a segment without anything in it is no copy of nothing', () => {
    const nothing = { sequence: 0, acknowledgment: 0, flags: 0, identification: 0 };
    expect(seen(new Copies(), { ...nothing, payload: zeros(0) })).toBe(false);
  });

  // dumpcap writes some blocks of one interface, and then the same frames of the next one.
  test.each([1, 26, 200])('a copy is found %i segments later', (later) => {
    const copies = new Copies();
    // Of a bare acknowledgment and the data behind it the numbers are the same.
    const nth = (i: number) => ({
      sequence: (i >> 1) * 1448,
      payload: i % 2 === 0 ? zeros(0) : ascii('abc'),
    });
    let missed = 0;
    for (let i = 0; i < 10_000; i++) {
      expect(seen(copies, nth(i))).toBe(false);
      if (i >= later && !seen(copies, nth(i - later))) missed++;
    }
    expect(missed).toBeLessThan(20);
  });
});
