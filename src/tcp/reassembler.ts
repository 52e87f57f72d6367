import { copyFrame, type Frame, frameOf, NO_FRAME } from '../capture/frame.ts';
import {
  type Arrival,
  type Connection,
  type Direction,
  type HalfStream,
  type HeldSegment,
  NOTHING_HELD,
} from './connection.ts';
import { ACK, FIN, hasZeroWindow, RST, type Segment, SYN, sackedBeyond } from './segment.ts';

/**
 * How many later segments of a connection may pass before bytes that the receiver has acknowledged,
 * and that therefore nobody will send again, are taken for lost. Captures reorder by a few segments
 * (several CPUs, several queues); 128 is beyond any reordering seen, and small enough to go on soon.
 */
export const REORDER_WINDOW_SEGMENTS = 128;

/**
 * Seconds of the capture's own time after which such bytes are taken for lost although fewer segments have
 * passed: a connection that falls silent would be held back to the end of a capture that may never end. No
 * capturing delays a frame that long.
 */
const REORDER_WINDOW_SECONDS = 30;

/** Connections looked at for that in one second, so that a flood of holes costs no more than frames do. */
const MAX_SWEPT = 1024;

/**
 * Held payload of one connection at which a hole is given up although nobody acknowledged its bytes: a
 * sender can have no more in flight than the receiver's window, by Linux's default at most 6 MiB.
 */
const MAX_HELD_BYTES = 8 * 1024 * 1024;

/** The same of all connections together: eight of them at once, each behind a hole, at their own limit. */
const MAX_TOTAL_HELD_BYTES = 64 * 1024 * 1024;

/** What a held segment costs beside its payload; without it, many tiny ones would escape the limit. */
const HELD_SEGMENT_OVERHEAD = 512;

/** An acknowledgment further ahead than any window allows (RFC 7323: 2^30) is not to be believed. */
export const MAX_WINDOW = 2 ** 30;

/**
 * A reset this far from where its sender's stream is, or further, lies outside of any window in use and
 * ends nothing (RFC 5961, section 3): a stray, or a guess. Linux opens its window to 6 MiB.
 */
const MAX_RESET_DISTANCE = 16 * 1024 * 1024;

/**
 * Hands a connection's payload to its reader in order, both directions interleaved so that nothing is
 * told before what it acknowledges. The segment that comes in order goes straight through, uncopied.
 */
export class Reassembler {
  /** Holes given up because too much waited behind them, and not because their bytes were known to be lost. */
  forced = 0;
  readonly #arrival: Arrival = { frame: NO_FRAME, offset: 0, acknowledged: -1 };
  /** Connections of which something is held. */
  readonly #waiting = new Set<Connection>();
  #heldBytes = 0;

  push(connection: Connection, direction: Direction, segment: Segment, frame: Frame): void {
    connection.segments++;
    connection.distinct++;
    copyFrame(frame, connection.last);
    connection.halves[direction]!.frames++;
    if (!this.#takeNext(connection, direction, segment, frame)) {
      this.#takeAny(connection, direction, segment, frame);
    }
  }

