import { describe, expect, test } from 'vitest';
import { LINK_TYPES, NOT_IP } from '../../src/link/index.ts';
import { amid, ascii, concat, hex, toAscii, u16, zeros } from '../build/bytes.ts';
import { ethernet, linuxSll, linuxSll2, loopback } from '../build/frame.ts';
import { mpls, nflog, PPP, pppoe, snap } from '../build/tunnel.ts';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const ARP = 0x0806;
const VLAN = 0x8100;
const QINQ = 0x88a8;
const BRIDGED = 0x6558;
const MPLS = 0x8847;
const MPLS_MULTICAST = 0x8848;
const PPPOE = 0x8864;
/** An address that begins with 0, as a control word does. */
const fromZero = (frame: Uint8Array) => concat(hex('00'), frame.subarray(1));

/** Stands for an IP packet: no link type looks further than at its version, 4 (an E has it). */
const ip = ascii('Ee<ip packet...>');

interface Frames {
  /** Frames that carry `ip`. */
  ip: Record<string, Uint8Array>;
  /** Frames that carry something else. */
  other: Record<string, Uint8Array>;
  /** Bytes before the IP packet of the first of them: with fewer there is none to find. */
  headerBytes: number;
}

function nested(depth: number): Uint8Array {
  let frame = ethernet(IPV4, ip);
  for (let i = 0; i < depth; i++) frame = ethernet(BRIDGED, frame);
  return frame;
}

/** With and without HDLC's framing; only the first header is the shortest there is. */
const pppFrames: Frames = {
  headerBytes: 2,
  ip: {
    IPv4: concat(hex('0021'), ip),
    IPv6: concat(hex('0057'), ip),
    'a framed one': concat(hex('ff030021'), ip),
    'a compressed protocol number': concat(hex('21'), ip),
    'a framed one with a compressed number': concat(hex('ff0357'), ip),
  },
  other: { 'link control': concat(hex('ff03c021'), ip) },
};

function loopbackFrames(): Frames {
  const families = { IPv4: 2, 'IPv6, NetBSD': 24, FreeBSD: 28, macOS: 30, Linux: 10 };
  return {
    headerBytes: 4,
    ip: Object.fromEntries(
      Object.entries(families).flatMap(([name, family]) => [
        [`${name}, big-endian`, loopback(family, 'big', ip)],
        [`${name}, little-endian`, loopback(family, 'little', ip)],
      ]),
    ),
    other: { AppleTalk: loopback(16, 'big', ip), unspecified: loopback(0, 'little', ip) },
  };
}

const rawFrames: Frames = { headerBytes: 0, ip: { 'IP at once': ip }, other: {} };

