import { payloadNetworkStart } from './ethertype.ts';
import { NOT_IP } from './not-ip.ts';

const HEADER_BYTES = 20;

/**
 * Linux cooked capture v2, LINKTYPE_LINUX_SLL2 (`tcpdump -i any` since 4.99)
 *
 *   u16 protocol  u16 reserved  u32 interface  u16 ARPHRD  u8 packet type  u8 address length
 *   8 address  payload
 *
 * The protocol stands first, but a VLAN tag's own EtherType stands in the payload.
 */
export function linuxSll2(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER_BYTES) return NOT_IP;
  const protocol = (bytes[start]! << 8) | bytes[start + 1]!;
  const payload = start + HEADER_BYTES;
  return payloadNetworkStart(protocol, bytes, payload, end);
}
