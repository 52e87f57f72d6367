import { describe, expect, test } from 'vitest';
import type { AuthStep } from '../../../src/mysql/session.ts';
import { ascii, concat, hex, u8, zeros } from '../../build/bytes.ts';
import {
  AUTH_RESPONSE,
  authMore,
  authSwitch,
  CAN,
  greetingV9,
  lenencText,
  login320,
  nulText,
  wire,
} from '../../build/mysql.ts';
import { agreed, type Case, decode, testDecoder } from '../decoding.ts';

const SECRET_BYTES = ascii('s3cret-auth-data-s3cret-auth-data');

describe('HandshakeV9', () => {
  testDecoder([
    {
      name: 'the greeting of 3.20',
      type: 'HandshakeV9',
      payload: greetingV9(),
      fields: { protocolVersion: 9, serverVersion: '3.20.32', connectionId: 42 },
    },
  ]);

  test('settles what the session knows of the server', () => {
    expect(decode('HandshakeV9', greetingV9()).session).toMatchObject({
      serverVersion: '3.20.32',
      connectionId: 42,
      authPlugin: 'mysql_old_password',
    });
  });
});

describe('HandshakeResponse320', () => {
  const withDatabase = login320({ capabilities: CAN.CONNECT_WITH_DB, maxPacketSize: 0xffffff });
  const without = login320();

  testDecoder([
    {
      name: 'a login with a database',
      type: 'HandshakeResponse320',
      payload: withDatabase,
      fields: {
        capabilities: ['CLIENT_CONNECT_WITH_DB'],
        maxPacketSize: 0xffffff,
        user: 'app',
        database: 'shop',
        authResponseLength: AUTH_RESPONSE.length,
      },
      wholeAt: (length) => length >= 5,
    },
    {
      name: 'a login without a database',
      type: 'HandshakeResponse320',
      payload: concat(without, u8(0)),
      fields: {
        capabilities: ['CLIENT_LONG_PASSWORD'],
        maxPacketSize: 0,
        user: 'app',
        database: null,
        authResponseLength: AUTH_RESPONSE.length,
      },
      wholeAt: (length) => length >= 5,
    },
  ]);

  test('may end with its auth response', () => {
    expect(decode('HandshakeResponse320', without).fields.authResponseLength).toBe(
      AUTH_RESPONSE.length,
    );
  });

  test('settles what the session knows of the client', () => {
    expect(decode('HandshakeResponse320', withDatabase).session).toMatchObject({
      clientCapabilities: CAN.CONNECT_WITH_DB,
      user: 'app',
      database: 'shop',
      authPlugin: 'mysql_old_password',
      deprecateEof: false,
    });
  });
});

