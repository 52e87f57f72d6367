import { copyFrame, type Frame, frameOf } from '../capture/frame.ts';
import type { CaptureRecord } from '../capture/record.ts';
import type { Arrival, Connection, Direction, HalfStream, HeldSegment } from './connection.ts';
import { ACK, FIN, RST, type Segment, SYN } from './segment.ts';

/**
 * How many later segments of a connection may pass before bytes that the receiver has acknowledged,
 * and that therefore nobody will send again, are taken for lost. Captures reorder by a few segments
 * (several CPUs, several queues); 128 is beyond any reordering seen, and small enough to go on soon.
 */
const REORDER_WINDOW_SEGMENTS = 128;

/**
 * Held payload of one connection at which a hole is given up although nobody acknowledged its bytes: a
 * sender can have no more in flight than the receiver's window, by Linux's default at most 6 MiB.
 */
const MAX_HELD_BYTES = 8 * 1024 * 1024;

/** What a held segment costs beside its payload; without it, many tiny ones would escape the limit. */
const HELD_SEGMENT_OVERHEAD = 512;

/** An acknowledgment further ahead than any window allows (RFC 7323: 2^30) is not to be believed. */
const MAX_WINDOW = 2 ** 30;

/**
 * Hands a connection's payload to its reader in order, both directions interleaved so that nothing is
 * told before what it acknowledges. The segment that comes in order goes straight through, uncopied.
 */
export class Reassembler {
  readonly #arrival: Arrival = { frame: NO_FRAME, offset: 0, acknowledged: -1 };

  push(
    connection: Connection,
    direction: Direction,
    segment: Segment,
    record: CaptureRecord,
  ): void {
    const half = connection.halves[direction]!;
    const peer = connection.halves[1 - direction]!;
    const { flags } = segment;
    connection.segments++;
    copyFrame(record, connection.last);
    half.frames++;
    if (segment.cut > 0) half.truncated++;
    const { payloadStart, payloadEnd, cut } = segment;
    const length = payloadEnd - payloadStart + cut;
    let sequence = segment.sequence;
    if (flags & SYN) {
      sequence = (sequence + 1) | 0;
      half.synSeen = true;
    }
    // A bare acknowledgment may be a keep-alive, which stands one number too low.
    if (!half.known && (length > 0 || flags & (SYN | FIN | RST))) learn(half, sequence);
    if (flags & ACK && !peer.known) learn(peer, segment.acknowledgment);
    if (connection.ignored) {
      half.offset += length;
      return;
    }

    if (flags & SYN)
      connection.initiator ??= (flags & ACK ? 1 - direction : direction) as Direction;
    let acknowledged = -1;
    if (flags & ACK && !(flags & RST)) {
      acknowledged = peer.offset + ((segment.acknowledgment - peer.nextSequence) | 0);
      if (acknowledged - peer.offset > MAX_WINDOW) acknowledged = -1;
      else if (acknowledged > peer.acknowledged) peer.acknowledged = acknowledged;
    }

    const offset = half.offset + ((sequence - half.nextSequence) | 0);
    if (flags & FIN && half.finOffset < 0) {
      half.finOffset = offset + length;
      half.finFrame = frameOf(record);
    }
    if (length > 0) {
      const arrival = this.#arrival;
      arrival.frame = frameOf(record);
      arrival.offset = offset;
      arrival.acknowledged = bytesOf(acknowledged, peer);
      if (
        offset === half.offset &&
        cut === 0 &&
        half.held.length === 0 &&
        !waitsForPeer(arrival, peer)
      ) {
        this.#deliver(connection, direction, segment.bytes, payloadStart, payloadEnd, arrival);
      } else {
        this.#hold(connection, half, segment, arrival);
      }
    }
    finish(connection, direction);
    if (half.held.length > 0 || peer.held.length > 0) {
      this.#drain(connection);
      this.#giveUpHoles(connection);
    }
    if (flags & RST && connection.reset === null) {
      connection.reset = { by: direction, frame: frameOf(record) };
      connection.reader?.reset?.(direction, connection.reset.frame);
    }
  }

  /** Hands on what is held, hole or not, and tells the reader that the connection is over. */
  end(connection: Connection): void {
    if (!connection.ignored) {
      for (
        let direction = oldestHeld(connection);
        direction !== null;
        direction = oldestHeld(connection)
      ) {
        this.#skipHole(connection, direction, Number.POSITIVE_INFINITY);
        this.#drain(connection);
      }
      for (const direction of [0, 1] as const) tellTrailingGap(connection, direction);
    }
    connection.reader?.end();
  }

