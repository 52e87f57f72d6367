import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';

type Fzstd = typeof import('fzstd');

const load = createRequire(import.meta.url);
/** Loaded when the first compressed packet needs it: it would delay every start. */
let fzstd: Fzstd | null = null;

/** What unpacks the compressed protocol's packets. The length is the packet's own word, and a limit. */
export const UNPACKERS = {
  zlib(bytes: Uint8Array, length: number): Uint8Array {
    return expectLength(inflate(bytes, length), length);
  },
  zstd(bytes: Uint8Array, length: number): Uint8Array {
    fzstd ??= load('fzstd') as Fzstd;
    const { size, window } = zstdFrame(bytes);
    if (size !== null && size !== length) throw wrongLength(size, length);
    // It fills a buffer that it is given and does not say how far: only where the frame does, it is given one.
    if (size !== null) return fzstd.decompress(bytes, new Uint8Array(length));
    if (window > MAX_WINDOW_BYTES) throw new Error(`its window of ${window} bytes is too large`);
    return expectLength(fzstd.decompress(bytes), length);
  },
};

function inflate(bytes: Uint8Array, length: number): Uint8Array {
  // Its types leave out what it gives with `info`: how many of the bytes belonged to the stream.
  const { buffer, engine } = inflateSync(bytes, {
    maxOutputLength: length,
    info: true,
  }) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
  const left = bytes.length - engine.bytesWritten;
  if (left > 0)
    throw new Error(`${left} of its ${bytes.length} bytes are left over behind the stream`);
  return buffer;
}

function expectLength(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw wrongLength(bytes.length, length);
  return bytes;
}

function wrongLength(got: number, length: number): Error {
  return new Error(`${got} bytes came out where ${length} were announced`);
}

/** No packet is larger, so no window need be. */
const MAX_WINDOW_BYTES = 16 * 1024 * 1024;
/** Bytes of the content size, by the two top bits of the frame header descriptor. */
const SIZE_BYTES = [0, 2, 4, 8];
/** Bytes of the dictionary's id, by the two lowest. */
const DICTIONARY_BYTES = [0, 1, 2, 4];

/**
 * What a zstd frame's header says (RFC 8878, 3.1.1.1): the size of its content, or null, and of its window.
 *
 *   int<4> magic  int<1> descriptor  int<1> window (unless single segment)  dictionary id  content size
 */
function zstdFrame(bytes: Uint8Array): { size: number | null; window: number } {
  const descriptor = bytes[4];
  if (descriptor === undefined) throw new Error('it ends in its header');
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBytes = SIZE_BYTES[descriptor >> 6]! || (isSingle ? 1 : 0);
  const start = 5 + (isSingle ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3]!;
  if (bytes.length < start + sizeBytes) throw new Error('it ends in its header');
  const [exponent, mantissa] = [bytes[5]! >> 3, bytes[5]! & 7];
  const window = isSingle ? 0 : 2 ** (10 + exponent) * (1 + mantissa / 8);
  if (sizeBytes === 0) return { size: null, window };
  let size = 0;
  for (let i = sizeBytes - 1; i >= 0; i--) size = size * 256 + bytes[start + i]!;
  // Two bytes start counting where one ends.
  return { size: sizeBytes === 2 ? size + 256 : size, window };
}
