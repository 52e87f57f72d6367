/** Renders what was measured as bench/RESULTS.md. Computes, but runs nothing. */
import type { Measurement } from './measure.ts';

export interface Row {
  name: string;
  /** Bytes of the capture that it read. */
  bytes: number;
  runs: Measurement[];
  /** Why there are no runs, e.g. 'not installed'. */
  skipped: string | null;
}

export interface Report {
  date: string;
  /** Label and value. */
  environment: [string, string][];
  notes: string[];
  rows: Row[];
  limits: Limit[];
}

interface Limit {
  text: string;
  measured: string;
  /** null: could not be measured. */
  met: boolean | null;
}

/** The rows that the limits compare. */
interface Compared {
  mywire: Row;
  mywireLong: Row;
  tcpdump: Row;
  expert: Row;
}

const MEGABYTE = 1e6;
const MAX_TIMES_TCPDUMP = 3;
const MIN_TIMES_FASTER_THAN_EXPERT = 10;
const MAX_PEAK_BYTES = 150 * MEGABYTE;
/**
 * How much more memory the long capture may take and still count as flat. What is alive does not grow
 * (5.4 MB after a collection, over 37 MB and over 1,174 MB of capture), but V8 lets its young generation
 * grow to three semi-spaces of 16 MB in a longer run before it collects.
 */
const FLAT_BYTES = 48 * MEGABYTE;

export function limitsOf(compared: Compared): Limit[] {
  const { mywire, mywireLong, tcpdump, expert } = compared;
  const toTcpdump = ratio(wall(mywire), wall(tcpdump));
  const toExpert = ratio(wall(expert), wall(mywire));
  const growth = difference(peak(mywireLong), peak(mywire));
  return [
    {
      text: `mywire check takes at most ${MAX_TIMES_TCPDUMP} times as long as tcpdump`,
      measured: times(toTcpdump),
      met: toTcpdump === null ? null : toTcpdump <= MAX_TIMES_TCPDUMP,
    },
    {
      text: `mywire check is at least ${MIN_TIMES_FASTER_THAN_EXPERT} times faster than tshark expert`,
      measured: times(toExpert),
      met: toExpert === null ? null : toExpert >= MIN_TIMES_FASTER_THAN_EXPERT,
    },
    belowPeak('mywire check', mywire),
    belowPeak('mywire check on the long capture', mywireLong),
    {
      text: `memory is flat: the long capture takes at most ${FLAT_BYTES / MEGABYTE} MB more`,
      measured: growth === null ? '–' : `${(growth / MEGABYTE).toFixed(0)} MB`,
      met: growth === null ? null : growth <= FLAT_BYTES,
    },
  ];
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function belowPeak(text: string, row: Row): Limit {
  const bytes = peak(row);
  return {
    text: `${text} stays below ${MAX_PEAK_BYTES / MEGABYTE} MB of memory`,
    measured: bytes === null ? '–' : `${megabytes(bytes)} MB`,
    met: bytes === null ? null : bytes < MAX_PEAK_BYTES,
  };
}

export function render(report: Report): string {
  return [
    '# Benchmark results',
    '',
    `Measured on ${report.date} by \`npm run bench\`, which writes this file.`,
    '',
    '## Where and what',
    '',
    ...report.environment.map(([label, value]) => `- ${label}: ${value}`),
    '',
    '## How',
    '',
    ...report.notes.map((note) => `- ${note}`),
    '',
    '## Times and memory',
    '',
    '| command | runs | wall s (median) | min–max | user+sys s | MB/s | peak RSS MB |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...report.rows.map(renderRow),
    '',
    '## Against the limits',
    '',
    '| limit | measured | |',
    '|---|--:|---|',
    ...report.limits.map((limit) => `| ${limit.text} | ${limit.measured} | ${verdict(limit)} |`),
    '',
  ].join('\n');
}

function renderRow(row: Row): string {
  if (row.skipped !== null) return `| ${row.name} | ${row.skipped} | | | | | |`;
  const walls = row.runs.map((run) => run.wallSeconds);
  const cpu = medianOf(row.runs.map((run) => run.cpuSeconds));
  const seconds = wall(row);
  const bytes = peak(row);
  const cells = [
    row.name,
    row.runs.length,
    seconds === null ? '–' : seconds.toFixed(2),
    `${Math.min(...walls).toFixed(2)}–${Math.max(...walls).toFixed(2)}`,
    cpu === null ? '–' : cpu.toFixed(2),
    seconds === null ? '–' : Math.round(row.bytes / MEGABYTE / seconds),
    bytes === null ? '–' : megabytes(bytes),
  ];
  return `| ${cells.join(' | ')} |`;
}

function verdict(limit: Limit): string {
  if (limit.met === null) return 'not measured';
  return limit.met ? 'met' : '**not met**';
}

function wall(row: Row): number | null {
  return medianOf(row.runs.map((run) => run.wallSeconds));
}

/** The highest peak of all runs: a limit on memory must hold in each. */
function peak(row: Row): number | null {
  const peaks = known(row.runs.map((run) => run.peakBytes));
  return peaks.length === 0 ? null : Math.max(...peaks);
}

function medianOf(values: (number | null)[]): number | null {
  const sorted = known(values).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

function known(values: (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}

function times(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(2)} ×`;
}

export function megabytes(bytes: number): string {
  return Math.round(bytes / MEGABYTE).toLocaleString('en');
}
