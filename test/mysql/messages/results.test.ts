import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, u8, zeros } from '../../build/bytes.ts';
import { CAN, column, eof, lenenc, MARIADB, STATUS, textRow } from '../../build/mysql.ts';
import { agreed, decode, testDecoder } from '../decoding.ts';

const MARIADB_METADATA = agreed(CAN.PROTOCOL_41, {
  serverExtended: MARIADB.EXTENDED_METADATA,
  clientExtended: MARIADB.EXTENDED_METADATA,
});

const ITEM = {
  schema: 'shop',
  table: 'i',
  orgTable: 'items',
  name: 'n',
  orgName: 'name',
  extendedType: null,
  collation: 'utf8mb4_general_ci',
  columnLength: 80,
  columnType: 'MYSQL_TYPE_VAR_STRING',
  flags: ['NOT_NULL_FLAG', 'NO_DEFAULT_VALUE_FLAG'],
  decimals: 0,
  defaultValue: null,
};

describe('EOF', () => {
  testDecoder([
    {
      name: 'warnings and status',
      type: 'EOF',
      payload: eof(STATUS.AUTOCOMMIT | STATUS.MORE_RESULTS | STATUS.CURSOR, 2),
      fields: {
        warnings: 2,
        statusFlags: [
          'SERVER_STATUS_AUTOCOMMIT',
          'SERVER_MORE_RESULTS_EXISTS',
          'SERVER_STATUS_CURSOR_EXISTS',
        ],
      },
      wholeAt: (length) => length === 1,
    },
    {
      name: 'the lone header of servers before 4.1',
      type: 'EOF',
      payload: u8(0xfe),
      fields: { warnings: 0, statusFlags: [] },
      takesTail: true,
    },
  ]);
});

describe('ColumnCount', () => {
  testDecoder([
    {
      name: 'a count',
      type: 'ColumnCount',
      payload: u8(4),
      fields: { metadataFollows: true, columns: 4 },
      takesTail: true,
    },
    {
      name: 'a count of three bytes',
      type: 'ColumnCount',
      payload: lenenc(4096),
      fields: { metadataFollows: true, columns: 4096 },
      takesTail: true,
    },
    {
      name: 'a count without definitions',
      type: 'ColumnCount',
      payload: u8(7, 0),
      fields: { metadataFollows: false, columns: 7 },
      wholeAt: (length) => length === 1,
    },
  ]);
});

const BEFORE_41 = agreed(CAN.LONG_PASSWORD);
const OLD_ITEM = {
  schema: null,
  table: 'items',
  orgTable: null,
  name: 'id',
  orgName: null,
  collation: null,
  columnLength: 11,
  columnType: 'MYSQL_TYPE_LONG',
  flags: ['NOT_NULL_FLAG', 'PRI_KEY_FLAG'],
  decimals: 0,
  extendedType: null,
  defaultValue: '0',
};

