import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, inChunks, toHex, u8, zeros } from '../build/bytes.ts';
import {
  CLIENT_RANDOM,
  clientHello,
  extension,
  message,
  RECORD,
  selectedVersion,
  serverHello,
  serverNameExtension,
  tlsRecord,
} from './build.ts';
import { keyLogOf, type Piece, replay } from './replay.ts';
import type { Run } from './session.ts';

const client = (...parts: Uint8Array[]): Run => ({ fromClient: true, bytes: concat(...parts) });
const server = (...parts: Uint8Array[]): Run => ({ fromClient: false, bytes: concat(...parts) });

const handshake = (...messages: Uint8Array[]) => tlsRecord(RECORD.handshake, ...messages);
const CHANGE_CIPHER_SPEC = tlsRecord(RECORD.changeCipherSpec, u8(1));
const DATA = tlsRecord(RECORD.data, zeros(40));

const NONE = keyLogOf();
const OTHER = keyLogOf(ascii(`CLIENT_RANDOM ${'00'.repeat(32)} ${'00'.repeat(48)}`));
const OURS = keyLogOf(ascii(`CLIENT_RANDOM ${toHex(CLIENT_RANDOM)} ${'00'.repeat(48)}`));

/** What is known of a connection that nobody can decrypt. */
function named(runs: readonly Piece[], keys = NONE) {
  const { connection, client: fromClient, server: fromServer } = replay(runs, keys);
  expect([fromClient.length, fromServer.length]).toEqual([0, 0]);
  expect(connection.decrypted).toBe(false);
  const { version, cipher, serverName, fault, closed } = connection;
  return { version, cipher, serverName, fault, closed };
}

describe('hellos', () => {
  test.each([
    ['TLS 1.0', 0x0301, null],
    ['TLS 1.1', 0x0302, null],
    ['TLS 1.2', 0x0303, null],
    ['TLS 1.2', 0x0303, []],
    ['TLS 1.3', 0x0303, [selectedVersion(0x0304)]],
    ['SSL 3.0', 0x0300, null],
    ['0x7f1c', 0x0303, [extension(51, zeros(3)), selectedVersion(0x7f1c)]],
  ])('name %s (%i)', (version, legacy, extensions) => {
    const hello = serverHello({ version: legacy, extensions });
    expect(named([client(handshake(clientHello())), server(handshake(hello))])).toMatchObject({
      version,
      cipher: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      serverName: null,
    });
  });

  test.each([
    ['TLS_AES_128_GCM_SHA256', 0x1301],
    ['TLS_RSA_WITH_AES_256_CBC_SHA', 0x0035],
    ['TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 0x009e],
    ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 0xcca9],
    ['0x00ff', 0x00ff],
    ['0xfefe', 0xfefe],
  ])('name %s', (cipher, code) => {
    const runs = [
      client(handshake(clientHello())),
      server(handshake(serverHello({ cipher: code }))),
    ];
    expect(named(runs)).toMatchObject({ cipher });
  });

  test('name the host that the client asks for', () => {
    const hello = clientHello([extension(11, u8(1, 0)), serverNameExtension('db.example.org')]);
    expect(named([client(handshake(hello))])).toEqual({
      version: null,
      cipher: null,
      serverName: 'db.example.org',
      fault: null,
      closed: false,
    });
  });

  test('may be split over records, share one, and come byte by byte', () => {
    const hello = clientHello([serverNameExtension('db')]);
    const flight = concat(serverHello(), message(11, zeros(3000)), message(14));
    const read = {
      version: 'TLS 1.2',
      cipher: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      serverName: 'db',
    };
    for (let size = 1; size < hello.length; size += 7) {
      const said = concat(...inChunks(hello, size).map((part) => handshake(part)));
      const answered = concat(...inChunks(flight, size * 3).map((part) => handshake(part)));
      for (const segment of [1, 50, 100_000]) {
        const runs = [
          ...inChunks(said, segment).map((bytes) => client(bytes)),
          ...inChunks(answered, segment).map((bytes) => server(bytes)),
        ];
        expect(named(runs)).toEqual({ ...read, fault: null, closed: false });
      }
    }
  });

  test('a HelloRetryRequest is no answer yet', () => {
    const random = hex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c');
    const extensions = [selectedVersion(0x0304)];
    const runs = [
      client(handshake(clientHello())),
      server(handshake(serverHello({ random, cipher: 0x1301, extensions })), CHANGE_CIPHER_SPEC),
      client(CHANGE_CIPHER_SPEC, handshake(clientHello())),
    ];
    expect(named(runs)).toMatchObject({ version: null, cipher: null, fault: null });
    runs.push(server(handshake(serverHello({ cipher: 0x1302, extensions }))));
    expect(named(runs)).toMatchObject({ version: 'TLS 1.3', cipher: 'TLS_AES_256_GCM_SHA384' });
  });

  test('behind a record that is damaged are read again', () => {
    const certificate = message(11, zeros(3000));
    const damaged = handshake(certificate.subarray(1000, 2000));
    const pieces: Piece[] = [
      client(handshake(clientHello())),
      server(handshake(serverHello(), certificate.subarray(0, 1000)), damaged.subarray(0, 500)),
      { fromClient: false, missing: damaged.length - 500 },
      server(handshake(serverHello({ cipher: 0x1302 }))),
    ];
    expect(named(pieces)).toMatchObject({ cipher: 'TLS_AES_256_GCM_SHA384', fault: null });
  });

  test('that break off are a fault, not a guess', () => {
    const cut = message(1, clientHello([serverNameExtension('db')]).subarray(4, -1));
    expect(named([client(handshake(cut))])).toEqual({
      version: null,
      cipher: null,
      serverName: null,
      fault:
        "the client's TLS hello cannot be read: extensions at offset 49 needs 11 bytes, 10 are left",
      closed: true,
    });
  });
});

