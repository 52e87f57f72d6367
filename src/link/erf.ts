import { ethernet } from './ethernet.ts';
import { NOT_IP } from './not-ip.ts';
import { rawIp } from './raw-ip.ts';

const HEADER_BYTES = 16;
const TYPE_AT = 8;
/** Of the type, and of each extension header's first byte: another extension header follows. */
const MORE = 0x80;
const EXTENSION_BYTES = 8;
/** TYPE_ETH, TYPE_COLOR_ETH, TYPE_DSM_COLOR_ETH, TYPE_COLOR_HASH_ETH: two bytes, then the frame. */
const ETHERNET = new Set([2, 11, 16, 20]);
const ETHERNET_PAD = 2;
/** TYPE_IPV4, TYPE_IPV6 */
const IP = new Set([22, 23]);

/**
 * Endace's Extensible Record Format, LINKTYPE_ERF: what `editcap` makes of an .erf file
 *
 *   u64 time  u8 type  u8 flags  u16 length  u16 lost  u16 wire length  [8 extension] …  frame
 */
export function erf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER_BYTES) return NOT_IP;
  const type = bytes[start + TYPE_AT]! & ~MORE;
  let pos = start + HEADER_BYTES;
  for (let more = bytes[start + TYPE_AT]! & MORE; more !== 0 && pos < end; ) {
    more = bytes[pos]! & MORE;
    pos += EXTENSION_BYTES;
  }
  if (IP.has(type)) return rawIp(bytes, pos, end);
  return ETHERNET.has(type) ? ethernet(bytes, pos + ETHERNET_PAD, end) : NOT_IP;
}
