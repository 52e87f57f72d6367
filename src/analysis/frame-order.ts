import type { Frame } from '../capture/frame.ts';

/**
 * Records held back so that they come out by the frame of their first byte. Far more than a healthy
 * capture needs: what is passed here while one is still incomplete. Beyond it, order gives way to memory,
 * and the late record comes out where it was completed.
 */
const MAX_HELD_RECORDS = 200_000;
/** What they may weigh together: bytes of statements and rows. */
const MAX_HELD_WEIGHT = 128 * 1024 * 1024;

interface Ordered {
  readonly frame: Frame;
  /** Tells records of one frame apart, where they do not come in the order of their bytes. */
  readonly ordinal?: number;
}

/**
 * Puts the packets, or the queries, of all connections in order of the frame that their first byte came
 * in. One completed early waits for one that started before it and is not complete.
 */
export class FrameOrder<T extends Ordered> {
  #held: T[] = [];
  #weight = 0;
  readonly #sink: (record: T) => void;
  readonly #weigh: (record: T) => number;

  constructor(sink: (record: T) => void, weigh: (record: T) => number = () => 0) {
    this.#sink = sink;
    this.#weigh = weigh;
  }

  push(record: T): void {
    this.#held.push(record);
    this.#weight += this.#weigh(record);
    if (this.#weight > MAX_HELD_WEIGHT) this.release(Number.POSITIVE_INFINITY);
  }

  /** Lets go of every record whose first frame is before `unsettled`: nothing earlier can come. */
  release(unsettled: number): void {
    const held = this.#held;
    if (held.length === 0) return;
    // Mostly in order already, which makes this one linear pass; and stable.
    held.sort((a, b) => a.frame.number - b.frame.number || (a.ordinal ?? 0) - (b.ordinal ?? 0));
    let count = 0;
    while (count < held.length && held[count]!.frame.number < unsettled) this.#tell(held[count++]!);
    for (; held.length - count > MAX_HELD_RECORDS; count++) this.#tell(held[count]!);
    this.#held = held.slice(count);
  }

  #tell(record: T): void {
    this.#weight -= this.#weigh(record);
    this.#sink(record);
  }
}
