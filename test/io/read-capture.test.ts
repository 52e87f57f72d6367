import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync, constants as zlib } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { InputError } from '../../src/io/input-error.ts';
import { readCapture } from '../../src/io/read-capture.ts';
import { ascii, concat, hex, inChunks, toAscii, uint, zeros } from '../build/bytes.ts';

const directory = mkdtempSync(join(tmpdir(), 'mywire-read-capture-'));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** What came, each chunk copied before the next was asked for, and what it ended with. */
async function collect(path: string): Promise<{ bytes: Uint8Array; error: string | null }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of readCapture(path)) {
      chunks.push(new Uint8Array(chunk));
      // Valid until the next is asked for, and the taker's until then.
      chunk.fill(0xee);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return { bytes: concat(...chunks), error: (error as Error).message };
  }
  return { bytes: concat(...chunks), error: null };
}

function read(bytes: Uint8Array) {
  const path = join(directory, 'capture');
  writeFileSync(path, bytes);
  return collect(path);
}

function readStdin(chunks: readonly Uint8Array[]) {
  const stdin = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as unknown as typeof process.stdin);
  return collect('-');
}

async function expectBytes(read: ReturnType<typeof collect>, bytes: Uint8Array) {
  const { bytes: got, error } = await read;
  expect(error).toBeNull();
  expect(got.length).toBe(bytes.length);
  expect(Buffer.compare(got, bytes)).toBe(0);
}

/** Bytes that no packer can shorten, the same in every run. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 24;
  });
}

const base64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

const FIRST = ascii(
  'the first frame of two, and some text that repeats, that repeats, that repeats',
);
const SECOND = ascii(' and the second frame');
const LONG = ascii('0123456789abcdef'.repeat(25_000));

/** `zstd -19 --check` and `zstd -19 --no-check`, 1.5.4 */
const FIRST_ZST = base64(
  'KLUv/SROnQEAMoMKEMCnA2Dlrl6jZrfwqgyGgE/gtMxY3hK9yboRPIdSA0T9cCOVd0+O20QDAQAT4YQCNYTUYQ==',
);
const SECOND_ZST = base64('KLUv/SAVqQAAIGFuZCB0aGUgc2Vjb25kIGZyYW1l');
/** Four blocks: three of 128 KiB, and the rest. */
const LONG_ZST = base64(
  'KLUv/aSAGgYAxAAAgDAxMjM0NTY3ODlhYmNkZWYBANr/J59LRAAAAAEA/f+TTyBEAAAAAQD9/zkAAj0AAAABAH3aAyCYB/X9',
);
/** `gzip -9`, 1.12, with the file's name in it */
const FIRST_GZ = base64(
  'H4sICJsIAWsCA2EAfcjBDcAgDAPAVTwAS0WqI/qAoMQSjF8m6PNOnfA3S/C0QYRDOxpsPqi4IR5B3YTkoqnajz6vemQ2TgAAAA==',
);

/** A zstd frame of uncompressed blocks: no packer is needed to make one of any length. */
function rawZstd(bytes: Uint8Array, blockBytes: number): Uint8Array {
  const blocks = inChunks(bytes, blockBytes);
  return concat(
    hex('28b52ffd'),
    // A window of 128 KiB, no content size, no checksum.
    hex('00 38'),
    ...blocks.map((block, i) =>
      concat(uint((block.length << 3) | (i === blocks.length - 1 ? 1 : 0), 3, 'little'), block),
    ),
  );
}

/** A zstd frame that says something about the file and holds none of it. */
const skippable = concat(hex('502a4d18'), uint(40, 4, 'little'), zeros(40));

describe('a file as it is', () => {
  test.each([
    ['is read whole', ascii('not compressed')],
    ['may be empty', zeros(0)],
    ['may be shorter than what tells its format', hex('d4c3b2')],
    ['may be larger than a chunk', noise(700_000)],
    ['may be as large as a chunk', noise(262_144)],
  ])('%s', async (_, bytes) => {
    await expectBytes(read(bytes), bytes);
  });

  test('that is not there', async () => {
    const { bytes, error } = await collect(join(directory, 'missing'));
    expect([bytes.length, error]).toEqual([0, 'no such file']);
  });

  test('that is a directory', async () => {
    const { bytes, error } = await collect(directory);
    expect([bytes.length, error]).toEqual([0, 'a directory, not a file']);
  });

  test('that becomes shorter while it is read', async () => {
    const path = join(directory, 'shrinking');
    writeFileSync(path, noise(600_000));
    const chunks = readCapture(path);
    await chunks.next();
    truncateSync(path, 100);
    await expect(chunks.next()).rejects.toThrow(
      new InputError('the file became shorter while it was read: 262144 of 600000 bytes'),
    );
  });

  test.runIf(existsSync('/proc/self/mem'))('that cannot be read', async () => {
    expect((await collect('/proc/self/mem')).error).toBe('the device reports a read error (EIO)');
  });

  test('need not be read to its end', async () => {
    const path = join(directory, 'long');
    writeFileSync(path, noise(600_000));
    for await (const chunk of readCapture(path)) {
      expect(chunk.length).toBe(262_144);
      break;
    }
  });
});

