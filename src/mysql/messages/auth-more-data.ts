import type { Decode } from './message.ts';

/**
 * Protocol::AuthMoreData, page_protocol_connection_phase_packets_protocol_auth_more_data
 *
 *   int<1>     0x01
 *   string<$>  data of the auth plugin, of which only the length is told
 */
export const authMoreData: Decode = (c, fields) => {
  c.skip('header', 1);
  fields.authDataLength = c.left;
};