describe('AuthSwitchRequest', () => {
  const kerberos = concat(wire.n16(16), ascii('mysql/h@MYSQL.NO'), wire.n16(8), ascii('MYSQL.NO'));
  const challenge = lenencText(zeros(32));
  const asks = (plugin: string, data: Uint8Array, more: object): Case => ({
    name: `a request for ${plugin}`,
    type: 'AuthSwitchRequest',
    payload: authSwitch(plugin, data),
    fields: { authPlugin: plugin, authDataLength: data.length, ...more },
    wholeAt: (length) => length > 0 && length <= plugin.length + 2,
    // Whatever stands behind is data, too.
    takesTail: true,
    loose: ['authPlugin'],
  });
  /** Data that is text to the end. */
  const open = (of: Case): Case => ({
    ...of,
    wholeAt: (length) => length > 0,
    loose: ['authPlugin', 'mechanism', 'question', 'isLast'],
  });

  testDecoder([
    open(asks('caching_sha2_password', concat(zeros(20), u8(0)), {})),
    open(asks('client_ed25519', zeros(32), {})),
    open(asks('authentication_oci_client', zeros(32), {})),
    open(
      asks('dialog', concat(u8(4), ascii('Password: ')), {
        question: 'password',
        isLast: false,
        prompt: 'Password: ',
      }),
    ),
    open(
      asks('auth_gssapi_client', concat(nulText('mysql/h@R'), nulText('Negotiate')), {
        serverPrincipal: 'mysql/h@R',
        mechanism: 'Negotiate',
      }),
    ),
    open(
      asks('authentication_ldap_sasl_client', ascii('SCRAM-SHA-1'), { mechanism: 'SCRAM-SHA-1' }),
    ),
    asks('authentication_kerberos_client', kerberos, {
      serverPrincipal: 'mysql/h@MYSQL.NO',
      realm: 'MYSQL.NO',
    }),
    asks('authentication_webauthn_client', concat(u8(1), challenge, lenencText('mysql.no')), {
      relyingPartyId: 'mysql.no',
    }),
    asks('authentication_fido_client', concat(challenge, lenencText('mysql.no')), {
      relyingPartyId: 'mysql.no',
    }),
  ]);

  test('without a mechanism of GSSAPI has none', () => {
    const payload = authSwitch('auth_gssapi_client', concat(nulText('mysql/h@R'), u8(0)));
    expect(decode('AuthSwitchRequest', payload)).toMatchObject({
      fields: { serverPrincipal: 'mysql/h@R', mechanism: null },
      problems: [],
    });
  });

  test.each([
    [2, 'ordinary', false],
    [3, 'ordinary', true],
    [4, 'password', false],
    [5, 'password', true],
    [9, null, true],
  ])('knows the kinds of question: %i', (byte, question, isLast) => {
    const { fields } = decode('AuthSwitchRequest', authSwitch('dialog', u8(byte)));
    expect(fields).toMatchObject({ question, isLast, prompt: '' });
  });

  test('without a plugin asks for the hash of servers before 4.1', () => {
    const { fields, session } = decode('AuthSwitchRequest', u8(0xfe));
    expect(fields).toEqual({ authPlugin: 'mysql_old_password', authDataLength: 0 });
    expect(session.authPlugin).toBe('mysql_old_password');
  });

  test('starts its plugin anew', () => {
    const { session } = decode('AuthSwitchRequest', authSwitch(), { authStep: 'publicKey' });
    expect(session).toMatchObject({ authPlugin: 'caching_sha2_password', authStep: null });
  });
});

describe('AuthNextFactor', () => {
  const payload = authSwitch('authentication_ldap_sasl_client', ascii('GSSAPI'));
  payload[0] = 0x02;
  testDecoder([
    {
      name: 'a second factor',
      type: 'AuthNextFactor',
      payload,
      fields: {
        authPlugin: 'authentication_ldap_sasl_client',
        authDataLength: 6,
        mechanism: 'GSSAPI',
      },
      wholeAt: (length) => length > 0,
      loose: ['authPlugin'],
      takesTail: true,
    },
  ]);
});

describe('AuthMoreData', () => {
  const PEM = ascii('-----BEGIN PUBLIC KEY-----\n');
  const of = (plugin: string | null, payload: Uint8Array, more: object): Case => ({
    name: `${payload.length - 1} bytes of ${plugin}`,
    type: 'AuthMoreData',
    payload,
    session: { authPlugin: plugin },
    fields: { authDataLength: payload.length - 1, ...more },
    wholeAt: (length) => length > 0,
    takesTail: true,
    loose: ['step', 'prompt'],
  });

  testDecoder([
    of('caching_sha2_password', authMore(3), { step: 'fastAuthSuccess' }),
    of('caching_sha2_password', authMore(4), { step: 'fullAuthentication' }),
    of('caching_sha2_password', concat(authMore(), PEM), {
      step: 'publicKey',
      publicKeyLength: PEM.length,
    }),
    of('sha256_password', concat(authMore(), PEM), {
      step: 'publicKey',
      publicKeyLength: PEM.length,
    }),
    of('caching_sha2_password', authMore(9), { step: null }),
    of('dialog', authMore(5, 0x50, 0x49, 0x4e), {
      question: 'password',
      isLast: true,
      prompt: 'PIN',
    }),
    of('auth_gssapi_client', concat(authMore(), SECRET_BYTES), {}),
    of(null, concat(authMore(), SECRET_BYTES), {}),
    {
      ...of('parsec', concat(authMore(0x50, 2), zeros(18)), { iterationFactor: 2, saltLength: 18 }),
      wholeAt: (length) => length > 0 && length !== 2,
    },
  ]);

  test("goes without its header in MariaDB's hands", () => {
    const session = { authPlugin: 'parsec' };
    expect(decode('AuthMoreData', concat(hex('50 00'), zeros(18)), session)).toMatchObject({
      fields: { authDataLength: 20, iterationFactor: 0, saltLength: 18 },
      problems: [],
    });
  });

  test.each([
    [authMore(4), 'fullAuthentication'],
    [concat(authMore(), PEM), 'publicKey'],
    [authMore(9), null],
  ])('tells the session what comes next', (payload, step) => {
    const { session } = decode('AuthMoreData', payload, {
      authPlugin: 'caching_sha2_password',
      authStep: 'fastAuthSuccess',
    });
    expect(session.authStep).toBe(step);
  });
});