describe('standard input', () => {
  test('byte by byte', async () => {
    await expectBytes(readStdin(inChunks(FIRST, 1)), FIRST);
  });

  test('packed, byte by byte', async () => {
    await expectBytes(readStdin(inChunks(FIRST_GZ, 1)), FIRST);
    await expectBytes(readStdin(inChunks(FIRST_ZST, 1)), FIRST);
    await expectBytes(readStdin(inChunks(concat(FIRST_ZST, LONG_ZST), 1)), concat(FIRST, LONG));
  });

  test('empty', async () => {
    await expectBytes(readStdin([]), zeros(0));
  });

  test('that fails', async () => {
    const stdin = new Readable({ read() {} });
    stdin.push(ascii('some bytes'));
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as unknown as typeof process.stdin);
    const chunks = readCapture('-');
    expect(toAscii((await chunks.next()).value!)).toBe('some bytes');
    stdin.destroy(new Error('read EIO'));
    await expect(chunks.next()).rejects.toThrow(new InputError('read EIO'));
  });
});

test.each([
  ['a file', (path: string) => readCapture(path), FIRST],
  ['a gzip file', (path: string) => readCapture(path), FIRST_GZ],
  ['a zstd file', (path: string) => readCapture(path), FIRST_ZST],
  ['standard input', () => readCapture('-'), FIRST],
  ['standard input, packed', () => readCapture('-'), FIRST_GZ],
])(
  'slice() copies the bytes of %s: a Buffer’s would keep the whole chunk',
  async (_, open, file) => {
    const path = join(directory, 'sliced');
    writeFileSync(path, file);
    const stdin = Readable.from(inChunks(file, 20).map((chunk) => Buffer.from(chunk)));
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as unknown as typeof process.stdin);
    let chunks = 0;
    for await (const chunk of open(path)) {
      chunks++;
      expect(chunk.slice(0, 1).buffer).not.toBe(chunk.buffer);
    }
    expect(chunks).toBeGreaterThan(0);
  },
);

describe('gzip', () => {
  test('is unpacked', async () => {
    await expectBytes(read(FIRST_GZ), FIRST);
  });

  test('of several members, as of files put together', async () => {
    await expectBytes(read(concat(FIRST_GZ, gzipSync(SECOND))), concat(FIRST, SECOND));
    await expectBytes(
      read(concat(gzipSync(LONG), gzipSync(zeros(0)), FIRST_GZ)),
      concat(LONG, FIRST),
    );
  });

  test('of many chunks, packed and unpacked', async () => {
    const bytes = noise(700_000);
    await expectBytes(read(gzipSync(bytes)), bytes);
  });

  test('of much more than is in the file', async () => {
    const bytes = zeros(20_000_000);
    await expectBytes(read(gzipSync(bytes)), bytes);
  });

  test.each([
    ['noise', noise(100_000)],
    ['text', LONG],
    ['little', FIRST],
  ])('cut off anywhere yields what can be unpacked (%s)', async (_, content) => {
    const packed = gzipSync(content);
    const step = Math.max(1, Math.floor(packed.length / 60));
    for (let length = 10; length < packed.length; length += step) {
      const cut = packed.subarray(0, length);
      const expected = gunzipSync(cut, { finishFlush: zlib.Z_SYNC_FLUSH });
      const { bytes, error } = await read(cut);
      expect(error).toMatch(
        /^the gzip data is cut off or damaged near byte \d+ of the file \(.+\); what came before was read$/,
      );
      expect(Buffer.compare(bytes, expected)).toBe(0);
    }
  });

  test('cut off in a later member yields the members before', async () => {
    const { bytes, error } = await read(concat(gzipSync(LONG), FIRST_GZ.subarray(0, 12)));
    expect(bytes.length).toBe(LONG.length);
    expect(error).toContain('the gzip data is cut off or damaged');
  });

  test('cut off in its header', async () => {
    for (const length of [2, 3, 4, 9]) {
      const { bytes, error } = await read(FIRST_GZ.subarray(0, length));
      expect(bytes.length).toBe(0);
      expect(error).toContain(
        `the gzip data is cut off or damaged near byte ${length} of the file`,
      );
    }
  });

  describe('of which only the end is wrong yields all', () => {
    const contents = [FIRST, noise(100_000), LONG];

    test.each([
      ['its checksum', 8, /^all of the gzip data was read, but its checksum is wrong$/],
      ['its length', 4, /^all of the gzip data was read, but the length that it tells is wrong$/],
    ])('%s', async (_, fromEnd, says) => {
      for (const content of contents) {
        const packed = new Uint8Array(gzipSync(content));
        packed[packed.length - fromEnd]! ^= 0xff;
        for (const more of [zeros(0), new Uint8Array(gzipSync(SECOND))]) {
          const { bytes, error } = await read(concat(packed, more));
          const whole = more.length === 0 ? content : concat(content, SECOND);
          expect(error).toMatch(says);
          expect(Buffer.compare(bytes, whole)).toBe(0);
        }
      }
    });

    test('what stands behind it', async () => {
      for (const content of contents) {
        const { bytes, error } = await read(concat(gzipSync(content), noise(1000)));
        expect(error).toBe(
          'all of the gzip data was read, but 1000 bytes stand behind it that are no gzip data',
        );
        expect(Buffer.compare(bytes, content)).toBe(0);
      }
    });

    test('zeros behind it are none of it', async () => {
      for (const length of [1, 9, 512, 100_000]) {
        await expectBytes(read(concat(gzipSync(FIRST), zeros(length))), FIRST);
      }
    });
  });

  test('with all that a header can have, byte by byte', async () => {
    const packed = gzipSync(FIRST).subarray(10);
    const header = concat(
      hex('1f8b 08 1e 00000000 00 03'),
      hex('0300 010203'),
      ascii('a\0b c\0'),
      hex('ffff'),
    );
    await expectBytes(readStdin(inChunks(concat(header, packed), 1)), FIRST);
  });

  test('damaged yields what came before, to within what is unpacked at a time', async () => {
    const content = noise(100_000);
    const packed = new Uint8Array(gzipSync(content, { level: 0 }));
    // Uncompressed blocks: u8 last, u16 length, u16 its complement. The second one's is damaged.
    const second = 10 + 5 + (packed[11]! | (packed[12]! << 8));
    expect(second).toBeGreaterThan(16 * 1024);
    packed[second + 3]! ^= 0xff;
    const { bytes, error } = await read(packed);
    expect(error).toMatch(/^the gzip data is cut off or damaged near byte \d+ of the file/);
    expect(bytes.length).toBeGreaterThan(second - 15 - 16 * 1024);
    expect(Buffer.compare(bytes, content.subarray(0, bytes.length))).toBe(0);
  });
});

