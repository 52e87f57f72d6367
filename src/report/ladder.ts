import type { Rung } from '../findings/cause.ts';
import { fold } from './table.ts';

/** Fits into any terminal, behind an indent. */
const WIDTH = 72;
const CLIENT = 4;
const SERVER = WIDTH - 1 - CLIENT;
const BETWEEN = (CLIENT + SERVER + 1) / 2;
/** Of dashes, on either side of an arrow's text. */
const MIN_DASHES = 2;
/** Between a note and its line. */
const NOTE_GAP = 3;

const COLUMNS = { client: CLIENT, between: BETWEEN, server: SERVER } as const;
type Party = keyof typeof COLUMNS;

/** A drawing of who sends what to whom, from above to below, of characters that any font has. */
export function ladderText(rungs: readonly Rung[]): string {
  const parties: Party[] = rungs.some(({ from }) => from === 'between')
    ? ['client', 'between', 'server']
    : ['client', 'server'];
  const lines = [
    drawn(parties.map((party) => [COLUMNS[party] - Math.floor(party.length / 2), party])),
    bars(parties),
  ];
  for (const [number, rung] of rungs.entries()) {
    // What stands still is set apart from what moves.
    if (number > 0 && rung.quiet !== rungs[number - 1]!.quiet) lines.push(bars(parties));
    lines.push(...(rung.quiet ? note(rung, parties) : arrow(rung, parties)));
  }
  lines.push(bars(parties));
  return lines.map((line) => `${line}\n`).join('');
}

/** Texts at their columns of one line; the later ones over the earlier ones. */
function drawn(marks: readonly (readonly [column: number, text: string])[]): string {
  let line = '';
  for (const [column, text] of marks) {
    line = line.padEnd(column).slice(0, column) + text + line.slice(column + text.length);
  }
  return line.trimEnd();
}

function bars(parties: readonly Party[], ...marks: [column: number, text: string][]): string {
  return drawn([...parties.map((party): [number, string] => [COLUMNS[party], '|']), ...marks]);
}

/** Beside the line of whom it is about; that line is dotted meanwhile. */
function note({ from, text }: Rung, parties: readonly Party[]): string[] {
  const column = COLUMNS[from];
  const room = (SERVER - CLIENT) / (parties.length - 1) - 2 * NOTE_GAP;
  return folded(text, room).map((line) => {
    const start = from === 'server' ? column - NOTE_GAP + 1 - line.length : column + NOTE_GAP;
    return bars(parties, [column, ':'], [start, line]);
  });
}

function arrow({ from, to, lost, text }: Rung, parties: readonly Party[]): string[] {
  const isForward = from === 'client' || (from === 'between' && to !== 'client');
  const start = COLUMNS[from];
  const target = isForward ? SERVER : CLIENT;
  const end = lost ? lostAt(start, target, parties) : target;
  const [left, right] = isForward ? [start, end] : [end, start];
  const room = right - left - 1;
  const head = lost ? 'x' : isForward ? '>' : '<';
  const label = ` ${text} `;
  const fits = label.length + 2 * MIN_DASHES + 1 <= room;
  const dashes = room - 1 - (fits ? label.length : 0);
  const before = Math.floor(dashes / 2);
  const shaft = `${'-'.repeat(before)}${fits ? label : ''}${'-'.repeat(dashes - before)}`;
  const line = bars(parties, [left + 1, isForward ? shaft + head : head + shaft]);
  if (fits) return [line];
  const above = folded(text, room - 2 * MIN_DASHES).map((part) =>
    bars(parties, [left + 1 + Math.floor((room - part.length) / 2), part]),
  );
  return [...above, line];
}

/** With whatever stands between, or else on the way. */
function lostAt(start: number, target: number, parties: readonly Party[]): number {
  const isHeld = start !== BETWEEN && parties.includes('between');
  return isHeld ? BETWEEN : Math.round(start + ((target - start) * 3) / 4);
}

function folded(text: string, room: number): string[] {
  return fold(text, '', room).trimEnd().split('\n');
}
