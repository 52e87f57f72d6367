import type { Report } from '../analysis/report.ts';
import { SEVERITIES, type Severity } from '../findings/finding.ts';
import { count } from './count.ts';
import type { CaptureName } from './renderer.ts';
import { faultTexts, unsoundness } from './soundness.ts';
import { withheldText } from './withheld.ts';

const NOUNS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** "1 error, 2 warnings"; and what is not told. */
export function verdictText(report: Report): string {
  const withheld = withheldText(report.withheld);
  const unread = report.findings.length === 0 ? [] : faultTexts(report);
  return [
    toldText(report),
    withheld === null ? '' : ` (not shown: ${withheld})`,
    unread.length === 0 ? '' : `; not all was read: ${unread.join('; ')}`,
  ].join('');
}

function toldText(report: Report): string {
  const counts = SEVERITIES.toReversed().map((severity) => ({
    noun: NOUNS[severity],
    number: report.findings.filter((finding) => finding.severity === severity).length,
  }));
  const some = counts.filter(({ number }) => number > 0);
  if (some.length > 0) return some.map(({ number, noun }) => count(number, noun)).join(', ');
  const reasons = unsoundness(report);
  return reasons.length === 0
    ? 'no findings'
    : `no findings, but the capture cannot support a clean verdict: ${reasons.join('; ')}`;
}

/** "a.pcap", "a.pcap and 3 more files" */
export function capturesText([first, ...more]: readonly CaptureName[]): string {
  return more.length === 0 ? first!.name : `${first!.name} and ${count(more.length, 'more file')}`;
}
