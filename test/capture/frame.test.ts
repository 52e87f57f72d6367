import { describe, expect, test } from 'vitest';
import {
  copyFrame,
  type Frame,
  frameOf,
  lapseBetween,
  secondsBetween,
  timeText,
} from '../../src/capture/frame.ts';
import { newRecord } from '../../src/capture/record.ts';

const at = (seconds: number, fraction = 0, digits = 6): Frame => ({
  number: 1,
  seconds,
  fraction,
  digits,
});

test('a frame is what is kept of a record', () => {
  const record = { ...newRecord(), number: 7, seconds: 5, fraction: 3, digits: 9 };
  const kept = frameOf(record);
  expect(kept).toEqual({ number: 7, seconds: 5, fraction: 3, digits: 9 });
  const memo = { number: 0, seconds: 0, fraction: 0, digits: 0 };
  copyFrame(kept, memo);
  expect(memo).toEqual(kept);
});

describe('secondsBetween', () => {
  test.each([
    ['whole seconds', at(1), at(3), 2],
    [
      'microseconds, as the shortest number',
      at(1_700_000_000, 100_000),
      at(1_700_000_000, 400_000),
      0.3,
    ],
    ['across a second', at(1, 999_999), at(2, 1), 0.000002],
    ['backwards', at(2), at(1, 500_000), -0.5],
    ['two resolutions', at(1, 500, 3), at(1, 500_000_001, 9), 1e-9],
    ['finer than nanoseconds', at(0, 0, 12), at(0, 1_500_000_000_000, 12), 1.5],
    ['no fraction', at(1, 0, 0), at(2, 0, 0), 1],
    ['no time in the first', at(0, 0, -1), at(2), null],
    ['no time in the second', at(2), at(0, 0, -1), null],
  ])('%s', (_, from, to, seconds) => {
    expect(secondsBetween(from, to)).toBe(seconds);
  });
});

describe('lapseBetween', () => {
  test.each([
    ['forwards', at(1), at(3), 2],
    ['at once', at(1), at(1), 0],
    ['backwards', at(2), at(1, 500_000), null],
    ['no time', at(2), at(0, 0, -1), null],
  ])('%s', (_, from, to, seconds) => {
    expect(lapseBetween(from, to)).toBe(seconds);
  });
});

describe('timeText', () => {
  test.each([
    ['microseconds', at(1_700_000_000, 42), '2023-11-14T22:13:20.000042Z'],
    ['nanoseconds', at(1_700_000_000, 42, 9), '2023-11-14T22:13:20.000000042Z'],
    ['milliseconds', at(0, 7, 3), '1970-01-01T00:00:00.007Z'],
    ['whole seconds', at(1_700_000_000, 0, 0), '2023-11-14T22:13:20Z'],
    ['the last second of 32 bits', at(0xffff_ffff, 999_999), '2106-02-07T06:28:15.999999Z'],
    ['before 1970', at(-1, 500_000), '1969-12-31T23:59:59.500000Z'],
    ['no time stamp', at(0, 0, -1), null],
    ['beyond what a date can be', at(1e13), null],
  ])('%s', (_, frame, text) => {
    expect(timeText(frame)).toBe(text);
  });
});
