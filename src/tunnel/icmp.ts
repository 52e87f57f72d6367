import { NOT_IP } from '../link/index.ts';

const HEADER_BYTES = 8;
/** Unreachable, source quench, time exceeded, parameter problem. */
const ERRORS = new Set([3, 4, 11, 12]);
/** Unreachable, too big, time exceeded, parameter problem. */
const ERRORS_6 = new Set([1, 2, 3, 4]);

/**
 * Errors of ICMP (RFC 792) and ICMPv6 (RFC 4443), which quote the packet that was not delivered
 *
 *   u8 type  u8 code  u16 checksum  4 by type  the packet's start
 */
export function icmp(bytes: Uint8Array, start: number, end: number): number {
  return quoted(ERRORS, bytes, start, end);
}

export function icmp6(bytes: Uint8Array, start: number, end: number): number {
  return quoted(ERRORS_6, bytes, start, end);
}

function quoted(
  errors: ReadonlySet<number>,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  return end - start > HEADER_BYTES && errors.has(bytes[start]!) ? start + HEADER_BYTES : NOT_IP;
}