describe('ColumnDefinition', () => {
  testDecoder([
    {
      name: 'a column for a client before 4.1, with a default value',
      type: 'ColumnDefinition',
      // items.id, in answer to COM_FIELD_LIST (MariaDB 10.11.19)
      payload: hex('05 6974656d73  02 6964  03 0b0000  01 03  03 0342 00  01 30'),
      session: BEFORE_41,
      fields: { ...OLD_ITEM, flags: [...OLD_ITEM.flags, 'AUTO_INCREMENT_FLAG', 'PART_KEY_FLAG'] },
      // Without the default value.
      wholeAt: (length) => length === 19,
      takesTail: true,
    },
    {
      name: 'a column for a client without CLIENT_LONG_FLAG',
      type: 'ColumnDefinition',
      payload: hex('05 6974656d73  02 6964  03 0b0000  01 03  02 03 00  fb'),
      session: BEFORE_41,
      fields: { ...OLD_ITEM, defaultValue: null },
      wholeAt: (length) => length === 18,
      takesTail: true,
    },
    {
      name: 'a column of a table',
      type: 'ColumnDefinition',
      payload: column(),
      fields: ITEM,
      takesTail: true,
    },
    {
      name: 'a column of an expression',
      type: 'ColumnDefinition',
      payload: column({
        schema: '',
        table: '',
        orgTable: '',
        name: 'count(*)',
        orgName: '',
        collation: 63,
        columnLength: 0xffff_ffff,
        type: 8,
        flags: 0x81,
        decimals: 31,
      }),
      fields: {
        schema: '',
        table: '',
        orgTable: '',
        name: 'count(*)',
        orgName: '',
        collation: 'binary',
        columnLength: 0xffff_ffff,
        columnType: 'MYSQL_TYPE_LONGLONG',
        flags: ['NOT_NULL_FLAG', 'BINARY_FLAG'],
        decimals: 31,
        extendedType: null,
        defaultValue: null,
      },
      takesTail: true,
    },
    {
      name: "MariaDB's column of type json",
      type: 'ColumnDefinition',
      payload: column({ type: 0xfc, extendedMetadata: concat(hex('01 04'), ascii('json')) }),
      session: MARIADB_METADATA,
      fields: { ...ITEM, columnType: 'MYSQL_TYPE_BLOB', extendedType: 'json' },
      takesTail: true,
    },
    {
      name: "MariaDB's column without extended type",
      type: 'ColumnDefinition',
      payload: column({ extendedMetadata: zeros(0) }),
      session: MARIADB_METADATA,
      fields: ITEM,
      takesTail: true,
    },
    {
      name: 'a definition that answers COM_FIELD_LIST, its default value behind it',
      type: 'ColumnDefinition',
      payload: concat(column(), hex('03 616263')),
      fields: { ...ITEM, defaultValue: 'abc' },
      wholeAt: (length) => length === column().length,
      takesTail: true,
    },
  ]);

  test('names types and collations that it does not know by their number', () => {
    const { fields } = decode('ColumnDefinition', column({ type: 0x80, collation: 9999 }));
    expect(fields.columnType).toBe('TYPE_128');
    expect(fields.collation).toContain('9999');
  });
});

describe('TextRow', () => {
  testDecoder([
    {
      name: 'a row of text, nothing and NULL',
      type: 'TextRow',
      payload: textRow('a', null, '', 'd\u00e9\u{1f600}'),
      fields: { values: ['a', null, '', 'd\u00e9\u{1f600}'] },
      wholeAt: (length) => [0, 2, 3, 4].includes(length),
      takesTail: true,
    },
    {
      name: 'a value of more than 250 bytes',
      type: 'TextRow',
      payload: textRow('x'.repeat(300)),
      fields: { values: ['x'.repeat(300)] },
      wholeAt: (length) => length === 0,
      takesTail: true,
    },
  ]);

  test('gives every value that is no UTF-8 in base64, too', () => {
    const { fields } = decode('TextRow', textRow(hex('e9'), 'a', hex('ff fe')));
    expect(fields.values).toEqual(['\ufffd', 'a', '\ufffd\ufffd']);
    const said = JSON.stringify(fields);
    expect(said).toContain('6Q==');
    expect(said).toContain('//4=');
  });
});

describe('LocalInfileRequest', () => {
  testDecoder([
    {
      name: 'a file name',
      type: 'LocalInfileRequest',
      payload: concat(u8(0xfb), ascii('/tmp/data.csv')),
      fields: { fileName: '/tmp/data.csv' },
      wholeAt: (length) => length > 0,
      takesTail: true,
    },
  ]);
});

describe('Statistics', () => {
  testDecoder([
    {
      name: 'a line of text',
      type: 'Statistics',
      payload: ascii('Uptime: 5  Threads: 1'),
      fields: { text: 'Uptime: 5  Threads: 1' },
      wholeAt: () => true,
      takesTail: true,
    },
  ]);
});

test('a type without a decoder is only named', () => {
  for (const type of ['Unknown', 'COM_PING'] as const) {
    expect(decode(type, u8(1, 2, 3))).toMatchObject({ fields: {}, problems: [] });
  }
});

test('the name of every key is camelCase, whatever is wrong with the text', () => {
  const broken = hex('ff');
  const cases = [
    decode('TextRow', textRow(broken)),
    decode('ColumnDefinition', concat(hex('03 646566 01 ff'), column().slice(9))),
    decode('Statistics', broken),
  ];
  for (const { fields } of cases) {
    for (const key of Object.keys(fields)) expect(key).toMatch(/^[a-z][A-Za-z0-9]*$/);
  }
});
