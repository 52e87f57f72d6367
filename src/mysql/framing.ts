import { ByteQueue } from '../bytes/byte-queue.ts';
import type { Frame } from '../capture/frame.ts';
import type { Arrival } from '../tcp/connection.ts';
import type { Packet } from './packet.ts';

export const HEADER_BYTES = 4;

/** A part of this length is continued by the next packet (page_protocol_basic_packets). */
export const MAX_PART_LENGTH = 0xff_ffff;

/** Told of rows that nobody wants to see. */
export interface RowCounter {
  /** The sequence id that the next row must have to be a plain one. */
  nextSequenceId: number;
  rows: number;
  /** Payload bytes; a row that has more is looked at. */
  largest: number;
  /** So many rows are to be looked at yet: the first of a result tell how all of them are made. */
  unchecked: number;
  /** Whether a row is shaped as it must be; one that is not is handed on. */
  isPlainRow(bytes: Uint8Array, start: number, end: number): boolean;
}

/** A payload that starts with this byte or a higher one may be something else than a row. */
export const MIN_NO_ROW = 0xfc;

/**
 * Where bytes came from that TLS or compression had packed: none of them was readable before the last
 * frame of the record that held them, and none has a place of its own in the stream.
 */
export interface Packed {
  readonly lastFrame: Frame;
  /** Stream offset behind the record. */
  readonly endOffset: number;
}

export interface PacketSink {
  /**
   * How many payload bytes of a packet that does not arrive in one piece are worth copying. Asked once
   * its first payload byte is there.
   */
  keep(packet: Packet): number;
  packet(packet: Packet): void;
  /**
   * What counts the rows of a result set that comes next in this direction, or null where the next
   * packet is no row or somebody wants to see it. Result sets are most of most captures, so the framer
   * runs over their rows itself.
   */
  rowCounter(fromClient: boolean): RowCounter | null;
}

/**
 * Cuts one direction's ordered bytes into MySQL packets.
 *
 *   int<3> payload length  int<1> sequence id  payload
 *
 * A packet that lies whole in the bytes at hand is handed on in place. Of one that does not, only what
 * the sink wants to keep is copied.
 */
export class Framer {
  /** Set by the sink when what follows is not plain MySQL packets any more (TLS, compression). */
  stopped = false;
  readonly #packet: Packet;
  readonly #sink: PacketSink;
  /** Header and kept payload of a packet still arriving. */
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerLength = 0;
  #arriving = false;
  readonly #payload = new ByteQueue(0);
  #keep = -1;
  /** Payload bytes of the current part still to come. */
  #left = 0;
  #continued = false;

