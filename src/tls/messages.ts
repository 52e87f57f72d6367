import { ByteQueue } from '../bytes/byte-queue.ts';

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const FINISHED = 20;
export const KEY_UPDATE = 24;

const HEADER_BYTES = 4;

/** The longest hello that is kept: what OpenSSL takes from a client (CLIENT_HELLO_MAX_LENGTH), rounded up. */
const MAX_HELLO_BYTES = 132 * 1024;

/** Told of a message when all of it has come; only a hello's body is there to be read. */
export type MessageSink = (type: number, bytes: Uint8Array, start: number, end: number) => void;

/**
 * Cuts one direction's handshake into messages, which need not end where records do:
 *
 *   u8 msg_type  u24 length  body        RFC 8446, section 4
 */
export class MessageReader {
  readonly #sink: MessageSink;
  #partial = new ByteQueue(0);
  /** Bytes of the body still to come. */
  #left = 0;
  #isKept = false;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    for (let pos = start; pos < end; ) {
      const partial = this.#partial;
      if (partial.length < HEADER_BYTES) {
        pos += partial.fill(HEADER_BYTES, bytes, pos, end);
        if (partial.length < HEADER_BYTES) return;
        const [, high, middle, low] = partial.bytes as unknown as [number, number, number, number];
        this.#left = (high << 16) | (middle << 8) | low;
        this.#isKept = isHello(partial.bytes[0]!) && this.#left <= MAX_HELLO_BYTES;
      }
      const taken = Math.min(this.#left, end - pos);
      if (this.#isKept) partial.append(bytes, pos, pos + taken);
      pos += taken;
      this.#left -= taken;
      if (this.#left > 0) return;
      this.reset();
      this.#sink(partial.bytes[0]!, partial.bytes, HEADER_BYTES, partial.length);
    }
  }

  /** Where bytes are missing: the next record is taken to start a message. */
  reset(): void {
    this.#partial = new ByteQueue(0);
    this.#left = 0;
  }
}

function isHello(type: number): boolean {
  return type === CLIENT_HELLO || type === SERVER_HELLO;
}
