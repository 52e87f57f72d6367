/** Bytes written by hand: nothing here knows a constant of the program under test. */

export type ByteOrder = 'big' | 'little';

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** `hex('d4c3 b2a1')`; spaces are for the reader. */
export function hex(digits: string): Uint8Array {
  const compact = digits.replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(compact)) throw new Error(`not hex: ${digits}`);
  return Uint8Array.from(compact.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One byte per character, U+0000 to U+00FF. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

export function toAscii(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

export function u8(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** An unsigned integer of `size` bytes. */
export function uint(value: number | bigint, size: number, order: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = BigInt(value);
  for (let i = 0; i < size; i++) {
    bytes[order === 'little' ? i : size - 1 - i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** Big-endian, as in network headers. */
export const u16 = (value: number): Uint8Array => uint(value, 2, 'big');
export const u32 = (value: number): Uint8Array => uint(value, 4, 'big');

export function zeros(length: number): Uint8Array {
  return new Uint8Array(length);
}

/** `length` bytes, each unlike its neighbours. */
export function counting(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (from + i * 7) & 0xff);
}

/** Zero bytes up to the next multiple of four. */
export function padded(bytes: Uint8Array): Uint8Array {
  return concat(bytes, zeros((4 - (bytes.length % 4)) % 4));
}

/** The bytes in runs of `size`, each in an array of its own. */
export function inChunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
  return chunks;
}

/** The bytes inside a larger array, so that a read beyond their ends is found out. */
export function amid(bytes: Uint8Array): { bytes: Uint8Array; start: number; end: number } {
  const before = new Uint8Array(3).fill(0xa5);
  const behind = new Uint8Array(80).fill(0x45);
  return {
    bytes: concat(before, bytes, behind),
    start: before.length,
    end: before.length + bytes.length,
  };
}
