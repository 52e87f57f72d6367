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
  /** As thread pools do it. */
  readonly isPool: boolean;
}

const OF_IDLE = /^(wait_timeout|interactive_timeout|idle_.*)$/;

/** MariaDB's thread pool looks for idle connections every half second. */
const POOL_LATE_SECONDS = 0.65;

/** What nobody set by hand for a test is a multiple of this: 28800, 3600, 600, 60, 30. */
const USUAL_STEP = 10;

/** Connections of one pool that show its timer: as many, beside this one, that ended after the same number of seconds. */
const MIN_BESIDE = 1;

/**
 * How servers close that do not say why (C9): MariaDB with RST exactly at the time, its thread pool with FIN up to half
 * a second later, MySQL before 8.0.24 and its thread pool with FIN. Null where it was not the server's timer.
 */
export function idleTimerOf(subject: Subject, closing: Closing): IdleTimer | null {
  const { quiet, ending } = closing;
  if (quiet === null || !isIdle(subject, closing)) return null;
  const isReset = ending.how === 'reset';
  // A bare reset answers something; a timer sends one of its own accord.
  if (isReset && subject.facts.reset?.acknowledged === -1) return null;
  const kind = serverKindOf(subject.session);
  if (kind?.proxy) return null;
  const late = !isReset && kind?.isMariaDb !== false ? POOL_LATE_SECONDS : undefined;
  const set = subject.facts.timeouts.findLast(
    ({ name, seconds }) => OF_IDLE.test(name) && seconds === onTheSecond(quiet, late),
  );
  if (set !== undefined) {
    const certainty = kind?.tellsTimeouts ? 'likely' : 'proven';
    return { seconds: set.seconds, certainty, set, isPool: kind?.tellsTimeouts === true };
  }
  if (kind?.tellsTimeouts) {
    const seconds = onTheSecond(quiet);
    const isTold = closing.unasked !== null && !isReset && seconds !== null;
    return isTold ? { seconds, certainty: 'likely', set: null, isPool: false } : null;
  }
  const seconds = onTheSecond(quiet);
  if (kind === null) {
    return seconds === null || seconds % USUAL_STEP > 0
      ? null
      : { seconds, certainty: 'possible', set: null, isPool: false };
  }
  if (isReset === kind.isMariaDb) {
    return seconds === null ? null : { seconds, certainty: 'likely', set: null, isPool: false };
  }
  if (isReset) return null;
  const ofPool = onTheSecond(quiet, POOL_LATE_SECONDS);
  if (ofPool === null) return null;
  if (isOfPool(subject, closing, ofPool)) {
    return { seconds: ofPool, certainty: 'likely', set: null, isPool: true };
  }
  if (seconds !== null || ofPool % USUAL_STEP > 0) return null;
  return { seconds: ofPool, certainty: 'possible', set: null, isPool: true };
}

/** Others ended after as many whole seconds, some of them, or this one, as late as only a thread pool is. */
function isOfPool({ around, conversation }: Subject, closing: Closing, seconds: number): boolean {
  const beside = around
    .idledBeside(conversation, closing.ending.frame)
    .filter((idled) => onTheSecond(idled.seconds, POOL_LATE_SECONDS) === seconds);
  const isLate = [closing.quiet!, ...beside.map((idled) => idled.seconds)].some(
    (idle) => onTheSecond(idle) === null,
  );
  return beside.length >= MIN_BESIDE && isLate;
}
