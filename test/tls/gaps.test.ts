import { beforeAll, describe, expect, test } from 'vitest';
import { boundaries, bytesOf, keyLogOf, replay, segments, without } from './replay.ts';
import { newServer, type Recording, record } from './session.ts';

// Bytes that are not in the capture: what is read must still be true, and no more than a record is lost
// where that can be.

const VERSIONS = [
  ['TLS 1.3', {}],
  ['TLS 1.2, AEAD', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }],
  ['TLS 1.2, CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA' }],
] as const;

describe.each(VERSIONS)('%s', (_, options) => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await record(newServer(options), options);
  });

  test.each([1448, 1_000_000])('one lost record is all that is lost, segments of %i', (size) => {
    const keys = keyLogOf(recording.keyLog);
    const runs = segments(recording.runs, size);
    const whole = replay(runs, keys);
    for (const lost of whole.records) {
      const { fromClient, endOffset } = lost;
      const [start] = boundaries(runs, fromClient).find(([, end]) => end === endOffset)!;
      for (const [from, to] of [
        [start + 5, start + 6],
        [start + 5, endOffset],
        [endOffset - 1, endOffset],
        [start + 10, start + 11],
      ] as const) {
        const read = replay(without(runs, fromClient, from, to), keys);
        const rest = whole.records.filter((other) => other !== lost);
        expect(read.told).toEqual([fromClient ? 'client gap' : 'server gap']);
        expect(Buffer.compare(read.client, bytesOf(rest, true))).toBe(0);
        expect(Buffer.compare(read.server, bytesOf(rest, false))).toBe(0);
        expect(read.connection.fault).toBeNull();
      }
    }
  });

  test('where records start is no longer known: one direction ends, the other goes on', () => {
    const keys = keyLogOf(recording.keyLog);
    const runs = segments(recording.runs, 1_000_000);
    // The first of two that went in one go.
    const [start, end] = boundaries(runs, false).at(-4)!;
    for (const [from, to] of [
      [start, start + 1],
      [start + 4, start + 5],
      [end - 1, end + 1],
    ] as const) {
      const read = replay(without(runs, false, from, to), keys);
      const reason = `${to - from} bytes of the server are missing from the capture, and with them where its next TLS record starts`;
      expect(read.told).toEqual([`server lost: ${reason}`]);
      expect(read.connection.fault).toBe(reason);
      expect(read.connection.closed).toBe(false);
      expect(Buffer.compare(read.client, recording.client)).toBe(0);
      expect(Buffer.compare(read.server, recording.server.subarray(0, read.server.length))).toBe(0);
    }
  });

  test('without the ClientHello the connection is named, without the ServerHello it is nothing', () => {
    const keys = keyLogOf(recording.keyLog);
    const headless = replay(without(recording.runs, true, 40, 41), keys);
    expect(headless.connection.cipher).toBe(recording.cipher);
    expect(headless.connection.closed).toBe(true);
    expect(headless.connection.decrypted).toBe(false);
    const handless = replay(without(recording.runs, false, 40, 41), keys);
    expect(handless.connection.version).toBeNull();
    expect(handless.connection.fault).toBe(
      "bytes of the server's TLS hello are missing from the capture",
    );
    expect(handless.connection.closed).toBe(true);
  });

  test('any record of the handshake behind the hellos may be lost in part', () => {
    const keys = keyLogOf(recording.keyLog);
    const { runs } = recording;
    const whole = replay(runs, keys);
    for (const fromClient of [true, false]) {
      const firstData = whole.records.find((r) => r.fromClient === fromClient)!.endOffset;
      const handshake = boundaries(runs, fromClient).filter(
        ([start, end], i) => i > 0 && end < firstData && end - start > 6,
      );
      expect(handshake.length).toBeGreaterThan(0);
      for (const [start, end] of handshake) {
        const read = replay(without(runs, fromClient, start + 6, end), keys);
        expect(read.told.filter((line) => line.includes('lost'))).toEqual([]);
        expect(Buffer.compare(read.client, recording.client)).toBe(0);
        expect(Buffer.compare(read.server, recording.server)).toBe(0);
      }
    }
  });
});

test('TLS 1.0: a lost record takes the rest of its direction with it', async () => {
  const versions = {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1',
    ciphers: 'AES128-SHA@SECLEVEL=0',
  } as const;
  const { runs, keyLog, client } = await record(newServer(versions), versions);
  const [start] = boundaries(runs, false).at(-3)!;
  const read = replay(without(runs, false, start + 10, start + 11), keyLogOf(keyLog));
  expect(read.told).toEqual([
    'server lost: bytes of a TLS record of the server are missing from the capture, and in TLS 1.0 each record takes the one before',
  ]);
  expect(Buffer.compare(read.client, client)).toBe(0);
});
