import { networkStart } from './ethertype.ts';
import { NOT_IP } from './not-ip.ts';

/** The lowest bit of an address's last byte. */
const LAST = 0x01;
const MAX_ADDRESS_BYTES = 4;
const UNNUMBERED = 0x03;
const NLPID_IPV4 = 0xcc;
const NLPID_IPV6 = 0x8e;
const NLPID_SNAP = 0x80;
const OUI_BYTES = 3;

/**
 * Frame Relay (RFC 2427), LINKTYPE_FRELAY; Cisco's own has an EtherType in place of the control byte
 *
 *   2 to 4 Q.922 address  u8 control 03  [u8 pad 00]  u8 NLPID  [3 OUI  u16 EtherType]  payload
 */
export function frameRelay(bytes: Uint8Array, start: number, end: number): number {
  let pos = start;
  while (pos < end && (bytes[pos]! & LAST) === 0) pos++;
  pos++;
  if (pos - start < 2 || pos - start > MAX_ADDRESS_BYTES || end - pos < 2) return NOT_IP;
  if (bytes[pos] !== UNNUMBERED) return networkStart(bytes, pos, end);
  if (bytes[++pos] === 0) pos++;
  const protocol = bytes[pos++];
  if (protocol === NLPID_IPV4 || protocol === NLPID_IPV6) return pos < end ? pos : NOT_IP;
  return protocol === NLPID_SNAP ? networkStart(bytes, pos + OUI_BYTES, end) : NOT_IP;
}
