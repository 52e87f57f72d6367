import type { Report } from '../analysis/report.ts';
import { SEVERITIES } from '../findings/finding.ts';
import { captureText } from './capture-text.ts';
import { connectionTable } from './connection-table.ts';
import { findingList, findingText, linesOf } from './findings-text.ts';
import type { Layout } from './renderer.ts';
import { isInLockstep } from './soundness.ts';
import { fold, restText } from './table.ts';
import { withheldText } from './withheld.ts';

const CLEAN = 'No findings.';

/** What `mywire FILE` prints: the verdict first, then the connections, then the capture. */
export async function summaryText(report: Report, layout: Layout): Promise<string> {
  const parts = findingTexts(report, layout);
  if (report.conversations.length > 0) parts.push(await connectionTable(report, layout));
  parts.push(captureText(report, layout));
  return parts.join('\n');
}

/** What `mywire check` prints. */
export function checkText(report: Report, layout: Layout): string {
  const { style } = layout;
  const parts = findingTexts(report, layout);
  if (parts.length === 0 && report.capture.mysqlConnections > 0) {
    const verdict = isInLockstep(report)
      ? 'Every sequence id on the wire is right, and no command was sent before the answer to the one before it had come: if a driver complained all the same, its own counter was wrong, or it would not send a command while a result was unread (mywire explain driver-counter).'
      : 'Every sequence id that could be checked is right.';
    const text = fold(`${CLEAN} ${verdict}`, '', layout.width);
    parts.push(style.green(CLEAN) + text.slice(CLEAN.length));
  }
  parts.push(captureText(report, layout));
  return parts.join('\n');
}

/** Findings told in full: who has read so many wants to count the others, and has JSON for that. */
const MAX_TOLD = 50;

/** The gravest first; of several, a list of them before each in full. */
function findingTexts({ findings, withheld, capture }: Report, layout: Layout): string[] {
  const gravest = findings.toSorted(
    (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity),
  );
  const list = gravest.length > 1 ? [findingList(gravest, layout)] : [];
  const linesAbove = list.reduce((lines, text) => lines + linesOf(text) + 1, 0);
  const told = layout.all ? gravest : gravest.slice(0, MAX_TOLD);
  const texts = told.map((finding, i) =>
    findingText(finding, capture.first, layout, i === 0 ? linesAbove : 0),
  );
  const rest = gravest.length - told.length;
  if (rest > 0) texts.push(restText(rest, 'finding'));
  if (withheld.beyond > 0) texts.push(`… and ${withheld.beyond} more\n`);
  const others = withheldText({ ...withheld, beyond: 0 });
  if (others !== null) texts.push(`Not shown: ${others}\n`);
  return [...list, ...texts];
}
