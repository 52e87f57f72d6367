import { constants } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { toAscii } from '../build/bytes.ts';
import { boundaries, keyLogOf, replay, segments } from './replay.ts';
import { ECDSA, newServer, type Recording, RSA, record } from './session.ts';

// Node's own TLS on both sides, in memory; what goes over the wire is read by mywire.

const SEGMENT_SIZES = [1, 7, 1448, 1_000_000];

/** Decrypts the recording, however it is cut into segments. */
function expectRead(recording: Recording, version: string): void {
  const keys = keyLogOf(recording.keyLog);
  for (const size of SEGMENT_SIZES) {
    const read = replay(segments(recording.runs, size), keys);
    const { connection } = read;
    expect(read.told, `segments of ${size}`).toEqual([]);
    expect(Buffer.compare(read.client, recording.client), `segments of ${size}`).toBe(0);
    expect(Buffer.compare(read.server, recording.server), `segments of ${size}`).toBe(0);
    expect(connection.version).toBe(version);
    expect(connection.cipher).toBe(recording.cipher);
    expect(connection.serverName).toBe('db.example');
    expect(connection.decrypted).toBe(true);
    expect(connection.fault).toBeNull();
    expect(connection.alert).toBeNull();
  }
}

/** OpenSSL's SSL_OP_NO_ENCRYPT_THEN_MAC, which Node has no name for. */
const NO_ENCRYPT_THEN_MAC = 1 << 19;

test('each record is told with the frames of its first and last byte', async () => {
  const recording = await record(newServer());
  const runs = segments(recording.runs, 1000);
  const { records } = replay(runs, keyLogOf(recording.keyLog));
  for (const fromClient of [true, false]) {
    const frames = runs.flatMap((run, i) =>
      run.fromClient === fromClient ? Array<number>(run.bytes.length).fill(i + 1) : [],
    );
    const bounds = boundaries(runs, fromClient);
    for (const { first, last, endOffset } of records.filter((r) => r.fromClient === fromClient)) {
      const [start] = bounds.find(([, end]) => end === endOffset)!;
      expect([first, last]).toEqual([frames[start], frames[endOffset - 1]]);
    }
  }
});

describe('TLS 1.2', () => {
  test.each([
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-RSA-AES128-SHA',
    'ECDHE-RSA-AES256-SHA',
    'ECDHE-RSA-AES128-SHA256',
    'ECDHE-RSA-AES256-SHA384',
    'ECDHE-ARIA128-GCM-SHA256',
    'ECDHE-RSA-CAMELLIA256-SHA384',
    'DHE-RSA-AES256-GCM-SHA384',
    'DHE-RSA-AES256-SHA',
    'DHE-RSA-AES128-CCM',
    'AES128-GCM-SHA256',
    'AES256-SHA256',
    'AES128-SHA',
    'AES256-CCM8',
  ])('%s', async (cipher) => {
    const ciphers = `${cipher}@SECLEVEL=0`;
    const server = newServer({ maxVersion: 'TLSv1.2', ciphers, dhparam: 'auto' });
    expectRead(await record(server, { ciphers }), 'TLS 1.2');
  });

  test.each([
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-SHA256',
    'ECDHE-ECDSA-AES256-CCM',
  ])('%s', async (ciphers) => {
    const server = newServer({ ...ECDSA, maxVersion: 'TLSv1.2', ciphers });
    expectRead(await record(server, { ciphers }), 'TLS 1.2');
  });

  test.each(['AES128-SHA', 'AES256-SHA256', 'ECDHE-RSA-AES256-SHA384'])(
    '%s, the MAC inside the encryption',
    async (ciphers) => {
      const secureOptions = NO_ENCRYPT_THEN_MAC;
      const server = newServer({ maxVersion: 'TLSv1.2', ciphers, secureOptions });
      expectRead(await record(server, { ciphers }), 'TLS 1.2');
    },
  );

  test('with a client certificate', async () => {
    const server = newServer({
      maxVersion: 'TLSv1.2',
      requestCert: true,
      rejectUnauthorized: false,
    });
    expectRead(await record(server, RSA), 'TLS 1.2');
  });

  test('renegotiated', async () => {
    const server = newServer({ maxVersion: 'TLSv1.2' });
    const recording = await record(server, { renegotiate: true });
    expect(toAscii(recording.keyLog).match(/^CLIENT_RANDOM/gm)).toHaveLength(2);
    expectRead(recording, 'TLS 1.2');
  });

  test.each([
    ['ticket', 0],
    ['session id', constants.SSL_OP_NO_TICKET],
  ])('resumed by %s', async (_, secureOptions) => {
    const server = newServer({ maxVersion: 'TLSv1.2', secureOptions });
    const sessions = new Map<string, Buffer>();
    server.on('newSession', (id: Buffer, data: Buffer, done: () => void) => {
      sessions.set(id.toString('hex'), data);
      done();
    });
    server.on('resumeSession', (id: Buffer, done: (error: null, data: Buffer | null) => void) => {
      done(null, sessions.get(id.toString('hex')) ?? null);
    });
    const first = await record(server);
    expectRead(first, 'TLS 1.2');
    const second = await record(server, { session: first.session });
    expect(second.isResumed).toBe(true);
    expectRead(second, 'TLS 1.2');
  });
});

describe('TLS 1.0 and 1.1', () => {
  test.each([
    ['TLSv1', 'TLS 1.0', 0],
    ['TLSv1', 'TLS 1.0', NO_ENCRYPT_THEN_MAC],
    ['TLSv1.1', 'TLS 1.1', 0],
    ['TLSv1.1', 'TLS 1.1', NO_ENCRYPT_THEN_MAC],
  ] as const)('%s', async (version, name, secureOptions) => {
    const ciphers = 'AES128-SHA@SECLEVEL=0';
    const versions = { minVersion: version, maxVersion: version, ciphers } as const;
    const server = newServer({ ...versions, secureOptions });
    expectRead(await record(server, versions), name);
  });
});

describe('TLS 1.3', () => {
  test.each([
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_CCM_SHA256',
    'TLS_AES_128_CCM_8_SHA256',
  ])('%s', async (ciphers) => {
    expectRead(await record(newServer({ ciphers }), { ciphers }), 'TLS 1.3');
  });

  test('with a client certificate', async () => {
    const server = newServer({ requestCert: true, rejectUnauthorized: false });
    expectRead(await record(server, ECDSA), 'TLS 1.3');
  });

  test('with a HelloRetryRequest', async () => {
    const server = newServer({ ecdhCurve: 'P-384' });
    const recording = await record(server, { ecdhCurve: 'X25519:P-384' });
    expect(recording.runs.filter(({ fromClient }) => fromClient).length).toBeGreaterThan(2);
    expectRead(recording, 'TLS 1.3');
  });

  test('resumed', async () => {
    const server = newServer();
    const first = await record(server);
    const second = await record(server, { session: first.session });
    expect(second.isResumed).toBe(true);
    expectRead(second, 'TLS 1.3');
  });
});
