import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { charsetNamed, UTF8 } from '../../src/bytes/charset.ts';
import { Cursor } from '../../src/bytes/cursor.ts';
import { DecodeFault } from '../../src/bytes/fault.ts';
import { parameterType, type ValueType } from '../../src/mysql/column.ts';
import { binaryValue, textValue } from '../../src/mysql/values.ts';
import { amid, ascii, concat, hex, u8 } from '../build/bytes.ts';
import { lenencText } from '../build/mysql.ts';

const UNSIGNED = 1 << 5;
const LATIN1 = 8;
const BINARY = 63;
const UTF8MB4 = 255;

/** A column of that type, numbers and dates with the binary collation as the servers send it. */
function column(type: number, of: Partial<ValueType> = {}): ValueType {
  return { type, flags: 0, collation: BINARY, decimals: 0, ...of };
}

type Read = (c: Cursor, field: string, type: ValueType) => unknown;

/** The value of exactly these bytes. */
function read(how: Read, bytes: Uint8Array, type: ValueType, results = 'utf8mb4'): unknown {
  const { bytes: all, start, end } = amid(bytes);
  const cursor = new Cursor().aim(all, start, end);
  cursor.charset = charsetNamed(results) ?? UTF8;
  const value = how(cursor, 'value', type);
  expect(cursor.left).toBe(0);
  return value;
}

const unsigned = { flags: UNSIGNED };

/** The same value in a text row and in a binary row. */
const BOTH: [what: string, type: ValueType, text: string, binary: Uint8Array, value: unknown][] = [
  ['TINY', column(1), '-128', hex('80'), -128],
  ['TINY UNSIGNED', column(1, unsigned), '255', hex('ff'), 255],
  ['SHORT', column(2), '-32768', hex('0080'), -32_768],
  ['INT24', column(9), '-8388608', hex('000080ff'), -8_388_608],
  ['LONG', column(3), '-2147483648', hex('00000080'), -2_147_483_648],
  ['LONG UNSIGNED', column(3, unsigned), '4294967295', hex('ffffffff'), 4_294_967_295],
  ['LONG ZEROFILL', column(3, unsigned), '00000042', hex('2a000000'), 42],
  ['LONGLONG', column(8), '9007199254740991', hex('ffffffffffff1f00'), 9_007_199_254_740_991],
  ['a large LONGLONG', column(8), '9007199254740992', hex('0000000000002000'), '9007199254740992'],
  ['the least LONGLONG', column(8), `-${2n ** 63n}`, hex('0000000000000080'), `-${2n ** 63n}`],
  [
    'LONGLONG ZEROFILL',
    column(8, unsigned),
    '00009007199254740993',
    hex('0100000000002000'),
    '9007199254740993',
  ],
  ['YEAR', column(13, unsigned), '2155', hex('6b08'), 2155],
  ['BOOL', column(244), '1', hex('01'), 1],
  ['FLOAT', column(4, { decimals: 31 }), '0.1', hex('cdcccc3d'), 0.1],
  ['DOUBLE', column(5), '-1.5e-7', hex('76830df4f52184be'), -1.5e-7],
  ['DOUBLE(10,2)', column(5, { decimals: 2 }), '12.50', hex('0000000000002940'), 12.5],
  ['NEWDECIMAL', column(246), '-0.50', lenencText('-0.50'), '-0.50'],
  ['DECIMAL', column(0), '7', lenencText('7'), '7'],
  ['DATE', column(10), '2026-11-21', hex('04 ea07 0b 15'), '2026-11-21'],
  ['a zero DATE', column(10), '0000-00-00', hex('00'), '0000-00-00'],
  ['NEWDATE', column(14), '2026-11-21', hex('04 ea07 0b 15'), '2026-11-21'],
  [
    'DATETIME',
    column(12),
    '2026-11-21 02:09:59',
    hex('07 ea07 0b 15 02 09 3b'),
    '2026-11-21 02:09:59',
  ],
  [
    'DATETIME at midnight',
    column(12),
    '2026-11-21 00:00:00',
    hex('04 ea07 0b 15'),
    '2026-11-21 00:00:00',
  ],
  ['a zero DATETIME', column(18), '0000-00-00 00:00:00', hex('00'), '0000-00-00 00:00:00'],
  [
    'a zero DATETIME(3)',
    column(12, { decimals: 3 }),
    '0000-00-00 00:00:00.000',
    hex('00'),
    '0000-00-00 00:00:00.000',
  ],
  [
    'TIMESTAMP(2)',
    column(7, { decimals: 2 }),
    '2026-11-21 02:09:59.10',
    hex('0b ea07 0b 15 02 09 3b a0860100'),
    '2026-11-21 02:09:59.10',
  ],
  [
    'TIMESTAMP(6) without a fraction',
    column(17, { decimals: 6 }),
    '2026-11-21 02:09:59.000000',
    hex('07 ea07 0b 15 02 09 3b'),
    '2026-11-21 02:09:59.000000',
  ],
  ['TIME', column(11), '-838:59:59', hex('08 01 22000000 16 3b 3b'), '-838:59:59'],
  [
    'TIME(3)',
    column(19, { decimals: 3 }),
    '00:00:01.002',
    hex('0c 00 00000000 00 00 01 d0070000'),
    '00:00:01.002',
  ],
  ['a zero TIME(1)', column(11, { decimals: 1 }), '00:00:00.0', hex('00'), '00:00:00.0'],
  ['BIT(1)', column(16), '\x01', lenencText('\x01'), 1],
  ['BIT(10)', column(16), '\x03\x7f', lenencText('\x03\x7f'), 0x37f],
  ['VARCHAR', column(15, { collation: UTF8MB4 }), 'ab', lenencText('ab'), 'ab'],
  ['ENUM', column(247, { collation: UTF8MB4 }), 'a', lenencText('a'), 'a'],
  ['SET', column(248, { collation: UTF8MB4 }), 'a,b', lenencText('a,b'), 'a,b'],
  ['TEXT', column(252, { collation: UTF8MB4 }), 'ab', lenencText('ab'), 'ab'],
  ['BLOB', column(252), 'ab', lenencText('ab'), { base64: 'YWI=' }],
  ['BINARY', column(254), '', lenencText(''), { base64: '' }],
  ['JSON', column(245), '{"a": 1}', lenencText('{"a": 1}'), '{"a": 1}'],
  ['GEOMETRY', column(255), 'ab', lenencText('ab'), { base64: 'YWI=' }],
  ['TYPED_ARRAY', column(20), 'ab', lenencText('ab'), { base64: 'YWI=' }],
  ['VECTOR of none', column(242), '', lenencText(''), []],
  ['no VECTOR', column(242), 'abc', lenencText('abc'), { base64: 'YWJj' }],
];

