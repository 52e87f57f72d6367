import type { Cursor } from '../../bytes/cursor.ts';
import type { Effect } from '../answer.ts';
import { CLIENT_QUERY_ATTRIBUTES } from '../constants/capabilities.ts';
import type { Fields } from '../messages/message.ts';
import type { Packet } from '../packet.ts';
import { parameterTypes, parameterValues } from '../parameters.ts';
import { redactSecrets } from '../redact.ts';
import { negotiated, type Session } from '../session.ts';
import { startOfSql } from '../statement-facts.ts';
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
    const isEarly = c.offset <= MAX_EFFECT_AT;
    const sql = redactSecrets(c, c.restText('sql'));
    fields.sql = sql;
    answer.effect = isEarly ? effectOf(sql) : null;
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

/** SET and USE, small. */
const SET = 0x736574;
const USE_SCHEMA = 0x757365;

/** Whether a COM_QUERY may have an effect, by its first letters: few have, and no other is decoded for it. */
export function mayChangeSession(packet: Packet, session: Session): boolean {
  const { bytes, end } = packet;
  let at = startOfSql(bytes, packet.start, end, session);
  // Attributes stand before the statement.
  if (at === end) return true;
  while (at < end && isBlank(bytes[at]!)) at++;
  if (at + 3 > end) return false;
  const letters = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]! | 0x202020;
  return letters === SET || letters === USE_SCHEMA;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/**
 * Only so much of a COM_QUERY is kept for certain, where nobody prints it: the statement has to begin in the first
 * 512 bytes, and its beginning to say it in 128 characters, which take as many at most.
 */
const MAX_EFFECT_AT = 512;
const MAX_EFFECT_CHARACTERS = 128;

const SET_NAMES = /^[\t-\r ]*set\s+(?:names|character\s+set|charset)\s+['"]?(\w+)/i;
const SET_VARIABLE =
  /^[\t-\r ]*set\s+(?:session\s+|@@session\.|@@)?character_set_(client|results)\s*=\s*['"]?(\w+)/i;
const USE = /^[\t-\r ]*use\s+(?:`([^`]+)`|(\S+?))\s*;?\s*$/i;

/** What the server's OK will change, where sessions are not tracked: the character sets and the schema. */
function effectOf(sql: string): Effect | null {
  const head = sql.slice(0, MAX_EFFECT_CHARACTERS);
  const names = SET_NAMES.exec(head);
  if (names !== null) return { clientCharset: names[1]!, resultsCharset: names[1]! };
  const variable = SET_VARIABLE.exec(head);
  if (variable !== null) return { [`${variable[1]!.toLowerCase()}Charset`]: variable[2]! };
  const schema = head.length === sql.length ? USE.exec(head) : null;
  return schema === null ? null : { schema: schema[1] ?? schema[2]! };
}
