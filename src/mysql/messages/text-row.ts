import type { Decode } from './message.ts';

const NULL_VALUE = 0xfb;

/**
 * ProtocolText::ResultsetRow, page_protocol_com_query_response_text_resultset_row
 *
 *   for each column:  0xfb for NULL, or string<lenenc>
 */
export const textRow: Decode = (c, fields) => {
  const values: (string | null)[] = [];
  fields.values = values;
  while (c.left > 0) {
    if (c.bytes[c.pos] === NULL_VALUE) {
      c.skip('value', 1);
      values.push(null);
    } else {
      values.push(c.lenencText('value'));
    }
  }
};
