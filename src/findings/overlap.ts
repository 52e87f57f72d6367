import { secondsBetween } from '../capture/frame.ts';
import type { Overlap } from '../mysql/facts.ts';
import type { Subject } from './cause.ts';
import { type Ending, endingOf } from './ending.ts';
import type { DriverText, Evidence, Severity } from './finding.ts';
import { isOnPurpose, waitsForAnswers } from './pipelining.ts';
import { describe, inOrder, lapse } from './words.ts';

/** What a program sends ahead it sends at once: of commands that are further apart, one waited for something. */
const AT_ONCE_SECONDS = 0.01;

/** Segments of one write follow each other sooner: a full one takes 12 µs at 1 Gbit/s. */
const ONE_WRITE_SECONDS = 20e-6;

/** Commands that left before the answer to the one before had arrived, where that is no way to send ahead. */
export interface Overlapping {
  readonly first: Overlap;
  readonly overlaps: readonly Overlap[];
  readonly count: number;
  /** Seconds between the first two commands; null where the capture has no times. */
  readonly gap: number | null;
  /** The driver's name for itself, if it is one that waits for each answer. */
  readonly waiting: string | null;
  /** The client hung up on answers, or without a goodbye: something had gone wrong there. */
  readonly brokeOff: Ending | null;
}

export function overlappingOf({ facts, session }: Subject): Overlapping | null {
  const { clientName } = session;
  const waits = waitsForAnswers(clientName);
  if (waits === false) return null;
  const ending = endingOf(facts);
  const isBroken =
    ending?.byClient === true &&
    ending.how !== 'quit' &&
    (facts.pending !== null || ending.how === 'reset');
  if (isOnPurpose(facts, waits, isBroken)) return null;
  // What was captured where segments are joined shows two users together, too; but then it breaks.
  const mayBeJoined = waits === true && isBroken;
  const overlaps = facts.overlaps.filter(
    (overlap) => !isExecutedAtOnce(overlap) && (mayBeJoined || isApart(overlap, waits)),
  );
  const first = overlaps[0];
  if (first === undefined) return null;
  return {
    first,
    overlaps,
    count: overlaps.length === facts.overlaps.length ? facts.overlapCount : overlaps.length,
    gap: secondsBetween(first.before.frame, first.command.frame),
    waiting: waits === true ? clientName : null,
    brokeOff: isBroken ? ending : null,
  };
}

/**
 * A driver that waits, or a client that broke off. Of others, what they send at some distance is nothing that
 * they wrote together; but a driver that nobody knows may send ahead as it likes.
 */
export function severityOf(overlapping: Overlapping, { facts }: Subject): Severity {
  const { waiting, brokeOff, gap } = overlapping;
  // Without the login nobody knows which driver it is.
  if (waiting !== null || (brokeOff !== null && facts.login !== null)) return 'error';
  if (facts.login === null && brokeOff === null) return 'info';
  return gap !== null && gap >= AT_ONCE_SECONDS ? 'warning' : 'info';
}

/** The first two commands that overlap, whose answers are whose, and how it ended. */
export function overlapEvidence({ first, brokeOff }: Overlapping): Evidence[] {
  const { before, command, beforeAnswer, commandAnswer } = first;
  const evidence = [following(first)];
  if (before.frame.number !== command.frame.number) {
    evidence.push({ frame: before.frame, text: `the client sends ${describe(before)}` });
  }
  if (beforeAnswer !== null && beforeAnswer.number === commandAnswer?.number) {
    evidence.push({
      frame: beforeAnswer,
      text: `the answer to the command in frame ${before.frame.number}, and behind it that to the one in frame ${command.frame.number}: whoever reads first takes the first`,
    });
  } else if (beforeAnswer !== null && commandAnswer !== null) {
    evidence.push(
      { frame: beforeAnswer, text: answers(before.frame.number) },
      {
        frame: commandAnswer,
        text: `${answers(command.frame.number)}; whoever reads first takes the first of the two`,
      },
    );
  }
  if (brokeOff !== null) {
    const how =
      brokeOff.how === 'reset'
        ? 'resets the connection, with bytes unread'
        : 'closes without COM_QUIT';
    evidence.push({ frame: brokeOff.frame, text: `the client ${how}` });
  }
  return inOrder(evidence);
}

function answers(command: number): string {
  return `the server answers the command in frame ${command}`;
}

function following({ command, before, answerEnd }: Overlap): Evidence {
  const proof =
    answerEnd === null
      ? 'the answer to the first has not ended by then'
      : `its segment acknowledges ${answerEnd - command.acknowledged} bytes less than that answer has`;
  return {
    frame: command.frame,
    text: `${lapse(before.frame, command.frame)} later it sends ${describe(command)}; ${proof}`,
  };
}

/** What a client writes together it sends ahead on purpose; a driver that waits writes nothing together. */
function isApart({ command, before }: Overlap, waits: boolean | null): boolean {
  if (command.frame.number === before.frame.number) return false;
  const seconds = secondsBetween(before.frame, command.frame);
  if (seconds === null) return true;
  return waits === true ? seconds > 0 : seconds >= ONE_WRITE_SECONDS;
}

/** What MariaDB's library executes right behind the PREPARE, whose answer says how it went. */
function isExecutedAtOnce({ command, before }: Overlap): boolean {
  return (
    before.type === 'COM_STMT_PREPARE' &&
    (command.type === 'COM_STMT_EXECUTE' || command.type === 'COM_STMT_BULK_EXECUTE')
  );
}

/** What two readers of one stream make drivers say. */
export const TWO_READERS: readonly DriverText[] = [
  {
    // Any numbers, even equal ones.
    driver: 'PyMySQL, aiomysql',
    text: 'Packet sequence number wrong - got … expected …',
  },
  {
    // Where the byte that it takes for the number is 0; the user that was reading meets the closed socket.
    driver: 'PyMySQL, aiomysql',
    text: "(2013, 'Lost connection to MySQL server during query')",
  },
  // From then on, to everybody.
  { driver: 'PyMySQL, aiomysql', text: "(0, '')" },
  { driver: 'PyMySQL', text: '[Errno 9] Bad file descriptor' },
  {
    driver: 'aiomysql, asyncmy',
    text: 'readexactly() called while another coroutine is already waiting for incoming data',
  },
  {
    driver: 'PyMySQL',
    text: "AttributeError: 'NoneType' object has no attribute 'settimeout'",
  },
  {
    driver: 'libmysqlclient, mysqlnd',
    text: "Commands out of sync; you can't run this command now",
  },
  { driver: 'go-sql-driver/mysql', text: "commands out of sync. You can't run this command now" },
  { driver: 'go-mysql', text: 'invalid sequence 8 != 1' },
  { driver: 'Swoole', text: 'Socket#27 has already been bound to another coroutine#45' },
];
