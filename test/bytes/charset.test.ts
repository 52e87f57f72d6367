import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Charset, charsetNamed, UTF8 } from '../../src/bytes/charset.ts';
import { amid, ascii, concat, hex, u8 } from '../build/bytes.ts';

interface Mappings {
  bytes: Record<string, string>;
  leads: Record<string, string>;
}
/** What the servers make of every code; the file says how it was read off. */
const SERVERS: Mappings = JSON.parse(
  readFileSync(new URL('charsets.json', import.meta.url), 'utf8'),
);
const UNICODE = ['binary', 'ucs2', 'utf16', 'utf16le', 'utf32', 'utf8mb3', 'utf8mb4'];
const ALL = [...Object.keys(SERVERS.bytes), ...UNICODE];

/** The four letters of swe7 and others that stand where ASCII has punctuation. */
const SWE7: Record<number, string> = {
  64: 'É',
  91: 'Ä',
  92: 'Ö',
  93: 'Å',
  94: 'Ü',
  96: 'é',
  123: 'ä',
  124: 'ö',
  125: 'å',
  126: 'ü',
  127: '\ufffd',
};

function charset(name: string): Charset {
  const found = charsetNamed(name);
  if (found === null) throw new Error(`no charset ${name}`);
  return found;
}

/** The text of these bytes and nothing else, and whether they are valid. */
function read(name: string, bytes: Uint8Array): [text: string, valid: boolean] {
  const { bytes: all, start, end } = amid(bytes);
  const of = charset(name);
  return [of.decode(all, start, end), of.isValid(all, start, end)];
}

/** The one character of a code, or null if it has none. */
function character(name: string, ...code: number[]): string | null {
  const [text, valid] = read(name, u8(...code));
  return valid && [...text].length === 1 ? text : null;
}

describe('as the servers have it', () => {
  test.each(Object.keys(SERVERS.bytes))('every byte of %s', (name) => {
    for (let byte = 0; byte < 0x80; byte++) {
      const expected = (name === 'swe7' && SWE7[byte]) || String.fromCharCode(byte);
      expect(read(name, u8(byte))).toEqual([expected, expected !== '\ufffd']);
    }
    // The platform's decoder has 0x80 of gb18030 as a euro sign.
    for (let byte = name === 'gb18030' ? 0x81 : 0x80; byte < 0x100; byte++) {
      const expected = SERVERS.bytes[name]![byte - 0x80]!;
      expect(read(name, u8(byte))).toEqual([expected, expected !== '\ufffd']);
    }
  });

  /** Rows of gb18030 in which the editions of 2005 and 2022 differ. */
  const EDITIONS = ['a3', 'a6', 'fe'];

  test.each(Object.entries(SERVERS.leads))('every longer code of %s', (name, leads) => {
    const expected = new Map(leads.split(' ').map((row) => row.split(':') as [string, string]));
    if (name === 'gb18030') for (const lead of EDITIONS) expected.delete(lead);
    const rows: number[][] = [];
    for (let lead = 0x80; lead < 0x100; lead++) rows.push([lead], [0x8f, lead]);
    for (const row of rows) {
      const key = Buffer.from(row).toString('hex');
      if (row.length === 1 && SERVERS.bytes[name]![row[0]! - 0x80] !== '\ufffd') continue;
      if (row.length === 2 && !name.startsWith('uj') && name !== 'eucjpms') continue;
      if (name === 'gb18030' && EDITIONS.includes(key)) continue;
      const characters = Array.from({ length: 256 }, (_, trail) => character(name, ...row, trail));
      const digest = expected.get(key);
      if (digest === undefined) expect(characters.filter((c) => c !== null)).toEqual([]);
      else expect([key, sha1(characters.map((c) => c ?? '\0').join(''))]).toEqual([key, digest]);
    }
  });

  function sha1(text: string): string {
    return createHash('sha1').update(text).digest('hex').slice(0, 8);
  }

  test('four-byte codes of gb18030', () => {
    expect(read('gb18030', hex('81308130 8431a437 90308130 e3329a35'))).toEqual([
      '\x80\ufffd\u{10000}\u{10ffff}',
      true,
    ]);
    expect(read('gb18030', hex('e3329a36'))[1]).toBe(false);
  });
});

