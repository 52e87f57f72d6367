import { escapeText } from '../bytes/text.ts';
import type { Layout } from './renderer.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut with … when the terminal is too narrow; others keep their width. */
  readonly flexible?: boolean;
}

const GAP = 2;
/** Even a cut column shows this much. */
const MIN_FLEXIBLE_WIDTH = 8;

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
  const cells = rows.map((row) => row.map(escapeText));
  const widths = columns.map((column, i) =>
    cells.reduce((width, row) => Math.max(width, row[i]!.length), column.title.length),
  );
  shrink(widths, columns, layout.width);
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    head: columns.map(({ title }) => layout.style.bold(title)),
    colWidths: widths.map((width) => width + GAP),
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  table.push(...cells);
  const lines = table.toString().split('\n');
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** Narrows the flexible columns, the widest first, until the table fits. */
function shrink(widths: number[], columns: readonly Column[], limit: number | null): void {
  if (limit === null) return;
  const total = () => widths.reduce((sum, width) => sum + width + GAP, -GAP);
  for (let excess = total() - limit; excess > 0; excess = total() - limit) {
    let widest = -1;
    for (let i = 0; i < widths.length; i++) {
      const canShrink = columns[i]!.flexible && widths[i]! > MIN_FLEXIBLE_WIDTH;
      if (canShrink && (widest < 0 || widths[i]! > widths[widest]!)) widest = i;
    }
    if (widest < 0) return;
    widths[widest] = Math.max(MIN_FLEXIBLE_WIDTH, widths[widest]! - Math.max(1, excess >> 1));
  }
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

export function cut(line: string, width: number | null): string {
  return width === null || line.length <= width ? line : `${line.slice(0, width - 1)}…`;
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
