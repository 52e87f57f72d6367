import type { InflateRaw } from 'node:zlib';
import { crc32 as ownCrc32 } from '../bytes/crc32.ts';
import { InputError, ReadToEnd } from './input-error.ts';
import type { Interrupt } from './interrupt.ts';
import { plain } from './plain.ts';

const FIXED_HEADER_BYTES = 10;
const HAS_HEADER_CRC = 0x02;
const HAS_EXTRA = 0x04;
const HAS_NAME = 0x08;
const HAS_COMMENT = 0x10;
/** CRC-32 and length of what was packed. */
const TRAILER_BYTES = 8;
/** What a header may have at most: 64 KiB of extra fields, a name and a comment. */
const MAX_HEADER_BYTES = 1024 * 1024;

/**
 * Gzip (RFC 1952), several members one after another too:
 *
 *   1f 8b  u8 method  u8 flags  u32 time  u8 extra flags  u8 system  [extra]  [name]  [comment]  [u16 CRC]
 *   deflated data  u32 CRC-32  u32 length      (little-endian)
 *
 * Not `createGunzip`: it throws away what it has unpacked when only the trailer is wrong, or something stands behind
 * it. Of damaged data the piece is lost in which the damage lies: Node hands out nothing of it.
 *
 * @param chunkBytes  to unpack at a time
 */
export async function* gunzip(
  packed: AsyncIterable<Uint8Array>,
  interrupt: Interrupt | null,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  const {
    createInflateRaw,
    crc32 = (bytes: Uint8Array, before?: number) => ownCrc32Of(bytes, before),
  } = await import('node:zlib');
  const pieces = packed[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  /** Of the file, where `rest` ends. */
  let offset = 0;
  const more = async (): Promise<boolean> => {
    const next = await pieces.next();
    if (next.done) return false;
    rest = rest.length === 0 ? next.value : plain(Buffer.concat([rest, next.value]));
    offset += next.value.length;
    return true;
  };
  /** What is wrong with the trailers. */
  const wrong: string[] = [];
  for (let members = 0; ; members++) {
    let header = headerBytes(rest);
    while (header === null) {
      if (!(await more())) {
        if (members > 0 && rest.every((byte) => byte === 0)) break;
        if (interrupt?.requested) return;
        throw damaged('gzip', offset, 'unexpected end of file');
      }
      header = rest.length > MAX_HEADER_BYTES ? -1 : headerBytes(rest);
    }
    if (header === null) break;
    if (header < 0) {
      if (members === 0) throw damaged('gzip', offset, 'incorrect header check');
      const start = offset - rest.length;
      let isZero = rest.every((byte) => byte === 0);
      for (rest = rest.subarray(rest.length); await more(); rest = rest.subarray(rest.length)) {
        isZero &&= rest.every((byte) => byte === 0);
      }
      // Some media are filled up so.
      if (!isZero) wrong.push(`${offset - start} bytes stand behind it that are no gzip data`);
      break;
    }
    rest = rest.subarray(header);
    const inflater = new Inflater(createInflateRaw({ chunkSize: chunkBytes }));
    let crc = 0;
    let length = 0;
    for (let isOver = false; !isOver; ) {
      if (rest.length === 0 && !(await more())) {
        if (interrupt?.requested) return;
        await inflater.end();
        yield* inflater.unpacked.splice(0);
        throw damaged('gzip', offset, inflater.failure?.message ?? 'unexpected end of file');
      }
      const used = await inflater.write(rest);
      for (const chunk of inflater.unpacked.splice(0)) {
        crc = crc32(chunk, crc);
        length = (length + chunk.length) >>> 0;
        yield chunk;
      }
      if (inflater.failure !== null) {
        throw damaged('gzip', offset - rest.length, inflater.failure.message);
      }
      isOver = used < rest.length;
      rest = rest.subarray(used);
    }
    while (rest.length < TRAILER_BYTES && (await more()));
    if (rest.length < TRAILER_BYTES) {
      if (interrupt?.requested) return;
      throw damaged('gzip', offset, 'unexpected end of file');
    }
    const view = new DataView(rest.buffer, rest.byteOffset, TRAILER_BYTES);
    if (view.getUint32(0, true) !== crc) wrong.push('its checksum is wrong');
    else if (view.getUint32(4, true) !== length) wrong.push('the length that it tells is wrong');
    rest = rest.subarray(TRAILER_BYTES);
  }
  if (wrong.length > 0) {
    throw new ReadToEnd(`all of the gzip data was read, but ${[...new Set(wrong)].join(', and ')}`);
  }
}

/** Of a member's header; null where that is to come, negative where it is none. */
function headerBytes(bytes: Uint8Array): number | null {
  if ((bytes[0] ?? 0x1f) !== 0x1f || (bytes[1] ?? 0x8b) !== 0x8b || (bytes[2] ?? 8) !== 8)
    return -1;
  if (bytes.length < FIXED_HEADER_BYTES) return null;
  const flags = bytes[3]!;
  let at = FIXED_HEADER_BYTES;
  if ((flags & HAS_EXTRA) !== 0) {
    if (bytes.length < at + 2) return null;
    at += 2 + (bytes[at]! | (bytes[at + 1]! << 8));
  }
  for (const text of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & text) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return null;
    at = end + 1;
  }
  if ((flags & HAS_HEADER_CRC) !== 0) at += 2;
  return bytes.length < at ? null : at;
}

/** A stream that is written to piece by piece: one that is piped into a loop throws away what it has when it fails. */
class Inflater {
  readonly unpacked: Uint8Array[] = [];
  failure: Error | null = null;
  readonly #stream: InflateRaw;
  #settled = () => {};

  constructor(stream: InflateRaw) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.unpacked.push(plain(chunk)));
    stream.on('error', (error) => {
      this.failure ??= error;
      this.#settled();
    });
  }

  /** How many of the bytes belonged to the data: all, unless it has ended. */
  async write(bytes: Uint8Array): Promise<number> {
    const before = this.#stream.bytesWritten;
    await this.#settle((done) => this.#stream.write(bytes, () => done()));
    return this.#stream.bytesWritten - before;
  }

  async end(): Promise<void> {
    await this.#settle((done) => this.#stream.once('end', done).end());
  }

  /** A write's callback does not come when the write fails; the error does. */
  #settle(step: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      this.#settled = resolve;
      step(resolve);
    });
  }
}

/** For Node before 20.15, which has none of its own. */
function ownCrc32Of(bytes: Uint8Array, before = 0): number {
  return ownCrc32(bytes, 0, bytes.length, before);
}

export function damaged(format: string, offset: number, why: string): InputError {
  return new InputError(
    `the ${format} data is cut off or damaged near byte ${offset} of the file (${why}); what came before was read`,
  );
}
