import { describe, expect, test } from 'vitest';
import { concat, hex, u8 } from '../../build/bytes.ts';
import {
  AUTH_RESPONSE,
  CAN,
  CLIENT_CAPABILITIES,
  type Login,
  lenencText,
  login,
  sslRequest,
} from '../../build/mysql.ts';
import { agreed, decode, testDecoder } from '../decoding.ts';

const BASE = CAN.LONG_PASSWORD | CAN.PROTOCOL_41;
const EVERYTHING =
  BASE |
  CAN.CONNECT_WITH_DB |
  CAN.SECURE_CONNECTION |
  CAN.PLUGIN_AUTH |
  CAN.CONNECT_ATTRS |
  CAN.PLUGIN_AUTH_LENENC |
  CAN.ZSTD;

/** Every combination of the bits that give the login its shape. */
const SHAPING = [
  CAN.CONNECT_WITH_DB,
  CAN.SECURE_CONNECTION,
  CAN.PLUGIN_AUTH,
  CAN.CONNECT_ATTRS,
  CAN.PLUGIN_AUTH_LENENC,
  CAN.ZSTD,
];
const COMBINATIONS = Array.from({ length: 1 << SHAPING.length }, (_, bits) =>
  SHAPING.reduce((all, bit, i) => ((bits >> i) & 1 ? all | bit : all), BASE),
);

