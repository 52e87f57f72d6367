import { describe, expect, test } from 'vitest';
import { concat, hex, u8, zeros } from '../../build/bytes.ts';
import { CAN, lenencText, ok, STATUS } from '../../build/mysql.ts';
import { agreed, decode, testDecoder } from '../decoding.ts';

const TRACKED = agreed(CAN.PROTOCOL_41 | CAN.SESSION_TRACK);
const UNTRACKED = agreed(CAN.PROTOCOL_41);
const CHANGED = STATUS.AUTOCOMMIT | STATUS.SESSION_STATE_CHANGED;
const INFO = 'Rows matched: 1  Changed: 1  Warnings: 0';

/** One change of session state: its type and its data. */
const change = (type: number, data: Uint8Array) => concat(u8(type), lenencText(data));
const variable = (name: string, value: string) => concat(lenencText(name), lenencText(value));

const changes = concat(
  change(0, variable('autocommit', 'OFF')),
  change(1, lenencText('shop')),
  change(2, hex('31')),
  change(3, concat(u8(0), lenencText('3E11FA47-71CA-11E1-9E33-C80AA9429562:23'))),
  change(4, lenencText('START TRANSACTION;')),
  change(5, lenencText('T_______')),
  change(9, hex('abcdef')),
  change(12, variable('v', '7')),
  change(12, lenencText('nothing')),
);

const base = { affectedRows: 0, lastInsertId: 0, warnings: 0, info: '', sessionState: null };
const AUTOCOMMIT = ['SERVER_STATUS_AUTOCOMMIT'];

