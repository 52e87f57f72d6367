import type { CauseSpec } from '../cause.ts';
import { toldByError } from '../server-error.ts';

const WHY = 'the server was shutting down';

/** C10: a shutdown. */
export const serverStopped: CauseSpec = {
  id: 'server-stopped',
  rule: 'unread-error',
  severity: 'error',
  title: 'The server was stopped or restarted.',
  advice: {
    client: 'reconnect, and retry what had not been committed.',
    server: 'the server was stopped or restarted: see its error log at that time.',
  },
  drivers: [],
  page: {
    about: ['A server that stops closes all of its connections at once.'],
    lookAlikes: ['killed: one connection only.'],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'ERR 1053, closes' },
    ],
    fixture: 'commands/shutdown-mariadb',
    twin: 'login/plain',
  },
  diagnose: (subject) => toldByError(subject, ({ code }) => code === 1053, WHY),
};