describe('AuthData', () => {
  const password = concat(AUTH_RESPONSE, u8(0));
  const RSA = new Uint8Array(256).fill(0x73);
  const KINDS: [plugin: string | null, bytes: Uint8Array, kind: string | null, step?: AuthStep][] =
    [
      ['mysql_native_password', zeros(20), 'scramble'],
      ['mysql_native_password', zeros(0), 'empty'],
      ['mysql_native_password', zeros(3), null],
      ['mysql_old_password', ascii('ABCDEFGH\0'), 'scramble'],
      ['mysql_clear_password', password, 'cleartextPassword'],
      ['mysql_clear_password', u8(0), 'empty'],
      ['dialog', password, 'cleartextPassword'],
      ['client_ed25519', zeros(64), 'signature'],
      ['parsec', zeros(0), 'empty'],
      ['parsec', zeros(96), 'signature'],
      ['auth_gssapi_client', SECRET_BYTES, 'token'],
      ['authentication_kerberos_client', SECRET_BYTES, 'token'],
      ['authentication_ldap_sasl_client', SECRET_BYTES, 'token'],
      ['authentication_webauthn_client', u8(1), null],
      ['authentication_webauthn_client', SECRET_BYTES, 'signature'],
      ['authentication_oci_client', SECRET_BYTES, 'signature'],
      ['authentication_openid_connect_client', SECRET_BYTES, 'idToken'],
      ['sha256_password', u8(1), 'publicKeyRequest'],
      ['sha256_password', RSA, 'encryptedPassword', 'publicKey'],
      ['sha256_password', password, 'cleartextPassword'],
      ['caching_sha2_password', zeros(32), 'scramble'],
      ['caching_sha2_password', u8(0), 'empty'],
      ['caching_sha2_password', zeros(20), null],
      ['caching_sha2_password', u8(2), 'publicKeyRequest', 'fullAuthentication'],
      ['caching_sha2_password', RSA, 'encryptedPassword', 'fullAuthentication'],
      ['caching_sha2_password', RSA, 'encryptedPassword', 'publicKey'],
      ['caching_sha2_password', password, 'cleartextPassword', 'fullAuthentication'],
      ['toString', password, null],
      [null, password, null],
    ];
  test.each(KINDS)('of %s is what it is', (authPlugin, bytes, kind, step) => {
    // Only TLS hides a password well enough for the SHA-2 plugins to send it.
    const session = { ...agreed(CAN.SSL), authPlugin, authStep: step ?? null };
    const clear = kind === 'cleartextPassword' || kind === 'idToken';
    const { fields, problems } = decode('AuthData', bytes, session);
    expect(problems).toEqual([]);
    expect(fields).toEqual({
      kind,
      cleartext: kind === null ? null : clear,
      authResponseLength: bytes.length,
    });
  });

  test.each(['sha256_password', 'caching_sha2_password'])(
    'of %s is no password without TLS',
    (authPlugin) => {
      const session = { authPlugin, authStep: 'fullAuthentication' as const };
      expect(decode('AuthData', hex('01 00000001'), session).fields.kind).toBeNull();
    },
  );
});
