import { secondsBetween } from '../../capture/frame.ts';
import type { Conversation } from '../../mysql/conversation.ts';
import type { Kill } from '../../mysql/facts.ts';
import { type Killer, OFFLINE, SHUTTING_DOWN } from '../around.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import {
  type Closing,
  closingEvidence,
  closingOf,
  lostOrClosed,
  outcomeOf,
  textsOf,
} from '../closing.ts';
import { lostTexts } from '../drivers.ts';
import { endingOf, isStream } from '../ending.ts';
import { clientHostOf } from '../endpoints.ts';
import type { Alternative } from '../finding.ts';
import { OF_ANSWERED, OF_CLOSING, OF_TOLD } from '../outcomes.ts';
import { answeredByError, toldByError } from '../server-error.ts';
import { serverKindOf } from '../server-kind.ts';
import { describe, inOrder, lapse } from '../words.ts';

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
  also: [
    ...OF_TOLD,
    ...OF_ANSWERED,
    ...OF_CLOSING,
    {
      rule: 'connection-closed',
      severity: 'info',
      when: 'a client ended a connection of its own and did not use it again',
    },
  ],
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
    // Whoever stops the server is told so, too.
    if (subject.facts.shutdown !== null) return null;
    const { facts, session } = subject;
    const isOwn = ({ of, isQuery }: Kill) => !isQuery && of === session.connectionId;
    const kill = facts.kills.findLast(isOwn);
    return kill === undefined ? (told(subject) ?? silent(subject)) : own(subject, kill);
  },
};

/** A connection that was told to end itself: what it was told is what happened. */
function own({ facts, session }: Subject, { request, text }: Kill): Diagnosis | null {
  const ending = endingOf(facts);
  if (ending === null) return null;
  const later = facts.pending?.request ?? null;
  const isUsed = later !== null && later.frame.number > request.frame.number;
  const evidence = [
    {
      frame: request.frame,
      text: `the client sends ${text}: the server’s number for this very connection is ${session.connectionId}`,
    },
    {
      frame: ending.frame,
      text: `the ${ending.byClient ? 'client, told of it,' : 'server'} ends the connection`,
    },
  ];
  if (isUsed) evidence.push({ frame: later.frame, text: `the client sends ${describe(later)}` });
  return {
    frame: isUsed ? ending.frame : request.frame,
    fromClient: !isUsed,
    message: isUsed
      ? 'The client killed its own connection and went on to use it'
      : 'The client killed its own connection',
    summary: `The client sent ${text} on the connection that has this number, and ${lapse(request.frame, ending.frame)} later it ended. ${isUsed ? `The client then sent its ${later.type} all the same and found the connection gone.` : 'Nobody used it again.'}`,
    certainty: 'proven',
    evidence: inOrder(evidence),
    advice: {
      client: isUsed
        ? 'whoever kills its own connection has to open another one: the pool that lent it does not know that it is gone.'
        : 'harmless; COM_QUIT (close()) does the same without an error.',
    },
    drivers: isUsed ? lostTexts('idle', ending.how === 'reset') : [],
    ...(isUsed ? { rule: 'connection-lost' } : { rule: 'connection-closed', severity: 'info' }),
    key: 'own',
  };
}

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
  if (kill !== null && ending.how === 'fin') return byKill(subject, closing, kill);
  if (!mayBeKilled(subject, closing)) return null;
  const { connectionId: id } = subject.session;
  return {
    frame: ending.frame,
    fromClient: false,
    message: 'The server closed the connection during a query, without a word',
    summary: `The server closed this connection alone, in the midst of its work, as it does when somebody kills it (KILL${id === null ? '' : ` ${id}`}); the KILL is not in the capture. ${outcomeOf(subject, closing)}`,
    certainty: 'likely',
    evidence: inOrder(closingEvidence(subject, closing)),
    ruledOut: [SERVER_GOES_ON],
    drivers: textsOf(closing),
    ...lostOrClosed(closing),
  };
}

