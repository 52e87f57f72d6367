import { describe, expect, test } from 'vitest';
import { commandNamed, commandOf } from '../../../src/mysql/commands/index.ts';
import { concat, hex, u8, zeros } from '../../build/bytes.ts';
import {
  AUTH_RESPONSE,
  CAN,
  changeUser,
  command,
  lenencText,
  nulText,
  query,
  wire,
} from '../../build/mysql.ts';
import { agreed, type Case, decode, testDecoder } from '../decoding.ts';

describe('commands with a payload', () => {
  testDecoder([
    {
      name: 'a schema',
      type: 'COM_INIT_DB',
      payload: command(0x02, 'shop'),
      fields: { schema: 'shop' },
      wholeAt: (length) => length > 0,
      takesTail: true,
    },
    {
      name: 'a table and a wildcard',
      type: 'COM_FIELD_LIST',
      payload: command(0x04, concat(nulText('items'), u8(0x25))),
      fields: { table: 'items', wildcard: '%' },
      wholeAt: (length) => length > 0,
      takesTail: true,
    },
    {
      name: 'a schema to create',
      type: 'COM_CREATE_DB',
      payload: command(0x05, 'shop'),
      fields: { schema: 'shop' },
      wholeAt: (length) => length > 0,
      takesTail: true,
    },
    {
      name: 'a schema to drop',
      type: 'COM_DROP_DB',
      payload: command(0x06, 'shop'),
      fields: { schema: 'shop' },
      wholeAt: (length) => length > 0,
      takesTail: true,
    },
    {
      name: 'what to refresh',
      type: 'COM_REFRESH',
      payload: hex('07 85'),
      fields: { flags: ['REFRESH_GRANT', 'REFRESH_TABLES', 'REFRESH_MASTER'] },
    },
    {
      name: 'how to shut down',
      type: 'COM_SHUTDOWN',
      payload: hex('08 10'),
      fields: { shutdownType: 'SHUTDOWN_WAIT_ALL_BUFFERS' },
      wholeAt: (length) => length === 1,
      loose: ['shutdownType'],
    },
    {
      name: 'whom to kill',
      type: 'COM_PROCESS_KILL',
      payload: command(0x0c, wire.n32(329)),
      fields: { connectionId: 329 },
    },
    {
      name: 'an option',
      type: 'COM_SET_OPTION',
      payload: hex('1b 0100'),
      fields: { option: 'MYSQL_OPTION_MULTI_STATEMENTS_OFF' },
    },
  ]);

  test.each([
    [hex('08'), 'SHUTDOWN_DEFAULT'],
    [hex('08 00'), 'SHUTDOWN_DEFAULT'],
    [hex('08 fe'), 'KILL_QUERY'],
    [hex('08 07'), 'SHUTDOWN_7'],
  ])('names what shuts down', (payload, shutdownType) => {
    expect(decode('COM_SHUTDOWN', payload).fields).toEqual({ shutdownType });
  });

  test('names an option that no server has by its number', () => {
    expect(decode('COM_SET_OPTION', hex('1b 0200')).fields).toEqual({ option: 'MYSQL_OPTION_2' });
  });
});

describe('commands without a payload', () => {
  const BARE = [
    'COM_SLEEP',
    'COM_QUIT',
    'COM_STATISTICS',
    'COM_PROCESS_INFO',
    'COM_CONNECT',
    'COM_DEBUG',
    'COM_PING',
    'COM_TIME',
    'COM_DELAYED_INSERT',
    'COM_DAEMON',
    'COM_RESET_CONNECTION',
    'COM_CLONE',
    'COM_SUBSCRIBE_GROUP_REPLICATION_STREAM',
  ] as const;
  test.each(BARE)('are only named, whatever stands behind: %s', (name) => {
    const { code } = commandNamed(name)!;
    expect(decode(name, u8(code, 1, 2, 3))).toMatchObject({ fields: {}, problems: [] });
  });

  test('have the codes of enum_server_command', () => {
    const codes = BARE.map((name) => commandNamed(name)!.code);
    expect(codes).toEqual([
      0x00, 0x01, 0x09, 0x0a, 0x0b, 0x0d, 0x0e, 0x0f, 0x10, 0x1d, 0x1f, 0x20, 0x21,
    ]);
    for (const code of codes) expect(commandOf(code)!.code).toBe(code);
  });

  test('are all that servers know from 0 on, and a few of MariaDB at the end', () => {
    const known = Array.from({ length: 256 }, (_, code) => code).filter((code) => commandOf(code));
    expect(known).toEqual([...Array.from({ length: 0x22 }, (_, code) => code), 0xfa, 0xfe]);
  });
});

