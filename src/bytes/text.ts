const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 to text; what is not valid becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return LENIENT.decode(bytes);
}

export function isValidText(bytes: Uint8Array): boolean {
  try {
    STRICT.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Units that `String.fromCharCode` takes at once: its arguments live on the stack. */
const SLICE = 0x2000;

/** Text of its UTF-16 units. */
export function textOfUnits(units: Uint8Array | Uint16Array): string {
  let text = '';
  for (let at = 0; at < units.length; at += SLICE) {
    text += String.fromCharCode(...units.subarray(at, at + SLICE));
  }
  return text;
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(textOfUnits(bytes));
}

/**
 * What a terminal would act on rather than show: C0 and C1 controls, DEL, line and paragraph
 * separators, and the marks that reorder or hide text (bidi controls, zero-width, BOM, tags);
 * and what is no character: U+FFFE, U+FFFF, half of a surrogate pair.
 */
const UNSAFE =
  /[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** Nothing to escape, found out ten times as fast. */
export const PRINTABLE_ASCII = /^[ -~]*$/;

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };

/** Text from the wire or the command line, made safe to print: unsafe characters become escapes. */
export function escapeText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(UNSAFE, (c) => {
    const code = c.codePointAt(0)!;
    return NAMED[c] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 1)}}`);
  });
}

/** JSON text is safe already below U+0020; this escapes the rest of what a terminal acts on. */
export function escapeJson(json: string): string {
  if (PRINTABLE_ASCII.test(json)) return json;
  return json.replace(UNSAFE, (c) =>
    Array.from({ length: c.length }, (_, i) => `\\u${hex(c.charCodeAt(i), 4)}`).join(''),
  );
}

/** Bytes as two digits each: "ff 00". */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => hex(byte, 2)).join(' ');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
