import { UTF8 } from '../bytes/charset.ts';
import type { Cursor } from '../bytes/cursor.ts';
import { DecodeFault } from '../bytes/fault.ts';
import { toBase64 } from '../bytes/text.ts';
import { isBinary, isUnsigned, type ValueType } from './column.ts';
import { BINARY_COLLATION, charsetOf } from './constants/collations.ts';
import { TYPE } from './constants/column-types.ts';

/** A number, a decimal string where no number is exact, text, `{ base64 }` of bytes, or a vector. */
export type Value = number | string | { base64: string } | (number | string)[] | null;

/** One value of the binary protocol (page_protocol_binary_resultset, "Binary Protocol Value"). */
export function binaryValue(c: Cursor, field: string, type: ValueType): Value {
  const unsigned = isUnsigned(type);
  switch (type.type) {
    case TYPE.TINY:
    case TYPE.BOOL:
      return unsigned ? c.u8(field) : (c.u8(field) << 24) >> 24;
    case TYPE.SHORT:
    case TYPE.YEAR:
      return unsigned ? c.u16(field) : (c.u16(field) << 16) >> 16;
    case TYPE.LONG:
    case TYPE.INT24:
      return unsigned ? c.u32(field) : c.u32(field) | 0;
    case TYPE.LONGLONG:
      return exact(unsigned ? c.u64(field) : c.i64(field));
    case TYPE.FLOAT:
      return finite(c.f32(field));
    case TYPE.DOUBLE:
      return finite(c.f64(field));
    case TYPE.NULL:
      return null;
    case TYPE.DATE:
    case TYPE.NEWDATE:
    case TYPE.DATETIME:
    case TYPE.DATETIME2:
    case TYPE.TIMESTAMP:
    case TYPE.TIMESTAMP2:
      return dateTime(c, field, type);
    case TYPE.TIME:
    case TYPE.TIME2:
      return time(c, field, type);
    case TYPE.DECIMAL:
    case TYPE.NEWDECIMAL:
    case TYPE.VARCHAR:
    case TYPE.VAR_STRING:
    case TYPE.STRING:
    case TYPE.ENUM:
    case TYPE.SET:
    case TYPE.TINY_BLOB:
    case TYPE.MEDIUM_BLOB:
    case TYPE.LONG_BLOB:
    case TYPE.BLOB:
    case TYPE.BIT:
    case TYPE.JSON:
    case TYPE.GEOMETRY:
    case TYPE.VECTOR:
    case TYPE.TYPED_ARRAY:
      return stringValue(c, field, type);
    default:
      throw new DecodeFault(`${field} of unknown type ${type.type}`, c.offset, 0, c.left);
  }
}

const NULL_VALUE = 0xfb;

/**
 * One value of the text protocol (page_protocol_com_query_response_text_resultset_row): 0xfb for NULL, or
 * string<lenenc>. It is what `binaryValue` makes of the same value, but for a FLOAT, which the server rounds
 * for its text, mostly to six digits.
 */
export function textValue(c: Cursor, field: string, type: ValueType): Value {
  if (c.left > 0 && c.bytes[c.pos] === NULL_VALUE) {
    c.skip(field, 1);
    return null;
  }
  switch (type.type) {
    case TYPE.TINY:
    case TYPE.BOOL:
    case TYPE.SHORT:
    case TYPE.YEAR:
    case TYPE.LONG:
    case TYPE.INT24:
    case TYPE.LONGLONG:
      return integerIn(text(c, field, c.length(field), type));
    case TYPE.FLOAT:
    case TYPE.DOUBLE:
      return floatIn(text(c, field, c.length(field), type));
    default:
      return stringValue(c, field, type);
  }
}

/** What is a string<lenenc> in both protocols. */
function stringValue(c: Cursor, field: string, type: ValueType): Value {
  const length = c.length(field);
  switch (type.type) {
    case TYPE.BIT:
      return bits(c, field, length);
    case TYPE.VECTOR:
      return length % 4 === 0 ? vector(c, field, length) : base64(c, field, length);
    case TYPE.GEOMETRY:
    case TYPE.TYPED_ARRAY:
      return base64(c, field, length);
    case TYPE.VARCHAR:
    case TYPE.VAR_STRING:
    case TYPE.STRING:
    case TYPE.ENUM:
    case TYPE.SET:
    case TYPE.TINY_BLOB:
    case TYPE.MEDIUM_BLOB:
    case TYPE.LONG_BLOB:
    case TYPE.BLOB:
      if (isBinary(type)) return base64(c, field, length);
      break;
  }
  return text(c, field, length, type);
}

