import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, u8, zeros } from '../../build/bytes.ts';
import { CAN, lenenc, lenencText, query, queryWithAttributes, wire } from '../../build/mysql.ts';
import { agreed, decode, testDecoder } from '../decoding.ts';

const WITH = agreed(CAN.QUERY_ATTRIBUTES);
const WITHOUT = agreed(CAN.PROTOCOL_41);
const UNSIGNED = 0x8000;

/** Parameter types of the binary protocol, enum_field_types, with the bytes and the value they mean. */
const VALUES: [what: string, type: number, bytes: Uint8Array, value: unknown][] = [
  ['a signed TINY', 0x01, hex('ff'), -1],
  ['an unsigned TINY', 0x01 | UNSIGNED, hex('ff'), 255],
  ['a signed SHORT', 0x02, hex('0080'), -32_768],
  ['an unsigned SHORT', 0x02 | UNSIGNED, hex('0080'), 32_768],
  ['a YEAR', 0x0d | UNSIGNED, hex('ea07'), 2026],
  ['a signed LONG', 0x03, hex('feffffff'), -2],
  ['an unsigned LONG', 0x03 | UNSIGNED, hex('ffffffff'), 0xffff_ffff],
  ['an INT24', 0x09, hex('ffffffff'), -1],
  ['a signed LONGLONG', 0x08, hex('ffffffffffffffff'), -1],
  ['the least LONGLONG', 0x08, hex('0000000000000080'), '-9223372036854775808'],
  ['an unsigned LONGLONG', 0x08 | UNSIGNED, hex('ffffffffffffffff'), '18446744073709551615'],
  ['the largest safe LONGLONG', 0x08, hex('ffffffffffff1f00'), 2 ** 53 - 1],
  ['a FLOAT', 0x04, hex('cdcccc3d'), 0.1],
  ['a DOUBLE', 0x05, hex('9a9999999999b93f'), 0.1],
  ['a DATE', 0x0a, hex('04 ea07 0b 15'), '2026-11-21'],
  ['a DATETIME', 0x0c, hex('07 ea07 0b 15 02 09 3b'), '2026-11-21 02:09:59'],
  ['a TIMESTAMP', 0x07, hex('0b ea07 0b 15 02 09 3b 01000000'), '2026-11-21 02:09:59.000001'],
  ['a zero DATETIME', 0x0c, hex('00'), '0000-00-00 00:00:00'],
  ['a TIME', 0x0b, hex('08 00 00000000 17 3b 3a'), '23:59:58'],
  ['a negative TIME', 0x0b, hex('0c 01 22000000 16 3b 3b 3f420f00'), '-838:59:59.999999'],
  ['a zero TIME', 0x0b, hex('00'), '00:00:00'],
  ['a VAR_STRING', 0xfd, lenencText('d\u00e9'), 'd\u00e9'],
  ['a STRING', 0xfe, lenencText(''), ''],
  ['a NEWDECIMAL', 0xf6, lenencText('12.50'), '12.50'],
  ['a JSON', 0xf5, lenencText('{"a":1}'), '{"a":1}'],
  ['a BLOB', 0xfc, lenencText(hex('00ff')), { base64: 'AP8=' }],
  ['a GEOMETRY', 0xff, lenencText(hex('0102')), { base64: 'AQI=' }],
];

