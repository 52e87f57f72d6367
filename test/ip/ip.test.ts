import { describe, expect, test } from 'vitest';
import { decodeIp, newIpPacket } from '../../src/ip/index.ts';
import { amid, ascii, concat, counting, hex, toAscii, toHex, u8, zeros } from '../build/bytes.ts';
import {
  authenticationHeader,
  type Extension,
  extension,
  fragmentHeader,
  type Ipv4,
  type Ipv6,
  ipv4,
  ipv6,
} from '../build/frame.ts';

/** What is made of a packet, or of the start of one. */
function decode(packet: Uint8Array) {
  const { bytes, start, end } = amid(packet);
  const ip = newIpPacket();
  const verdict = decodeIp(bytes, start, end, ip);
  if (verdict !== 'packet') return verdict;
  const { addresses, addressLength, protocol, payloadStart, payloadEnd, cut } = ip;
  return {
    source: toHex(bytes.subarray(addresses, addresses + addressLength)),
    destination: toHex(bytes.subarray(addresses + addressLength, addresses + 2 * addressLength)),
    protocol,
    payload: toAscii(bytes.subarray(payloadStart, payloadEnd)),
    cut,
  };
}

const payload = ascii('payload of 20 bytes.');

describe('IPv4', () => {
  const whole = {
    source: '0a000001',
    destination: '0a000002',
    protocol: 6,
    payload: 'payload of 20 bytes.',
    cut: 0,
  };

  test.each<[string, Ipv4]>([
    ['a plain packet', {}],
    ['the longest header of options', { options: counting(40) }],
    ['options', { options: hex('94040000') }],
    ["segmentation offload's total length 0", { totalLength: 0 }],
    ['don’t fragment', { fragment: 0x4000 }],
    ['the reserved flag', { fragment: 0x8000 }],
  ])('%s', (_, fields) => {
    expect(decode(ipv4(fields, payload))).toEqual(whole);
  });

  test('another protocol', () => {
    expect(decode(ipv4({ protocol: 17 }, payload))).toMatchObject({ protocol: 17 });
  });

  test('a packet without payload', () => {
    expect(decode(ipv4({}, zeros(0)))).toEqual({ ...whole, payload: '' });
  });

  test('padding behind the packet is not payload', () => {
    expect(decode(concat(ipv4({}, payload), zeros(6)))).toEqual(whole);
    expect(decode(concat(ipv4({}, zeros(0)), zeros(26)))).toMatchObject({ payload: '', cut: 0 });
    const long = ascii('.'.repeat(1000));
    expect(decode(concat(ipv4({}, long), zeros(6)))).toEqual({ ...whole, payload: toAscii(long) });
  });

  test('what the snap length cut off is counted', () => {
    const packet = ipv4({ options: zeros(4) }, payload);
    for (let kept = 0; kept <= 20; kept++) {
      expect(decode(packet.subarray(0, 24 + kept))).toMatchObject({
        payload: 'payload of 20 bytes.'.slice(0, kept),
        cut: 20 - kept,
      });
    }
  });

  test('a header cut short is malformed', () => {
    const packet = ipv4({ options: zeros(8) }, payload);
    for (let length = 0; length < 28; length++) {
      expect(decode(packet.subarray(0, length))).toBe('malformed');
    }
  });

  test.each<[string, Ipv4]>([
    ['the first', { fragment: 0x2000 }],
    ['a middle one', { fragment: 0x2001 }],
    ['the last', { fragment: 0x0001 }],
    ['the last that can be', { fragment: 0x1fff }],
  ])('a fragment: %s', (_, fields) => {
    expect(decode(ipv4(fields, payload))).toBe('fragment');
  });

  test.each<[string, Ipv4]>([
    ['a header of four words', { headerWords: 4 }],
    ['a header beyond the frame', { headerWords: 15 }],
    ['a total length within the header', { totalLength: 19 }],
    ['a total length within the options', { options: zeros(8), totalLength: 27 }],
  ])('malformed: %s', (_, fields) => {
    expect(decode(ipv4(fields, payload))).toBe('malformed');
  });
});

