import { NOT_IP } from './not-ip.ts';
import type { InnerStart } from './pktap.ts';

const HEADER_BYTES = 8;

/**
 * Per-Packet Information (CACE Technologies), LINKTYPE_PPI: Wi-Fi captures of AirPcap and Kismet
 *
 *   u8 version  u8 flags  u16 header length  u32 link type of the frame  fields  frame      (little-endian)
 */
export function ppi(inner: InnerStart) {
  return (bytes: Uint8Array, start: number, end: number): number => {
    if (end - start < HEADER_BYTES) return NOT_IP;
    const length = bytes[start + 2]! | (bytes[start + 3]! << 8);
    const linkType = bytes[start + 4]! | (bytes[start + 5]! << 8);
    if (length < HEADER_BYTES || length >= end - start) return NOT_IP;
    return inner(linkType, bytes, start + length, end);
  };
}
