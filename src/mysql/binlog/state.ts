import type { Table } from './table.ts';

/** What a replication stream has settled so far: later events cannot be read without it. */
export interface BinlogState {
  /** Whether events end with a CRC-32; null until the stream tells. */
  checksum: boolean | null;
  /** Whether a semi-sync header stands before each event; null until the first one tells. */
  semiSync: boolean | null;
  /** By event type, from 1 on; null before the format description. */
  postHeaderLengths: Uint8Array | null;
  /** The tables of the statement whose rows come next, by table id. */
  readonly tables: Map<number, Table>;
}

export function newBinlogState(): BinlogState {
  return { checksum: null, semiSync: null, postHeaderLengths: null, tables: new Map() };
}

/** Bytes of an event type's fixed part, or null where the format description was not captured. */
export function postHeaderLength(binlog: BinlogState, type: number): number | null {
  return binlog.postHeaderLengths?.[type - 1] ?? null;
}
