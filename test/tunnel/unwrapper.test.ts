import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeIp, newIpPacket } from '../../src/ip/index.ts';
import { LINK_TYPES, NOT_IP } from '../../src/link/index.ts';
import { Unwrapper } from '../../src/tunnel/index.ts';
import { ascii, concat, hex, toAscii, u16, zeros } from '../build/bytes.ts';
import { fragmentHeader, ipv4, ipv6, tcp } from '../build/frame.ts';
import { erspan, frameOf, geneve, gre, icmpError, mpls, udp, vxlan } from '../build/tunnel.ts';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const BRIDGED = 0x6558;
const MPLS = 0x8847;

const segment = tcp({}, ascii('SELECT 1'));
const inner = ipv4({ source: '192.168.0.1', destination: '192.168.0.2' }, segment);
const inner6 = ipv6({}, segment);

class Wire {
  readonly unwrapper: Unwrapper;
  readonly ip = newIpPacket();
  #frame = 0;

  constructor(verifies = false) {
    this.unwrapper = new Unwrapper(verifies);
  }

  take(packet: Uint8Array) {
    const { ip } = this;
    const verdict = decodeIp(packet, 0, packet.length, ip);
    return this.unwrapper.unwrap(ip, verdict, ++this.#frame, 0);
  }

  get text(): string {
    return toAscii(this.ip.bytes.subarray(this.ip.payloadStart + 20, this.ip.payloadEnd));
  }
}

const over = (protocol: number, payload: Uint8Array) => ipv4({ protocol }, payload);
const overUdp = (port: number, payload: Uint8Array) => over(17, udp(port, payload));

const TUNNELS: Readonly<Record<string, Uint8Array>> = {
  'no tunnel': inner,
  'IP in IP': over(4, inner),
  'IPv6 in IPv4': over(41, inner6),
  'IPv4 in IPv6': ipv6({ protocol: 4 }, inner),
  'IPv6 in IPv6': ipv6({ protocol: 41 }, inner6),
  GRE: over(47, gre({}, IPV4, inner)),
  'GRE, IPv6 in IPv6': ipv6({ protocol: 47 }, gre({}, IPV6, inner6)),
  'GRE with a checksum': over(47, gre({ checksum: true }, IPV4, inner)),
  'GRE with a key': over(47, gre({ key: 7 }, IPV6, inner6)),
  'GRE with a sequence number': over(47, gre({ sequence: 7 }, IPV4, inner)),
  'GRE with all of them': over(47, gre({ checksum: true, key: 7, sequence: 8 }, IPV4, inner)),
  'GRE with labels': over(47, gre({}, MPLS, mpls([3, 4], inner))),
  NVGRE: over(47, gre({ key: 0x100 }, BRIDGED, frameOf(inner))),
  'ERSPAN type I': over(47, erspan(1, frameOf(inner))),
  'ERSPAN type II': over(47, erspan(2, frameOf(inner))),
  'ERSPAN type III': over(47, erspan(3, frameOf(inner6))),
  'ERSPAN type III of a known platform': over(47, erspan(3, frameOf(inner), true)),
  VXLAN: overUdp(4789, vxlan(42, frameOf(inner))),
  'VXLAN with a policy': overUdp(4789, vxlan(42, frameOf(inner6), 0x88)),
  "VXLAN on Linux's old port": overUdp(8472, vxlan(42, frameOf(inner))),
  'VXLAN from its port': over(17, udp(1024, vxlan(42, frameOf(inner)), 4789)),
  GENEVE: overUdp(6081, geneve({}, BRIDGED, frameOf(inner))),
  'GENEVE with options': overUdp(
    6081,
    geneve({ options: hex('0102800100000007') }, BRIDGED, frameOf(inner)),
  ),
  'GENEVE of IP': overUdp(6081, geneve({}, IPV6, inner6)),
  'a tunnel in a tunnel': overUdp(4789, vxlan(1, frameOf(over(47, gre({}, IPV4, over(4, inner)))))),
};

describe('what a tunnel carries', () => {
  test.each(Object.entries(TUNNELS))('%s', (_, packet) => {
    const wire = new Wire();
    expect(wire.take(packet)).toBe('segment');
    expect(wire.text).toBe('SELECT 1');
    expect(wire.ip.cut).toBe(0);
  });

  test.each(Object.entries(TUNNELS))('%s, cut by the snap length', (_, packet) => {
    const wire = new Wire();
    expect(wire.take(packet.subarray(0, packet.length - 3))).toBe('segment');
    expect(wire.text).toBe('SELEC');
    expect(wire.ip.cut).toBe(3);
  });

  test.each(Object.entries(TUNNELS))('%s, in fragments', (_, packet) => {
    const isVersion4 = packet[0]! >> 4 === 4;
    const payload = packet.subarray(isVersion4 ? 20 : 40);
    const protocol = packet[isVersion4 ? 9 : 6]!;
    const wire = new Wire();
    const part = (start: number, end: number) =>
      isVersion4
        ? ipv4(
            { protocol, fragment: (start >> 3) | (end < payload.length ? 0x2000 : 0) },
            payload.subarray(start, end),
          )
        : ipv6(
            { protocol, extensions: [fragmentHeader(start >> 3, end < payload.length)] },
            payload.subarray(start, end),
          );
    expect(wire.take(part(8, payload.length))).toBe('nothing');
    expect(wire.take(part(0, 8))).toBe('segment');
    expect(wire.text).toBe('SELECT 1');
  });
});

test('fragments within a tunnel, within fragments', () => {
  const wire = new Wire();
  const innerPart = (fragment: number, start: number, end?: number) =>
    ipv4({ identification: 7, fragment }, segment.subarray(start, end));
  const [first, second] = [innerPart(0x2000, 0, 16), innerPart(2, 16)].map((packet, i) => {
    const payload = gre({}, IPV4, packet);
    return [
      ipv4({ protocol: 47, identification: i, fragment: 0x2000 }, payload.subarray(0, 24)),
      ipv4({ protocol: 47, identification: i, fragment: 3 }, payload.subarray(24)),
    ];
  });
  const found = [...first!, ...second!].map((packet) => wire.take(packet));
  expect(found).toEqual(['nothing', 'nothing', 'nothing', 'segment']);
  expect(wire.text).toBe('SELECT 1');
  expect(wire.unwrapper.fragments).toMatchObject({ joined: 3, lost: 0 });
});

test.each<[string, Uint8Array]>([
  ['UDP of something else', overUdp(53, zeros(40))],
  ['UDP without a header', over(17, zeros(7))],
  ['another protocol', over(132, zeros(40))],
  ['GRE version 1', over(47, gre({ version: 1 }, IPV4, inner))],
  ['GRE with routes', over(47, gre({ routing: true }, IPV4, inner))],
  ['GRE of something else', over(47, gre({}, 0x0806, inner))],
  ['GRE cut short', over(47, hex('b000 08'))],
  ['GRE with a header beyond the packet', over(47, hex('b000 0800'))],
  ['ERSPAN cut short', over(47, gre({ sequence: 1 }, 0x22eb, zeros(11)))],
  ['VXLAN without a network id', overUdp(4789, vxlan(42, frameOf(inner), 0))],
  ['VXLAN cut short', overUdp(4789, hex('08000000 0000'))],
  ['GENEVE of another version', overUdp(6081, geneve({ version: 1 }, IPV4, inner))],
  ['GENEVE with options beyond the packet', overUdp(6081, hex('3f00 0800 00000100'))],
  ['GENEVE cut short', overUdp(6081, hex('0000'))],
  ['a tunnel with no packet in it', over(4, zeros(40))],
  ['an empty tunnel', over(4, zeros(0))],
])('no TCP: %s', (_, packet) => {
  expect(new Wire().take(packet)).toBe('other');
});

test('eight tunnels in each other, and no more', () => {
  const tunnels = (count: number) =>
    Array(count)
      .fill(0)
      .reduce<Uint8Array>((packet) => over(4, packet), inner);
  expect(new Wire().take(tunnels(8))).toBe('segment');
  expect(new Wire().take(tunnels(9))).toBe('other');
});

describe('ICMP errors', () => {
  test.each([3, 4, 11, 12])('type %i quotes a segment', (type) => {
    const wire = new Wire();
    expect(wire.take(over(1, icmpError(type, inner.subarray(0, 36))))).toBe('quoted');
    expect(wire.ip.payloadEnd - wire.ip.payloadStart).toBe(16);
  });

  test.each([1, 2, 3, 4])('ICMPv6, type %i', (type) => {
    expect(new Wire().take(ipv6({ protocol: 58 }, icmpError(type, inner6)))).toBe('quoted');
  });

  test.each<[string, Uint8Array]>([
    ['echo', over(1, icmpError(8, inner))],
    ['redirect', over(1, icmpError(5, inner))],
    ['an ICMPv6 echo', ipv6({ protocol: 58 }, icmpError(128, inner6))],
    ['an error without a packet', over(1, zeros(8))],
    ['an error about a tunnel', over(1, icmpError(3, over(4, inner)))],
    ['an error about an error', over(1, icmpError(3, over(1, icmpError(3, inner))))],
    ['an error about a fragment', over(1, icmpError(3, ipv4({ fragment: 0x2000 }, segment)))],
  ])('no segment: %s', (_, packet) => {
    const wire = new Wire();
    expect(wire.take(packet)).toBe('other');
    expect(wire.unwrapper.fragments.lost).toBe(0);
  });
});

describe('checksums', () => {
  test('are not looked at unless asked for', () => {
    const wire = new Wire();
    expect(wire.take(inner)).toBe('segment');
    expect(wire.unwrapper.badChecksums).toBe(0);
  });

  const sound = summed(inner, 20);
  const sound6 = summed(inner6, 40);

  test.each([
    ['IPv4', sound],
    ['IPv6', sound6],
    ['an odd length', summed(ipv4({}, tcp({}, ascii('odd'))), 20)],
    ['in a tunnel', withHeaderSum(over(47, gre({}, IPV4, sound)))],
    ['cut by the snap length, so nobody knows', sound.subarray(0, sound.length - 1)],
  ])('right: %s', (_, packet) => {
    const wire = new Wire(true);
    expect(wire.take(packet)).toBe('segment');
    expect(wire.unwrapper.badChecksums).toBe(0);
  });

  test('every bit counts', () => {
    for (const packet of [sound, sound6]) {
      const header = packet === sound ? 0 : 8;
      for (let at = header; at < packet.length; at++) {
        // Version, lengths and protocol make it something else; IPv6's first words have no checksum.
        if (packet === sound && [0, 2, 3, 6, 7, 9].includes(at)) continue;
        const damaged = packet.slice();
        damaged[at]! ^= 0x10;
        const wire = new Wire(true);
        expect(wire.take(damaged)).not.toBe('segment');
        expect(wire.unwrapper).toMatchObject({ badChecksums: 1, unfilledChecksums: 0 });
      }
    }
  });

  test.each([
    ['nothing', 0],
    ["the pseudo header's sum", pseudoSum(sound, 20, segment.length)],
    ["the pseudo header's sum without the length", pseudoSum(sound, 20, 0)],
  ])('left to the card: %s', (_, left) => {
    const packet = sound.slice();
    packet.set(u16(left), 20 + 16);
    const wire = new Wire(true);
    expect(wire.take(packet)).toBe('unsound');
    expect(wire.unwrapper).toMatchObject({ badChecksums: 1, unfilledChecksums: 1 });
  });

  test('of fragments, after they came together', () => {
    const payload = sound.subarray(20);
    const part = (fragment: number, bytes: Uint8Array) =>
      withHeaderSum(ipv4({ source: '192.168.0.1', destination: '192.168.0.2', fragment }, bytes));
    const damaged = payload.subarray(8).slice();
    damaged[15]! ^= 1;
    for (const [end, found] of [
      [payload.subarray(8), 'segment'],
      [damaged, 'unsound'],
    ] as const) {
      const wire = new Wire(true);
      expect(wire.take(part(0x2000, payload.subarray(0, 8)))).toBe('nothing');
      expect(wire.take(part(1, end))).toBe(found);
    }
  });
});

/** RFC 1071, word by word. */
function onesSum(...parts: Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      sum += (part[i]! << 8) | (part[i + 1] ?? 0);
      if (sum > 0xffff) sum -= 0xffff;
    }
  }
  return sum;
}