/**
 * Numbers, dates and JSON have the binary collation too, but are text in the set of all results, the
 * cursor's. MySQL leaves numbers and dates in ASCII even where that set is UTF-16; NULs tell.
 */
function text(c: Cursor, field: string, length: number, { type, collation }: ValueType): string {
  if (collation === null) return c.text(field, length);
  if (collation !== BINARY_COLLATION) return c.text(field, length, charsetOf(collation));
  const isWide = length > 1 && (c.bytes[c.pos] === 0 || c.bytes[c.pos + 1] === 0);
  return c.text(field, length, isWide || type === TYPE.JSON ? c.charset : UTF8);
}

function base64(c: Cursor, field: string, length: number): Value {
  const { bytes, start, end } = c.span(field, length);
  return { base64: toBase64(bytes.subarray(start, end)) };
}

/** BIT(1) to BIT(64), big-endian. */
function bits(c: Cursor, field: string, length: number): Value {
  if (length < 1 || length > 8) throw impossibleLength(c, field, length);
  const { bytes, start, end } = c.span(field, length);
  let value = 0n;
  for (let at = start; at < end; at++) value = (value << 8n) | BigInt(bytes[at]!);
  return exact(value);
}

function vector(c: Cursor, field: string, length: number): Value {
  const values: (number | string)[] = [];
  for (let at = 0; at < length; at += 4) values.push(finite(c.f32(field)));
  return values;
}

/** int<1> length 0, 4, 7 or 11   int<2> year  int<1> month, day, hour, minute, second  int<4> µs */
function dateTime(c: Cursor, field: string, { type, decimals }: ValueType): string {
  const length = c.u8(field);
  if (length !== 0 && length !== 4 && length !== 7 && length !== 11) {
    throw impossibleLength(c, field, length);
  }
  let text = '0000-00-00';
  if (length >= 4) text = `${pad(c.u16(field), 4)}-${pad(c.u8(field), 2)}-${pad(c.u8(field), 2)}`;
  if (length <= 4 && (type === TYPE.DATE || type === TYPE.NEWDATE)) return text;
  return `${text} ${length >= 7 ? clock(c, field, 0) : '00:00:00'}${fraction(c, field, length === 11, decimals)}`;
}

/** int<1> length 0, 8 or 12   int<1> negative  int<4> days  int<1> hour, minute, second  int<4> µs */
function time(c: Cursor, field: string, { decimals }: ValueType): string {
  const length = c.u8(field);
  if (length !== 0 && length !== 8 && length !== 12) throw impossibleLength(c, field, length);
  let text = '00:00:00';
  if (length >= 8) text = `${c.u8(field) ? '-' : ''}${clock(c, field, c.u32(field))}`;
  return text + fraction(c, field, length === 12, decimals);
}

function clock(c: Cursor, field: string, days: number): string {
  return `${pad(days * 24 + c.u8(field), 2)}:${pad(c.u8(field), 2)}:${pad(c.u8(field), 2)}`;
}

/** As many digits as the column has; where it does not say, all six if they were sent. */
function fraction(c: Cursor, field: string, isSent: boolean, decimals: number): string {
  const micros = isSent ? pad(c.u32(field), 6) : '000000';
  if (decimals >= 1 && decimals <= 6) return `.${micros.slice(0, decimals)}`;
  return isSent ? `.${micros}` : '';
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

function impossibleLength(c: Cursor, field: string, length: number): DecodeFault {
  return new DecodeFault(`${field} of impossible length ${length}`, c.offset - 1, 0, 0);
}

/** At most the 255 digits of a column with ZEROFILL: a bigint of many more would take its time. */
const INTEGER = /^-?\d{1,255}$/;

/** What is not a number stays the text it is. */
function integerIn(text: string): Value {
  if (!INTEGER.test(text)) return text;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : String(BigInt(text));
}

const FLOAT = /^-?\d+(\.\d*)?(e[+-]?\d+)?$/;

function floatIn(text: string): Value {
  const value = FLOAT.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : text;
}

/** JSON has no other numbers. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function exact(value: number | bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
