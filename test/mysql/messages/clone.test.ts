import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, u8, zeros } from '../../build/bytes.ts';
import { wire } from '../../build/mysql.ts';
import { type Case, decode, testDecoder } from '../decoding.ts';

const { n32 } = wire;
const INNODB = 12;
const locator = (length: number) => concat(u8(INNODB), n32(length), zeros(length));
const text = (of: string) => concat(n32(of.length), ascii(of));
/** Where the first locator may start, none or many. */
const LOCATORS = (start: number) => (length: number) =>
  length === start || length === start + locator(16).length;

describe('CloneCommand', () => {
  const start = (code: number, command: string): Case => ({
    name: command,
    type: 'CloneCommand',
    payload: concat(u8(code), n32(0x0103), n32(300 + 2 ** 31), locator(16), locator(0)),
    fields: {
      command,
      protocolVersion: 0x0103,
      ddlTimeout: 300,
      backupLock: false,
      locators: [
        { engine: INNODB, length: 16 },
        { engine: INNODB, length: 0 },
      ],
    },
    wholeAt: LOCATORS(9),
    takesTail: true,
  });
  testDecoder([
    start(1, 'COM_INIT'),
    start(2, 'COM_ATTACH'),
    start(3, 'COM_REINIT'),
    {
      name: 'COM_ACK',
      type: 'CloneCommand',
      payload: concat(u8(5), n32(0), locator(3), n32(4), zeros(4)),
      fields: {
        command: 'COM_ACK',
        errorCode: 0,
        locators: [{ engine: INNODB, length: 3 }],
        descriptorLength: 4,
      },
    },
  ]);

  test.each([
    [4, 'COM_EXECUTE'],
    [6, 'COM_EXIT'],
    [7, 'COM_7'],
    [0, 'COM_0'],
  ])('of one byte is only named: %i', (code, command) => {
    expect(decode('CloneCommand', u8(code))).toMatchObject({ fields: { command }, problems: [] });
  });

  test('does not list locators without end', () => {
    const payload = concat(u8(1), zeros(8), zeros(5 * 1000));
    expect(decode('CloneCommand', payload).fields.locators).toHaveLength(16);
  });
});

describe('CloneResponse', () => {
  const named = (code: number, response: string): Case => ({
    name: response,
    type: 'CloneResponse',
    payload: concat(u8(code), text('utf8mb4_0900_ai_ci')),
    fields: { response, name: 'utf8mb4_0900_ai_ci' },
  });
  const valued = (code: number, response: string): Case => ({
    name: response,
    type: 'CloneResponse',
    payload: concat(u8(code), text('version'), text('9.7.4')),
    fields: { response, name: 'version', value: '9.7.4' },
  });
  testDecoder([
    {
      name: 'COM_RES_LOCS',
      type: 'CloneResponse',
      payload: concat(u8(1), n32(0x0102), locator(16)),
      fields: {
        response: 'COM_RES_LOCS',
        protocolVersion: 0x0102,
        locators: [{ engine: INNODB, length: 16 }],
      },
      wholeAt: LOCATORS(5),
      takesTail: true,
    },
    {
      name: 'COM_RES_DATA_DESC',
      type: 'CloneResponse',
      payload: concat(u8(2, INNODB, 0), zeros(40)),
      fields: {
        response: 'COM_RES_DATA_DESC',
        engine: INNODB,
        locatorIndex: 0,
        descriptorLength: 40,
      },
      wholeAt: (length) => length >= 3,
      takesTail: true,
    },
    {
      name: 'COM_RES_DATA',
      type: 'CloneResponse',
      payload: concat(u8(3), zeros(100)),
      fields: { response: 'COM_RES_DATA', dataLength: 100 },
      wholeAt: (length) => length > 0,
      takesTail: true,
    },
    named(4, 'COM_RES_PLUGIN'),
    named(6, 'COM_RES_COLLATION'),
    valued(5, 'COM_RES_CONFIG'),
    valued(7, 'COM_RES_PLUGIN_V2'),
    valued(8, 'COM_RES_CONFIG_V3'),
    valued(9, 'COM_RES_CONFIG_V4'),
    {
      name: 'COM_RES_ERROR',
      type: 'CloneResponse',
      payload: concat(u8(100), n32(3862), ascii('Clone Donor Error')),
      fields: { response: 'COM_RES_ERROR', errorCode: 3862, message: 'Clone Donor Error' },
      wholeAt: (length) => length >= 5,
      takesTail: true,
    },
  ]);

  test.each([
    ['63', 'COM_RES_COMPLETE'],
    ['2a', 'COM_RES_42'],
  ])('of one byte is only named: %s', (code, response) => {
    expect(decode('CloneResponse', hex(code))).toMatchObject({
      fields: { response },
      problems: [],
    });
  });
});
