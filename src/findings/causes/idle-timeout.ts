import type { CauseSpec } from '../cause.ts';
import { toldByError } from '../server-error.ts';

const WHY =
  'the connection had been idle for longer than wait_timeout (or interactive_timeout), and the server closed it';

/** C8, C9: the connection had been idle for wait_timeout. */
export const idleTimeout: CauseSpec = {
  id: 'idle-timeout',
  rule: 'unread-error',
  severity: 'error',
  title: 'The server closed the connection because nobody had used it for too long.',
  advice: {
    client:
      "keep pooled connections for less than the server's wait_timeout (SQLAlchemy pool_recycle, a pool's max idle time or lifetime), and check them on checkout (pool_pre_ping). Retrying is safe: the server had closed before it read the command.",
    server: 'wait_timeout and interactive_timeout say how long idle connections live.',
  },
  drivers: [],
  page: {
    about: [
      'MySQL from 8.0.24 on says goodbye in ERR 4031 when a connection has been idle for wait_timeout. Nobody reads it: the driver sits in a pool. Its next command meets the ERR, which has waited in the socket since: sequence id 0, where the answer would have 1.',
    ],
    lookAlikes: ['killed: there is no ERR, or it is 1927.'],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'its answer (1…)' },
      { from: 'client', text: 'idle for wait_timeout', quiet: true },
      { from: 'server', text: 'ERR 4031 (0), closes' },
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'client', text: 'reads the ERR: got 0 expected 1', quiet: true },
    ],
    fixture: 'sequence/idle-timeout-mysql',
    twin: 'login/plain',
  },
  diagnose: (subject) => toldByError(subject, ({ code }) => code === 4031, WHY),
};
