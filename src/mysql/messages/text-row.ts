import { DecodeFault } from '../../bytes/fault.ts';
import type { Column } from '../column.ts';
import { textValue } from '../values.ts';
import { type Decode, pushRead } from './message.ts';

const NULL_VALUE = 0xfb;
/** No server's tables or results have more. */
const MAX_COLUMNS = 4096;

/**
 * ProtocolText::ResultsetRow, page_protocol_com_query_response_text_resultset_row
 *
 *   for each column:  0xfb for NULL, or string<lenenc>
 *
 * Without the columns' definitions every value is text. Where a value is not valid text, `valuesBase64`
 * has its bytes at the same place.
 */
export const textRow: Decode = (c, fields, _session, answer) => {
  const columns: readonly (Column | undefined)[] = answer.columns ?? [];
  const values: unknown[] = [];
  fields.values = values;
  while (c.left > 0) {
    if (values.length === MAX_COLUMNS)
      throw new DecodeFault(`more than ${MAX_COLUMNS} values`, c.offset, 0, 0);
    const column = columns[values.length];
    let value: unknown = null;
    if (c.bytes[c.pos] === NULL_VALUE) c.skip('value', 1);
    else value = column === undefined ? c.lenencText('value') : textValue(c, 'value', column);
    pushRead(c, fields, 'valuesBase64', values, value);
  }
  const { columnCount } = answer;
  if (columnCount > 0 && values.length !== columnCount) {
    throw new DecodeFault(`${values.length} values under ${columnCount} columns`, c.offset, 0, 0);
  }
};
