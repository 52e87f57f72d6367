import type { CauseSpec } from '../cause.ts';
import { toldByError } from '../server-error.ts';

const WHY =
  'the server waited too long for the rest of what the client was sending (connect_timeout, net_read_timeout)';

/** net_read_timeout. */
export const serverReadTimeout: CauseSpec = {
  id: 'server-read-timeout',
  rule: 'unread-error',
  severity: 'error',
  title: 'The server waited too long for the rest of what the client was sending.',
  advice: {
    client:
      'find what kept the process from sending: a stalled process, a huge statement made while it was being sent.',
    between: 'a proxy or network may have held it back: capture on both sides.',
    server: 'net_read_timeout says how long it waits.',
  },
  drivers: [],
  page: {
    about: [
      'While a command is arriving, the server waits net_read_timeout (30 s) for each further read. Then it sends ERR 1159 and closes.',
    ],
    lookAlikes: ['login-timeout: the same ERR before any login.'],
    ladder: [
      { from: 'client', text: 'half of a command (0)' },
      { from: 'server', text: 'waits net_read_timeout', quiet: true },
      { from: 'server', text: 'ERR 1159, closes' },
    ],
    fixture: 'tls/mysql-late-login',
    twin: 'login/plain',
  },
  diagnose: (subject) => toldByError(subject, ({ code }) => code === 1159 || code === 1161, WHY),
};
