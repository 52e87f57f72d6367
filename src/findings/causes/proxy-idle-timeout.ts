import { secondsBetween } from '../../capture/frame.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import {
  type Closing,
  closingEvidence,
  closingOf,
  howOf,
  isIdle,
  lostOrClosed,
  onTheSecond,
  outcomeOf,
  retryAdvice,
  textsOf,
} from '../closing.ts';
import { lostTexts } from '../drivers.ts';
import type { Advice } from '../finding.ts';
import { IDLE_LIMITS } from '../idle-limits.ts';
import { idleTimerOf } from '../idle-timer.ts';
import { CLOSED_UNUSED } from '../outcomes.ts';
import { serverKindOf } from '../server-kind.ts';
import { inOrder, lapse } from '../words.ts';

const KEEP_SHORT =
  'keep pooled connections idle for less than the time shown, and check them on checkout.';

/** What closes because a command has come does so within so many seconds. */
const AT_ONCE_SECONDS = 0.01;
/** Who has been silent for less was not idle. */
const MIN_IDLE_SECONDS = 1;

/** C8, C9: a time-out of what stands between client and server. */
export const proxyIdleTimeout: CauseSpec = {
  id: 'proxy-idle-timeout',
  rule: 'connection-lost',
  severity: 'error',
  also: [CLOSED_UNUSED],
  title: 'A proxy or load balancer closed the connection because nobody had used it for too long.',
  advice: {
    client: `${KEEP_SHORT} Retrying is safe where no transaction was open: the command did not reach the server.`,
    between:
      'raise its idle time-out above that of the pools (HAProxy timeout client and timeout server, ProxySQL mysql-wait_timeout, MaxScale wait_timeout, a load balancer’s idle timeout).',
  },
  drivers: lostTexts('idle', false),
  page: {
    about: [
      'A proxy between client and server has timers of its own, mostly shorter than the server’s wait_timeout. When one is over it closes both sides, with FIN, or with RST on both where it is a load balancer. The client sees a server that closes after a whole number of seconds; the server sees a client that leaves without COM_QUIT.',
      'Some look at the time only when something comes: then the FIN stands right behind the client’s next command, sooner than any server answers.',
      'That it was not the server shows where the server would have acted in another way: MySQL from 8.0.24 on sends ERR 4031 first, MariaDB sends RST. It is certain where the capture has both sides: the server’s connection stays open, or is closed from the proxy’s side, and a command that came to the proxy at the last moment never reaches the server.',
    ],
    lookAlikes: [
      'idle-timeout: ERR 4031, RST of MariaDB, or a wait_timeout that the client has set itself. MariaDB’s thread pool closes with FIN, up to half a second late.',
      'connection-dropped: nothing is sent when the time is over; the client’s next command meets a RST.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'its answer (1…)' },
      { from: 'client', text: 'idle', quiet: true },
      { from: 'between', text: 'FIN after a whole number of seconds' },
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'between', text: 'RST' },
    ],
    fixture: 'causes/proxy-idle-timeout-mariadb',
    twin: 'causes/wait-timeout-mariadb-pool',
  },
  diagnose: (subject) => {
    const closing = closingOf(subject);
    if (closing === null) return null;
    if (!isIdle(subject, closing)) return atNextCommand(subject, closing);
    const { around, conversation, session } = subject;
    const { ending, quiet, quietSince, later } = closing;
    const isAnswer = ending.how === 'reset' && later !== null;
    const seconds = onTheSecond(quiet);
    const kind = serverKindOf(session);
    if (seconds === null || kind === null || isAnswer) return null;
    if (idleTimerOf(subject, closing) !== null) return null;
    if (around.killOf(conversation, ending.frame) !== null) return null;
    const known = IDLE_LIMITS.filter((limit) => limit.seconds === seconds);
    const of = known.length === 0 ? '' : ` (${known.map(({ of }) => of).join('; ')})`;
    const unlike =
      kind.proxy !== null
        ? `The greeting names ${kind.proxy}, which stands between the client and the servers`
        : kind.tellsTimeouts
          ? 'The server itself would have sent ERR 4031 before it closed, unless it runs a thread pool'
          : kind.isMariaDb
            ? 'MariaDB itself would have sent RST, unless it runs a thread pool'
            : 'The server itself would have closed with FIN';
    return {
      frame: ending.frame,
      fromClient: false,
      message: `The connection was closed from the server’s side after ${seconds} s without a command`,
      summary: `Nothing was said for ${lapse(quietSince!, ending.frame)}, then the server’s side ${howOf(closing)}. A whole number of seconds is a timer${of}. ${unlike}, so it is the timer of something in between. ${outcomeOf(subject, closing)}`,
      certainty: known.length > 0 || kind.proxy !== null ? 'likely' : 'possible',
      evidence: inOrder(closingEvidence(subject, closing)),
      ruledOut: [{ id: 'idle-timeout', text: unlike.charAt(0).toLowerCase() + unlike.slice(1) }],
      drivers: textsOf(closing),
      advice: adviceFor(subject),
      ...lostOrClosed(closing),
    };
  },
};

function adviceFor({ facts }: Subject): Advice {
  const retry = retryAdvice(facts, 'the command did not reach the server');
  return { ...proxyIdleTimeout.advice, client: `${KEEP_SHORT} ${retry}` };
}

/** It notices that the time is over when the next command comes, and closes instead of passing it on. */
function atNextCommand(subject: Subject, closing: Closing): Diagnosis | null {
  const { facts, around, conversation } = subject;
  const { ending, busy } = closing;
  const { lastReply } = facts;
  if (busy === null || busy.answered || busy.isLogin || lastReply === null) return null;
  const idle = secondsBetween(lastReply, busy.request.frame);
  const waited = secondsBetween(busy.request.frame, ending.frame);
  if (idle === null || idle < MIN_IDLE_SECONDS) return null;
  if (waited === null || waited > AT_ONCE_SECONDS) return null;
  if (around.closedWith(conversation, ending.frame).length > 0) return null;
  return {
    frame: ending.frame,
    fromClient: false,
    message: `The connection was closed when its next command came, ${lapse(lastReply, busy.request.frame)} after the last answer`,
    summary: `Nothing was said for ${lapse(lastReply, busy.request.frame)}, then the client sent its ${busy.request.type}, and ${lapse(busy.request.frame, ending.frame)} later the server’s side ${howOf(closing)}: too soon for having tried it. Something in between had given the connection up while it was idle, its own time-out or the server’s being over, and said so only now. ${outcomeOf(subject, closing)}`,
    certainty: 'likely',
    evidence: inOrder([
      { frame: lastReply, text: 'the last answer ends' },
      ...closingEvidence(subject, closing),
    ]),
    ruledOut: [
      { id: 'killed', text: 'a server that kills closes at once, not when the next command comes' },
      { id: 'idle-timeout', text: 'the server would have closed by itself, before the command' },
    ],
    advice: {
      ...proxyIdleTimeout.advice,
      client: `${KEEP_SHORT} Whether the command was passed on does not show: find out before repeating what writes.`,
    },
    drivers: textsOf(closing),
  };
}
