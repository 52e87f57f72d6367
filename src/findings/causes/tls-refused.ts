import { secondsBetween } from '../../capture/frame.ts';
import { CLIENT_SSL } from '../../mysql/constants/capabilities.ts';
import type { CauseSpec } from '../cause.ts';
import { endingOf } from '../ending.ts';
import { bytesOfClient, isSilent } from '../visits.ts';
import { lapse } from '../words.ts';
import { REGULAR } from './health-check.ts';

/** A driver reads the greeting and knows. */
const MAX_DRIVER_SECONDS = 0.1;

/** The client needs TLS, and the server has none. */
export const tlsRefused: CauseSpec = {
  id: 'tls-refused',
  rule: 'login-refused',
  severity: 'info',
  title: 'The server offers no TLS, and the client left without a login: it may insist on TLS.',
  advice: {
    client:
      'if its driver says that the server does not support TLS: do not ask for it (ssl off, sslMode=PREFERRED, ssl-mode=PREFERRED), or connect to a server that has it.',
    server:
      'switch TLS on: ssl_cert, ssl_key and ssl_ca (MariaDB from 11.4 and MySQL from 5.7 on make certificates themselves).',
  },
  drivers: [
    { driver: 'mysql2, mysqljs/mysql', text: 'Server does not support secure connection' },
    {
      driver: 'PyMySQL, aiomysql',
      text: '(2026, "SSL connection error: SSL is required but the server doesn\'t support it")',
    },
    {
      driver: 'mysql',
      text: 'ERROR 2026 (HY000): SSL connection error: SSL is required but the server doesn’t support it',
    },
    {
      driver: 'mariadb',
      text: 'ERROR 2026 (HY000): TLS/SSL error: SSL is required, but the server does not support it',
    },
    { driver: 'go-sql-driver/mysql', text: 'TLS requested but server does not support TLS' },
  ],
  page: {
    about: [
      'The greeting says whether the server has TLS (CLIENT_SSL). A client that was told to insist on TLS reads there that it has none, raises an error of its own, and closes at once: it sends nothing.',
      'A health check that only looks whether somebody listens leaves in the same way; only the driver’s error tells the two apart, so the finding is never more than possible, and no warning.',
    ],
    lookAlikes: [
      'health-check: it comes again and again, or the server does offer TLS.',
      'tls-required: the other way round; the server insists, and says so.',
    ],
    ladder: [
      { from: 'server', text: 'greeting (0), without CLIENT_SSL' },
      { from: 'client', text: 'closes, without a byte' },
    ],
    fixture: 'causes/server-without-tls-mysql2',
    twin: 'causes/connect-and-close-mariadb',
  },
  diagnose: ({ conversation, facts, session, around }) => {
    const { serverCapabilities } = session;
    if (serverCapabilities === null || (serverCapabilities & CLIENT_SSL) !== 0) return null;
    if (
      !isSilent(conversation) ||
      bytesOfClient(conversation) > 0 ||
      around.visits.hostOf(conversation).silent >= REGULAR
    ) {
      return null;
    }
    const greeting = facts.greeting!.frame;
    const left = endingOf(facts)!;
    const waited = secondsBetween(greeting, left.frame);
    if (waited === null || waited > MAX_DRIVER_SECONDS) return null;
    return {
      frame: left.frame,
      fromClient: true,
      message: 'The client left right after the greeting of a server without TLS',
      summary: `The server’s greeting offers no TLS, and ${lapse(greeting, left.frame)} after it the client ${left.how === 'reset' ? 'reset' : 'closed'} the connection without a byte. A client that insists on TLS does so; so does a health check that only opens the port.`,
      certainty: 'possible',
      evidence: [
        { frame: greeting, text: 'the server greets, without TLS among its capabilities' },
        {
          frame: left.frame,
          text: `the client ${left.how === 'reset' ? 'resets' : 'closes'} the connection and has sent nothing`,
        },
      ],
    };
  },
};
