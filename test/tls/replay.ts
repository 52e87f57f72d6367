import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { TlsConnection, type TlsSink } from '../../src/tls/connection.ts';
import { KeyLog } from '../../src/tls/key-log.ts';
import { concat } from '../build/bytes.ts';
import type { Run } from './session.ts';

export interface Replayed {
  readonly connection: TlsConnection;
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  /** What the sink was told beside data. */
  readonly told: readonly string[];
  /** Where each record with data started (frame), was completed (frame), and ended in its stream. */
  readonly places: readonly [fromClient: boolean, first: number, last: number, endOffset: number][];
}

/** A run of bytes that is not in the capture. */
export type Piece = Run | { readonly fromClient: boolean; readonly missing: number };

export function keyLogOf(...texts: readonly Uint8Array[]): KeyLog {
  const keys = new KeyLog();
  for (const text of texts) keys.add(text);
  return keys;
}

/** Pieces, one frame each, through a TlsConnection; each frame's memory is written over behind it. */
export function replay(pieces: readonly Piece[], keys: KeyLog): Replayed {
  const data: Record<string, Uint8Array[]> = { client: [], server: [] };
  const told: string[] = [];
  const places: [boolean, number, number, number][] = [];
  const name = (fromClient: boolean) => (fromClient ? 'client' : 'server');
  const sink: TlsSink = {
    applicationData(fromClient, bytes, start, end, first, last, endOffset) {
      data[name(fromClient)]!.push(bytes.slice(start, end));
      places.push([fromClient, first.frame.number, last.frame.number, endOffset]);
    },
    gap: (fromClient) => told.push(`${name(fromClient)} gap`),
    lost: (fromClient, reason) => told.push(`${name(fromClient)} lost: ${reason}`),
  };
  const connection = new TlsConnection(keys, tlsCrypto, sink);
  const offsets = { client: 0, server: 0 };
  for (const [i, piece] of pieces.entries()) {
    const { fromClient } = piece;
    const offset = offsets[name(fromClient) as keyof typeof offsets];
    let length: number;
    if ('missing' in piece) {
      length = piece.missing;
      connection.gap(fromClient, length);
    } else {
      length = piece.bytes.length;
      const frame = { number: i + 1, seconds: i, fraction: 0, digits: 0 };
      const around = concat(Uint8Array.of(0x16, 3), piece.bytes, Uint8Array.of(0x17));
      connection.push(fromClient, around, 2, 2 + length, { frame, offset, acknowledged: -1 });
      around.fill(0xee);
    }
    offsets[name(fromClient) as keyof typeof offsets] += length;
  }
  const { client, server } = data;
  return { connection, client: concat(...client!), server: concat(...server!), told, places };
}

/** What each side sent in one go, cut into segments of `size` bytes. */
export function segments(runs: readonly Run[], size: number): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last?.fromClient === run.fromClient) {
      joined[joined.length - 1] = { ...run, bytes: concat(last.bytes, run.bytes) };
    } else joined.push(run);
  }
  return joined.flatMap(({ fromClient, bytes }) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => ({
      fromClient,
      bytes: bytes.slice(i * size, (i + 1) * size),
    })),
  );
}