describe('HandshakeResponse41', () => {
  const all = login({ capabilities: EVERYTHING, attributes: { _client_name: 'libmysql', '': '' } });
  const plain = login({ capabilities: BASE | CAN.SECURE_CONNECTION });
  const authEnd = 32 + 'app'.length + 1 + 1 + AUTH_RESPONSE.length;
  const attributesStart = authEnd + 'shop'.length + 1 + 'mysql_native_password'.length + 1;

  testDecoder([
    {
      name: 'a login with everything',
      type: 'HandshakeResponse41',
      payload: all,
      fields: {
        capabilities: [
          'CLIENT_LONG_PASSWORD',
          'CLIENT_CONNECT_WITH_DB',
          'CLIENT_PROTOCOL_41',
          'CLIENT_SECURE_CONNECTION',
          'CLIENT_PLUGIN_AUTH',
          'CLIENT_CONNECT_ATTRS',
          'CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA',
          'CLIENT_ZSTD_COMPRESSION_ALGORITHM',
        ],
        maxPacketSize: 0x100_0000,
        collation: 'utf8mb4_general_ci',
        user: 'app',
        database: 'shop',
        authPlugin: 'mysql_native_password',
        authResponseLength: AUTH_RESPONSE.length,
        attributes: { _client_name: 'libmysql', '': '' },
        zstdCompressionLevel: 3,
      },
      // Drivers leave out what would be empty at the end; a name may lack its NUL.
      wholeAt: (length) =>
        (length >= authEnd && length <= attributesStart) || length === all.length - 1,
    },
    {
      name: 'a login of one-byte length and nothing behind it',
      type: 'HandshakeResponse41',
      payload: plain,
      fields: {
        capabilities: ['CLIENT_LONG_PASSWORD', 'CLIENT_PROTOCOL_41', 'CLIENT_SECURE_CONNECTION'],
        maxPacketSize: 0x100_0000,
        collation: 'utf8mb4_general_ci',
        user: 'app',
        database: null,
        authPlugin: null,
        authResponseLength: AUTH_RESPONSE.length,
        attributes: {},
      },
    },
    {
      name: 'a login with an auth response up to a NUL',
      type: 'HandshakeResponse41',
      payload: login({ capabilities: BASE, user: '' }),
      fields: {
        capabilities: ['CLIENT_LONG_PASSWORD', 'CLIENT_PROTOCOL_41'],
        maxPacketSize: 0x100_0000,
        collation: 'utf8mb4_general_ci',
        user: '',
        database: null,
        authPlugin: null,
        authResponseLength: AUTH_RESPONSE.length,
        attributes: {},
      },
    },
  ]);

  test.each(COMBINATIONS.map((bits) => [`0x${bits.toString(16)}`, bits] as const))(
    'finds its fields with capabilities %s',
    (_, capabilities) => {
      const has = (bit: number) => (capabilities & bit) !== 0;
      const { fields, problems } = decode('HandshakeResponse41', login({ capabilities }));
      expect(problems).toEqual([]);
      expect(fields).toMatchObject({
        user: 'app',
        authResponseLength: AUTH_RESPONSE.length,
        database: has(CAN.CONNECT_WITH_DB) ? 'shop' : null,
        authPlugin: has(CAN.PLUGIN_AUTH) ? 'mysql_native_password' : null,
        attributes: has(CAN.CONNECT_ATTRS) ? { _client_name: 'pymysql', _pid: '7' } : {},
      });
      expect(fields.zstdCompressionLevel).toBe(has(CAN.ZSTD) ? 3 : undefined);
      expect(JSON.stringify(fields)).not.toContain('s3cret');
    },
  );

  const lengths: [string, Login, number][] = [
    ['0 bytes of one-byte length', { authResponse: new Uint8Array(0) }, 0],
    ['255 bytes of one-byte length', { authResponse: new Uint8Array(255).fill(1) }, 255],
    [
      '300 bytes of length-encoded length',
      {
        capabilities: CLIENT_CAPABILITIES | CAN.PLUGIN_AUTH_LENENC,
        authResponse: new Uint8Array(300).fill(1),
      },
      300,
    ],
    ['0 bytes up to a NUL', { capabilities: BASE, authResponse: new Uint8Array(0) }, 0],
  ];
  test.each(lengths)('tells an auth response of %s', (_, of, length) => {
    const { fields, problems } = decode('HandshakeResponse41', login(of));
    expect(problems).toEqual([]);
    expect(fields.authResponseLength).toBe(length);
  });

  test('has no database where its name is empty', () => {
    const payload = login({ capabilities: EVERYTHING, database: '' });
    expect(decode('HandshakeResponse41', payload).fields.database).toBeNull();
  });

  test('settles what the session knows of the client', () => {
    const { session } = decode('HandshakeResponse41', all, {
      serverCapabilities: CAN.DEPRECATE_EOF,
    });
    expect(session).toMatchObject({
      user: 'app',
      database: 'shop',
      authPlugin: 'mysql_native_password',
      clientName: 'libmysql',
      clientCapabilities: EVERYTHING,
      deprecateEof: false,
    });
  });

  test.each([
    [CAN.DEPRECATE_EOF, CAN.DEPRECATE_EOF, true],
    [CAN.DEPRECATE_EOF, 0, false],
    [0, CAN.DEPRECATE_EOF, false],
  ])('agrees on DEPRECATE_EOF only if both want it (%i, %i)', (server, client, outcome) => {
    const payload = login({ capabilities: CLIENT_CAPABILITIES | client });
    const { session } = decode('HandshakeResponse41', payload, { serverCapabilities: server });
    expect(session.deprecateEof).toBe(outcome);
  });

  const cleartext: [plugin: string, response: Uint8Array, flag: true | undefined][] = [
    ['mysql_clear_password', concat(AUTH_RESPONSE, u8(0)), true],
    ['mysql_clear_password', u8(0), undefined],
    ['sha256_password', concat(AUTH_RESPONSE, u8(0)), true],
    ['sha256_password', u8(1), undefined],
    ['caching_sha2_password', new Uint8Array(32).fill(7), undefined],
    ['mysql_native_password', AUTH_RESPONSE, undefined],
    ['__proto__', AUTH_RESPONSE, undefined],
  ];
  test.each(cleartext)('says when a password is in the clear: %s', (plugin, authResponse, flag) => {
    // In TLS: without, the SHA-2 plugins send no password.
    const capabilities = CLIENT_CAPABILITIES | CAN.SSL;
    const inTls = agreed(capabilities);
    const { fields } = decode(
      'HandshakeResponse41',
      login({ plugin, authResponse, capabilities }),
      inTls,
    );
    expect(fields).toMatchObject({ authPlugin: plugin, authResponseLength: authResponse.length });
    expect(fields.cleartext).toBe(flag);
    expect(JSON.stringify(fields)).not.toContain('s3cret');
  });

  test("names MariaDB's bits where bit 0 tells that they are", () => {
    const names = (capabilities: number) =>
      decode('HandshakeResponse41', login({ capabilities })).fields.capabilities;
    const bits = CAN.SECURE_CONNECTION | CAN.PROTOCOL_41 | (3 << 29);
    expect(names(bits | CAN.LONG_PASSWORD)).toEqual([
      'CLIENT_LONG_PASSWORD',
      'CLIENT_PROTOCOL_41',
      'CLIENT_SECURE_CONNECTION',
      'CLIENT_CAPABILITY_EXTENSION',
      'CLIENT_SSL_VERIFY_SERVER_CERT',
    ]);
    expect(names(bits)).toEqual([
      'CLIENT_PROTOCOL_41',
      'CLIENT_SECURE_CONNECTION',
      'CLIENT_PROGRESS_OBSOLETE',
      'CLIENT_SSL_VERIFY_SERVER_CERT_OBSOLETE',
    ]);
  });

  test("reads MariaDB's extended capabilities where bit 0 is not set", () => {
    const of = { capabilities: CLIENT_CAPABILITIES & ~1, extended: 0x21 };
    expect(decode('HandshakeResponse41', login(of)).fields.capabilities).toContain(
      'MARIADB_CLIENT_BULK_UNIT_RESULTS',
    );
    const mysql = login({ ...of, capabilities: CLIENT_CAPABILITIES });
    expect(decode('HandshakeResponse41', mysql).fields.capabilities).not.toContain(
      'MARIADB_CLIENT_PROGRESS',
    );
  });

  test('makes own properties even of attributes with names of objects', () => {
    const pairs = [
      lenencText('__proto__'),
      lenencText('x'),
      lenencText('toString'),
      lenencText('y'),
    ];
    const payload = concat(
      login({ capabilities: CLIENT_CAPABILITIES }),
      lenencText(concat(...pairs)),
    );
    payload.set(hex('018218 00'), 0);
    const { attributes } = decode('HandshakeResponse41', payload).fields;
    expect(Object.entries(attributes as object)).toEqual([
      ['__proto__', 'x'],
      ['toString', 'y'],
    ]);
  });

  test('gives a user that is no UTF-8 in base64, too', () => {
    const payload = login({ user: hex('61 e9') });
    expect(decode('HandshakeResponse41', payload).fields).toMatchObject({
      user: 'a\ufffd',
      userBase64: 'Yek=',
    });
  });

  test('keeps the auth response to itself however the packet is damaged', () => {
    for (let at = 0; at < all.length; at++) {
      for (const byte of [0x00, 0x01, 0x14, 0xfb, 0xff]) {
        const damaged = all.slice();
        damaged[at] = byte;
        const isCredential = at >= authEnd - AUTH_RESPONSE.length && at < authEnd;
        // A length or a terminator that lies moves what follows; the capabilities decide the rest.
        if (at < 37 || isCredential) continue;
        const said = JSON.stringify(decode('HandshakeResponse41', damaged).fields);
        expect(said, `${byte} at ${at}`).not.toContain('s3cret-auth');
      }
    }
  });
});

describe('SSLRequest', () => {
  testDecoder([
    {
      name: 'the head of a login',
      type: 'SSLRequest',
      payload: sslRequest({ collation: 255 }),
      fields: {
        capabilities: [
          'CLIENT_LONG_PASSWORD',
          'CLIENT_PROTOCOL_41',
          'CLIENT_SSL',
          'CLIENT_SECURE_CONNECTION',
          'CLIENT_PLUGIN_AUTH',
        ],
        maxPacketSize: 0x100_0000,
        collation: 'utf8mb4_0900_ai_ci',
      },
    },
  ]);
});
