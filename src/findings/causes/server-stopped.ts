import { type Frame, secondsBetween } from '../../capture/frame.ts';
import { AT_WORK_SECONDS, SHUTTING_DOWN } from '../around.ts';
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
import { type Ending, endingOf } from '../ending.ts';
import type { Evidence } from '../finding.ts';
import { OF_ANSWERED, OF_CLOSING, OF_TOLD } from '../outcomes.ts';
import { answeredByError, toldByError } from '../server-error.ts';
import { serverKindOf } from '../server-kind.ts';
import { describe, inOrder, lapse, several } from '../words.ts';

/** Servers wait for what is running, but none so long from the order to stop to the last connection's end. */
const MAX_STOPPING_SECONDS = 60;

/** Timers that are usual run for a multiple of this. */
const USUAL_STEP = 10;

/** C10: a shutdown. */
export const serverStopped: CauseSpec = {
  id: 'server-stopped',
  rule: 'unread-error',
  severity: 'error',
  also: [
    ...OF_TOLD,
    ...OF_ANSWERED,
    ...OF_CLOSING,
    { rule: 'connection-closed', severity: 'info', when: 'the client itself told it to stop' },
  ],
  isShared: true,
  title: 'The server was stopped or restarted.',
  advice: {
    client:
      'reconnect with a pause between the tries, and retry what had not been committed; check pooled connections on checkout.',
    server:
      'its error log at that time says who stopped it: an administrator, an upgrade, an orchestrator, a failover.',
  },
  drivers: lostTexts('command', false),
  page: {
    about: [
      'A server that stops closes all of its connections at once, idle ones and busy ones, without a packet (FIN). MySQL answers what is still running, or still comes in, with ERR 1053 "Server shutdown in progress". MariaDB sends whoever said SHUTDOWN its OK and then ERR 1927, both with sequence id 1.',
      'MySQL does it in two steps: what it is at work on it cuts short and lets go at once, mostly with an answer in good order (SLEEP returns 1); connections that idle, or have not logged in, get their FIN two seconds later. A login that arrives meanwhile is still answered with OK, and closed at once.',
      'A server whose process is killed looks the same from outside, as the kernel closes its connections for it; an answer that stops in the middle shows it (server-crashed).',
    ],
    lookAlikes: [
      'killed: one connection only, the others go on.',
      'idle-timeout: each connection ends the same time after its own last answer.',
      'client-left: the client’s process ends, and all connections are closed by it.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'between', text: 'the server is told to stop', quiet: true },
      { from: 'server', text: 'FIN, on all connections; MySQL: ERR 1053 first' },
    ],
    fixture: 'causes/shutdown-mysql',
    twin: 'causes/killed-during-query-mysql',
  },
  diagnose: (subject) => asked(subject) ?? told(subject) ?? silent(subject),
};

function told(subject: Subject): Diagnosis | null {
  const isMeant = ({ code }: { code: number }) => code === SHUTTING_DOWN;
  const why = 'the server was shutting down';
  return toldByError(subject, isMeant, why) ?? answeredByError(subject, isMeant, why, true);
}

/** This client itself has stopped it. */
function asked({ facts }: Subject): Diagnosis | null {
  const { shutdown } = facts;
  const ending = endingOf(facts);
  if (shutdown === null || ending === null || ending.byClient) return null;
  if (ending.frame.number < shutdown.frame.number) return null;
  return {
    frame: shutdown.frame,
    fromClient: true,
    message: 'The client stopped the server',
    summary: `The client asked for it, and ${lapse(shutdown.frame, ending.frame)} later the server closed the connection.`,
    certainty: 'proven',
    severity: 'info',
    rule: 'connection-closed',
    evidence: [
      { frame: shutdown.frame, text: 'the client tells the server to shut down' },
      { frame: ending.frame, text: 'the server closes the connection' },
    ],
  };
}