describe('COM_QUERY', () => {
  testDecoder([
    {
      name: 'a statement',
      type: 'COM_QUERY',
      payload: query('select 1 -- \u00e9'),
      session: WITHOUT,
      fields: { sql: 'select 1 -- \u00e9', attributes: {} },
      wholeAt: (length) => length > 0,
      takesTail: true,
    },
    {
      name: 'a statement behind no attributes',
      type: 'COM_QUERY',
      payload: queryWithAttributes('select 1'),
      session: WITH,
      fields: { sql: 'select 1', attributes: {} },
      wholeAt: (length) => length >= 3,
      takesTail: true,
    },
    {
      name: 'a statement behind attributes, one of them NULL',
      type: 'COM_QUERY',
      payload: queryWithAttributes('select 1', [
        { name: 'trace', type: 0xfe, value: lenencText('abc') },
        { name: 'none', type: 0xfe, value: null },
        { name: 'n', type: 0x03, value: wire.n32(7) },
      ]),
      session: WITH,
      fields: { sql: 'select 1', attributes: { trace: 'abc', none: null, n: 7 } },
      wholeAt: (length) => length >= 32,
      takesTail: true,
    },
  ]);

  test.each(VALUES)('reads %s of an attribute', (_, type, value, expected) => {
    const payload = queryWithAttributes('select 1', [{ name: 'v', type, value }]);
    expect(decode('COM_QUERY', payload, WITH)).toMatchObject({
      problems: [],
      fields: { sql: 'select 1', attributes: { v: expected } },
    });
  });

  test('reads attributes of type NULL', () => {
    const payload = queryWithAttributes('select 1', [{ name: 'v', type: 0x06, value: zeros(0) }]);
    expect(decode('COM_QUERY', payload, WITH).fields.attributes).toEqual({ v: null });
  });

  test('has a NULL bitmap of a bit an attribute, past the first byte', () => {
    const attributes = Array.from({ length: 10 }, (_, i) => ({
      name: `a${i}`,
      type: 0x01,
      value: i % 3 === 0 ? null : u8(i),
    }));
    const { fields } = decode('COM_QUERY', queryWithAttributes('select 1', attributes), WITH);
    expect(Object.values(fields.attributes as object)).toEqual([
      null,
      1,
      2,
      null,
      4,
      5,
      null,
      7,
      8,
      null,
    ]);
    expect(fields.sql).toBe('select 1');
  });

  test('says which type of attribute it does not know', () => {
    const payload = queryWithAttributes('select 1', [{ name: 'v', type: 0x80, value: u8(1) }]);
    const { fields, problems } = decode('COM_QUERY', payload, WITH);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('type 128');
    expect(fields.sql).toBeNull();
  });

  test('makes own properties even of attributes with names of objects', () => {
    const payload = queryWithAttributes('select 1', [
      { name: '__proto__', type: 0x01, value: u8(5) },
    ]);
    const { attributes } = decode('COM_QUERY', payload, WITH).fields;
    expect(Object.entries(attributes as object)).toEqual([['__proto__', 5]]);
  });

  const COUNTS: [string, Uint8Array][] = [
    ['2^31', hex('fe 0000008000000000')],
    ['2^31 - 1', hex('fe ffffff7f00000000')],
    ['2^32 - 1', hex('fe ffffffff00000000')],
    ['2^32 + 1', hex('fe 0100000001000000')],
    ['2^63', hex('fe 0000000000000080')],
    ['2^64 - 1', hex('fe ffffffffffffffff')],
    ['2^24 - 1', lenenc(0xff_ffff)],
    ['NULL', u8(0xfb)],
    ['0xff', u8(0xff)],
  ];
  test.each(COUNTS)('takes no harm from an announced %s attributes', (_, count) => {
    const payload = concat(u8(3), count, u8(1), zeros(40));
    expect(decode('COM_QUERY', payload, WITH).problems).toHaveLength(1);
  });

  describe('of a connection whose login was not captured', () => {
    test('has attributes where the two counts stand', () => {
      const payload = queryWithAttributes('select 1', [{ name: 'n', type: 0x01, value: u8(9) }]);
      expect(decode('COM_QUERY', payload).fields).toEqual({
        sql: 'select 1',
        attributes: { n: 9 },
      });
      expect(decode('COM_QUERY', queryWithAttributes('select 1')).fields.sql).toBe('select 1');
    });

    test.each(['select 1', '\tselect 1', '\n\u0001', ' select 1', '/* x */ select 1', ''])(
      'has none in %j',
      (sql) => {
        expect(decode('COM_QUERY', query(sql)).fields).toEqual({ sql, attributes: {} });
      },
    );
  });

  test('gives a statement that is no UTF-8 in base64, too', () => {
    expect(decode('COM_QUERY', query(hex('73 e9')), WITHOUT).fields).toEqual({
      sql: 's\ufffd',
      sqlBase64: 'c+k=',
      attributes: {},
    });
  });

  test('keeps secrets to itself, in base64 as well', () => {
    const sql = concat(ascii("create user u identified by 'hunter2' /* "), hex('e9 2a 2f'));
    const { fields } = decode('COM_QUERY', query(sql), WITHOUT);
    expect(fields.sql).toContain("identified by '<7 characters>'");
    expect(fields.sqlBase64).toBeUndefined();
  });

  test('gives an attribute that is no UTF-8 in base64 under a name of one word', () => {
    const payload = queryWithAttributes('select 1', [
      { name: 'v', type: 0xfd, value: lenencText(hex('e9')) },
    ]);
    const { fields } = decode('COM_QUERY', payload, WITH);
    expect(JSON.stringify(fields)).toContain('6Q==');
    for (const key of Object.keys(fields)) expect(key).toMatch(/^[a-z][A-Za-z0-9]*$/);
  });
});
