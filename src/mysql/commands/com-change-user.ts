import {
  CLIENT_CONNECT_ATTRS,
  CLIENT_PLUGIN_AUTH,
  CLIENT_SECURE_CONNECTION,
} from '../constants/capabilities.ts';
import { collationName } from '../constants/collations.ts';
import { flagCleartext } from '../messages/auth-response.ts';
import { connectionAttributes } from '../messages/connection-attributes.ts';
import { loginName } from '../messages/message.ts';
import { negotiated } from '../session.ts';
import type { Command } from './command.ts';

/**
 * COM_CHANGE_USER, page_protocol_com_change_user
 *
 *   int<1>     0x11
 *   string<0>  user
 *   auth response: int<1> and that many bytes if CLIENT_SECURE_CONNECTION, else string<0>
 *   string<0>  database
 *   older clients end here
 *   int<2>     collation
 *   string<0>  auth plugin      (if CLIENT_PLUGIN_AUTH)
 *   attributes                  (if CLIENT_CONNECT_ATTRS)
 *
 * Where the login was not captured, what every client has had for many years is taken for agreed on.
 */
export const comChangeUser: Command = {
  code: 0x11,
  name: 'COM_CHANGE_USER',
  reply: 'auth',
  decode: (c, fields, session, answer) => {
    c.skip('command', 1);
    session.authStep = null;
    session.authResponseKind = null;
    const user = c.nulText('user');
    fields.user = user;
    fields.authResponseLength = null;
    fields.database = null;
    fields.collation = null;
    fields.authPlugin = null;
    const attributes: Record<string, string> = {};
    fields.attributes = attributes;
    const counted = negotiated(session, CLIENT_SECURE_CONNECTION) !== false;
    const length = counted ? c.u8('authResponseLength') : c.nulLength('authResponse');
    const response = c.span('authResponse', length);
    fields.authResponseLength = session.authResponseLength = length;
    if (!counted) c.skip('authResponse', 1);
    const database = loginName(c, 'database') || null;
    fields.database = database;
    answer.effect = { user, schema: database, reset: true };
    const hasPlugin = negotiated(session, CLIENT_PLUGIN_AUTH);
    if (c.left === 0) return;
    const collation = c.u16('collation');
    fields.collation = collationName(collation);
    answer.effect = { ...answer.effect, collation };
    if (hasPlugin === true) c.begins('authPlugin');
    if (c.left > 0 && hasPlugin !== false) {
      fields.authPlugin = session.authPlugin = loginName(c, 'authPlugin');
    }
    flagCleartext(fields, session, response);
    if (c.left > 0 && negotiated(session, CLIENT_CONNECT_ATTRS) !== false) {
      connectionAttributes(c, attributes);
    }
    c.ends();
  },
};
