import type { CapturedFrame } from './capture.ts';

/** Where a frame's TCP segment is, and what its header says. Reads what src/ reads, without src/. */
export interface TcpSegment {
  /** Offsets in the frame. */
  readonly ip: number;
  readonly tcp: number;
  readonly payload: number;
  /** Payload bytes that were sent, and those of them that were captured. */
  readonly length: number;
  readonly captured: number;
  readonly isIpv6: boolean;
  readonly source: string;
  readonly destination: string;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
}

export const FLAG = { FIN: 0x01, SYN: 0x02, RST: 0x04, PSH: 0x08, ACK: 0x10 };

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const VLAN = 0x8100;
const TCP = 6;

/** Where the IP header starts, by link type: Ethernet, raw IP, Linux cooked v1, radiotap, PKTAP, Linux cooked v2. */
const IP_STARTS: Readonly<Record<number, (view: DataView) => number | null>> = {
  1(view) {
    let at = 12;
    while (view.getUint16(at) === VLAN) at += 4;
    return isIp(view.getUint16(at)) ? at + 2 : null;
  },
  101: () => 0,
  113: (view) => (isIp(view.getUint16(14)) ? 16 : null),
  // A radiotap header, 24 bytes of Wi-Fi, 802.2 with SNAP.
  127(view) {
    const at = view.getUint16(2, true) + 24 + 6;
    return isIp(view.getUint16(at)) ? at + 2 : null;
  },
  // 108 bytes, the third number of which says whether Ethernet or an address family follows.
  258: (view) => view.getUint32(0, true) + (view.getUint32(8, true) === 1 ? 14 : 4),
  276: (view) => (isIp(view.getUint16(0)) ? 20 : null),
};

function isIp(etherType: number): boolean {
  return etherType === IPV4 || etherType === IPV6;
}

/** A frame's TCP segment, or null: it is something else, a fragment, or cut within the headers. */
export function segmentOf(frame: CapturedFrame, linkType: number): TcpSegment | null {
  const { bytes } = frame;
  if (bytes.length < 40) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ip = IP_STARTS[linkType]?.(view) ?? null;
  if (ip === null || ip + 40 > bytes.length) return null;
  const isIpv6 = view.getUint8(ip) >> 4 === 6;
  const protocol = view.getUint8(ip + (isIpv6 ? 6 : 9));
  const isFragment = !isIpv6 && (view.getUint16(ip + 6) & 0x3fff) !== 0;
  if (protocol !== TCP || isFragment) return null;
  const ipHeader = isIpv6 ? 40 : (view.getUint8(ip) & 0xf) * 4;
  const ipLength = isIpv6 ? 40 + view.getUint16(ip + 4) : view.getUint16(ip + 2);
  const tcp = ip + ipHeader;
  if (bytes.length < tcp + 20) return null;
  const payload = tcp + (view.getUint8(tcp + 12) >> 4) * 4;
  const length = ip + ipLength - payload;
  const [size, from] = isIpv6 ? [16, ip + 8] : [4, ip + 12];
  const address = (at: number) => bytes.subarray(at, at + size).join('.');
  return {
    ip,
    tcp,
    payload,
    length,
    captured: Math.max(0, Math.min(length, bytes.length - payload)),
    isIpv6,
    source: `${address(from)}:${view.getUint16(tcp)}`,
    destination: `${address(from + size)}:${view.getUint16(tcp + 2)}`,
    sequence: view.getUint32(tcp + 4),
    acknowledgment: view.getUint32(tcp + 8),
    flags: view.getUint8(tcp + 13),
  };
}

/** The frame with another payload, behind `skipped` bytes of its own: lengths and checksums fit it. */
export function withPayload(
  frame: CapturedFrame,
  segment: TcpSegment,
  payload: Uint8Array,
  { skipped = 0, flags = segment.flags } = {},
): CapturedFrame {
  const bytes = new Uint8Array(segment.payload + payload.length);
  bytes.set(frame.bytes.subarray(0, segment.payload));
  bytes.set(payload, segment.payload);
  const view = new DataView(bytes.buffer);
  const { ip, tcp, isIpv6 } = segment;
  if (isIpv6) view.setUint16(ip + 4, bytes.length - ip - 40);
  else view.setUint16(ip + 2, bytes.length - ip);
  view.setUint32(tcp + 4, segment.sequence + skipped);
  view.setUint8(tcp + 13, flags);
  if (!isIpv6) checksumIpv4(view, ip);
  checksumTcp(view, ip, tcp, isIpv6);
  return { ...frame, bytes, originalLength: bytes.length };
}

export function checksumIpv4(view: DataView, ip: number): void {
  view.setUint16(ip + 10, 0);
  const end = ip + (view.getUint8(ip) & 0xf) * 4;
  view.setUint16(ip + 10, ~folded(sum(view, ip, end)));
}

/** RFC 9293, 3.1: over a pseudo header of addresses, protocol and length, too. */
function checksumTcp(view: DataView, ip: number, tcp: number, isIpv6: boolean): void {
  view.setUint16(tcp + 16, 0);
  const addresses = isIpv6 ? sum(view, ip + 8, ip + 40) : sum(view, ip + 12, ip + 20);
  const end = view.byteLength;
  view.setUint16(tcp + 16, ~folded(addresses + TCP + (end - tcp) + sum(view, tcp, end)));
}

function sum(view: DataView, start: number, end: number): number {
  let total = 0;
  for (let at = start; at + 1 < end; at += 2) total += view.getUint16(at);
  return (end - start) % 2 === 0 ? total : total + (view.getUint8(end - 1) << 8);
}

function folded(total: number): number {
  let rest = total;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return rest;
}
