import { escapeText } from '../bytes/text.ts';
import { type Frame, secondsBetween, timeText } from '../capture/frame.ts';
import type { DriverText, Evidence, Finding, Parties, Severity } from '../findings/finding.ts';
import { endpointText } from './addresses.ts';
import { SIDES } from './advice.ts';
import { count } from './count.ts';
import { pageOf } from './docs.ts';
import type { Recorded } from './records.ts';
import type { Layout, Style } from './renderer.ts';
import { cut, fold, hang, proseWidth } from './table.ts';

const COLOURS: Readonly<Record<Severity, keyof Style>> = {
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
};

/**
 * A finding for people. What broke, why, what proves it in the order of frames, and what to do come first; what else there is
 * stands below.
 */
export function findingText(finding: Finding, capture: Recorded, layout: Layout): string {
  const { style } = layout;
  const width = proseWidth(layout);
  const { cause, evidence, consequences, ruledOut, drivers } = finding;
  const frames = [...evidence, ...consequences].map(({ frame }) => frame);
  const frameWidth = String(Math.max(...frames.map(({ number }) => number))).length;
  const placeWidth = Math.max(...frames.map((frame) => placeText(frame, capture).length));
  const frameText = ({ frame, text }: Evidence) => {
    const place = placeText(frame, capture).padEnd(placeWidth);
    return hang(`    frame ${String(frame.number).padStart(frameWidth)}${place}  `, text, width);
  };
  const driverWidth = Math.max(0, ...drivers.map(({ driver }) => driver.length));
  const section = (name: string, texts: readonly string[], note = '') =>
    texts.length === 0 ? '' : `  ${style.bold(name)}${note}\n${texts.join('')}`;
  return [
    titleText(finding, layout),
    causeTitle(finding, layout),
    fold(whereText(finding, capture), '  ', width),
    ownDriverText(finding, width),
    section(
      'Why',
      [fold(cause.summary, '    ', width)],
      ` (${cause.id}, ${cause.certainty}; rule ${finding.rule})`,
    ),
    section('Proof', evidence.map(frameText)),
    section('What to do', adviceTexts(finding, layout)),
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

/** Nobody finds a text again that was folded: only a terminal's width does that. */
export function driverText(
  { driver, text }: DriverText,
  driverWidth: number,
  { width }: Layout,
): string {
  const label = `${driver.padEnd(driverWidth)}  `;
  return hang(`    ${label}`, text, width);
}

/** What happened, as surely as the capture tells. */
function causeTitle({ cause }: Finding, layout: Layout): string {
  const page = pageOf(cause.id);
  if (page === null) return '';
  const hedge = { proven: '', likely: 'Likely: ', possible: 'Possibly: ' }[cause.certainty];
  const lines = fold(`${hedge}${page.title}`, '  ', proseWidth(layout)).trimEnd().split('\n');
  return lines.map((line) => `  ${layout.style.bold(line.slice(2))}\n`).join('');
}

/** " (b.pcap 17)" of several files, by the last part of its path; else nothing. */
export function placeText({ number }: Frame, { places }: Recorded): string {
  const place = places.of(number);
  if (place === null) return '';
  const name = place.file.slice(place.file.lastIndexOf('/') + 1);
  return ` (${escapeText(name)} ${place.frame})`;
}

/** Which connection, whose, which frame, and when. */
export function whereText(finding: Finding, capture: Recorded): string {
  const { connection, connections, parties, frame, fromClient, occurrences } = finding;
  const others = connections.length - 1;
  const also = others === 0 ? '' : ` (and ${count(others, 'other')})`;
  const { first } = capture;
  const seconds = first === null ? null : secondsBetween(first, frame);
  const when =
    seconds === null ? '' : ` at ${timeText(frame)}, ${seconds.toFixed(3)} s into the capture`;
  const more = others > 0 || occurrences === 1 ? '' : `; ${occurrences} times in all`;
  return `connection ${connection}${also}${whoText(parties)}, frame ${frame.number}${placeText(frame, capture)} from the ${fromClient ? 'client' : 'server'}'s side${when}${more}`;
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
  const printed = drivers.filter(({ driver }) =>
    driver
      .toLowerCase()
      .split(/, | \(/)
      .some((name) => names.includes(name)),
  );
  if (printed.length === 0) return '';
  const label = `  ${escapeText(parties!.driver!)} prints: `;
  const texts = printed.map(({ text }) => hang(' '.repeat(label.length), text, width));
  return label + texts.join('').slice(label.length);
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
