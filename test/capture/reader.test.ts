import { describe, expect, test } from 'vitest';
import { CaptureReader } from '../../src/capture/reader.ts';
import type { CaptureRecord } from '../../src/capture/record.ts';
import {
  ascii,
  concat,
  counting,
  hex,
  inChunks,
  padded,
  toAscii,
  toHex,
  uint,
  zeros,
} from '../build/bytes.ts';
import { pcap, pcapngBlocks, pcapRecord, pcapRecordHeader } from '../build/capture.ts';

interface Read {
  records: string[];
  notes?: unknown[];
  fault: { message: string; offset: number | null } | null;
}

/** One line per record: all of it. */
function line(record: CaptureRecord): string {
  const { number, linkType, seconds, fraction, digits, originalLength } = record;
  const bytes = toHex(record.bytes.subarray(record.start, record.end));
  return `#${number} link ${linkType} at ${seconds}+${fraction}e-${digits} ${bytes} of ${originalLength}`;
}

/** What is read of chunks, each written over once it was pushed. */
function readChunks(chunks: readonly Uint8Array[]): Read {
  const records: string[] = [];
  const reader = new CaptureReader((record) => records.push(line(record)));
  for (const chunk of chunks) {
    reader.push(chunk);
    chunk.fill(0xee);
  }
  reader.finish();
  const { fault } = reader;
  const notes = reader.notes.map(
    ({ message, offset, frames }) => `${frames} @${offset} ${message}`,
  );
  return {
    records,
    fault: fault && { message: fault.message, offset: fault.offset },
    ...(notes.length > 0 && { notes }),
  };
}

const read = (bytes: Uint8Array) => readChunks([bytes.slice()]);

/** Hands a copy of the bytes to the reader in chunks of every size, and in two chunks cut anywhere. */
function expectSameAtEveryCut(bytes: Uint8Array): Read {
  const whole = read(bytes);
  for (let size = 1; size < bytes.length; size++) {
    expect(readChunks(inChunks(bytes, size)), `chunks of ${size}`).toEqual(whole);
  }
  for (let cut = 0; cut <= bytes.length; cut++) {
    const chunks = [bytes.slice(0, cut), bytes.slice(cut)];
    expect(readChunks(chunks), `cut at ${cut}`).toEqual(whole);
  }
  return whole;
}

const packets = [
  { seconds: 1_700_000_000, fraction: 1, bytes: counting(5) },
  { seconds: 1_700_000_000, fraction: 999_999, bytes: zeros(0) },
  { seconds: 0xffff_ffff, fraction: 0, bytes: counting(9, 3), originalLength: 1500 },
];

