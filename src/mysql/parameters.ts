import type { Charset } from '../bytes/charset.ts';
import { Cursor } from '../bytes/cursor.ts';
import { DecodeFault } from '../bytes/fault.ts';
import { toBase64 } from '../bytes/text.ts';
import { isBinary, parameterType, type ValueType } from './column.ts';
import { columnTypeName, isColumnType } from './constants/column-types.ts';
import { type Fields, pushRead, setRead } from './messages/message.ts';
import type { LongData, ParameterType, Statement } from './statement.ts';
import { binaryValue } from './values.ts';

/** Most parameters a statement may have; also where their number has to be guessed. */
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

/**
 * How many parameters an execute has whose statement was not seen being prepared: the number with which
 * everything is in its place up to the last byte. Null where none fits, as without types.
 *
 *   NULL bitmap, (n + 7) / 8 bytes   int<1> 1   n times int<2> type   values
 */
export function inferParameterCount(c: Cursor): number | null {
  const { bytes, pos, end } = c;
  for (let n = 1; n <= MAX_INFERRED_PARAMETERS; n++) {
    const flag = pos + ((n + 7) >> 3);
    if (flag + 1 + 2 * n > end) return null;
    const hasPadding = n % 8 !== 0 && bytes[flag - 1]! >> (n % 8) !== 0;
    if (bytes[flag] === 1 && !hasPadding && fits(bytes, pos, flag + 1, end, n)) return n;
  }
  return null;
}

function fits(bytes: Uint8Array, nulls: number, start: number, end: number, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const high = bytes[start + 2 * i + 1]!;
    if (!isColumnType(bytes[start + 2 * i]!) || (high !== 0 && high !== 0x80)) return false;
  }
  const trial = new Cursor();
  trial.aim(bytes, start, end);
  try {
    const types = parameterTypes(trial, n, false);
    for (const [i, { type }] of types.entries()) {
      if (!isNullAt(bytes, nulls, i)) binaryValue(trial, 'value', type);
    }
  } catch (fault) {
    if (fault instanceof DecodeFault) return false;
    throw fault;
  }
  return trial.left === 0;
}

/**
 * Reads values whose types are known, where a bitmap does not say NULL and no long data stands in: the
 * statement's own into `fields.parameters`, query attributes into `fields.attributes`.
 */
export function parameterValues(
  c: Cursor,
  nulls: { readonly bytes: Uint8Array; readonly start: number },
  types: readonly ParameterType[],
  statement: Statement | null,
  fields: Fields,
): void {
  const own = fields.parameters as unknown[];
  const attributes = fields.attributes as object;
  for (const [i, { type, name }] of types.entries()) {
    const isAttribute = name !== '' || i >= (statement?.parameters ?? 0);
    const longData = statement?.longData.get(i);
    // Long data stands whatever the bitmap says: libmariadb sets its bit, too.
    let value: unknown = null;
    if (longData !== undefined) value = longValue(longData, type, c.charset);
    else if (!isNullAt(nulls.bytes, nulls.start, i)) value = binaryValue(c, 'parameter', type);
    if (isAttribute) setRead(c, attributes, name, value);
    else pushRead(c, fields, 'parametersBase64', own, value);
  }
}

/** What long data is as a value: as much of it as was kept. */
function longValue({ chunks, length }: LongData, type: ValueType, charset: Charset): unknown {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  const value = isBinary(type) ? { base64: toBase64(bytes) } : charset.decode(bytes, 0, at);
  return bytes.length === length ? value : { value, length };
}
