import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fragments } from '../../src/ip/fragments.ts';
import { decodeIp, newIpPacket } from '../../src/ip/index.ts';
import { concat, hex, zeros } from '../build/bytes.ts';
import { extension, fragmentHeader, ipv4, ipv6 } from '../build/frame.ts';

const payload = Uint8Array.from({ length: 100 }, (_, i) => (i * 7) & 0xff);
const last = payload.length;

type Make = (start: number, end: number, id?: number, bytes?: Uint8Array) => Uint8Array;

const v4: Make = (start, end, id = 1, bytes = payload) =>
  ipv4(
    { identification: id, fragment: (start >> 3) | (end < bytes.length ? 0x2000 : 0) },
    bytes.subarray(start, end),
  );
const v6: Make = (start, end, id = 1, bytes = payload) =>
  ipv6(
    { extensions: [extension(0), fragmentHeader(start >> 3, end < bytes.length, id)] },
    bytes.subarray(start, end),
  );

interface Arrival {
  seconds?: number;
  frame?: number;
}

class Wire {
  readonly fragments = new Fragments();
  #frame = 0;

  /** The payload that is whole with this fragment, and how much of it the snap length cut; or null. */
  take(packet: Uint8Array, { seconds = 0, frame = ++this.#frame }: Arrival = {}) {
    const ip = newIpPacket();
    expect(decodeIp(packet, 0, packet.length, ip)).toBe('fragment');
    const whole = this.fragments.take(ip, frame, seconds);
    if (whole === null) return null;
    expect(decodeIp(whole, 0, whole.length, ip)).toBe('packet');
    expect(ip.protocol).toBe(6);
    expect([ip.bytes[ip.addresses + ip.addressLength - 1], ip.bytes[ip.payloadStart - 1]]).toEqual(
      ip.addressLength === 4 ? [1, 2] : [1, 0],
    );
    return { payload: whole.slice(ip.payloadStart, ip.payloadEnd), cut: ip.cut };
  }

  get counts() {
    return { joined: this.fragments.joined, lost: this.fragments.lost };
  }
}

describe.each([
  ['IPv4', v4],
  ['IPv6', v6],
])('%s', (_, make) => {
  const whole = { payload, cut: 0 };

  test('in order, and in any other', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [1, 0, 2],
    ]) {
      const wire = new Wire();
      const parts = [make(0, 40), make(40, 80), make(80, last)];
      const joined = order.map((i) => wire.take(parts[i]!));
      expect(joined).toEqual([null, null, whole]);
      expect(wire.counts).toEqual({ joined: 1, lost: 0 });
    }
  });

  test('cut anywhere, sent in any order, each as often as one likes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 12 }),
        fc.array(fc.nat(100), { minLength: 13, maxLength: 40 }),
        (cuts, order) => {
          const edges = [0, ...cuts.map((cut) => cut * 8).sort((a, b) => a - b), last];
          const parts = edges.slice(1).map((end, i) => make(edges[i]!, end));
          if (parts.length === 1) return;
          const wire = new Wire();
          const seen = new Set<number>();
          for (const pick of order) {
            const i = pick % parts.length;
            const isLast = !seen.has(i) && seen.size === parts.length - 1;
            seen.add(i);
            const joined = wire.take(parts[i]!);
            expect(joined).toEqual(isLast ? whole : null);
            if (joined !== null) return;
          }
        },
      ),
    );
  });

  test('two datagrams at a time', () => {
    const wire = new Wire();
    expect(wire.take(make(0, 40, 1))).toBeNull();
    expect(wire.take(make(40, last, 2))).toBeNull();
    expect(wire.take(make(0, 40, 2))).toEqual(whole);
    expect(wire.take(make(40, last, 1))).toEqual(whole);
  });

  test('every fragment captured twice', () => {
    const wire = new Wire();
    const parts = [make(0, 40), make(0, 40), make(40, last), make(40, last)];
    expect(parts.map((part) => wire.take(part))).toEqual([null, null, whole, null]);
    expect(wire.counts).toEqual({ joined: 1, lost: 0 });
  });

  test('the datagram captured twice is joined twice, in whatever order', () => {
    const wire = new Wire();
    const parts = [make(0, 40), make(40, last), make(40, last), make(0, 40)];
    expect(parts.map((part) => wire.take(part))).toEqual([null, whole, null, whole]);
    expect(wire.counts).toEqual({ joined: 2, lost: 0 });
  });

  test('an identification that is used again', () => {
    const wire = new Wire();
    const other = payload.map((byte) => byte ^ 0xff);
    wire.take(make(0, 40));
    wire.take(make(40, last));
    expect(wire.take(make(0, 40, 1, other))).toBeNull();
    expect(wire.take(make(40, last, 1, other))).toEqual({ payload: other, cut: 0 });
    expect(wire.counts).toEqual({ joined: 2, lost: 0 });
  });

  test.each([
    ['one that overlaps the one before', [make(0, 40), make(32, last)]],
    ['one that overlaps the one behind', [make(40, last), make(0, 48)]],
    ['one that covers another', [make(40, 48), make(32, 56)]],
    ['one within another', [make(0, 48), make(16, 24)]],
    ['other bytes in the same place', [make(0, 40), make(0, 40, 1, zeros(100))]],
    ['another end', [make(40, last), make(40, 72, 1, payload.subarray(0, 72))]],
    ['an end before what has come', [make(40, 80), make(40, 72, 1, payload.subarray(0, 72))]],
    ['a length that is no multiple of eight', [make(0, 41)]],
    ['no bytes', [make(40, 40)]],
    ['more than 65535 bytes', [make(65_528, 65_535 + 8, 1, zeros(65_543))]],
  ])('refused: %s', (_, parts) => {
    const wire = new Wire();
    for (const part of [...parts, make(0, 40), make(40, last)]) expect(wire.take(part)).toBeNull();
    expect(wire.counts).toEqual({ joined: 0, lost: parts.length + 2 });
  });

  test('refused: a datagram whose header leaves it too long', () => {
    const wire = new Wire();
    const long = zeros(65_535);
    wire.take(make(0, 40_000, 1, long));
    expect(wire.take(make(40_000, 65_535, 1, long))).toBeNull();
    expect(wire.counts).toEqual({ joined: 0, lost: 2 });
  });

  test('what the snap length cut at the end', () => {
    const wire = new Wire();
    wire.take(make(0, 40));
    const end = make(40, last);
    expect(wire.take(end.subarray(0, end.length - 20))).toEqual({
      payload: payload.subarray(0, 80),
      cut: 20,
    });
  });

  test('nothing stands behind what the snap length cut', () => {
    const wire = new Wire();
    const start = make(0, 40);
    wire.take(start.subarray(0, start.length - 16));
    expect(wire.take(make(40, last))).toEqual({ payload: payload.subarray(0, 24), cut: 76 });
  });

  test('what does not come in half a minute is given up', () => {
    const wire = new Wire();
    wire.take(make(0, 40, 1), { seconds: 1000 });
    expect(wire.take(make(40, last, 1), { seconds: 1030 })).toEqual(whole);
    wire.take(make(0, 40, 2), { seconds: 1031 });
    expect(wire.take(make(40, last, 2), { seconds: 1062 })).toBeNull();
    expect(wire.counts).toEqual({ joined: 1, lost: 2 });
  });

  test('without time stamps, what does not come in 65536 frames', () => {
    const wire = new Wire();
    const at = (frame: number) => ({ frame, seconds: Number.NaN });
    wire.take(make(0, 40, 1), at(1));
    expect(wire.take(make(40, last, 1), at(65_537))).toEqual(whole);
    wire.take(make(0, 40, 2), at(65_538));
    expect(wire.take(make(40, last, 2), at(131_075))).toBeNull();
    expect(wire.counts).toEqual({ joined: 1, lost: 2 });
  });

  test('no more than 1024 datagrams wait, and the newest still come together', () => {
    const wire = new Wire();
    for (let id = 1; id <= 3000; id++) wire.take(make(0, 40, id));
    expect(wire.take(make(40, last, 1))).toBeNull();
    expect(wire.take(make(40, last, 3000))).toEqual(whole);
    expect(wire.counts).toEqual({ joined: 1, lost: 3000 });
  });

  test('no more than 4 MiB wait', () => {
    const wire = new Wire();
    const long = zeros(60_000);
    for (let id = 1; id <= 100; id++) wire.take(make(0, 50_000, id, long));
    expect(wire.take(make(50_000, 60_000, 1, long))).toBeNull();
    expect(wire.take(make(50_000, 60_000, 100, long))).toEqual({ payload: long, cut: 0 });
  });
});

