import { logicalLink } from './ethertype.ts';
import { NOT_IP } from './not-ip.ts';

const HEADER_BYTES = 14;
const SOURCE_AT = 8;
/** Of the source address's first byte: a route stands behind the addresses. */
const IS_ROUTED = 0x80;
/** Of the route's first byte: its length. */
const ROUTE_LENGTH = 0x1f;

/**
 * Token Ring (IEEE 802.5), LINKTYPE_IEEE802_5
 *
 *   u8 access control  u8 frame control  6 destination  6 source  [route]  LLC
 */
export function tokenRing(bytes: Uint8Array, start: number, end: number): number {
  if (end - start <= HEADER_BYTES) return NOT_IP;
  const isRouted = (bytes[start + SOURCE_AT]! & IS_ROUTED) !== 0;
  const route = isRouted ? bytes[start + HEADER_BYTES]! & ROUTE_LENGTH : 0;
  return logicalLink(bytes, start + HEADER_BYTES + route, end);
}
