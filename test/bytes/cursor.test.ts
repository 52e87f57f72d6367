import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { charsetNamed } from '../../src/bytes/charset.ts';
import { Cursor } from '../../src/bytes/cursor.ts';
import { DecodeFault } from '../../src/bytes/fault.ts';
import { amid, ascii, concat, hex, toAscii } from '../build/bytes.ts';

/** A cursor over exactly these bytes, with others before and behind them. */
function over(bytes: Uint8Array): Cursor {
  const { bytes: all, start, end } = amid(bytes);
  return new Cursor().aim(all, start, end);
}

function faultOf(run: () => unknown): DecodeFault {
  try {
    run();
  } catch (fault) {
    expect(fault).toBeInstanceOf(DecodeFault);
    return fault as DecodeFault;
  }
  throw new Error('no fault');
}

type Read = (cursor: Cursor) => unknown;

/** What each read makes of which bytes; all of them are consumed. */
const READS: [what: string, bytes: Uint8Array, read: Read, value: unknown][] = [
  ['u8', hex('ff'), (c) => c.u8('f'), 255],
  ['u16', hex('0180'), (c) => c.u16('f'), 0x8001],
  ['u24', hex('0102ff'), (c) => c.u24('f'), 0xff0201],
  ['u32', hex('010203ff'), (c) => c.u32('f'), 0xff030201],
  ['u64, small', hex('0100000000000000'), (c) => c.u64('f'), 1],
  ['u64, 2^53-1', hex('ffffffffffff1f00'), (c) => c.u64('f'), Number.MAX_SAFE_INTEGER],
  ['u64, 2^53', hex('0000000000002000'), (c) => c.u64('f'), 0x20000000000000n],
  ['u64, the largest', hex('ffffffffffffffff'), (c) => c.u64('f'), 0xffffffffffffffffn],
  ['i64, -1', hex('ffffffffffffffff'), (c) => c.i64('f'), -1],
  ['i64, -(2^53-1)', hex('010000000000e0ff'), (c) => c.i64('f'), Number.MIN_SAFE_INTEGER],
  ['i64, -2^53', hex('000000000000e0ff'), (c) => c.i64('f'), -0x20000000000000n],
  ['i64, the smallest', hex('0000000000000080'), (c) => c.i64('f'), -0x8000000000000000n],
  ['f32, 0.1', hex('cdcccc3d'), (c) => c.f32('f'), 0.1],
  ['f32, -1.5', hex('0000c0bf'), (c) => c.f32('f'), -1.5],
  ['f32, infinity', hex('0000807f'), (c) => c.f32('f'), Number.POSITIVE_INFINITY],
  ['f64, 0.1', hex('9a9999999999b93f'), (c) => c.f64('f'), 0.1],
  ['lenenc, one byte', hex('fa'), (c) => c.lenenc('f'), 250],
  ['lenenc, 0xfc', hex('fc fb00'), (c) => c.lenenc('f'), 251],
  ['lenenc, 0xfd', hex('fd 000001'), (c) => c.lenenc('f'), 65_536],
  ['lenenc, 0xfe', hex('fe 0000000100000000'), (c) => c.lenenc('f'), 16_777_216],
  ['lenenc, a bigint', hex('fe ffffffffffffffff'), (c) => c.lenenc('f'), 0xffffffffffffffffn],
  ['length', hex('fc e803'), (c) => c.length('f'), 1000],
  ['skip', hex('010203'), (c) => c.skip('f', 3), undefined],
  ['text', ascii('abc'), (c) => c.text('f', 3), 'abc'],
  ['text, UTF-8', hex('c3a9 e282ac f09f9880'), (c) => c.text('f', 9), 'é€😀'],
  ['nulText', ascii('abc\0'), (c) => c.nulText('f'), 'abc'],
  ['nulText, empty', ascii('\0'), (c) => c.nulText('f'), ''],
  ['lenencText', ascii('\x03abc'), (c) => c.lenencText('f'), 'abc'],
];

