import { secondsBetween } from '../../capture/frame.ts';
import type { CauseSpec } from '../cause.ts';
import { onTheSecond } from '../closing.ts';
import { endingOf, givenUpAt, isStream } from '../ending.ts';
import { hiddenGivenUp } from '../hidden.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** Nobody waits for a login for less. */
const MIN_LOGIN_SECONDS = 1;

/** C15, as a good driver does it: what was given up is not used again. */
export const clientGaveUp: CauseSpec = {
  id: 'client-gave-up',
  rule: 'connection-lost',
  severity: 'warning',
  title: 'The client gave up waiting for an answer and hung up.',
  advice: {
    client:
      'if the answer may take that long, raise the time-out (read_timeout, socketTimeout, wait_for, a query’s timeout); the server goes on executing what it was asked, so repeat it only if that does no harm, or end it with KILL QUERY or max_execution_time.',
    server: 'see why the answer takes so long: a slow query, a lock.',
  },
  drivers: [
    {
      driver: 'PyMySQL',
      text: "(2013, 'Lost connection to MySQL server during query (timed out)')",
    },
    { driver: 'aiomysql', text: 'Cancelled during execution' },
    { driver: 'mysqljs/mysql, mysql2', text: 'Query inactivity timeout' },
    { driver: 'go-sql-driver/mysql', text: 'i/o timeout' },
    { driver: 'go-sql-driver/mysql', text: 'context deadline exceeded' },
  ],
  page: {
    about: [
      'The client closed the connection (FIN or RST, no COM_QUIT) while the answer to a command was still to come, or was coming: a read timeout, a cancelled task (asyncio.wait_for, a context with a deadline), a process that ended. That is the right way to give up: the connection is not used again, so nobody reads the answer of somebody else.',
      'The server notices only when it has the answer ready, and works on until then. What it was asked to do may well be done.',
    ],
    lookAlikes: [
      'shared-connection: what was given up is used again, and the next command gets the old answer.',
      'client-left: nothing was outstanding.',
      'server-closed, killed: the server closed first.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'client', text: 'waits for its read_timeout', quiet: true },
      { from: 'client', text: 'FIN' },
      { from: 'server', text: 'its answer (1…), to nobody' },
      { from: 'client', text: 'RST' },
    ],
    fixture: 'causes/read-timeout',
    twin: 'causes/read-timeout-not',
  },
  diagnose: (subject) => {
    const { facts, session } = subject;
    const { isSettled, pending } = facts;
    const ending = endingOf(facts);
    if (ending === null || !ending.byClient || ending.how === 'quit') return null;
    const hidden = hiddenGivenUp(subject, ending);
    const givenUp = hidden ?? (isSettled ? givenUpAt(facts, ending) : null);
    if (givenUp === null || isStream(givenUp.request)) return null;
    const { request, isLogin, answered } = givenUp;
    const waited = secondsBetween(request.frame, ending.frame);
    // It was not waiting: the answer, or a file, was due from itself.
    if (pending?.waitsForClient) return null;
    if (isLogin && (waited ?? 0) < MIN_LOGIN_SECONDS) return null;
    const seconds = answered ? null : onTheSecond(waited);
    const what = isLogin ? 'login' : hidden !== null ? 'next words in TLS' : request.type;
    const so = lapse(request.frame, ending.frame);
    const how = ending.how === 'reset' ? 'resets the connection' : 'closes without COM_QUIT';
    const where = answered ? 'in the midst of the answer' : 'before any answer had come';
    const evidence = [
      {
        frame: request.frame,
        text: `the client sends ${isLogin ? 'its login' : describe(request)}`,
      },
      { frame: ending.frame, text: `${so} later the client ${how}` },
    ];
    const { lastReply } = facts;
    if (lastReply !== null && lastReply.number > ending.frame.number) {
      evidence.push({ frame: lastReply, text: 'the answer ends; nobody reads it' });
    }
    return {
      frame: ending.frame,
      fromClient: true,
      message: answered
        ? `The client hung up in the midst of the answer to its ${what}`
        : `The client gave up waiting for the answer to its ${what} after ${so}`,
      summary: `${session.clientName ?? 'The client'} hung up ${so} after its ${what}, ${where}. ${seconds === null ? (answered ? 'It was cancelled, its process ended, or it had read enough.' : 'It was cancelled, or its time-out was over, or its process ended.') : `${seconds} s to the second is a time-out of the driver (read_timeout) or of the code around it.`} ${isLogin ? 'Nothing was executed.' : 'What the server was asked to do may be done all the same.'}${facts.transaction !== null ? ' The transaction that was open is rolled back.' : ''}`,
      certainty: hidden === null ? 'proven' : 'likely',
      evidence: inOrder(evidence),
      ruledOut: [
        { id: 'server-closed', text: 'the server’s side was open when the client closed' },
      ],
      ...(isLogin && { key: 'login' }),
    };
  },
};
