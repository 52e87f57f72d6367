import type { Cursor } from '../../bytes/cursor.ts';
import { columnTypeName } from '../constants/column-types.ts';

/** How the rows of a table are stored in its events. */
export interface Table {
  /** By column: bytes of a value, or below 0 the negated width of the length before it. */
  readonly widths: Int8Array;
  readonly jsonColumns: number;
}

/** A column whose values nobody can walk over. */
export const UNKNOWN_WIDTH = 127;

const ENUM = 247;
const SET = 248;
const STRING = 254;
const JSON_TYPE = 245;

/** What a column's metadata says: the type of its values, and how wide they are. */
interface Column {
  readonly type: number;
  readonly width: number;
}

/** A table map's columns: the names of their types, and how to walk over their values. */
export function readColumns(c: Cursor, types: Uint8Array): { table: Table; columnTypes: string[] } {
  const widths = new Int8Array(types.length).fill(UNKNOWN_WIDTH);
  const columnTypes: string[] = [];
  let jsonColumns = 0;
  for (const [i, type] of types.entries()) {
    const column = readColumn(c, type);
    widths[i] = column.width;
    columnTypes.push(columnTypeName(column.type));
    if (type === JSON_TYPE) jsonColumns++;
  }
  return { table: { widths, jsonColumns }, columnTypes };
}

/** Reads a column's metadata: none, one or two bytes by its type (class Table_map_event). */
function readColumn(c: Cursor, type: number): Column {
  switch (type) {
    case 1: // TINY
    case 13: // YEAR
      return { type, width: 1 };
    case 2: // SHORT
      return { type, width: 2 };
    case 9: // INT24
    case 10: // DATE
    case 11: // TIME
    case 14: // NEWDATE
      return { type, width: 3 };
    case 3: // LONG
    case 7: // TIMESTAMP
      return { type, width: 4 };
    case 8: // LONGLONG
    case 12: // DATETIME
      return { type, width: 8 };
    case 6: // NULL
      return { type, width: 0 };
    case 4: // FLOAT
    case 5: // DOUBLE
      return { type, width: fixed(c.u8('metadata')) };
    case 17: // TIMESTAMP2
      return { type, width: 4 + fractionBytes(c) };
    case 18: // DATETIME2
      return { type, width: 5 + fractionBytes(c) };
    case 19: // TIME2
      return { type, width: 3 + fractionBytes(c) };
    case 140: // BLOB_COMPRESSED, MariaDB's
    case 242: // VECTOR
    case JSON_TYPE:
    case 249: // TINY_BLOB
    case 250: // MEDIUM_BLOB
    case 251: // LONG_BLOB
    case 252: // BLOB
    case 255: // GEOMETRY
      return { type, width: prefix(c.u8('metadata')) };
    case 15: // VARCHAR
    case 141: // VARCHAR_COMPRESSED, MariaDB's
    case 253: // VAR_STRING
      return { type, width: c.u16('metadata') > 255 ? -2 : -1 };
    case 16: {
      // BIT: bits beyond whole bytes, whole bytes
      const bits = c.u8('metadata');
      return { type, width: fixed(c.u8('metadata') + (bits > 0 ? 1 : 0)) };
    }
    case 246: {
      const precision = c.u8('metadata');
      return { type, width: decimalBytes(precision, c.u8('metadata')) };
    }
    case ENUM:
    case SET:
    case STRING:
      return string(c.u8('metadata'), c.u8('metadata'));
    default:
      return { type, width: UNKNOWN_WIDTH };
  }
}

const fixed = (width: number) => Math.min(width, UNKNOWN_WIDTH);
const prefix = (width: number) => (width >= 1 && width <= 4 ? -width : UNKNOWN_WIDTH);

/** Two digits of a second's fraction take a byte. */
function fractionBytes(c: Cursor): number {
  return Math.min((c.u8('metadata') + 1) >> 1, 3);
}

/** CHAR, ENUM and SET: the real type, with bits 8 and 9 of a length above 255 inverted in bits 4 and 5. */
function string(first: number, second: number): Column {
  const type = first | 0x30;
  if (type === ENUM || type === SET) return { type, width: fixed(second) };
  const length = second | (((first & 0x30) ^ 0x30) << 4);
  return { type: STRING, width: length > 255 ? -2 : -1 };
}

const DIGITS_PER_WORD = 9;
/** Bytes of so many left-over digits. */
const DIGIT_BYTES = [0, 1, 1, 2, 2, 3, 3, 4, 4];

function decimalBytes(precision: number, scale: number): number {
  if (scale > precision) return UNKNOWN_WIDTH;
  return fixed(digitBytes(precision - scale) + digitBytes(scale));
}

function digitBytes(digits: number): number {
  return Math.floor(digits / DIGITS_PER_WORD) * 4 + DIGIT_BYTES[digits % DIGITS_PER_WORD]!;
}
