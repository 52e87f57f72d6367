import { describe, expect, test } from 'vitest';
import { resultRecord } from '../../src/report/query-records.ts';
import type { Layout } from '../../src/report/renderer.ts';
import { resultTable } from '../../src/report/result-table.ts';
import { concat, u8 } from '../build/bytes.ts';
import { C, S, type Step } from '../build/conversation.ts';
import { binaryRow, column, eof, lenenc, query, stmtFetch, textRow } from '../build/mysql.ts';
import { play } from '../mysql/analyze.ts';
import { CONNECT, numbered } from '../mysql/legal-scripts.ts';
import { body, plain, tooWide } from './layout.ts';

async function show(
  script: readonly Step[],
  layout: Layout = plain(null),
  rows = true,
): Promise<string> {
  const { results, report } = play([...CONNECT, ...script], {
    packets: false,
    results: true,
    rows,
  });
  const renderer = await resultTable(layout);
  const text = [
    renderer.start(),
    ...results.map((one) => renderer.record(resultRecord(one))),
    await renderer.finish(report),
  ].join('');
  return body(text);
}

const NUMBER = { type: 3, collation: 63 };

function select(columns: Uint8Array[], ...rows: (string | Uint8Array | null)[][]): Step[] {
  return [
    C(0, query('select')),
    ...numbered(S, 1, [
      lenenc(columns.length),
      ...columns,
      eof(),
      ...rows.map((row) => textRow(...row)),
      eof(),
    ]),
  ];
}

const linesOf = (text: string) => text.split('\n').slice(0, -1);

describe('the table of a result', () => {
  test('has its columns and rows, numbers to the right', async () => {
    const columns = [column({ ...NUMBER, name: 'id' }), column({ name: 'name' })];
    expect(await show(select(columns, ['1', 'one'], ['200', 'two']))).toBe(
      ['connection 0, frame 8: select', ' id  name', '  1  one', '200  two', '2 rows', ''].join(
        '\n',
      ),
    );
  });

  test('shows NULL and bytes for what they are', async () => {
    const columns = [column(), column({ type: 0xfc, collation: 63, name: 'b' })];
    const [, , ...rows] = linesOf(
      await show(select(columns, [null, null], ['', Uint8Array.of(0, 255)])),
    );
    expect(rows).toEqual(['NULL  NULL', '      {"base64":"AP8="}', '2 rows']);
  });

  test('escapes what would move the cursor', async () => {
    const text = await show(
      select([column({ name: 'a\u001b[31m\n' })], ['\u001b[2J\n\r\u0000'], ['\u202e']),
    );
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(linesOf(text)).toHaveLength(5);
  });

  test('keeps its columns under wide characters', async () => {
    const columns = [column({ name: '名前' }), column({ name: 'b' })];
    const [, title, ...rows] = linesOf(await show(select(columns, ['漢字', 'x'], ['a', 'y'])));
    expect(title).toBe('名前  b');
    expect(rows).toEqual(['漢字  x', 'a     y', '2 rows']);
  });

  test.each([10, 40, 80])('is cut to %i columns of the terminal', async (width) => {
    const columns = [column({ name: 'a' }), column({ name: 'b' })];
    const text = await show(
      select(columns, ['x'.repeat(100), '漢'.repeat(100)], ['😀'.repeat(50), 'y']),
      plain(Math.max(width, 30)),
    );
    expect(tooWide(text, Math.max(width, 30))).toEqual([]);
    expect(text).toContain('…');
  });

  test('may have more columns than the terminal', async () => {
    const columns = Array.from({ length: 100 }, (_, i) => column({ name: `column${i}` }));
    const text = await show(
      select(
        columns,
        columns.map((_, i) => `value${i}`),
      ),
      plain(80),
    );
    expect(text).toContain('column0');
    expect(linesOf(text).at(-1)).toBe('1 row');
  });

  test('is a heading and a count where there are no rows', async () => {
    expect(linesOf(await show(select([column()])))).toEqual([
      'connection 0, frame 8: select',
      'n',
      '0 rows',
    ]);
  });

  test('says how many rows were not kept', async () => {
    expect(linesOf(await show(select([column()], ['a'], ['b']), plain(null), false)).at(-1)).toBe(
      '2 rows, 2 of them not kept',
    );
  });

  test('says that rows are not decoded where the definitions of their columns are not known', async () => {
    const script = [C(0, stmtFetch(1, 5)), ...numbered(S, 1, [binaryRow('a'), eof()])];
    const text = await show(script);
    expect(linesOf(text)).toEqual([
      'connection 0, frame 8: statement not captured',
      '1 row, not decoded: no column definitions',
    ]);
  });

  test('stands apart from the next', async () => {
    const text = await show([...select([column()], ['a']), ...select([column()], ['b'])]);
    expect(linesOf(text)).toEqual([
      'connection 0, frame 8: select',
      'n',
      'a',
      '1 row',
      '',
      'connection 0, frame 14: select',
      'n',
      'b',
      '1 row',
    ]);
  });

  test('folds a long statement', async () => {
    const script = select([column()]);
    const long = C(0, concat(u8(3), new TextEncoder().encode('select '.repeat(50))));
    expect(tooWide(await show([long, ...script.slice(1)], plain(60)), 60)).toEqual([]);
  });
});