describe('pcap', () => {
  const FORMS = [
    { order: 'big', nanoseconds: false },
    { order: 'little', nanoseconds: false },
    { order: 'big', nanoseconds: true },
    { order: 'little', nanoseconds: true },
  ] as const;

  test.each(FORMS)('%o, in chunks of every size', (form) => {
    const digits = form.nanoseconds ? 9 : 6;
    expect(expectSameAtEveryCut(pcap({ ...form, linkType: 113 }, ...packets))).toEqual({
      records: [
        `#1 link 113 at 1700000000+1e-${digits} 00070e151c of 5`,
        `#2 link 113 at 1700000000+999999e-${digits}  of 0`,
        `#3 link 113 at 4294967295+0e-${digits} 030a11181f262d343b of 1500`,
      ],
      fault: null,
    });
  });

  test('several records lie in one chunk, and are handed on in place', () => {
    const file = pcap({}, ...packets);
    const arrays: Uint8Array[] = [];
    const reader = new CaptureReader((record) => arrays.push(record.bytes));
    reader.push(file);
    expect(arrays).toHaveLength(3);
    for (const array of arrays) expect(array).toBe(file);
  });

  test('a chunk may be a view into a larger buffer', () => {
    const file = pcap({}, ...packets);
    const view = concat(counting(7), file, counting(3)).subarray(7, 7 + file.length);
    expect(readChunks([view])).toEqual(read(file));
  });

  test('an empty chunk is nothing', () => {
    const file = pcap({}, ...packets);
    const chunks = inChunks(file, 11).flatMap((chunk) => [zeros(0), chunk]);
    expect(readChunks([...chunks, zeros(0)])).toEqual(read(file));
  });

  test('a file of its header alone has no frames and no fault', () => {
    expect(expectSameAtEveryCut(pcap({}))).toEqual({ records: [], fault: null });
  });

  test('the upper half of the link type is not its number', () => {
    const bytes = pcap({ linkType: 0x1400_0001 }, { bytes: counting(1) });
    expect(read(bytes).records).toEqual(['#1 link 1 at 0+0e-6 00 of 1']);
  });

  test.each(FORMS)('%o, cut off anywhere', ({ order, nanoseconds }) => {
    const file = pcap({ order, nanoseconds }, ...packets);
    const { records } = read(file);
    // Where the header and each record end.
    const ends = [24, 45, 61, 86];
    expect(file.length).toBe(86);
    for (let length = 4; length < file.length; length++) {
      const whole = ends.filter((end) => end <= length).length - 1;
      const cut = expectSameAtEveryCut(file.slice(0, length));
      expect(cut.records).toEqual(records.slice(0, Math.max(whole, 0)));
      if (ends.includes(length)) expect(cut.fault).toBeNull();
      else expect(cut.fault?.offset).toBe(length);
    }
  });

  test.each([
    ['in the file header', 20, 'before its first frame: 4 more bytes'],
    ['in the first record header', 30, 'before its first frame: 10 more bytes'],
    ['in the first record', 41, 'before its first frame: 4 more bytes'],
    ['in a later record header', 59, 'after frame 1: 2 more bytes'],
    ['behind a record header', 77, 'after frame 2: 9 more bytes'],
  ])('says where a file is cut off %s', (_, length, says) => {
    expect(read(pcap({}, ...packets).slice(0, length)).fault).toEqual({
      message: `the file is cut off ${says} were announced; what came before was read`,
      offset: length,
    });
  });

  test('what is behind the last record is the start of another', () => {
    const file = concat(pcap({}, ...packets), counting(5));
    expect(expectSameAtEveryCut(file)).toMatchObject({
      records: { length: 3 },
      fault: { message: expect.stringContaining('after frame 3: 11 more bytes'), offset: 91 },
    });
  });

  test.each(['big', 'little'] as const)('an absurd record length is damage (%s)', (order) => {
    const file = concat(
      pcap({ order }, packets[0]!),
      pcapRecordHeader(order, 1, 2, 0xffff_fff0, 60),
      counting(100),
    );
    expect(expectSameAtEveryCut(file)).toEqual({
      records: ['#1 link 1 at 1700000000+1e-6 00070e151c of 5'],
      fault: {
        message:
          'the header of frame 2 announces 4294967280 bytes, more than a frame can have: the file is damaged from here on',
        offset: 45,
      },
    });
  });

  test.each([
    ['up to 256 KiB whatever the snap length says', 96, 262_144, true],
    ['not more than that', 96, 262_145, false],
    ['not more than that where there is no snap length', 0, 262_145, false],
    ['more where the snap length allows it', 1_000_000, 1_000_000, true],
    ['not more than that snap length', 1_000_000, 1_000_001, false],
    ['not even then more than 16 MiB', 0xffff_ffff, 16 * 1024 * 1024 + 1, false],
  ])('a record is taken: %s', (_, snaplen, length, taken) => {
    const lengths: number[] = [];
    const reader = new CaptureReader((record) => lengths.push(record.end - record.start));
    reader.push(concat(pcap({ snaplen }), pcapRecord('little', { bytes: zeros(length) })));
    reader.finish();
    expect(lengths).toEqual(taken ? [length] : []);
    expect(reader.fault === null).toBe(taken);
  });

  test('nothing is read after a fault', () => {
    const reader = new CaptureReader(() => expect.unreachable());
    reader.push(concat(pcap({}), pcapRecordHeader('little', 0, 0, 0xffff_ffff, 0)));
    reader.finish();
    const { fault } = reader;
    expect(fault).not.toBeNull();
    reader.push(pcapRecord('little', { bytes: counting(4) }));
    reader.finish();
    expect(reader.fault).toBe(fault);
    expect(reader.format).toBe('pcap');
  });

  test('an error of the sink is not taken for a fault of the file', () => {
    const reader = new CaptureReader(() => {
      throw new RangeError('mine');
    });
    expect(() => reader.push(pcap({}, ...packets))).toThrow('mine');
  });
});

const ORDERS = ['big', 'little'] as const;