function silent(subject: Subject): Diagnosis | null {
  const closing = closingOf(subject);
  if (closing === null) return null;
  const { around, conversation } = subject;
  const { ending } = closing;
  if (ending.how !== 'fin' || around.killOf(conversation, ending.frame) !== null) return null;
  const order = around.shutdownBefore(conversation, ending.frame);
  const after = order === null ? null : secondsBetween(order.what.frame, ending.frame);
  const said = around.saidNear(conversation, SHUTTING_DOWN, ending.frame, MAX_STOPPING_SECONDS);
  const isOrdered = after !== null && after <= MAX_STOPPING_SECONDS;
  const together = around.closedWith(conversation, ending.frame);
  const anew = around.startedAnew(conversation, ending.frame);
  if (!isOrdered && said === null) {
    if (around.goesOn(conversation, ending.frame) || isTimer(subject, closing)) return null;
    if (together.length === 0 && !isBehindLogin(subject, closing)) return null;
  }
  const evidence = [...closingEvidence(subject, closing), ...togetherEvidence(subject, closing)];
  if (isOrdered) {
    const { connection, what } = order!;
    evidence.push({
      frame: what.frame,
      text: `connection ${connection} tells the server to shut down`,
    });
  }
  if (said !== null) {
    evidence.push({
      frame: said.what.frame,
      text: `on connection ${said.connection} the server sends ${describe(said.what)}`,
    });
  }
  if (anew !== null) {
    evidence.push({
      frame: anew,
      text: 'the server greets again, and counts its connections from the start: it was started anew',
    });
  }
  const number = together.length + 1;
  const isMysql = serverKindOf(subject.session)?.isMariaDb === false;
  const isSure =
    anew !== null || number > 2 || together.some(isStep(ending.frame)) || (number === 1 && isMysql);
  return {
    frame: ending.frame,
    fromClient: false,
    message:
      isOrdered || said !== null
        ? 'The server was shut down and closed the connection'
        : number === 1
          ? 'The server closed the connection right behind the login'
          : `The server closed ${several(number, 'connection')} at once`,
    summary: isOrdered
      ? `Connection ${order!.connection} told the server to shut down in frame ${order!.what.frame.number}; ${lapse(order!.what.frame, ending.frame)} later it closed this connection. ${outcomeOf(subject, closing)}`
      : said !== null
        ? `The server was shutting down: on connection ${said.connection} it says so (frame ${said.what.frame.number}). It closed this one without a word. ${outcomeOf(subject, closing)}`
        : number === 1
          ? `The server accepted the login and closed the connection ${lapse(closing.quietSince!, ending.frame)} later, before it was asked anything: so does one that is being stopped. ${outcomeOf(subject, closing)}`
          : `${together.some(isStep(ending.frame)) ? 'What was at work the server let go at once, and what idled two seconds later, as MySQL does when it is told to stop' : `Within a second the server closed ${several(number, 'connection')} without a word`}, and the capture has none that went on: the server was stopped or restarted, or its process ended. ${outcomeOf(subject, closing)}`,
    certainty:
      !closing.isHidden && (isOrdered || said !== null) ? 'proven' : isSure ? 'likely' : 'possible',
    evidence: inOrder(evidence),
    ruledOut: [
      {
        id: 'killed',
        text: `no KILL of this connection is in the capture${number === 1 ? '' : ', and it did not end alone'}`,
      },
    ],
    drivers: textsOf(closing),
    ...lostOrClosed(closing),
  };
}

/** Nobody had asked for anything: the server had not even waited for that. */
function isBehindLogin({ facts }: Subject, { busy, quiet, quietSince }: Closing): boolean {
  const { loginOk } = facts;
  return (
    busy === null &&
    loginOk !== null &&
    quietSince === loginOk.frame &&
    (quiet ?? 1) < AT_WORK_SECONDS
  );
}

/** The two steps of a MySQL that stops. */
function isStep(end: Frame): (closed: { readonly ending: Ending }) => boolean {
  return ({ ending }) => Math.abs(secondsBetween(end, ending.frame) ?? 0) > 1;
}

/** An idle connection whose time is that of a usual timer says nothing about the server. */
function isTimer(subject: Subject, closing: Closing): boolean {
  const seconds = onTheSecond(closing.quiet);
  return isIdle(subject, closing) && seconds !== null && seconds % USUAL_STEP === 0;
}

/** Connections that are shown. */
const SHOWN = 3;

export function togetherEvidence(
  { around, conversation }: Subject,
  { ending }: Closing,
): Evidence[] {
  return around
    .closedWith(conversation, ending.frame)
    .slice(0, SHOWN)
    .map((closed) => ({
      frame: closed.ending.frame,
      text: `the server ends connection ${closed.connection}, too${closed.isCutShort ? ', in the midst of an answer' : ''}`,
    }));
}
