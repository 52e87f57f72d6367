import { OFFLINE, SHUTTING_DOWN } from '../around.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import {
  type Closing,
  closingEvidence,
  closingOf,
  isIdle,
  lostOrClosed,
  onTheSecond,
  outcomeOf,
  textsOf,
} from '../closing.ts';
import { lostTexts } from '../drivers.ts';
import { endingOf } from '../ending.ts';
import type { Alternative } from '../finding.ts';
import { idleTimerOf } from '../idle-timer.ts';
import { OF_ANSWERED, OF_CLOSING, OF_TOLD } from '../outcomes.ts';
import { answeredByError, toldByError } from '../server-error.ts';
import { serverKindOf } from '../server-kind.ts';
import { inOrder, lapse } from '../words.ts';

/** ER_CONNECTION_KILLED, of MariaDB */
const CONNECTION_KILLED = 1927;
/** ER_QUERY_INTERRUPTED: of KILL QUERY, too, and then the connection goes on */
const QUERY_INTERRUPTED = 1317;

/** What the server says of itself within so many seconds is the reason for the rest, too. */
const NEAR_SECONDS = 60;

/** C10: KILL. */
export const killed: CauseSpec = {
  id: 'killed',
  rule: 'unread-error',
  severity: 'error',
  also: [...OF_TOLD, ...OF_ANSWERED, ...OF_CLOSING],
  title: 'Somebody killed the connection.',
  advice: {
    client:
      'reconnect; what had not been committed is lost, and a statement that was running may or may not have taken effect.',
    server:
      'find who ran KILL at that time: an administrator, a watchdog for long queries or idle connections (pt-kill, a provider’s console), a failover.',
  },
  drivers: lostTexts('command', false),
  page: {
    about: [
      'KILL n ends the connection that the server’s greeting numbered n. Servers of today close it without a packet (FIN), whether it is idle, runs a query or has not logged in yet. MariaDB up to 10.3 sent ERR 1927 first, with sequence id 0, and others answer a running query with ERR 1927 or 1317 before they close.',
      'The proof is the KILL itself on another connection of the same capture. Without it, what is left over after the other reasons are ruled out is likely at best.',
    ],
    lookAlikes: [
      'KILL QUERY ends a query with ERR 1317, and the connection goes on: that is data, no finding.',
      'idle-timeout: a whole number of seconds after the last answer; ERR 4031, or RST.',
      'server-stopped: all connections close at once.',
      'A client that kills its own connection gets what it asked for.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'between', text: 'another connection: KILL 5', quiet: true },
      { from: 'server', text: 'FIN, no packet' },
      { from: 'client', text: 'reads the end: lost connection', quiet: true },
    ],
    fixture: 'causes/killed-during-query-mariadb',
    twin: 'causes/kill-query-mariadb',
  },
  diagnose: (subject) => {
    const { facts, session } = subject;
    const isOwn = facts.kills.some(
      ({ connectionId, isQuery }) => !isQuery && connectionId === session.connectionId,
    );
    // Whoever stops the server, or itself, is told so, too.
    if (isOwn || facts.shutdown !== null) return null;
    return told(subject) ?? silent(subject);
  },
};

function told(subject: Subject): Diagnosis | null {
  const isTold = (code: number) => code === CONNECTION_KILLED || code === QUERY_INTERRUPTED;
  const out = toldByError(subject, ({ code }) => isTold(code), `somebody killed the connection`);
  if (out !== null) return out;
  const ending = endingOf(subject.facts);
  return answeredByError(
    subject,
    ({ code }) => code === CONNECTION_KILLED || (isTold(code) && ending?.byClient === false),
    'somebody killed the connection while its command was running',
  );
}

function silent(subject: Subject): Diagnosis | null {
  const { around, conversation } = subject;
  const closing = closingOf(subject);
  if (closing === null) return null;
  const { ending } = closing;
  const kill = around.killOf(conversation, ending.frame);
  const isKilled = kill !== null && ending.how === 'fin';
  if (!isKilled && !mayBeKilled(subject, closing)) return null;
  const goesOn = around.goesOn(conversation, ending.frame);
  const evidence = closingEvidence(subject, closing);
  if (isKilled) {
    const { connectionId, request } = kill.what;
    evidence.push({
      frame: request.frame,
      text: `${kill.user === null ? 'somebody' : `user '${kill.user}'`} sends KILL ${connectionId} on connection ${kill.connection}: the server’s number for this connection (CONNECTION_ID()) is ${connectionId}`,
    });
  }
  const id = subject.session.connectionId;
  return {
    frame: ending.frame,
    fromClient: false,
    message: isKilled
      ? `The connection was killed: KILL ${kill.what.connectionId} was sent on connection ${kill.connection}`
      : `The server closed the connection ${closing.busy === null ? 'while it was idle' : 'during a query'}, without a word`,
    summary: isKilled
      ? `${lapse(kill.what.request.frame, ending.frame)} after KILL ${kill.what.connectionId} on connection ${kill.connection} (frame ${kill.what.request.frame.number}) the server closed this connection, whose number it is. A server that kills says nothing. ${outcomeOf(subject, closing)}`
      : `The server closed this connection alone and at no particular time, as it does when somebody kills it (KILL${id === null ? '' : ` ${id}`}); the KILL is not in the capture. ${outcomeOf(subject, closing)}`,
    certainty: isKilled ? 'proven' : goesOn ? 'likely' : 'possible',
    evidence: inOrder(evidence),
    ruledOut: ruledOut(subject, closing, goesOn),
    drivers: textsOf(closing),
    ...lostOrClosed(closing),
  };
}

/** FIN where the server would have said, or done, something else for any other reason that is known. */
function mayBeKilled(subject: Subject, closing: Closing): boolean {
  const { facts, session, around, conversation } = subject;
  const { ending, busy, quiet } = closing;
  const kind = serverKindOf(session);
  if (ending.how !== 'fin' || kind === null || kind.proxy !== null) return false;
  if (facts.loginOk === null || busy?.isLogin || busy?.answered) return false;
  if (facts.clientPartial !== null || facts.serverPartial !== null) return false;
  if (isIdle(subject, closing)) {
    if (onTheSecond(quiet) !== null || idleTimerOf(subject, closing) !== null) return false;
  }
  if (around.shutdownBefore(conversation, ending.frame) !== null) return false;
  for (const code of [SHUTTING_DOWN, OFFLINE]) {
    if (around.saidNear(conversation, code, ending.frame, NEAR_SECONDS) !== null) return false;
  }
  const isAlone = around.closedWith(conversation, ending.frame).length === 0;
  return isAlone || around.goesOn(conversation, ending.frame);
}

function ruledOut(subject: Subject, closing: Closing, goesOn: boolean): Alternative[] {
  const others: Alternative[] = [];
  const { busy, quiet } = closing;
  if (busy === null && quiet !== null) {
    const kind = serverKindOf(subject.session);
    others.push({
      id: 'idle-timeout',
      text: kind?.tellsTimeouts
        ? 'this server would have sent ERR 4031'
        : kind?.isMariaDb
          ? 'MariaDB would have sent RST, and at a whole number of seconds'
          : 'the server’s timers run for whole seconds, this time is not one',
    });
  }
  if (goesOn) {
    others.push({ id: 'server-stopped', text: 'the server goes on speaking on other connections' });
  }
  return others;
}
