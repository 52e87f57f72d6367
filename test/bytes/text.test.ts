import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText, escapeJson, escapeText, isValidText, toBase64 } from '../../src/bytes/text.ts';
import { ascii, counting, hex } from '../build/bytes.ts';

describe('decodeText', () => {
  test.each([
    ['UTF-8', hex('c3a9'), 'é', true],
    ['an empty text', hex(''), '', true],
    ['a byte order mark, which stays', hex('efbbbf 41'), '\ufeffA', true],
    ['Latin-1, which is not UTF-8', hex('e9'), '\ufffd', false],
    ['a character cut short', hex('41 e282'), 'A\ufffd', false],
    ['an overlong NUL', hex('c080'), '\ufffd\ufffd', false],
    ['a surrogate', hex('eda080'), '\ufffd\ufffd\ufffd', false],
  ])('%s', (_, bytes, text, valid) => {
    expect(decodeText(bytes)).toBe(text);
    expect(isValidText(bytes)).toBe(valid);
  });
});

describe('toBase64', () => {
  test.each([
    [ascii(''), ''],
    [ascii('a'), 'YQ=='],
    [ascii('ab'), 'YWI='],
    [hex('00ff80'), 'AP+A'],
  ])('%s is %s', (bytes, text) => {
    expect(toBase64(bytes)).toBe(text);
  });

  test.each([8191, 8192, 8193, 100_000])('of %i bytes is what Node makes of them', (length) => {
    const bytes = counting(length);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });
});

describe('escapeText', () => {
  test.each([
    ['plain text', 'SELECT "é€😀" \\ 1', 'SELECT "é€😀" \\ 1'],
    ['white space', 'a\n\r\t\0b', 'a\\n\\r\\t\\0b'],
    ['escape and DEL', '\x1b[31m\x7f', '\\x1b[31m\\x7f'],
    ['C1 controls', '\x9b31m', '\\x9b31m'],
    ['line separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['bidi controls', '\u202eabc\u2066', '\\u{202e}abc\\u{2066}'],
    ['zero width and BOM', '\u200b\ufeff', '\\u{200b}\\u{feff}'],
    ['the Arabic letter mark', '\u061c', '\\u{61c}'],
    ['tag characters', '\u{e0041}', '\\u{e0041}'],
  ])('%s', (_, text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
  });
});

describe('escapeJson', () => {
  test.each([
    ['DEL and C1 controls', '"\x7f\x9b"', '"\\u007f\\u009b"'],
    ['bidi controls', '"\u202e"', '"\\u202e"'],
    ['tag characters, as two halves', '"\u{e0041}"', '"\\udb40\\udc41"'],
    ['nothing to do', '{"é":"😀"}', '{"é":"😀"}'],
  ])('%s', (_, json, escaped) => {
    expect(escapeJson(json)).toBe(escaped);
  });

  test('any text comes out of the JSON as it went in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0x10_ffff)), (codePoints) => {
        const text = String.fromCodePoint(...codePoints);
        expect(JSON.parse(escapeJson(JSON.stringify(text)))).toBe(text);
      }),
      { seed: 1 },
    );
  });
});
