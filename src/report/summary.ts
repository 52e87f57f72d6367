import type { Report } from '../analysis/report.ts';
import { secondsBetween, timeText } from '../capture/frame.ts';
import { connectionTable } from './connection-table.ts';
import { findingText } from './findings-text.ts';
import type { Layout } from './renderer.ts';
import { hang } from './table.ts';

/** What `mywire FILE` prints: the verdict first, then the capture, then its connections. */
export async function summaryText(report: Report, layout: Layout): Promise<string> {
  const parts = findingTexts(report, layout);
  parts.push(captureText(report, layout));
  if (report.conversations.length > 0) parts.push(await connectionTable(report, layout));
  return parts.join('\n');
}

/** What `mywire check` prints. */
export function checkText(report: Report, layout: Layout): string {
  const { style } = layout;
  const parts = findingTexts(report, layout);
  if (parts.length === 0 && report.capture.mysqlConnections > 0) {
    parts.push(
      `${style.green('No findings.')} Every sequence id that could be checked is right.\n`,
    );
  }
  parts.push(captureText(report, layout));
  return parts.join('\n');
}

function findingTexts({ findings, capture }: Report, layout: Layout): string[] {
  return findings.map((finding) => findingText(finding, capture.first, layout));
}

/** The capture in two lines; a third says what the verdict cannot rest on. */
export function captureText(report: Report, { width }: Layout): string {
  const { capture } = report;
  const { first, last } = capture;
  const seconds = first === null || last === null ? null : secondsBetween(first, last);
  const start = first === null ? null : timeText(first);
  const lapse = seconds === null ? '' : ` in ${seconds.toFixed(3)} s`;
  const from = start === null ? '' : ` from ${start}`;
  const frames = `${count(capture.frames, 'frame')}${lapse}${from}`;
  const limits = limitsOf(report);
  return [
    hang('Capture: ', `${capture.format}${list(capture.linkTypes)}, ${frames}`, width),
    hang(
      'MySQL: ',
      `${capture.mysqlConnections} of ${count(capture.connections, 'TCP connection')}, ${count(capture.mysqlPackets, 'packet')} decoded; ${count(capture.retransmitted, 'segment')} retransmitted, ${capture.outOfOrder} out of order, ${count(capture.gapBytes, 'byte')} missing`,
      width,
    ),
    limits.length === 0 ? '' : hang('Limits: ', limits.join('; '), width),
  ].join('');
}

const NO_MYSQL =
  "no MySQL was found: name the server's port with --port to see what is there instead, or to read connections whose start was not captured";

function limitsOf({ capture, conversations, isFiltered }: Report): string[] {
  const encrypted = conversations.filter(({ tls }) => tls !== null && !tls.decrypted).length;
  const unreadable = conversations.filter(({ unread }) => unread !== null).length;
  const limits: [number: number, noun: string, what: string][] = [
    [encrypted, 'connection', 'went on in TLS, not decrypted'],
    [unreadable, 'connection', 'could not be read to the end'],
    [capture.truncated, 'segment', 'cut by the snap length'],
    [capture.fragments, 'IP fragment', 'not put together'],
    [capture.unknownLinkFrames, 'frame', 'of a link type that mywire does not know'],
    [capture.forcedGaps, 'gap', 'declared because too much waited behind it'],
    [capture.connectionsLetGo, 'connection', 'let go while open, because there were too many'],
    [capture.connectionsUnlisted, 'connection', 'more without a single byte, not listed'],
  ];
  return [
    ...(capture.mysqlConnections === 0 && !isFiltered ? [NO_MYSQL] : []),
    ...limits
      .filter(([number]) => number > 0)
      .map(([number, noun, what]) => `${count(number, noun)} ${what}`),
  ];
}

function list(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
