import { type Charset, UTF8 } from './charset.ts';
import { DecodeFault } from './fault.ts';
import { toBase64 } from './text.ts';

const NO_BYTES = new Uint8Array(0);

/** A run of bytes inside a larger array: valid only while that array is. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Bounded reads in wire order over one message. `aim` points it at the next message, so that one
 * cursor serves a whole capture without an allocation per packet. Every read names its field and
 * throws a `DecodeFault` rather than cross the message's end. Integers are little-endian, as
 * everywhere in the MySQL protocol, unless a read's name ends in `be`.
 */
export class Cursor {
  bytes: Uint8Array = NO_BYTES;
  pos = 0;
  end = 0;
  /** What text is in where a read does not say: UTF-8 until somebody sets it for this message. */
  charset: Charset = UTF8;
  /** Fields whose text was not valid in its character set: the name and the bytes in base64. */
  readonly invalidText: [field: string, base64: string][] = [];
  #start = 0;
  #missing = 0;
  #lastIsInvalid = false;
  #view: DataView = new DataView(NO_BYTES.buffer);

  /** @param missing  bytes by which the message goes on behind `end`, where nobody has them */
  aim(bytes: Uint8Array, start: number, end: number, missing = 0): this {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#start = start;
    this.pos = start;
    this.end = end;
    this.#missing = missing;
    this.charset = UTF8;
    this.invalidText.length = 0;
    this.#lastIsInvalid = false;
    return this;
  }

  /** Bytes of the message already read. */
  get offset(): number {
    return this.pos - this.#start;
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.end - this.pos;
  }

  /** Bytes not yet read, those included that nobody has. */
  get restLength(): number {
    return this.left + this.#missing;
  }

  /** Moves past `length` bytes and returns where they began. */
  #take(field: string, length: number): number {
    const at = this.pos;
    // A count from the wire may have become negative on the way; that would move backwards.
    if (!(length >= 0 && length <= this.end - at)) {
      throw new DecodeFault(field, at - this.#start, length, this.end - at);
    }
    this.pos = at + length;
    return at;
  }

  u8(field: string): number {
    return this.bytes[this.#take(field, 1)]!;
  }

  u16(field: string): number {
    return this.#view.getUint16(this.#take(field, 2), true);
  }

  u24(field: string): number {
    const at = this.#take(field, 3);
    return this.bytes[at]! | (this.bytes[at + 1]! << 8) | (this.bytes[at + 2]! << 16);
  }

  /** Big-endian, as in TLS. */
  u16be(field: string): number {
    return this.#view.getUint16(this.#take(field, 2), false);
  }

  u32(field: string): number {
    return this.#view.getUint32(this.#take(field, 4), true);
  }

  /** An unsigned 64-bit integer; a bigint only beyond 2^53-1. */
  u64(field: string): number | bigint {
    const value = this.#view.getBigUint64(this.#take(field, 8), true);
    return value <= 0x1f_ffff_ffff_ffffn ? Number(value) : value;
  }

  /** A signed 64-bit integer; a bigint only beyond ±(2^53-1). */
  i64(field: string): number | bigint {
    const value = this.#view.getBigInt64(this.#take(field, 8), true);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  f32(field: string): number {
    const value = this.#view.getFloat32(this.#take(field, 4), true);
    // The shortest decimal that is this float: the double beside it would show digits nobody sent.
    for (let digits = 1; digits <= 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) return short;
    }
    return value;
  }

  f64(field: string): number {
    return this.#view.getFloat64(this.#take(field, 8), true);
  }

  /** A length-encoded integer (page_protocol_basic_dt_integers); NULL (0xfb) and 0xff are faults. */
  lenenc(field: string): number | bigint {
    const first = this.u8(field);
    if (first < 0xfb) return first;
    if (first === 0xfc) return this.u16(field);
    if (first === 0xfd) return this.u24(field);
    if (first === 0xfe) return this.u64(field);
    throw new DecodeFault(field, this.pos - 1 - this.#start, 1, 0);
  }

  /** A length-encoded integer that counts bytes or items, so a number. */
  length(field: string): number {
    return Number(this.lenenc(field));
  }

  skip(field: string, length: number): void {
    this.#take(field, length);
  }

  /** The next `length` bytes as a borrowed span. */
  span(field: string, length: number): Span {
    const start = this.#take(field, length);
    return { bytes: this.bytes, start, end: this.pos };
  }

  text(field: string, length: number, charset = this.charset): string {
    const start = this.#take(field, length);
    const text = charset.decode(this.bytes, start, this.pos);
    this.#lastIsInvalid = text.includes('\ufffd') && !charset.isValid(this.bytes, start, this.pos);
    if (this.#lastIsInvalid) {
      this.invalidText.push([field, toBase64(this.bytes.subarray(start, this.pos))]);
    }
    return text;
  }

  /** The bytes in base64 of the text read last, if they were not valid, for a place beside that text. */
  takeInvalid(): string | null {
    if (!this.#lastIsInvalid) return null;
    this.#lastIsInvalid = false;
    return this.invalidText.pop()![1];
  }

  /** Bytes up to the next NUL; a missing NUL is a fault. Reads nothing. */
  nulLength(field: string): number {
    const length = this.#untilNul();
    if (length === this.left) {
      throw new DecodeFault(field, this.pos - this.#start, length + 1, length);
    }
    return length;
  }

  /** Text up to a NUL, which is consumed; a missing NUL is a fault. */
  nulText(field: string): string {
    const text = this.text(field, this.nulLength(field));
    this.pos++;
    return text;
  }

  /** Text up to a NUL, or to the message's end where some senders leave the NUL out. */
  nulOrRestText(field: string): string {
    // In a message that was cut, its end says nothing about where the text ends.
    const text = this.text(field, this.#missing > 0 ? this.nulLength(field) : this.#untilNul());
    if (this.left > 0) this.pos++;
    return text;
  }

  #untilNul(): number {
    let nul = this.pos;
    while (nul < this.end && this.bytes[nul] !== 0) nul++;
    return nul - this.pos;
  }

  lenencText(field: string, charset = this.charset): string {
    return this.text(field, this.length(field), charset);
  }

  restText(field: string): string {
    return this.text(field, this.left);
  }

  /** A field of unknown length that must not be left out: at least a byte of it, which is not read. */
  begins(field: string): void {
    if (this.left === 0) throw new DecodeFault(field, this.offset, 1, 0);
  }

  /** What a message ends with whose fields are all read: bytes that are left over are a fault. */
  ends(): void {
    const { left } = this;
    if (left === 0 || this.#missing > 0) return;
    throw new DecodeFault(
      `${left} ${left === 1 ? 'byte' : 'bytes'} left over`,
      this.offset,
      0,
      left,
    );
  }
}