test('IPv4: another protocol is another datagram', () => {
  const wire = new Wire();
  wire.take(v4(0, 40));
  const udp = ipv4({ identification: 1, fragment: 5, protocol: 17 }, payload.subarray(40));
  expect(wire.take(udp)).toBeNull();
});

test('IPv4: the header is that of the first fragment, options and all', () => {
  const fragments = new Fragments();
  const ip = newIpPacket();
  const take = (packet: Uint8Array) => {
    decodeIp(packet, 0, packet.length, ip);
    return fragments.take(ip, 1, 0);
  };
  const options = hex('94040000');
  take(ipv4({ identification: 5, fragment: 2 }, payload.subarray(16)));
  const whole = take(
    ipv4({ identification: 5, fragment: 0x2000, options }, payload.subarray(0, 16)),
  );
  expect(whole).toEqual(ipv4({ identification: 5, fragment: 0, options }, payload));
});

test('IPv6: what stands behind the fragment header is part of the datagram', () => {
  const fragments = new Fragments();
  const ip = newIpPacket();
  const take = (packet: Uint8Array) => {
    decodeIp(packet, 0, packet.length, ip);
    return fragments.take(ip, 1, 0);
  };
  // A header of destination options in front of the payload, and one before the fragment header.
  const datagram = concat(hex('0601 000000000000 0000000000000000'), payload);
  const part = (start: number, end: number) =>
    ipv6(
      {
        protocol: 60,
        extensions: [extension(43), fragmentHeader(start >> 3, end < datagram.length)],
      },
      datagram.subarray(start, end),
    );
  take(part(0, 8));
  const whole = take(part(8, datagram.length))!;
  expect(whole).toEqual(ipv6({ protocol: 60, extensions: [extension(43)] }, datagram));
  expect(decodeIp(whole, 0, whole.length, ip)).toBe('packet');
  expect(whole.subarray(ip.payloadStart)).toEqual(payload);
});
