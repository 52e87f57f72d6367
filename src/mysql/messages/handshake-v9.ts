import type { Decode } from './message.ts';

/**
 * Protocol::HandshakeV9, page_protocol_connection_phase_packets_protocol_handshake_v9: servers
 * before 3.21.0
 *
 *   int<1>     protocol version: 9
 *   string<0>  server version
 *   int<4>     connection id
 *   string<0>  scramble
 */
export const handshakeV9: Decode = (c, fields, session) => {
  fields.protocolVersion = c.u8('protocolVersion');
  fields.serverVersion = session.serverVersion = c.nulText('serverVersion');
  fields.connectionId = session.connectionId = c.u32('connectionId');
  c.skip('scramble', c.nulLength('scramble') + 1);
  session.authPlugin = 'mysql_old_password';
};
