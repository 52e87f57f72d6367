import { eastAsianWidth } from 'get-east-asian-width';
import { escapeText, PRINTABLE_ASCII } from '../bytes/text.ts';
import { count } from './count.ts';
import type { Layout } from './renderer.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** The width it may be cut to, with …, when the terminal is too narrow; without it, none is cut. */
  readonly min?: number;
  /** Cut at the start instead: the end is what tells the cells apart. */
  readonly keepEnd?: boolean;
  /** Left out where even the least widths do not fit: the highest first. */
  readonly drop?: number;
}

const GAP = 2;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** A table without lines, whose columns fit the layout's width if it has one. Cells are escaped. */
export async function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  layout: Layout,
): Promise<string> {
  // Loaded only when a table is drawn: it would delay every start.
  const { default: Table } = await import('cli-table3');
  const shown = fitting(columns, rows, layout.width);
  const cells = rows.map((row) =>
    shown.map(({ column, index, width }) => {
      const cell = escapeText(row[index]!);
      return column.keepEnd && cell.length > width ? `…${cell.slice(1 - width)}` : cell;
    }),
  );
  const titles = shown.map(({ column }) => layout.style.bold(column.title));
  const texts: string[] = [];
  for (let from = 0; from === 0 || from < cells.length; from += TABLE_ROWS) {
    const table = new Table({
      chars: NO_LINES,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
      head: from === 0 ? titles : [],
      colWidths: shown.map(({ width }) => width + GAP),
      colAligns: shown.map(({ column }) => column.align ?? 'left'),
    });
    table.push(...cells.slice(from, from + TABLE_ROWS));
    const lines = table.toString().split('\n');
    texts.push(...lines.map((line) => `${line.trimEnd()}\n`));
  }
  return texts.join('');
}

/** Rows laid out at a time: the library's work grows with the square of them. */
const TABLE_ROWS = 200;

/** The last line of a list that is cut; empty where nothing is left out. */
export function restText(rest: number, noun: string): string {
  return rest === 0 ? '' : `… and ${count(rest, `more ${noun}`)} (--all shows them)\n`;
}

interface Shown {
  readonly column: Column;
  /** Of the column among all. */
  readonly index: number;
  width: number;
}

/** The columns that fit, as wide as their cells or as they may be. */
function fitting(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  limit: number | null,
): Shown[] {
  const all = columns.map((column, index): Shown => {
    const widths = rows.map((row) => widthOf(escapeText(row[index]!)));
    const width = widths.reduce((most, one) => Math.max(most, one), column.title.length);
    return { column, index, width };
  });
  if (limit === null) return all;
  let shown = all;
  while (totalWidth(shown, leastWidth) > limit) {
    const last = shown.reduce((a, b) => ((b.column.drop ?? 0) > (a.column.drop ?? 0) ? b : a));
    if (last.column.drop === undefined) break;
    shown = shown.filter((one) => one !== last);
  }
  for (let excess = totalWidth(shown) - limit; excess > 0; excess = totalWidth(shown) - limit) {
    const cuttable = shown.filter((one) => one.width > leastWidth(one));
    if (cuttable.length === 0) break;
    const widest = cuttable.reduce((a, b) => (b.width > a.width ? b : a));
    widest.width = Math.max(leastWidth(widest), widest.width - Math.ceil(excess / 2));
  }
  return shown;
}

function leastWidth({ column, width }: Shown): number {
  return Math.min(width, column.min ?? width);
}

function totalWidth(shown: readonly Shown[], width = (one: Shown) => one.width): number {
  return shown.reduce((sum, one) => sum + width(one) + GAP, -GAP);
}

/** A column of data is lined up as far as this; a wider cell pushes what follows it. */
const MAX_ALIGNED = 60;

/** Rows of any number, lined up and not cut but for the terminal's width. Cells are escaped. */
export function dataTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  isNumber: readonly boolean[],
  layout: Layout,
): string {
  const lines = [titles, ...rows].map((row) => row.map(escapeText));
  const widths = titles.map(() => 0);
  for (const line of lines) {
    for (const [i, cell] of line.entries()) {
      const width = Math.min(MAX_ALIGNED, widthOf(cell));
      if (width > widths[i]!) widths[i] = width;
    }
  }
  let text = '';
  for (const [number, line] of lines.entries()) {
    const cells = line.map((cell, i) => {
      const blank = ' '.repeat(Math.max(0, widths[i]! - widthOf(cell)));
      return isNumber[i] ? blank + cell : cell + blank;
    });
    const whole = cut(cells.join(' '.repeat(GAP)), layout.width).trimEnd();
    text += `${number === 0 ? layout.style.bold(whole) : whole}\n`;
  }
  return text;
}

/** One line of a table that is printed as it comes: fixed columns, then one of any length. */
export function streamLine(
  cells: readonly string[],
  widths: readonly number[],
  aligns: readonly ('left' | 'right')[],
  layout: Layout,
): string {
  const last = cells.length - 1;
  let line = '';
  for (let i = 0; i < last; i++) {
    const cell = escapeText(cells[i]!);
    line += `${aligns[i] === 'right' ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)}  `;
  }
  return `${cut(line + escapeText(cells[last]!), layout.width).trimEnd()}\n`;
}

/** Columns that text takes on a terminal: most characters one, East Asian wide ones and emoji two. */
function widthOf(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Marks that stand on the character before them. */
const COMBINING = /^\p{M}$/u;

function characterWidth(character: string): number {
  return COMBINING.test(character) ? 0 : eastAsianWidth(character.codePointAt(0)!);
}

export function cut(line: string, width: number | null): string {
  if (width === null || widthOf(line) <= width) return line;
  let out = '';
  let used = 0;
  for (const character of line) {
    used += characterWidth(character);
    if (used > width - 1) break;
    out += character;
  }
  return `${out}…`;
}

/** Columns of sentences where no terminal says how wide it is. */
const PROSE_WIDTH = 80;

/** How wide sentences may be that nobody but people reads. */
export function proseWidth({ width }: Layout): number {
  return width ?? PROSE_WIDTH;
}

/** Folds text into lines of the layout's width, each behind `indent`; one line where there is none. */
export function fold(text: string, indent: string, width: number | null): string {
  const limit = (width ?? Number.POSITIVE_INFINITY) - indent.length;
  let out = '';
  let line = '';
  for (const word of escapeText(text).split(' ')) {
    if (line.length > 0 && line.length + 1 + word.length > limit) {
      out += `${indent}${line}\n`;
      line = word;
    } else {
      line += line.length === 0 ? word : ` ${word}`;
    }
  }
  return `${out}${indent}${line}\n`;
}

/** Text behind a label, folded so that it stays clear of it. */
export function hang(label: string, text: string, width: number | null): string {
  return label + fold(text, ' '.repeat(label.length), width).slice(label.length);
}
