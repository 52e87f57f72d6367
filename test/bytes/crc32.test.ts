import { expect, test } from 'vitest';
import { crc32 } from '../../src/bytes/crc32.ts';
import { amid, ascii } from '../build/bytes.ts';

test.each([
  ['', 0],
  ['a', 0xe8b7_be43],
  ['123456789', 0xcbf4_3926],
])('the CRC-32 of "%s" is the one that everybody computes', (text, expected) => {
  const { bytes, start, end } = amid(ascii(text));
  expect(crc32(bytes, start, end)).toBe(expected);
});
