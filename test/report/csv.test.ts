import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CSV_COLUMNS, csvRenderer } from '../../src/report/csv.ts';

// The last ones run bin/mywire.js, so they need `npm run build` first; `npm test` sees to it.

const ROOT = join(import.meta.dirname, '../..');

type View = keyof typeof CSV_COLUMNS;

/** RFC 4180, read by its grammar. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  for (let row: string[] = []; field.lastIndex < text.length; ) {
    const match = field.exec(text);
    if (match === null) throw new Error(`no CSV: ${text}`);
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** One record's line, by column. */
function write(view: View, record: Record<string, unknown>): Record<string, string> {
  const renderer = csvRenderer(view);
  const [titles, cells] = parse(renderer.start() + renderer.record(record));
  return Object.fromEntries(titles!.map((title, i) => [title, cells![i]!]));
}

describe('a cell', () => {
  test.each([
    ['a number', 7, '7'],
    ['a negative number', -7, '-7'],
    ['true', true, 'true'],
    ['an absent fact', null, ''],
    ['text', 'select 1', 'select 1'],
    ['text with commas and quotes', 'select "a", \'b\'', 'select "a", \'b\''],
    ['text with lines', 'select 1\r\nfrom t', 'select 1\\r\\nfrom t'],
    ['text that a terminal acts on', '\x1b[2J\u202e\x9b', '\\x1b[2J\\u{202e}\\x9b'],
    ['a list', [1, 'a,"b"'], '[1,"a,\\"b\\""]'],
    ['an object with a big number', { n: 2n ** 63n }, '{"n":"9223372036854775808"}'],
    ['a number as text', '-9223372036854775808', '-9223372036854775808'],
    ['a formula', '=cmd|" /C calc"!A0', '\'=cmd|" /C calc"!A0'],
    ['a formula that begins with +', '+1+1', "'+1+1"],
    ['a formula that begins with -', '-1+1', "'-1+1"],
    ['a formula that begins with @', '@SUM(1)', "'@SUM(1)"],
    ['a formula in wide characters', '＝1+1', "'＝1+1"],
  ])('of %s', (_, value, shown) => {
    expect(write('queries', { sql: value }).sql).toBe(shown);
  });

  test('an empty text is no absent fact', () => {
    const renderer = csvRenderer('results');
    expect(renderer.record({ frame: null, sql: '' })).toBe(',,"",,,,,\r\n');
  });
});

describe.each(Object.keys(CSV_COLUMNS) as View[])('%s', (view) => {
  /** The keys of a record, down to what is null, a list, or of no fixed shape. */
  function keysOf(record: object, known: readonly string[], prefix = ''): string[] {
    return Object.entries(record).flatMap(([key, value]) => {
      const path = prefix + key;
      const isOpened = known.some((column) => column.startsWith(`${path}.`));
      if (!isOpened) return [path];
      return value === null ? [] : keysOf(value as object, known, `${path}.`);
    });
  }

  test.each([
    'sequence/late-login-mysql',
    'prepared/cursor',
    'tls/mysql-tls13',
    'capture/frame-missing',
  ])('has a column for every key of its records: %s', (name) => {
    const path = join(ROOT, 'fixtures', name, 'capture.pcap');
    const run = (format: string) =>
      spawnSync(
        process.execPath,
        ['bin/mywire.js', ...(view === 'summary' ? [] : [view]), '-f', format, path],
        { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 },
      ).stdout;
    const records = run('ndjson')
      .split('\n')
      .slice(0, -1)
      .map((text) => JSON.parse(text) as object);
    const columns = CSV_COLUMNS[view];
    for (const record of records)
      expect(columns).toEqual(expect.arrayContaining(keysOf(record, columns)));
    const rows = parse(run('csv'));
    expect(rows[0]).toEqual(columns);
    expect(rows.length).toBe(records.length + 1);
    for (const row of rows) expect(row.length).toBe(columns.length);
  });
});
