import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UNPACKERS } from '../../src/io/unpackers.ts';
import { concat, counting, u8, zeros } from '../build/bytes.ts';
import { compressed } from '../build/mysql.ts';

const HEADER_BYTES = 7;
const pack = {
  zlib: (bytes: Uint8Array) => Uint8Array.from(deflateSync(bytes)),
  zstd: (bytes: Uint8Array) => compressed(0, bytes, 'zstd').slice(HEADER_BYTES),
};

describe.each(['zlib', 'zstd'] as const)('%s', (algorithm) => {
  const unpack = UNPACKERS[algorithm];
  const packed = pack[algorithm](counting(1000));

  test.each([1, 50, 1000, 200_000, 0xff_ffff])('gives back %i bytes', (length) => {
    const bytes = counting(length);
    expect(Buffer.compare(unpack(pack[algorithm](bytes), length), bytes)).toBe(0);
  });

  test('takes what is announced for a limit', () => {
    for (const length of [1, 999, 500]) expect(() => unpack(packed, length)).toThrow(/\S/);
  });

  test('says so where less comes out', () => {
    for (const length of [1001, 5000]) expect(() => unpack(packed, length)).toThrow(/\S/);
    expect(() => unpack(packed, 1001)).toThrow('1000 bytes came out where 1001 were announced');
  });

  test('says so where the end is missing, wherever that is', () => {
    for (let length = 0; length < packed.length; length += 13) {
      expect(() => unpack(packed.slice(0, length), 1000), `${length}`).toThrow(/\S/);
    }
  });

  test.each([
    ['nothing', zeros(0)],
    ['zeros', zeros(100)],
    ['text', Uint8Array.from(Buffer.from('select 1'))],
    ['0xff', new Uint8Array(100).fill(0xff)],
    ['gzip', Uint8Array.from(gzipSync(counting(1000)))],
    ['bare deflate', Uint8Array.from(deflateRawSync(counting(1000)))],
    ['its first byte alone', packed.slice(0, 1)],
  ])('refuses %s', (_, bytes) => {
    expect(() => unpack(bytes, 1000)).toThrow(Error);
  });

  test('does not grow with what a few bytes promise', () => {
    const bomb = pack[algorithm](zeros(4_000_000));
    // It ends there, and does not first unpack all of it; a zstd frame says its size itself.
    expect(() => unpack(bomb, 100)).toThrow(algorithm === 'zstd' ? /\S/ : /^(?!4000000 )/);
  });

  test('survives damage', () => {
    for (let at = 0; at < Math.min(packed.length, 300); at++) {
      const damaged = packed.slice();
      damaged[at]! ^= 0x55;
      let unpacked: Uint8Array | null = null;
      try {
        unpacked = unpack(damaged, 1000);
      } catch (error) {
        expect((error as Error).message).not.toBe('');
      }
      if (unpacked !== null) expect(unpacked).toHaveLength(1000);
    }
  });

  test('reads only what it is given', () => {
    const around = concat(u8(1, 2, 3), packed, u8(4, 5, 6));
    const inside = around.subarray(3, 3 + packed.length);
    expect(unpack(inside, 1000)).toHaveLength(1000);
  });
});
