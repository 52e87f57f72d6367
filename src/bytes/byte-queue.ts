/**
 * Bytes of one message that did not arrive in one piece, copied because their chunk will be reused.
 * Grows by doubling as bytes arrive, never to a length that was merely announced.
 */
export class ByteQueue {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 64) {
    this.bytes = new Uint8Array(capacity);
  }

  append(source: Uint8Array, start: number, end: number): void {
    const total = this.length + end - start;
    if (total > this.bytes.length) {
      const grown = new Uint8Array(Math.max(total, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(source.subarray(start, end), this.length);
    this.length = total;
  }

  /** Appends what is still lacking of `length` bytes in all, as far as the source goes; returns how many. */
  fill(length: number, source: Uint8Array, start: number, end: number): number {
    const taken = Math.min(length - this.length, end - start);
    this.append(source, start, start + taken);
    return taken;
  }

  /** Forgets the first bytes. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }

  clear(): void {
    this.length = 0;
  }
}
