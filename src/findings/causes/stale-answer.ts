import type { Facts, Mismatch, Noted, Unread } from '../../mysql/facts.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { endingOf } from '../ending.ts';
import type { Evidence } from '../finding.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import { describe, inOrder } from '../words.ts';

/** Commands without an answer, which some servers and proxies answer all the same. */
const NO_ANSWER = new Set(['COM_STMT_CLOSE', 'COM_STMT_SEND_LONG_DATA']);

/** C25, and C16 and C24 where a packet too many comes: the server sends one that nobody asked for. */
export const staleAnswer: CauseSpec = {
  id: 'stale-answer',
  rule: 'commands-out-of-sync',
  severity: 'error',
  also: [
    READ_AS_ANSWER,
    {
      rule: 'commands-out-of-sync',
      severity: 'warning',
      when: 'nothing shows that anybody read it',
    },
  ],
  title:
    'The server side sent an answer that nobody had asked for: the client is off by one from there.',
  advice: {
    client:
      'close the connection: each of its answers now belongs to the command before. Client-side prepared statements avoid COM_STMT_CLOSE.',
    between:
      'if a proxy or gateway stands between, it may be what answers too much: update it, or report this capture to its authors.',
    server:
      'update it (MariaDB answered commands that have no answer when Galera aborted their transaction until MDEV-24255), or report this capture to its authors.',
  },
  drivers: [
    { driver: 'mysql2', text: 'Unexpected packet while no commands in the queue' },
    { driver: 'mysqljs/mysql', text: 'Received packet with no active sequence.' },
    {
      driver: 'go-sql-driver/mysql',
      text: 'closing bad idle connection: unexpected read from socket',
    },
    {
      driver: 'libmysqlclient, mysqlnd',
      text: "Commands out of sync; you can't run this command now",
    },
  ],
  page: {
    about: [
      'COM_STMT_CLOSE and COM_STMT_SEND_LONG_DATA have no answer, and every other command has exactly one. A server, proxy or gateway that sends one packet too many (an OK to COM_STMT_CLOSE, a second OK or EOF behind a result) leaves it in the client’s socket. The next command reads it as its answer, the command after that reads the next one’s, and so on for ever.',
      'Each answer counts from 1, so the numbers fit and most drivers notice nothing: an UPDATE reports the affected rows of the statement before, a SELECT finds an OK. Where the packet too many has another number, drivers say so ("got 2 expected 1").',
      'What proves it is the acknowledgment: a packet that acknowledges nothing of a command cannot be the answer to it.',
    ],
    lookAlikes: [
      'shared-connection: a second command was sent; here each command has waited.',
      'idle-timeout, killed: what was not asked for is an ERR, and the server closes.',
      'Results of a procedure or of several statements (SERVER_MORE_RESULTS_EXISTS): they belong to one answer.',
    ],
    ladder: [
      { from: 'client', text: 'COM_STMT_CLOSE (0), which has no answer' },
      { from: 'server', text: 'OK (1) all the same' },
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'client', text: 'reads the OK (1) that was there already', quiet: true },
      { from: 'server', text: 'answer to the COM_QUERY (1), for the next command' },
    ],
    fixture: 'causes/server-sends-one-packet-more-pymysql',
    twin: 'causes/server-correct-pymysql',
  },
  diagnose: (subject) => tooEarly(subject) ?? misread(subject) ?? unasked(subject),
};

/** What was read as the answer to a command was sent before that could have arrived. */
function tooEarly({ facts }: Subject): Diagnosis | null {
  const { early } = facts;
  if (early === null) return null;
  const { packet, request, after } = early;
  // Where the packet answers something else, one answer is left over in the end.
  if (after === null && leftOver(facts.unread).length === 0) return null;
  return {
    ...told(packet, after),
    summary: `The server side sent ${describe(packet)} before the ${request.type} had arrived, behind which it stands: it is no answer to that${after === null ? '' : `, but one to the ${after.type}, which has none`}. The driver takes it for the answer, and from then on reads each command's answer as that to the next.`,
    certainty: 'proven',
    evidence: inOrder([
      ...asked(after),
      { frame: request.frame, text: `the client sends ${describe(request)}` },
      {
        frame: packet.frame,
        text: `the server sends ${describe(packet)}, which acknowledges ${request.endOffset - packet.acknowledged} bytes less than that command has`,
      },
      ...leftOver(facts.unread),
    ]),
  };
}

