import {
  CLIENT_CONNECT_WITH_DB,
  CLIENT_DEPRECATE_EOF,
  capabilityNames,
} from '../constants/capabilities.ts';
import { negotiated } from '../session.ts';
import { type Decode, loginName } from './message.ts';

/**
 * Protocol::HandshakeResponse320, page_protocol_connection_phase_packets_protocol_handshake_response
 *
 *   int<2>     capabilities
 *   int<3>     max packet size
 *   string<0>  user
 *   string<0>  auth response    string<0> database      (if CLIENT_CONNECT_WITH_DB)
 *   string<$>  auth response                            (else)
 */
export const handshakeResponse320: Decode = (c, fields, session) => {
  const capabilities = c.u16('capabilities');
  session.clientCapabilities = capabilities;
  session.clientExtended = 0;
  session.deprecateEof = negotiated(session, CLIENT_DEPRECATE_EOF);
  session.authPlugin = 'mysql_old_password';
  session.clientCharset = session.resultsCharset = session.serverCharset;
  fields.capabilities = capabilityNames(capabilities, 0);
  fields.maxPacketSize = c.u24('maxPacketSize');
  fields.user = session.user = c.nulOrRestText('user');
  fields.database = null;
  const start = c.pos;
  while (c.left > 0 && c.bytes[c.pos] !== 0) c.skip('authResponse', 1);
  fields.authResponseLength = session.authResponseLength = c.pos - start;
  if (c.left > 0) c.skip('authResponse', 1);
  if (capabilities & CLIENT_CONNECT_WITH_DB && c.left > 0) {
    fields.database = session.database = loginName(c, 'database') || null;
  }
};
