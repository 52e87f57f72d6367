import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/capture/frame.ts';
import { Framer, type PacketSink, type RowCounter } from '../../src/mysql/framing.ts';
import type { Packet } from '../../src/mysql/packet.ts';
import { amid, concat, counting, hex, inChunks, toHex, u8, zeros } from '../build/bytes.ts';
import { packet } from '../build/mysql.ts';

const frame = (number: number): Frame => ({ number, seconds: 0, fraction: 0, digits: 6 });

/** Keeps of every packet what must not depend on how its bytes arrived. */
class Recorder implements PacketSink {
  readonly packets: ReturnType<typeof copyOf>[] = [];
  readonly asked: number[] = [];
  readonly framer: Framer;
  readonly #keep: number;
  readonly #counter: RowCounter | null;
  #frame = 0;
  #offset = 0;

  constructor(keep = Number.POSITIVE_INFINITY, counter: RowCounter | null = null) {
    this.#keep = keep;
    this.#counter = counter;
    this.framer = new Framer(false, frame(0), this);
  }

  keep({ first }: Packet): number {
    this.asked.push(first);
    return this.#keep;
  }

  packet(of: Packet): void {
    this.packets.push(copyOf(of));
  }

  rowCounter(): RowCounter | null {
    return this.#counter;
  }