describe.each(BOTH)('%s', (_, type, text, binary, value) => {
  test('is read from a text row', () => {
    expect(read(textValue, lenencText(text), type)).toEqual(value);
  });

  test('is read from a binary row', () => {
    expect(read(binaryValue, binary, type)).toEqual(value);
  });

  test.each([
    [textValue, lenencText(text)],
    [binaryValue, binary],
  ])('is a fault when cut (%o)', (how, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(faultOf(how, bytes.subarray(0, length), type)).toBeInstanceOf(DecodeFault);
    }
  });
});

function faultOf(how: Read, bytes: Uint8Array, type: ValueType): unknown {
  try {
    read(how, bytes, type);
  } catch (fault) {
    return fault;
  }
  return null;
}

describe('values', () => {
  test.each([
    ['a BIT(64) beyond 2^53-1', column(16), hex('08 ffffffffffffffff'), '18446744073709551615'],
    ['a BIT(64) of 2^53-1', column(16), hex('08 001fffffffffffff'), Number.MAX_SAFE_INTEGER],
    ['a VECTOR', column(242), hex('0c 0000803f cdcccc3d 0000807f'), [1, 0.1, 'Infinity']],
    ['latin1', column(253, { collation: LATIN1 }), hex('02 e980'), 'é€'],
    ['a TEXT in ucs2', column(252, { collation: 35 }), hex('04 00e94e2d'), 'é中'],
  ])('%s is the same in both rows', (_, type, bytes, value) => {
    expect(read(textValue, bytes, type)).toEqual(value);
    expect(read(binaryValue, bytes, type)).toEqual(value);
  });

  test('a DOUBLE that is no number is text, as JSON has none', () => {
    expect(read(binaryValue, hex('000000000000f07f'), column(5))).toBe('Infinity');
    expect(read(binaryValue, hex('000000000000f87f'), column(5))).toBe('NaN');
    expect(read(binaryValue, hex('0000c07f'), column(4))).toBe('NaN');
  });

  test('NULL', () => {
    expect(read(textValue, hex('fb'), column(3))).toBeNull();
    expect(read(binaryValue, hex(''), column(6))).toBeNull();
  });

  test.each([
    [3, ''],
    [3, '1.5'],
    [3, '1 '],
    [3, '0x10'],
    [8, `1${'0'.repeat(300)}`],
    [5, ''],
    [5, 'inf'],
    [5, '1e999'],
    [4, '0x10'],
    [13, 'abc'],
    [12, 'yesterday'],
  ])('what is no value of type %i stays the text it is: %s', (type, text) => {
    expect(read(textValue, lenencText(text), column(type))).toBe(text);
  });

  test('text that is not valid in its set is given in base64 too', () => {
    const bytes = hex('02 41d6');
    const cursor = new Cursor().aim(bytes, 0, bytes.length);
    expect(textValue(cursor, 'value', column(253, { collation: 28 }))).toBe('A\ufffd');
    expect(cursor.takeInvalid()).toBe('QdY=');
  });

  test('what claims the binary collation but is text is in the set of all results', () => {
    const json = concat(u8(4), hex('007b007d'));
    for (const how of [textValue, binaryValue]) {
      expect(read(how, json, column(245), 'utf16')).toBe('{}');
      expect(read(how, hex('06 0031002e0035'), column(246), 'utf16')).toBe('1.5');
    }
    // MariaDB writes numbers so, too; MySQL keeps to ASCII.
    expect(read(textValue, hex('04 002d0037'), column(3), 'ucs2')).toBe(-7);
    expect(read(textValue, lenencText('-7'), column(3), 'ucs2')).toBe(-7);
    expect(read(textValue, lenencText('2026-11-21'), column(10), 'utf16')).toBe('2026-11-21');
    expect(read(textValue, hex('04 31003200'), column(3), 'utf16le')).toBe(12);
  });

  test.each([
    ['a DATE of 5 bytes', 10, hex('05 ea070b1500')],
    ['a DATETIME of 8 bytes', 12, hex('08 ea070b1500000000')],
    ['a TIME of 4 bytes', 11, hex('04 00000000')],
    ['a TIME of 255 bytes', 11, hex('ff')],
    ['a BIT of no bytes', 16, hex('00')],
    ['a BIT of 9 bytes', 16, hex('09 000000000000000000')],
    ['an unknown type', 100, hex('01 41')],
  ])('%s is a fault', (_, type, bytes) => {
    expect(faultOf(binaryValue, bytes, column(type))).toBeInstanceOf(DecodeFault);
  });
});

