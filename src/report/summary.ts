import type { Report } from '../analysis/report.ts';
import { secondsBetween, timeText } from '../capture/frame.ts';
import { connectionTable } from './connection-table.ts';
import { findingText } from './findings-text.ts';
import type { Layout } from './renderer.ts';

/** What `mywire FILE` prints: the verdict first, then the capture, then its connections. */
export async function summaryText(report: Report, layout: Layout): Promise<string> {
  const parts = report.findings.map((finding) =>
    findingText(finding, report.capture.first, layout),
  );
  parts.push(captureText(report));
  if (report.conversations.length > 0) parts.push(await connectionTable(report, layout));
  return parts.join('\n');
}

/** What `mywire check` prints. */
export function checkText(report: Report, layout: Layout): string {
  const { style } = layout;
  const parts = report.findings.map((finding) =>
    findingText(finding, report.capture.first, layout),
  );
  if (parts.length === 0 && report.capture.mysqlConnections > 0) {
    parts.push(
      `${style.green('No findings.')} Every sequence id that could be checked is right.\n`,
    );
  }
  parts.push(captureText(report));
  return parts.join('\n');
}

/** The capture in two lines; a third says what the verdict cannot rest on. */
export function captureText({ capture, conversations }: Report): string {
  const { first, last } = capture;
  const seconds = first === null || last === null ? null : secondsBetween(first, last);
  const start = first === null ? null : timeText(first);
  const lines = [
    `Capture: ${capture.format ?? 'unknown format'}${list(capture.linkTypes)}, ${count(capture.frames, 'frame')}${seconds === null ? '' : ` in ${seconds.toFixed(3)} s`}${start === null ? '' : ` from ${start}`}`,
    `MySQL: ${capture.mysqlConnections} of ${count(capture.connections, 'TCP connection')}, ${count(capture.mysqlPackets, 'packet')} decoded; ${count(capture.retransmitted, 'segment')} retransmitted, ${capture.outOfOrder} out of order, ${count(capture.gapBytes, 'byte')} missing`,
  ];
  const limits: string[] = [];
  const encrypted = conversations.filter(({ tls }) => tls).length;
  const compressed = conversations.filter(({ compression }) => compression !== null).length;
  if (capture.mysqlConnections === 0) {
    limits.push(
      'no MySQL was found: if its server listens on a port of its own and the capture starts in mid-connection, name it with --port',
    );
  }
  if (encrypted > 0) limits.push(`${count(encrypted, 'connection')} went on in TLS`);
  if (compressed > 0) limits.push(`${count(compressed, 'connection')} went on compressed`);
  if (capture.truncated > 0)
    limits.push(`${count(capture.truncated, 'segment')} cut by the snap length`);
  if (capture.fragments > 0)
    limits.push(`${count(capture.fragments, 'IP fragment')} not put together`);
  if (capture.unknownLinkFrames > 0) {
    limits.push(
      `${count(capture.unknownLinkFrames, 'frame')} of a link type that mywire does not know`,
    );
  }
  if (limits.length > 0) lines.push(`Limits: ${limits.join('; ')}`);
  return `${lines.join('\n')}\n`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
