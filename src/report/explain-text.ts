import { type CauseText, RULES, type RuleCode } from '../findings/cause.ts';
import type { LogReading } from '../findings/read-log.ts';
import { EXPLAINED, printedFor, type Reading } from '../findings/read-message.ts';
import { UNSEEN_CAUSES } from '../findings/unseen.ts';
import { SIDES } from './advice.ts';
import { count } from './count.ts';
import { driverText } from './findings-text.ts';
import { ladderText } from './ladder.ts';
import { outcomeTexts } from './outcomes.ts';
import type { Layout } from './renderer.ts';
import { fold, hang, proseWidth } from './table.ts';

/** What is to be explained. */
export type Topic =
  | { readonly kind: 'all' }
  | { readonly kind: 'rule'; readonly rule: RuleCode }
  | { readonly kind: 'cause'; readonly cause: CauseText }
  /** Of a log, `log` is all that it has, and the message the first of it. */
  | { readonly kind: 'message'; readonly reading: Reading; readonly log: LogReading | null };

const SEVERITY_WIDTH = 'warning'.length;

/** The causes that a topic is about, the most telling first. */
export function causesOf(topic: Topic): readonly CauseText[] {
  switch (topic.kind) {
    case 'all':
      return EXPLAINED;
    case 'rule':
      return EXPLAINED.filter(({ rule }) => rule === topic.rule);
    case 'cause':
      return [topic.cause];
    case 'message':
      return topic.reading.causes;
  }
}

/** What `mywire explain` prints. */
export function explainText(topic: Topic, layout: Layout): string {
  switch (topic.kind) {
    case 'all':
      return [
        ...Object.entries(RULES).map(([rule, says]) =>
          causesText(rule, says, causesOf({ kind: 'rule', rule: rule as RuleCode }), layout),
        ),
        causesText('no rule', UNSEEN, UNSEEN_CAUSES, layout),
      ]
        .filter((text) => text !== null)
        .join('\n');
    case 'rule':
      return `${causesText(topic.rule, RULES[topic.rule], causesOf(topic), layout) ?? ''}\nMore: mywire explain CAUSE\n`;
    case 'cause':
      return causeText(topic.cause, layout);
    case 'message':
      return messageText(topic.reading, topic.log, layout);
  }
}

/** What has no rule. */
export const UNSEEN = 'nothing is wrong with the packets: no capture shows it';

/** A rule, what it says, and a line for each of its causes; null where it has none. */
function causesText(
  name: string,
  says: string,
  causes: readonly CauseText[],
  layout: Layout,
): string | null {
  if (causes.length === 0) return null;
  const { style } = layout;
  const width = proseWidth(layout);
  const idWidth = Math.max(...EXPLAINED.map(({ id }) => id.length));
  const title = hang(`${name}: `, says, width).slice(name.length);
  return [
    `${style.bold(name)}${title}`,
    ...causes.map(({ id, severity, title }) =>
      hang(`  ${id.padEnd(idWidth)}  ${(severity ?? '').padEnd(SEVERITY_WIDTH)}  `, title, width),
    ),
  ].join('');
}

function messageText(
  { by, text, means, causes }: Reading,
  log: LogReading | null,
  layout: Layout,
): string {
  const { style } = layout;
  const width = proseWidth(layout);
  const [first, ...others] = causes;
  return [
    hang(`${by}: `, text, width),
    log === null ? '' : hang('  ', whereText(log), width),
    `\n${style.bold('What it means')}\n`,
    fold(means, '  ', width),
    ...(first === undefined
      ? []
      : [`\n${style.bold('Most likely')}\n\n`, causeText(first, layout)]),
    ...(first === undefined || others.length === 0
      ? []
      : [
          `\n${style.bold('Or, if the capture shows it')}\n`,
          ...others.map((other) => hang(`  ${other.id}: `, signOf(other, first), width)),
        ]),
    log === null ? '' : othersText(log, layout),
    `\n${style.bold('To find out')}, record until it happens, stop with Ctrl-C, and read it\n`,
    ...RECIPE.map((line) => `  ${line}\n`),
  ].join('');
}

/** "12 times in 48213 lines, first in line 17" */
function whereText({ lines, messages: [first] }: LogReading): string {
  const { times, line } = first!;
  return `${times === 1 ? 'once' : `${times} times`} in ${count(lines, 'line')}, ${times === 1 ? '' : 'first '}in line ${line}`;
}

/** Messages of a log that are listed beside the one that is explained. */
const MAX_OTHERS = 12;

function othersText({ messages: [, ...others] }: LogReading, layout: Layout): string {
  if (others.length === 0) return '';
  const listed = others.slice(0, MAX_OTHERS);
  const timesWidth = Math.max(...listed.map(({ times }) => String(times).length));
  const rest = others.length - listed.length;
  return [
    `\n${layout.style.bold('What else it has')}\n`,
    ...listed.map(({ times, line, reading: { by, text, causes } }) =>
      hang(
        `  ${String(times).padStart(timesWidth)} ×  `,
        `${by}: ${text} (line ${line})${causes[0] === undefined ? '' : `: ${causes[0].id}`}`,
        proseWidth(layout),
      ),
    ),
    rest === 0 ? '' : `  and ${count(rest, 'more message')}\n`,
  ].join('');
}

/** How to come to a capture that tells. */
export const RECIPE: readonly string[] = [
  'sudo tcpdump -i any -s 0 -w capture.pcap port 3306',
  'mywire check capture.pcap',
];

/** How a capture tells `other` from `cause`, where either page says so; what it is else. */
function signOf(other: CauseText, cause: CauseText): string {
  for (const lookAlike of cause.page.lookAlikes) {
    const [ids, sign] = splitAt(lookAlike, ': ');
    if (ids.split(', ').includes(other.id)) return sign;
  }
  return other.title;
}

function splitAt(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function causeText(cause: CauseText, layout: Layout): string {
  const { style } = layout;
  const width = proseWidth(layout);
  const { id, title, advice, page } = cause;
  const drivers = printedFor(cause);
  const section = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `\n${style.bold(name)}\n${lines.join('')}`;
  const driverWidth = Math.max(0, ...drivers.map(({ driver }) => driver.length));
  return [
    `${style.bold(id)}${hang(`${id}: `, title, width).slice(id.length)}`,
    ...outcomeTexts(cause).map((outcome) => hang('  ', outcome, width)),
    `\n${indented(ladderText(page.ladder))}`,
    section(
      'What happens',
      page.about.map((paragraph) => fold(paragraph, '  ', width)),
    ),
    section(
      'What to do',
      SIDES.filter(([side]) => advice[side] !== undefined).map(([side, name]) =>
        hang(`  ${name.padEnd(SEVERITY_WIDTH)}  `, advice[side]!, width),
      ),
    ),
    section(
      'What looks like it',
      page.lookAlikes.map((lookAlike) => hang('  ', lookAlike, width)),
    ),
    section(
      'What drivers print',
      drivers.map((one) => driverText(one, driverWidth, layout)),
    ),
    section('Captures', [
      `  fixtures/${page.fixture} has it; fixtures/${page.twin} looks like it and has it not\n`,
    ]),
  ].join('');
}

function indented(lines: string): string {
  return lines.replaceAll(/^(?=.)/gm, '  ');
}
