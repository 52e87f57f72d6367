import type { Cursor } from '../../bytes/cursor.ts';
import type { Effect } from '../answer.ts';
import { CLIENT_QUERY_ATTRIBUTES } from '../constants/capabilities.ts';
import type { Fields } from '../messages/message.ts';
import { parameterTypes, parameterValues } from '../parameters.ts';
import { redactSecrets } from '../redact.ts';
import { negotiated, type Session } from '../session.ts';
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
  decode: (c, fields, session, answer) => {
    c.skip('command', 1);
    fields.sql = null;
    fields.attributes = {};
    if (hasAttributes(c, session)) queryAttributes(c, fields);
    const sql = redactSecrets(c, c.restText('sql'));
    fields.sql = sql;
    answer.effect = effectOf(sql);
  },
};

/** Where the handshake was not captured, the two counts show: no statement has a control character second. */
function hasAttributes(c: Cursor, session: Session): boolean {
  const agreed = negotiated(session, CLIENT_QUERY_ATTRIBUTES);
  if (agreed !== null) return agreed;
  const count = c.bytes[c.pos]!;
  const shown =
    c.left >= 2 && count < 0xfb && c.bytes[c.pos + 1] === 1 && (count === 0 || c.left > 2);
  session.inferred.queryAttributes = shown;
  return shown;
}

function queryAttributes(c: Cursor, fields: Fields): void {
  const count = c.length('attribute count');
  c.skip('attribute sets', 1);
  if (count === 0) return;
  const nulls = c.span('attribute NULL bitmap', (count + 7) >> 3);
  c.skip('attribute types flag', 1);
  parameterValues(c, nulls, parameterTypes(c, count, true), 0, NO_LONG_DATA, fields);
}

const NO_LONG_DATA = new Map();

const SET_NAMES = /^\s*set\s+(?:names|character\s+set|charset)\s+['"]?(\w+)/i;
const SET_VARIABLE =
  /^\s*set\s+(?:session\s+|@@session\.|@@)?character_set_(client|results)\s*=\s*['"]?(\w+)/i;
const USE = /^\s*use\s+(?:`([^`]+)`|(\S+?))\s*;?\s*$/i;

/** What the server's OK will change, where sessions are not tracked: the character sets and the schema. */
function effectOf(sql: string): Effect | null {
  const names = SET_NAMES.exec(sql);
  if (names !== null) return { clientCharset: names[1]!, resultsCharset: names[1]! };
  const variable = SET_VARIABLE.exec(sql);
  if (variable !== null) return { [`${variable[1]!.toLowerCase()}Charset`]: variable[2]! };
  const schema = USE.exec(sql);
  return schema === null ? null : { schema: schema[1] ?? schema[2]! };
}
