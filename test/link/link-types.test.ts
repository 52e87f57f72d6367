import { describe, expect, test } from 'vitest';
import { ENCRYPTED, LINK_TYPES, NOT_IP, UNREAD_LINK_TYPES } from '../../src/link/index.ts';
import { amid, ascii, concat, hex, toAscii, u16, zeros } from '../build/bytes.ts';
import { ethernet, linuxSll, linuxSll2, loopback } from '../build/frame.ts';
import { erf, mpls, nflog, PPP, pktap, ppi, pppoe, radiotap, snap, wifi } from '../build/tunnel.ts';

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

/** Access point to station and back, between access points, quality of service, aggregated. */
const wifiFrames: Record<string, Uint8Array> = {
  'from an access point': wifi(IPV4, ip),
  'to one, IPv6': wifi(IPV6, ip, { control: '0801' }),
  'between access points': wifi(IPV4, ip, { control: '0803', more: zeros(6) }),
  'with quality of service': wifi(IPV4, ip, { control: '8802', more: zeros(2) }),
  'with quality of service and HT control': wifi(IPV4, ip, { control: '8882', more: zeros(6) }),
  'the first of an aggregate': wifi(IPV4, ip, {
    control: '8802',
    more: concat(hex('8000'), zeros(14)),
  }),
  'a VLAN tag': wifi(VLAN, concat(hex('0065'), u16(IPV4), ip)),
};
const notWifiData: Record<string, Uint8Array> = {
  'a beacon': wifi(IPV4, ip, { control: '8000' }),
  'an acknowledgment': hex('d4000000020000000001'),
  'a frame without data': wifi(IPV4, ip, { control: '4802' }),
  'ARP over Wi-Fi': wifi(ARP, ip),
};
const mapped = (frames: Record<string, Uint8Array>, of: (frame: Uint8Array) => Uint8Array) =>
  Object.fromEntries(Object.entries(frames).map(([name, frame]) => [name, of(frame)]));

/** Of a header of fixed length before frames that begin with an EtherType's two bytes or less. */
const behind = (header: Uint8Array, frame: Uint8Array, other: Uint8Array): Frames => ({
  headerBytes: header.length + frame.length - ip.length,
  ip: { 'one frame': concat(header, frame) },
  other: { 'no IP': concat(header, other) },
});

