import { escapeText } from '../bytes/text.ts';
import { type Frame, secondsBetween, timeText } from '../capture/frame.ts';
import type { DriverText, Evidence, Finding, Parties, Severity } from '../findings/finding.ts';
import { endpointText } from './addresses.ts';
import { SIDES } from './advice.ts';
import { count } from './count.ts';
import { pageOf } from './docs.ts';
import type { Layout, Style } from './renderer.ts';
import { cut, fold, hang, proseWidth } from './table.ts';

const COLOURS: Readonly<Record<Severity, keyof Style>> = {
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
};

/** What a terminal of 24 lines shows above its prompt. */
const SCREEN_LINES = 23;
/** Of what proves it, however long the rest is. */
const MIN_PROOF_LINES = 6;

/**
 * A finding for people. What broke, why, what proves it and what to do fill the first screen; what else there is
 * stands below.
 */
export function findingText(
  finding: Finding,
  first: Frame | null,
  layout: Layout,
  linesAbove = 0,
): string {
  const { style } = layout;
  const width = proseWidth(layout);
  const { cause, evidence, consequences, ruledOut, drivers } = finding;
  const frames = [...evidence, ...consequences].map(({ frame }) => frame.number);
  const frameWidth = String(Math.max(...frames)).length;
  const frameText = ({ frame, text }: Evidence) =>
    hang(`    frame ${String(frame.number).padStart(frameWidth)}  `, text, width);
  const driverWidth = Math.max(0, ...drivers.map(({ driver }) => driver.length));
  const section = (name: string, texts: readonly string[], note = '') =>
    texts.length === 0 ? '' : `  ${style.bold(name)}${note}\n${texts.join('')}`;
  const broke = [
    titleText(finding, layout),
    causeTitle(finding, layout),
    fold(whereText(finding, first), '  ', width),
    ownDriverText(finding, width),
    section('Why', [fold(cause.summary, '    ', width)], ` (${cause.id}, ${cause.certainty})`),
  ].join('');
  const toDo = section('What to do', adviceTexts(finding, layout));
  const room = SCREEN_LINES - linesAbove - linesOf(broke) - 1 - linesOf(toDo);
  const onScreen = foremost(finding, frameText, Math.max(MIN_PROOF_LINES, room));
  return [
    broke,
    section('Proof', evidence.filter((e) => onScreen.has(e)).map(frameText)),
    toDo,
    section('More proof', evidence.filter((e) => !onScreen.has(e)).map(frameText)),
    section(
      'Ruled out',
      ruledOut.map(({ id, text }) => hang('    ', `${id}: ${text}`, width)),
    ),
    section('What follows from it', consequences.map(frameText)),
    section(
      'What drivers print',
      drivers.map((one) => driverText(one, driverWidth, layout)),
    ),
    pageOf(cause.id) === null ? '' : `  ${style.bold('More:')} mywire explain ${cause.id}\n`,
  ].join('');
}

export function linesOf(text: string): number {
  return text.split('\n').length - 1;
}

/** Nobody finds a text again that was folded: only a terminal's width does that. */
export function driverText(
  { driver, text }: DriverText,
  driverWidth: number,
  { width }: Layout,
): string {
  const label = `${driver.padEnd(driverWidth)}  `;
  return hang(`    ${label}`, text, width);
}

/** As much of what proves a finding as has room: the packet itself, the end of the story, its beginning. */
function foremost(
  { evidence, frame }: Finding,
  textOf: (evidence: Evidence) => string,
  room: number,
): Set<Evidence> {
  const weight = (e: Evidence) => (e.frame === frame ? 2 : e === evidence.at(-1) ? 1 : 0);
  const chosen = new Set<Evidence>();
  let left = room;
  for (const one of evidence.toSorted((x, y) => weight(y) - weight(x))) {
    const lines = linesOf(textOf(one));
    if (lines > left) continue;
    left -= lines;
    chosen.add(one);
  }
  return chosen;
}

/** What happened, as surely as the capture tells. */
function causeTitle({ cause }: Finding, layout: Layout): string {
  const page = pageOf(cause.id);
  if (page === null) return '';
  const hedge = { proven: '', likely: 'Likely: ', possible: 'Possibly: ' }[cause.certainty];
  const lines = fold(`${hedge}${page.title}`, '  ', proseWidth(layout)).trimEnd().split('\n');
  return lines.map((line) => `  ${layout.style.bold(line.slice(2))}\n`).join('');
}