describe('IPv6', () => {
  const whole = {
    source: '20010db8000000000000000000000001',
    destination: '20010db8000000000000000000000002',
    protocol: 6,
    payload: 'payload of 20 bytes.',
    cut: 0,
  };
  const HOP_BY_HOP = 0;
  const ROUTING = 43;
  const DESTINATION = 60;
  const MOBILITY = 135;
  const atomicFragment = fragmentHeader(0, false);
  const everything = [
    extension(HOP_BY_HOP),
    extension(DESTINATION, 2),
    extension(ROUTING, 3),
    atomicFragment,
    authenticationHeader(),
    extension(DESTINATION),
  ];

  test.each<[string, Extension[]]>([
    ['none', []],
    ['hop-by-hop', [extension(HOP_BY_HOP)]],
    ['hop-by-hop of 24 bytes', [extension(HOP_BY_HOP, 2)]],
    ['routing', [extension(ROUTING, 2)]],
    ['destination', [extension(DESTINATION)]],
    ['mobility', [extension(MOBILITY)]],
    ['authentication', [authenticationHeader()]],
    ['authentication of 28 bytes', [authenticationHeader(5)]],
    ['an atomic fragment', [atomicFragment]],
    ['all of them', everything],
  ])('extension headers: %s', (_, extensions) => {
    expect(decode(ipv6({ extensions }, payload))).toEqual(whole);
  });

  test('another protocol', () => {
    expect(decode(ipv6({ protocol: 58 }, payload))).toMatchObject({ protocol: 58 });
    // ESP hides what follows, and 59 says that nothing does.
    expect(decode(ipv6({ protocol: 50 }, payload))).toMatchObject({ protocol: 50 });
    expect(decode(ipv6({ protocol: 59 }, zeros(0)))).toMatchObject({ protocol: 59, payload: '' });
  });

  test("segmentation offload's payload length 0 means all there is", () => {
    expect(decode(ipv6({ payloadLength: 0 }, payload))).toEqual(whole);
  });

  test('padding behind the packet is not payload', () => {
    expect(decode(concat(ipv6({ extensions: everything }, payload), zeros(6)))).toEqual(whole);
    const long = ascii('.'.repeat(1000));
    expect(decode(concat(ipv6({}, long), zeros(6)))).toEqual({ ...whole, payload: toAscii(long) });
  });

  test('what the snap length cut off is counted', () => {
    const packet = ipv6({ extensions: everything }, payload);
    for (let kept = 0; kept <= 20; kept++) {
      expect(decode(packet.subarray(0, packet.length - 20 + kept))).toMatchObject({
        payload: 'payload of 20 bytes.'.slice(0, kept),
        cut: 20 - kept,
      });
    }
  });

  test('a chain of headers cut short is malformed', () => {
    const packet = ipv6({ extensions: everything }, payload);
    for (let length = 0; length < packet.length - 20; length++) {
      expect(decode(packet.subarray(0, length))).toBe('malformed');
    }
  });

  test.each<[string, Extension[]]>([
    ['the first', [fragmentHeader(0, true)]],
    ['a middle one', [fragmentHeader(185, true)]],
    ['one whose offset has an empty lower byte', [fragmentHeader(32, false)]],
    ['the last', [fragmentHeader(1, false)]],
    ['behind other headers', [extension(HOP_BY_HOP), fragmentHeader(8191, false)]],
  ])('a fragment: %s', (_, extensions) => {
    expect(decode(ipv6({ extensions }, payload))).toBe('fragment');
  });

  test.each<[string, Ipv6]>([
    ['a payload length within the headers', { extensions: everything, payloadLength: 15 }],
    ['a header beyond the packet', { extensions: [[ROUTING, concat(u8(200), zeros(6))]] }],
  ])('malformed: %s', (_, fields) => {
    expect(decode(ipv6(fields, payload))).toBe('malformed');
  });
});

test.each([0, 5, 7, 15])('version %i is neither', (version) => {
  expect(decode(concat(u8(version << 4), counting(60)))).toBe('malformed');
});

test('no bytes are no packet', () => {
  expect(decode(zeros(0))).toBe('malformed');
});