describe('COM_CHANGE_USER', () => {
  const ALL = agreed(CAN.PROTOCOL_41 | CAN.SECURE_CONNECTION | CAN.PLUGIN_AUTH | CAN.CONNECT_ATTRS);
  const OLD = agreed(CAN.PROTOCOL_41);
  const responseEnd = 1 + 'app'.length + 1 + 1 + AUTH_RESPONSE.length;
  const databaseEnd = responseEnd + 'shop'.length + 1;
  const fields = {
    user: 'app',
    authResponseLength: AUTH_RESPONSE.length,
    database: 'shop',
    collation: 'utf8mb4_general_ci',
    authPlugin: 'mysql_native_password',
    attributes: { _client_name: 'pymysql' },
  };
  const of = (name: string, session: Case['session']): Case => ({
    name,
    type: 'COM_CHANGE_USER',
    payload: changeUser({ attributes: fields.attributes }),
    session: session ?? {},
    fields,
    // Where plugins were agreed on, one has to be named.
    wholeAt: (length) =>
      (length >= responseEnd && length <= databaseEnd) ||
      (length >= databaseEnd + (session === ALL ? 3 : 2) &&
        length <= databaseEnd + 2 + 'mysql_native_password'.length + 1),
  });

  testDecoder([
    of('everything', ALL),
    of('everything, of a connection whose login was not captured', {}),
    {
      name: 'an auth response up to a NUL, and no more than old clients send',
      type: 'COM_CHANGE_USER',
      payload: command(0x11, concat(nulText('app'), nulText(AUTH_RESPONSE), nulText('shop'))),
      session: OLD,
      fields: { ...fields, collation: null, authPlugin: null, attributes: {} },
      wholeAt: (length) => length >= responseEnd,
      takesTail: true,
    },
  ]);

  test('leaves user and database of the session alone until the server agrees', () => {
    const { session } = decode('COM_CHANGE_USER', changeUser({ user: 'new', database: '' }), {
      ...ALL,
      user: 'old',
      database: 'shop',
      authStep: 'publicKey',
    });
    expect(session).toMatchObject({
      user: 'old',
      database: 'shop',
      authPlugin: 'mysql_native_password',
      authStep: null,
    });
  });

  test('says when the password is in the clear', () => {
    const payload = changeUser({ plugin: 'mysql_clear_password' });
    const { fields } = decode('COM_CHANGE_USER', payload, ALL);
    expect(fields.cleartext).toBe(true);
    expect(JSON.stringify(fields)).not.toContain('s3cret');
  });
});

describe('COM_MULTI', () => {
  const two = concat(lenencText(query('select 1')), lenencText(u8(0x0e)));
  testDecoder([
    {
      name: 'two commands',
      type: 'COM_MULTI',
      payload: command(0xfe, two),
      fields: {
        commandCount: 2,
        commands: [
          { command: 'COM_QUERY', length: 9 },
          { command: 'COM_PING', length: 1 },
        ],
      },
      wholeAt: (length) => length === 1 || length === 11,
      takesTail: true,
      loose: ['commandCount'],
    },
  ]);

  test('names what is no command Unknown', () => {
    const { fields } = decode('COM_MULTI', hex('fe 01 70 00'));
    expect(fields.commands).toEqual([
      { command: 'Unknown', length: 1 },
      { command: 'Unknown', length: 0 },
    ]);
  });

  test('counts more commands than it lists', () => {
    const { fields } = decode('COM_MULTI', command(0xfe, zeros(5000)));
    expect(fields.commandCount).toBe(5000);
    expect(fields.commands).toHaveLength(1000);
  });
});