  /**
   * Takes the segment that is due next on a connection of which nothing waits, as nearly all are; returns
   * false where it is another. Apart from the rest, so that it is compiled soon.
   */
  #takeNext(connection: Connection, direction: Direction, segment: Segment, frame: Frame): boolean {
    const half = connection.halves[direction]!;
    const peer = connection.halves[1 - direction]!;
    if ((segment.flags & (ACK | FIN | RST | SYN)) !== ACK || segment.cut > 0) return false;
    if (!half.known || !peer.known || connection.ignored) return false;
    if (segment.sequence !== half.nextSequence) return false;
    if (half.held.length > 0 || peer.held.length > 0) return false;
    const ahead = (segment.acknowledgment - peer.nextSequence) | 0;
    // More than has been seen: it waits for that.
    if (ahead > 0) return false;
    const acknowledged = peer.offset + ahead;
    if (acknowledged > peer.acknowledged) peer.acknowledged = acknowledged;
    const { payloadStart, payloadEnd } = segment;
    if (payloadEnd === payloadStart) {
      if (hasZeroWindow(segment)) half.zeroWindow = frameOf(frame);
      return true;
    }
    const arrival = this.#arrival;
    arrival.frame = frameOf(frame);
    arrival.offset = half.offset;
    arrival.acknowledged = acknowledged;
    deliver(connection, direction, segment.bytes, payloadStart, payloadEnd, arrival);
    if (half.finOffset >= 0) finish(connection, direction);
    return true;
  }

  #takeAny(connection: Connection, direction: Direction, segment: Segment, frame: Frame): void {
    const half = connection.halves[direction]!;
    const peer = connection.halves[1 - direction]!;
    const { flags, payloadStart, payloadEnd, cut } = segment;
    if (cut > 0) half.truncated++;
    // What a reset carries is a text about it, not a part of the stream (RFC 9293, section 3.5.2).
    const length = flags & RST ? 0 : payloadEnd - payloadStart + cut;
    let sequence = segment.sequence;
    if (flags & SYN) {
      sequence = (sequence + 1) | 0;
      half.synSeen = true;
    }
    if (!half.known) locate(half, sequence, flags, length);
    if (flags & ACK && !peer.known) {
      if (flags & RST) base(peer, segment.acknowledgment);
      else learn(peer, segment.acknowledgment);
    }
    if (connection.ignored) {
      if (!connection.ended) half.offset += length;
      return;
    }

    if (flags & SYN) {
      half.asked ||= (flags & ACK) === 0;
      connection.initiator ??= (flags & ACK ? 1 - direction : direction) as Direction;
    }
    let acknowledged = -1;
    if (flags & ACK && !(flags & RST)) {
      acknowledged = peer.offset + ((segment.acknowledgment - peer.nextSequence) | 0);
      if (peer.held.length > 0) noticeMissing(peer, acknowledged, segment);
      if (acknowledged - peer.offset > MAX_WINDOW) acknowledged = -1;
      else if (acknowledged > peer.acknowledged) peer.acknowledged = acknowledged;
    }

    const offset = half.offset + ((sequence - half.nextSequence) | 0);
    // One that ends before what has been handed on is not this stream's.
    if (flags & FIN && half.finOffset < 0 && half.known && offset + length >= half.offset) {
      half.finOffset = offset + length;
      half.finFrame = frameOf(frame);
      half.finAcknowledged = acknowledged;
    }
    if (length > 0) {
      const arrival = this.#arrival;
      arrival.frame = frameOf(frame);
      arrival.offset = offset;
      arrival.acknowledged = bytesOf(acknowledged, peer);
      if (
        offset === half.offset &&
        cut === 0 &&
        half.held.length === 0 &&
        !waitsForPeer(arrival, peer)
      ) {
        deliver(connection, direction, segment.bytes, payloadStart, payloadEnd, arrival);
      } else if (length > 1 || offset !== half.offset - 1) {
        this.#hold(connection, half, segment, arrival);
      }
      // Else a keep-alive probe: its byte is the last one again, or none of the stream's at all.
    }
    finish(connection, direction);
    if (half.held.length > 0 || peer.held.length > 0) this.#advance(connection, frame.seconds);
    if (flags & RST && connection.reset === null && (!half.known || isNear(half, offset))) {
      // As a reset's numbers end a connection, they are believed only where they fit the peer's stream.
      const received = peer.offset + ((segment.acknowledgment - peer.nextSequence) | 0);
      const isKnown = (flags & ACK) !== 0 && peer.known && isNear(peer, received);
      connection.reset = {
        by: direction,
        frame: frameOf(frame),
        offset: half.known ? offset : -1,
        acknowledged: isKnown ? received : -1,
      };
      connection.over = true;
      connection.reader?.reset?.(direction, connection.reset.frame);
    }
  }

  /** A frame that the capture has twice is counted, and does no more than the first one did. */
  copy(connection: Connection, direction: Direction, frame: Frame): void {
    const half = connection.halves[direction]!;
    connection.segments++;
    copyFrame(frame, connection.last);
    half.frames++;
    half.duplicates++;
  }

  /** The capture's time has come to another second, that of `frame`: what has waited too long for lost bytes waits no more. */
  tick(frame: Frame): void {
    let left = Math.min(this.#waiting.size, MAX_SWEPT);
    for (const connection of this.#waiting) {
      if (left-- === 0) return;
      // To the end, so that every one has its turn.
      this.#waiting.delete(connection);
      this.#waiting.add(connection);
      this.#advance(connection, frame.seconds);
    }
  }

  /** Hands on what is held, hole or not, and tells the reader that the connection is over. */
  end(connection: Connection): void {
    if (connection.ended) return;
    connection.ended = true;
    if (!connection.ignored) {
      this.#waiting.delete(connection);
      for (
        let direction = oldestHeld(connection);
        direction !== null;
        direction = oldestHeld(connection)
      ) {
        this.#skipHole(connection, direction, Number.POSITIVE_INFINITY);
        this.#drain(connection);
      }
      for (const direction of [0, 1] as const) tellTrailingGap(connection, direction);
      for (const half of connection.halves) {
        settleGaps(half);
        half.held = NOTHING_HELD;
      }
    }
    connection.reader?.end();
    connection.ignored = true;
  }

  /** Nobody wants its bytes any more: they are counted from now on, and what was held is let go. */
  ignore(connection: Connection): void {
    connection.ignored = true;
    this.#waiting.delete(connection);
    for (const half of connection.halves) {
      this.#heldBytes -= half.heldBytes;
      half.heldBytes = 0;
      half.held = NOTHING_HELD;
    }
  }

  #hold(connection: Connection, half: HalfStream, segment: Segment, arrival: Arrival): void {
    const { offset } = arrival;
    const { held } = half;
    const end = offset + segment.payloadEnd - segment.payloadStart + segment.cut;
    const at = placeOf(held, offset);
    const before = held[at - 1];
    const stray = strayBytesOf(half, offset, end);
    half.strayBytes += stray;
    if (end <= half.offset || (before !== undefined && end <= endOf(before))) {
      if (stray < end - offset) half.retransmitted++;
      return;
    }
    if (stray > 0 && offset > 0) return;
    if (at < held.length) {
      // What the receiver lacked meanwhile was lost on its way; else only the capture swapped the two.
      if (offset < half.missedTo) half.retransmitted++;
      else half.outOfOrder++;
    }
    const bytes = segment.bytes.slice(segment.payloadStart, segment.payloadEnd);
    const { cut } = segment;
    if (held === NOTHING_HELD) half.held = [];
    half.held.splice(at, 0, { ...arrival, bytes, cut, heldAt: connection.distinct });
    half.heldBytes += bytes.length + HELD_SEGMENT_OVERHEAD;
    this.#heldBytes += bytes.length + HELD_SEGMENT_OVERHEAD;
  }

  /** Hands on what can be, gives up what must be. */
  #advance(connection: Connection, seconds: number): void {
    this.#drain(connection);
    this.#giveUpHoles(connection, seconds);
    if (oldestHeld(connection) === null) this.#waiting.delete(connection);
    else this.#waiting.add(connection);
    for (const waiting of this.#waiting) {
      if (this.#heldBytes <= MAX_TOTAL_HELD_BYTES) return;
      this.#relieve(waiting);
    }
  }

  /** Gives up a connection's holes until all connections together hold little enough. */
  #relieve(connection: Connection): void {
    let direction = oldestHeld(connection);
    while (direction !== null && this.#heldBytes > MAX_TOTAL_HELD_BYTES) {
      this.forced++;
      this.#skipHole(connection, direction, Number.POSITIVE_INFINITY);
      this.#drain(connection);
      direction = oldestHeld(connection);
    }
    if (direction === null) this.#waiting.delete(connection);
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
    let progress = false;
    for (let next = half.held[0]; next !== undefined; next = half.held[0]) {
      if (next.offset > half.offset || waitsForPeer(next, peer)) break;
      // Cheap at the front of an array, however long that is.
      half.held.shift();
      progress = true;
      this.#release(connection, direction, next);
    }
    if (progress) finish(connection, direction);
    return progress;
  }

  #release(connection: Connection, direction: Direction, held: HeldSegment): void {
    const half = connection.halves[direction]!;
    half.heldBytes -= held.bytes.length + HELD_SEGMENT_OVERHEAD;
    this.#heldBytes -= held.bytes.length + HELD_SEGMENT_OVERHEAD;
    if (endOf(held) <= half.offset) {
      half.retransmitted++;
      return;
    }
    const end = endOf(held);
    const known = half.offset - held.offset;
    if (known < held.bytes.length) {
      held.offset = half.offset;
      held.acknowledged = bytesOf(held.acknowledged, connection.halves[1 - direction]!);
      deliver(connection, direction, held.bytes, known, held.bytes.length, held);
    }
    if (end > half.offset) skip(connection, direction, end - half.offset);
  }

  /** Declares holes that no later segment can be expected to fill. */
  #giveUpHoles(connection: Connection, seconds: number): void {
    for (const direction of [0, 1] as const) {
      const half = connection.halves[direction]!;
      let limit = givenUp(connection, half, seconds);
      while (limit > 0) {
        if (half.heldBytes > MAX_HELD_BYTES) this.forced++;
        this.#skipHole(connection, direction, limit);
        this.#drain(connection);
        limit = givenUp(connection, half, seconds);
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

/** Takes what a segment tells of where its sender's stream is. */
function locate(half: HalfStream, sequence: number, flags: number, length: number): void {
  if (!(flags & RST) && (length > 0 || flags & (SYN | FIN))) {
    learn(half, sequence);
  } else {
    // A bare acknowledgment may be a keep-alive, which stands one number too low; a reset, a guess.
    if (!half.based) half.hinted = !(flags & RST);
    base(half, sequence);
  }
}

/** A stream is at `sequence`, or before that, where a bare acknowledgment was. */
function learn(half: HalfStream, sequence: number): void {
  const hint = (half.baseSequence + 1) | 0;
  const passed = (sequence - hint) | 0;
  half.nextSequence = half.hinted && passed > 1 && passed < MAX_WINDOW ? hint : sequence;
  half.known = true;
  base(half, sequence);
}

function base(half: HalfStream, sequence: number): void {
  if (half.based) return;
  half.based = true;
  half.baseSequence = (sequence - 1) | 0;
}

/** What an acknowledgment covers of the peer's bytes: the FIN's own number is not one of them. */
function bytesOf(acknowledged: number, peer: HalfStream): number {
  return peer.finOffset < 0 ? acknowledged : Math.min(acknowledged, peer.finOffset);
}

/** Whether a segment acknowledges bytes of the peer that have not been handed on. */
function waitsForPeer(segment: Arrival, peer: HalfStream): boolean {
  return bytesOf(segment.acknowledged, peer) > peer.offset && (peer.frames > 0 || peer.heard);
}

/**
 * A receiver that has bytes from behind a hole answers each with a repeat of its last acknowledgment
 * (RFC 5681), which mostly says what it has, too (SACK). Then the missing ones were lost on their way, or
 * late, and what fills the hole is taken for sent again. Where only the capture swapped segments, the
 * receiver says nothing.
 */
function noticeMissing(half: HalfStream, acknowledged: number, segment: Segment): void {
  const next = half.held[0]!;
  if (acknowledged !== half.offset || next.offset <= half.offset) return;
  const beyond = sackedBeyond(segment);
  const isRepeat =
    acknowledged === half.acknowledged && segment.payloadEnd + segment.cut === segment.payloadStart;
  if (beyond !== null) half.missedTo = Math.max(half.missedTo, acknowledged + beyond);
  else if (isRepeat) half.missedTo = Math.max(half.missedTo, next.offset);
}

/** Whether this stream can have a segment at this offset; a reset elsewhere is not meant for it. */
export function isNear(half: HalfStream, offset: number): boolean {
  const furthest = Math.max(half.offset, half.acknowledged);
  return offset > half.offset - MAX_RESET_DISTANCE && offset < furthest + MAX_RESET_DISTANCE;
}

/** How many bytes from `offset` to `end` cannot be this stream's: before its start, or where no window reaches. */
function strayBytesOf(half: HalfStream, offset: number, end: number): number {
  if (offset < 0) return Math.min(end, 0) - offset;
  const isElsewhere =
    offset < half.offset - MAX_RESET_DISTANCE || offset - half.offset > MAX_WINDOW;
  return isElsewhere ? end - offset : 0;
}

/**
 * Whether a number is not one that a stream can have now: far behind what has been handed on, or further ahead than any
 * window. Of a stream that went on while nobody captured it can be ahead.
 */
export function isElsewhere(half: HalfStream, sequence: number): boolean {
  const passed = (sequence - half.nextSequence) | 0;
  return passed > MAX_WINDOW || passed < -MAX_RESET_DISTANCE;
}

/** Up to which offset a direction's first hole is given up, or 0 while it is waited for. */
function givenUp(connection: Connection, half: HalfStream, seconds: number): number {
  const next = half.held[0];
  if (next === undefined) return 0;
  if (half.heldBytes > MAX_HELD_BYTES) return Number.POSITIVE_INFINITY;
  if (
    connection.distinct - next.heldAt <= REORDER_WINDOW_SEGMENTS &&
    seconds - next.frame.seconds <= REORDER_WINDOW_SECONDS
  ) {
    return 0;
  }
  // What nobody has acknowledged may still be sent again.
  if (next.offset <= half.offset) return Number.POSITIVE_INFINITY;
  return half.acknowledged > half.offset ? half.acknowledged : 0;
}

/** Index behind the last held segment that starts at `offset` or before; mostly all of them do. */
function placeOf(held: readonly HeldSegment[], offset: number): number {
  let low = 0;
  let high = held.length;
  if (high === 0 || held[high - 1]!.offset <= offset) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (held[middle]!.offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
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

function deliver(
  connection: Connection,
  direction: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
  arrival: Arrival,
): void {
  const half = connection.halves[direction]!;
  if (half.gapEnd === half.offset) closeGap(half, arrival.frame);
  half.lastData = arrival.frame;
  half.offset += end - start;
  half.nextSequence = (half.nextSequence + end - start) | 0;
  connection.reader?.data(direction, bytes, start, end, arrival);
}

function closeGap(half: HalfStream, frame: Frame): void {
  const gap = half.lastGap;
  if (gap !== null) gap.after = frame;
}

function skip(connection: Connection, direction: Direction, length: number): void {
  const half = connection.halves[direction]!;
  half.miss(direction, length);
  half.offset += length;
  half.nextSequence = (half.nextSequence + length) | 0;
  connection.reader?.gap(direction, length);
  finish(connection, direction);
}

/** Whether missing bytes had arrived is known when the last acknowledgment is. */
function settleGaps(half: HalfStream): void {
  for (const gap of half.keptGaps) {
    gap.acknowledged = half.acknowledged >= gap.offset + gap.length;
  }
}

function finish(connection: Connection, direction: Direction): void {
  const half = connection.halves[direction]!;
  if (half.finished || half.finOffset < 0 || half.offset < half.finOffset) return;
  half.finished = true;
  connection.over ||= connection.halves[1 - direction]!.finished;
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
