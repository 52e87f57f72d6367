import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { TlsConnection, type TlsSink } from '../../src/tls/connection.ts';
import { KeyLog } from '../../src/tls/key-log.ts';
import { concat } from '../build/bytes.ts';
import type { Run } from './session.ts';

interface ReadRecord {
  readonly fromClient: boolean;
  readonly bytes: Uint8Array;
  readonly first: number;
  readonly last: number;
  readonly endOffset: number;
}

export interface Replayed {
  readonly connection: TlsConnection;
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  /** What the sink was told beside data. */
  readonly told: readonly string[];
  /** Each record with data, and the frames with its first and its last byte. */
  readonly records: readonly ReadRecord[];
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
  const records: ReadRecord[] = [];
  const told: string[] = [];
  const name = (fromClient: boolean) => (fromClient ? 'client' : 'server');
  const sink: TlsSink = {
    applicationData(fromClient, bytes, start, end, first, last, endOffset) {
      const frames = { first: first.frame.number, last: last.frame.number };
      records.push({ fromClient, bytes: bytes.slice(start, end), ...frames, endOffset });
    },
    contentMissing: (fromClient) => told.push(`${name(fromClient)} gap`),
    lost: (fromClient, reason) => told.push(`${name(fromClient)} lost: ${reason}`),
  };
  const connection = new TlsConnection(keys, tlsCrypto, sink);
  const offsets = [0, 0];
  for (const [i, piece] of pieces.entries()) {
    const { fromClient } = piece;
    const offset = offsets[Number(fromClient)]!;
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
    offsets[Number(fromClient)] = offset + length;
  }
  return {
    connection,
    client: bytesOf(records, true),
    server: bytesOf(records, false),
    told,
    records,
  };
}

export function bytesOf(records: readonly ReadRecord[], fromClient: boolean): Uint8Array {
  return concat(...records.filter((r) => r.fromClient === fromClient).map(({ bytes }) => bytes));
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

/** Where each record of one direction starts and ends in its stream, by their headers. */
export function boundaries(
  runs: readonly Run[],
  fromClient: boolean,
): [start: number, end: number][] {
  const own = runs.filter((run) => run.fromClient === fromClient);
  const stream = concat(...own.map(({ bytes }) => bytes));
  const found: [number, number][] = [];
  for (let start = 0; start < stream.length; ) {
    const end = start + 5 + stream[start + 3]! * 256 + stream[start + 4]!;
    found.push([start, end]);
    start = end;
  }
  return found;
}

/** The runs without bytes `[start, end)` of one direction's stream. */
export function without(
  runs: readonly Run[],
  fromClient: boolean,
  start: number,
  end: number,
): Piece[] {
  let offset = 0;
  return runs.flatMap((run): Piece[] => {
    if (run.fromClient !== fromClient) return [run];
    const from = Math.min(Math.max(start - offset, 0), run.bytes.length);
    const to = Math.min(Math.max(end - offset, 0), run.bytes.length);
    offset += run.bytes.length;
    if (from === to) return [run];
    const pieces: Piece[] = [
      { fromClient, bytes: run.bytes.slice(0, from) },
      { fromClient, missing: to - from },
      { fromClient, bytes: run.bytes.slice(to) },
    ];
    return pieces.filter((piece) => 'missing' in piece || piece.bytes.length > 0);
  });
}