describe.each(ORDERS)('pcapng, %s-endian', (order) => {
  const ng = pcapngBlocks(order);
  const n32 = (value: number) => uint(value, 4, order);
  const time = 1_700_000_000_000_042n;
  const start = concat(ng.section(), ng.interface());
  const frame = ng.enhanced({ time, bytes: counting(5) });
  const asRead = (number: number) => `#${number} link 1 at 1700000000+42e-6 00070e151c of 5`;

  test('packet blocks of every kind, padded, in chunks of every size', () => {
    const file = concat(
      start,
      frame,
      ng.simple(counting(6), 6),
      ng.obsolete({ time, bytes: counting(7), originalLength: 70 }),
      ng.enhanced({ time, bytes: zeros(0) }),
      ng.enhanced({ time, bytes: counting(4), options: ng.option(1, counting(9)) }),
    );
    expect(expectSameAtEveryCut(file)).toEqual({
      records: [
        asRead(1),
        '#2 link 1 at 0+0e--1 00070e151c23 of 6',
        '#3 link 1 at 1700000000+42e-6 00070e151c232a of 70',
        '#4 link 1 at 1700000000+42e-6  of 0',
        '#5 link 1 at 1700000000+42e-6 00070e15 of 4',
      ],
      fault: null,
    });
  });

  test('a simple packet is as long as the snap length and its block let it be', () => {
    const cut = (snaplen: number) => concat(ng.section(), ng.interface({ snaplen }));
    const records = (bytes: Uint8Array) => read(bytes).records;
    expect(records(concat(cut(4), ng.simple(counting(4), 1500)))).toEqual([
      '#1 link 1 at 0+0e--1 00070e15 of 1500',
    ]);
    expect(records(concat(cut(2), ng.simple(counting(4), 1500)))).toEqual([
      '#1 link 1 at 0+0e--1 0007 of 1500',
    ]);
    expect(records(concat(cut(0), ng.simple(counting(3))))).toEqual([
      '#1 link 1 at 0+0e--1 00070e of 3',
    ]);
    expect(records(concat(cut(96), ng.simple(counting(4), 1500)))).toEqual([
      '#1 link 1 at 0+0e--1 00070e15 of 1500',
    ]);
  });

  test('each interface has its own link type and clock', () => {
    const at = (id: number, units: bigint) =>
      ng.enhanced({ interface: id, time: units, bytes: counting(1) });
    const file = concat(
      ng.section(),
      ng.interface({ linkType: 1 }),
      ng.interface({ linkType: 113, resolution: 3 }),
      ng.interface({ linkType: 101, resolution: 9 }),
      ng.interface({ linkType: 276, resolution: 0x80 + 20 }),
      ng.interface({ linkType: 0, resolution: 6, offset: 3600 }),
      ng.interface({ linkType: 108, offset: -1 }),
      ng.interface({ linkType: 228, resolution: 0 }),
      ng.interface({ linkType: 229, resolution: 18 }),
      at(0, 1_700_000_000_000_001n),
      at(1, 1_700_000_000_999n),
      at(2, 1_700_000_000_123_456_789n),
      at(3, (1_700_000_000n << 20n) | (1n << 19n) | 1n),
      at(4, 1_000_000n),
      at(5, 1_700_000_000_000_000n),
      at(6, 1_700_000_000n),
      at(7, 1_500_000_000_000_000_001n),
      ng.obsolete({ interface: 1, time: 1_500n, bytes: counting(1) }),
    );
    expect(expectSameAtEveryCut(file)).toEqual({
      records: [
        '#1 link 1 at 1700000000+1e-6 00 of 1',
        '#2 link 113 at 1700000000+999e-3 00 of 1',
        '#3 link 101 at 1700000000+123456789e-9 00 of 1',
        '#4 link 276 at 1700000000+500000953e-9 00 of 1',
        '#5 link 0 at 3601+0e-6 00 of 1',
        '#6 link 108 at 1699999999+0e-6 00 of 1',
        '#7 link 228 at 1700000000+0e-0 00 of 1',
        '#8 link 229 at 1+500000000000000e-15 00 of 1',
        '#9 link 113 at 1+500e-3 00 of 1',
      ],
      fault: null,
    });
  });

  test('sections of both byte orders follow each other; frames are counted through', () => {
    const other = pcapngBlocks(order === 'big' ? 'little' : 'big');
    const file = concat(
      start,
      frame,
      other.section(),
      other.interface({ linkType: 113 }),
      other.enhanced({ time, bytes: counting(5) }),
      ng.section(),
      ng.interface(),
      frame,
    );
    expect(expectSameAtEveryCut(file)).toMatchObject({
      records: [asRead(1), asRead(2).replace('link 1', 'link 113'), asRead(3)],
      fault: null,
    });
  });

  test('a section forgets the interfaces of the one before', () => {
    const file = concat(start, frame, ng.section(), frame);
    expect(expectSameAtEveryCut(file)).toMatchObject({
      records: [asRead(1)],
      fault: {
        message:
          'frame 2 names interface 0, which the section does not describe: the file is damaged from here on',
        offset: start.length + frame.length + 28 + 8,
      },
    });
  });

  test('a section header with options is passed over whole', () => {
    const file = concat(ng.section(ng.option(4, counting(11))), ng.interface(), frame);
    expect(expectSameAtEveryCut(file)).toEqual({ records: [asRead(1)], fault: null });
  });

  test('other blocks are passed over', () => {
    const file = concat(
      ng.section(),
      ng.block(4, counting(13)),
      ng.interface(),
      ng.block(5, counting(20)),
      frame,
      ng.block(10, counting(64)),
      ng.block(0x0000_0bad, counting(3)),
      ng.block(0x8000_0001),
      frame,
      ng.block(0xffff_ffff, counting(8)),
    );
    expect(expectSameAtEveryCut(file)).toEqual({ records: [asRead(1), asRead(2)], fault: null });
  });

  test('a block whose length leaves out its padding is padded all the same', () => {
    const unread = concat(n32(99), n32(13), zeros(1), n32(13), zeros(3));
    const read = concat(n32(6), n32(33), zeros(12), n32(1), n32(1), zeros(1), n32(33), zeros(3));
    expect(expectSameAtEveryCut(concat(start, unread, frame, read, frame))).toEqual({
      records: [asRead(1), '#2 link 1 at 0+0e-6 00 of 1', asRead(3)],
      fault: null,
    });
  });

  test('a huge block of another kind is passed over, however many chunks it spans', () => {
    const file = concat(start, ng.block(10, zeros(20_000_000)), frame);
    for (const size of [65_536, 262_144, file.length]) {
      const chunks = Array.from({ length: Math.ceil(file.length / size) }, (_, i) =>
        file.subarray(i * size, (i + 1) * size),
      );
      const records: string[] = [];
      const reader = new CaptureReader((record) => records.push(line(record)));
      for (const chunk of chunks) reader.push(chunk);
      reader.finish();
      expect({ records, fault: reader.fault }).toEqual({ records: [asRead(1)], fault: null });
    }
  });

  describe('TLS secrets', () => {
    const TLSK = 0x544c534b;

    function secretsOf(...blocks: Uint8Array[]): string[] {
      const file = concat(start, ...blocks, frame);
      return [7, 100, file.length].map((size) => {
        const records: string[] = [];
        const secrets: string[] = [];
        const reader = new CaptureReader(
          (record) => records.push(line(record)),
          (keyLog) => secrets.push(toAscii(keyLog)),
        );
        for (const chunk of inChunks(file, size)) reader.push(chunk);
        reader.finish();
        expect({ records, fault: reader.fault }).toEqual({ records: [asRead(1)], fault: null });
        return secrets.join('|');
      });
    }

    test('are handed on without padding and options', () => {
      const block = (text: string) =>
        ng.block(10, n32(TLSK), n32(text.length), padded(ascii(text)), ng.option(1, ascii('why')));
      expect(secretsOf(block('CLIENT_RANDOM 1 2\n'), block('x'))).toEqual(
        Array(3).fill('CLIENT_RANDOM 1 2\n|x'),
      );
    });

    test.each([
      ['of another protocol', ng.block(10, n32(0x57474b4c), n32(4), ascii('text')), ''],
      ['that announce more than there is', ng.block(10, n32(TLSK), n32(99), ascii('text')), 'text'],
      ['without their length', ng.block(10, n32(TLSK)), ''],
    ])('%s stop nothing', (_, block, handedOn) => {
      expect(secretsOf(block)).toEqual(Array(3).fill(handedOn));
    });
  });

  test('cut off anywhere', () => {
    const file = concat(ng.section(), ng.block(5, counting(4)), ng.interface(), frame, frame);
    const ends = [28, 44, 64, 104, 144];
    expect(file.length).toBe(144);
    for (let length = 4; length < file.length; length++) {
      const cut = expectSameAtEveryCut(file.slice(0, length));
      expect(cut.records).toEqual(length < 104 ? [] : [asRead(1)]);
      if (ends.includes(length)) expect(cut.fault).toBeNull();
      else expect(cut.fault?.offset).toBe(length);
    }
  });

  test.each([
    ['in a packet', 100, 'before its first frame: 4 more bytes'],
    ['in the header of a block', 110, 'after frame 1: 2 more bytes'],
    ['in a block nobody reads', 40, 'before its first frame: more'],
  ])('says where a file is cut off %s', (_, length, says) => {
    const file = concat(ng.section(), ng.block(5, counting(4)), ng.interface(), frame, frame);
    expect(read(file.slice(0, length)).fault).toEqual({
      message: `the file is cut off ${says} were announced; what came before was read`,
      offset: length,
    });
  });

  const damage: [what: string, block: Uint8Array, says: string, at: number][] = [
    [
      'a block shorter than its own frame',
      concat(n32(6), n32(8), n32(8)),
      'a pcapng block announces 8 bytes, fewer than a block can have',
      0,
    ],
    [
      'an unknown block shorter than its own frame',
      concat(n32(99), n32(0)),
      'a pcapng block announces 0 bytes, fewer than a block can have',
      0,
    ],
    [
      'a packet block longer than any frame',
      concat(n32(6), n32(0x7fff_fff0), zeros(100)),
      'a pcapng block announces 2147483632 bytes, more than a frame can have',
      0,
    ],
    [
      'an enhanced packet without its fields',
      ng.block(6, zeros(16)),
      'a pcapng block is too short for its kind (16 of 20 bytes)',
      8,
    ],
    [
      'an obsolete packet without its fields',
      ng.block(2, zeros(12)),
      'a pcapng block is too short for its kind (12 of 20 bytes)',
      8,
    ],
    [
      'a simple packet without its length',
      ng.block(3),
      'a pcapng block is too short for its kind (0 of 4 bytes)',
      8,
    ],
    [
      'an interface description without its fields',
      ng.block(1, zeros(4)),
      'a pcapng block is too short for its kind (4 of 8 bytes)',
      8,
    ],
    [
      'a packet of an interface that is not described',
      ng.enhanced({ interface: 1, bytes: counting(4) }),
      'frame 2 names interface 1, which the section does not describe',
      8,
    ],
    [
      'a packet longer than its block',
      ng.block(6, zeros(12), n32(5), n32(5), zeros(4)),
      'frame 2 announces 5 bytes, more than its block has',
      28,
    ],
    [
      'a section without its byte-order magic',
      ng.block(0x0a0d_0d0a, n32(0x1a2b_3c4e), zeros(12)),
      'a pcapng section starts without the byte-order magic 1a2b3c4d',
      8,
    ],
  ];

  test.each(damage)('%s is damage, behind which the next frame is found', (_, block, says, at) => {
    const before = start.length + frame.length;
    const whole = before + block.length;
    const passed = block.length - at;
    expect(expectSameAtEveryCut(concat(start, frame, block, frame))).toEqual({
      records: [asRead(1), asRead(2)],
      fault: {
        message: `${says}: ${passed} bytes are damaged, and reading went on at byte ${whole}`,
        offset: before + at,
      },
    });
    expect(expectSameAtEveryCut(concat(start, frame, block))).toEqual({
      records: [asRead(1)],
      fault: { message: `${says}: the file is damaged from here on`, offset: before + at },
    });
  });

  test('a simple packet needs an interface', () => {
    const file = concat(ng.section(), ng.simple(counting(4)));
    expect(read(file).fault?.message).toContain('frame 1 names interface 0');
  });

  test('options that overrun their interface description are left alone', () => {
    const broken = ng.block(
      1,
      uint(1, 2, order),
      zeros(2),
      n32(0),
      uint(9, 2, order),
      uint(200, 2, order),
      zeros(4),
    );
    expect(read(concat(ng.section(), broken, frame))).toEqual({
      records: [asRead(1)],
      fault: null,
    });
  });

  test('options need no end', () => {
    const resolution = ng.option(9, uint(3, 1, order));
    const described = ng.block(1, uint(1, 2, order), zeros(2), n32(0), resolution);
    const millisecond = ng.enhanced({ time: 1_001n, bytes: counting(1) });
    expect(read(concat(ng.section(), described, millisecond)).records).toEqual([
      '#1 link 1 at 1+1e-3 00 of 1',
    ]);
  });

  test.each([
    [0, 262_144, true],
    [0, 262_145, false],
    [1_000_000, 262_145, true],
  ])('with snap length %i, may a packet have %i bytes? %s', (snaplen, length, taken) => {
    const lengths: number[] = [];
    const reader = new CaptureReader((record) => lengths.push(record.end - record.start));
    const packet = ng.enhanced({ bytes: zeros(length) });
    reader.push(concat(ng.section(), ng.interface({ snaplen }), packet));
    reader.finish();
    expect(lengths).toEqual(taken ? [length] : []);
    expect(reader.fault === null).toBe(taken);
  });

  test('nothing counts behind the end of the options', () => {
    const options = [ng.option(2, counting(12)), ng.option(0, zeros(0)), ng.option(9, zeros(1))];
    const described = ng.block(1, uint(1, 2, order), zeros(2), n32(0), ...options);
    expect(read(concat(ng.section(), described, frame)).records).toEqual([asRead(1)]);
  });

  test('interfaces are bounded, since each is held', () => {
    const interfaces = ng.interface();
    const file = new Uint8Array(28 + interfaces.length * 65_537);
    file.set(ng.section());
    for (let i = 0; i < 65_537; i++) file.set(interfaces, 28 + i * interfaces.length);
    const reader = new CaptureReader(() => {});
    reader.push(file.subarray(0, file.length - interfaces.length));
    expect(reader.fault).toBeNull();
    reader.push(file.subarray(file.length - interfaces.length));
    reader.finish();
    expect(reader.fault?.message).toContain('more than 65536 interfaces');
    expect(reader.fault?.offset).toBe(file.length - interfaces.length);
  });
});

