import type { Cursor } from '../../bytes/cursor.ts';

const TWO_TO_32 = 0x1_0000_0000;

/** An unsigned 48-bit integer: table ids. */
export function u48(c: Cursor, field: string): number {
  return c.u32(field) + c.u16(field) * TWO_TO_32;
}

/** `high * 2^32 + low`; a bigint only beyond 2^53-1. */
export function joined(high: number, low: number): number | bigint {
  const value = high * TWO_TO_32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
}

/**
 * A variable-length integer of MySQL's serialization library (PageLibsMysqlSerialization): as many low
 * 1 bits as bytes follow the first, a 0 bit, the value; after eight 1 bits all of the next 8 bytes.
 */
export function varlen(c: Cursor, field: string): bigint {
  const first = c.u8(field);
  let follow = 0;
  while ((first >> follow) & 1) follow++;
  const { bytes, start } = c.span(field, follow);
  let value = 0n;
  for (let i = follow - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[start + i]!);
  if (follow === 8) return value;
  return (value << BigInt(7 - follow)) | BigInt(first >> (follow + 1));
}

/** The same, signed: the sign in the lowest bit, -1 stored as 0 with it set. */
export function varlenSigned(c: Cursor, field: string): bigint {
  const value = varlen(c, field);
  return value & 1n ? -(value >> 1n) - 1n : value >> 1n;
}

/** A number where it is exact. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export function hexText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += bytes[at]!.toString(16).padStart(2, '0');
  return text;
}

/** Text of a fixed length, filled up with NULs. */
export function paddedText(c: Cursor, field: string, length: number): string {
  const text = c.text(field, length);
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}
