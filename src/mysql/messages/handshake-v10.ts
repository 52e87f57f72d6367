import {
  CLIENT_LONG_PASSWORD,
  CLIENT_PLUGIN_AUTH,
  capabilityNames,
} from '../constants/capabilities.ts';
import { charsetOf, collationName } from '../constants/collations.ts';
import { statusNames } from '../constants/status.ts';
import type { Decode } from './message.ts';

const SCRAMBLE_PART_1_BYTES = 8;
const RESERVED_BYTES = 6;

/**
 * Protocol::HandshakeV10, page_protocol_connection_phase_packets_protocol_handshake_v10
 *
 *   int<1>     protocol version
 *   string<0>  server version
 *   int<4>     connection id
 *   string<8>  scramble, part 1       int<1> filler
 *   int<2>     capabilities, low half
 *   int<1>     collation              int<2> status flags
 *   int<2>     capabilities, high half
 *   int<1>     scramble length        string<6> reserved
 *   int<4>     MariaDB: extended capabilities (elsewhere reserved)
 *   string<$>  scramble, part 2: max(13, scramble length - 8) bytes
 *   string<0>  auth plugin            (if CLIENT_PLUGIN_AUTH)
 *
 * Servers before 4.1 end after the capabilities' low half.
 */
export const handshakeV10: Decode = (c, fields, session) => {
  fields.protocolVersion = c.u8('protocolVersion');
  fields.serverVersion = session.serverVersion = c.nulText('serverVersion');
  const connectionId = c.u32('connectionId');
  fields.connectionId = connectionId;
  // MySQL Router with connection sharing greets all its clients with 0.
  session.connectionId = connectionId === 0 ? null : connectionId;
  c.skip('scramble', SCRAMBLE_PART_1_BYTES + 1);
  let capabilities = c.u16('capabilities');
  fields.capabilities = capabilityNames(capabilities, 0);
  fields.collation = null;
  fields.statusFlags = [];
  fields.authPlugin = null;
  session.serverCapabilities = capabilities;
  if (c.left === 0) return;
  const collation = c.u8('collation');
  fields.collation = collationName(collation);
  session.serverCharset = charsetOf(collation);
  fields.statusFlags = statusNames(c.u16('statusFlags'));
  capabilities = (capabilities | (c.u16('capabilities') << 16)) >>> 0;
  const scrambleLength = c.u8('scrambleLength');
  c.skip('reserved', RESERVED_BYTES);
  const extended = c.u32('extendedCapabilities');
  session.serverCapabilities = capabilities;
  session.serverExtended = capabilities & CLIENT_LONG_PASSWORD ? 0 : extended;
  fields.capabilities = capabilityNames(capabilities, session.serverExtended);
  if (c.left === 0) return;
  // Servers without plugins leave the length 0 and send 12 bytes and a NUL.
  c.skip('scramble', Math.max(13, scrambleLength - SCRAMBLE_PART_1_BYTES));
  if (capabilities & CLIENT_PLUGIN_AUTH) {
    // Early 5.5 and 5.6 servers forget the final NUL (bugs.mysql.com/59453).
    fields.authPlugin = session.authPlugin = c.nulOrRestText('authPlugin');
  }
  c.ends();
};
