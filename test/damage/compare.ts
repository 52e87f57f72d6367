import { expect } from 'vitest';
import type { OutputRecord } from '../../src/report/records.ts';
import { bigintAsText } from '../../src/report/value-text.ts';
import type { Capture } from './capture.ts';
import type { Outcome, Subject } from './outcome.ts';

/** Of the connections: what tells how the capture was made, not what was said. */
const OF_THE_CAPTURE = ['frames', 'quality', 'start', 'end', 'duration'];

/** Everything that names a frame or a time. */
const OF_THE_FRAMES = [
  ...OF_THE_CAPTURE,
  ...['frame', 'lastFrame', 'time', 'relative', 'timeToFirstByte'],
];

function textOf(record: OutputRecord, without: readonly string[]): string {
  return JSON.stringify(record, (key, value) =>
    without.includes(key) ? undefined : bigintAsText(key, value),
  );
}

/** The first place where a view's output differs from the clean one. */
export function difference(damaged: Outcome, clean: Outcome): string[] {
  return [
    differenceOf('packets', damaged, clean, []),
    differenceOf('queries', damaged, clean, []),
    differenceOf('results', damaged, clean, []),
    // Findings name frames of the damaged capture.
    differenceOf('connections', damaged, clean, [...OF_THE_CAPTURE, 'findings']),
  ].flat();
}

/** The same where frames became one: frames and times aside. */
export function differenceBeyondFrames(damaged: Outcome, clean: Outcome): string[] {
  return [
    differenceOf('packets', damaged, clean, OF_THE_FRAMES, byConnection),
    differenceOf('queries', damaged, clean, OF_THE_FRAMES, byConnection),
    differenceOf('results', damaged, clean, OF_THE_FRAMES, byConnection),
    differenceOf('connections', damaged, clean, [...OF_THE_FRAMES, 'findings']),
  ].flat();
}

function byConnection(a: OutputRecord, b: OutputRecord): number {
  return (a.connection as number) - (b.connection as number);
}

function differenceOf(
  view: keyof Omit<Outcome, 'errors'>,
  damaged: Outcome,
  clean: Outcome,
  without: readonly string[],
  order?: (a: OutputRecord, b: OutputRecord) => number,
): string[] {
  const [got, expected] = [damaged, clean].map((outcome) =>
    order === undefined ? outcome[view] : [...outcome[view]].sort(order),
  );
  for (let i = 0; i < Math.max(got!.length, expected!.length); i++) {
    const [a, b] = [got![i], expected![i]].map((each) => each && textOf(each, without));
    if (a !== b) return [`${view} ${i}: ${around(a, b)} instead of ${around(b, a)}`];
  }
  return [];
}

/** What stands where `text` begins to differ from another. */
function around(text = '', other = ''): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at++;
  return text === ''
    ? 'nothing'
    : `${text.slice(0, 110)} … ${text.slice(Math.max(0, at - 20), at + 60)}`;
}

/** How much of the clean output is there, and what is in the output that is not in the clean one. */
export interface Share {
  readonly decoded: number;
  /** Packets of the clean capture. */
  readonly all: number;
  /** Of these, those that lie in frames that are all there, whole. */
  readonly present: number;
  readonly invented: readonly string[];
}

export function shareOf(
  { capture: clean, connections, charsetsAreKnown }: Subject,
  capture: Capture,
  damaged: Outcome,
  cleanOutcome: Outcome,
): Share {
  const expected = new Map<string, OutputRecord[]>();
  for (const packet of cleanOutcome.packets) {
    const alike = expected.get(keyOf(packet));
    if (alike === undefined) expected.set(keyOf(packet), [packet]);
    else alike.push(packet);
  }
  const places = new Set(cleanOutcome.packets.map(placeOf));
  let decoded = 0;
  const invented: string[] = [];
  for (const packet of damaged.packets) {
    const isPart = String(packet.problems) !== '';
    // It says itself that nobody can tell what it is.
    if (packet.type === 'Unknown' && places.has(placeOf(packet))) continue;
    const alike = expected.get(keyOf(packet)) ?? [];
    const at = alike.findIndex(
      (was) =>
        // The header of what was packed may be in a frame that is missing, or the end in another.
        (was.frame === packet.frame || was.lastFrame === packet.lastFrame) &&
        (!charsetsAreKnown || agrees(packet.fields, was.fields, isPart)),
    );
    if (at < 0)
      invented.push(`${placeOf(packet)} ${packet.type} ${disagreement(packet, alike[0])}`);
    else if (String(alike.splice(at, 1)[0]!.problems) === String(packet.problems)) decoded++;
  }
  const present = countPresent(clean, capture, connections, cleanOutcome);
  return { decoded, all: cleanOutcome.packets.length, present, invented };
}