/** A packet too many had another number than its reader wanted. */
function misread(subject: Subject): Diagnosis | null {
  const mismatch = firstMismatch(subject);
  if (mismatch === null || !isTooMany(mismatch)) return null;
  const { packet, readFor } = mismatch;
  const reader = readFor?.type ?? 'next command';
  return wrongNumber(mismatch, subject, {
    summary: `The server side sent ${describe(packet)}, which nobody had asked for: a packet too many behind an answer that was complete. It waited to be read, and the driver took it for the answer to its ${reader}; each answer after that is off by one.`,
    certainty: 'proven',
    evidence: inOrder([
      unaskedFor(packet),
      ...(readFor === null
        ? []
        : [{ frame: readFor.frame, text: `the client then sends ${describe(readFor)}` }]),
    ]),
  });
}

function isTooMany({ packet, stale, readFor }: Mismatch): boolean {
  return stale && !packet.fromClient && packet.error === null && readFor !== null;
}

/** A packet too many that has the right number, or that nobody has read by the end. */
function unasked({ facts }: Subject): Diagnosis | null {
  const found = facts.unread.find(({ packet }) => packet.error === null);
  if (found === undefined) return null;
  const { packet, after, readBy } = found;
  const silent = after !== null && NO_ANSWER.has(after.type) ? after : null;
  const next =
    readBy === null
      ? hungUp(facts)
        ? 'The client hung up: drivers that read what comes while they are idle raise an error then.'
        : 'Nothing was sent after it; the next command would have read it as its answer.'
      : `The driver read it as the answer to its ${readBy.type} (frame ${readBy.frame.number}), and from then on reads each command's answer as that to the next.`;
  return {
    ...told(packet, silent),
    summary: `The server side sent ${describe(packet)}, which nobody had asked for${silent === null ? ': a packet too many behind an answer that was complete' : `: ${silent.type} has no answer`}. ${next}`,
    certainty: silent === null ? 'likely' : 'proven',
    severity: readBy === null && !hungUp(facts) ? 'warning' : 'error',
    evidence: inOrder([
      ...asked(after),
      unaskedFor(packet),
      ...(readBy === null
        ? []
        : [{ frame: readBy.frame, text: `the client then sends ${describe(readBy)}` }]),
    ]),
    occurrences: facts.unread.length,
  };
}

/** Without a goodbye. */
function hungUp(facts: Facts): boolean {
  const ending = endingOf(facts);
  return ending?.byClient === true && ending.how !== 'quit';
}

function told(
  packet: Noted,
  silent: Noted | null,
): Pick<Diagnosis, 'frame' | 'fromClient' | 'message'> & {
  key?: string;
} {
  return {
    frame: packet.frame,
    fromClient: false,
    message:
      silent === null
        ? `The server side sent ${describe(packet)}, which nobody had asked for`
        : `The server side answered ${silent.type}, which has no answer`,
    ...(silent !== null && { key: silent.type }),
  };
}

function asked(command: Noted | null): Evidence[] {
  if (command === null) return [];
  const none = NO_ANSWER.has(command.type) ? ', which has no answer' : '';
  return [{ frame: command.frame, text: `the client sends ${describe(command)}${none}` }];
}

function unaskedFor(packet: Noted): Evidence {
  return {
    frame: packet.frame,
    text: `the server sends ${describe(packet)}; no command is waiting for it`,
  };
}

/** The answer that was displaced comes when nobody waits any more. */
function leftOver(unread: readonly Unread[]): Evidence[] {
  const left = unread.find(({ packet }) => packet.error === null);
  if (left === undefined) return [];
  return [{ frame: left.packet.frame, text: 'one answer more than commands were waiting for' }];
}
