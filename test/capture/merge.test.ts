import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from '../../src/capture/frame.ts';
import { CaptureMerger } from '../../src/capture/merge.ts';
import { CaptureReader } from '../../src/capture/reader.ts';
import type { CaptureRecord } from '../../src/capture/record.ts';
import { concat, inChunks, u8, uint } from '../build/bytes.ts';
import { pcap, pcapngBlocks } from '../build/capture.ts';

/** What a record's one byte says it is. */
const nameOf = ({ bytes, start }: CaptureRecord) => bytes[start]!;

function startOf(file: Uint8Array): Frame | null {
  let first: Frame | null = null;
  const reader = new CaptureReader((record) => {
    first ??= { ...record };
  });
  reader.push(file);
  return first;
}

interface Merged {
  names: number[];
  numbers: number[];
  merger: CaptureMerger;
  /** Files in the order in which they were first asked for. */
  opened: number[];
  /** The most that were open at one time. */
  mostOpen: number;
}

/** Reads files as they are asked for, each chunk written over when its file is wanted again. */
function merge(
  files: readonly Uint8Array[],
  { chunkBytes = 1 << 16, known = true }: { chunkBytes?: number; known?: boolean } = {},
): Merged {
  const names: number[] = [];
  const numbers: number[] = [];
  const merger = new CaptureMerger(
    files.map((file) => (known ? startOf(file) : null)),
    (record) => {
      names.push(nameOf(record));
      numbers.push(record.number);
    },
    () => {},
  );
  const opened: number[] = [];
  const open = new Set<number>();
  let mostOpen = 0;
  const chunks = files.map((file) => inChunks(file.slice(), chunkBytes));
  const last: (Uint8Array | undefined)[] = [];
  for (let file = merger.wanted; file !== null; file = merger.wanted) {
    if (!opened.includes(file)) opened.push(file);
    open.add(file);
    mostOpen = Math.max(mostOpen, open.size);
    last[file]?.fill(0xee);
    const chunk = chunks[file]!.shift();
    last[file] = chunk;
    if (chunk !== undefined && merger.push(file, chunk)) continue;
    if (chunk === undefined) merger.end(file);
    open.delete(file);
  }
  return { names, numbers, merger, opened, mostOpen };
}

const at = (seconds: number, name: number, fraction = 0) => ({
  seconds,
  fraction,
  bytes: u8(name),
});

/** pcapng with the interface's own units; without a time the packet is a simple one. */
function pcapng(resolution: number, ...packets: [units: bigint | null, name: number][]) {
  const { section, interface: describe, enhanced, simple } = pcapngBlocks('little');
  return concat(
    section(),
    describe({ resolution }),
    ...packets.map(([time, name]) =>
      time === null ? simple(u8(name)) : enhanced({ time, bytes: u8(name) }),
    ),
  );
}

test('records come by time, and frames count on', () => {
  const { names, numbers } = merge([
    pcap({}, at(10, 1), at(12, 3), at(14, 5)),
    pcap({ order: 'big' }, at(11, 2), at(13, 4), at(15, 6)),
  ]);
  expect(names).toEqual([1, 2, 3, 4, 5, 6]);
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a recording cut into files is itself again, in whatever order they are named', () => {
  const parts = [
    pcap({}, at(10, 1), at(10, 2)),
    // All of one time with what is before and behind.
    pcap({}, at(10, 3, 7), at(11, 4)),
    pcap({}, at(11, 5), at(11, 6), at(12, 7)),
    pcap({}, at(12, 8), at(12, 9)),
  ];
  const orders = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
  ];
  for (const order of orders) {
    const { names, opened, mostOpen } = merge(order.map((part) => parts[part]!));
    expect(names).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(opened.map((file) => order[file])).toEqual([0, 1, 2, 3]);
    expect(mostOpen).toBeLessThanOrEqual(2);
  }
});

test('files that start together come in the order in which they are named', () => {
  const [a, b] = [pcap({}, at(10, 1), at(11, 2)), pcap({}, at(10, 3), at(11, 4))];
  expect(merge([a, b]).names).toEqual([1, 3, 2, 4]);
  expect(merge([b, a]).names).toEqual([3, 1, 4, 2]);
});

