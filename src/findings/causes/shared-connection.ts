import type { CauseSpec } from '../cause.ts';
import type { Certainty } from '../finding.ts';
import { OF_OVERLAP } from '../outcomes.ts';
import {
  type Overlapping,
  overlapEvidence,
  overlappingOf,
  severityOf,
  TWO_READERS,
} from '../overlap.ts';
import { lapse, several } from '../words.ts';

/** In one process the counter of the driver is soon wrong; so many overlaps outlive only two that have one each. */
const MANY = 16;

/** C12, C13: a command left before the answer to the one before it had been read. */
export const sharedConnection: CauseSpec = {
  id: 'shared-connection',
  rule: 'commands-out-of-sync',
  severity: 'error',
  also: OF_OVERLAP,
  title: 'Two users share one connection: threads, tasks, or processes after a fork.',
  advice: {
    client:
      'give each thread, task and process a connection of its own, from a pool: no two queries at once on one (asyncio.gather); connect after fork(), not before (gunicorn --preload, celery prefork: engine.dispose(close=False) in the child); close a connection whose query was cancelled, instead of using it again. What was read so far may belong to other queries.',
  },
  drivers: TWO_READERS,
  page: {
    about: [
      'A driver sends a command and reads the packets that come next as its answer. When somebody else sends a command on the same connection meanwhile, two readers share what comes: one reads the other’s answer, or half of it. The numbers on the wire are all right; each answer counts from 1. Still the drivers complain about wrong ones, because the counter that a reader compares with is moved on by the other one. "got 7 expected 7" is proof of it: the counter changed between the comparison and the message.',
      'Worse than the errors are the answers that happen to fit: a query gets the rows of another one, and nobody notices.',
      'Threads and tasks in one process share the driver’s counter, too, and fail within a few commands. Two processes after a fork() have a counter each: both go on for long, with hundreds of commands that overlap and wrong answers but hardly an error.',
      'What shows it is overlap. Each TCP segment acknowledges what its sender had received: when the segment with the second command acknowledges less than the whole answer to the first one, it left before that answer had come. Where both users happen to take turns, nothing shows.',
    ],
    lookAlikes: [
      'Pipelining: MariaDB’s connectors for Node.js, Java and R2DBC, MySqlConnector, Vert.x and Bun send ahead on purpose and match the answers in order. They are known by their connection attributes; others by what they do: several commands in one segment, or three and more one behind the other before anything of an answer has come, all of them answered and read. What else a driver without a name sends ahead is no more than possible, unless the client hung up on the answers.',
      'cancelled-and-reused: one user, who gave up waiting; the second command comes after a time-out.',
      'client-gave-up: a query was cancelled and the driver closed the connection, as it should.',
    ],
    ladder: [
      { from: 'client', text: 'task A: COM_QUERY (0)' },
      { from: 'client', text: 'task B: COM_QUERY (0), before A has its answer' },
      { from: 'server', text: 'answer to A (1 2 3 …)' },
      { from: 'client', text: 'B reads it', quiet: true },
      { from: 'server', text: 'answer to B (1 2 3 …)' },
    ],
    fixture: 'causes/gather-mysql',
    twin: 'causes/gather-with-a-pool',
  },
  diagnose: (subject) => {
    const overlapping = overlappingOf(subject);
    if (overlapping === null) return null;
    const { first, waiting, count } = overlapping;
    const { command } = first;
    const who =
      waiting === null
        ? 'The client sent a command'
        : `${waiting} waits for each answer before it sends the next command; yet it sent one`;
    return {
      frame: command.frame,
      fromClient: true,
      message: `A second command was sent while the answer to the first was still to come`,
      summary: `${who} ${several(count, 'time')} while the answer to the one before was still to come: ${whoTheyAre(overlapping)} Each answer goes to whoever reads next: drivers report wrong sequence ids, though all on the wire are right, or hand out another query's rows without a word.`,
      certainty: certaintyOf(overlapping),
      severity: severityOf(overlapping, subject),
      evidence: overlapEvidence(overlapping),
      ruledOut: ruledOut(overlapping),
      occurrences: count,
    };
  },
};

function certaintyOf({ waiting, brokeOff, gap, count }: Overlapping): Certainty {
  if (waiting !== null && (count > 1 || !mayBeCancelled(gap))) return 'proven';
  return waiting !== null || brokeOff !== null ? 'likely' : 'possible';
}

function whoTheyAre({ first, waiting, gap, count }: Overlapping): string {
  if (waiting === null) {
    return 'two parts of the program (threads, tasks, processes after a fork) use the same connection, or one gave up waiting and used it again; or it is a driver that sends ahead, whose name mywire does not know.';
  }
  if (count === 1 && mayBeCancelled(gap)) {
    return `two parts of the program (threads, tasks, processes after a fork) use the same connection, or one gave up waiting after ${lapse(first.before.frame, first.command.frame)} and used it again.`;
  }
  return count >= MANY
    ? 'two parts of the program use the same connection. So many commands without an end to it speak for two processes after a fork(), each with a counter of its own, rather than for threads or tasks.'
    : 'two parts of the program (threads, tasks, processes after a fork) use the same connection.';
}

function ruledOut({ first, waiting, gap, overlaps }: Overlapping) {
  const { command, before } = first;
  return [
    ...(waiting === null
      ? []
      : [
          {
            id: 'pipelining',
            text: `the driver names itself ${waiting}, and that sends nothing ahead`,
          },
        ]),
    ...(gap !== null && !mayBeCancelled(gap)
      ? [
          {
            id: 'cancelled-and-reused',
            text: `only ${lapse(before.frame, command.frame)} lie between the two commands: nobody had waited for long`,
          },
        ]
      : overlaps.some(({ outstanding }) => outstanding > 1)
        ? [
            {
              id: 'cancelled-and-reused',
              text: 'a third command followed before either answer had come',
            },
          ]
        : []),
  ];
}

function mayBeCancelled(gap: number | null): boolean {
  return gap === null || gap >= CANCEL_SECONDS;
}

/** Nobody gives up on a query sooner. */
export const CANCEL_SECONDS = 0.1;
