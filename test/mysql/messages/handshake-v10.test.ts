import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, u8, zeros } from '../../build/bytes.ts';
import {
  CAN,
  greeting,
  MARIADB,
  nulText,
  SCRAMBLE,
  SERVER_CAPABILITIES,
  wire,
} from '../../build/mysql.ts';
import { decode, testDecoder } from '../decoding.ts';

/** MySQL 4.0 and older: nothing behind the lower half of the capabilities. */
const mysql40 = concat(
  u8(10),
  nulText('4.0.30'),
  wire.n32(7),
  ascii(SCRAMBLE[0]),
  u8(0),
  wire.n16(0x002c),
);

/** MySQL 5.0: capabilities of 16 bits, no plugins. */
const mysql50 = concat(
  mysql40.slice(0, 1),
  nulText('5.0.96'),
  hex('09000000'),
  ascii(SCRAMBLE[0]),
  u8(0),
  hex('2ca2 08 0200'),
  zeros(13),
  ascii(SCRAMBLE[1]),
  u8(0),
);

/** MySQL 5.5 as far as 5.5.7: the plugin's name without its NUL (bugs.mysql.com/59453). */
const mysql55 = greeting({ version: '5.5.7-rc', plugin: 'mysql_native_password' }).slice(0, -1);

const mariadb = greeting({
  version: '5.5.5-10.11.19-MariaDB',
  connectionId: 5,
  capabilities: SERVER_CAPABILITIES & ~CAN.LONG_PASSWORD,
  extended: MARIADB.PROGRESS | MARIADB.EXTENDED_METADATA | MARIADB.CACHE_METADATA,
  collation: 45,
});

const NAMES = [
  'CLIENT_LONG_PASSWORD',
  'CLIENT_CONNECT_WITH_DB',
  'CLIENT_LOCAL_FILES',
  'CLIENT_PROTOCOL_41',
  'CLIENT_SECURE_CONNECTION',
  'CLIENT_MULTI_RESULTS',
  'CLIENT_PLUGIN_AUTH',
  'CLIENT_CONNECT_ATTRS',
  'CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA',
  'CLIENT_SESSION_TRACK',
  'CLIENT_DEPRECATE_EOF',
];

