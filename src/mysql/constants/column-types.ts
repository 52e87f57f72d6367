import { flagNames } from './flags.ts';

/** field__types_8h, enum_field_types; the last two, of compressed columns, are MariaDB's. */
export const TYPE = {
  DECIMAL: 0,
  TINY: 1,
  SHORT: 2,
  LONG: 3,
  FLOAT: 4,
  DOUBLE: 5,
  NULL: 6,
  TIMESTAMP: 7,
  LONGLONG: 8,
  INT24: 9,
  DATE: 10,
  TIME: 11,
  DATETIME: 12,
  YEAR: 13,
  NEWDATE: 14,
  VARCHAR: 15,
  BIT: 16,
  TIMESTAMP2: 17,
  DATETIME2: 18,
  TIME2: 19,
  TYPED_ARRAY: 20,
  VECTOR: 242,
  INVALID: 243,
  BOOL: 244,
  JSON: 245,
  NEWDECIMAL: 246,
  ENUM: 247,
  SET: 248,
  TINY_BLOB: 249,
  MEDIUM_BLOB: 250,
  LONG_BLOB: 251,
  BLOB: 252,
  VAR_STRING: 253,
  STRING: 254,
  GEOMETRY: 255,
  BLOB_COMPRESSED: 140,
  VARCHAR_COMPRESSED: 141,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TYPE).map(([name, type]) => [type, `MYSQL_TYPE_${name}`]),
);

/** group__group__cs__column__definition__flags, by bit. */
const COLUMN_FLAGS = [
  'NOT_NULL_FLAG',
  'PRI_KEY_FLAG',
  'UNIQUE_KEY_FLAG',
  'MULTIPLE_KEY_FLAG',
  'BLOB_FLAG',
  'UNSIGNED_FLAG',
  'ZEROFILL_FLAG',
  'BINARY_FLAG',
  'ENUM_FLAG',
  'AUTO_INCREMENT_FLAG',
  'TIMESTAMP_FLAG',
  'SET_FLAG',
  'NO_DEFAULT_VALUE_FLAG',
  'ON_UPDATE_NOW_FLAG',
  'PART_KEY_FLAG',
  'NUM_FLAG',
];

export const UNSIGNED_FLAG = 1 << 5;

export function columnTypeName(type: number): string {
  return NAMES.get(type) ?? `TYPE_${type}`;
}

/** The two bytes of flags that are sent; the servers keep more, for themselves. */
export function columnFlagNames(flags: number): string[] {
  return flagNames(COLUMN_FLAGS, flags);
}

export function isColumnType(type: number): boolean {
  return NAMES.has(type);
}
