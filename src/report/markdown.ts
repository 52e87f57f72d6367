import type { Report } from '../analysis/report.ts';
import { type Evidence, type Finding, SEVERITIES } from '../findings/finding.ts';
import { SIDES } from './advice.ts';
import { captureText } from './capture-text.ts';
import { placeText, whereText } from './findings-text.ts';
import { markdownCode as code, markdownText as md } from './markdown-text.ts';
import type { Recorded } from './records.ts';
import { PLAIN, type Renderer, type Setting } from './renderer.ts';
import { capturesText, verdictText } from './verdict.ts';

/**
 * Characters of the table and of what is said in full. GitHub refuses a job summary of more than 1 MiB, and a
 * character may take three bytes.
 */
const MAX_TABLE = 64 * 1024;
const MAX_DETAILS = 192 * 1024;

/** For people who read it on a web page: a job's summary, a comment on a change. */
export function markdownRenderer(setting: Setting): Renderer {
  return {
    start: () => '',
    record: () => '',
    finish: (report) => markdownOf(report, setting),
  };
}

function* markdownOf(report: Report, { captures }: Setting): Iterable<string> {
  const { findings, capture } = report;
  yield `## mywire: ${md(verdictText(report))}\n\n`;
  const severest = findings.toSorted(
    (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity),
  );
  if (findings.length > 0) {
    yield '| severity | what broke | cause | connection | frame |\n| --- | --- | --- | --- | --- |\n';
    yield* asFarAsFits(severest, MAX_TABLE, rowOf, (rest) => `| | and ${rest} more | | | |\n`);
    yield '\n';
    yield* asFarAsFits(
      severest,
      MAX_DETAILS,
      (finding) => detailsOf(finding, capture),
      (rest) => `And ${rest} more: \`mywire check\` tells them all.\n\n`,
    );
  }
  yield `### ${md(capturesText(captures))}\n\n`;
  const lines = captureText(report, PLAIN).trimEnd().split('\n');
  yield lines.map((line) => `- ${md(line)}\n`).join('');
}

function* asFarAsFits(
  findings: readonly Finding[],
  room: number,
  told: (finding: Finding) => string,
  untold: (rest: number) => string,
): Iterable<string> {
  let left = room;
  for (const [i, finding] of findings.entries()) {
    const text = told(finding);
    left -= text.length;
    if (left < 0) {
      yield untold(findings.length - i);
      return;
    }
    yield text;
  }
}

function rowOf({ severity, message, cause, connection, connections, frame }: Finding): string {
  const others = connections.length > 1 ? ` and ${connections.length - 1} more` : '';
  return `| ${severity} | ${md(message)} | ${code(cause.id)} (${cause.certainty}) | ${connection}${others} | ${frame.number} |\n`;
}

function detailsOf(finding: Finding, capture: Recorded): string {
  const evidenceText = ({ frame, text }: Evidence) =>
    `frame ${frame.number}${md(placeText(frame, capture))}: ${md(text)}`;
  const { severity, message, rule, cause, advice } = finding;
  const drivers = finding.drivers.map(({ driver, text }) => `${md(driver)}: ${code(text)}`);
  const ruledOut = finding.ruledOut.map(({ id, text }) => `${code(id)}: ${md(text)}`);
  const toDo = SIDES.filter(([side]) => advice[side] !== undefined).map(
    ([side, name]) => `**${name}:** ${md(advice[side]!)}`,
  );
  return [
    `### ${severity}: ${md(message)}\n\n`,
    `${md(whereText(finding, capture))}\n\n`,
    `**Why** (${code(rule)}, cause ${code(cause.id)}, ${cause.certainty})\n\n`,
    `${md(cause.summary)}\n\n`,
    list('Proof', finding.evidence.map(evidenceText)),
    list('Ruled out', ruledOut),
    list('What follows from it', finding.consequences.map(evidenceText)),
    list('What to do', toDo),
    list('What drivers print', drivers),
  ].join('');
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `**${title}**\n\n${items.map((item) => `- ${item}\n`).join('')}\n`;
}