describe('text', () => {
  test.each([
    ['latin1', hex('80 e9 81 ff'), '€é\x81ÿ'],
    ['koi8r', hex('f0d2c9d7c5d4'), 'Привет'],
    ['gbk', hex('d6d0 41 cec4'), '中A文'],
    ['big5', hex('a4a4 a4e5'), '中文'],
    ['sjis', hex('93fa 967b b1 5c'), '日本ｱ\\'],
    ['ujis', hex('c6fc 8eb1 8fb0a1 7e'), '日ｱ丂~'],
    ['euckr', hex('c7d1 8141 b1b9'), '한갂국'],
    ['ucs2', hex('00e9 4e2d d83dde00'), 'é中😀'],
    ['utf16', hex('feff 00e9 d83dde00'), '\ufeffé😀'],
    ['utf16le', hex('e900 3dd800de'), 'é😀'],
    ['utf32', hex('000000e9 0001f600 0000fffd 0010ffff'), 'é😀\ufffd\u{10ffff}'],
    ['utf8mb3', hex('c3a9 f09f9880'), 'é😀'],
    ['binary', hex('c3a9'), 'é'],
  ])('in %s', (name, bytes, text) => {
    expect(read(name, bytes)).toEqual([text, true]);
  });

  test.each([
    ['ascii', hex('41 80'), 'A\ufffd'],
    ['cp1250', hex('81'), '\ufffd'],
    ['gbk', hex('d6'), '\ufffd'],
    ['gbk', hex('a241 42'), '\ufffdAB'],
    ['gbk', hex('d6 22'), '\ufffd"'],
    ['sjis', hex('8740'), '\ufffd@'],
    ['ujis', hex('8fb0'), '\ufffd'],
    ['ujis', hex('8f 21a1'), '\ufffd!\ufffd'],
    ['euckr', hex('ffff 41'), '\ufffdA'],
    ['utf16', hex('0041 d83d'), 'A\ufffd'],
    ['utf16', hex('0041 42'), 'A\ufffd'],
    ['ucs2', hex('de00'), '\ufffd'],
    ['utf16le', hex('3dd8 4100'), '\ufffdA'],
    ['utf32', hex('00000041 0000d800'), 'A\ufffd'],
    ['utf32', hex('00110000'), '\ufffd'],
    ['utf32', hex('01000041'), '\ufffd'],
    ['utf32', hex('00000041 0000'), 'A\ufffd'],
    ['utf8mb4', hex('e9'), '\ufffd'],
  ])('that is not valid in %s', (name, bytes, text) => {
    expect(read(name, bytes)).toEqual([text, false]);
  });

  test.each(ALL)('of no bytes in %s', (name) => {
    expect(read(name, u8())).toEqual(['', true]);
  });

  test.each(ALL)('longer than the stack in %s', (name) => {
    expect(read(name, new Uint8Array(400_000).fill(0x20))[0].length).toBeGreaterThanOrEqual(1e5);
  });

  test.each(ALL)('of any bytes in %s', (name) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const [text, valid] = read(name, bytes);
        expect(text.length).toBeLessThanOrEqual(bytes.length);
        expect(() => encodeURIComponent(text)).not.toThrow();
        if (!valid) expect(text).toContain('\ufffd');
      }),
      { seed: 1 },
    );
  });

  test.each(Object.keys(SERVERS.bytes))(
    'in %s comes back to step after what is not valid',
    (name) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
          const [text] = read(name, concat(bytes, ascii('  0123456789')));
          expect(text.endsWith('0123456789')).toBe(true);
        }),
        { seed: 1 },
      );
    },
  );
});

describe('charsetNamed', () => {
  test.each(ALL)('knows %s', (name) => {
    expect(charset(name).name).toBe(name);
  });

  test.each([
    ['utf8', 'utf8mb3'],
    ['UTF8MB4', 'utf8mb4'],
    ['Latin1', 'latin1'],
  ])('knows %s as %s', (alias, name) => {
    expect(charset(alias).name).toBe(name);
  });

  test.each(['', 'default', 'constructor', '__proto__', 'utf-8'])('does not know %j', (name) => {
    expect(charsetNamed(name)).toBeNull();
  });

  test('has one UTF-8', () => {
    expect(charsetNamed('utf8mb4')).toBe(UTF8);
  });
});