/** Which connection, whose, which frame, and when. */
export function whereText(finding: Finding, first: Frame | null): string {
  const { connection, connections, parties, frame, fromClient, occurrences } = finding;
  const others = connections.length - 1;
  const also = others === 0 ? '' : ` (and ${count(others, 'other')})`;
  const seconds = first === null ? null : secondsBetween(first, frame);
  const when =
    seconds === null ? '' : ` at ${timeText(frame)}, ${seconds.toFixed(3)} s into the capture`;
  const more = others > 0 || occurrences === 1 ? '' : `; ${occurrences} times in all`;
  return `connection ${connection}${also}${whoText(parties)}, frame ${frame.number} from the ${fromClient ? 'client' : 'server'}'s side${when}${more}`;
}

function whoText(parties: Parties | null): string {
  if (parties === null) return '';
  const { user, client, server } = parties;
  const name = user === null ? '' : `${escapeText(user)}@`;
  return `, ${name}${endpointText(client)} to ${endpointText(server)}`;
}

/** What the driver prints whose name stands in the capture: so one knows that this is what one looks for. */
function ownDriverText({ parties, drivers }: Finding, width: number): string {
  const own = parties?.driver?.toLowerCase() ?? null;
  const names = own === null ? [] : (DRIVER_NAMES[own] ?? [own]);
  const printed = drivers.find(({ driver }) =>
    driver
      .toLowerCase()
      .split(/, | \(/)
      .some((name) => names.includes(name)),
  );
  return printed === undefined
    ? ''
    : hang(`  ${escapeText(parties!.driver!)} prints: `, printed.text, width);
}

/** `_client_name`, in small letters, of drivers that are known under another name. */
const DRIVER_NAMES: Readonly<Record<string, readonly string[]>> = {
  'node-mysql-2': ['mysql2', 'mysql2, mysqljs/mysql'],
  mysqlnd: ['php mysqlnd', 'mysqlnd'],
  libmysql: ['libmysqlclient', 'libmysqlclient 8', 'libmysqlclient 9'],
  'go-mysql-driver': ['go-sql-driver/mysql'],
};

function adviceTexts({ advice }: Finding, layout: Layout): string[] {
  return SIDES.filter(([side]) => advice[side] !== undefined).map(([side, name]) =>
    hang(`    ${name.padEnd(7)}  `, advice[side]!, proseWidth(layout)),
  );
}

/** Folded by its plain text: colours take no room on the terminal. */
function titleText({ severity, message }: Finding, layout: Layout): string {
  const { style } = layout;
  const label = severity.toUpperCase();
  const indent = `${label}  `;
  const lines = hang(indent, message, proseWidth(layout))
    .slice(indent.length)
    .trimEnd()
    .split('\n');
  const colour = style[COLOURS[severity]];
  return `${colour(style.bold(label))}  ${lines.map((line) => style.bold(line)).join('\n')}\n`;
}

/** Verdicts in the list; more are told in full below it. */
const MAX_LISTED = 12;

/** A line for each of several findings. */
export function findingList(findings: readonly Finding[], layout: Layout): string {
  const { style } = layout;
  const listed = findings.slice(0, MAX_LISTED);
  const rest = findings.length - listed.length;
  const where = listed.map(({ connections }) =>
    connections.length === 1 ? `connection ${connections[0]}` : `${connections.length} connections`,
  );
  const whereWidth = Math.max(...where.map((text) => text.length));
  const lines = listed.map(({ severity, message }, i) => {
    const label = severity.toUpperCase().padEnd(SEVERITY_WIDTH);
    const text = `${where[i]!.padEnd(whereWidth)}  ${escapeText(message)}`;
    return `${style[COLOURS[severity]](label)}  ${cut(text, proseWidth(layout) - label.length - 2)}\n`;
  });
  if (rest > 0) lines.push(`and ${rest} more\n`);
  return lines.join('');
}

const SEVERITY_WIDTH = 'WARNING'.length;
