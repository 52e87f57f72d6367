import { type Frame, secondsBetween } from '../capture/frame.ts';
import type { Evidence, Finding, Severity } from '../findings/finding.ts';
import { SIDES } from './advice.ts';
import type { Layout, Style } from './renderer.ts';
import { fold, hang } from './table.ts';

const COLOURS: Readonly<Record<Severity, keyof Style>> = {
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
};

/** A finding for people: what broke, where, why, what proves it, what to do, what drivers print. */
export function findingText(finding: Finding, first: Frame | null, layout: Layout): string {
  const { style, width } = layout;
  const { cause } = finding;
  const frameWidth = String(
    Math.max(...[...finding.evidence, ...finding.consequences].map((e) => e.frame.number)),
  ).length;
  const frameLine = ({ frame, text }: Evidence) =>
    hang(`    frame ${String(frame.number).padStart(frameWidth)}  `, text, width);
  const evidence = finding.evidence.map(frameLine);
  const consequences = finding.consequences.map(frameLine);
  const ruledOut = finding.ruledOut.map(({ id, text }) => hang('    ', `${id}: ${text}`, width));
  const driverWidth = Math.max(0, ...finding.drivers.map(({ driver }) => driver.length));
  const drivers = finding.drivers.map(({ driver, text }) =>
    hang(`    ${driver.padEnd(driverWidth)}  `, text, width),
  );
  return [
    titleText(finding, layout),
    fold(whereText(finding, first), '  ', width),
    `  ${style.bold('Why')} (${finding.rule}, cause ${cause.id}, ${cause.certainty})\n`,
    fold(cause.summary, '    ', width),
    `  ${style.bold('Proof')}\n`,
    ...evidence,
    ...(ruledOut.length > 0 ? [`  ${style.bold('Ruled out')}\n`, ...ruledOut] : []),
    ...(consequences.length > 0
      ? [`  ${style.bold('What follows from it')}\n`, ...consequences]
      : []),
    `  ${style.bold('What to do')}\n`,
    ...adviceLines(finding, layout),
    ...(drivers.length > 0 ? [`  ${style.bold('What drivers print')}\n`, ...drivers] : []),
  ].join('');
}

/** Which connection and frame, whose, and when. */
export function whereText(finding: Finding, first: Frame | null): string {
  const seconds = first === null ? null : secondsBetween(first, finding.frame);
  const when = seconds === null ? '' : `, ${seconds.toFixed(3)} s into the capture`;
  const more =
    finding.occurrences > 1 ? `; ${finding.occurrences - 1} more follow from it or repeat it` : '';
  return `connection ${finding.connection}, frame ${finding.frame.number}, sent by the ${finding.fromClient ? 'client' : 'server'}${when}${more}`;
}

function adviceLines({ advice }: Finding, { width }: Layout): string[] {
  return SIDES.filter(([side]) => advice[side] !== undefined).map(([side, name]) =>
    hang(`    ${name.padEnd(7)}  `, advice[side]!, width),
  );
}

/** Folded by its plain text: colours take no room on the terminal. */
function titleText({ severity, message }: Finding, { style, width }: Layout): string {
  const label = severity.toUpperCase();
  const indent = `${label}  `;
  const lines = hang(indent, message, width).slice(indent.length).trimEnd().split('\n');
  const colour = style[COLOURS[severity]];
  return `${colour(style.bold(label))}  ${lines.map((line) => style.bold(line)).join('\n')}\n`;
}
