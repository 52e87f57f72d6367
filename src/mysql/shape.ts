import { CLIENT_PROTOCOL_41, CLIENT_QUERY_ATTRIBUTES } from './constants/capabilities.ts';
import { TYPE } from './constants/column-types.ts';
import { SERVER_SESSION_STATE_CHANGED } from './constants/status.ts';
import type { Packet, PacketType } from './packet.ts';
import { behindInteger, behindText, isColumnCount } from './recognize.ts';
import { hasStatusFlags, negotiated, type Session } from './session.ts';

/** Of a connection's first results the definitions and some rows are looked at; of later ones, made by the same code, the first row. */
const MAX_CHECKED_RESULTS = 256;

export function isResultChecked({ results }: Session): boolean {
  return results < MAX_CHECKED_RESULTS;
}

/**
 * Whether packets are shaped as they must be, told without decoding them: most are, and nobody wants to see them. What
 * is not plainly right is decoded, and the decoder says what is wrong. Each walk has the layout of its decoder.
 */
export function isPlain(type: PacketType, packet: Packet, session: Session): boolean {
  const { bytes, start, end } = packet;
  switch (type) {
    case 'OK':
      return isPlainOk(bytes, start, end, session);
    case 'EOF':
      return end - start === EOF_LENGTH;
    case 'ERR':
      return end - start >= MIN_ERR_LENGTH;
    case 'ColumnCount':
      return isColumnCount(bytes, start, end);
    case 'ColumnDefinition':
      return !isResultChecked(session) || isPlainDefinition(bytes, start, end);
    case 'StmtPrepareOK':
      return end - start === PREPARE_OK_LENGTH;
    case 'COM_QUERY':
      return negotiated(session, CLIENT_QUERY_ATTRIBUTES) !== true || bytes[start + 1] === 0;
    default:
      return !CHECKED.has(type);
  }
}

const EOF_LENGTH = 5;
/** Header and code. */
const MIN_ERR_LENGTH = 3;
const PREPARE_OK_LENGTH = 12;

/** Commands of a few fields, which nobody sends by the thousand. */
const CHECKED: ReadonlySet<PacketType> = new Set<PacketType>([
  'COM_PROCESS_KILL',
  'COM_REFRESH',
  'COM_REGISTER_SLAVE',
  'COM_SET_OPTION',
  'COM_STMT_CLOSE',
  'COM_STMT_FETCH',
  'COM_STMT_RESET',
]);

/** See messages/ok.ts for the layout. */
function isPlainOk(bytes: Uint8Array, start: number, end: number, session: Session): boolean {
  const status = behindInteger(bytes, behindInteger(bytes, start + 1, end), end);
  if (status < 0 || status + 4 > end || !hasStatusFlags(session)) return false;
  const flags = bytes[status]! | (bytes[status + 1]! << 8);
  if ((flags & SERVER_SESSION_STATE_CHANGED) !== 0) return false;
  const info = status + 4;
  if (info === end) return true;
  // Before 4.1 it stands where the warnings do now.
  return negotiated(session, CLIENT_PROTOCOL_41) === true && behindText(bytes, info, end) === end;
}

const DEFINITION_NAMES = 6;
/** Length, collation, column length, type, flags, decimals, filler. */
const DEFINITION_TAIL_BYTES = 13;

/** See messages/column-definition.ts for the layout. */
function isPlainDefinition(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  for (let i = 0; i < DEFINITION_NAMES; i++) {
    if (at >= end) return false;
    at = behindText(bytes, at, end);
    if (at < 0) return false;
  }
  if (end - at === DEFINITION_TAIL_BYTES) return true;
  // MariaDB's extended type information comes before.
  return at < end && end - behindText(bytes, at, end) === DEFINITION_TAIL_BYTES;
}

/** Of a column definition of protocol 4.1 that has no default value: the type stands before flags, decimals and filler. */
const TYPE_FROM_END = 6;

/** The type of the column that a definition defines (enum_field_types). */
export function definedType({ bytes, start, end }: Packet): number {
  return end - start < DEFINITION_TAIL_BYTES ? TYPE.NULL : bytes[end - TYPE_FROM_END]!;
}

