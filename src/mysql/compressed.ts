import { ByteQueue } from '../bytes/byte-queue.ts';
import type { Frame } from '../capture/frame.ts';
import type { Arrival } from '../tcp/connection.ts';
import { type Packed, u24 } from './framing.ts';

/** Unpacks `bytes` to exactly `length` bytes; throws where that cannot be done. */
export type Unpack = (bytes: Uint8Array, length: number) => Uint8Array;

/** The algorithms that CLIENT_COMPRESS and CLIENT_ZSTD_COMPRESSION_ALGORITHM agree on; from outside. */
export interface Unpackers {
  readonly zlib: Unpack;
  readonly zstd: Unpack;
}

export const COMPRESSED_HEADER_BYTES = 7;

export interface CompressedSink {
  /**
   * A compressed packet starts: its sequence id counts apart from those of the packets in it. Returns whether
   * anybody wants what is in it.
   */
  compressedHeader(
    fromClient: boolean,
    sequenceId: number,
    length: number,
    arrival: Arrival,
  ): boolean;
  /** What a compressed packet held; valid during the call. */
  unpacked(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    packed: Packed,
  ): void;
  /** What follows in this direction cannot be read. */
  unreadable(fromClient: boolean, reason: string, arrival: Arrival): void;
}

/**
 * Reads one direction of a compressed connection (page_protocol_basic_compression_packet). Packets lie
 * across compressed ones as they lie across segments.
 *
 *   int<3> compressed length  int<1> sequence id  int<3> length unpacked, or 0 where it is sent as it is
 */
export class CompressedStream {
  readonly #fromClient: boolean;
  readonly #unpack: Unpack;
  readonly #sink: CompressedSink;
  /** What has come of a compressed packet that is not complete. */
  readonly #queue = new ByteQueue(0);
  /** Where that started. */
  #first: Arrival | null = null;
  /** Bytes are missing: where the next compressed packet starts is not known. */
  #isLost = false;
  #stopped = false;

  constructor(fromClient: boolean, unpack: Unpack, sink: CompressedSink) {
    this.#fromClient = fromClient;
    this.#unpack = unpack;
    this.#sink = sink;
  }

  /** The frame in which a compressed packet started that is not complete, or null. */
  get since(): Frame | null {
    return this.#first?.frame ?? null;
  }

  /** Bytes are missing. */
  lose(): void {
    this.#queue.clear();
    this.#first = null;
    this.#isLost = true;
  }

  push(
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    packed: Packed | null,
  ): void {
    if (this.#stopped) return;
    if (this.#isLost && !fillsExactly(bytes, start, end)) return;
    this.#isLost = false;
    const lastFrame = packed === null ? arrival.frame : packed.lastFrame;
    const queue = this.#queue;
    let pos = start;
    while (pos < end && !this.#stopped) {
      const offset = packed === null ? arrival.offset + pos - start : arrival.offset;
      if (this.#first === null) {
        const whole = wholeLength(bytes, pos, end);
        if (whole <= end - pos) {
          const from = { ...arrival, offset };
          const endOffset = packed === null ? offset + whole : packed.endOffset;
          this.#packet(bytes, pos, pos + whole, from, { lastFrame, endOffset });
          pos += whole;
          continue;
        }
        this.#first = { ...arrival, offset };
      }
      // As much as the header needs, then as much as it says.
      const whole = wholeLength(queue.bytes, 0, queue.length);
      const taken = Math.min(end - pos, whole - queue.length);
      queue.append(bytes, pos, pos + taken);
      pos += taken;
      if (queue.length < wholeLength(queue.bytes, 0, queue.length)) continue;
      const first = this.#first;
      this.#first = null;
      const endOffset = packed === null ? arrival.offset + pos - start : packed.endOffset;
      this.#packet(queue.bytes, 0, queue.length, first, { lastFrame, endOffset });
      queue.clear();
    }
  }

  #packet(bytes: Uint8Array, start: number, end: number, arrival: Arrival, packed: Packed): void {
    const fromClient = this.#fromClient;
    const unpackedLength = u24(bytes, start + 4);
    const body = start + COMPRESSED_HEADER_BYTES;
    const sequenceId = bytes[start + 3]!;
    if (!this.#sink.compressedHeader(fromClient, sequenceId, end - body, arrival)) return;
    if (unpackedLength === 0) {
      this.#sink.unpacked(fromClient, bytes, body, end, arrival, packed);
      return;
    }
    let plain: Uint8Array;
    try {
      plain = this.#unpack(bytes.subarray(body, end), unpackedLength);
    } catch (error) {
      this.#stopped = true;
      const { message } = error as Error;
      this.#sink.unreadable(fromClient, `cannot be unpacked: ${message}`, arrival);
      return;
    }
    this.#sink.unpacked(fromClient, plain, 0, plain.length, arrival, packed);
  }
}

/** Bytes of the compressed packet at `start`, header included; of the header where that is not there. */
function wholeLength(bytes: Uint8Array, start: number, end: number): number {
  return end - start < COMPRESSED_HEADER_BYTES
    ? COMPRESSED_HEADER_BYTES
    : COMPRESSED_HEADER_BYTES + u24(bytes, start);
}

/** Whether the bytes are compressed packets from the first to the last: hardly ever by chance. */
function fillsExactly(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (end - at >= COMPRESSED_HEADER_BYTES) at += wholeLength(bytes, at, end);
  return at === end;
}