  /** Each run is a frame of its own, and its array is overwritten once it has been pushed. */
  push(...runs: readonly Uint8Array[]): this {
    for (const run of runs) {
      const { bytes, start, end } = amid(run);
      const arrival = { frame: frame(++this.#frame), offset: this.#offset, acknowledged: 5 };
      expect(this.framer.push(bytes, start, end, arrival)).toBe(end);
      this.#offset += run.length;
      bytes.fill(0xee);
    }
    return this;
  }

  /** Bytes that the capture does not have. */
  skip(length: number): boolean {
    this.#offset += length;
    return this.framer.skip(length);
  }

  /** The same array over and over: what it holds does not matter. */
  pushShared(bytes: Uint8Array, length: number): void {
    for (let at = 0; at < length; at += bytes.length) {
      const end = Math.min(bytes.length, length - at);
      const arrival = { frame: frame(++this.#frame), offset: this.#offset, acknowledged: 5 };
      this.framer.push(bytes, 0, end, arrival);
      this.#offset += end;
    }
  }
}

function copyOf(of: Packet) {
  return {
    payload: toHex(of.bytes.subarray(of.start, of.end)),
    length: of.length,
    first: of.first,
    firstSequenceId: of.firstSequenceId,
    sequenceId: of.sequenceId,
    parts: of.parts,
    brokenPart: of.brokenPart,
    isCut: of.isCut,
    offset: of.offset,
    endOffset: of.endOffset,
    frames: [of.frame.number, of.lastFrame.number],
  };
}

/** What a packet is, without the frames it came in. */
function contentOf({ packets }: Recorder) {
  return packets.map(({ frames: _, ...content }) => content);
}

const STREAM = concat(
  packet(0, u8(0x0e)),
  packet(1, zeros(0)),
  packet(255, counting(300)),
  packet(0, u8(0xff)),
);

const STREAM_CONTENT = [
  { payload: '0e', length: 1, firstSequenceId: 0, offset: 0, endOffset: 5 },
  { payload: '', length: 0, firstSequenceId: 1, offset: 5, endOffset: 9 },
  { payload: toHex(counting(300)), length: 300, firstSequenceId: 255, offset: 9, endOffset: 313 },
  { payload: 'ff', length: 1, firstSequenceId: 0, offset: 313, endOffset: 318 },
].map((packet) => ({
  ...packet,
  first: packet.length === 0 ? -1 : Number.parseInt(packet.payload.slice(0, 2), 16),
  sequenceId: packet.firstSequenceId,
  parts: 1,
  brokenPart: null,
  isCut: false,
}));

describe('packets of one part', () => {
  test('come whole out of one run', () => {
    const recorder = new Recorder().push(STREAM);
    expect(contentOf(recorder)).toEqual(STREAM_CONTENT);
    expect(recorder.asked).toEqual([]);
  });

  test('come out of two runs, wherever they are cut', () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const recorder = new Recorder().push(STREAM.slice(0, cut), STREAM.slice(cut));
      expect(contentOf(recorder), `cut at ${cut}`).toEqual(STREAM_CONTENT);
    }
  });

  test.each([1, 2, 3, 4, 5, 7])('come out of runs of %i bytes', (size) => {
    expect(contentOf(new Recorder().push(...inChunks(STREAM, size)))).toEqual(STREAM_CONTENT);
  });

  test('come out however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 20 })), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }),
        (packets, sizes) => {
          const stream = concat(...packets.map(([id, payload]) => packet(id, payload)));
          const recorder = new Recorder();
          for (let at = 0, i = 0; at < stream.length; i++) {
            const end = at + sizes[i % sizes.length]!;
            recorder.push(stream.slice(at, end));
            at = end;
          }
          expect(recorder.packets.map(({ sequenceId, payload }) => [sequenceId, payload])).toEqual(
            packets.map(([id, payload]) => [id, toHex(payload)]),
          );
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test('name the frames of their first and last byte', () => {
    const recorder = new Recorder().push(
      ...inChunks(concat(packet(0, counting(5)), packet(1, u8(1))), 4),
    );
    expect(recorder.packets.map(({ frames }) => frames)).toEqual([
      [1, 3],
      [3, 4],
    ]);
  });

  test('have the acknowledgment of their first byte', () => {
    const seen: number[] = [];
    const sink: PacketSink = {
      keep: () => 10,
      packet: ({ acknowledged }) => seen.push(acknowledged),
      rowCounter: () => null,
    };
    const framer = new Framer(false, frame(0), sink);
    const bytes = packet(0, counting(4));
    framer.push(bytes, 0, 6, { frame: frame(1), offset: 0, acknowledged: 17 });
    framer.push(bytes, 6, 8, { frame: frame(2), offset: 6, acknowledged: 99 });
    framer.push(bytes, 0, 8, { frame: frame(3), offset: 8, acknowledged: -1 });
    expect(seen).toEqual([17, -1]);
  });
});

describe('a packet that does not arrive whole', () => {
  test('is told of while it is arriving', () => {
    const recorder = new Recorder().push(packet(3, counting(9)).slice(0, 8));
    expect(recorder.packets).toEqual([]);
    expect(recorder.framer.arriving).toMatchObject({ sequenceId: 3, length: 9, parts: 1 });
    expect(recorder.framer.arriving!.frame.number).toBe(1);
    recorder.push(counting(9).slice(4));
    expect(recorder.framer.arriving).toBeNull();
    expect(recorder.packets).toMatchObject([{ payload: toHex(counting(9)) }]);
  });

  test('is forgotten on reset, header or payload', () => {
    for (const cut of [1, 3, 4, 6]) {
      const recorder = new Recorder().push(packet(3, counting(9)).slice(0, cut));
      recorder.framer.reset();
      expect(recorder.framer.arriving).toBeNull();
      recorder.push(packet(4, u8(7)));
      expect(recorder.packets).toMatchObject([{ payload: '07', sequenceId: 4, parts: 1 }]);
    }
  });

  test.each([
    [0, ''],
    [3, '0007 0e'],
    [100, toHex(counting(9))],
  ])('keeps %i bytes at most', (keep, kept) => {
    const recorder = new Recorder(keep).push(...inChunks(packet(0, counting(9)), 2));
    expect(recorder.packets).toMatchObject([{ payload: kept.replace(' ', ''), length: 9 }]);
  });

  test('asks once what to keep, when its first payload byte is there', () => {
    const recorder = new Recorder();
    recorder.push(packet(0, u8(0x55, 0x66)).slice(0, 4));
    expect(recorder.asked).toEqual([]);
    recorder.push(u8(0x55));
    recorder.push(u8(0x66));
    expect(recorder.asked).toEqual([0x55]);
  });

  test('asks with -1 for an empty payload', () => {
    expect(new Recorder().push(...inChunks(packet(0, zeros(0)), 1)).asked).toEqual([-1]);
  });

  test('never makes room for a length that was merely announced', () => {
    const recorder = new Recorder().push(hex('feffff 00 41 42'));
    expect(recorder.framer.arriving).toMatchObject({ length: 0xff_fffe });
  });
});

describe('bytes that the capture does not have', () => {
  test('are passed over inside a payload: the next packet starts where it must', () => {
    const recorder = new Recorder().push(packet(0, counting(9)).slice(0, 6));
    expect(recorder.skip(4)).toBe(true);
    recorder.push(concat(counting(9).slice(6), packet(1, u8(7))));
    expect(recorder.packets).toMatchObject([
      { payload: '0007', length: 9, isCut: true, first: 0, frames: [1, 2], endOffset: 13 },
      { payload: '07', length: 1, isCut: false, offset: 13 },
    ]);
  });

  test('may be the rest of a payload', () => {
    const recorder = new Recorder().push(packet(0, counting(9)).slice(0, 6));
    expect(recorder.skip(7)).toBe(true);
    expect(recorder.packets).toMatchObject([{ payload: '0007', length: 9, endOffset: 13 }]);
    expect(recorder.framer.arriving).toBeNull();
    recorder.push(packet(1, u8(7)));
    expect(recorder.packets[1]).toMatchObject({ payload: '07', offset: 13 });
  });

  test.each([
    ['between packets', packet(0, u8(1)), 1],
    ['in a header', packet(0, counting(9)).slice(0, 2), 1],
    ['before a payload’s first byte', packet(0, counting(9)).slice(0, 4), 1],
    ['past a payload’s end', packet(0, counting(9)).slice(0, 6), 8],
  ])('%s cannot be passed over', (_, before, length) => {
    expect(new Recorder().push(before).skip(length)).toBe(false);
  });

  test('in a part of 16 MiB lead on to the next part', () => {
    const recorder = new Recorder(0).push(hex('ffffff 00 61'));
    expect(recorder.skip(0xff_fffe)).toBe(true);
    recorder.push(hex('010000 01 62  010000 02 63'));
    expect(recorder.packets).toMatchObject([
      { length: 0x100_0000, parts: 2, sequenceId: 1 },
      { length: 1, sequenceId: 2 },
    ]);
  });
});

describe('stopping', () => {
  test('leaves the rest of the run where the sink said stop', () => {
    const seen: number[] = [];
    const sink: PacketSink = {
      keep: () => 10,
      packet: ({ sequenceId }) => {
        seen.push(sequenceId);
        framer.stopped = true;
      },
      rowCounter: () => null,
    };
    const framer = new Framer(true, frame(0), sink);
    const arrival = { frame: frame(1), offset: 0, acknowledged: -1 };
    expect(framer.push(STREAM, 0, STREAM.length, arrival)).toBe(5);
    expect(framer.push(STREAM, 5, STREAM.length, { ...arrival, offset: 5 })).toBe(5);
    framer.stopped = false;
    expect(framer.push(STREAM, 5, 7, { ...arrival, offset: 5 })).toBe(7);
    expect(framer.push(STREAM, 7, STREAM.length, { ...arrival, offset: 7 })).toBe(9);
    expect(seen).toEqual([0, 1]);
  });
});

describe('parts of 16 MiB', () => {
  const MAX = 0xff_ffff;
  const shared = new Uint8Array(1 << 20).fill(0x78);

  /** Pushes parts whose payload nobody wants: headers in literal bytes, payload from one array. */
  function parts(...list: [sequenceId: number, length: number][]): Recorder {
    const recorder = new Recorder(0);
    for (const [sequenceId, length] of list) {
      recorder.push(concat(u8(length & 0xff, (length >> 8) & 0xff, length >> 16, sequenceId)));
      recorder.pushShared(shared, length);
    }
    return recorder;
  }

  test('are one packet, which ends with a shorter part', () => {
    expect(parts([0, MAX], [1, MAX], [2, 5], [0, 1]).packets).toMatchObject([
      { length: 2 * MAX + 5, firstSequenceId: 0, sequenceId: 2, parts: 3, brokenPart: null },
      { length: 1, firstSequenceId: 0, sequenceId: 0, parts: 1, offset: 2 * MAX + 5 + 12 },
    ]);
  });

  test('end with an empty part when the length is an exact multiple', () => {
    expect(parts([0, MAX], [1, 0], [0, 3]).packets).toMatchObject([
      { length: MAX, firstSequenceId: 0, sequenceId: 1, parts: 2 },
      { length: 3, parts: 1 },
    ]);
  });

  test('of one less than the limit stand alone', () => {
    expect(parts([0, MAX - 1], [1, 2]).packets).toMatchObject([
      { length: MAX - 1, parts: 1 },
      { length: 2, parts: 1 },
    ]);
  });

  test('wrap their sequence ids', () => {
    expect(parts([255, MAX], [0, 7]).packets).toMatchObject([
      { firstSequenceId: 255, sequenceId: 0, brokenPart: null },
    ]);
  });

  test('tell the first one whose number does not follow', () => {
    expect(parts([1, MAX], [5, MAX], [9, 1]).packets).toMatchObject([
      { firstSequenceId: 1, sequenceId: 9, brokenPart: { got: 5, expected: 2 } },
    ]);
  });

  test('forget a wrong number with the packet that had it', () => {
    expect(parts([0, MAX], [0, 1], [1, 1]).packets).toMatchObject([
      { brokenPart: { got: 0, expected: 1 } },
      { brokenPart: null },
    ]);
  });

  test('are asked about once, and kept up to the limit over all of them', () => {
    const recorder = new Recorder(6);
    recorder.push(hex('ffffff 00'));
    recorder.pushShared(shared, MAX);
    recorder.push(hex('030000 01 616263'));
    expect(recorder.asked).toEqual([0x78]);
    expect(recorder.packets).toMatchObject([{ payload: '787878787878', length: MAX + 3 }]);
  });

  test('join their payloads', () => {
    const kept: unknown[] = [];
    const sink: PacketSink = {
      keep: () => Number.POSITIVE_INFINITY,
      packet: ({ bytes, start, end }) =>
        kept.push(end - start, toHex(bytes.subarray(end - 4, end))),
      rowCounter: () => null,
    };
    const framer = new Framer(true, frame(0), sink);
    const stream = concat(hex('ffffff 00'), new Uint8Array(MAX).fill(0x61), hex('020000 01 6263'));
    framer.push(stream, 0, stream.length, { frame: frame(1), offset: 0, acknowledged: -1 });
    expect(kept).toEqual([MAX + 2, '61616263']);
  });
});

/** Looks at no row. */
const counterAt = (nextSequenceId: number, largest = 1024): RowCounter => ({
  nextSequenceId,
  rows: 0,
  largest,
  unchecked: 0,
  isPlainRow: () => true,
});

describe('rows that are only counted', () => {
  /** Rows and what else may stand among them. */
  const rows = concat(
    packet(5, u8(1, 0x61)),
    packet(6, u8(0xfb)),
    packet(7, u8(0)),
    packet(8, concat(u8(0xfc, 0xfb, 0), counting(251))),
    packet(9, u8(1, 0x62)),
    packet(10, hex('fe 0000 0200')),
  );

  test('are counted in one run, and looked at from 0xfc on', () => {
    const counter = counterAt(5);
    const recorder = new Recorder(0, counter).push(rows);
    expect(counter.rows).toBe(3);
    expect(recorder.packets.map(({ sequenceId }) => sequenceId)).toEqual([8, 9, 10]);
  });

  test('are handed on where they are larger than any before', () => {
    const counter = counterAt(5, 1);
    const recorder = new Recorder(0, counter).push(packet(5, u8(0)), packet(6, u8(1, 0x61)));
    expect(counter.rows).toBe(1);
    expect(recorder.packets.map(({ sequenceId }) => sequenceId)).toEqual([6]);
  });

  test('are handed on from the first wrong number on', () => {
    const counter = counterAt(5);
    const recorder = new Recorder(0, counter).push(packet(5, u8(0)), packet(7, u8(0)));
    expect(counter).toMatchObject({ nextSequenceId: 6, rows: 1 });
    expect(recorder.packets.map(({ sequenceId }) => sequenceId)).toEqual([7]);
  });

  test('wrap at 255', () => {
    const counter = counterAt(254);
    const payloads = Array.from({ length: 600 }, (_, i) => packet((254 + i) & 0xff, u8(0)));
    new Recorder(0, counter).push(concat(...payloads));
    expect(counter).toMatchObject({ nextSequenceId: (254 + 600) & 0xff, rows: 600 });
  });

  test('do not include an empty payload, which is no row', () => {
    const counter = counterAt(1);
    const recorder = new Recorder(0, counter).push(packet(1, zeros(0)));
    expect(counter.rows).toBe(0);
    expect(recorder.packets).toHaveLength(1);
  });

  test('and handed on come to the same, wherever the stream is cut', () => {
    for (let cut = 0; cut <= rows.length; cut++) {
      const counter = counterAt(5);
      const recorder = new Recorder(0, counter).push(rows.slice(0, cut), rows.slice(cut));
      expect(counter.rows + recorder.packets.length, `cut at ${cut}`).toBe(6);
      expect(recorder.packets.at(-1), `cut at ${cut}`).toMatchObject({
        sequenceId: 10,
        endOffset: rows.length,
      });
    }
  });
});
