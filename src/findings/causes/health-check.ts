import { CLIENT_SSL } from '../../mysql/constants/capabilities.ts';
import type { CauseSpec } from '../cause.ts';
import { endingOf } from '../ending.ts';
import { isLoopback } from '../endpoints.ts';
import { bytesOfClient, isSilent } from '../visits.ts';
import { lapse, several } from '../words.ts';

/** Visits of a host that make a habit. */
export const REGULAR = 3;

/** C27: connects, is greeted, and leaves. */
export const healthCheck: CauseSpec = {
  id: 'health-check',
  rule: 'risky-habit',
  severity: 'info',
  title: 'A client connects, reads the greeting and leaves: a health check, most likely.',
  advice: {
    between:
      'let the check log in: HAProxy `option mysql-check user haproxy`, ProxySQL and MaxScale with a monitor account, mysqladmin ping with a user; or be sure that the host never gets to max_connect_errors.',
    server:
      'each of them counts as a connection error of its host (Aborted_connects, host_cache); max_connect_errors says how many in a row block it.',
  },
  drivers: [],
  page: {
    about: [
      'A load balancer’s TCP check, a port scanner or a readiness probe opens the port, is greeted, and closes. It breaks nothing by itself. The server counts each as a connection error of its host; once max_connect_errors (100 by default) of them have come without a login between, it blocks the host: ERR 1129, host-blocked. MySQL answers the close with ERR 1158, which nobody reads.',
      'HAProxy’s `mysql-check user` logs in and quits, in one segment, before it has read the greeting. That is a login like any other, and no finding.',
    ],
    lookAlikes: [
      'tls-refused: a server without TLS, and a client that leaves at once, once or twice.',
      'login-timeout: the client stays, and the server closes.',
      'not-mysql-client: a check that does say something, in another protocol.',
    ],
    ladder: [
      { from: 'client', text: 'connects' },
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'closes, without a byte, or with one or two' },
    ],
    fixture: 'causes/connect-and-close-mysql',
    twin: 'causes/haproxy-mysql-check',
  },
  diagnose: ({ conversation, facts, session, around }) => {
    if (!isSilent(conversation)) return null;
    const greeting = facts.greeting!.frame;
    const left = endingOf(facts)!;
    const { silent, connects } = around.visits.hostOf(conversation);
    const bytes = bytesOfClient(conversation);
    const said = bytes === 0 ? 'without a byte' : `with ${several(bytes, 'byte')} that say nothing`;
    const often =
      silent < 2
        ? ''
        : ` ${silent} of the ${connects} connections of that host to the server are like it.`;
    const counts = isLoopback(conversation)
      ? ' From another address than the loopback each would count towards max_connect_errors.'
      : ' Each counts towards max_connect_errors, after which the server blocks the host (ERR 1129).';
    const offersTls = ((session.serverCapabilities ?? CLIENT_SSL) & CLIENT_SSL) !== 0;
    const insists = offersTls
      ? ''
      : ' The server offers no TLS: a client that insists on it would leave in the same way.';
    return {
      frame: left.frame,
      fromClient: true,
      message: 'The client left after the greeting, without a login',
      summary: `${lapse(greeting, left.frame)} after the greeting the client ${left.how === 'reset' ? 'reset' : 'closed'} the connection, ${said}: that is what a health check does.${often}${counts}${insists}`,
      certainty: offersTls || silent >= REGULAR ? 'likely' : 'possible',
      evidence: [
        { frame: greeting, text: 'the server greets; the login is due' },
        {
          frame: left.frame,
          text: `the client ${left.how === 'reset' ? 'resets' : 'closes'} the connection${bytes === 0 ? ' and has sent nothing' : `; it has sent ${several(bytes, 'byte')}`}`,
        },
      ],
    };
  },
};
