import { describe, expect, test } from 'vitest';
import { after, C, capture, lost, on, S, type Step, serverBytes } from '../build/conversation.ts';
import { ok, packet, ping, query } from '../build/mysql.ts';
import { type AnalyzeOptions, analyze } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';

const OK = packet(1, ok());
const PING = [C(0, ping), S(1, ok())];

/** Connection 0 leaves something open; connection 1 works on, one ping a second; then 0 goes on. */
function whileOthersWork(open: readonly Step[], pings: number, end: readonly Step[]): Step[] {
  const works = Array.from({ length: pings }, () => [after(0.999, PING[0]!), PING[1]!]).flat();
  return [
    ...CONNECT,
    ...[...CONNECT, ...PING].map((step) => on(1, step)),
    ...open,
    ...works.map((step) => on(1, step)),
    ...end,
  ];
}

const HALF_PACKET = [C(0, ping), serverBytes(OK.subarray(0, 5))];
const OTHER_HALF = [serverBytes(OK.subarray(5))];

/** Frames, in the order in which their packets, or queries, were told. */
function framesOf(bytes: Uint8Array, options: AnalyzeOptions): number[] {
  const { packets, queries } = analyze(bytes, options);
  return (options.queries ? queries : packets).map(({ frame }) => frame.number);
}

function isSorted(frames: readonly number[]): boolean {
  return frames.every((frame, i) => i === 0 || frame >= frames[i - 1]!);
}

/** In one piece and in chunks of several sizes: an order that does not depend on them. */
function orderOf(script: readonly Step[], options: AnalyzeOptions = {}): number[] {
  const bytes = capture(script);
  const whole = framesOf(bytes, options);
  for (const chunkBytes of [1, 100, 1000, 5000]) {
    expect(framesOf(bytes, { ...options, chunkBytes }), `chunks of ${chunkBytes}`).toEqual(whole);
  }
  return whole;
}

describe('what has not arrived whole', () => {
  test('is waited for, 10 seconds', () => {
    expect(isSorted(orderOf(whileOthersWork(HALF_PACKET, 9, OTHER_HALF)))).toBe(true);
  });

  test('comes late when it takes longer, and only that does', () => {
    const frames = orderOf(whileOthersWork(HALF_PACKET, 30, OTHER_HALF));
    const late = frames.findIndex((frame, i) => i > 0 && frame < frames[i - 1]!);
    expect(late).toBe(frames.length - 1);
    expect(isSorted(frames.toSpliced(late, 1))).toBe(true);
  });

  test('does not hold up the others for ever', () => {
    const { queries, toldEarly } = analyze(capture(whileOthersWork(HALF_PACKET, 100, [])), {
      queries: true,
    });
    // The ping that waits for its answer is the one that the end brings.
    expect(toldEarly).toBe(queries.length - 1);
  });

  test('is waited for again once it has come', () => {
    const once = whileOthersWork(HALF_PACKET, 30, OTHER_HALF);
    const works = PING.map((step) => on(1, step));
    const frames = orderOf([...once, ...HALF_PACKET, ...works, ...works, ...OTHER_HALF]);
    expect(isSorted(frames.slice(-6))).toBe(true);
  });
});

test('a hole in a connection that has gone quiet does not hold them up either', () => {
  const hole = [lost(C(0, ping)), C(0, query('select 1'))];
  const { queries, toldEarly } = analyze(capture(whileOthersWork(hole, 100, [])), {
    queries: true,
  });
  expect(toldEarly).toBeGreaterThan(queries.length - 3);
  orderOf(whileOthersWork(hole, 30, [S(1, ok())]));
});

test('the answer to a command is waited for a minute', () => {
  const asked = [C(0, query('select sleep(100)'))];
  const answered = [S(1, ok())];
  const options = { queries: true, packets: false };
  expect(isSorted(orderOf(whileOthersWork(asked, 50, answered), options))).toBe(true);
  const late = orderOf(whileOthersWork(asked, 100, answered), options);
  expect([late.at(-1), isSorted(late.slice(0, -1))]).toEqual([15, true]);
});
