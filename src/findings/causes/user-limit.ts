import type { ServerError } from '../../mysql/facts.ts';
import type { CauseSpec } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { loginRefusedWith } from '../login-refusal.ts';

/** ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED */
const isMeant = ({ code }: ServerError) => code === 1203 || code === 1226;

/** An account has reached its own limit. */
export const userLimit: CauseSpec = {
  id: 'user-limit',
  rule: 'login-refused',
  severity: 'warning',
  title: 'The account has reached a limit of its own: of connections, or of use per hour.',
  advice: {
    client:
      'use a pool with an upper limit, and close what is opened: the limit counts all processes that log in with this account.',
    server:
      'raise the limit the error names: ALTER USER … WITH MAX_USER_CONNECTIONS n (0 means max_user_connections of the server), MAX_CONNECTIONS_PER_HOUR, MAX_QUERIES_PER_HOUR, MAX_UPDATES_PER_HOUR; or max_user_connections of the server itself.',
  },
  drivers: [
    ...refusalTexts({
      code: 1226,
      sqlState: '42000',
      message: "User 'app' has exceeded the 'max_user_connections' resource (current value: 10)",
    }),
    ...refusalTexts({
      code: 1203,
      sqlState: '42000',
      message: "User app already has more than 'max_user_connections' active connections",
    }),
  ],
  page: {
    about: [
      'An account may be limited: ALTER USER … WITH MAX_USER_CONNECTIONS. A login beyond that is refused with ERR 1226, which names the limit; where the limit is the server’s max_user_connections, with ERR 1203. Hosting providers set such limits. The server itself has room, and other accounts go on.',
    ],
    lookAlikes: ['too-many-connections: the server itself is full, and refuses before it greets.'],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'login (1)' },
      { from: 'server', text: 'ERR 1226 (2): max_user_connections, closes' },
    ],
    fixture: 'causes/user-connections-mysql',
    twin: 'causes/user-connections-not-mysql',
  },
  diagnose: (subject) =>
    loginRefusedWith(subject, isMeant, ({ code, message }) => ({
      summary:
        code === 1203
          ? `The account has as many connections as max_user_connections of the server allows one account: '${message}'.`
          : `The account has reached a limit that was set for it, which the error names: '${message}'.`,
      key: /'(max_\w+)'/.exec(message)?.[1] ?? '',
    })),
};