describe('why nothing is decrypted', () => {
  const START = [client(handshake(clientHello())), server(handshake(serverHello()))];
  const START_13 = [
    client(handshake(clientHello())),
    server(handshake(serverHello({ cipher: 0x1302, extensions: [selectedVersion(0x0304)] }))),
  ];
  const answer = (choice: Parameters<typeof serverHello>[0]) => [
    client(handshake(clientHello())),
    server(handshake(serverHello(choice)), CHANGE_CIPHER_SPEC),
  ];

  test.each([
    ['no key log, TLS 1.2', [...START, client(CHANGE_CIPHER_SPEC)], NONE, 'no key log was given'],
    ['no key log, TLS 1.3', [...START_13, server(DATA)], NONE, 'no key log was given'],
    [
      'the key log of others',
      [...START, client(CHANGE_CIPHER_SPEC)],
      OTHER,
      'the key log has no secret of this connection',
    ],
    [
      'a cipher suite without encryption',
      answer({ cipher: 0x003b }),
      OURS,
      'cipher suite TLS_RSA_WITH_NULL_SHA256 cannot be decrypted',
    ],
    ['an old version', answer({ version: 0x0300 }), OURS, 'SSL 3.0 cannot be decrypted'],
    ['compression', answer({ compression: 1 }), OURS, 'compression inside TLS cannot be undone'],
    [
      'a client that nobody heard',
      [server(handshake(serverHello()), CHANGE_CIPHER_SPEC)],
      OURS,
      'the ClientHello is missing from the capture',
    ],
    [
      'no TLS',
      [client(ascii('\x05\0\0\x01hello'))],
      OURS,
      'what the client sends in frame 1 is no TLS record',
    ],
    [
      'a record too long',
      [client(u8(22, 3, 1, 0x48, 0x01))],
      OURS,
      'what the client sends in frame 1 is no TLS record',
    ],
  ])('%s', (_, runs, keys, fault) => {
    expect(named(runs, keys)).toMatchObject({ fault, closed: true });
  });

  test.each([
    [
      'a secret that is missing',
      [...START_13, server(DATA)],
      'the key log lacks the SERVER_HANDSHAKE_TRAFFIC_SECRET of this connection',
    ],
    [
      'a secret that is wrong',
      [...START, server(CHANGE_CIPHER_SPEC), server(DATA)],
      "the server's TLS record that ends in frame 4 does not authenticate: it is damaged, or the secrets in the key log are not this connection's",
    ],
    [
      'data without keys',
      [...START, server(DATA)],
      'frame 3 has data before there are keys for it',
    ],
    [
      'what is no TLS any more',
      [...START, server(ascii('hello'))],
      'what the server sends in frame 3 is no TLS record',
    ],
  ])('in one direction: %s', (_, runs, fault) => {
    expect(named(runs, OURS)).toMatchObject({ fault, closed: false });
    const { told } = replay([...runs, server(DATA, DATA)], OURS);
    expect(told).toEqual([`server lost: ${fault}`]);
  });
});

describe('alerts', () => {
  const alert = (level: number, code: number) => tlsRecord(RECORD.alert, u8(level, code));
  const hello = client(handshake(clientHello()));

  test.each([
    ['instead of a ServerHello', [hello, server(alert(2, 40))], false, 'handshake_failure', 2],
    [
      'about the certificate',
      [hello, server(handshake(serverHello())), client(alert(2, 48))],
      true,
      'unknown_ca',
      3,
    ],
    ['without a name', [hello, server(alert(2, 255))], false, 'alert 255', 2],
    [
      'behind a close_notify',
      [hello, client(alert(1, 0)), server(alert(2, 80))],
      false,
      'internal_error',
      3,
    ],
  ])('%s', (_, runs, fromClient, description, number) => {
    const { alert: seen } = replay(runs, NONE).connection;
    expect(seen).toMatchObject({ fromClient, description, isFatal: true, frame: { number } });
  });

  test('a warning is one, and a close_notify is none', () => {
    const warned = replay([hello, server(alert(1, 112))], NONE).connection.alert;
    expect(warned).toMatchObject({ description: 'unrecognized_name', isFatal: false });
    expect(replay([hello, server(alert(1, 0))], NONE).connection.alert).toBeNull();
  });
});