function withHeaderSum(packet: Uint8Array): Uint8Array {
  const summed = packet.slice();
  summed.set(u16(0xffff - onesSum(packet.subarray(0, 20))), 10);
  return summed;
}

function pseudoSum(packet: Uint8Array, headerBytes: number, length: number): number {
  const addresses = headerBytes === 20 ? packet.subarray(12, 20) : packet.subarray(8, 40);
  return onesSum(addresses, u16(6), u16(length));
}

/** The packet with the checksums that belong there. */
function summed(packet: Uint8Array, headerBytes: number): Uint8Array {
  const filled = headerBytes === 20 ? withHeaderSum(packet) : packet.slice();
  const payload = packet.subarray(headerBytes);
  const sum = onesSum(u16(pseudoSum(packet, headerBytes, payload.length)), payload);
  filled.set(u16(0xffff - sum), headerBytes + 16);
  return filled;
}

describe('whatever the bytes are, it comes to an end', () => {
  const frames = Object.values(TUNNELS).map(frameOf);

  test('frames with bytes changed, put in and cut off', () => {
    const wire = new Wire();
    const ip = newIpPacket();
    fc.assert(
      fc.property(
        fc.constantFrom(...frames),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }),
        fc.nat(200),
        fc.boolean(),
        (frame, changes, length, verifies) => {
          const damaged = frame.slice(0, Math.max(length, 14));
          for (const [at, byte] of changes) if (at < damaged.length) damaged[at] = byte;
          const bytes = concat(zeros(3), damaged, zeros(3));
          const end = bytes.length - 3;
          const start = LINK_TYPES[1]!.networkStart(bytes, 3, end);
          if (start === NOT_IP) return;
          const verdict = decodeIp(bytes, start, end, ip);
          const unwrapper = verifies ? new Unwrapper(true) : wire.unwrapper;
          const found = unwrapper.unwrap(ip, verdict, 1, 0);
          if (found === 'nothing' || found === 'other') return;
          expect(ip.payloadStart).toBeLessThanOrEqual(ip.payloadEnd);
          expect(ip.payloadEnd).toBeLessThanOrEqual(ip.bytes === bytes ? end : ip.bytes.length);
          expect(ip.cut).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 20_000 },
    );
  });
});