/** Every entry of LINK_TYPES, by LINKTYPE_ value: https://www.tcpdump.org/linktypes.html */
const FRAMES: Record<number, Frames> = {
  0: loopbackFrames(),
  1: {
    headerBytes: 14,
    ip: {
      IPv4: ethernet(IPV4, ip),
      IPv6: ethernet(IPV6, ip),
      VLAN: ethernet(IPV4, ip, [VLAN]),
      QinQ: ethernet(IPV6, ip, [QINQ, VLAN]),
      'QinQ before its standard': ethernet(IPV4, ip, [0x9100, VLAN]),
      'QinQ before that': ethernet(IPV4, ip, [0x9200, VLAN]),
      'eight tags': ethernet(IPV4, ip, Array(8).fill(VLAN)),
      '802.2 with SNAP': ethernet(300, snap(IPV4, ip)),
      'SNAP and a tag': ethernet(300, snap(VLAN, concat(hex('0065'), u16(IPV4), ip))),
      'PPP over Ethernet': ethernet(PPPOE, pppoe(PPP.IPV4, ip), [VLAN]),
      'PPP over Ethernet, IPv6': ethernet(PPPOE, pppoe(PPP.IPV6, ip)),
      MPLS: ethernet(MPLS, mpls([17], ip)),
      'a stack of labels': ethernet(MPLS_MULTICAST, mpls([17, 18, 19], ip), [VLAN]),
      'MPLS that carries frames': ethernet(MPLS, mpls([17], ethernet(IPV4, ip, [VLAN]))),
      'MPLS that carries frames from an address of 0…': ethernet(
        MPLS,
        mpls([17], fromZero(ethernet(IPV4, ip))),
      ),
      'a pseudowire with a control word': ethernet(
        MPLS,
        mpls([17], concat(hex('00000001'), ethernet(IPV4, ip))),
      ),
      'a bridged frame': ethernet(BRIDGED, ethernet(IPV6, ip)),
    },
    other: {
      ARP: ethernet(ARP, ip),
      'bridged ARP': ethernet(BRIDGED, ethernet(ARP, ip)),
      'SNAP of another organisation': ethernet(300, snap(IPV4, ip, '00000c')),
      'SNAP cut short': ethernet(300, hex('aaaa030000')),
      'the discovery of PPP over Ethernet': ethernet(PPPOE, pppoe(PPP.IPV4, ip, 9)),
      'PPP over Ethernet of another protocol': ethernet(PPPOE, pppoe(PPP.LCP, ip)),
      'MPLS and nothing behind it': ethernet(MPLS, mpls([17], zeros(0))),
      'labels without a bottom': ethernet(MPLS, concat(...Array(20).fill(hex('00011040')), ip)),
      'MPLS that carries ARP': ethernet(MPLS, mpls([17], ethernet(ARP, ip))),
      'frames in frames without end': nested(9),
      'tagged ARP': ethernet(ARP, ip, [VLAN]),
      'an 802.3 length': ethernet(ip.length, ip),
      'tags without end': ethernet(IPV4, ip, Array(9).fill(VLAN)),
      'a tag and nothing behind it': ethernet(VLAN, hex('0064')),
    },
  },
  9: pppFrames,
  12: rawFrames,
  14: rawFrames,
  50: pppFrames,
  51: {
    headerBytes: 8,
    ip: { IPv4: pppoe(PPP.IPV4, ip), IPv6: pppoe(PPP.IPV6, ip) },
    other: { 'link control': pppoe(PPP.LCP, ip) },
  },
  101: rawFrames,
  104: {
    headerBytes: 4,
    ip: {
      IPv4: concat(hex('0f000800'), ip),
      'IPv6, broadcast': concat(hex('8f0086dd'), ip),
    },
    other: { 'keep-alive': concat(hex('8f008035'), ip) },
  },
  108: loopbackFrames(),
  113: {
    headerBytes: 16,
    ip: {
      IPv4: linuxSll(IPV4, ip),
      IPv6: linuxSll(IPV6, ip),
      VLAN: linuxSll(IPV4, ip, [VLAN]),
      QinQ: linuxSll(IPV4, ip, [QINQ, VLAN]),
      '802.2 with SNAP': linuxSll(4, snap(IPV4, ip)),
      'PPP over Ethernet': linuxSll(PPPOE, pppoe(PPP.IPV4, ip)),
    },
    other: { ARP: linuxSll(ARP, ip), 'an 802.3 frame': linuxSll(1, ip) },
  },
  228: rawFrames,
  229: rawFrames,
  239: {
    headerBytes: 8,
    ip: {
      'only a payload': nflog(2, 'little', [9, ip]),
      'big-endian': nflog(10, 'big', [1, hex('08000100')], [9, ip]),
      'behind a prefix that is padded': nflog(
        2,
        'little',
        [1, hex('08000100')],
        [10, ascii('iptables: \0')],
        [9, ip],
      ),
    },
    other: {
      'another family': nflog(7, 'little', [9, ip]),
      'no payload': nflog(2, 'little', [1, hex('08000100')]),
      'an attribute without length': concat(hex('02000001'), zeros(40)),
    },
  },
  276: {
    headerBytes: 20,
    ip: {
      IPv4: linuxSll2(IPV4, ip),
      IPv6: linuxSll2(IPV6, ip),
      VLAN: linuxSll2(IPV4, ip, VLAN),
      'a provider tag': linuxSll2(IPV6, ip, QINQ),
      QinQ: linuxSll2(VLAN, concat(hex('0065'), u16(IPV4), ip), QINQ),
      MPLS: linuxSll2(MPLS, mpls([17], ip)),
    },
    other: {
      ARP: linuxSll2(ARP, ip),
      'tagged ARP': linuxSll2(ARP, ip, VLAN),
      'an 802.3 frame': linuxSll2(4, ip),
    },
  },
};

test('every link type is tested here', () => {
  expect(Object.keys(FRAMES)).toEqual(Object.keys(LINK_TYPES));
});

test('every link type has a name to show', () => {
  for (const { name } of Object.values(LINK_TYPES)) expect(name).toMatch(/^[A-Z]?[A-Za-z0-9 ]+$/i);
});

function networkStart(linkType: number, frame: Uint8Array): string {
  const { bytes, start, end } = amid(frame);
  const found = LINK_TYPES[linkType]!.networkStart(bytes, start, end);
  return found === NOT_IP ? 'not IP' : toAscii(bytes.subarray(found, end));
}

const entries = Object.entries(FRAMES).map(([type, frames]) => [Number(type), frames] as const);

describe.each(entries)('link type %i', (type, frames) => {
  test.each(Object.entries(frames.ip))('%s', (_, frame) => {
    expect(networkStart(type, frame)).toBe('Ee<ip packet...>');
  });

  test.each([...Object.entries(frames.other), ['nothing at all', zeros(0)] as const])(
    '%s is not IP',
    (_, frame) => {
      expect(networkStart(type, frame)).toBe('not IP');
    },
  );

  test.each(Object.entries(frames.ip))('%s, cut short', (_, frame) => {
    const headerBytes = frame.length - ip.length;
    for (let length = 0; length < headerBytes; length++) {
      expect(networkStart(type, frame.subarray(0, length))).toBe('not IP');
    }
  });

  test('its header is as long as it should be', () => {
    expect(Object.values(frames.ip)[0]!.length - ip.length).toBe(frames.headerBytes);
  });
});
