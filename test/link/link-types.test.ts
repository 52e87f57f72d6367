import { describe, expect, test } from 'vitest';
import { LINK_TYPES, NOT_IP } from '../../src/link/index.ts';
import { amid, ascii, concat, hex, toAscii, u16, zeros } from '../build/bytes.ts';
import { ethernet, linuxSll, linuxSll2, loopback } from '../build/frame.ts';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const ARP = 0x0806;
const VLAN = 0x8100;
const QINQ = 0x88a8;

/** Stands for an IP packet, as no link type looks inside one. */
const ip = ascii('<ip packet>');

interface Frames {
  /** Frames that carry `ip`. */
  ip: Record<string, Uint8Array>;
  /** Frames that carry something else. */
  other: Record<string, Uint8Array>;
  /** Bytes before the IP packet of the first of them: with fewer there is none to find. */
  headerBytes: number;
}

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
    },
    other: {
      ARP: ethernet(ARP, ip),
      'tagged ARP': ethernet(ARP, ip, [VLAN]),
      'an 802.3 length': ethernet(ip.length, ip),
      'tags without end': ethernet(IPV4, ip, Array(9).fill(VLAN)),
      'a tag and nothing behind it': ethernet(VLAN, hex('0064')),
    },
  },
  12: rawFrames,
  14: rawFrames,
  101: rawFrames,
  108: loopbackFrames(),
  113: {
    headerBytes: 16,
    ip: {
      IPv4: linuxSll(IPV4, ip),
      IPv6: linuxSll(IPV6, ip),
      VLAN: linuxSll(IPV4, ip, [VLAN]),
      QinQ: linuxSll(IPV4, ip, [QINQ, VLAN]),
    },
    other: { ARP: linuxSll(ARP, ip), 'an 802.3 frame': linuxSll(1, ip) },
  },
  228: rawFrames,
  229: rawFrames,
  276: {
    headerBytes: 20,
    ip: {
      IPv4: linuxSll2(IPV4, ip),
      IPv6: linuxSll2(IPV6, ip),
      VLAN: linuxSll2(IPV4, ip, VLAN),
      'a provider tag': linuxSll2(IPV6, ip, QINQ),
      QinQ: linuxSll2(VLAN, concat(hex('0065'), u16(IPV4), ip), QINQ),
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
    expect(networkStart(type, frame)).toBe('<ip packet>');
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
