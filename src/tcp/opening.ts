import { type Frame, frameOf } from '../capture/frame.ts';
import type { Connection, Direction, HalfStream } from './connection.ts';
import { MAX_WINDOW } from './reassembler.ts';
import { ACK, FIN, RST, type Segment, SYN } from './segment.ts';

/**
 * How far behind its SYN a segment can be that the capture has before it: a sender starts with some ten
 * segments under way. What is further off is of an earlier connection of the same ends.
 */
const MAX_FIRST_BYTES = 2 ** 20;

/** What a kept segment costs beside its bytes. */
const KEPT_OVERHEAD = 512;

interface Kept {
  readonly direction: Direction;
  readonly segment: Segment;
  readonly frame: Frame;
  readonly isCopy: boolean;
}

/**
 * The first segments of a connection of which not both SYNs have been seen. Where its streams start is then
 * told by the SYNs that are still to come, or, where they were not captured, by all of these together.
 */
export class Opening {
  /** The capture's second in which it began. */
  readonly second: number;
  /** What it costs in memory. */
  bytes = 0;
  /** The frame of the first payload. */
  said: Frame | null = null;
  readonly #kept: Kept[] = [];
  readonly #opened = [false, false];

  constructor(second: number) {
    this.second = second;
  }

  get size(): number {
    return this.#kept.length;
  }

  get isComplete(): boolean {
    return this.#opened[0]! && this.#opened[1]!;
  }

  /** Whether a SYN cannot be the one from before the segments of its direction. */
  isReused(half: HalfStream, direction: Direction, sequence: number): boolean {
    if (!half.based) return false;
    return this.#opened[direction]
      ? half.baseSequence !== sequence
      : !isFirst(half.baseSequence, sequence);
  }

  keep(
    connection: Connection,
    direction: Direction,
    segment: Segment,
    frame: Frame,
    isCopy: boolean,
  ): void {
    const { flags, sequence, acknowledgment, start, payloadStart, payloadEnd } = segment;
    const half = connection.halves[direction]!;
    const peer = connection.halves[1 - direction]!;
    if (flags & SYN) {
      half.based = true;
      half.baseSequence = sequence;
      this.#opened[direction] = true;
    } else if (!this.#opened[direction]) {
      lowerBase(half, sequence - 1);
    }
    if (flags & ACK && !this.#opened[1 - direction]) lowerBase(peer, acknowledgment - 1);
    const kept = {
      ...segment,
      bytes: segment.bytes.slice(start, payloadEnd),
      start: 0,
      payloadStart: payloadStart - start,
      payloadEnd: payloadEnd - start,
    };
    if (payloadEnd + segment.cut > payloadStart) this.said ??= frameOf(frame);
    this.#kept.push({ direction, segment: kept, frame: frameOf(frame), isCopy });
    this.bytes += kept.bytes.length + KEPT_OVERHEAD;
  }

  /** The segments as they came, but the SYNs first; what these do not tell of the start is settled. */
  settle(connection: Connection): readonly Kept[] {
    for (const { direction } of this.#kept) connection.halves[direction]!.heard = true;
    for (const direction of [0, 1] as const) {
      const half = connection.halves[direction]!;
      const start = this.#opened[direction] ? null : this.#startOf(direction);
      if (start === null) continue;
      half.known = true;
      half.nextSequence = start;
    }
    return [0, 1, 2].flatMap((rank) =>
      this.#kept.filter(({ segment }) => rankOf(segment) === rank),
    );
  }

  /**
   * The lowest number that bytes of a direction have, or that its peer expects. A bare acknowledgment may stand
   * before it, where what followed was not captured; one number before it, it is a keep-alive.
   */
  #startOf(direction: Direction): number | null {
    let told: number | null = null;
    let bare: number | null = null;
    for (const { direction: from, segment } of this.#kept) {
      const { flags, sequence, acknowledgment, payloadStart, payloadEnd, cut } = segment;
      if (flags & RST) continue;
      if (from !== direction) {
        if (flags & ACK) told = lower(told, acknowledgment);
      } else if (payloadEnd + cut > payloadStart || flags & FIN) told = lower(told, sequence);
      else bare = lower(bare, sequence);
    }
    if (told === null || bare === null) return told;
    const passed = (told - bare) | 0;
    return passed > 1 && passed < MAX_WINDOW ? bare : told;
  }
}

/** Whether a SYN with this number can stand before segments whose lowest is right behind `base`. */
export function isFirst(base: number, sequence: number): boolean {
  const behind = (base - sequence) | 0;
  return behind >= 0 && behind < MAX_FIRST_BYTES;
}

function rankOf({ flags }: Segment): number {
  if (!(flags & SYN)) return 2;
  return flags & ACK ? 1 : 0;
}

function lowerBase(half: HalfStream, sequence: number): void {
  half.baseSequence = lower(half.based ? half.baseSequence : null, sequence | 0);
  half.based = true;
}

/** The lower of two numbers of one stream. */
export function lower(known: number | null, sequence: number): number {
  if (known === null) return sequence;
  const passed = (known - sequence) | 0;
  return passed > 0 && passed < MAX_FIRST_BYTES ? sequence : known;
}
