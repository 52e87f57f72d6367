import { NOT_IP } from './not-ip.ts';

/** Its fields up to the packet's direction, on every BSD. */
const MIN_HEADER_BYTES = 45;
const AF_INET = 2;
const AF_INET6 = new Set([24, 28, 30]);

/**
 * The BSDs' packet filter log, LINKTYPE_PFLOG (`tcpdump -i pflog0`)
 *
 *   u8 header length  u8 address family  action, reason, interface, rule …  padding to 4 bytes  IP
 */
export function pflog(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < MIN_HEADER_BYTES) return NOT_IP;
  const [length, family] = [bytes[start]!, bytes[start + 1]!];
  const packet = start + ((length + 3) & ~3);
  const isIp = family === AF_INET || AF_INET6.has(family);
  return isIp && length >= MIN_HEADER_BYTES && packet < end ? packet : NOT_IP;
}
