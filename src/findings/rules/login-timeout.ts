import { secondsBetween } from '../../capture/frame.ts';
import { describe, lapse } from '../causes/cause.ts';
import { READ_TIMEOUT } from '../causes/login-timeout.ts';
import type { Evidence, Rule } from '../finding.ts';

/** No server has a shorter connect_timeout, so what closes sooner closes for another reason. */
const MIN_TIMEOUT_SECONDS = 1;

/**
 * C1, C2 without the late login: the server waited for connect_timeout, then closed. MySQL says so in an
 * ERR; MariaDB, and MySQL before 8.0.24, just close.
 */
export const loginTimeout: Rule = {
  code: 'login-timeout',
  check({ connection, facts }) {
    const { greeting, login, serverFin, clientFin, reset, unread } = facts;
    if (greeting === null || greeting.error !== null || login !== null) return [];
    if (facts.bytesMissing) return [];
    const told = unread.find(({ packet }) => packet.error?.code === READ_TIMEOUT);
    const closed = reset !== null && !reset.byClient ? reset.frame : serverFin;
    const end = told?.packet.frame ?? closed;
    if (end === null || (clientFin !== null && clientFin.number < end.number)) return [];
    const waited = secondsBetween(greeting.frame, end);
    if (waited === null || waited < MIN_TIMEOUT_SECONDS) return [];
    const evidence: Evidence[] = [
      { frame: greeting.frame, text: 'the server greets (sequence id 0); the login is due' },
    ];
    const part = told?.interrupted ?? null;
    if (part !== null) {
      evidence.push({ frame: part.frame, text: 'the client sends the start of its login' });
    }
    if (told !== undefined) {
      evidence.push({ frame: end, text: `the server sends ${describe(told.packet)}` });
    }
    if (closed !== null) {
      evidence.push({
        frame: closed,
        text: `the server closes, ${lapse(greeting.frame, closed)} after its greeting`,
      });
    }
    const missing = part === null ? 'no login' : 'only the start of a login';
    return [
      {
        rule: this.code,
        severity: 'error',
        connection,
        frame: end,
        fromClient: false,
        got: null,
        expected: null,
        message: `The server gave up waiting for the login after ${lapse(greeting.frame, end)}`,
        cause: {
          id: 'login-timeout',
          certainty: told === undefined ? 'likely' : 'proven',
          summary: `${lapse(greeting.frame, end)} after its greeting the server had received ${missing} and closed the connection (connect_timeout). The client did not close first, so its process was there but did not get to send it, or what it sent was held up on the way.`,
        },
        evidence,
        advice:
          'Client: find what keeps the process from sending its login: a blocked event loop (a synchronous call in async code), a starved or suspended process. Between: a proxy or firewall that holds the login back; capture on both sides of it. Raising connect_timeout only hides the stall.',
        drivers: [
          {
            driver: 'PyMySQL, aiomysql',
            text: "(2013, 'Lost connection to MySQL server during query')",
          },
          {
            driver: 'libmysqlclient, libmariadb',
            text: "Lost connection to server at 'reading authorization packet'",
          },
          { driver: 'go-sql-driver/mysql', text: 'invalid connection' },
          { driver: 'mysql2, mysqljs/mysql', text: 'read ECONNRESET' },
        ],
        occurrences: 1,
      },
    ];
  },
};
