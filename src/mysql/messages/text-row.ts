import type { Decode } from './message.ts';

const NULL_VALUE = 0xfb;

/**
 * ProtocolText::ResultsetRow, page_protocol_com_query_response_text_resultset_row
 *
 *   for each column:  0xfb for NULL, or string<lenenc>
 *
 * Where a value is not valid text, `valuesBase64` has its bytes at the same place.
 */
export const textRow: Decode = (c, fields) => {
  const values: (string | null)[] = [];
  const invalid: string[] = [];
  fields.values = values;
  while (c.left > 0) {
    if (c.bytes[c.pos] === NULL_VALUE) {
      c.skip('value', 1);
      values.push(null);
    } else {
      values.push(c.lenencText('value'));
      const base64 = c.takeInvalid();
      if (base64 !== null) invalid[values.length - 1] = base64;
    }
  }
  if (invalid.length > 0) fields.valuesBase64 = Array.from(values, (_, i) => invalid[i] ?? null);
};