describe('a parameter', () => {
  test.each([
    ['a signed TINY', 0x01, hex('ff'), -1],
    ['an unsigned TINY', 0x8001, hex('ff'), 255],
    [
      'a DATETIME with a fraction',
      0x0c,
      hex('0b ea07 0b 15 02 09 3b 01000000'),
      '2026-11-21 02:09:59.000001',
    ],
    ['a DATETIME without', 0x0c, hex('07 ea07 0b 15 02 09 3b'), '2026-11-21 02:09:59'],
    ['a DATE with a time', 0x0a, hex('07 ea07 0b 15 02 09 3b'), '2026-11-21 02:09:59'],
    ['a TIME with a fraction', 0x0b, hex('0c 00 00000000 00 00 01 d0070000'), '00:00:01.002000'],
    ['a BLOB', 0xfc, hex('02 00ff'), { base64: 'AP8=' }],
  ])('%s', (_, code, bytes, value) => {
    expect(read(binaryValue, bytes, parameterType(code))).toEqual(value);
  });

  test('is text in the set of the client', () => {
    expect(read(binaryValue, hex('02 e980'), parameterType(0xfd), 'latin1')).toBe('é€');
    expect(read(binaryValue, hex('02 d6d0'), parameterType(0xfe), 'gbk')).toBe('中');
  });
});

