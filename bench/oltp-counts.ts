/**
 * Compares what mywire reads of a sysbench load with what sysbench itself counted.
 *
 *   bench/record.sh --ps-only --scale 0.1 ps.pcap
 *   npm run bench:oltp -- ps.pcap [--port N]
 *
 * sysbench's report stands beside the capture (ps.txt), and the capture holds that load alone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MYWIRE = fileURLToPath(new URL('../bin/mywire.js', import.meta.url));
/** record.sh's server port. */
const DEFAULT_PORT = '33071';

const STATEMENTS = new Set(['COM_QUERY', 'COM_STMT_EXECUTE']);

/** What sysbench's oltp scripts count a statement as. */
const KINDS: Readonly<Record<string, string>> = {
  SELECT: 'read',
  INSERT: 'write',
  UPDATE: 'write',
  DELETE: 'write',
  BEGIN: 'other',
  COMMIT: 'other',
};

/** One comparison: what somebody else says, and what mywire does. */
interface Row {
  readonly what: string;
  readonly expected: number;
  readonly mywire: number;
}

type JsonRecord = Record<string, unknown>;

class Counts {
  readonly #counts = new Map<string, number>();

  add(what: string, count = 1): void {
    this.#counts.set(what, this.of(what) + count);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }
}

/** The figures of the one sysbench run that the report tells of. */
function readReport(path: string): (label: string) => number {
  const text = readFileSync(path, 'utf8');
  if (text.split('SQL statistics:').length !== 2) {
    throw new Error(`${path} does not tell of one sysbench run: record with --ps-only`);
  }
  return (label) => {
    const found = new RegExp(`^ *${label}: +(\\d+)`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`${path} has no line "${label}: …"`);
    return Number(found);
  };
}

async function readView(
  view: readonly string[],
  capture: string,
  port: string,
  onRecord: (record: JsonRecord) => void,
): Promise<void> {
  const args = [MYWIRE, ...view, '--ndjson', '--fail-on', 'never', '--port', port, capture];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) onRecord(JSON.parse(line));
  const [status] = await closed;
  if (status !== 0) throw new Error(`mywire ${view.join(' ')} ended with status ${status}`);
}

/** sysbench's own statements have no question mark but for a parameter. */
function placeholders(sql: string): number {
  return sql.split('?').length - 1;
}

async function compare(capture: string, port: string): Promise<Row[]> {
  const reported = readReport(capture.replace(/\.pcap$/, '.txt'));
  const counts = new Counts();
  await readView(['queries'], capture, port, ({ command, sql, params, response, complete }) => {
    if (!STATEMENTS.has(command as string)) return;
    const { kind, rows } = response as { kind: string; rows: number | null };
    if (!complete) counts.add('unanswered');
    if (kind === 'error') counts.add('errors');
    // An error that sysbench ignores (a deadlock) is no query in its report.
    else counts.add(KINDS[String(sql).split(' ')[0]!.toUpperCase()] ?? 'unknown');
    if (kind !== 'error' && sql === 'COMMIT') counts.add('commits');
    if (kind === 'resultset') {
      counts.add('result sets');
      counts.add('rows', rows ?? 0);
    }
    if (command !== 'COM_STMT_EXECUTE') return;
    const expected = placeholders(String(sql));
    if (expected === 0) return;
    counts.add('executes with parameters');
    counts.add('placeholders', expected);
    if (!Array.isArray(params)) return;
    if (params.length === expected && !params.includes(null)) counts.add('executes decoded');
    counts.add('parameters', params.length);
  });
  await readView(['results'], capture, port, ({ columns, rows, rowCount }) => {
    const names = columns as unknown[] | null;
    const values = rows as unknown[][];
    counts.add('result sets decoded', values.length === rowCount ? 1 : 0);
    counts.add('rows decoded', values.filter((row) => row.length === names?.length).length);
  });
  await readView(['packets', '--rows'], capture, port, ({ type, problems }) => {
    if (type === 'BinaryRow' || type === 'TextRow') counts.add('row packets');
    if ((problems as unknown[]).length > 0 || type === 'Unknown') counts.add('problems');
  });
  const of = (what: string) => counts.of(what);
  return [
    { what: 'transactions', expected: reported('transactions'), mywire: of('commits') },
    { what: 'queries: read', expected: reported('read'), mywire: of('read') },
    { what: 'queries: write', expected: reported('write'), mywire: of('write') },
    { what: 'queries: other', expected: reported('other'), mywire: of('other') },
    {
      what: 'queries: total',
      expected: reported('total'),
      mywire: of('read') + of('write') + of('other') + of('unknown'),
    },
    { what: 'ignored errors', expected: reported('ignored errors'), mywire: of('errors') },
    { what: 'statements without an answer', expected: 0, mywire: of('unanswered') },
    {
      what: 'executes with parameters, all decoded',
      expected: of('executes with parameters'),
      mywire: of('executes decoded'),
    },
    { what: 'parameters, one a "?"', expected: of('placeholders'), mywire: of('parameters') },
    {
      what: 'result sets, one a read, all their rows decoded',
      expected: of('result sets'),
      mywire: of('result sets decoded'),
    },
    { what: 'rows with a value a column', expected: of('rows'), mywire: of('rows decoded') },
    { what: 'row packets', expected: of('rows'), mywire: of('row packets') },
    { what: 'packets with a problem', expected: 0, mywire: of('problems') },
  ];
}

function print(rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ what }) => what.length));
  const line = (what: string, expected: string, mywire: string, verdict: string) =>
    `| ${what.padEnd(width)} | ${expected.padStart(8)} | ${mywire.padStart(8)} | ${verdict.padEnd(7)} |\n`;
  process.stdout.write(line('what', 'expected', 'mywire', ''));
  process.stdout.write(`|${'-'.repeat(width + 2)}|---------:|---------:|---------|\n`);
  for (const { what, expected, mywire } of rows) {
    const verdict = expected === mywire ? 'same' : 'DIFFERS';
    process.stdout.write(line(what, String(expected), String(mywire), verdict));
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: DEFAULT_PORT } },
});
const [capture] = positionals;
if (capture === undefined || !capture.endsWith('.pcap')) {
  process.stderr.write('usage: npm run bench:oltp -- CAPTURE.pcap [--port N]\n');
  process.exit(2);
}
const rows = await compare(capture, values.port);
print(rows);
if (rows.some(({ expected, mywire }) => expected !== mywire)) process.exitCode = 1;
