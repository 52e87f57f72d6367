import type { Cursor, Span } from '../../bytes/cursor.ts';
import {
  CLIENT_CONNECT_ATTRS,
  CLIENT_CONNECT_WITH_DB,
  CLIENT_PLUGIN_AUTH,
  CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
  CLIENT_SECURE_CONNECTION,
  CLIENT_ZSTD_COMPRESSION_ALGORITHM,
} from '../constants/capabilities.ts';
import { negotiated } from '../session.ts';
import { flagCleartext } from './auth-response.ts';
import { connectionAttributes } from './connection-attributes.ts';
import { type Decode, loginName } from './message.ts';
import { loginHead } from './ssl-request.ts';

/**
 * Protocol::HandshakeResponse41, page_protocol_connection_phase_packets_protocol_handshake_response
 *
 *   (as SSLRequest) capabilities, max packet size, collation, reserved
 *   string<0>  user
 *   auth response: string<lenenc> if CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
 *                  else int<1> and that many bytes if CLIENT_SECURE_CONNECTION, else string<0>
 *   string<0>  database               (if CLIENT_CONNECT_WITH_DB)
 *   string<0>  auth plugin            (if CLIENT_PLUGIN_AUTH)
 *   attributes                        (if CLIENT_CONNECT_ATTRS)
 *   int<1>     zstd level             (if CLIENT_ZSTD_COMPRESSION_ALGORITHM)
 *
 * The auth response is a credential: only its length, and whether it is in the clear,
 * leaves this function.
 */
export const handshakeResponse41: Decode = (c, fields, session) => {
  const capabilities = loginHead(c, fields, session);
  // What the server does not know of, clients leave out.
  const hasPlugins = negotiated(session, CLIENT_PLUGIN_AUTH) === true;
  const hasAttributes = negotiated(session, CLIENT_CONNECT_ATTRS) === true;
  fields.user = session.user = c.nulOrRestText('user');
  fields.database = null;
  fields.authPlugin = null;
  const response = authResponse(c, capabilities);
  fields.authResponseLength = session.authResponseLength = response.end - response.start;
  const attributes: Record<string, string> = {};
  fields.attributes = attributes;
  let plugin = '';
  if (capabilities & CLIENT_CONNECT_WITH_DB && c.left > 0) {
    const name = loginName(c, 'database');
    // A server that does not know the capability is not told a database by PyMySQL: what stands there is the plugin.
    const isPlugin = c.left === 0 && negotiated(session, CLIENT_CONNECT_WITH_DB) === false;
    if (isPlugin && hasPlugins) plugin = name;
    else fields.database = session.database = name || null;
  }
  if (capabilities & CLIENT_PLUGIN_AUTH && (c.left > 0 || hasPlugins)) {
    if (plugin === '') c.begins('authPlugin');
    fields.authPlugin = session.authPlugin = plugin || loginName(c, 'authPlugin');
    flagCleartext(fields, session, response);
  }
  if (capabilities & CLIENT_CONNECT_ATTRS && (c.left > 0 || hasAttributes)) {
    connectionAttributes(c, attributes);
    session.clientName = attributes._client_name ?? null;
  }
  if (capabilities & CLIENT_ZSTD_COMPRESSION_ALGORITHM && c.left > 0) {
    fields.zstdCompressionLevel = c.u8('zstdCompressionLevel');
  }
  c.ends();
};

function authResponse(c: Cursor, capabilities: number): Span {
  if (capabilities & CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA) {
    return c.span('authResponse', c.length('authResponseLength'));
  }
  if (capabilities & CLIENT_SECURE_CONNECTION) {
    return c.span('authResponse', c.u8('authResponseLength'));
  }
  const response = c.span('authResponse', c.nulLength('authResponse'));
  c.skip('authResponse', 1);
  return response;
}