describe('zstd', () => {
  test('is unpacked', async () => {
    await expectBytes(read(FIRST_ZST), FIRST);
    await expectBytes(read(SECOND_ZST), SECOND);
    await expectBytes(read(LONG_ZST), LONG);
  });

  test('of several frames, as of files put together', async () => {
    await expectBytes(read(concat(FIRST_ZST, SECOND_ZST)), concat(FIRST, SECOND));
    await expectBytes(read(concat(SECOND_ZST, LONG_ZST, FIRST_ZST)), concat(SECOND, LONG, FIRST));
  });

  test('with a frame to skip', async () => {
    await expectBytes(read(concat(FIRST_ZST, skippable, SECOND_ZST)), concat(FIRST, SECOND));
    await expectBytes(read(concat(FIRST_ZST, skippable)), FIRST);
  });

  test('with a frame to skip at its start, as pzstd writes it', async () => {
    await expectBytes(read(concat(skippable, FIRST_ZST)), FIRST);
  });

  test.each([100, 16_384, 100_000])('of many chunks, in blocks of %i bytes', async (blockBytes) => {
    const bytes = noise(300_000);
    await expectBytes(read(rawZstd(bytes, blockBytes)), bytes);
  });

  test('cut off anywhere yields the blocks before', async () => {
    const content = noise(5000);
    const packed = rawZstd(content, 1000);
    for (let length = 4; length < packed.length; length += 41) {
      const { bytes, error } = await read(packed.subarray(0, length));
      expect(error).toMatch(
        /^the zstd data is cut off or damaged near byte \d+ of the file \(.+\); what came before was read$/,
      );
      const blocks = Math.max(0, Math.floor((length - 6) / 1003));
      expect(Buffer.compare(bytes, content.subarray(0, blocks * 1000))).toBe(0);
    }
  });

  test.each([
    ['a small frame', FIRST_ZST, FIRST],
    ['a long one', LONG_ZST, LONG],
  ])(
    'cut off at every byte is an error, and what came is right (%s)',
    async (_, packed, content) => {
      for (let length = 4; length < packed.length; length++) {
        const { bytes, error } = await read(packed.subarray(0, length));
        expect(error, `${length} bytes`).toContain('the zstd data is cut off or damaged');
        expect(Buffer.compare(bytes, content.subarray(0, bytes.length))).toBe(0);
      }
    },
  );

  test('cut off in a later frame yields the frames before', async () => {
    const { bytes, error } = await read(concat(LONG_ZST, FIRST_ZST.subarray(0, 30)));
    expect(bytes.length).toBe(LONG.length);
    expect(error).toContain('the zstd data is cut off or damaged near byte 102 of the file');
  });

  test('damaged yields what came before', async () => {
    const content = noise(5000);
    const packed = rawZstd(content, 1000);
    // The fourth block is of the kind that is reserved.
    packed[6 + 3 * 1003]! |= 6;
    const { bytes, error } = await read(packed);
    expect(Buffer.compare(bytes, content.subarray(0, 3000))).toBe(0);
    expect(error).toContain('the zstd data is cut off or damaged near byte 0 of the file');
  });
});
