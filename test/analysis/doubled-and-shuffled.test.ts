import { describe, expect, test } from 'vitest';
import type { Packet } from '../build/capture.ts';
import { type Analysis, contentOf, play } from '../mysql/analyze.ts';
import { LEGAL } from '../mysql/legal-scripts.ts';

/** Numbers from 0 up to 1, always the same ones. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const HANDSHAKE_FRAMES = 3;

/** A fifth of the frames come up to `places` too late. */
function shuffled(frames: readonly Packet[], places: number, next: () => number): Packet[] {
  return frames
    .map((frame, i) => {
      const isLate = i >= HANDSHAKE_FRAMES * 2 && next() < 0.2;
      return { frame, at: isLate ? i + 1 + Math.floor(next() * places) : i };
    })
    .sort((a, b) => a.at - b.at)
    .map(({ frame }) => frame);
}

const doubled = (frames: readonly Packet[]) => frames.flatMap((frame) => [frame, frame]);

const longest = LEGAL.toSorted((a, b) => b.script.length - a.script.length)[0]!;

/** Packets come by frame, so shuffled frames shuffle them, too. */
const sorted = (analysis: Analysis) =>
  contentOf(analysis)
    .map((packet) =>
      JSON.stringify(packet, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
    )
    .sort();

describe('every frame twice, and a fifth of them late', () => {
  const whole = play(longest.script, { segmentBytes: 5 });
  const frames = whole.report.capture.frames;

  test.each([1, 2, 3, 4, 5])('nothing is taken for lost (%i)', (seed) => {
    expect(frames).toBeGreaterThan(300);
    const next = random(seed);
    for (const mangle of [
      (list: readonly Packet[]) => shuffled(doubled(list), 50, next),
      (list: readonly Packet[]) => doubled(shuffled(list, 50, next)),
    ]) {
      const analysis = play(longest.script, { segmentBytes: 5, mangle });
      const { capture } = analysis.report;
      expect(sorted(analysis)).toEqual(sorted(whole));
      const { duplicates, retransmitted, gapBytes } = capture.quality;
      expect([capture.frames, duplicates]).toEqual([2 * frames, frames]);
      expect([gapBytes, retransmitted]).toEqual([0, 0]);
    }
  });
});
