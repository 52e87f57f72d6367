import { describe, expect, test } from 'vitest';
import type { OutputRecord } from '../../src/report/records.ts';
import {
  absentFrom,
  difference,
  differenceBeyondFrames,
  expectNone,
  shareOf,
  wrongGaps,
  wrongRemovals,
} from './compare.ts';
import {
  cutTo,
  damage,
  dropData,
  duplicate,
  join,
  only,
  type Rule,
  reorder,
  split,
  startAfter,
} from './damage.ts';
import { outcomeOf } from './outcome.ts';
import { recording, SEEDS } from './subjects.ts';

/** A busy server's traffic: short transactions of several connections at once, and two long answers. */
const oltp = recording('oltp');
const { capture, connections } = oltp;
const clean = outcomeOf(oltp);

const SHUFFLES: readonly [string, Rule[]][] = [
  ['20 % reordered within 3', [reorder(0.2, 3)]],
  ['20 % reordered within 50', [reorder(0.2, 50)]],
  ['20 % reordered within 50, times in order', [reorder(0.2, 50, 'sorted')]],
  ['10 % repeated', [duplicate(0.1, 12)]],
  ['20 % reordered within 50, 10 % repeated', [reorder(0.2, 50), duplicate(0.1, 12)]],
  ['every frame twice', [duplicate(1)]],
  ['every frame twice, the second as a router sends it', [duplicate(1, 1, 'routed')]],
  ['every frame twice, the second from a trunk', [duplicate(1, 1, 'tagged')]],
];

test.each(SHUFFLES)('%s: the same output', (_, rules) => {
  for (const seed of SEEDS) {
    const damaged = outcomeOf(oltp, damage(capture, seed, ...rules));
    expectNone(damaged.errors, `seed ${seed}`);
    expectNone(difference(damaged, clean), `seed ${seed}`);
  }
});

/** What is decoded at least: a share of all packets, and of those that lie in frames that are there. */
const LOSSES: readonly [string, Rule[], ofAll: number, ofPresent: number][] = [
  ['1 % of the data lost', [dropData(0.01)], 0.98, 0.999],
  ['5 % of the data lost', [dropData(0.05)], 0.94, 0.999],
  ['20 % of the data lost', [dropData(0.2)], 0.78, 0.999],
  ['1 % lost, 20 % reordered within 3', [dropData(0.01), reorder(0.2, 3)], 0.98, 0.999],
  ['1 % lost, 20 % reordered within 50', [dropData(0.01), reorder(0.2, 50)], 0.98, 0.999],
];

test.each(LOSSES)('%s: decodes what is there, counts what is not', (_, rules, ofAll, ofPresent) => {
  for (const seed of SEEDS) {
    const left = damage(capture, seed, ...rules);
    const damaged = outcomeOf(oltp, left);
    expectNone(damaged.errors, `seed ${seed}`);
    const share = shareOf(oltp, left, damaged, clean);
    expectNone(share.invented, `seed ${seed}`);
    expectNone(wrongRemovals(oltp, left, damaged), `seed ${seed}`);
    expect(share.decoded / share.all, `seed ${seed}`).toBeGreaterThanOrEqual(ofAll);
    expect(share.decoded / share.present, `seed ${seed}`).toBeGreaterThanOrEqual(ofPresent);
  }
});

test.each([64, 96, 256])('cut to %i bytes: invents nothing, counts what is not there', (size) => {
  const left = damage(capture, 0, cutTo(size));
  const damaged = outcomeOf(oltp, left);
  expectNone(damaged.errors, 'errors');
  expectNone(shareOf(oltp, left, damaged, clean).invented, 'invented');
  expectNone(wrongGaps(oltp, left, damaged), 'gaps');
});

test('started after some of its frames: nothing that was not there', () => {
  for (const seed of SEEDS) {
    for (const part of [0.1, 0.35, 0.6, 0.85]) {
      const count = Math.floor(capture.frames.length * part) + (seed % 97);
      const left = damage(capture, 0, startAfter(count));
      const damaged = outcomeOf(oltp, left);
      expectNone(damaged.errors, `after ${count}`);
      expectNone(shareOf(oltp, left, damaged, clean).invented, `after ${count}`);
    }
  }
});

