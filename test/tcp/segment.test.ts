import { describe, expect, test } from 'vitest';
import { decodeSegment, newSegment } from '../../src/tcp/segment.ts';
import { amid, ascii, counting, toAscii, zeros } from '../build/bytes.ts';
import { TCP_FLAG, tcp } from '../build/frame.ts';

function decode(segment: Uint8Array, cut = 0) {
  const { bytes, start, end } = amid(segment);
  const into = newSegment();
  if (!decodeSegment(bytes, start, end, cut, into)) return null;
  const { payloadStart, payloadEnd, bytes: same, ...rest } = into;
  expect(same).toBe(bytes);
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
