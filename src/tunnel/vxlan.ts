import { ethernet, NOT_IP } from '../link/index.ts';

const HEADER_BYTES = 8;
const HAS_NETWORK_ID = 0x08;

/**
 * VXLAN (RFC 7348)
 *
 *   u8 flags  3 reserved  u24 network id  u8 reserved  an Ethernet frame
 */
export function vxlan(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER_BYTES || (bytes[start]! & HAS_NETWORK_ID) === 0) return NOT_IP;
  return ethernet(bytes, start + HEADER_BYTES, end);
}