test.each([100, 1448])('in segments of %i bytes: the same output', (size) => {
  const damaged = outcomeOf(oltp, damage(capture, 0, split(size)));
  expectNone(damaged.errors, 'errors');
  expectNone(difference(damaged, clean), 'differences');
});

test('in segments of 64 KiB: the same output', () => {
  const damaged = outcomeOf(oltp, damage(capture, 0, join()));
  expectNone(damaged.errors, 'errors');
  expectNone(differenceBeyondFrames(damaged, clean), 'differences');
});

describe('one connection of it', () => {
  /** A thread of sysbench: long enough to have every kind of statement, short enough for tiny segments. */
  const number = 2;
  const isOurs = only(({ origin }) => connections.of(origin) === number);
  const alone = outcomeOf(oltp, damage(capture, 0, isOurs));

  test.each([1, 2, 3, 7])('in segments of %i bytes: the same output', (size) => {
    const damaged = outcomeOf(oltp, damage(capture, 0, isOurs, split(size)));
    expectNone(damaged.errors, 'errors');
    expectNone(difference(damaged, alone), 'differences');
  });
});

/** A connection's number and which sixty of its frames: from the login on, statements prepared, and run. */
const SESSIONS: readonly [string, connection: number, from: number][] = [
  ['with statements as text, from the login on', 0, 0],
  ['with statements as text, from the middle', 0, 500],
  ['that prepare statements, from the login on', 12, 0],
  ['that execute prepared statements', 12, 90],
];

test.each(SESSIONS)('sixty frames %s, without the first ones', (_, connection, from) => {
  const own = capture.frames.filter(({ origin }) => connections.of(origin) === connection);
  const session = { ...capture, frames: own.slice(from, from + 60) };
  const [start, end] = [session.frames[0]!.origin, session.frames.at(-1)!.origin];
  const whole = clean.queries.filter(
    (query) =>
      query.connection === connection && (query.frame as number) >= start && endOf(query) <= end,
  );
  expect(whole.length).toBeGreaterThan(10);
  for (let count = 0; count < 60; count++) {
    const left = damage(session, 0, startAfter(count));
    const { origin } = left.frames[0]!;
    const [, ...expected] = whole.filter(({ frame }) => (frame as number) >= origin);
    const { queries, errors } = outcomeOf(oltp, left);
    expectNone(errors, `after ${count}`);
    expectNone(absentFrom(queries, expected), `after ${count}`);
  }
});

/** The last frame of a command and its answer: sysbench's statements have one each, or none at all. */
function endOf({ frame, response }: OutputRecord): number {
  const { lastFrame } = response as { lastFrame: number | null };
  return lastFrame ?? (frame as number);
}

describe('with loopback’s segments', () => {
  const offload = recording('oltp-offload');
  const cleanOffload = outcomeOf(offload);

  test.each(SHUFFLES)('%s: the same output', (_, rules) => {
    for (const seed of SEEDS) {
      const damaged = outcomeOf(offload, damage(offload.capture, seed, ...rules));
      expectNone(damaged.errors, `seed ${seed}`);
      expectNone(difference(damaged, cleanOffload), `seed ${seed}`);
    }
  });

  test.each(LOSSES)('%s: invents nothing, counts what is not there', (_, rules) => {
    for (const seed of SEEDS) {
      const left = damage(offload.capture, seed, ...rules);
      const damaged = outcomeOf(offload, left);
      expectNone(damaged.errors, `seed ${seed}`);
      expectNone(shareOf(offload, left, damaged, cleanOffload).invented, `seed ${seed}`);
      expectNone(wrongGaps(offload, left, damaged), `seed ${seed}`);
    }
  });

  test.each([100, 1448])('in segments of %i bytes: the same output', (size) => {
    const damaged = outcomeOf(offload, damage(offload.capture, 0, split(size)));
    expectNone(damaged.errors, 'errors');
    expectNone(difference(damaged, cleanOffload), 'differences');
  });
});