/** The KILL is in the capture. */
function byKill(subject: Subject, closing: Closing, { by, connection, what }: Killer): Diagnosis {
  const { around, conversation, session } = subject;
  const { ending, busy, later } = closing;
  const { request, text } = what;
  const isProgram = isSameProgram(by, conversation);
  // A client that ends its own stream of events, or an idle connection, got what it asked for.
  const isWanted = isProgram && later === null && (busy === null || isStream(busy.request));
  const { user } = by.session;
  const who = isProgram ? 'the same client' : user === null ? 'somebody' : `user '${user}'`;
  const isNamed = typeof what.of === 'string' || session.connectionId !== null;
  const names = !isNamed
    ? 'the greeting with this connection’s number is not in the capture, and no other has this one'
    : typeof what.of === 'number'
      ? `the server’s number for this connection (CONNECTION_ID()) is ${what.of}`
      : 'this connection is one of that user’s';
  return {
    frame: ending.frame,
    fromClient: false,
    message: isWanted
      ? `The client ended its own connection: ${text} was sent on connection ${connection}`
      : `The connection was killed: ${text} was sent on connection ${connection}`,
    summary: `${lapse(request.frame, ending.frame)} after ${text} on connection ${connection} (frame ${request.frame.number}) the server closed this connection, ${!isNamed ? 'whose number was not captured' : typeof what.of === 'number' ? 'whose number it is' : 'which is that user’s'}. A server that kills says nothing.${isProgram ? ' Both connections are of one client: host, user and driver are the same.' : ''} ${outcomeOf(subject, closing)}`,
    certainty: isNamed && !closing.isHidden ? 'proven' : 'likely',
    evidence: inOrder([
      ...closingEvidence(subject, closing),
      { frame: request.frame, text: `${who} sends ${text} on connection ${connection}: ${names}` },
    ]),
    ruledOut: around.goesOn(conversation, ending.frame) ? [SERVER_GOES_ON] : [],
    drivers: textsOf(closing),
    ...(isWanted
      ? { rule: 'connection-closed', severity: 'info', key: 'own', advice: OWN_ADVICE }
      : lostOrClosed(closing)),
  };
}

const OWN_ADVICE = {
  client:
    'harmless: some libraries (zongji) end a stream of events so, as it has no end of its own.',
};

const SERVER_GOES_ON: Alternative = {
  id: 'server-stopped',
  text: 'the server goes on speaking on other connections',
};

/** As far as the two tell: one driver, one user, one host. */
function isSameProgram(one: Conversation, other: Conversation): boolean {
  const [a, b] = [one.session, other.session];
  return (
    a.clientName !== null &&
    a.clientName === b.clientName &&
    a.user === b.user &&
    clientHostOf(one) === clientHostOf(other)
  );
}

/** A query that has run for less was hardly killed: what closes sooner closes because it was sent. */
const MIN_RUN_SECONDS = 0.01;

/**
 * Without a KILL in the capture: the server ends a query that it was at work on, says nothing, and goes on with
 * all others. A proxy that has lost its server does the same, and so does nothing else that is known.
 */
function mayBeKilled(subject: Subject, { ending, busy }: Closing): boolean {
  const { facts, session, around, conversation } = subject;
  const kind = serverKindOf(session);
  if (ending.how !== 'fin' || kind === null || kind.proxy !== null) return false;
  if (busy === null || busy.isLogin || busy.answered || facts.serverPartial !== null) return false;
  const ran = secondsBetween(busy.request.frame, ending.frame);
  if (ran === null || ran < MIN_RUN_SECONDS) return false;
  for (const code of [SHUTTING_DOWN, OFFLINE]) {
    if (around.saidNear(conversation, code, ending.frame, NEAR_SECONDS) !== null) return false;
  }
  const isAlone = around.closedWith(conversation, ending.frame).length === 0;
  return isAlone && around.goesOn(conversation, ending.frame);
}
