import type { IpPacket, IpVerdict } from './packet.ts';

const MIN_HEADER_BYTES = 20;
const MORE_FRAGMENTS = 0x2000;

/**
 * IPv4 (RFC 791)
 *
 *   u4 version  u4 header length in words  u8 service  u16 total length  u16 id
 *   u3 flags  u13 fragment offset  u8 ttl  u8 protocol  u16 checksum  4 source  4 destination
 */
export function ipv4(bytes: Uint8Array, start: number, end: number, into: IpPacket): IpVerdict {
  if (end - start < MIN_HEADER_BYTES) return 'malformed';
  const headerBytes = (bytes[start]! & 0x0f) * 4;
  if (headerBytes < MIN_HEADER_BYTES || headerBytes > end - start) return 'malformed';
  const totalLength = (bytes[start + 2]! << 8) | bytes[start + 3]!;
  // Segmentation offload leaves the length 0 in packets captured before the card fills it in.
  const packetEnd = totalLength === 0 ? end : start + totalLength;
  if (packetEnd < start + headerBytes) return 'malformed';
  into.bytes = bytes;
  into.start = start;
  into.protocol = bytes[start + 9]!;
  into.addresses = start + 12;
  into.addressLength = 4;
  into.payloadStart = start + headerBytes;
  into.payloadEnd = Math.min(packetEnd, end);
  into.cut = packetEnd - into.payloadEnd;
  const fragment = ((bytes[start + 6]! << 8) | bytes[start + 7]!) & 0x3fff;
  if (fragment === 0) return 'packet';
  into.fragmentOffset = (fragment & 0x1fff) * 8;
  into.moreFragments = (fragment & MORE_FRAGMENTS) !== 0;
  into.identification = (bytes[start + 4]! << 8) | bytes[start + 5]!;
  return 'fragment';
}
