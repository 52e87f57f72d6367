import type { Frame } from '../capture/frame.ts';

/**
 * Records held back so that they come out by the frame of their first byte. Far more than a healthy
 * capture needs: what is passed here while one is still incomplete.
 */
const MAX_HELD_RECORDS = 200_000;
/** What they may weigh together: bytes of statements and rows. */
const MAX_HELD_WEIGHT = 128 * 1024 * 1024;

export interface Ordered {
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
  /** The lowest frame of those held. */
  #first = Number.POSITIVE_INFINITY;
  readonly #sink: (record: T) => void;
  readonly #weigh: (record: T) => number;

  constructor(sink: (record: T) => void, weigh: (record: T) => number = () => 0) {
    this.#sink = sink;
    this.#weigh = weigh;
  }

  /** So much is held that order must give way to memory. */
  get isFull(): boolean {
    return this.#held.length > MAX_HELD_RECORDS || this.#weight > MAX_HELD_WEIGHT;
  }

  push(record: T): void {
    this.#held.push(record);
    this.#weight += this.#weigh(record);
    if (record.frame.number < this.#first) this.#first = record.frame.number;
  }

  /** Lets go of every record whose first frame is before `unsettled`: nothing earlier can come. */
  release(unsettled: number): void {
    if (this.#first >= unsettled) return;
    const held = this.#held;
    // Mostly in order already, which makes this one linear pass; and stable.
    held.sort((a, b) => a.frame.number - b.frame.number || (a.ordinal ?? 0) - (b.ordinal ?? 0));
    let count = 0;
    while (count < held.length && held[count]!.frame.number < unsettled) this.#tell(held[count++]!);
    this.#held = held.slice(count);
    this.#first = this.#held[0]?.frame.number ?? Number.POSITIVE_INFINITY;
  }

  #tell(record: T): void {
    this.#weight -= this.#weigh(record);
    this.#sink(record);
  }
}
