import { ByteQueue } from '../bytes/byte-queue.ts';
import { detectFormat, LOOK_BYTES, MAGIC_BYTES, refusal } from './detect.ts';
import { CaptureFault, type CaptureFormat, type RecordSink, type SecretsSink } from './record.ts';

/**
 * Reads a capture from chunks of any size. Items that lie whole inside a chunk are handed on in
 * place; only the one that straddles two chunks is copied.
 */
export class CaptureReader {
  /** What stopped the reading, once something has. */
  fault: CaptureFault | null = null;
  #format: CaptureFormat | null = null;
  #records = 0;
  readonly #sink: RecordSink;
  readonly #onSecrets: SecretsSink;
  /** The start of an item whose end has not come yet. */
  readonly #partial = new ByteQueue();
  /** Capture offset of the first byte not yet consumed. */
  #offset = 0;
  /** Bytes still to pass over. */
  #skip = 0;

  constructor(sink: RecordSink, onSecrets: SecretsSink = () => {}) {
    this.#onSecrets = onSecrets;
    this.#sink = (record) => {
      this.#records++;
      sink(record);
    };
  }

  /** Frames read so far. */
  get records(): number {
    return this.#records;
  }

  get format(): 'pcap' | 'pcapng' | null {
    return this.#format?.name ?? null;
  }

  /** The bytes of `chunk` may be reused as soon as this returns. Ignored after a fault. */
  push(chunk: Uint8Array): void {
    if (this.fault !== null) return;
    try {
      this.#push(chunk);
    } catch (fault) {
      if (!(fault instanceof CaptureFault)) throw fault;
      this.fault = fault;
    }
  }

  /** Says whether the capture ended where it should; call once, after the last chunk. */
  finish(): void {
    if (this.fault !== null) return;
    const left = this.#partial.length;
    if (this.#offset === 0 && left === 0) {
      this.fault = new CaptureFault('an empty file (0 bytes), not a capture', 0);
    } else if (this.#format === null) {
      this.fault = refusal(this.#partial.bytes.subarray(0, left));
    }
    if (this.fault === null && (left > 0 || this.#skip > 0)) {
      this.fault = new CaptureFault(this.#cutMessage(left), this.#offset + left);
    }
  }

  #cutMessage(left: number): string {
    const after = this.#records === 0 ? 'before its first frame' : `after frame ${this.#records}`;
    const wanted =
      this.#skip > 0 ? 'more' : `${(this.#format?.wanted ?? left + 1) - left} more bytes`;
    return `the file is cut off ${after}: ${wanted} were announced; what came before was read`;
  }

  #push(chunk: Uint8Array): void {
    let pos = 0;
    if (this.#format === null) {
      this.#detect(chunk);
      if (this.#format === null) return;
    }
    const format: CaptureFormat = this.#format;
    const partial = this.#partial;
    while (pos < chunk.length) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, chunk.length - pos);
        this.#skip -= passed;
        this.#offset += passed;
        pos += passed;
      } else if (partial.length > 0) {
        const missing = Math.min(format.wanted - partial.length, chunk.length - pos);
        partial.append(chunk, pos, pos + missing);
        pos += missing;
        if (partial.length < format.wanted) return;
        const taken = format.take(partial.bytes, 0, partial.length, this.#offset);
        this.#offset += taken;
        // What `take` left is the item's header, if it now knows that the item is longer or unwanted.
        if (taken === partial.length) partial.clear();
        else this.#skipFrom(partial.length - taken);
      } else {
        const next = format.take(chunk, pos, chunk.length, this.#offset - pos);
        this.#offset += next - pos;
        pos = next;
        if (format.skip > 0) {
          this.#skip = format.skip;
          format.skip = 0;
        } else {
          partial.append(chunk, pos, chunk.length);
          return;
        }
      }
    }
  }

  /** Turns a wish to skip, found in the partial item's header, into what is still to be passed over. */
  #skipFrom(held: number): void {
    const format = this.#format!;
    if (format.skip === 0) return;
    this.#skip = format.skip - held;
    format.skip = 0;
    this.#offset += held;
    this.#partial.clear();
  }

  /** Finds the format, once there are enough bytes to tell it or to say what they are instead. */
  #detect(chunk: Uint8Array): void {
    const head = new ByteQueue();
    head.append(this.#partial.bytes, 0, this.#partial.length);
    head.append(chunk, 0, Math.min(chunk.length, LOOK_BYTES));
    const bytes = head.bytes.subarray(0, head.length);
    if (bytes.length >= MAGIC_BYTES) {
      this.#format = detectFormat(bytes, this.#sink, this.#onSecrets);
    }
    if (this.#format !== null) return;
    if (bytes.length >= LOOK_BYTES) throw refusal(bytes);
    this.#partial.append(chunk, 0, chunk.length);
  }
}
