const HEADER_BYTES = 4;

/** Counts the whole packets of one side by their headers: `int<3> length, int<1> sequence id`. */
export class PacketCount {
  packets = 0;
  readonly #header: number[] = [];
  /** Bytes of the payload at hand that are still to come. */
  #left = 0;

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#header.length < HEADER_BYTES) {
        this.#header.push(bytes[at++]!);
        const [low = 0, middle = 0, high = 0] = this.#header;
        this.#left = low | (middle << 8) | (high << 16);
      } else {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
      }
      if (this.#header.length === HEADER_BYTES && this.#left === 0) {
        this.packets++;
        this.#header.length = 0;
      }
    }
  }
}