describe('several files in one', () => {
  const [little, big] = [pcapngBlocks('little'), pcapngBlocks('big')];
  const classic = (order: 'little' | 'big', number: number) =>
    pcap({ order, linkType: 100 + number }, { seconds: 1_700_000_000, bytes: counting(number) });
  const blocks = (ng: typeof little, number: number) =>
    concat(
      ng.section(),
      ng.interface({ linkType: 100 + number }),
      ng.enhanced({ time: 1_700_000_000_000_000n, bytes: counting(number) }),
    );
  const FILES: Record<string, (number: number) => Uint8Array> = {
    pcap: (number) => classic('little', number),
    'big-endian pcap': (number) => classic('big', number),
    pcapng: (number) => blocks(little, number),
    'big-endian pcapng': (number) => blocks(big, number),
    'a patched pcap': (number) => patched('a1b2cd34', 8, [counting(number)], 100 + number),
    'an empty pcap': () => pcap({}),
  };
  const pairs = Object.keys(FILES).flatMap((a) => Object.keys(FILES).map((b) => [a, b] as const));

  test.each(pairs)('%s, then %s', (a, b) => {
    const files = [FILES[a]!(4), FILES[b]!(5)];
    const { records, fault, notes } = expectSameAtEveryCut(concat(...files));
    const found = records.map((record) => record.slice(0, 11));
    const expected = [
      ...(a === 'an empty pcap' ? [] : ['link 104']),
      ...(b === 'an empty pcap' ? [] : ['link 105']),
    ].map((link, i) => `#${i + 1} ${link}`);
    expect({ found, fault }).toEqual({ found: expected, fault: null });
    expect(notes).toEqual([
      expect.stringContaining(`@${files[0]!.length} another capture starts be`),
    ]);
  });
});

