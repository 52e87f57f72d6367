import { NOT_IP } from './not-ip.ts';

const HEADER_BYTES = 4;
const AF_INET = 2;
/** AF_INET6 of NetBSD and OpenBSD, FreeBSD, macOS, Linux. */
const AF_INET6 = new Set([24, 28, 30, 10]);

/**
 * BSD loopback, LINKTYPE_NULL and LINKTYPE_LOOP
 *
 *   u32 address family      (LOOP: big-endian; NULL: the byte order of the machine that captured)
 *
 * Families are below 256, so whichever end holds the one non-zero byte tells the order.
 */
export function loopback(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER_BYTES) return NOT_IP;
  const family = bytes[start]! | bytes[start + 3]!;
  return family === AF_INET || AF_INET6.has(family) ? start + HEADER_BYTES : NOT_IP;
}
