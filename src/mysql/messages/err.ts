import type { Cursor } from '../../bytes/cursor.ts';
import { redactSecrets } from '../redact.ts';
import type { Decode } from './message.ts';

const SQL_STATE_MARKER = 0x23;
const SQL_STATE_BYTES = 5;

/**
 * ERR_Packet, page_protocol_basic_err_packet
 *
 *   int<1>     0xff
 *   int<2>     code
 *   string<1>  '#'  string<5> SQLSTATE      (not before the server knows the client's capabilities)
 *   string<$>  message
 *
 * Messages quote the statement, and with it what stands behind IDENTIFIED BY.
 */
export const err: Decode = (c, fields) => {
  c.skip('header', 1);
  fields.code = c.u16('code');
  fields.sqlState = null;
  if (c.left > SQL_STATE_BYTES && c.bytes[c.pos] === SQL_STATE_MARKER) {
    c.skip('sqlStateMarker', 1);
    fields.sqlState = c.text('sqlState', SQL_STATE_BYTES);
  } else if (c.restLength > c.left && c.bytes[c.pos] === SQL_STATE_MARKER) {
    c.skip('sqlState', SQL_STATE_BYTES + 1);
  }
  fields.message = redactQuoted(c, c.restText('message'));
};

/** Takes secrets out of a message, and of what it quotes of a statement without escaping it. */
function redactQuoted(c: Cursor, message: string): string {
  const start = /^.*?\bnear ['"]/s.exec(message)?.[0].length;
  if (start === undefined) return redactSecrets(c, message);
  const end = /['"] at line \d+$/.exec(message)?.index ?? message.length;
  // A quotation may start with the secret, or right before it: the words in front are cut off.
  const quoted = message.slice(start, end);
  const statement = /^(?:['"]|(?:by|as|using|password|to)\b)/i.test(quoted)
    ? redactSecrets(c, `identified ${quoted}`).slice('identified '.length)
    : redactSecrets(c, quoted);
  return message.slice(0, start) + statement + message.slice(end);
}