/** A pcap whose records have more in their headers. */
function patched(magic: string, extra: number, frames: Uint8Array[], linkType = 1): Uint8Array {
  const head = concat(hex(magic).toReversed(), pcap({ linkType }).subarray(4));
  const records = frames.flatMap((bytes, i) => [
    pcapRecordHeader('little', 1_700_000_000 + i, 7, bytes.length, bytes.length),
    Uint8Array.from({ length: extra }, (_, at) => (at < 4 ? 0 : 2)),
    bytes,
  ]);
  return concat(head, ...records);
}

describe('other kinds of pcap', () => {
  const frames = [counting(60), counting(66), counting(70)];
  const asRead = (digits: number) =>
    frames.map(
      (bytes, i) =>
        `#${i + 1} link 1 at ${1_700_000_000 + i}+7e-${digits} ${toHex(bytes)} of ${bytes.length}`,
    );

  test.each([
    ['Nokia', 'a1b2c3d4', 4, 6],
    ['Red Hat 6.1', 'a1b2c3d4', 8, 6],
    ['Kuznetzov', 'a1b2cd34', 8, 6],
    ['SuSE 6.3', 'a1b2cd34', 12, 6],
    ['Navtel', 'a12b3c4d', 0, 9],
  ] as const)('%s', (_, magic, extra, digits) => {
    const file = patched(magic, extra, frames);
    expect(expectSameAtEveryCut(file)).toEqual({ records: asRead(digits), fault: null });
  });

  test.each([
    ['hardware', '1c0001ac', 9],
    ['software', '1c0001ab', 6],
  ] as const)('Ixia, of %s', (_, magic, digits) => {
    const file = patched(magic, 0, frames);
    const longer = concat(file.subarray(0, 24), zeros(4), file.subarray(24));
    expect(expectSameAtEveryCut(longer)).toEqual({ records: asRead(digits), fault: null });
  });

  test('AIX: version 2.2, nanoseconds, its own numbers of links, and the lengths the other way round', () => {
    const bytes = counting(60);
    const file = concat(
      pcap({ linkType: 6 }),
      pcapRecordHeader('little', 5, 999_999_999, 1500, 60),
      bytes,
    );
    file.set([2, 0, 2, 0], 4);
    expect(expectSameAtEveryCut(file).records).toEqual([
      `#1 link 1 at 5+999999999e-9 ${toHex(bytes)} of 1500`,
    ]);
  });
});

