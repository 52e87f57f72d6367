import type { Layout, Style } from '../../src/report/renderer.ts';

const same = (text: string) => text;

const ansi = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;

const COLOURED: Style = {
  bold: ansi(1),
  red: ansi(31),
  yellow: ansi(33),
  green: ansi(32),
  cyan: ansi(36),
};

const PLAIN: Style = {
  bold: same,
  red: same,
  yellow: same,
  green: same,
  cyan: same,
};

export const plain = (width: number | null): Layout => ({ style: PLAIN, width, all: false });
export const coloured: Layout = { style: COLOURED, width: null, all: false };

/** Terminal columns of a text without controls: East Asian wide characters and emoji take two. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const isWide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      (code >= 0x20000 && code <= 0x3fffd);
    columns += isWide ? 2 : 1;
  }
  return columns;
}

/** The lines that do not fit. */
export function tooWide(text: string, width: number): string[] {
  return text.split('\n').filter((line) => columnsOf(line) > width);
}

/** A view's text without what every table ends with: the capture and its quality. */
export function body(text: string): string {
  return text.slice(0, text.lastIndexOf('\nCapture: '));
}
