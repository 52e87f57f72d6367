import { flagNames } from './flags.ts';

/** field__types_8h, enum_field_types. */
const COLUMN_TYPES: Readonly<Record<number, string>> = {
  0: 'MYSQL_TYPE_DECIMAL',
  1: 'MYSQL_TYPE_TINY',
  2: 'MYSQL_TYPE_SHORT',
  3: 'MYSQL_TYPE_LONG',
  4: 'MYSQL_TYPE_FLOAT',
  5: 'MYSQL_TYPE_DOUBLE',
  6: 'MYSQL_TYPE_NULL',
  7: 'MYSQL_TYPE_TIMESTAMP',
  8: 'MYSQL_TYPE_LONGLONG',
  9: 'MYSQL_TYPE_INT24',
  10: 'MYSQL_TYPE_DATE',
  11: 'MYSQL_TYPE_TIME',
  12: 'MYSQL_TYPE_DATETIME',
  13: 'MYSQL_TYPE_YEAR',
  14: 'MYSQL_TYPE_NEWDATE',
  15: 'MYSQL_TYPE_VARCHAR',
  16: 'MYSQL_TYPE_BIT',
  17: 'MYSQL_TYPE_TIMESTAMP2',
  18: 'MYSQL_TYPE_DATETIME2',
  19: 'MYSQL_TYPE_TIME2',
  20: 'MYSQL_TYPE_TYPED_ARRAY',
  242: 'MYSQL_TYPE_VECTOR',
  245: 'MYSQL_TYPE_JSON',
  246: 'MYSQL_TYPE_NEWDECIMAL',
  247: 'MYSQL_TYPE_ENUM',
  248: 'MYSQL_TYPE_SET',
  249: 'MYSQL_TYPE_TINY_BLOB',
  250: 'MYSQL_TYPE_MEDIUM_BLOB',
  251: 'MYSQL_TYPE_LONG_BLOB',
  252: 'MYSQL_TYPE_BLOB',
  253: 'MYSQL_TYPE_VAR_STRING',
  254: 'MYSQL_TYPE_STRING',
  255: 'MYSQL_TYPE_GEOMETRY',
};

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

export function columnTypeName(type: number): string {
  return COLUMN_TYPES[type] ?? `TYPE_${type}`;
}

export function columnFlagNames(flags: number): string[] {
  return flagNames(COLUMN_FLAGS, flags);
}

export function isColumnType(type: number): boolean {
  return COLUMN_TYPES[type] !== undefined;
}