describe('what is no record', () => {
  const frame = (number: number) =>
    pcapRecord('little', { seconds: 1_700_000_000 + number, fraction: 1, bytes: counting(number) });
  const start = concat(pcap({}), frame(4), frame(5));

  test('zeros up to the end are not', () => {
    const { records, fault, notes } = expectSameAtEveryCut(concat(start, zeros(100)));
    expect({ count: records.length, fault, notes }).toEqual({
      count: 2,
      fault: null,
      notes: [
        `2 @${start.length} 100 zero bytes stand behind frame 2, up to the end: space set aside for frames that were never written`,
      ],
    });
  });

  test.each([
    ['zeros', zeros(99), /^99 zero bytes stand where frame 3 should start: 99 bytes are damaged/],
    [
      'garbage',
      hex('ff'.repeat(33)),
      /^the header of frame 3 announces 4294967295 bytes, .* 33 bytes/,
    ],
  ])('%s between records are passed over', (_, between, says) => {
    const { records, fault } = expectSameAtEveryCut(
      concat(start, between, frame(6), frame(7), frame(8)),
    );
    expect(records.map((record) => record.slice(0, 2))).toEqual(['#1', '#2', '#3', '#4', '#5']);
    expect(records[2]).toContain('1700000006+1e-6');
    expect(fault).toEqual({ message: expect.stringMatching(says), offset: start.length });
  });

  test('of several places the first is the fault, and the others are noted', () => {
    const garbage = hex('ff'.repeat(20));
    const file = concat(start, garbage, frame(6), frame(7), garbage, frame(8), frame(9));
    const { records, fault, notes } = expectSameAtEveryCut(file);
    expect({ count: records.length, offset: fault?.offset }).toEqual({
      count: 6,
      offset: start.length,
    });
    expect(notes).toEqual([expect.stringMatching(/^4 @\d+ the header of frame 5 announces/)]);
  });

  test('a cut file, and another behind it', () => {
    const file = concat(start.subarray(0, -3), pcap({}), frame(6), frame(7), frame(8), frame(9));
    const { records, fault } = expectSameAtEveryCut(file);
    expect(fault?.message).toMatch(
      /where frame 3 should start is no header of a frame: .* went on/,
    );
    expect(records.at(-1)).toContain('1700000009+1e-6');
  });

  test('however often it changes, notes are few', () => {
    const reader = new CaptureReader(() => {});
    reader.push(concat(...Array<Uint8Array>(200).fill(start)));
    reader.finish();
    expect(reader.records).toBe(400);
    expect(reader.notes).toHaveLength(20);
  });
});