  #deliver(
    connection: Connection,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): void {
    const half = connection.halves[direction]!;
    half.offset += end - start;
    half.nextSequence = (half.nextSequence + end - start) | 0;
    connection.reader?.data(direction, bytes, start, end, arrival);
  }

  #hold(connection: Connection, half: HalfStream, segment: Segment, arrival: Arrival): void {
    const { offset } = arrival;
    const { held } = half;
    const end = offset + segment.payloadEnd - segment.payloadStart + segment.cut;
    let at = held.length;
    while (at > 0 && held[at - 1]!.offset > offset) at--;
    const before = held[at - 1];
    if (end <= half.offset || (before !== undefined && end <= endOf(before))) {
      half.retransmitted++;
      return;
    }
    if (at < held.length) half.outOfOrder++;
    const bytes = segment.bytes.slice(segment.payloadStart, segment.payloadEnd);
    const { cut } = segment;
    held.splice(at, 0, { ...arrival, bytes, cut, heldAt: connection.segments });
    half.heldBytes += bytes.length + HELD_SEGMENT_OVERHEAD;
  }

  /** Hands on every held segment that nothing stands before any more. */
  #drain(connection: Connection): void {
    let progress = true;
    while (progress) {
      progress = this.#drainHalf(connection, 0);
      progress = this.#drainHalf(connection, 1) || progress;
    }
  }

  #drainHalf(connection: Connection, direction: Direction): boolean {
    const half = connection.halves[direction]!;
    const peer = connection.halves[1 - direction]!;
    let drained = 0;
    while (drained < half.held.length) {
      const next = half.held[drained]!;
      if (next.offset > half.offset) break;
      if (waitsForPeer(next, peer)) break;
      drained++;
      this.#release(connection, direction, next);
    }
    half.held.splice(0, drained);
    if (drained > 0) finish(connection, direction);
    return drained > 0;
  }

  #release(connection: Connection, direction: Direction, held: HeldSegment): void {
    const half = connection.halves[direction]!;
    half.heldBytes -= held.bytes.length + HELD_SEGMENT_OVERHEAD;
    if (endOf(held) <= half.offset) {
      half.retransmitted++;
      return;
    }
    const end = endOf(held);
    const known = half.offset - held.offset;
    if (known < held.bytes.length) {
      held.offset = half.offset;
      held.acknowledged = bytesOf(held.acknowledged, connection.halves[1 - direction]!);
      this.#deliver(connection, direction, held.bytes, known, held.bytes.length, held);
    }
    if (end > half.offset) skip(connection, direction, end - half.offset);
  }

  /** Declares holes that no later segment can be expected to fill. */
  #giveUpHoles(connection: Connection): void {
    for (const direction of [0, 1] as const) {
      const half = connection.halves[direction]!;
      for (let limit = givenUp(connection, half); limit > 0; limit = givenUp(connection, half)) {
        this.#skipHole(connection, direction, limit);
        this.#drain(connection);
      }
    }
  }

  /** Moves past what the first held segment of a direction waits for, up to stream offset `limit`. */
  #skipHole(connection: Connection, direction: Direction, limit: number): void {
    const half = connection.halves[direction]!;
    const peer = connection.halves[1 - direction]!;
    const next = half.held[0]!;
    if (next.offset > half.offset) {
      skip(connection, direction, Math.min(next.offset, limit) - half.offset);
      return;
    }
    // It waits for bytes of the peer that it acknowledges. If the peer's next bytes are here and wait
    // in turn, the acknowledgments contradict each other: then this one does not wait.
    const peerNext = peer.held[0];
    const missing =
      Math.min(next.acknowledged, peerNext === undefined ? Infinity : peerNext.offset) -
      peer.offset;
    // A lone missing number is that of a FIN which was not captured.
    const isFin = missing === 1 && peerNext === undefined && peer.finOffset < 0;
    if (missing > 0 && !isFin) skip(connection, (1 - direction) as Direction, missing);
    else next.acknowledged = -1;
  }
}

const NO_FRAME: Frame = { number: 0, seconds: 0, fraction: 0, digits: -1 };

function learn(half: HalfStream, nextSequence: number): void {
  half.known = true;
  half.nextSequence = nextSequence;
  half.baseSequence = (nextSequence - 1) | 0;
}

/** What an acknowledgment covers of the peer's bytes: the FIN's own number is not one of them. */
function bytesOf(acknowledged: number, peer: HalfStream): number {
  return peer.finOffset < 0 ? acknowledged : Math.min(acknowledged, peer.finOffset);
}

/** Whether a segment acknowledges bytes of the peer that have not been handed on. */
function waitsForPeer(segment: Arrival, peer: HalfStream): boolean {
  return bytesOf(segment.acknowledged, peer) > peer.offset && peer.frames > 0;
}

/** Up to which offset a direction's first hole is given up, or 0 while it is waited for. */
function givenUp(connection: Connection, half: HalfStream): number {
  const next = half.held[0];
  if (next === undefined) return 0;
  if (half.heldBytes > MAX_HELD_BYTES) return Number.POSITIVE_INFINITY;
  if (connection.segments - next.heldAt <= REORDER_WINDOW_SEGMENTS) return 0;
  // What nobody has acknowledged may still be sent again.
  if (next.offset <= half.offset) return Number.POSITIVE_INFINITY;
  return half.acknowledged > half.offset ? half.acknowledged : 0;
}

function endOf(held: HeldSegment): number {
  return held.offset + held.bytes.length + held.cut;
}

/** The direction whose first held segment is the earlier frame. */
function oldestHeld(connection: Connection): Direction | null {
  const first = connection.halves[0].held[0];
  const second = connection.halves[1].held[0];
  if (first === undefined) return second === undefined ? null : 1;
  return second === undefined || first.frame.number < second.frame.number ? 0 : 1;
}

function skip(connection: Connection, direction: Direction, length: number): void {
  const half = connection.halves[direction]!;
  half.offset += length;
  half.nextSequence = (half.nextSequence + length) | 0;
  half.gapBytes += length;
  half.gaps++;
  connection.reader?.gap(direction, length);
  finish(connection, direction);
}

function finish(connection: Connection, direction: Direction): void {
  const half = connection.halves[direction]!;
  if (half.finished || half.finOffset < 0 || half.offset < half.finOffset) return;
  half.finished = true;
  connection.reader?.fin?.(direction, half.finFrame!);
}

/**
 * Bytes that the peer acknowledged, or that stand before the FIN, but that the capture never saw. A
 * lone acknowledged number is that of a FIN which was not captured.
 */
function tellTrailingGap(connection: Connection, direction: Direction): void {
  const half = connection.halves[direction]!;
  const missing = (half.finOffset < 0 ? half.acknowledged : half.finOffset) - half.offset;
  if (missing > 1 || (missing === 1 && half.finOffset >= 0)) {
    skip(connection, direction, missing);
  }
}