interface Recorded {
  server: string;
  sql: string;
  results: string;
  columns: (ValueType & { name: string })[];
  text: string[];
  binary: string[];
}

/** Rows as the servers sent them, payloads in hex: of the query, and of it prepared. */
const RECORDED: Recorded[] = JSON.parse(
  readFileSync(new URL('rows.json', import.meta.url), 'utf8'),
);

/** Of which text has six digits, if the column does not say how many. */
const FLOAT = 4;
/** DATE, TIME, DATETIME, TIMESTAMP, NEWDECIMAL. */
const WRITTEN = new Set([7, 10, 11, 12, 246]);

describe.each(RECORDED)('$server: $sql in $results', ({ columns, text, binary, results }) => {
  function cursorOver(payload: string): Cursor {
    const { bytes, start, end } = amid(hex(payload));
    const cursor = new Cursor().aim(bytes, start, end);
    cursor.charset = charsetNamed(results)!;
    return cursor;
  }

  function textRow(payload: string): unknown[] {
    const c = cursorOver(payload);
    const row = columns.map((of) => textValue(c, of.name, of));
    expect([c.left, c.invalidText]).toEqual([0, []]);
    return row;
  }

  function binaryRow(payload: string): unknown[] {
    const c = cursorOver(payload);
    c.skip('header', 1);
    const nulls = c.span('NULL bitmap', (columns.length + 9) >> 3);
    const isNull = (i: number): boolean =>
      ((nulls.bytes[nulls.start + ((i + 2) >> 3)]! >> ((i + 2) & 7)) & 1) === 1;
    const row = columns.map((of, i) => (isNull(i) ? null : binaryValue(c, of.name, of)));
    expect([c.left, c.invalidText]).toEqual([0, []]);
    return row;
  }

  test('text rows and binary rows are the same values', () => {
    expect(text.length).toBeGreaterThan(0);
    for (const [i, payload] of text.entries()) {
      const sixDigits = (value: unknown, at: number): unknown =>
        columns[at]!.type === FLOAT && columns[at]!.decimals > 30 && typeof value === 'number'
          ? Number(value.toPrecision(6))
          : value;
      expect(textRow(payload)).toEqual(binaryRow(binary[i]!).map(sixDigits));
    }
  });

  test('decimals, dates and times are shown as the server writes them', () => {
    const c = { TEXT: column(253, { collation: null }) };
    for (const payload of text) {
      const cursor = cursorOver(payload);
      const written = columns.map((of) => textValue(cursor, of.name, c.TEXT));
      for (const [i, value] of textRow(payload).entries()) {
        if (WRITTEN.has(columns[i]!.type) && results === 'utf8mb4') expect(value).toBe(written[i]);
      }
    }
  });
});

describe('hostile bytes', () => {
  const anyType = fc.record({
    type: fc.nat(255),
    flags: fc.nat(0xffff),
    collation: fc.option(fc.nat(0xffff)),
    decimals: fc.nat(255),
  });

  test.each([
    ['binaryValue', binaryValue],
    ['textValue', textValue],
  ])('%s stays within the message and throws nothing but faults', (_, how) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), anyType, (bytes, type) => {
        const results = [0x00, 0x31, 0xff].map((around) => {
          const fill = new Uint8Array(20).fill(around);
          const cursor = new Cursor().aim(concat(fill, bytes, fill), 20, 20 + bytes.length);
          try {
            const value = how(cursor, 'value', type);
            expect(cursor.left).toBeGreaterThanOrEqual(0);
            return JSON.stringify([value, cursor.offset, cursor.invalidText]);
          } catch (fault) {
            expect(fault).toBeInstanceOf(DecodeFault);
            return `${fault}`;
          }
        });
        expect(new Set(results).size).toBe(1);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  test('an announced length allocates nothing', () => {
    for (const type of [242, 253, 255]) {
      const bytes = concat(hex('fe 0000000000010000'), ascii('abcd'));
      expect(faultOf(binaryValue, bytes, column(type))).toBeInstanceOf(DecodeFault);
    }
  });
});
