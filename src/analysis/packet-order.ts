import type { DecodedPacket } from '../mysql/conversation.ts';

/**
 * Packets held back so that they come out by the frame of their first byte. Far more than a healthy
 * capture needs: what is passed here while one packet is still arriving. Beyond it, order gives way to
 * memory, and the late packet comes out where it was completed.
 */
const MAX_HELD_PACKETS = 200_000;

/**
 * Puts the packets of all connections in order of the frame that their first byte came in. A packet
 * completed early waits for one that started before it and is still arriving.
 */
export class PacketOrder {
  #held: DecodedPacket[] = [];
  readonly #sink: (packet: DecodedPacket) => void;

  constructor(sink: (packet: DecodedPacket) => void) {
    this.#sink = sink;
  }

  push(packet: DecodedPacket): void {
    this.#held.push(packet);
  }

  /** Lets go of every packet whose first frame is before `unsettled`: nothing earlier can come. */
  release(unsettled: number): void {
    const held = this.#held;
    if (held.length === 0) return;
    // Mostly in order already, which makes this one linear pass; and stable, so packets of one frame
    // stay in the order of their bytes.
    held.sort((a, b) => a.frame.number - b.frame.number);
    let count = 0;
    while (count < held.length && held[count]!.frame.number < unsettled) {
      this.#sink(held[count++]!);
    }
    for (; held.length - count > MAX_HELD_PACKETS; count++) this.#sink(held[count]!);
    this.#held = held.slice(count);
  }
}