describe('OK', () => {
  testDecoder([
    {
      name: 'the shortest OK',
      type: 'OK',
      payload: ok({ warnings: 3 }),
      session: UNTRACKED,
      fields: { ...base, statusFlags: AUTOCOMMIT, warnings: 3 },
      // Status, and the warnings that servers before 4.1 do not have.
      takesTail: true,
    },
    {
      name: 'an OK with counts of every width',
      type: 'OK',
      payload: ok({ affected: 70_000, insertId: 2 ** 53 - 1 }),
      session: TRACKED,
      fields: {
        ...base,
        affectedRows: 70_000,
        lastInsertId: 2 ** 53 - 1,
        statusFlags: AUTOCOMMIT,
      },
      takesTail: true,
    },
    {
      name: 'an OK with info',
      type: 'OK',
      payload: ok({ affected: 1, info: lenencText(INFO) }),
      session: TRACKED,
      fields: { ...base, affectedRows: 1, statusFlags: AUTOCOMMIT, info: INFO },
      wholeAt: (length) => length === 7,
    },
    {
      name: 'an OK in place of an EOF',
      type: 'OK',
      payload: ok({ header: 0xfe, status: 0x22 }),
      session: TRACKED,
      fields: {
        ...base,
        statusFlags: ['SERVER_STATUS_AUTOCOMMIT', 'SERVER_QUERY_NO_INDEX_USED'],
      },
      takesTail: true,
    },
    {
      name: 'an OK with changes of session state',
      type: 'OK',
      payload: ok({ status: CHANGED, info: concat(lenencText(INFO), lenencText(changes)) }),
      session: TRACKED,
      fields: {
        ...base,
        statusFlags: [...AUTOCOMMIT, 'SERVER_SESSION_STATE_CHANGED'],
        info: INFO,
        sessionState: [
          { type: 'SESSION_TRACK_SYSTEM_VARIABLES', name: 'autocommit', value: 'OFF' },
          { type: 'SESSION_TRACK_SCHEMA', value: 'shop' },
          { type: 'SESSION_TRACK_STATE_CHANGE', value: '1' },
          { type: 'SESSION_TRACK_GTIDS', value: '3E11FA47-71CA-11E1-9E33-C80AA9429562:23' },
          {
            type: 'SESSION_TRACK_TRANSACTION_CHARACTERISTICS',
            value: 'START TRANSACTION;',
          },
          { type: 'SESSION_TRACK_TRANSACTION_STATE', value: 'T_______' },
          { type: 'SESSION_TRACK_9', length: 3 },
          { type: 'SESSION_TRACK_USER_VARIABLES', name: 'v', value: '7' },
          { type: 'SESSION_TRACK_USER_VARIABLES', name: 'nothing', value: null },
        ],
      },
    },
    {
      name: "MariaDB's variables, several in one change",
      type: 'OK',
      payload: ok({
        status: CHANGED,
        info: concat(
          lenencText(''),
          lenencText(change(0, concat(variable('a', '1'), variable('b', '')))),
        ),
      }),
      session: TRACKED,
      fields: {
        ...base,
        statusFlags: [...AUTOCOMMIT, 'SERVER_SESSION_STATE_CHANGED'],
        sessionState: [
          { type: 'SESSION_TRACK_SYSTEM_VARIABLES', name: 'a', value: '1' },
          { type: 'SESSION_TRACK_SYSTEM_VARIABLES', name: 'b', value: '' },
        ],
      },
    },
    {
      name: 'an OK of a session without tracking whose info has a length',
      type: 'OK',
      payload: ok({ info: lenencText(INFO) }),
      session: UNTRACKED,
      fields: { ...base, statusFlags: AUTOCOMMIT, info: INFO },
      wholeAt: (length) => length >= 7,
      // Cut short it is text without a length.
      loose: ['info'],
      takesTail: true,
    },
    {
      name: 'an OK of a session without tracking whose info has none',
      type: 'OK',
      payload: ok({ info: concat(hex('52 6f 77 73')) }),
      session: UNTRACKED,
      fields: { ...base, statusFlags: AUTOCOMMIT, info: 'Rows' },
      wholeAt: (length) => length >= 7,
      takesTail: true,
    },
  ]);

  test.each([
    ['3.23', CAN.LONG_PASSWORD, hex('00 03 00'), [], ''],
    ['4.0', CAN.LONG_PASSWORD | CAN.TRANSACTIONS, hex('00 03 00 0200'), AUTOCOMMIT, ''],
    ['3.23', CAN.LONG_PASSWORD, hex('00 03 00 04 446f6e65'), [], 'Done'],
    [
      '4.0',
      CAN.LONG_PASSWORD | CAN.TRANSACTIONS,
      hex('00 03 00 0200 04 446f6e65'),
      AUTOCOMMIT,
      'Done',
    ],
  ])('of a server of %s has fewer fields', (_, capabilities, payload, statusFlags, info) => {
    expect(decode('OK', payload, agreed(capabilities))).toMatchObject({
      fields: { ...base, affectedRows: 3, statusFlags, info },
      problems: [],
    });
  });

  test('of a session without tracking has no session state, whatever its flags say', () => {
    const payload = ok({ status: CHANGED, info: lenencText('done') });
    expect(decode('OK', payload, UNTRACKED).fields).toMatchObject({
      info: 'done',
      sessionState: null,
    });
  });

  test('of a connection whose login was not captured is read as one with tracking', () => {
    const payload = ok({
      status: CHANGED,
      info: concat(lenencText(''), lenencText(change(1, lenencText('shop')))),
    });
    expect(decode('OK', payload).fields.sessionState).toEqual([
      { type: 'SESSION_TRACK_SCHEMA', value: 'shop' },
    ]);
  });

  test('counts beyond 2^53-1 exactly', () => {
    const { fields } = decode('OK', ok({ affected: 2n ** 53n, insertId: 2n ** 64n - 1n }));
    expect(fields).toMatchObject({ affectedRows: 2n ** 53n, lastInsertId: 2n ** 64n - 1n });
  });

  test('names status bits that it does not know by their number', () => {
    const { fields } = decode('OK', ok({ status: 0x4 | 0x8000 }));
    expect(fields.statusFlags).toEqual(['BIT_2', 'SERVER_STATUS_ANSI_QUOTES']);
  });

  test('with an info that is no UTF-8 gives it in base64, too', () => {
    const { fields } = decode('OK', ok({ info: lenencText(hex('e9')) }), TRACKED);
    expect(fields).toMatchObject({ info: '\ufffd', infoBase64: '6Q==' });
  });

  test('with a variable that is no UTF-8 gives it in base64 beside it', () => {
    const changed = change(0, concat(lenencText('character_set'), lenencText(hex('e9'))));
    const payload = ok({ status: CHANGED, info: concat(lenencText(''), lenencText(changed)) });
    const { fields } = decode('OK', payload, TRACKED);
    expect(fields.sessionState).toEqual([
      {
        type: 'SESSION_TRACK_SYSTEM_VARIABLES',
        name: 'character_set',
        value: '\ufffd',
        valueBase64: '6Q==',
      },
    ]);
  });

  test('does not hang on a change of no length', () => {
    const payload = ok({
      status: CHANGED,
      info: concat(lenencText(''), lenencText(concat(...Array(50).fill(hex('00 00'))))),
    });
    const { fields, problems } = decode('OK', payload, TRACKED);
    expect(problems).toEqual([]);
    expect(fields.sessionState).toEqual([]);
  });

  test('keeps what stood before a fault', () => {
    const { fields, problems } = decode('OK', concat(u8(0), hex('05 fe'), zeros(3)));
    expect(fields).toEqual({ affectedRows: 5 });
    expect(problems).toEqual(['lastInsertId at offset 3 needs 8 bytes, 3 are left']);
  });
});