const pktapFrames: Frames = {
  headerBytes: 122,
  ip: {
    Ethernet: pktap(1, ethernet(IPV4, ip)),
    'a loopback': pktap(0, loopback(30, 'little', ip)),
    'raw IP of a tunnel': pktap(12, ip),
    'a big-endian machine': pktap(1, ethernet(IPV6, ip), 'big'),
  },
  other: {
    'no packet': pktap(1, ethernet(IPV4, ip), 'little', 2),
    'ARP on Ethernet': pktap(1, ethernet(ARP, ip)),
    'a link type that is not read': pktap(189, ip),
    'one in another, without end': Array(20)
      .fill(0)
      .reduce((frame: Uint8Array) => pktap(258, frame), ip),
    'a header of no length': concat(zeros(4), pktap(1, ethernet(IPV4, ip)).subarray(4)),
  },
};

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
  6: {
    headerBytes: 22,
    ip: {
      'no route': concat(hex('1040'), zeros(12), snap(IPV4, ip)),
      'a route': concat(
        hex('1040'),
        zeros(6),
        hex('80'),
        zeros(5),
        hex('0602 0011 0022'),
        snap(IPV6, ip),
      ),
    },
    other: { ARP: concat(hex('1040'), zeros(12), snap(ARP, ip)) },
  },
  9: pppFrames,
  10: behind(concat(hex('50'), zeros(12)), snap(IPV4, ip), snap(ARP, ip)),
  12: rawFrames,
  14: rawFrames,
  50: pppFrames,
  51: {
    headerBytes: 8,
    ip: { IPv4: pppoe(PPP.IPV4, ip), IPv6: pppoe(PPP.IPV6, ip) },
    other: { 'link control': pppoe(PPP.LCP, ip) },
  },
  100: behind(zeros(0), snap(IPV4, ip), snap(ARP, ip)),
  101: rawFrames,
  104: {
    headerBytes: 4,
    ip: {
      IPv4: concat(hex('0f000800'), ip),
      'IPv6, broadcast': concat(hex('8f0086dd'), ip),
    },
    other: { 'keep-alive': concat(hex('8f008035'), ip) },
  },
  105: { headerBytes: 32, ip: wifiFrames, other: notWifiData },
  107: {
    headerBytes: 4,
    ip: {
      IPv4: concat(hex('184103cc'), ip),
      'IPv6 behind a pad': concat(hex('18410300 8e'), ip),
      'SNAP, and an address of four bytes': concat(hex('18406041 0300 80 000000 0800'), ip),
      "Cisco's own": concat(hex('1841 0800'), ip),
    },
    other: {
      'local management': concat(hex('0001 0308'), ip),
      'an address without end': zeros(40),
    },
  },
  108: loopbackFrames(),
  109: behind(hex('02000000 00000001 00000000'), ip, zeros(0)),
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
  117: {
    headerBytes: 64,
    ip: {
      OpenBSD: concat(hex('3d02'), zeros(62), ip),
      'IPv6, FreeBSD': concat(hex('2d1c'), zeros(46), ip),
    },
    other: { 'another family': concat(hex('3d07'), zeros(62), ip) },
  },
  119: {
    headerBytes: 176,
    ip: {
      Prism: concat(zeros(144), wifi(IPV4, ip)),
      AVS: concat(hex('80211001 00000040'), zeros(56), wifi(IPV4, ip)),
    },
    other: mapped(notWifiData, (frame) => concat(zeros(144), frame)),
  },
  122: behind(zeros(16), snap(IPV4, ip), snap(ARP, ip)),
  127: {
    headerBytes: 40,
    ip: {
      ...mapped(wifiFrames, (frame) => radiotap(zeros(4), frame)),
      'flags behind a time stamp, and a pad': radiotap(
        concat(hex('03000000'), zeros(8), hex('20')),
        wifi(IPV4, ip, { control: '8802', more: zeros(4) }),
      ),
      'more present words': radiotap(
        concat(hex('03000080 00000000'), zeros(4), zeros(8), hex('10')),
        wifi(IPV4, ip),
      ),
    },
    other: mapped(notWifiData, (frame) => radiotap(zeros(4), frame)),
  },
  138: behind(zeros(16), concat(u16(IPV4), ip), concat(u16(ARP), ip)),
  149: pktapFrames,
  163: {
    headerBytes: 96,
    ip: { AVS: concat(hex('80211002 00000040'), zeros(56), wifi(IPV4, ip)) },
    other: {},
  },
  178: {
    headerBytes: 18,
    ip: {
      'no extensions': concat(ascii('MGC\0'), ethernet(IPV4, ip)),
      extensions: concat(ascii('MGC'), hex('80 0003 010203'), ethernet(IPV6, ip)),
    },
    other: {
      'the frame without its header': concat(ascii('MGC'), hex('02'), ethernet(IPV4, ip)),
      'another magic': concat(ascii('XGC\0'), ethernet(IPV4, ip)),
    },
  },
  192: {
    headerBytes: 22,
    ip: { Ethernet: ppi(1, ethernet(IPV4, ip)), 'Wi-Fi': ppi(105, wifi(IPV4, ip)) },
    other: { 'a link type that is not read': ppi(189, ip) },
  },
  197: {
    headerBytes: 32,
    ip: {
      Ethernet: erf(2, concat(zeros(2), ethernet(IPV4, ip))),
      'two extension headers': erf(
        0x82,
        concat(zeros(2), ethernet(IPV4, ip)),
        concat(hex('80'), zeros(15)),
      ),
      'raw IP': erf(22, ip),
    },
    other: {
      'a loss record': erf(0x30, ip),
      'extensions without end': erf(
        0x82,
        Uint8Array.from({ length: 40 }, () => 0x80),
      ),
    },
  },
  204: behind(hex('00'), concat(hex('0021'), ip), concat(hex('c021'), ip)),
  205: behind(hex('01'), concat(hex('0f000800'), ip), concat(hex('8f008035'), ip)),
  206: behind(hex('01'), concat(hex('184103cc'), ip), concat(hex('00010308'), ip)),
  226: behind(zeros(24), ip, zeros(0)),
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
  240: behind(zeros(4), ethernet(IPV4, ip), ethernet(ARP, ip)),
  242: behind(zeros(40), concat(u16(IPV4), u16(0), ip), concat(u16(ARP), u16(0), ip)),
  258: pktapFrames,
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
  for (const { name } of Object.values(LINK_TYPES)) expect(name).toMatch(/^[A-Za-z0-9 ()-]+$/);
});

test('no link type is both read and not', () => {
  for (const type of Object.keys(LINK_TYPES)) expect(UNREAD_LINK_TYPES).not.toHaveProperty(type);
});

test('what Wi-Fi has encrypted is told apart', () => {
  const frame = wifi(IPV4, ip, { control: '0842' });
  const at = (type: number, bytes: Uint8Array) =>
    LINK_TYPES[type]!.networkStart(bytes, 0, bytes.length);
  expect(at(105, frame)).toBe(ENCRYPTED);
  expect(at(192, ppi(105, frame))).toBe(ENCRYPTED);
  expect(at(127, radiotap(zeros(4), frame))).toBe(ENCRYPTED);
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
