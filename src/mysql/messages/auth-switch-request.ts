import type { Decode } from './message.ts';

/**
 * Protocol::AuthSwitchRequest, page_protocol_connection_phase_packets_protocol_auth_switch_request
 *
 *   int<1>     0xfe
 *   string<0>  auth plugin
 *   string<$>  auth data: a scramble, of which only the length is told
 *
 * A lone 0xfe asks for the pre-4.1 password hash (Protocol::OldAuthSwitchRequest).
 */
export const authSwitchRequest: Decode = (c, fields, session) => {
  c.skip('header', 1);
  fields.authPlugin = 'mysql_old_password';
  fields.authDataLength = 0;
  if (c.left > 0) {
    fields.authPlugin = c.nulOrRestText('authPlugin');
    fields.authDataLength = c.left;
  }
  session.authPlugin = fields.authPlugin as string;
};
