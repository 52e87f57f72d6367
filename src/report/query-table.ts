import { captureText } from './capture-text.ts';
import type { OutputRecord } from './records.ts';
import type { Layout, Renderer } from './renderer.ts';
import { streamLine } from './table.ts';
import { valueText } from './value-text.ts';

const TITLES = ['frame', 'time', 'conn', 'ms', 'answer', 'command and what it says'];
const WIDTHS = [6, 11, 4, 9, 14];
const ALIGNS = ['right', 'right', 'right', 'right', 'left'] as const;

/** A line a command, printed as it comes. */
export function queryTable(layout: Layout): Renderer {
  return {
    start: () =>
      layout.style.bold(streamLine(TITLES, WIDTHS, ALIGNS, layout).trimEnd()).concat('\n'),
    record: (record) => streamLine(cellsOf(record), WIDTHS, ALIGNS, layout),
    finish: (report) => `\n${captureText(report, layout)}`,
  };
}

function cellsOf(record: OutputRecord): string[] {
  const { relative, duration, command, sql, params } = record;
  const response = record.response as OutputRecord;
  const values = Array.isArray(params) && params.length > 0 ? `  ${valueText(params)}` : '';
  return [
    String(record.frame),
    relative === null ? '-' : (relative as number).toFixed(6),
    String(record.connection),
    duration === null ? '-' : ((duration as number) * 1000).toFixed(3),
    answerText(response),
    command === 'COM_QUERY' ? `${sql}` : `${command}${sql === null ? '' : ` ${sql}`}${values}`,
  ];
}

/** What came back, in a word or two. */
function answerText({ kind, rows, affectedRows, error, moreResults }: OutputRecord): string {
  const others = moreResults as OutputRecord[];
  const failed = others.find((other) => other.error !== null);
  const more = failed === undefined ? others.length : `ERR ${(failed.error as OutputRecord).code}`;
  const first =
    error !== null
      ? `ERR ${(error as OutputRecord).code}`
      : kind === 'resultset'
        ? `${rows} row${rows === 1 ? '' : 's'}`
        : kind === 'ok' && affectedRows !== null && affectedRows !== 0
          ? `${affectedRows} affected`
          : String(kind);
  return more === 0 ? first : `${first} + ${more}`;
}
