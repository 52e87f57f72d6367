import { escapeText } from '../bytes/text.ts';
import type { OutputRecord } from './records.ts';
import type { Layout, Renderer } from './renderer.ts';
import { type Column, fold, tableDrawer } from './table.ts';
import { valueText } from './value-text.ts';

/** Each result set as a table of its own, under the statement that it answers. */
export async function resultTable(layout: Layout): Promise<Renderer> {
  const draw = await tableDrawer();
  let separator = '';
  return {
    start: () => '',
    record(record) {
      const { connection, frame, sql, rowCount } = record;
      const rows = record.rows as unknown[][];
      const names = (record.columns as OutputRecord[] | null)?.map(({ name }) => String(name));
      const width = Math.max(names?.length ?? 0, ...rows.map((row) => row.length));
      const columns = Array.from(
        { length: width },
        (_, i): Column => ({
          title: escapeText(names?.[i] ?? `column ${i + 1}`),
          align: rows.every((row) => typeof row[i] === 'number') ? 'right' : 'left',
          min: 8,
        }),
      );
      const cells = rows.map((row) => columns.map((_, i) => valueText(row[i])));
      const title = `connection ${connection}, frame ${frame}: ${sql ?? 'statement not captured'}`;
      const missing = (rowCount as number) - rows.length;
      const text = [
        separator,
        layout.style.bold(fold(title, '', layout.width).trimEnd()),
        '\n',
        width === 0 ? '' : draw(columns, cells, layout),
        `${rowCount} row${rowCount === 1 ? '' : 's'}${missing > 0 ? `, ${missing} of them not kept` : ''}\n`,
      ].join('');
      separator = '\n';
      return text;
    },
    finish: () => '',
  };
}
