import type { SetTimeout } from '../mysql/facts.ts';
import type { Subject } from './cause.ts';
import { type Closing, isIdle, onTheSecond } from './closing.ts';
import type { Certainty } from './finding.ts';
import { serverKindOf } from './server-kind.ts';

/** The server's own timer, by which it closed an idle connection. */
interface IdleTimer {
  readonly seconds: number;
  readonly certainty: Certainty;
  /** The client had set it to that itself. */
  readonly set: SetTimeout | null;
}

const OF_IDLE = /^(wait_timeout|interactive_timeout|idle_.*)$/;

/** MariaDB's thread pool looks for idle connections every half second. */
const POOL_LATE_SECONDS = 0.65;

/** What nobody set by hand for a test is a multiple of this: 28800, 3600, 600, 60, 30. */
const USUAL_STEP = 10;

/**
 * How servers close that do not say why (C9): MariaDB with RST exactly at the time, its thread pool with FIN up to half
 * a second later, MySQL before 8.0.24 with FIN. Null where it was not the server's timer.
 */
export function idleTimerOf(subject: Subject, closing: Closing): IdleTimer | null {
  const { quiet, ending } = closing;
  if (quiet === null || !isIdle(subject, closing)) return null;
  const isReset = ending.how === 'reset';
  // A bare reset answers something; a timer sends one of its own accord.
  if (isReset && subject.facts.reset?.acknowledged === -1) return null;
  const kind = serverKindOf(subject.session);
  if (kind?.tellsTimeouts || kind?.proxy) return null;
  const late = !isReset && kind?.isMariaDb !== false ? POOL_LATE_SECONDS : undefined;
  const set = subject.facts.timeouts.findLast(
    ({ name, seconds }) => OF_IDLE.test(name) && seconds === onTheSecond(quiet, late),
  );
  if (set !== undefined) return { seconds: set.seconds, certainty: 'proven', set };
  const seconds = onTheSecond(quiet);
  if (kind === null) {
    return seconds === null || seconds % USUAL_STEP > 0
      ? null
      : { seconds, certainty: 'possible', set: null };
  }
  if (isReset === kind.isMariaDb) {
    return seconds === null ? null : { seconds, certainty: 'likely', set: null };
  }
  if (isReset || seconds !== null) return null;
  const ofPool = onTheSecond(quiet, POOL_LATE_SECONDS);
  if (ofPool === null || ofPool % USUAL_STEP > 0) return null;
  return { seconds: ofPool, certainty: 'possible', set: null };
}
