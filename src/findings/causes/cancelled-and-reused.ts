import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
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
      'The same comes of an answer that is left in its midst: a driver that fails on a value which it cannot decode, a loop that is left before an unbuffered result has ended. There the next command acknowledges a part of the answer.',
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
    if (timeout === null) return brokenOff(overlapping, subject);
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
 * The next command left in the midst of an answer, without a time-out: nobody read on, and soon the client hung up on
 * both answers. A second user would have let the first one read its own.
 */
function brokenOff(overlapping: Overlapping, subject: Subject): Diagnosis | null {
  const { first, count, brokeOff, waiting } = overlapping;
  const { command, before, received, commandAnswer } = first;
  if (count > 1 || received === 0 || brokeOff === null || commandAnswer !== null) return null;
  return {
    frame: command.frame,
    fromClient: true,
    message: `A ${command.type} was sent in the midst of the answer to a ${before.type}`,
    summary: `The client had received ${received} bytes of the answer to its ${before.type} and did not read it to its end: it sent the next command, and then hung up with the rest unread. So does a driver that fails in the midst of an answer (a value that it cannot decode), or a program that leaves an unbuffered result; whoever uses the connection again reads the rest as the answer to its own command.`,
    certainty: waiting === null ? 'likely' : 'possible',
    severity: severityOf(overlapping, subject),
    evidence: overlapEvidence(overlapping),
    advice: {
      client:
        'look at what the driver raised right before: after an error in the midst of an answer close the connection, or read all of the answer (fetch all rows, close the cursor) before the next command; report a value that the driver cannot decode to its authors.',
    },
    ruledOut: [
      {
        id: 'shared-connection',
        text: 'it happened once, and nobody went on reading the first answer',
      },
    ],
  };
}

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
