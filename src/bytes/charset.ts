import { DOUBLE_BYTE, decodeDoubleByte, doubleByteTable } from './charset-double-byte.ts';
import { decodeSingleByte, SINGLE_BYTE, singleByteTable } from './charset-single-byte.ts';
import { decodeText, isValidText, textOfUnits } from './text.ts';

/** A character set under the servers' name for it. */
export interface Charset {
  readonly name: string;
  /** The text of these bytes; what is not valid becomes U+FFFD. */
  decode(bytes: Uint8Array, start: number, end: number): string;
  isValid(bytes: Uint8Array, start: number, end: number): boolean;
}

class Utf8 implements Charset {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  decode(bytes: Uint8Array, start: number, end: number): string {
    return decodeText(bytes.subarray(start, end));
  }

  isValid(bytes: Uint8Array, start: number, end: number): boolean {
    return isValidText(bytes.subarray(start, end));
  }
}

/** Read by the platform's decoder of that label. */
class Platform implements Charset {
  readonly name: string;
  readonly #label: string;
  #lenient: TextDecoder | null = null;

  constructor(name: string, label: string) {
    this.name = name;
    this.#label = label;
  }

  decode(bytes: Uint8Array, start: number, end: number): string {
    this.#lenient ??= new TextDecoder(this.#label, { ignoreBOM: true });
    return this.#lenient.decode(bytes.subarray(start, end));
  }

  isValid(bytes: Uint8Array, start: number, end: number): boolean {
    try {
      new TextDecoder(this.#label, { fatal: true, ignoreBOM: true }).decode(
        bytes.subarray(start, end),
      );
      return true;
    } catch {
      return false;
    }
  }
}

type Decode<Table> = (table: Table, bytes: Uint8Array, start: number, end: number) => string;

/** Read by a table, made when it is first needed; none of them has U+FFFD as a character. */
class Tabled implements Charset {
  readonly name: string;
  readonly #make: (name: string) => Uint16Array;
  readonly #decode: Decode<Uint16Array>;
  #table: Uint16Array | null = null;

  constructor(name: string, make: (name: string) => Uint16Array, decode: Decode<Uint16Array>) {
    this.name = name;
    this.#make = make;
    this.#decode = decode;
  }

  decode(bytes: Uint8Array, start: number, end: number): string {
    this.#table ??= this.#make(this.name);
    return this.#decode(this.#table, bytes, start, end);
  }

  isValid(bytes: Uint8Array, start: number, end: number): boolean {
    return !this.decode(bytes, start, end).includes('\ufffd');
  }
}

const UTF32: Charset = {
  name: 'utf32',
  decode(bytes, start, end) {
    const units = new Uint16Array(Math.ceil((end - start) / 2));
    let count = 0;
    for (let at = start; at < end; at += 4) {
      const point = codePoint(bytes, at, end) ?? 0xfffd;
      if (point > 0xffff) units[count++] = 0xd7c0 + (point >> 10);
      units[count++] = point > 0xffff ? 0xdc00 + (point & 0x3ff) : point;
    }
    return textOfUnits(units.subarray(0, count));
  },
  isValid(bytes, start, end) {
    for (let at = start; at < end; at += 4) {
      if (codePoint(bytes, at, end) === null) return false;
    }
    return true;
  },
};

/** The big-endian code point of four bytes, or null: cut short, beyond Unicode, or half of a pair. */
function codePoint(bytes: Uint8Array, at: number, end: number): number | null {
  if (at + 4 > end || bytes[at] !== 0) return null;
  const point = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  return point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff) ? null : point;
}

/** What text is in unless something says otherwise: the set of every server since 8.0, and of names always. */
export const UTF8: Charset = new Utf8('utf8mb4');

/**
 * All character sets of MySQL 9.7 and MariaDB 10.11. Of gb18030, the platform's decoder has 0x80 as € and
 * 19 codes (0xfe59, 0xa3a0, 0xa6d9 …) as of 2022, where MySQL follows the edition of 2005 and has them for
 * private use. In ucs2 the servers know no surrogate pairs, clients do.
 */
const CHARSETS: ReadonlyMap<string, Charset> = new Map(
  [
    UTF8,
    new Utf8('utf8mb3'),
    new Utf8('binary'),
    new Platform('ucs2', 'utf-16be'),
    new Platform('utf16', 'utf-16be'),
    new Platform('utf16le', 'utf-16le'),
    UTF32,
    new Platform('gb18030', 'gb18030'),
    ...SINGLE_BYTE.map((name) => new Tabled(name, singleByteTable, decodeSingleByte)),
    ...DOUBLE_BYTE.map((name) => new Tabled(name, doubleByteTable, decodeDoubleByte)),
  ].map((charset): [string, Charset] => [charset.name, charset]),
);

/** The character set that a statement or a collation calls so; null if the servers have none. */
export function charsetNamed(name: string): Charset | null {
  const lower = name.toLowerCase();
  return CHARSETS.get(lower === 'utf8' ? 'utf8mb3' : lower) ?? null;
}
