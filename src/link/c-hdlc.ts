import { networkStart } from './ethertype.ts';

/**
 * Cisco HDLC (RFC 1547, 4.3.1), LINKTYPE_C_HDLC
 *
 *   u8 address (0f unicast, 8f broadcast)  u8 control  u16 EtherType  payload
 */
export function cHdlc(bytes: Uint8Array, start: number, end: number): number {
  return networkStart(bytes, start + 2, end);
}
