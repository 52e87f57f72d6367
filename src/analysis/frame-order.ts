import type { Frame } from '../capture/frame.ts';

/**
 * Records held back so that they come out by the frame of their first byte. Far more than a healthy
 * capture needs: what is passed here while one is still incomplete. Beyond it, order gives way to memory,
 * and the late record comes out where it was completed.
 */
const MAX_HELD_RECORDS = 200_000;

/**
 * Puts the packets, or the queries, of all connections in order of the frame that their first byte came
 * in. One completed early waits for one that started before it and is not complete.
 */
export class FrameOrder<T extends { readonly frame: Frame; readonly ordinal?: number }> {
  #held: T[] = [];
  readonly #sink: (record: T) => void;

  constructor(sink: (record: T) => void) {
    this.#sink = sink;
  }

  push(record: T): void {
    this.#held.push(record);
  }

  /** Lets go of every record whose first frame is before `unsettled`: nothing earlier can come. */
  release(unsettled: number): void {
    const held = this.#held;
    if (held.length === 0) return;
    // Mostly in order already, which makes this one linear pass; and stable, so records of one frame
    // stay in the order of their bytes, if they have no ordinal to say so.
    held.sort((a, b) => a.frame.number - b.frame.number || (a.ordinal ?? 0) - (b.ordinal ?? 0));
    let count = 0;
    while (count < held.length && held[count]!.frame.number < unsettled) {
      this.#sink(held[count++]!);
    }
    for (; held.length - count > MAX_HELD_RECORDS; count++) this.#sink(held[count]!);
    this.#held = held.slice(count);
  }
}
