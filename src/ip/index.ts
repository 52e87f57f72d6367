import { ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';
import type { IpPacket, IpVerdict } from './packet.ts';

export { type IpPacket, type IpVerdict, newIpPacket } from './packet.ts';

/** Decodes the IP packet at `start`, whichever version its first four bits name. */
export function decodeIp(bytes: Uint8Array, start: number, end: number, into: IpPacket): IpVerdict {
  if (start >= end) return 'malformed';
  const version = bytes[start]! >> 4;
  if (version === 4) return ipv4(bytes, start, end, into);
  return version === 6 ? ipv6(bytes, start, end, into) : 'malformed';
}

/** By number, https://www.iana.org/assignments/protocol-numbers: those one meets. One line adds a name. */
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  17: 'UDP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  89: 'OSPF',
  112: 'VRRP',
  132: 'SCTP',
};

export function protocolName(protocol: number): string {
  return PROTOCOLS[protocol] ?? `IP protocol ${protocol}`;
}