  constructor(fromClient: boolean, frame: Frame, sink: PacketSink) {
    this.#sink = sink;
    this.#packet = {
      fromClient,
      bytes: this.#header,
      start: 0,
      end: 0,
      limit: 0,
      length: 0,
      first: -1,
      firstSequenceId: 0,
      sequenceId: 0,
      parts: 0,
      brokenPart: null,
      isCut: false,
      frame,
      lastFrame: frame,
      offset: 0,
      endOffset: 0,
      acknowledged: -1,
    };
  }

  /** The packet whose first bytes have arrived but whose last have not. */
  get arriving(): Packet | null {
    return this.#arriving ? this.#packet : null;
  }

  /** Forgets a packet that has not arrived whole. */
  reset(): void {
    this.#arriving = false;
    this.#headerLength = 0;
    this.#payload.clear();
  }

  /**
   * Passes over bytes that are not in the capture, if all of them belong to the payload of the packet
   * that is arriving: then it is known where the next one starts. What follows them of this packet is
   * not kept, because it would be taken for what was lost.
   */
  skip(length: number): boolean {
    if (!this.#arriving || this.stopped || this.#keep < 0 || length > this.#left) return false;
    this.#keep = this.#payload.length;
    this.#packet.isCut = true;
    this.#left -= length;
    this.#packet.endOffset += length;
    if (this.#left === 0) this.#endPart();
    return true;
  }

  /** Hands on what has arrived of a packet whose rest is not in the capture, if its header has. */
  abandon(): void {
    if (!this.#arriving || this.stopped || this.#keep < 0) return;
    this.#packet.isCut = true;
    this.#continued = false;
    this.#endPart();
  }

  /**
   * Takes ordered bytes; `arrival` is that of the record they were packed in, if they were.
   * Returns where it stopped: `end`, unless the sink set `stopped`.
   */
  push(
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    packed: Packed | null = null,
  ): number {
    const packet = this.#packet;
    const sink = this.#sink;
    const { fromClient } = packet;
    const base = arrival.offset - start;
    const lastFrame = packed === null ? arrival.frame : packed.lastFrame;
    let pos = start;
    while (pos < end && !this.stopped) {
      if (this.#arriving) {
        packet.lastFrame = lastFrame;
        pos = this.#continue(bytes, pos, end, packed === null ? base : packed);
        continue;
      }
      const counter = sink.rowCounter(fromClient);
      if (counter !== null) pos = passRows(bytes, pos, end, counter);
      const body = pos + HEADER_BYTES;
      if (body <= end) {
        const length = bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16);
        if (length <= end - body && length !== MAX_PART_LENGTH) {
          const sequenceId = bytes[pos + 3]!;
          this.#begin(arrival, packed === null ? base + pos : arrival.offset);
          packet.bytes = bytes;
          packet.start = body;
          packet.end = body + length;
          packet.limit = end;
          packet.length = length;
          packet.first = length > 0 ? bytes[body]! : -1;
          packet.firstSequenceId = sequenceId;
          packet.sequenceId = sequenceId;
          packet.parts = 1;
          packet.lastFrame = lastFrame;
          packet.endOffset = packed === null ? base + packet.end : packed.endOffset;
          pos = packet.end;
          sink.packet(packet);
          continue;
        }
      }
      if (pos < end) this.#arrive(arrival, packed === null ? base + pos : arrival.offset);
    }
    return pos;
  }

  /** The next packet does not lie whole in the bytes at hand. */
  #arrive(arrival: Arrival, offset: number): void {
    this.#begin(arrival, offset);
    this.#arriving = true;
    this.#packet.length = 0;
    this.#packet.parts = 0;
    this.#keep = -1;
  }

  #begin(arrival: Arrival, offset: number): void {
    const packet = this.#packet;
    packet.frame = arrival.frame;
    packet.offset = offset;
    packet.acknowledged = arrival.acknowledged;
    packet.brokenPart = null;
    packet.isCut = false;
  }

  /** Takes what `bytes[pos, end)` has of the arriving packet; returns where that ends. */
  #continue(bytes: Uint8Array, pos: number, end: number, base: number | Packed): number {
    const packet = this.#packet;
    let at = pos;
    if (this.#headerLength < HEADER_BYTES) {
      while (at < end && this.#headerLength < HEADER_BYTES) {
        this.#header[this.#headerLength++] = bytes[at++]!;
      }
      if (this.#headerLength < HEADER_BYTES) return at;
      this.#startPart();
    }
    if (this.#keep < 0 && (at < end || this.#left === 0)) {
      packet.first = this.#left === 0 ? -1 : bytes[at]!;
      this.#keep = this.#sink.keep(packet);
    }
    const taken = Math.min(this.#left, end - at);
    const kept = Math.min(taken, this.#keep - this.#payload.length);
    if (kept > 0) this.#payload.append(bytes, at, at + kept);
    this.#left -= taken;
    at += taken;
    packet.endOffset = typeof base === 'number' ? base + at : base.endOffset;
    if (this.#left === 0) this.#endPart();
    return at;
  }

  #endPart(): void {
    this.#headerLength = 0;
    if (this.#continued) return;
    const packet = this.#packet;
    this.#arriving = false;
    packet.bytes = this.#payload.bytes;
    packet.start = 0;
    packet.end = this.#payload.length;
    packet.limit = packet.end;
    this.#sink.packet(packet);
    this.#payload.clear();
  }

  #startPart(): void {
    const header = this.#header;
    const packet = this.#packet;
    const length = header[0]! | (header[1]! << 8) | (header[2]! << 16);
    const sequenceId = header[3]!;
    if (packet.parts === 0) {
      packet.firstSequenceId = sequenceId;
    } else if (packet.brokenPart === null && sequenceId !== ((packet.sequenceId + 1) & 0xff)) {
      packet.brokenPart = { got: sequenceId, expected: (packet.sequenceId + 1) & 0xff };
    }
    packet.sequenceId = sequenceId;
    packet.parts++;
    packet.length += length;
    this.#left = length;
    this.#continued = length === MAX_PART_LENGTH;
  }
}

/** Counts the plain rows that lie whole at `pos`; returns where the first other packet starts. */
function passRows(bytes: Uint8Array, start: number, end: number, counter: RowCounter): number {
  let pos = start;
  let next = counter.nextSequenceId;
  let rows = 0;
  let { unchecked } = counter;
  const { largest } = counter;
  while (end - pos > HEADER_BYTES) {
    const length = bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16);
    const body = pos + HEADER_BYTES;
    if (length > end - body || length === 0 || length === MAX_PART_LENGTH) break;
    if (bytes[pos + 3] !== next || bytes[body]! >= MIN_NO_ROW || length > largest) break;
    if (unchecked > 0) {
      if (!counter.isPlainRow(bytes, body, body + length)) break;
      unchecked--;
    }
    next = (next + 1) & 0xff;
    rows++;
    pos = body + length;
  }
  counter.nextSequenceId = next;
  counter.rows += rows;
  counter.unchecked = unchecked;
  return pos;
}

/** int<4> out of its turn; the caller knows that it is there. */
export function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 3]! << 24) | u24(bytes, at)) >>> 0;
}

/** int<3>, as lengths in headers are. */
export function u24(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}
