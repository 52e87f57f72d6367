import { ByteQueue } from '../bytes/byte-queue.ts';
import { detectFormat, LOOK_BYTES, MAGIC_BYTES, refusal } from './detect.ts';
import {
  CaptureFault,
  type CaptureFormat,
  Damage,
  type FileFault,
  type FileNote,
  newRecord,
  type RecordSink,
  type SecretsSink,
} from './record.ts';

/** Places of a file that are told of: many more are more of the same. */
const MAX_NOTES = 20;

/** The first bytes of what stands behind zeros that may be zeros themselves. */
const OWN_ZEROS = new Uint8Array(3);

/**
 * Reads a capture from chunks of any size. Items that lie whole inside a chunk are handed on in
 * place; only the one that straddles two chunks is copied.
 *
 * A second file behind the first is read on, as part of it. Behind damage, the next item that can be nothing else
 * is searched for.
 */
export class CaptureReader {
  /** What stopped the reading, once something has; or, at the end, the first damage behind which it went on. */
  fault: FileFault | null = null;
  /** What there is to say of places at which the reading went on. */
  readonly notes: FileNote[] = [];
  #format: CaptureFormat | null = null;
  readonly #record = newRecord();
  readonly #sink: RecordSink;
  readonly #onSecrets: SecretsSink;
  /** The start of an item whose end has not come yet. */
  readonly #partial = new ByteQueue();
  /** Capture offset of the first byte not yet consumed. */
  #offset = 0;
  /** Bytes still to pass over. */
  #skip = 0;
  /** Zeros where an item should start; the next byte may be one of them. */
  #zeros = 0;
  /** Damage whose end has not been found. */
  #damage: FileFault | null = null;
  #firstDamage: FileFault | null = null;
  /** What the last `#take` or `#seek` stopped at is to be looked at anew: it is no item whose end is to come. */
  #isResting = false;

  constructor(sink: RecordSink, onSecrets: SecretsSink = () => {}) {
    this.#onSecrets = onSecrets;
    this.#sink = sink;
  }

  /** Frames read so far. */
  get records(): number {
    return this.#record.number;
  }

  get format(): 'pcap' | 'pcapng' | null {
    return this.#format?.name ?? null;
  }

  /** The bytes of `chunk` may be reused as soon as this returns. Ignored after a fault. */
  push(chunk: Uint8Array): void {
    if (this.fault !== null) return;
    try {
      let pos = 0;
      while (pos < chunk.length) pos = this.#step(chunk, pos);
    } catch (fault) {
      if (!(fault instanceof CaptureFault)) throw fault;
      this.fault = this.#at(fault.message, fault.offset);
    }
  }

  /** Says whether the capture ended where it should; call once, after the last chunk. */
  finish(): void {
    if (this.fault !== null) return;
    this.#format?.settle();
    // An item, or a file, behind which there may be another one.
    for (let taken: unknown = null; taken !== this.#format || this.#isResting; ) {
      taken = this.#format;
      this.#isResting = false;
      if (this.#format === null || this.#damage !== null || this.#partial.length === 0) break;
      this.#takePartial(this.#format);
    }
    this.fault = this.#faultAtEnd();
    if (this.#firstDamage === null) return;
    if (this.fault !== null) this.#note(this.fault, true);
    this.fault = this.#firstDamage;
  }

  #faultAtEnd(): FileFault | null {
    const left = this.#partial.length;
    if (this.#offset === 0 && left === 0) {
      return this.#at('an empty file (0 bytes), not a capture', 0);
    }
    if (this.#format === null) return this.#at(refusal(this.#partial.bytes.subarray(0, left)), 0);
    if (this.#damage !== null) {
      const { message, ...place } = this.#damage;
      return { message: `${message}: the file is damaged from here on`, ...place };
    }
    if (this.#zeros > 0) {
      const behind = this.records === 0 ? 'behind its header' : `behind frame ${this.records}`;
      const text = `${this.#zeros} zero bytes stand ${behind}, up to the end: space set aside for frames that were never written`;
      this.#note(this.#at(text, this.#offset - this.#zeros), true);
      return null;
    }
    if (left === 0 && this.#skip === 0) return null;
    return this.#at(this.#cutMessage(left), this.#offset + left);
  }

  #cutMessage(left: number): string {
    const after = this.records === 0 ? 'before its first frame' : `after frame ${this.records}`;
    const wanted =
      this.#skip > 0 ? 'more' : `${(this.#format?.wanted ?? left + 1) - left} more bytes`;
    return `the file is cut off ${after}: ${wanted} were announced; what came before was read`;
  }

  #at(message: string, offset: number): FileFault {
    return { message, offset, frames: this.records };
  }

  #note(fault: FileFault, isUnsound: boolean): void {
    if (this.notes.length < MAX_NOTES) this.notes.push({ ...fault, isUnsound });
  }

