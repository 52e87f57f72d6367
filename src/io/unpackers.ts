import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';

type Fzstd = typeof import('fzstd');

const load = createRequire(import.meta.url);
/** Loaded when the first compressed packet needs it: it would delay every start. */
let fzstd: Fzstd | null = null;

/** What unpacks the compressed protocol's packets. The length is the packet's own word, and a limit. */
export const UNPACKERS = {
  zlib(bytes: Uint8Array, length: number): Uint8Array {
    return expectLength(inflateSync(bytes, { maxOutputLength: length }), length);
  },
  zstd(bytes: Uint8Array, length: number): Uint8Array {
    fzstd ??= load('fzstd') as Fzstd;
    return expectLength(fzstd.decompress(bytes, new Uint8Array(length)), length);
  },
};

function expectLength(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) {
    throw new Error(`${bytes.length} bytes came out where ${length} were announced`);
  }
  return bytes;
}
