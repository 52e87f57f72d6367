import { captureText } from './capture-text.ts';
import type { OutputRecord } from './records.ts';
import type { Layout, Renderer } from './renderer.ts';
import { dataTable, fold } from './table.ts';
import { valueText } from './value-text.ts';

/** Each result set as a table of its own, under the statement that it answers. */
export function resultTable(layout: Layout): Renderer {
  let separator = '';
  return {
    start: () => '',
    record(record) {
      const { connection, frame, sql, rowCount, complete } = record;
      const rows = record.rows as unknown[][];
      const title = `connection ${connection}, frame ${frame}: ${sql ?? 'statement not captured'}`;
      const count = rowCount as number;
      const isUnknown = record.columns === null && rows.length === 0 && count > 0;
      const text = [
        separator,
        layout.style.bold(fold(title, '', layout.width).trimEnd()),
        '\n',
        valuesTable(record, rows, layout),
        `${count} row${count === 1 ? '' : 's'}`,
        isUnknown ? ', not decoded: no column definitions' : notKept(count - rows.length),
        complete ? '\n' : '; more may be missing from the capture\n',
      ].join('');
      separator = '\n';
      return text;
    },
    finish: (report) => separator + captureText(report, layout),
  };
}

function notKept(rows: number): string {
  return rows > 0 ? `, ${rows} of them not kept` : '';
}

function valuesTable({ columns }: OutputRecord, rows: unknown[][], layout: Layout): string {
  const names = (columns as OutputRecord[] | null)?.map(({ name }) => String(name)) ?? [];
  const width = rows.reduce((most, row) => Math.max(most, row.length), names.length);
  if (width === 0) return '';
  const titles = Array.from({ length: width }, (_, i) => names[i] ?? `column ${i + 1}`);
  const isNumber = titles.map((_, i) => rows.every((row) => typeof row[i] === 'number'));
  const cells = rows.map((row) => titles.map((_, i) => valueText(row[i])));
  return dataTable(titles, cells, isNumber, layout);
}
