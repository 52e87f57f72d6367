import type { IpPacket } from './packet.ts';

/** Of a segment: `unfilled` has what software leaves there when the network card is to fill it in. */
export type ChecksumVerdict = 'right' | 'wrong' | 'unfilled';

const CHECKSUM_AT = 16;
const TCP = 6;

/** The sum over anything with a right checksum in it (RFC 1071). */
const RIGHT = 0xffff;

/** Of the IPv4 header; IPv6 has none. */
export function headerIsSound(ip: IpPacket): boolean {
  return ip.addressLength !== 4 || folded(sum(ip.bytes, ip.start, headerEnd(ip))) === RIGHT;
}

/**
 * Of the TCP segment that is the packet's payload, all of which is there (RFC 9293, 3.1)
 *
 *   pseudo header: source  destination  u16 protocol  u16 length      (u32 length with IPv6)
 */
export function tcpChecksum(ip: IpPacket): ChecksumVerdict {
  const { bytes, addresses, addressLength, payloadStart, payloadEnd } = ip;
  const ends = sum(bytes, addresses, addresses + 2 * addressLength) + TCP;
  const pseudo = ends + payloadEnd - payloadStart;
  if (folded(pseudo + sum(bytes, payloadStart, payloadEnd)) === RIGHT) return 'right';
  const at = payloadStart + CHECKSUM_AT;
  const found = (bytes[at]! << 8) | bytes[at + 1]!;
  // The card adds the segment to the pseudo header's sum; where it also cuts, the length is its own, too.
  const isUnfilled = found === 0 || found === folded(pseudo) || found === folded(ends);
  return isUnfilled ? 'unfilled' : 'wrong';
}

function headerEnd(ip: IpPacket): number {
  return ip.start + (ip.bytes[ip.start]! & 0x0f) * 4;
}

function sum(bytes: Uint8Array, start: number, end: number): number {
  let total = 0;
  let pos = start;
  for (; pos + 1 < end; pos += 2) total += (bytes[pos]! << 8) | bytes[pos + 1]!;
  return pos < end ? total + (bytes[pos]! << 8) : total;
}

/** Carries added back in until there are none. */
function folded(total: number): number {
  let rest = total;
  while (rest > 0xffff) rest = (rest % 0x10000) + Math.floor(rest / 0x10000);
  return rest;
}
