import { DecodeFault } from '../../bytes/fault.ts';
import { isNullAt } from '../parameters.ts';
import { binaryValue } from '../values.ts';
import { type Decode, pushRead } from './message.ts';

/** The NULL bitmap of a binary row leaves its first two bits out. */
const BITMAP_OFFSET = 2;

/**
 * Binary Protocol Resultset Row, page_protocol_binary_resultset
 *
 *   int<1>  0
 *   NULL bitmap, (columns + 7 + 2) / 8 bytes
 *   a value for each column that is not NULL
 */
export const binaryRow: Decode = (c, fields, _session, { columns }) => {
  fields.values = null;
  if (columns === null) return;
  if (c.u8('header') !== 0) throw new DecodeFault('header that is not 0', 0, 0, 0);
  const nulls = c.span('NULL bitmap', (columns.length + 7 + BITMAP_OFFSET) >> 3);
  const values: unknown[] = [];
  fields.values = values;
  for (const [i, column] of columns.entries()) {
    const isNull = isNullAt(nulls.bytes, nulls.start, i + BITMAP_OFFSET);
    const value = isNull ? null : binaryValue(c, 'value', column);
    pushRead(c, fields, 'valuesBase64', values, value);
  }
  c.ends();
};
