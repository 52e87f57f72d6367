import type { CauseSpec } from '../cause.ts';
import { closingEvidence, closingOf, howOf, lostOrClosed, outcomeOf, textsOf } from '../closing.ts';
import { lostTexts } from '../drivers.ts';
import { CLOSED_UNUSED } from '../outcomes.ts';
import { inOrder } from '../words.ts';

/** What is left of the connections that the server ended, when nothing tells why. */
export const serverClosed: CauseSpec = {
  id: 'server-closed',
  rule: 'connection-lost',
  severity: 'error',
  also: [CLOSED_UNUSED],
  title: 'The server closed the connection, and nothing in the capture tells why.',
  advice: {
    client: 'reconnect; find out whether what was running took effect before repeating it.',
    between:
      'a proxy or load balancer may have closed for a time-out of its own, or because its server had gone: see its log, and capture on both sides of it.',
    server: 'see its error log at that time (log_error_verbosity 3, in MariaDB log_warnings 4).',
  },
  drivers: lostTexts('command', false),
  page: {
    about: [
      'The server’s side ended the connection (FIN or RST) with something outstanding, and none of what is known for that fits: no ERR, no KILL in the capture, no other connection that ended with it, no timer of whole seconds. A query that crashes its thread, a proxy that lost its server, a provider’s failover look so.',
    ],
    lookAlikes: [
      'killed, server-stopped, server-crashed, net-write-timeout: with more of the traffic in the capture (all connections to the server) one of these may turn out.',
      'client-gave-up: the client closed first.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'some of the answer, or none' },
      { from: 'server', text: 'FIN or RST' },
    ],
    fixture: 'causes/server-ends-within-a-row-pymysql',
    twin: 'causes/read-timeout',
  },
  diagnose: (subject) => {
    const closing = closingOf(subject);
    const { facts, around, conversation } = subject;
    if (closing === null || !closing.isLoggedIn) return null;
    const { ending, busy } = closing;
    // What it was told to close is no riddle.
    if (around.killOf(conversation, ending.frame) !== null) return null;
    const when = busy?.isLogin
      ? 'in answer to the login'
      : busy?.answered
        ? 'in the midst of an answer'
        : busy !== null
          ? 'instead of an answer'
          : facts.clientPartial !== null
            ? 'in the midst of a command'
            : 'while it was idle';
    return {
      frame: ending.frame,
      fromClient: false,
      message: `The server ${howOf(closing)} ${when}`,
      summary: `The server ${howOf(closing)} ${when}, and nothing in the capture tells why. ${outcomeOf(subject, closing)}`,
      certainty: 'possible',
      evidence: inOrder(closingEvidence(subject, closing)),
      drivers: textsOf(closing),
      key: when,
      ...lostOrClosed(closing),
    };
  },
};
