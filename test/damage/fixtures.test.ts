import { describe, test } from 'vitest';
import { difference, differenceBeyondFrames, expectNone, shareOf, wrongGaps } from './compare.ts';
import {
  cutTo,
  damage,
  dropAny,
  dropData,
  duplicate,
  join,
  type Rule,
  reorder,
  split,
  startAfter,
} from './damage.ts';
import { outcomeOf } from './outcome.ts';
import { fixtures, SEEDS } from './subjects.ts';

/** Nothing is missing, so nothing may be different. */
const SHUFFLES: readonly [string, Rule[]][] = [
  ['20 % reordered within 3', [reorder(0.2, 3)]],
  ['20 % reordered within 3, times in order', [reorder(0.2, 3, 'sorted')]],
  ['20 % reordered within 50', [reorder(0.2, 50)]],
  ['10 % repeated at once', [duplicate(0.1)]],
  ['10 % repeated within 12', [duplicate(0.1, 12)]],
  ['20 % reordered within 3, 10 % repeated', [reorder(0.2, 3), duplicate(0.1, 12)]],
  ['20 % reordered within 50, 10 % repeated', [reorder(0.2, 50), duplicate(0.1, 12)]],
  ['every frame twice', [duplicate(1)]],
  ['every frame twice, the second as a router sends it', [duplicate(1, 1, 'routed')]],
  ['every frame twice, the second from a trunk', [duplicate(1, 1, 'tagged')]],
];

const LOSSES: readonly [string, Rule[]][] = [
  ['1 % of the data lost', [dropData(0.01)]],
  ['5 % of the data lost', [dropData(0.05)]],
  ['20 % of the data lost', [dropData(0.2)]],
  ['5 % of all frames lost', [dropAny(0.05)]],
  ['5 % lost, 20 % reordered within 3', [dropData(0.05), reorder(0.2, 3)]],
  ['cut to 64 bytes', [cutTo(64)]],
  ['cut to 96 bytes', [cutTo(96)]],
  ['cut to 256 bytes', [cutTo(256)]],
];

const SEGMENT_SIZES = [1, 2, 3, 7, 100, 1448];

/** Above this many bytes, segments of a few bytes each are too many frames. */
const MAX_SPLIT_BYTES = 20_000;

/** A capture with more frames is started after this many of them only; in the long run, after each. */
const MAX_STARTS = SEEDS.length > 1 ? Number.POSITIVE_INFINITY : 16;

/** What nobody can know of these captures without some of their frames. */
const UNKNOWABLE: Readonly<Record<string, string>> = {
  'built/binlog-events-40': 'events of the first version, which only the first event says',
  'built/column-types': 'whether a row is text or binary, and the types of its values',
  'causes/server-correct-pipelined':
    'that the server offers no database, which the login names by its flags alone',
  'causes/server-correct-pymysql':
    'that the server offers no database, which the login names by its flags alone',
  'login/before-41-mariadb': 'that it is of before 4.1: its definitions look like rows',
  'prepared/attributes-mysql': 'which of the values are attributes: one has no name',
  'replication/events-mariadb': 'which of two servers a flag is for',
  'tls/keylog-suites': 'that what can be read is in TLS: one suite does not encrypt',
};

describe.each(fixtures())('$name', ({ name, subject }) => {
  const { capture, connections } = subject;
  const clean = outcomeOf(subject);

  test.each(SHUFFLES)('%s: the same output', (_, rules) => {
    for (const seed of SEEDS) {
      const damaged = outcomeOf(subject, damage(capture, seed, ...rules));
      expectNone(damaged.errors, `seed ${seed}`);
      // A packet that came in IP fragments has the frame of whichever of them came last.
      const differs = connections.isComplete ? difference : differenceBeyondFrames;
      expectNone(differs(damaged, clean), `seed ${seed}`);
    }
  });

  test.each(LOSSES)('%s: nothing that was not there, and every gap counted', (_, rules) => {
    for (const seed of SEEDS) {
      const left = damage(capture, seed, ...rules);
      const damaged = outcomeOf(subject, left);
      expectNone(damaged.errors, `seed ${seed}`);
      if (!(name in UNKNOWABLE)) {
        expectNone(shareOf(subject, left, damaged, clean).invented, `seed ${seed}`);
      }
      if (connections.isComplete) expectNone(wrongGaps(subject, left, damaged), `seed ${seed}`);
    }
  });

  test('started after any frame: nothing that was not there', () => {
    const step = Math.ceil(capture.frames.length / MAX_STARTS);
    for (let count = 1; count < capture.frames.length; count += step) {
      const left = damage(capture, 0, startAfter(count));
      const damaged = outcomeOf(subject, left);
      expectNone(damaged.errors, `after ${count}`);
      if (name in UNKNOWABLE) continue;
      expectNone(shareOf(subject, left, damaged, clean).invented, `after ${count}`);
    }
  });

  test.each(SEGMENT_SIZES)('in segments of %i bytes: the same output', (size) => {
    const bytes = connections.count(capture).reduce((sum, { present }) => sum + present, 0);
    if (size < 100 && bytes > MAX_SPLIT_BYTES) return;
    const damaged = outcomeOf(subject, damage(capture, 0, split(size)));
    expectNone(damaged.errors, 'errors');
    expectNone(difference(damaged, clean), 'differences');
  });

  test('in segments of 64 KiB: the same output', () => {
    const damaged = outcomeOf(subject, damage(capture, 0, join()));
    expectNone(damaged.errors, 'errors');
    expectNone(differenceBeyondFrames(damaged, clean), 'differences');
  });
});
