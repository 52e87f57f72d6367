import type { Cursor } from '../../bytes/cursor.ts';
import { parameterType, type ValueType } from '../column.ts';
import { CLIENT_QUERY_ATTRIBUTES } from '../constants/capabilities.ts';
import { setRead } from '../messages/message.ts';
import { redactSecrets } from '../redact.ts';
import { negotiated, type Session } from '../session.ts';
import { binaryValue } from '../values.ts';
import type { Command } from './command.ts';

/**
 * COM_QUERY, page_protocol_com_query
 *
 *   int<1>       0x03
 *   int<lenenc>  number of attributes, n    int<lenenc>  sets of them: 1    (if CLIENT_QUERY_ATTRIBUTES)
 *   if n > 0:    NULL bitmap, (n + 7) / 8 bytes    int<1>  types follow: 1
 *                n times  int<2> type, string<lenenc> name    then the values
 *   string<$>    statement
 */
export const comQuery: Command = {
  code: 0x03,
  name: 'COM_QUERY',
  reply: 'answer',
  decode: (c, fields, session) => {
    c.skip('command', 1);
    fields.sql = null;
    const attributes = {};
    fields.attributes = attributes;
    if (hasAttributes(c, session)) queryAttributes(c, attributes);
    fields.sql = redactSecrets(c, c.restText('sql'));
  },
};

/** Where the login was not captured, the two counts show: no statement starts with a NUL or control. */
function hasAttributes(c: Cursor, session: Session): boolean {
  const agreed = negotiated(session, CLIENT_QUERY_ATTRIBUTES);
  if (agreed !== null) return agreed;
  return c.left >= 2 && c.bytes[c.pos]! < 0x09 && c.bytes[c.pos + 1] === 1;
}

function queryAttributes(c: Cursor, into: object): void {
  const count = c.length('attribute count');
  c.skip('attribute sets', 1);
  if (count === 0) return;
  const nulls = c.span('attribute NULL bitmap', Math.ceil(count / 8));
  c.skip('attribute types flag', 1);
  const heads: { type: ValueType; name: string }[] = [];
  for (let i = 0; i < count; i++) {
    const type = parameterType(c.u16('attribute type'));
    heads.push({ type, name: c.lenencText('attribute name') });
    c.takeInvalid();
  }
  for (const [i, { type, name }] of heads.entries()) {
    const isNull = (nulls.bytes[nulls.start + (i >> 3)]! >> (i & 7)) & 1;
    setRead(c, into, name, isNull ? null : binaryValue(c, 'attribute value', type));
  }
}