/** Whether a text row has so many values, and they fill it. */
export function isPlainTextRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  columns: number,
): boolean {
  let at = start;
  for (let i = 0; i < columns; i++) {
    if (at >= end) return false;
    const first = bytes[at]!;
    // Nearly all values are short.
    if (first < NULL_VALUE) at += 1 + first;
    else at = first === NULL_VALUE ? at + 1 : behindText(bytes, at, end);
    if (at < 0) return false;
  }
  return at === end;
}

const NULL_VALUE = 0xfb;
/** The NULL bitmap of a binary row leaves its first two bits out. */
const BITMAP_OFFSET = 2;

/** Whether a binary row has a value of each of these types, and they fill it. See messages/binary-row.ts for the layout. */
export function isPlainBinaryRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  types: readonly number[],
): boolean {
  const nulls = start + 1;
  const values = nulls + ((types.length + 7 + BITMAP_OFFSET) >> 3);
  if (bytes[start] !== 0 || values > end) return false;
  return areValues(bytes, values, end, types, nulls, BITMAP_OFFSET);
}

/**
 * Whether values of the binary protocol fill `[start, end)`, those that the bitmap at `nulls` says NULL of left out. The
 * bitmap's first `offset` bits are nobody's. True where a type is not known, and so not how long its values are.
 */
export function areValues(
  bytes: Uint8Array,
  start: number,
  end: number,
  types: readonly number[],
  nulls: number,
  offset: number,
): boolean {
  let at = start;
  for (let i = 0; i < types.length; i++) {
    const bit = i + offset;
    if ((bytes[nulls + (bit >> 3)]! >> (bit & 7)) & 1) continue;
    at = behindValue(types[i]! & 0xff, bytes, at, end);
    if (at === UNKNOWN) return true;
    if (at < 0) return false;
  }
  return at === end;
}

const UNKNOWN = -2;

/** Where a value of the binary protocol ends; -1 where it does not by `end`, or cannot be so long; see values.ts. */
function behindValue(type: number, bytes: Uint8Array, at: number, end: number): number {
  const size = VALUE_BYTES[type]!;
  if (size >= 0) return at + size <= end ? at + size : -1;
  if (size === NO_TYPE) return UNKNOWN;
  if (at >= end) return -1;
  if (size === TEXT) return behindText(bytes, at, end);
  const length = bytes[at]!;
  const lengths = size === DATE ? DATE_LENGTHS : TIME_LENGTHS;
  return lengths.includes(length) && at + 1 + length <= end ? at + 1 + length : -1;
}

const TEXT = -1;
const DATE = -2;
const TIME = -3;
const NO_TYPE = -4;
const DATE_LENGTHS = [0, 4, 7, 11];
const TIME_LENGTHS = [0, 8, 12];

/** By type: bytes of its values, or how their length is told. */
const VALUE_BYTES = (() => {
  const sizes = new Int8Array(256).fill(NO_TYPE);
  const set = (size: number, ...types: readonly number[]) => {
    for (const type of types) sizes[type] = size;
  };
  set(0, TYPE.NULL);
  set(1, TYPE.TINY, TYPE.BOOL);
  set(2, TYPE.SHORT, TYPE.YEAR);
  set(4, TYPE.LONG, TYPE.INT24, TYPE.FLOAT);
  set(8, TYPE.LONGLONG, TYPE.DOUBLE);
  set(DATE, TYPE.DATE, TYPE.NEWDATE, TYPE.DATETIME, TYPE.DATETIME2);
  set(DATE, TYPE.TIMESTAMP, TYPE.TIMESTAMP2);
  set(TIME, TYPE.TIME, TYPE.TIME2);
  set(TEXT, TYPE.DECIMAL, TYPE.NEWDECIMAL, TYPE.VARCHAR, TYPE.VAR_STRING, TYPE.STRING);
  set(TEXT, TYPE.ENUM, TYPE.SET, TYPE.TINY_BLOB, TYPE.MEDIUM_BLOB, TYPE.LONG_BLOB, TYPE.BLOB);
  set(TEXT, TYPE.BIT, TYPE.JSON, TYPE.GEOMETRY, TYPE.VECTOR, TYPE.TYPED_ARRAY);
  return sizes;
})();
