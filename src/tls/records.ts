import { ByteQueue } from '../bytes/byte-queue.ts';
import type { Frame } from '../capture/frame.ts';
import type { Arrival } from '../tcp/connection.ts';

export const RECORD_HEADER_BYTES = 5;

export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;
export const APPLICATION_DATA = 23;
const HEARTBEAT = 24;

/** TLSCiphertext.length at its most: 2^14 and what encryption may add (RFC 5246, section 6.2.3). */
const MAX_RECORD_BYTES = 2 ** 14 + 2048;

/** Buffer kept for the next record that straddles; a larger one is let go, as most connections idle. */
const KEPT_BUFFER_BYTES = 2048;

export interface RecordSink {
  /**
   * A whole record, `bytes[start, end)` with its header. `first`: the arrival of its first byte;
   * `last`: of its last; `endOffset`: stream offset behind it.
   */
  record(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    first: Arrival,
    last: Arrival,
    endOffset: number,
  ): void;
  /** A record some of whose bytes are missing has ended. */
  damagedRecord(fromClient: boolean, type: number): void;
  /** These bytes are no record; nothing more will be read. */
  notRecord(fromClient: boolean, arrival: Arrival): void;
}

/**
 * Cuts one direction's bytes into records:
 *
 *   u8 type  u16 version  u16 length  fragment        RFC 8446, section 5.1
 *
 * A record that lies in one run of bytes is handed on in place, one that straddles is copied.
 */
export class RecordReader {
  readonly #fromClient: boolean;
  readonly #sink: RecordSink;
  #partial = new ByteQueue(0);
  /** Where the partial record began. */
  #first: Arrival | null = null;
  /** Length of the partial record with its header, once that is whole. */
  #length = 0;
  /** Bytes still to come of a record that is damaged, or 0. */
  #damaged = 0;
  #stopped = false;

  constructor(fromClient: boolean, sink: RecordSink) {
    this.#fromClient = fromClient;
    this.#sink = sink;
  }

  /** The first frame of a record that has not come whole, or null. */
  get since(): Frame | null {
    return this.#first?.frame ?? null;
  }

  /** Lets go of everything: no more records. */
  stop(): void {
    this.#stopped = true;
    this.#partial = new ByteQueue(0);
    this.#first = null;
  }

  push(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    let pos = start;
    while (pos < end && !this.#stopped) {
      if (this.#damaged > 0) {
        const passed = Math.min(this.#damaged, end - pos);
        pos += passed;
        this.#pass(passed);
      } else if (this.#partial.length > 0 || !this.#isWhole(bytes, pos, end)) {
        pos = this.#gather(bytes, pos, end, start, arrival);
      } else {
        const recordEnd = pos + RECORD_HEADER_BYTES + lengthAt(bytes, pos);
        if (!isRecord(bytes, pos)) {
          this.#refuse(arrival);
          return;
        }
        const endOffset = arrival.offset + recordEnd - start;
        this.#sink.record(this.#fromClient, bytes, pos, recordEnd, arrival, arrival, endOffset);
        pos = recordEnd;
      }
    }
  }

  /** Whether the next `length` bytes, which are missing, lie inside one record. */
  gap(length: number): boolean {
    if (this.#damaged === 0) {
      if (this.#partial.length < RECORD_HEADER_BYTES) return false;
      this.#damaged = this.#length - this.#partial.length;
    }
    if (length > this.#damaged) return false;
    this.#pass(length);
    return true;
  }

  #pass(length: number): void {
    this.#damaged -= length;
    if (this.#damaged > 0) return;
    const type = this.#partial.bytes[0]!;
    this.#clear();
    this.#sink.damagedRecord(this.#fromClient, type);
  }

  #isWhole(bytes: Uint8Array, pos: number, end: number): boolean {
    return (
      end - pos >= RECORD_HEADER_BYTES && end - pos >= RECORD_HEADER_BYTES + lengthAt(bytes, pos)
    );
  }

  #gather(bytes: Uint8Array, from: number, end: number, start: number, arrival: Arrival): number {
    const partial = this.#partial;
    let pos = from;
    if (partial.length === 0) this.#first = { ...arrival };
    if (partial.length < RECORD_HEADER_BYTES) {
      pos += partial.fill(RECORD_HEADER_BYTES, bytes, pos, end);
      if (partial.length < RECORD_HEADER_BYTES) return pos;
      if (!isRecord(partial.bytes, 0)) {
        this.#refuse(arrival);
        return pos;
      }
      this.#length = RECORD_HEADER_BYTES + lengthAt(partial.bytes, 0);
    }
    pos += partial.fill(this.#length, bytes, pos, end);
    if (partial.length === this.#length) {
      const endOffset = arrival.offset + pos - start;
      const first = this.#first!;
      this.#sink.record(
        this.#fromClient,
        partial.bytes,
        0,
        partial.length,
        first,
        arrival,
        endOffset,
      );
      this.#clear();
    }
    return pos;
  }

  #clear(): void {
    this.#first = null;
    if (this.#partial.bytes.length > KEPT_BUFFER_BYTES) this.#partial = new ByteQueue(0);
    else this.#partial.clear();
  }

  #refuse(arrival: Arrival): void {
    this.stop();
    this.#sink.notRecord(this.#fromClient, arrival);
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 3]! << 8) | bytes[at + 4]!;
}

/** Whether a record's header can be one. */
function isRecord(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at]!;
  return (
    type >= CHANGE_CIPHER_SPEC &&
    type <= HEARTBEAT &&
    bytes[at + 1] === 3 &&
    lengthAt(bytes, at) <= MAX_RECORD_BYTES
  );
}
