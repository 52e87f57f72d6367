import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, u8 } from '../../build/bytes.ts';
import { err, raw } from '../../build/mysql.ts';
import { decode, testDecoder } from '../decoding.ts';

describe('ERR', () => {
  testDecoder([
    {
      name: 'an ERR with an SQLSTATE',
      type: 'ERR',
      payload: err(1146, "Table 'shop.nothing' doesn't exist", '42S02'),
      fields: { code: 1146, sqlState: '42S02', message: "Table 'shop.nothing' doesn't exist" },
      wholeAt: (length) => length >= 3,
      // Short of its SQLSTATE the marker is text.
      loose: ['message'],
      takesTail: true,
    },
    {
      name: 'an ERR before the login, which has no SQLSTATE',
      type: 'ERR',
      payload: err(1040, 'Too many connections', null),
      fields: { code: 1040, sqlState: null, message: 'Too many connections' },
      wholeAt: (length) => length >= 3,
      takesTail: true,
    },
    {
      name: 'an ERR without a message',
      type: 'ERR',
      payload: err(3032, '', 'HY000'),
      fields: { code: 3032, sqlState: 'HY000', message: '' },
      wholeAt: (length) => length >= 3,
      loose: ['message'],
      takesTail: true,
    },
    {
      name: 'a message that only starts with the marker',
      type: 'ERR',
      payload: err(1064, '#12', null),
      fields: { code: 1064, sqlState: null, message: '#12' },
      wholeAt: (length) => length >= 3,
      takesTail: true,
    },
  ]);

  test('gives a message that is no UTF-8 in base64, too', () => {
    expect(decode('ERR', err(1062, hex('64 e9'))).fields).toMatchObject({
      message: 'd\ufffd',
      messageBase64: 'ZOk=',
    });
  });

  test('tells a real U+FFFD from a broken character', () => {
    const { fields } = decode('ERR', err(1062, raw('a\ufffdb')));
    expect(fields).toEqual({ code: 1062, sqlState: 'HY000', message: 'a\ufffdb' });
  });

  const QUOTING = [
    `near 'IDENTIFIED BY 'hunter2'' at line 1`,
    `near 'x IDENTIFIED BY 'hunter2' ACCOUNT LOCK' at line 1`,
    `near 'SET PASSWORD = 'hunter2'' at line 1`,
    `near 'PASSWORD('hunter2')' at line 1`,
    `near 'MASTER_PASSWORD='hunter2', MASTER_HOST='h'' at line 1`,
    `near "IDENTIFIED BY "hunter2"" at line 1`,
  ];
  test.each(QUOTING)('keeps a secret that the server quotes to itself: %s', (quote) => {
    const payload = err(1064, `You have an error in your SQL syntax; check the manual ${quote}`);
    const { message } = decode('ERR', payload).fields;
    expect(message).not.toContain('hunter2');
  });

  test('leaves other messages about passwords alone', () => {
    const message = "Access denied for user 'app'@'10.0.0.5' (using password: YES)";
    expect(decode('ERR', err(1045, message, '28000')).fields.message).toBe(message);
  });

  test('drops the base64 copy of a message whose secret it took out', () => {
    const message = concat(ascii("IDENTIFIED BY 'hunter2' "), hex('e9'));
    const { fields } = decode('ERR', err(1064, message));
    expect(fields.messageBase64).toBeUndefined();
    expect(JSON.stringify(fields)).not.toContain('hunter2');
  });

  test('of one byte says what is missing', () => {
    expect(decode('ERR', u8(0xff))).toMatchObject({
      fields: {},
      problems: ['code at offset 1 needs 2 bytes, 0 are left'],
    });
  });
});
