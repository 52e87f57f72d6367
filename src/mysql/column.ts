import { BINARY_COLLATION } from './constants/collations.ts';
import { TYPE, UNSIGNED_FLAG } from './constants/column-types.ts';

/** What the bytes of a value mean: a `Column` says so, and a parameter's type code. */
export interface ValueType {
  /** enum_field_types. */
  readonly type: number;
  readonly flags: number;
  /** Id of the collation its text has; null where the text is in the set that the cursor has. */
  readonly collation: number | null;
  /** Digits of a fraction; 31 (NOT_FIXED_DEC) for as many as there are. */
  readonly decimals: number;
}

/** What a ColumnDefinition41 says of the values in its place of each row. */
export interface Column extends ValueType {
  readonly name: string;
  readonly columnLength: number;
  /** MariaDB's name for what the wire has no type for: `json`, `uuid`, `inet6`, `point` … */
  readonly extendedType: string | null;
}

const NOT_FIXED_DEC = 31;
const PARAMETER_UNSIGNED = 0x8000;

/**
 * The type of a parameter or query attribute.
 *
 * @param code  int<2> from the wire: enum_field_types in the low byte, bit 15 set for unsigned
 */
export function parameterType(code: number): ValueType {
  const type = code & 0xff;
  return {
    type,
    flags: code & PARAMETER_UNSIGNED ? UNSIGNED_FLAG : 0,
    collation: isBlob(type) ? BINARY_COLLATION : null,
    decimals: NOT_FIXED_DEC,
  };
}

export function isUnsigned(type: ValueType): boolean {
  return (type.flags & UNSIGNED_FLAG) !== 0;
}

/** Bytes rather than text, if it is a string or blob at all. */
export function isBinary(type: ValueType): boolean {
  return type.collation === BINARY_COLLATION;
}

function isBlob(type: number): boolean {
  return type >= TYPE.TINY_BLOB && type <= TYPE.BLOB;
}
