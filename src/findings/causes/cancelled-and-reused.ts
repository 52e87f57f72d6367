import type { CauseSpec } from '../cause.ts';
import { OF_OVERLAP } from '../outcomes.ts';
import {
  type Overlapping,
  overlapEvidence,
  overlappingOf,
  severityOf,
  TWO_READERS,
} from '../overlap.ts';
import { lapse, several } from '../words.ts';
import { CANCEL_SECONDS } from './shared-connection.ts';

/** Time-outs are set in tenths of a second up to one second, in halves up to ten, in seconds beyond. */
const STEPS = [
  { below: 1, step: 0.1 },
  { below: 10, step: 0.5 },
  { below: Number.POSITIVE_INFINITY, step: 1 },
];
/** What a timer and the command behind it take. */
const LATE_SECONDS = 0.05;
/** A timer counts from a moment before the capture sees the command. */
const EARLY_SECONDS = 0.002;

/** Two users whose commands overlap but once were rarely so far apart. */
const LONG_SECONDS = 1;
/** So many commands that each left before the answer to the one before: the reader is behind for good. */
const FOR_EVER = 3;

/** C15: somebody stopped waiting for an answer, and the connection was used again with the answer still to come. */
export const cancelledAndReused: CauseSpec = {
  id: 'cancelled-and-reused',
  rule: 'commands-out-of-sync',
  severity: 'error',
  also: OF_OVERLAP,
  title: 'A query was given up (a time-out, a cancelled task), and its connection used again.',
  advice: {
    client:
      'close the connection when a query was cancelled or timed out (asyncio.wait_for, gevent.Timeout, a signal handler, a read time-out); never put it back into the pool. Newer drivers do so by themselves: update yours. To end the query itself, use KILL QUERY on another connection, or max_execution_time (MySQL) and max_statement_time (MariaDB).',
  },
  drivers: TWO_READERS,
  page: {
    about: [
      'An answer that nobody waits for any more still comes. When the connection is used again, the next command reads it as its own; the one after that reads the next command’s answer, and so on for ever: every answer is off by one. Numbers may be wrong once, where the answer had been read in part, and are right from then on.',
      'It comes from a time-out or a cancelled task that the driver does not know of: gevent.Timeout, asyncio.wait_for around an older driver, a signal that raises an exception, an except clause that goes on.',
      'On the wire the next command leaves some time after the first one, mostly after a round number of seconds, while the answer to the first is still to come.',
    ],
    lookAlikes: [
      'shared-connection: two users; the second command comes within milliseconds, or a third follows at once.',
      'client-gave-up: the driver closed the connection after the time-out, as it should.',
      'Where the answer had arrived before the next command left, nothing shows on the wire.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0), a slow one' },
      { from: 'client', text: 'gives up after 2 s', quiet: true },
      { from: 'client', text: 'COM_QUERY (0), the next one' },
      { from: 'server', text: 'answer to the slow one (1 2 3 …)' },
      { from: 'client', text: 'reads it as the answer to the next one', quiet: true },
      { from: 'server', text: 'answer to the next one (1 2 3 …), for whoever comes' },
    ],
    fixture: 'built/cancelled-and-reused',
    twin: 'causes/cancelled-not',
  },
  diagnose: (subject) => {
    const overlapping = overlappingOf(subject);
    if (overlapping === null) return null;
    const timeout = timeoutOf(overlapping);
    if (timeout === null) return null;
    const { first, waiting, brokeOff, count } = overlapping;
    const { command, before } = first;
    const waited = lapse(before.frame, command.frame);
    const isForEver = count >= FOR_EVER && subject.facts.login !== null;
    return {
      frame: command.frame,
      fromClient: true,
      message: `A ${command.type} was sent ${waited} after a ${before.type} whose answer was still to come`,
      summary: `The client sent its next command ${waited} after a ${before.type} without having its answer: it had stopped waiting after about ${timeout} s (a time-out or a cancelled task), and the connection was used again all the same. The answer that comes late is read as that to the next command, and from then on every answer is off by one${count > 1 ? ` (${several(count, 'command')} left so)` : ''}.`,
      certainty: waiting !== null || brokeOff !== null || isForEver ? 'likely' : 'possible',
      severity: isForEver ? 'error' : severityOf(overlapping, subject),
      evidence: overlapEvidence(overlapping),
      ruledOut: [
        {
          id: 'client-gave-up',
          text: `the connection was not closed, but used again (frame ${command.frame.number})`,
        },
      ],
      occurrences: count,
    };
  },
};

/**
 * The time-out behind the first overlap, if it looks like one: no third command is sent meanwhile, and it is long,
 * or more commands are behind by one, too.
 */
function timeoutOf({ gap, overlaps, count }: Overlapping): number | null {
  if (gap === null || gap < CANCEL_SECONDS - EARLY_SECONDS) return null;
  if (overlaps.some(({ outstanding }) => outstanding > 1)) return null;
  if (count === 1 && gap < LONG_SECONDS) return null;
  const { step } = STEPS.find(({ below }) => gap < below - EARLY_SECONDS)!;
  const timeout = Math.floor((gap + EARLY_SECONDS) / step) * step;
  return gap - timeout > LATE_SECONDS ? null : Number(timeout.toFixed(1));
}