describe('HandshakeV10', () => {
  const lengthTo = (payload: Uint8Array, fields: number) => payload.indexOf(0) + 1 + fields;

  testDecoder([
    {
      name: 'the greeting of MySQL 8',
      type: 'HandshakeV10',
      payload: greeting(),
      fields: {
        protocolVersion: 10,
        serverVersion: '8.0.36',
        connectionId: 42,
        capabilities: NAMES,
        collation: 'utf8mb4_0900_ai_ci',
        statusFlags: ['SERVER_STATUS_AUTOCOMMIT'],
        authPlugin: 'mysql_native_password',
      },
      // Where the lower capabilities, the head and the plugin's name end.
      wholeAt: (length) =>
        [15, 31].includes(length - lengthTo(greeting(), 0)) || length >= lengthTo(greeting(), 44),
    },
    {
      name: 'the greeting of MySQL 9.7 with caching_sha2_password',
      type: 'HandshakeV10',
      payload: greeting({ version: '9.7.4', plugin: 'caching_sha2_password', status: 0x4002 }),
      fields: {
        protocolVersion: 10,
        serverVersion: '9.7.4',
        connectionId: 42,
        capabilities: NAMES,
        collation: 'utf8mb4_0900_ai_ci',
        statusFlags: ['SERVER_STATUS_AUTOCOMMIT', 'SERVER_SESSION_STATE_CHANGED'],
        authPlugin: 'caching_sha2_password',
      },
      wholeAt: (length) =>
        [15, 31].includes(length - lengthTo(greeting({ version: '9.7.4' }), 0)) ||
        length >= lengthTo(greeting({ version: '9.7.4' }), 44),
    },
    {
      name: 'the greeting of MariaDB with its extended capabilities',
      type: 'HandshakeV10',
      payload: mariadb,
      fields: {
        protocolVersion: 10,
        serverVersion: '5.5.5-10.11.19-MariaDB',
        connectionId: 5,
        capabilities: [
          ...NAMES.slice(1),
          'MARIADB_CLIENT_PROGRESS',
          'MARIADB_CLIENT_EXTENDED_METADATA',
          'MARIADB_CLIENT_CACHE_METADATA',
        ],
        collation: 'utf8mb4_general_ci',
        statusFlags: ['SERVER_STATUS_AUTOCOMMIT'],
        authPlugin: 'mysql_native_password',
      },
      wholeAt: (length) =>
        [15, 31].includes(length - lengthTo(mariadb, 0)) || length >= lengthTo(mariadb, 44),
    },
    {
      name: 'the greeting of MySQL 5.0, which knows no plugins',
      type: 'HandshakeV10',
      payload: mysql50,
      fields: {
        protocolVersion: 10,
        serverVersion: '5.0.96',
        connectionId: 9,
        capabilities: [
          'CLIENT_LONG_FLAG',
          'CLIENT_CONNECT_WITH_DB',
          'CLIENT_COMPRESS',
          'CLIENT_PROTOCOL_41',
          'CLIENT_TRANSACTIONS',
          'CLIENT_SECURE_CONNECTION',
        ],
        collation: 'latin1_swedish_ci',
        statusFlags: ['SERVER_STATUS_AUTOCOMMIT'],
        authPlugin: null,
      },
      wholeAt: (length) => [15, 31].includes(length - lengthTo(mysql50, 0)),
    },
    {
      name: 'the greeting of MySQL 4.0, which ends early',
      type: 'HandshakeV10',
      payload: mysql40,
      fields: {
        protocolVersion: 10,
        serverVersion: '4.0.30',
        connectionId: 7,
        capabilities: ['CLIENT_LONG_FLAG', 'CLIENT_CONNECT_WITH_DB', 'CLIENT_COMPRESS'],
        collation: null,
        statusFlags: [],
        authPlugin: null,
      },
      takesTail: true,
    },
    {
      name: "a plugin's name without its NUL",
      type: 'HandshakeV10',
      payload: mysql55,
      fields: {
        protocolVersion: 10,
        serverVersion: '5.5.7-rc',
        connectionId: 42,
        capabilities: NAMES,
        collation: 'utf8mb4_0900_ai_ci',
        statusFlags: ['SERVER_STATUS_AUTOCOMMIT'],
        authPlugin: 'mysql_native_password',
      },
      wholeAt: (length) =>
        [15, 31].includes(length - lengthTo(mysql55, 0)) || length >= lengthTo(mysql55, 44),
      takesTail: true,
    },
  ]);

  test('settles what the session knows of the server', () => {
    expect(decode('HandshakeV10', mariadb).session).toMatchObject({
      serverVersion: '5.5.5-10.11.19-MariaDB',
      connectionId: 5,
      serverCapabilities: SERVER_CAPABILITIES & ~CAN.LONG_PASSWORD,
      serverExtended: 0x19,
      authPlugin: 'mysql_native_password',
    });
  });

  test('takes nothing for extended capabilities where the server is MySQL', () => {
    const { fields, session } = decode('HandshakeV10', greeting({ extended: 0xffff_ffff }));
    expect(session.serverExtended).toBe(0);
    expect(fields.capabilities).toEqual(NAMES);
  });

  test('reads capability bit 31 as one', () => {
    const { fields } = decode('HandshakeV10', greeting({ capabilities: 0x8000_0001 }));
    expect(fields.capabilities).toEqual(['CLIENT_LONG_PASSWORD', 'CLIENT_REMEMBER_OPTIONS']);
  });

  test('gives a version that is no UTF-8 in base64, too', () => {
    const payload = concat(u8(10), hex('35 ff 00'), greeting().slice(8));
    expect(decode('HandshakeV10', payload).fields).toMatchObject({
      serverVersion: '5\ufffd',
      serverVersionBase64: 'Nf8=',
    });
  });

  test('keeps the scramble to itself', () => {
    for (const payload of [greeting(), mariadb, mysql50, mysql40]) {
      const said = JSON.stringify(decode('HandshakeV10', payload));
      for (const part of SCRAMBLE) expect(said).not.toContain(part);
    }
  });
});