/** The first field that says something else. */
function disagreement({ fields, problems }: OutputRecord, expected?: OutputRecord): string {
  if (expected === undefined) return `is none of the clean packets: ${textOf({ fields }, [])}`;
  const was = expected.fields as Record<string, unknown>;
  const wrong = Object.entries(fields as object).find(([key, value]) => !agrees(value, was[key]));
  const [got, right] = [wrong?.[1], was[wrong?.[0] ?? '']].map((value) => textOf({ value }, []));
  return `${wrong?.[0]}: ${around(got, right)} instead of ${around(right, got)}; ${problems}`;
}

/** What is expected of a view's records and is not there, or differs beyond what cannot be known. */
export function absentFrom(
  records: readonly OutputRecord[],
  expected: readonly OutputRecord[],
): string[] {
  return expected
    .filter((record) => !records.some((got) => got.frame === record.frame && agrees(got, record)))
    .map((record) => textOf(record, []).slice(0, 300));
}

function keyOf({ connection, from, sequenceId, length, type }: OutputRecord): string {
  return `${connection} ${from} ${sequenceId} ${length} ${type}`;
}

function placeOf({ connection, from, sequenceId, length, frame }: OutputRecord): string {
  return `${connection} ${from} ${sequenceId} ${length} ${frame}`;
}

/**
 * Whether what was decoded is what the clean capture says, or null for what cannot be known. Text of a
 * packet that was cut may end early.
 */
function agrees(got: unknown, expected: unknown, isPart = false): boolean {
  if (got === null || got === expected) return true;
  if (typeof got === 'string') {
    // A row's number is text where its columns were not seen.
    if (typeof expected === 'number') return got === String(expected);
    return isPart && typeof expected === 'string' && expected.startsWith(got.replace(/…$/, ''));
  }
  if (typeof got !== 'object' || typeof expected !== 'object' || expected === null) return false;
  return Object.entries(got).every(([key, value]) => {
    const was = (expected as Record<string, unknown>)[key];
    // A statement's text comes from its PREPARE: that may have been cut, and its reset lost.
    return key === 'sql' ? was === null || agrees(value, was, true) : agrees(value, was, isPart);
  });
}

/** Packets from whose first to whose last frame nothing of their connection and direction is missing. */
function countPresent(
  clean: Capture,
  capture: Capture,
  connections: Subject['connections'],
  { packets }: Outcome,
): number {
  const whole = new Set<number>();
  for (const { origin, bytes } of capture.frames) {
    if (bytes.length >= clean.frames[origin - 1]!.bytes.length) whole.add(origin);
  }
  // By connection and direction, the frames that are not whole, in order.
  const missing = new Map<string, number[]>();
  for (const { origin } of clean.frames) {
    if (whole.has(origin)) continue;
    const way = connections.wayOf(origin);
    if (way !== null) missing.set(way, [...(missing.get(way) ?? []), origin]);
  }
  return packets.filter(({ frame, lastFrame }) => {
    const gone = missing.get(connections.wayOf(frame as number)!) ?? [];
    return !gone.some((origin) => origin >= (frame as number) && origin <= (lastFrame as number));
  }).length;
}

/** Connections of which mywire says that more or less is missing or cut than the capture shows. */
export function wrongGaps({ connections }: Subject, capture: Capture, outcome: Outcome): string[] {
  const counts = connections.count(capture);
  return outcome.connections.flatMap(({ connection, quality }) => {
    const { missing, truncated: cut } = counts[connection as number]!;
    const [least, most] = missing;
    const { gapBytes, truncated } = quality as { gapBytes: number; truncated: number };
    const isRight = least <= gapBytes && gapBytes <= most && truncated === cut;
    return isRight
      ? []
      : [`connection ${connection}: ${gapBytes} of ${most} bytes, ${truncated} of ${cut} cut`];
  });
}

/** Fails with the first few. */
export function expectNone(faults: readonly string[], what: string): void {
  if (faults.length === 0) return;
  expect.fail([`${what}: ${faults.length} faults`, ...faults.slice(0, 3)].join('\n'));
}

/** The same of which it does not say that exactly what was removed from the clean capture is missing. */
export function wrongRemovals(
  { capture: clean, connections }: Subject,
  capture: Capture,
  outcome: Outcome,
): string[] {
  const before = connections.count(clean);
  const after = connections.count(capture);
  return outcome.connections.flatMap(({ connection, quality }) => {
    const [had, has] = [before, after].map((counts) => counts[connection as number]!.present);
    const { gapBytes } = quality as { gapBytes: number };
    return gapBytes === had! - has!
      ? []
      : [`connection ${connection}: ${gapBytes} of ${had! - has!}`];
  });
}
