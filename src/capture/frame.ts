/** What is kept of a frame once its bytes are gone: where and when something was. */
export interface Frame {
  /** 1-based, as Wireshark's `frame.number`. */
  readonly number: number;
  readonly seconds: number;
  /** In units of 10^-digits seconds. */
  readonly fraction: number;
  /** Decimal digits of the time stamp, or -1 without one. */
  readonly digits: number;
}

/** Where there is none. */
export const NO_FRAME: Frame = { number: 0, seconds: 0, fraction: 0, digits: -1 };

/** A frame that is written over in place, where one a segment would be too many. */
export type FrameMemo = { -readonly [K in keyof Frame]: Frame[K] };

export function copyFrame(from: Frame, to: FrameMemo): void {
  to.number = from.number;
  to.seconds = from.seconds;
  to.fraction = from.fraction;
  to.digits = from.digits;
}

/** The frame of a record, or a copy of a frame that will be written over. */
export function frameOf(record: Frame): Frame {
  return {
    number: record.number,
    seconds: record.seconds,
    fraction: record.fraction,
    digits: record.digits,
  };
}

/** The first of some frames, or null where there is none. */
export function earliest(...frames: (Frame | null | undefined)[]): Frame | null {
  let first: Frame | null = null;
  for (const frame of frames) {
    if (frame && (first === null || frame.number < first.number)) first = frame;
  }
  return first;
}

/** Digits of a fraction at most; with as many, every fraction is still a whole number. */
const MAX_DIGITS = 15;

/** Negative where `a` is earlier, 0 for the same time, whatever their digits. Without a time stamp: earliest. */
export function compareTimes(a: Frame, b: Frame): number {
  if (a.digits < 0 || b.digits < 0) return Math.sign(a.digits) - Math.sign(b.digits);
  if (a.seconds !== b.seconds) return a.seconds - b.seconds;
  if (a.digits === b.digits) return a.fraction - b.fraction;
  return a.fraction * 10 ** (MAX_DIGITS - a.digits) - b.fraction * 10 ** (MAX_DIGITS - b.digits);
}

const NANOSECONDS = 1e9;

/** Seconds from one frame to another, or null where either has no time stamp. */
export function secondsBetween(from: Frame, to: Frame): number | null {
  if (from.digits < 0 || to.digits < 0) return null;
  // In whole nanoseconds first, so that the quotient is the shortest number for the difference.
  return (
    ((to.seconds - from.seconds) * NANOSECONDS + nanoseconds(to) - nanoseconds(from)) / NANOSECONDS
  );
}

/** The same of something that lasts: null as well where the capture's clock went back meanwhile. */
export function lapseBetween(from: Frame, to: Frame): number | null {
  const seconds = secondsBetween(from, to);
  return seconds !== null && seconds < 0 ? null : seconds;
}

function nanoseconds(frame: Frame): number {
  return Math.round((frame.fraction * NANOSECONDS) / 10 ** frame.digits);
}

/** RFC 3339 in UTC with as many digits as the capture has, or null without a time stamp. */
export function timeText(frame: Frame): string | null {
  if (frame.digits < 0) return null;
  const whole = secondText(frame.seconds);
  if (whole === null) return null;
  if (frame.digits === 0) return `${whole}Z`;
  return `${whole}.${String(frame.fraction).padStart(frame.digits, '0')}Z`;
}

/** The second that was asked for last: thousands of frames share one, and dates are slow. */
const last: { seconds: number; text: string | null } = { seconds: Number.NaN, text: null };

/** `2026-11-21T10:11:12`, or null of a damaged time stamp, outside of what a date can be. */
function secondText(seconds: number): string | null {
  if (seconds !== last.seconds) {
    const date = new Date(seconds * 1000);
    last.seconds = seconds;
    last.text = Number.isNaN(date.getTime()) ? null : date.toISOString().replace(/\.\d+Z$/, '');
  }
  return last.text;
}
