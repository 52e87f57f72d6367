import type { Cursor } from '../bytes/cursor.ts';
import { DecodeFault } from '../bytes/fault.ts';
import { toBase64 } from '../bytes/text.ts';
import type { Column } from './column.ts';

const UNSIGNED = 0x8000;

/**
 * One value of the binary protocol (page_protocol_binary_resultset, "Binary Protocol Value").
 *
 * @param type  parameter type: enum_field_types in the low byte, bit 15 set for unsigned
 * @returns a number, a decimal string beyond 2^53-1, text, or `{ base64 }` of binary strings
 */
export function binaryValue(c: Cursor, field: string, of: number | Column): unknown {
  const type = typeof of === 'number' ? of : of.type | (of.flags & 32 ? UNSIGNED : 0);
  const unsigned = (type & UNSIGNED) !== 0;
  switch (type & 0xff) {
    case 0x01: // TINY
      return unsigned ? c.u8(field) : (c.u8(field) << 24) >> 24;
    case 0x02: // SHORT
    case 0x0d: // YEAR
      return unsigned ? c.u16(field) : (c.u16(field) << 16) >> 16;
    case 0x03: // LONG
    case 0x09: // INT24
      return unsigned ? c.u32(field) : c.u32(field) | 0;
    case 0x08: // LONGLONG
      return unsigned ? c.u64(field) : c.i64(field);
    case 0x04: // FLOAT
      return c.f32(field);
    case 0x05: // DOUBLE
      return c.f64(field);
    case 0x06: // NULL
      return null;
    case 0x07: // TIMESTAMP
    case 0x0a: // DATE
    case 0x0c: // DATETIME
      return dateTime(c, field);
    case 0x0b: // TIME
      return time(c, field);
    case 0xf9: // TINY_BLOB
    case 0xfa: // MEDIUM_BLOB
    case 0xfb: // LONG_BLOB
    case 0xfc: // BLOB
    case 0xff: {
      // GEOMETRY
      const { bytes, start, end } = c.span(field, c.length(field));
      return { base64: toBase64(bytes.subarray(start, end)) };
    }
    case 0x00: // DECIMAL
    case 0x0f: // VARCHAR
    case 0x10: // BIT
    case 0xf5: // JSON
    case 0xf6: // NEWDECIMAL
    case 0xf7: // ENUM
    case 0xf8: // SET
    case 0xfd: // VAR_STRING
    case 0xfe: // STRING
      return c.lenencText(field);
    default:
      throw new DecodeFault(`${field} of unknown type ${type & 0xff}`, c.offset, 1, c.left);
  }
}

/** int<1> length 0, 4, 7 or 11   int<2> year  int<1> month, day, hour, minute, second  int<4> µs */
function dateTime(c: Cursor, field: string): string {
  const length = c.u8(field);
  if (length === 0) return '0000-00-00';
  const date = `${pad(c.u16(field), 4)}-${pad(c.u8(field), 2)}-${pad(c.u8(field), 2)}`;
  if (length === 4) return date;
  const text = `${date} ${pad(c.u8(field), 2)}:${pad(c.u8(field), 2)}:${pad(c.u8(field), 2)}`;
  return length === 7 ? text : `${text}.${pad(c.u32(field), 6)}`;
}

/** int<1> length 0, 8 or 12   int<1> negative  int<4> days  int<1> hour, minute, second  int<4> µs */
function time(c: Cursor, field: string): string {
  const length = c.u8(field);
  if (length === 0) return '00:00:00';
  const sign = c.u8(field) ? '-' : '';
  const days = c.u32(field);
  const hours = days * 24 + c.u8(field);
  const text = `${sign}${pad(hours, 2)}:${pad(c.u8(field), 2)}:${pad(c.u8(field), 2)}`;
  return length === 8 ? text : `${text}.${pad(c.u32(field), 6)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

export function textValue(c: Cursor, field: string, _column: Column | undefined): unknown {
  return c.lenencText(field);
}

export function isBinaryType(type: number): boolean {
  return type >= 0xf9 && type !== 0xfd && type !== 0xfe;
}