  /** Takes what it can of `chunk` from `pos` on; returns up to where that is. */
  #step(chunk: Uint8Array, pos: number): number {
    const format = this.#format ?? this.#detect(chunk, pos);
    if (format === null) return chunk.length;
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, chunk.length - pos);
      this.#skip -= passed;
      this.#offset += passed;
      return pos + passed;
    }
    if (this.#partial.length > 0) {
      const missing = Math.max(0, format.wanted - this.#partial.length);
      const taken = this.#partial.fill(this.#partial.length + missing, chunk, pos, chunk.length);
      if (taken === missing) {
        if (this.#damage === null) this.#takePartial(format);
        else this.#partial.drop(this.#seek(format, this.#partial.bytes, 0, this.#partial.length));
      }
      return pos + taken;
    }
    if (this.#zeros > 0) {
      const end = this.#passZeros(chunk, pos, chunk.length);
      if (end < chunk.length) this.#partial.append(OWN_ZEROS, 0, OWN_ZEROS.length);
      return end;
    }
    const next =
      this.#damage === null
        ? this.#take(format, chunk, pos, chunk.length)
        : this.#seek(format, chunk, pos, chunk.length);
    if (this.#isResting) return next;
    this.#partial.append(chunk, next, chunk.length);
    return chunk.length;
  }

  #takePartial(format: CaptureFormat): void {
    const partial = this.#partial;
    partial.drop(this.#take(format, partial.bytes, 0, partial.length));
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, partial.length);
      this.#skip -= passed;
      this.#offset += passed;
      partial.drop(passed);
    }
    if (this.#zeros > 0) {
      const end = this.#passZeros(partial.bytes, 0, partial.length);
      partial.drop(end < partial.length ? end - OWN_ZEROS.length : end);
    }
  }

  /** Takes whole items; returns where it stopped, which `#offset` is by then. */
  #take(format: CaptureFormat, bytes: Uint8Array, start: number, end: number): number {
    const base = this.#offset - start;
    let next: number;
    this.#isResting = true;
    try {
      next = format.take(bytes, start, end, base);
    } catch (damage) {
      if (!(damage instanceof Damage)) throw damage;
      this.#damage = this.#at(damage.message, damage.offset);
      // What is found must lie behind it.
      this.#offset = damage.offset + 1;
      format.wanted = 1;
      return this.#offset - base;
    }
    this.#offset = base + next;
    if (format.skip > 0) {
      this.#skip = format.skip;
      format.skip = 0;
    } else if (format.next === 'file') {
      this.#startFile(bytes, next, end);
    } else if (format.next === 'zeros') {
      format.next = 'item';
      this.#zeros = 1;
      this.#offset++;
      next++;
    } else {
      this.#isResting = false;
    }
    return next;
  }

  /** Another file begins behind the one before it, or behind damage. */
  #startFile(bytes: Uint8Array, start: number, end: number): void {
    const behind = this.records === 0 ? 'before any frame' : `behind frame ${this.records}`;
    const text = `another capture starts ${behind}, as where files are put one after another; it is read as part of this one`;
    this.#note(this.#at(text, this.#offset), false);
    this.#format = detectFormat(
      bytes.subarray(start, end),
      this.#record,
      this.#sink,
      this.#onSecrets,
    );
  }

  /** Where the first byte stands that is no zero: the end of these where there is none. */
  #passZeros(bytes: Uint8Array, start: number, end: number): number {
    let pos = start;
    while (pos < end && bytes[pos] === 0) pos++;
    this.#zeros += pos - start;
    this.#offset += pos - start;
    if (pos < end) {
      const text = `${this.#zeros} zero bytes stand where frame ${this.records + 1} should start`;
      this.#damage = this.#at(text, this.#offset - this.#zeros);
      this.#format!.wanted = 1;
      this.#zeros = 0;
      this.#offset -= OWN_ZEROS.length;
    }
    return pos;
  }

  /** Searches for the end of damage; returns up to where there is none. */
  #seek(format: CaptureFormat, bytes: Uint8Array, start: number, end: number): number {
    const found = format.seek(bytes, start, end);
    const to = found ?? format.soughtTo;
    this.#offset += to - start;
    this.#isResting = found !== null;
    if (found !== null) {
      format.wanted = 1;
      this.#endDamage();
    }
    return to;
  }

  #endDamage(): void {
    const { message, offset, frames } = this.#damage!;
    const passed = this.#offset - offset!;
    const text = `${message}: ${passed} bytes are damaged, and reading went on at byte ${this.#offset}`;
    const damage = { message: text, offset, frames };
    if (this.#firstDamage === null) this.#firstDamage = damage;
    else this.#note(damage, true);
    this.#damage = null;
  }

  /** The format, once there are enough bytes to tell it; throws what they are instead. */
  #detect(chunk: Uint8Array, pos: number): CaptureFormat | null {
    const head = new ByteQueue();
    head.append(this.#partial.bytes, 0, this.#partial.length);
    head.append(chunk, pos, Math.min(chunk.length, pos + LOOK_BYTES));
    const bytes = head.bytes.subarray(0, head.length);
    if (bytes.length >= MAGIC_BYTES) {
      this.#format = detectFormat(bytes, this.#record, this.#sink, this.#onSecrets);
    }
    if (this.#format !== null) return this.#format;
    if (bytes.length >= LOOK_BYTES) throw new CaptureFault(refusal(bytes), 0);
    this.#partial.append(chunk, pos, chunk.length);
    return null;
  }
}
