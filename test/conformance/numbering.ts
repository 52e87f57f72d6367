import { concat, hex, zeros } from '../build/bytes.ts';
import { pcap } from '../build/capture.ts';
import { ethernet, type Ipv4, ipv4, ipv6, TCP_FLAG, type Tcp, tcp } from '../build/frame.ts';
import {
  erspan,
  frameOf,
  geneve,
  gre,
  icmpError,
  mpls,
  PPP,
  pppoe,
  snap,
  udp,
  vxlan,
} from '../build/tunnel.ts';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const ACK = { flags: TCP_FLAG.ACK };
const SYN = { flags: TCP_FLAG.SYN };

/** A frame, and how much of it was captured. */
type Frame = Uint8Array | { bytes: Uint8Array; originalLength: number };

const packet = (sourcePort: number, fields: Tcp = ACK, ip: Ipv4 = {}) =>
  ipv4(ip, tcp({ sourcePort, ...fields }, hex('01000000 0e')));
const packet6 = (sourcePort: number, fields: Tcp = ACK) =>
  ipv6({}, tcp({ sourcePort, ...fields }, hex('01000000 0e')));
const plain = (sourcePort: number) => frameOf(packet(sourcePort));
/** tshark 4.0 knows a frame in MPLS by its addresses' makers, which a test's own do not have. */
const fromVendors = (frame: Uint8Array) =>
  concat(hex('00000c111111 00000c222222'), frame.subarray(12));
const over = (protocol: number, payload: Uint8Array) => frameOf(ipv4({ protocol }, payload));

function cut(sourcePort: number, headerBytes: number): Frame {
  const whole = plain(sourcePort);
  return { bytes: whole.subarray(0, 14 + 20 + headerBytes), originalLength: whole.length };
}

const quoted = (type: number, sourcePort: number, tcpBytes: number, fields: Tcp = SYN) =>
  over(1, icmpError(type, packet(sourcePort, fields).subarray(0, 20 + tcpBytes)));

function fragments(sourcePort: number, id: number): [Uint8Array, Uint8Array] {
  const payload = tcp({ sourcePort }, zeros(20));
  const part = (fragment: number, bytes: Uint8Array) =>
    frameOf(ipv4({ identification: id, fragment }, bytes));
  return [part(0x2000, payload.subarray(0, 24)), part(3, payload.subarray(24))];
}

/** Each port is another connection: does everyone count them alike? */
export const NUMBERING: Readonly<Record<string, readonly Frame[]>> = {
  'TCP headers that the snap length cut': [
    ...Array.from({ length: 22 }, (_, length) => [
      cut(1000 + length, length),
      plain(2000 + length),
    ]),
  ].flat(),
  'TCP headers that are too short or say nonsense': [
    ...[0, 8, 12, 15, 16, 17, 19].flatMap((length) => [
      frameOf(ipv4({}, tcp({ sourcePort: 1000 + length }, zeros(0)).subarray(0, length))),
      plain(2000 + length),
    ]),
    ...[0, 4, 6, 15].flatMap((headerWords) => [
      frameOf(packet(3000 + headerWords, { ...ACK, headerWords })),
      plain(4000 + headerWords),
    ]),
  ],
  'what ICMP errors quote': [3, 4, 5, 8, 11, 12].flatMap((type) =>
    [8, 15, 16, 20].flatMap((length) => [
      quoted(type, type * 100 + length, length),
      plain(type * 100 + length + 5000),
    ]),
  ),
  'what ICMPv6 errors quote': [1, 2, 3, 4, 128].flatMap((type) => [
    frameOf(ipv6({ protocol: 58 }, icmpError(type, packet6(type)))),
    plain(5000 + type),
  ]),
  'a quoted SYN before the segment itself': [
    quoted(3, 1000, 20, { ...SYN, sequence: 7 }),
    frameOf(packet(1000, { ...SYN, sequence: 7 })),
    plain(1001),
    quoted(3, 1002, 20, { ...SYN, sequence: 7 }),
    frameOf(packet(1002, { ...SYN, sequence: 9 })),
    plain(1003),
  ],
  'a quoted segment of a connection that is there': [
    frameOf(packet(1000, { ...SYN, sequence: 7 })),
    quoted(3, 1000, 8, { ...ACK, sequence: 8 }),
    quoted(3, 1000, 20, { ...ACK, sequence: 8 }),
    plain(1000),
    plain(1001),
  ],
  'a quoted SYN of a connection that begins anew': [
    frameOf(packet(1000, { ...SYN, sequence: 7 })),
    quoted(3, 1000, 20, { ...SYN, sequence: 900 }),
    frameOf(packet(1000, { ...SYN, sequence: 900 })),
    plain(1001),
  ],
  'fragments in every order, and copies of them': [
    ...[
      [0, 1],
      [1, 0],
      [0, 0, 1, 1],
      [0, 1, 0, 1],
      [1, 0, 0, 1],
      [0, 1, 1, 0],
    ].flatMap((order, i) => order.map((part) => fragments(1000 + i, i)[part]!)),
    plain(2000),
  ],
  'fragments of which one is missing': [
    fragments(1000, 1)[0],
    plain(1001),
    fragments(1002, 2)[1],
    plain(1003),
  ],
  'every tunnel': [
    over(4, packet(1000)),
    frameOf(ipv6({ protocol: 4 }, packet(1001))),
    over(41, packet6(1002)),
    frameOf(ipv6({ protocol: 41 }, packet6(1003))),
    over(47, gre({}, IPV4, packet(1004))),
    over(47, gre({ checksum: true, key: 5, sequence: 6 }, IPV6, packet6(1005))),
    over(47, gre({ key: 0x500 }, 0x6558, plain(1006))),
    over(47, erspan(1, plain(1007))),
    over(47, erspan(2, plain(1008))),
    over(47, erspan(3, plain(1009))),
    over(17, udp(4789, vxlan(5, plain(1010)))),
    over(17, udp(6081, geneve({ options: hex('0102800100000007') }, 0x6558, plain(1011)))),
    over(17, udp(6081, geneve({}, IPV4, packet(1012)))),
    ethernet(0x8847, mpls([17, 18], packet(1013))),
    ethernet(0x8847, mpls([17], concat(zeros(4), fromVendors(plain(1014))))),
    ethernet(0x8847, mpls([17], fromVendors(plain(1021)))),
    ethernet(0x8864, pppoe(PPP.IPV4, packet(1015))),
    ethernet(0x8864, pppoe(PPP.IPV6, packet6(1016))),
    ethernet(60, snap(IPV4, packet(1017))),
    over(17, udp(4789, vxlan(1, frameOf(ipv4({ protocol: 47 }, gre({}, IPV4, packet(1018))))))),
    over(17, udp(4790, vxlan(5, plain(1020)))),
    plain(2000),
  ],
  'the same connection in two tunnels and in none': [
    over(17, udp(4789, vxlan(5, plain(1000)))),
    over(17, udp(4789, vxlan(6, plain(1000)))),
    over(47, gre({ key: 5 }, IPV4, packet(1000))),
    ethernet(IPV4, packet(1000), [0x8100]),
    plain(1000),
    plain(1001),
  ],
};

export function numberingCapture(frames: readonly Frame[]): Uint8Array {
  return pcap(
    {},
    ...frames.map((frame, i) => ({
      fraction: i * 1000,
      ...(frame instanceof Uint8Array ? { bytes: frame } : frame),
    })),
  );
}
