import { describe, expect, test } from 'vitest';
import { decodeSegment, newSegment, sackedBeyond } from '../../src/tcp/segment.ts';
import { amid, ascii, concat, counting, hex, toAscii, zeros } from '../build/bytes.ts';
import { TCP_FLAG, tcp } from '../build/frame.ts';

function decode(segment: Uint8Array, cut = 0) {
  const { bytes, start, end } = amid(segment);
  const into = newSegment();
  if (!decodeSegment(bytes, start, end, cut, into)) return null;
  const { start: header, payloadStart, payloadEnd, bytes: same, ...rest } = into;
  expect(same).toBe(bytes);
  expect(header).toBe(start);
  return { ...rest, payload: toAscii(bytes.subarray(payloadStart, payloadEnd)) };
}

describe('decodeSegment', () => {
  test('the fields of a header', () => {
    const fields = {
      sourcePort: 0x8001,
      destinationPort: 3306,
      sequence: 0x01020304,
      acknowledgment: 0x05060708,
      flags: TCP_FLAG.PSH | TCP_FLAG.ACK,
    };
    expect(decode(tcp(fields, ascii('payload')))).toEqual({
      ...fields,
      payload: 'payload',
      cut: 0,
    });
  });

  test('sequence numbers are signed, so that differences wrap', () => {
    const segment = decode(tcp({ sequence: 0xffff_fffe, acknowledgment: 0x8000_0000 }, zeros(0)));
    expect(segment).toMatchObject({ sequence: -2, acknowledgment: -0x8000_0000 });
  });

  test.each([4, 12, 40])('%i bytes of options are passed over', (length) => {
    expect(decode(tcp({ options: counting(length) }, ascii('abc')))).toMatchObject({
      payload: 'abc',
      cut: 0,
    });
  });

  test('a header cut short is none', () => {
    const segment = tcp({ options: counting(8) }, zeros(0));
    for (let length = 0; length < segment.length; length++) {
      expect(decode(segment.subarray(0, length))).toBeNull();
      // Nor if the snap length cut it before the checksum.
      if (length < 16) expect(decode(segment.subarray(0, length), 28 - length)).toBeNull();
    }
  });

  test('the snap length may cut it from the checksum on', () => {
    const segment = tcp({ sequence: 7, options: zeros(8) }, counting(5));
    for (let length = 16; length < 28; length++) {
      const cut = decode(segment.subarray(0, length), 33 - length);
      expect(cut).toMatchObject({ sequence: 7, payload: '', cut: 5 });
    }
  });

  test.each([
    ['within the fixed header', 4],
    ['beyond the segment', 15],
  ])('a header that ends %s is none', (_, headerWords) => {
    expect(decode(tcp({ headerWords }, ascii('abc')))).toBeNull();
  });

  test('what the snap length cut off is counted', () => {
    const segment = tcp({ options: counting(8) }, ascii('payload'));
    for (let kept = 0; kept <= 7; kept++) {
      expect(decode(segment.subarray(0, 28 + kept), 7 - kept)).toMatchObject({
        payload: 'payload'.slice(0, kept),
        cut: 7 - kept,
      });
    }
  });

  test('a cut within the options leaves the payload wholly missing', () => {
    const segment = tcp({ options: counting(8) }, ascii('payload'));
    for (let kept = 20; kept < 28; kept++) {
      const cut = segment.length - kept;
      expect(decode(segment.subarray(0, kept), cut)).toMatchObject({ payload: '', cut: 7 });
    }
  });
});

describe('sackedBeyond', () => {
  const acknowledgment = 0xffff_fff0;
  const sacked = (options: Uint8Array, kept = Number.POSITIVE_INFINITY) => {
    const bytes = tcp({ acknowledgment, options }, zeros(0)).subarray(0, 20 + kept);
    const segment = newSegment();
    expect(decodeSegment(bytes, 0, bytes.length, 0, segment)).toBe(bytes.length >= 20);
    return sackedBeyond(segment);
  };
  const timestamps = hex('0101 080a 00000001 00000002');
  const SACKS: [what: string, options: Uint8Array, beyond: number | null][] = [
    ['no options', zeros(0), null],
    ['other options', timestamps, null],
    ['one block, over the wrap', concat(timestamps, hex('0101 050a fffffff8 00000010')), 32],
    ['two blocks', hex('0101 0512 fffffff8 00000010  00000020 00000030'), 64],
    ['what came twice', hex('0101 050a ffffff00 ffffff80'), 0],
    ['a block that is not whole', hex('0509 fffffff8 000000'), 0],
    ['behind the end of the options', hex('00 01 01 01 0101 050a fffffff8 00000010'), null],
    ['an option without a length', hex('03'), null],
    ['an option of no length', hex('0300 050a fffffff8 00000010 0101'), 32],
  ];

  test.each(SACKS)('%s', (_, options, beyond) => {
    expect(sacked(options)).toBe(beyond);
  });
});
