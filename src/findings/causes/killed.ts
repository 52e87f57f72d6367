import type { CauseSpec } from '../cause.ts';
import { toldByError } from '../server-error.ts';

const WHY = 'somebody killed the connection (KILL, or a shutdown)';

/** C10: KILL. */
export const killed: CauseSpec = {
  id: 'killed',
  rule: 'unread-error',
  severity: 'error',
  title: 'Somebody killed the connection.',
  advice: {
    client: 'reconnect; what had not been committed is lost.',
    server:
      'find who ran KILL at that time: an administrator, a watchdog such as pt-kill, a failover.',
  },
  drivers: [],
  page: {
    about: [
      'A server that is told to KILL a connection closes it, today without a packet; MariaDB up to 10.3 said ERR 1927 first, with sequence id 0.',
    ],
    lookAlikes: ['server-stopped: all connections close at once.'],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'closes' },
    ],
    fixture: 'sequence/killed',
    twin: 'login/plain',
  },
  diagnose: (subject) => toldByError(subject, ({ code }) => code === 1927 || code === 1317, WHY),
};