describe('Cursor', () => {
  test.each(READS)('%s', (_, bytes, read, value) => {
    const cursor = over(bytes);
    expect(read(cursor)).toBe(value);
    expect(cursor.left).toBe(0);
    expect(cursor.offset).toBe(bytes.length);
  });

  test.each(READS)('%s leaves what comes behind it', (_, bytes, read, value) => {
    const cursor = over(concat(bytes, ascii('tail')));
    expect(read(cursor)).toBe(value);
    expect(cursor.left).toBe(4);
  });

  test.each(READS)('%s is a fault at every cut', (_, bytes, read) => {
    for (let length = 0; length < bytes.length; length++) {
      const fault = faultOf(() => read(over(bytes.subarray(0, length))));
      expect(fault.field).toBe('f');
      expect(fault.offset + fault.have).toBeLessThanOrEqual(length);
      expect(fault.need).toBeGreaterThan(fault.have);
    }
  });

  test('a fault says what was read, where, and what was missing', () => {
    const cursor = over(hex('01 0203'));
    cursor.u8('first');
    const fault = faultOf(() => cursor.u32('second'));
    expect(fault).toEqual(new DecodeFault('second', 1, 4, 2));
    expect(`${fault}`).toBe('second at offset 1 needs 4 bytes, 2 are left');
    expect(cursor.offset).toBe(1);
  });

  test.each([0xfb, 0xff])('a length-encoded integer cannot start with %i', (first) => {
    const bytes = concat(new Uint8Array([0, first]), ascii('12345678'));
    const cursor = over(bytes);
    cursor.u8('before');
    expect(faultOf(() => cursor.lenenc('f'))).toMatchObject({ field: 'f', offset: 1 });
  });

  test('a length beyond any message is a fault, not an allocation', () => {
    const fault = faultOf(() => over(hex('fe ffffffffffffffff 41')).lenencText('f'));
    expect(fault).toMatchObject({ offset: 9, have: 1 });
  });

  test('a negative length is a fault, not a way back', () => {
    const cursor = over(ascii('abc'));
    cursor.skip('f', 2);
    for (const length of [-1, -2, Number.NaN]) {
      expect(faultOf(() => cursor.skip('f', length))).toMatchObject({ offset: 2, have: 1 });
      expect(faultOf(() => cursor.span('f', length))).toMatchObject({ offset: 2, have: 1 });
      expect(faultOf(() => cursor.text('f', length))).toMatchObject({ offset: 2, have: 1 });
    }
    expect(cursor.offset).toBe(2);
  });

  test('a span borrows the bytes', () => {
    const cursor = over(ascii('abcdef'));
    cursor.skip('f', 1);
    const span = cursor.span('f', 3);
    expect(span.bytes).toBe(cursor.bytes);
    expect(toAscii(span.bytes.subarray(span.start, span.end))).toBe('bcd');
    expect(cursor.left).toBe(2);
  });

  test('text up to a NUL may end with the message where senders leave the NUL out', () => {
    const cursor = over(ascii('abc\0def'));
    expect(cursor.nulOrRestText('f')).toBe('abc');
    expect(cursor.nulOrRestText('f')).toBe('def');
    expect(cursor.nulOrRestText('f')).toBe('');
    expect(cursor.left).toBe(0);
    const closed = over(ascii('abc\0'));
    expect(closed.nulOrRestText('f')).toBe('abc');
    expect(closed.left).toBe(0);
  });

  test('a NUL behind the message does not end its text', () => {
    const bytes = ascii('abc\0');
    const cursor = new Cursor().aim(bytes, 0, 3);
    expect(faultOf(() => cursor.nulText('f'))).toEqual(new DecodeFault('f', 0, 4, 3));
  });

  test('nulLength reads nothing', () => {
    const cursor = over(ascii('abc\0d'));
    expect(cursor.nulLength('f')).toBe(3);
    expect(cursor.offset).toBe(0);
  });

  test('restText takes what is left', () => {
    const cursor = over(ascii('abc'));
    cursor.u8('f');
    expect(cursor.restText('f')).toBe('bc');
    expect(cursor.restText('f')).toBe('');
  });

  test('text that is not UTF-8 is kept in base64 beside what can be shown', () => {
    const cursor = over(hex('41 ff 42  efbfbd  43'));
    expect(cursor.text('name', 3)).toBe('A\ufffdB');
    expect(cursor.text('honest U+FFFD', 3)).toBe('\ufffd');
    expect(cursor.text('after', 1)).toBe('C');
    expect(cursor.invalidText).toEqual([['name', 'Qf9C']]);
  });

  test('invalid bytes may be taken for a place beside their text', () => {
    const cursor = over(hex('ff  41  fe fe'));
    expect(cursor.takeInvalid()).toBeNull();
    cursor.text('first', 1);
    cursor.text('second', 1);
    expect(cursor.takeInvalid()).toBeNull();
    cursor.text('third', 2);
    expect(cursor.takeInvalid()).toBe('/v4=');
    expect(cursor.takeInvalid()).toBeNull();
    expect(cursor.invalidText).toEqual([['first', '/w==']]);
    cursor.aim(hex('ff'), 0, 1).text('next', 1);
    cursor.aim(hex('41'), 0, 1);
    expect(cursor.takeInvalid()).toBeNull();
  });

  test('text is in the set of the message, or of the read', () => {
    const cursor = over(hex('e9 d6d0 d6 c3a9'));
    cursor.charset = charsetNamed('latin1')!;
    expect(cursor.text('f', 1)).toBe('\u00e9');
    const gbk = charsetNamed('gbk')!;
    expect(cursor.text('f', 2, gbk)).toBe('\u4e2d');
    expect(cursor.text('half', 1, gbk)).toBe('\ufffd');
    expect(cursor.invalidText).toEqual([['half', '1g==']]);
    expect(cursor.restText('f')).toBe('\u00c3\u00a9');
    cursor.aim(cursor.bytes, cursor.pos - 2, cursor.pos);
    expect(cursor.restText('f')).toBe('\u00e9');
  });

  test('aiming anew forgets the message before', () => {
    const cursor = over(hex('ff'));
    cursor.text('f', 1);
    expect(cursor.invalidText).toHaveLength(1);
    const next = hex('00 01 02 03');
    cursor.aim(next, 1, 3);
    expect(cursor.invalidText).toEqual([]);
    expect([cursor.offset, cursor.left]).toEqual([0, 2]);
    expect(cursor.u16('f')).toBe(0x0201);
    // The same array again, elsewhere.
    expect(cursor.aim(next, 2, 4).u16('f')).toBe(0x0302);
  });

  test('reads from a view into a larger buffer', () => {
    const view = hex('aa aa 01020304 05060708 aa').subarray(2, 10);
    const cursor = new Cursor().aim(view, 0, view.length);
    expect(cursor.u32('f')).toBe(0x04030201);
    expect(cursor.u16('f')).toBe(0x0605);
  });

  test('f32 gives a decimal that is this very float, with no more digits than that takes', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        const bytes = new Uint8Array(4);
        new DataView(bytes.buffer).setFloat32(0, value, true);
        const read = over(bytes).f32('f');
        // Plus and minus zero are the same decimal.
        expect(Math.fround(read) + 0).toBe(value + 0);
        // Nine digits tell any two floats apart.
        expect(Number(read.toPrecision(9))).toBe(read);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('f32 of 2^24 is 16777216, of which seven digits are not enough', () => {
    expect(over(hex('0000804b')).f32('f')).toBe(16_777_216);
  });
});