test('time stamps of different resolutions compare by what they mean', () => {
  const { names } = merge([
    pcap({}, at(10, 2, 500_000), at(10, 5, 500_002)),
    pcap({ nanoseconds: true }, at(10, 1, 499_999_999), at(10, 4, 500_001_001)),
    // 10^-12 and 2^-8 s.
    pcapng(12, [10_500_001_000_999n, 3]),
    pcapng(0x88, [(10n << 8n) + 129n, 6]),
  ]);
  expect(names).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a record without a time stamp stays behind the one before it', () => {
  const { names } = merge([
    pcapng(6, [10_000_000n, 1], [null, 2], [null, 3], [14_000_000n, 6]),
    pcap({}, at(12, 4), at(13, 5)),
    pcapng(6, [null, 0]),
  ]);
  expect(names).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('records of one file stay in their order, whatever their times', () => {
  const { names } = merge([
    pcap({}, at(10, 1), at(5, 2), at(12, 4)),
    pcap({}, at(11, 3), at(13, 5)),
  ]);
  expect(names).toEqual([1, 2, 3, 4, 5]);
});

test('a file is not opened before its time', () => {
  const { opened, mostOpen } = merge(
    [30, 10, 20].map((seconds) => pcap({}, at(seconds, 0), at(seconds + 9, 0))),
  );
  expect({ opened, mostOpen }).toEqual({ opened: [1, 2, 0], mostOpen: 1 });
});

test('files of which nothing is known are looked into first', () => {
  const { names, opened } = merge(
    [pcap({}, at(20, 2)), pcap({}), pcap({}, at(10, 1), at(30, 3)), new Uint8Array(0)],
    { known: false },
  );
  expect(names).toEqual([1, 2, 3]);
  expect(opened).toEqual([0, 1, 2, 3]);
});

test('a file that is damaged, cut or no capture does not stop the others', () => {
  const damaged = concat(pcap({}, at(10, 1)), uint(10, 4, 'little'), new Uint8Array(12).fill(0xff));
  const cut = pcap({}, at(11, 2), at(14, 5)).subarray(0, -1);
  const { names, merger } = merge([
    damaged,
    cut,
    u8(...Array<number>(80).fill(7)),
    pcap({}, at(12, 3), at(13, 4)),
  ]);
  expect(names).toEqual([1, 2, 3, 4]);
  expect(merger.faults.map((fault) => fault?.message ?? null)).toEqual([
    expect.stringContaining('the header of frame 2 announces'),
    expect.stringContaining('the file is cut off after frame 1'),
    expect.stringContaining('not a pcap or pcapng capture'),
    null,
  ]);
});

test('where reading was given up a cut is no fault', () => {
  const names: number[] = [];
  const starts = [null, null];
  const merger = new CaptureMerger(
    starts,
    (record) => names.push(nameOf(record)),
    () => {},
  );
  merger.push(0, pcap({}, at(10, 1), at(12, 3)).subarray(0, -1));
  merger.push(1, pcap({}, at(11, 2), at(13, 4)));
  expect([names, merger.wanted]).toEqual([[1], 0]);
  merger.end(0, 'cut');
  merger.end(1, 'cut');
  expect([names, merger.wanted]).toEqual([[1, 2, 4], null]);
  expect(merger.faults).toEqual([null, null]);
});

test('what cannot be read on says after which of its frames', () => {
  const merger = new CaptureMerger(
    [null, null],
    () => {},
    () => {},
  );
  merger.push(0, pcap({}, at(10, 1), at(12, 3)).subarray(0, -1));
  merger.end(1, { broken: 'no such file', isReadToEnd: false });
  merger.end(0, { broken: 'interrupted by SIGINT', isReadToEnd: false });
  expect(merger.faults).toEqual([
    { message: 'reading stopped after frame 1: interrupted by SIGINT', offset: null, frames: 1 },
    { message: 'no such file', offset: null, frames: 0 },
  ]);
});

test('formats are named once each', () => {
  const files = [pcapng(6, [1n, 1]), pcap({}, at(1, 2)), pcap({}, at(2, 3))];
  expect(merge(files).merger.formats).toEqual(['pcap', 'pcapng']);
  expect(merge(files.slice(1)).merger.formats).toEqual(['pcap']);
});

test('chunks of any size give what sorting gives', () => {
  // Each file's times rise; no two records share one.
  const recording = fc
    .array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 })
    .map((owners) =>
      [0, 1, 2, 3].map((file) => owners.flatMap((owner, i) => (owner === file ? [at(i, i)] : []))),
    );
  fc.assert(
    fc.property(
      recording,
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
      (files, chunkBytes, known) => {
        const { names } = merge(
          files.map((packets, i) => pcap({ order: i % 2 ? 'big' : 'little' }, ...packets)),
          { chunkBytes, known },
        );
        expect(names).toEqual(names.map((_, i) => i));
        expect(names).toHaveLength(files.flat().length);
      },
    ),
  );
});
