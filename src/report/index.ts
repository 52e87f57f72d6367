import type { Report } from '../analysis/report.ts';
import type { Sha1 } from './addresses.ts';
import { captureText } from './capture-text.ts';
import { connectionTable } from './connection-table.ts';
import { csvRenderer } from './csv.ts';
import { githubRenderer } from './github.ts';
import { jsonRenderer, ndjsonRenderer } from './json.ts';
import { junitRenderer } from './junit.ts';
import { markdownRenderer } from './markdown.ts';
import { packetTable } from './packet-table.ts';
import { queryTable } from './query-table.ts';
import { connectionRecords, findingRecords, type OutputRecord } from './records.ts';
import type { Layout, Renderer, Setting } from './renderer.ts';
import { resultTable } from './result-table.ts';
import { sarifRenderer } from './sarif.ts';
import { checkText, summaryText } from './summary.ts';

/** One way to look at a capture. One line adds a view. */
interface View {
  /** Its records, once the capture has been read; a view that streams makes none here. */
  records(report: Report, sha1: Sha1): Iterable<OutputRecord>;
  /** They name findings by their ids. */
  readonly namesFindings?: true;
  table(layout: Layout): Renderer;
}

export const VIEWS = {
  summary: { records: connectionRecords, namesFindings: true, table: wholeTable(summaryText) },
  connections: {
    records: connectionRecords,
    namesFindings: true,
    table: wholeTable(async (report, layout) =>
      [await connectionTable(report, layout), captureText(report, layout)].join('\n'),
    ),
  },
  packets: { records: () => [], table: packetTable },
  queries: { records: () => [], table: queryTable },
  results: { records: () => [], table: resultTable },
  check: {
    records: findingRecords,
    table: wholeTable(checkText),
  },
} as const satisfies Record<string, View>;

export type ViewName = keyof typeof VIEWS;

/** Views that say what went wrong. */
export const VERDICT_VIEWS: readonly ViewName[] = ['summary', 'check'];

/** One shape that a view's records can take. One line adds a format. */
interface Format {
  renderer(view: ViewName, setting: Setting): Renderer;
  /** Of findings alone. */
  readonly isVerdict?: true;
}

const formats = {
  table: { renderer: (view, { layout }) => VIEWS[view].table(layout) },
  json: {
    renderer: (view, { captures }) => jsonRenderer(view, captures, 'namesFindings' in VIEWS[view]),
  },
  ndjson: { renderer: ndjsonRenderer },
  csv: { renderer: csvRenderer },
  sarif: { renderer: (_, setting) => sarifRenderer(setting), isVerdict: true },
  junit: { renderer: (_, setting) => junitRenderer(setting), isVerdict: true },
  github: { renderer: githubRenderer, isVerdict: true },
  markdown: { renderer: (_, setting) => markdownRenderer(setting), isVerdict: true },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;

export const FORMATS: Readonly<Record<FormatName, Format>> = formats;

/** A table of a view whose text needs the whole report. */
function wholeTable(text: (report: Report, layout: Layout) => string | Promise<string>) {
  return (layout: Layout): Renderer => ({
    start: () => '',
    record: () => '',
    finish: (report) => text(report, layout),
  });
}
