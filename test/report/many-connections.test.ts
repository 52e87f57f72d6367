import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/analysis/report.ts';
import {
  FORMATS,
  type FormatName,
  VERDICT_VIEWS,
  VIEWS,
  type ViewName,
} from '../../src/report/index.ts';
import { repeatedly } from '../analysis/hostile.ts';
import { concat } from '../build/bytes.ts';
import { C, fin, on, S, type Step } from '../build/conversation.ts';
import { err, greeting, login, ok, query, quit } from '../build/mysql.ts';
import { analyze } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';
import { setting } from './told.ts';

const CLEAN = [...CONNECT, C(0, query('select 1')), S(1, ok()), C(0, quit), fin('client')];
const DENIED = [
  S(0, greeting()),
  C(1, login()),
  S(2, err(1045, 'Access denied', '28000')),
  fin('server'),
];
const WRONG = [...CONNECT, C(0, query('select 1')), S(9, ok()), fin('client')];
const clean = (number: number) => CLEAN.map((step) => on(number, step));

/** What each of some connections shows: nothing, all the same fault, each its own; the last of ten one of its own. */
const KINDS: [what: string, script: Step[]][] = [
  ['nothing', CLEAN],
  ['a fault of all', DENIED],
  ['a fault each', WRONG],
  [
    'a fault of the last of ten',
    [...Array.from({ length: 9 }, (_, i) => clean(i)).flat(), ...WRONG.map((step) => on(9, step))],
  ],
];

const reportOf = (script: Step[], connections: number) => {
  const size = new Set(script.map(({ connection }) => connection)).size;
  const bytes = concat(...repeatedly(script, connections / size));
  return analyze(bytes, { packets: false }).report;
};

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest();

/** What a view of a report looks like. */
async function shown(view: ViewName, format: FormatName, report: Report, all = false) {
  const { layout, ...rest } = setting();
  const renderer = FORMATS[format].renderer(view, {
    ...rest,
    layout: { ...layout, width: null, all },
  });
  const parts = [renderer.start()];
  for (const record of VIEWS[view].records(report, sha1)) parts.push(renderer.record(record));
  const end = await renderer.finish(report);
  return parts.concat(typeof end === 'string' ? end : [...end]).join('');
}

const views = ['summary', 'connections', 'check'] as const;
const formats = Object.keys(FORMATS) as FormatName[];
const pairs = views.flatMap((view) =>
  formats
    .filter((format) => FORMATS[format].isVerdict === undefined || VERDICT_VIEWS.includes(view))
    .map((format) => [view, format] as const),
);

describe.each(KINDS)('connections that show %s', (_, script) => {
  const [few, many] = [reportOf(script, 200), reportOf(script, 800)];

  test.each(pairs)('take in %s as %s no more than their number grows', async (view, format) => {
    const [small, large] = [await shown(view, format, few), await shown(view, format, many)];
    expect(large.length).toBeLessThan(small.length * 4 * 1.2);
  });
});

describe('a long table', () => {
  const report = reportOf(KINDS[3]![1], 2000);

  test('shows the first connections, the gravest, and how many more there are', async () => {
    const text = await shown('connections', 'table', report);
    const numbers = [...text.matchAll(/^ *(\d+) {2}\S+:\d+/gm)].map(([, number]) => Number(number));
    expect(numbers).toHaveLength(100);
    expect(numbers.slice(0, 3)).toEqual([0, 1, 2]);
    expect(numbers.filter((number) => number % 10 === 9)).toHaveLength(50);
    expect(text).toContain('… and 1900 more connections (--all shows them)\n');
  });

  test('is whole where all of it was asked for', async () => {
    const text = await shown('connections', 'table', report, true);
    expect(text.match(/^ *\d+ {2}\S+:\d+/gm)).toHaveLength(2000);
    expect(text).not.toContain('--all');
  });

  test('tells the first findings, and how many more there are', async () => {
    const text = await shown('check', 'table', report);
    expect(text.match(/^ERROR {2}.*expected 1$/gm)!.length).toBeGreaterThanOrEqual(50);
    expect(text).toMatch(/^… and \d+ more findings \(--all shows them\)$/m);
  });
});

test('a finding of many connections stands once, and they name it', async () => {
  const report = reportOf(DENIED, 200);
  const document = JSON.parse(await shown('connections', 'json', report));
  const shared = document.findings.filter(
    ({ cause }: { cause: { id: string } }) => cause.id === 'access-denied',
  );
  expect(shared).toHaveLength(1);
  expect(shared[0].connections).toHaveLength(200);
  for (const { findings } of document.connections) {
    const ids = findings.map(({ id }: { id: number }) => document.findings[id].cause.id);
    expect(ids).toContain('access-denied');
  }
});
