import { ByteQueue } from '../bytes/byte-queue.ts';
import type { Frame } from '../capture/frame.ts';
import type { Arrival } from '../tcp/connection.ts';
import { HEADER_BYTES, type Packed, u24 } from './framing.ts';
import {
  startsWithAnswer,
  startsWithCommand,
  startsWithCompressedAnswer,
  startsWithCompressedCommand,
} from './recognize.ts';

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
  /** What follows in this direction cannot be read. `header` has the compressed packet's seven bytes. */
  unreadable(fromClient: boolean, reason: string, header: Uint8Array, arrival: Arrival): void;
  /** This direction does not compress at all: its first bytes are packets as they are. */
  plain(fromClient: boolean, header: Uint8Array, arrival: Arrival): void;
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
  /** Nothing has come yet. */
  #isFirst = true;
  /** It was agreed on, and this direction does not do it. */
  #isPlain = false;

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
    if (this.#isFirst && isPlain(bytes, start, end, this.#fromClient)) {
      this.#isPlain = true;
      this.#sink.plain(this.#fromClient, headerAt(bytes, start), arrival);
    }
    this.#isFirst = false;
    if (this.#isPlain) {
      const endOffset = packed === null ? arrival.offset + end - start : packed.endOffset;
      this.#sink.unpacked(this.#fromClient, bytes, start, end, arrival, { lastFrame, endOffset });
      return;
    }
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
      const reason = `cannot be unpacked: ${message}`;
      this.#sink.unreadable(fromClient, reason, headerAt(bytes, start), arrival);
      return;
    }
    this.#sink.unpacked(fromClient, plain, 0, plain.length, arrival, packed);
  }
}

function headerAt(bytes: Uint8Array, start: number): Uint8Array {
  return bytes.slice(start, start + COMPRESSED_HEADER_BYTES);
}

/** Whether bytes are packets of a command or an answer as they are, the last one whole or not, and no compressed ones. */
function isPlain(bytes: Uint8Array, start: number, end: number, fromClient: boolean): boolean {
  const isOne = fromClient
    ? startsWithCommand(bytes, start, end) === 'yes' &&
      startsWithCompressedCommand(bytes, start, end) === 'no'
    : startsWithAnswer(bytes, start, end) && !startsWithCompressedAnswer(bytes, start, end);
  return isOne && behindPackets(bytes, start, end, HEADER_BYTES) >= end;
}

/** Bytes of the compressed packet at `start`, header included; of the header where that is not there. */
function wholeLength(bytes: Uint8Array, start: number, end: number): number {
  return end - start < COMPRESSED_HEADER_BYTES
    ? COMPRESSED_HEADER_BYTES
    : COMPRESSED_HEADER_BYTES + u24(bytes, start);
}

/** Whether the bytes are compressed packets from the first to the last: hardly ever by chance. */
function fillsExactly(bytes: Uint8Array, start: number, end: number): boolean {
  return behindPackets(bytes, start, end, COMPRESSED_HEADER_BYTES) === end;
}

/** Where packets end whose headers have this size and start with the length of what follows; the last may end beyond. */
function behindPackets(bytes: Uint8Array, start: number, end: number, headerBytes: number): number {
  let at = start;
  while (end - at >= headerBytes) at += headerBytes + u24(bytes, at);
  return at;
}
