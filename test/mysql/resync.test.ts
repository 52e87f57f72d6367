import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/mysql/recognition.ts';
import { PacketSeek } from '../../src/mysql/resync.ts';
import { concat, zeros } from '../build/bytes.ts';
import { column, eof, ok, packet, textRow } from '../build/mysql.ts';

function run(bytes: Uint8Array, offset = 0): Run {
  const frame = { number: 1, seconds: 0, fraction: 0, digits: 6 };
  return { frame, offset, acknowledged: -1, direction: 1, bytes };
}

/** What a server sends of an answer, from some row on. */
const ROWS = ['lamp', 'tea', 'desk', 'pen', 'cup'].map((name, i) =>
  packet(40 + i, textRow(name, 'x')),
);
const END = packet(45, eof());
const REST = new TextEncoder().encode('e end of a row that began in what is missing');

describe('the start of a packet', () => {
  test('is where four headers lead to one another', () => {
    const seek = new PacketSeek();
    const [found] = seek.offer(run(concat(REST, ...ROWS)))!;
    expect(found!.offset).toBe(REST.length);
    expect(found!.bytes).toEqual(concat(...ROWS));
    expect(seek.skipped).toBe(REST.length);
  });

  test('is found across segments, which keep their frames', () => {
    const seek = new PacketSeek();
    const whole = concat(REST, ...ROWS, END);
    let found: Run[] | null = null;
    let at = 0;
    for (; at < whole.length && found === null; at += 10) {
      found = seek.offer(run(whole.slice(at, at + 10), at));
    }
    const runs = found ?? seek.finish()!;
    expect(runs[0]!.offset).toBe(REST.length);
    expect(concat(...runs.map(({ bytes }) => bytes))).toEqual(whole.slice(REST.length, at));
  });

  test('is not proven by fewer, unless they end the answer', () => {
    const few = concat(REST, ...ROWS.slice(3), END);
    const seek = new PacketSeek();
    expect(seek.offer(run(few))).toBeNull();
    expect(seek.finish()![0]!.offset).toBe(REST.length);
    const open = new PacketSeek();
    expect(open.offer(run(concat(REST, ...ROWS.slice(3))))).toBeNull();
    expect(open.finish()).toBeNull();
    expect(open.skipped).toBe(concat(REST, ...ROWS.slice(3)).length);
  });

  test('is where a whole answer of one packet is', () => {
    const seek = new PacketSeek();
    expect(seek.offer(run(packet(1, ok())))).toBeNull();
    expect(seek.finish()![0]!.offset).toBe(0);
  });

  test('may be a definition', () => {
    const seek = new PacketSeek();
    const definitions = [3, 4, 5, 6].map((id) => packet(id, column()));
    expect(seek.offer(run(concat(REST, ...definitions)))![0]!.offset).toBe(REST.length);
  });

  test('is nowhere in zeros, nor where ids do not follow', () => {
    for (const bytes of [zeros(5000), concat(...ROWS.toReversed()), REST]) {
      const seek = new PacketSeek();
      expect(seek.offer(run(bytes))).toBeNull();
      expect(seek.finish()).toBeNull();
      expect(seek.skipped).toBe(bytes.length);
    }
  });

  test('is sought in a bounded number of bytes', () => {
    const seek = new PacketSeek();
    const noise = zeros(64 * 1024);
    for (let i = 0; i < 16; i++) expect(seek.offer(run(noise, i * noise.length))).toBeNull();
    expect(seek.since === null || seek.skipped > 0).toBe(true);
    expect(seek.skipped).toBeGreaterThanOrEqual(256 * 1024);
  });

  test('is sought anew behind another hole', () => {
    const seek = new PacketSeek();
    expect(seek.offer(run(concat(REST, ...ROWS.slice(0, 2))))).toBeNull();
    seek.clear();
    expect(seek.since).toBeNull();
    expect(seek.offer(run(concat(...ROWS), 500))![0]!.offset).toBe(500);
  });
});
