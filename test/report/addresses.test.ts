import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addressText, communityId, endpointText } from '../../src/report/addresses.ts';
import { concat, hex, u8, u16 } from '../build/bytes.ts';
import { address4 } from '../build/frame.ts';

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest();

/** RFC 5952, sections 4 and 5. */
const IPV6: [bytes: string, text: string][] = [
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['20010000000000010000000000000001', '2001:0:0:1::1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['20010db8aaaabbbbccccddddeeee0001', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1'],
  ['20010db80a0a00000000000000000abc', '2001:db8:a0a::abc'],
  ['fe80000000000000020086fffe0580da', 'fe80::200:86ff:fe05:80da'],
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['00010000000000000000000000000000', '1::'],
  ['00000001000100010001000100010000', '0:1:1:1:1:1:1:0'],
  ['00000000000000010001000100010001', '::1:1:1:1:1'],
  ['00010001000100010001000100000000', '1:1:1:1:1:1::'],
  ['00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
  ['ffffffffffffffffffffffffffffffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
];

describe('an address', () => {
  test.each(IPV6)('%s is %s', (bytes, text) => {
    expect(addressText(hex(bytes))).toBe(text);
  });

  test.each(['0.0.0.0', '10.0.0.5', '255.255.255.255'])('%s is itself', (text) => {
    expect(addressText(address4(text))).toBe(text);
  });

  test('and a port stand apart, with brackets where they must', () => {
    expect(endpointText({ address: address4('10.0.0.5'), port: 3306 })).toBe('10.0.0.5:3306');
    expect(endpointText({ address: hex(IPV6[0]![0]), port: 3306 })).toBe('[2001:db8::1]:3306');
  });
});

describe('the community id', () => {
  /** The example of the specification, https://github.com/corelight/community-id-spec */
  const client = { address: address4('128.232.110.120'), port: 34_855 };
  const server = { address: address4('66.35.250.204'), port: 80 };
  const expected = '1:LQU9qZlK+B5F3KDmev6m5PMibrg=';

  test('is the published one, from either end', () => {
    expect(communityId(client, server, sha1)).toBe(expected);
    expect(communityId(server, client, sha1)).toBe(expected);
  });

  test('is a hash over the lower endpoint first, by its bytes', () => {
    const low = hex('20010db8 00000000 00000000 00000001');
    const high = hex('20010db8 00000000 00000000 000000ff');
    const bytes = concat(u16(0), low, high, u8(6, 0), u16(50_000), u16(3306));
    const id = `1:${createHash('sha1').update(bytes).digest('base64')}`;
    const [a, b] = [
      { address: low, port: 50_000 },
      { address: high, port: 3306 },
    ];
    expect(communityId(a, b, sha1)).toBe(id);
    expect(communityId(b, a, sha1)).toBe(id);
  });

  test('goes by the ports where both ends are one host', () => {
    const host = address4('127.0.0.1');
    const bytes = concat(u16(0), host, host, u8(6, 0), u16(3306), u16(40_000));
    const id = `1:${createHash('sha1').update(bytes).digest('base64')}`;
    const [a, b] = [
      { address: host, port: 40_000 },
      { address: host, port: 3306 },
    ];
    expect(communityId(a, b, sha1)).toBe(id);
    expect(communityId(b, a, sha1)).toBe(id);
  });
});
