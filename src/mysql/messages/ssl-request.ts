import type { Cursor } from '../../bytes/cursor.ts';
import {
  CLIENT_DEPRECATE_EOF,
  CLIENT_LONG_PASSWORD,
  capabilityNames,
} from '../constants/capabilities.ts';
import { charsetOf, collationName } from '../constants/collations.ts';
import { negotiated, type Session } from '../session.ts';
import type { Decode, Fields } from './message.ts';

/** Payload bytes of an SSLRequest: the head of a login and nothing else. */
export const SSL_REQUEST_BYTES = 32;

/**
 * Protocol::SSLRequest, page_protocol_connection_phase_packets_protocol_ssl_request: the head that it
 * shares with HandshakeResponse41.
 *
 *   int<4>      capabilities
 *   int<4>      max packet size
 *   int<1>      collation
 *   string<19>  reserved
 *   int<4>      MariaDB: extended capabilities (elsewhere reserved)
 */
export const sslRequest: Decode = (c, fields, session) => {
  loginHead(c, fields, session);
};

/** Returns the client's capabilities. */
export function loginHead(c: Cursor, fields: Fields, session: Session): number {
  const capabilities = c.u32('capabilities');
  fields.capabilities = capabilityNames(capabilities, 0);
  session.clientCapabilities = capabilities;
  session.deprecateEof = negotiated(session, CLIENT_DEPRECATE_EOF);
  const maxPacketSize = c.u32('maxPacketSize');
  fields.maxPacketSize = maxPacketSize;
  // 0 is what a driver without a limit sends.
  if (maxPacketSize > 0) session.maxPacketSize = maxPacketSize;
  const collation = c.u8('collation');
  fields.collation = collationName(collation);
  session.clientCharset = session.resultsCharset = c.charset = charsetOf(collation);
  c.skip('reserved', 19);
  const extended = c.u32('extendedCapabilities');
  session.clientExtended = capabilities & CLIENT_LONG_PASSWORD ? 0 : extended;
  fields.capabilities = capabilityNames(capabilities, session.clientExtended);
  return capabilities;
}
