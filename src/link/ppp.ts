import { NOT_IP } from './not-ip.ts';

const IPV4 = 0x0021;
const IPV6 = 0x0057;

/**
 * PPP (RFC 1661), LINKTYPE_PPP, and in HDLC-like framing (RFC 1662), LINKTYPE_PPP_HDLC
 *
 *   [u8 address ff  u8 control 03]  u16 protocol  payload      (one byte of protocol where it is compressed: odd)
 */
export function ppp(bytes: Uint8Array, start: number, end: number): number {
  const isFramed = end - start >= 2 && bytes[start] === 0xff && bytes[start + 1] === 0x03;
  let pos = isFramed ? start + 2 : start;
  if (end - pos < 2) return NOT_IP;
  let protocol = bytes[pos++]!;
  if ((protocol & 0x01) === 0) protocol = (protocol << 8) | bytes[pos++]!;
  return protocol === IPV4 || protocol === IPV6 ? pos : NOT_IP;
}
