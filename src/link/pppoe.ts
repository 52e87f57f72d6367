import { NOT_IP } from './not-ip.ts';
import { ppp } from './ppp.ts';

const HEADER_BYTES = 6;
const SESSION = 0;

/**
 * PPPoE session (RFC 2516), LINKTYPE_PPP_ETHER
 *
 *   u4 version  u4 type  u8 code  u16 session  u16 length  PPP without framing
 */
export function pppoe(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER_BYTES || bytes[start + 1] !== SESSION) return NOT_IP;
  return ppp(bytes, start + HEADER_BYTES, end);
}
