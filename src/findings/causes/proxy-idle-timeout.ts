import type { CauseSpec } from '../cause.ts';
import {
  closingEvidence,
  closingOf,
  howOf,
  isIdle,
  lostOrClosed,
  onTheSecond,
  outcomeOf,
  textsOf,
} from '../closing.ts';
import { lostTexts } from '../drivers.ts';
import { IDLE_LIMITS } from '../idle-limits.ts';
import { idleTimerOf } from '../idle-timer.ts';
import { CLOSED_UNUSED } from '../outcomes.ts';
import { serverKindOf } from '../server-kind.ts';
import { inOrder, lapse } from '../words.ts';

/** C8, C9: a time-out of what stands between client and server. */
export const proxyIdleTimeout: CauseSpec = {
  id: 'proxy-idle-timeout',
  rule: 'connection-lost',
  severity: 'error',
  also: [CLOSED_UNUSED],
  title: 'A proxy or load balancer closed the connection because nobody had used it for too long.',
  advice: {
    client:
      'keep pooled connections idle for less than the time shown, and check them on checkout. Retrying is safe: the connection was closed before the command was sent.',
    between:
      'raise its idle time-out above that of the pools (HAProxy timeout client and timeout server, ProxySQL mysql-wait_timeout, MaxScale wait_timeout, a load balancer’s idle timeout).',
  },
  drivers: lostTexts('idle', false),
  page: {
    about: [
      'A proxy between client and server has timers of its own, mostly shorter than the server’s wait_timeout. When one is over it closes both sides, with FIN, or with RST on both where it is a load balancer. The client sees a server that closes after a whole number of seconds; the server sees a client that leaves without COM_QUIT.',
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
    if (closing === null || !isIdle(subject, closing)) return null;
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
          ? 'The server itself would have sent ERR 4031 before it closed'
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
      ...lostOrClosed(closing),
    };
  },
};
