import type { Report } from '../analysis/report.ts';
import { SEVERITIES } from '../findings/finding.ts';
import { captureText } from './capture-text.ts';
import { connectionTable } from './connection-table.ts';
import { findingList, findingText } from './findings-text.ts';
import type { Layout } from './renderer.ts';
import { isInLockstep } from './soundness.ts';
import { fold, restText } from './table.ts';
import { withheldText } from './withheld.ts';

const CLEAN = 'No findings.';
/** Of a capture that was not read to its end: no verdict on it. */
const CLEAN_SO_FAR = 'No findings in what was read.';

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
    const isWhole = report.faults.every((fault) => fault === null);
    const [clean, paint] = isWhole ? [CLEAN, style.green] : [CLEAN_SO_FAR, style.yellow];
    const text = fold(`${clean} ${verdict}`, '', layout.width);
    parts.push(paint(clean) + text.slice(clean.length));
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
  const told = layout.all ? gravest : gravest.slice(0, MAX_TOLD);
  const texts = told.map((finding) => findingText(finding, capture, layout));
  const rest = gravest.length - told.length;
  if (rest > 0) texts.push(restText(rest, 'finding'));
  if (withheld.beyond > 0) texts.push(`… and ${withheld.beyond} more\n`);
  const others = withheldText({ ...withheld, beyond: 0 });
  if (others !== null) texts.push(`Not shown: ${others}\n`);
  return [...list, ...texts];
}
