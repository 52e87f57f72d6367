import type { Charset } from '../bytes/charset.ts';
import { Cursor } from '../bytes/cursor.ts';
import { DecodeFault } from '../bytes/fault.ts';
import { toBase64 } from '../bytes/text.ts';
import { isBinary, parameterType, type ValueType } from './column.ts';
import { columnTypeName, isColumnType } from './constants/column-types.ts';
import { type Fields, pushRead, setRead } from './messages/message.ts';
import type { LongData, ParameterType } from './statement.ts';
import { binaryValue } from './values.ts';

/** Parameters looked for where their number is not known; the servers' limit is 65,535. */
const MAX_INFERRED_PARAMETERS = 1024;

const UNSIGNED = 0x8000;

export function isNullAt(bitmap: Uint8Array, start: number, index: number): boolean {
  return ((bitmap[start + (index >> 3)]! >> (index & 7)) & 1) !== 0;
}

/** `count` times  int<2> type  string<lenenc> name (if CLIENT_QUERY_ATTRIBUTES) */
export function parameterTypes(c: Cursor, count: number, named: boolean): ParameterType[] {
  const types: ParameterType[] = [];
  for (let i = 0; i < count; i++) {
    const code = c.u16('parameter type');
    const name = named ? c.lenencText('parameter name') : '';
    c.takeInvalid();
    types.push({ code, type: parameterType(code), name });
  }
  return types;
}

export function parameterTypeName({ code }: ParameterType): string {
  return `${columnTypeName(code & 0xff)}${code & UNSIGNED ? ' UNSIGNED' : ''}`;
}

type LongDataByParameter = ReadonlyMap<number, LongData>;

/**
 * How many parameters an execute has whose statement was not seen being prepared: the one number with
 * which everything is in its place up to the last byte. Null where none fits, as without types, or several.
 *
 *   NULL bitmap, (n + 7) / 8 bytes   int<1> 1   n times int<2> type   values
 */
export function inferParameterCount(c: Cursor, longData: LongDataByParameter): number | null {
  const { bytes, pos, end } = c;
  let found: number | null = null;
  for (let n = 1; n <= MAX_INFERRED_PARAMETERS; n++) {
    const flag = pos + ((n + 7) >> 3);
    if (flag + 1 + 2 * n > end) break;
    const hasPadding = n % 8 !== 0 && bytes[flag - 1]! >> (n % 8) !== 0;
    if (bytes[flag] !== 1 || hasPadding || !areTypes(bytes, flag + 1, n)) continue;
    const trial = new Cursor().aim(bytes, flag + 1, end);
    const types = parameterTypes(trial, n, false);
    if (!fits(trial, { bytes, start: pos }, types, longData)) continue;
    if (found !== null) return null;
    found = n;
  }
  return found;
}

function areTypes(bytes: Uint8Array, start: number, count: number): boolean {
  for (let at = start; at < start + 2 * count; at += 2) {
    const high = bytes[at + 1]!;
    if (!isColumnType(bytes[at]!) || (high !== 0 && high !== 0x80)) return false;
  }
  return true;
}

/** Whether values of these types fill the rest of the packet, no more and no less. Reads nothing. */
export function fits(
  c: Cursor,
  nulls: Bitmap,
  types: readonly ParameterType[],
  longData: LongDataByParameter,
): boolean {
  const trial = new Cursor().aim(c.bytes, c.pos, c.end);
  try {
    for (const [i, { type }] of types.entries()) {
      if (!longData.has(i) && !isNullAt(nulls.bytes, nulls.start, i)) {
        binaryValue(trial, 'parameter', type);
      }
    }
  } catch (fault) {
    if (fault instanceof DecodeFault) return false;
    throw fault;
  }
  return trial.left === 0;
}

type Bitmap = { readonly bytes: Uint8Array; readonly start: number };

/**
 * Reads values whose types are known, where a bitmap does not say NULL and no long data stands in. The
 * first `own` without a name go into `fields.parameters`, query attributes into `fields.attributes`.
 */
export function parameterValues(
  c: Cursor,
  nulls: Bitmap,
  types: readonly ParameterType[],
  own: number,
  longData: LongDataByParameter,
  fields: Fields,
): void {
  const parameters = fields.parameters as unknown[];
  const attributes = fields.attributes as object;
  for (const [i, { type, name }] of types.entries()) {
    const sent = longData.get(i);
    // Long data stands whatever the bitmap says: libmariadb sets its bit, too.
    let value: unknown = null;
    if (sent !== undefined) value = longValue(sent, type, c.charset);
    else if (!isNullAt(nulls.bytes, nulls.start, i)) value = binaryValue(c, 'parameter', type);
    if (name !== '' || i >= own) setRead(c, attributes, name, value);
    else pushRead(c, fields, 'parametersBase64', parameters, value);
  }
}

/** What long data is as a value: as much of it as was kept. */
function longValue({ kept, length }: LongData, type: ValueType, charset: Charset): unknown {
  const value = isBinary(type)
    ? { base64: toBase64(kept.bytes.subarray(0, kept.length)) }
    : charset.decode(kept.bytes, 0, kept.length);
  return kept.length === length ? value : { value, length };
}
