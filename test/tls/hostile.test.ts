import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { MessageReader } from '../../src/tls/messages.ts';
import { concat, u8 } from '../build/bytes.ts';
import { clientHello, message, RECORD, serverHello, tlsRecord } from './build.ts';
import { keyLogOf, type Piece, replay, segments } from './replay.ts';
import { newServer, type Recording, record } from './session.ts';

// Whatever the bytes, reading them ends, and what is said to be the content is what was sent.

let recordings: Recording[];
beforeAll(async () => {
  const old = { maxVersion: 'TLSv1.2' } as const;
  recordings = [
    await record(newServer(), { ciphers: 'TLS_AES_128_GCM_SHA256' }),
    await record(newServer(old), { ...old, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }),
    await record(newServer(old), { ...old, ciphers: 'AES128-SHA' }),
  ];
});

/** Each direction's content is made of pieces of what was sent, in order. */
function expectTrue(recording: Recording, pieces: readonly Piece[]): void {
  const { records } = replay(pieces, keyLogOf(recording.keyLog));
  const from = [0, 0];
  for (const { fromClient, bytes } of records) {
    const sent = Buffer.from(fromClient ? recording.client : recording.server);
    const at = sent.indexOf(bytes, from[Number(fromClient)]);
    expect(at).toBeGreaterThanOrEqual(0);
    from[Number(fromClient)] = at + bytes.length;
  }
}

test('bytes that were changed', () => {
  const change = fc.record({
    at: fc.nat(),
    bit: fc.nat(7),
    kind: fc.constantFrom('change', 'change', 'insert', 'remove', 'miss', 'repeat'),
  });
  fc.assert(
    fc.property(
      fc.nat(2),
      fc.constantFrom(11, 500, 1448, 100_000),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (which, size, changes) => {
        const recording = recordings[which]!;
        const pieces: Piece[] = segments(recording.runs, size);
        for (const { at, bit, kind } of changes) {
          const index = at % pieces.length;
          const piece = pieces[index]!;
          if ('missing' in piece) continue;
          const { bytes, fromClient } = piece;
          const place = at % bytes.length;
          if (kind === 'repeat') pieces.splice(index, 0, piece);
          else if (kind === 'miss') pieces[index] = { fromClient, missing: bytes.length };
          else {
            const own = kind === 'remove' ? [] : [bytes[place]! ^ (1 << bit)];
            const rest = bytes.slice(kind === 'insert' ? place : place + 1);
            pieces[index] = { fromClient, bytes: concat(bytes.slice(0, place), u8(...own), rest) };
          }
        }
        expectTrue(recording, pieces);
      },
    ),
    { numRuns: 300 },
  );
});

test('every byte of the handshake changed, and the stream cut there', () => {
  for (const recording of recordings) {
    const runs = segments(recording.runs, 1_000_000);
    for (const [i, { fromClient, bytes }] of runs.slice(0, 4).entries()) {
      for (let at = 0; at < bytes.length; at++) {
        const changed = bytes.slice();
        changed[at]! ^= 0x40;
        expectTrue(recording, runs.with(i, { fromClient, bytes: changed }));
        expectTrue(recording, [...runs.slice(0, i), { fromClient, bytes: bytes.slice(0, at) }]);
      }
    }
  }
});

test('bytes that mean nothing', () => {
  const start = [clientHello(), serverHello()].map((hello) => tlsRecord(RECORD.handshake, hello));
  const run = fc.record({
    fromClient: fc.boolean(),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ maxLength: 100 }).map((body) => tlsRecord(RECORD.handshake, body)),
      fc
        .tuple(fc.nat(30), fc.uint8Array({ maxLength: 50 }))
        .map(([type, body]) => tlsRecord(RECORD.handshake, message(type, body))),
      fc.constantFrom(...start),
      fc.constant(tlsRecord(RECORD.changeCipherSpec, u8(1))),
    ),
  });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 20 }), (runs) => {
      expect(replay(runs, keyLogOf()).records).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('a message of 16 MiB is passed over, a hello of that length is not kept', () => {
  for (const type of [1, 11]) {
    const told: number[][] = [];
    const reader = new MessageReader((...[is, bytes, start, end]) =>
      told.push([is, bytes.length, end - start]),
    );
    reader.push(u8(type, 0xff, 0xff, 0xff), 0, 4);
    const part = new Uint8Array(4097).fill(type);
    for (let i = 0; i < 4095; i++) reader.push(part, 0, part.length);
    expect(told).toEqual([[type, 4, 0]]);
    const hello = clientHello();
    reader.push(hello, 0, hello.length);
    expect(told.at(-1)!.at(-1)).toBe(hello.length - 4);
  }
});
