import { NOT_IP } from '../link/index.ts';
import { geneve } from './geneve.ts';
import type { Tunnel } from './tunnel.ts';
import { vxlan } from './vxlan.ts';

const HEADER_BYTES = 8;

/** By UDP port. One line adds a tunnel. */
const BY_PORT: Readonly<Record<number, Tunnel>> = {
  4789: vxlan,
  6081: geneve,
  // Linux's VXLAN before IANA gave it a port; still what Flannel uses.
  8472: vxlan,
};

/**
 * UDP (RFC 768), of which only tunnels are of interest here
 *
 *   u16 source port  u16 destination port  u16 length  u16 checksum
 */
export function udp(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER_BYTES) return NOT_IP;
  const tunnel =
    BY_PORT[(bytes[start + 2]! << 8) | bytes[start + 3]!] ??
    BY_PORT[(bytes[start]! << 8) | bytes[start + 1]!];
  return tunnel === undefined ? NOT_IP : tunnel(bytes, start + HEADER_BYTES, end);
}
