import type { IpPacket, IpVerdict } from './packet.ts';

const HEADER_BYTES = 40;
export const FRAGMENT_HEADER_BYTES = 8;
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const MORE_FRAGMENTS = 0x0001;
const AUTHENTICATION = 51;
const DESTINATION = 60;
const MOBILITY = 135;

/**
 * IPv6 (RFC 8200)
 *
 *   u4 version  u8 class  u20 flow  u16 payload length  u8 next header  u8 hops  16 source  16 destination
 *   extension header:  u8 next header  u8 length      (in 8 bytes beyond the first 8)
 */
export function ipv6(bytes: Uint8Array, start: number, end: number, into: IpPacket): IpVerdict {
  if (end - start < HEADER_BYTES) return 'malformed';
  const payloadLength = (bytes[start + 4]! << 8) | bytes[start + 5]!;
  // 0 is a jumbogram or segmentation offload: the frame's own length counts.
  const packetEnd = payloadLength === 0 ? end : start + HEADER_BYTES + payloadLength;
  let nextHeaderAt = start + 6;
  let next = bytes[nextHeaderAt]!;
  let isFragment = false;
  let pos = start + HEADER_BYTES;
  const captured = Math.min(packetEnd, end);
  // Each turn moves on by at least 8 bytes, so the frame's length bounds the loop.
  while (isExtension(next) && !isFragment) {
    if (captured - pos < 8) return 'malformed';
    if (next === FRAGMENT) {
      // u8 next header  u8 reserved  u13 offset  u2 reserved  u1 more  u32 id
      const fragment = ((bytes[pos + 2]! << 8) | bytes[pos + 3]!) & 0xfff9;
      if (fragment !== 0) {
        isFragment = true;
        into.fragmentOffset = fragment & 0xfff8;
        into.moreFragments = (fragment & MORE_FRAGMENTS) !== 0;
        into.identification =
          (bytes[pos + 4]! << 24) |
          (bytes[pos + 5]! << 16) |
          (bytes[pos + 6]! << 8) |
          bytes[pos + 7]!;
        into.nextHeaderAt = nextHeaderAt;
      }
      nextHeaderAt = pos;
      next = bytes[pos]!;
      pos += FRAGMENT_HEADER_BYTES;
      continue;
    }
    const units = bytes[pos + 1]!;
    const length = next === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
    nextHeaderAt = pos;
    next = bytes[pos]!;
    pos += length;
  }
  if (pos > captured) return 'malformed';
  into.bytes = bytes;
  into.start = start;
  into.protocol = next;
  into.addresses = start + 8;
  into.addressLength = 16;
  into.payloadStart = pos;
  into.payloadEnd = captured;
  into.cut = packetEnd - captured;
  return isFragment ? 'fragment' : 'packet';
}

function isExtension(header: number): boolean {
  return (
    header === HOP_BY_HOP ||
    header === ROUTING ||
    header === FRAGMENT ||
    header === AUTHENTICATION ||
    header === DESTINATION ||
    header === MOBILITY
  );
}
