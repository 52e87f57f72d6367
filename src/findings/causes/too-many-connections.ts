import type { CauseSpec } from '../cause.ts';
import { refusedWith } from '../refusal.ts';

/** C7: 1040. */
export const tooManyConnections: CauseSpec = {
  id: 'too-many-connections',
  rule: 'connection-refused',
  severity: 'warning',
  title: 'The server has no room for another connection.',
  advice: {
    client: 'use a pool with a limit, and close what is opened.',
    server: 'raise max_connections, or find who holds its connections (SHOW PROCESSLIST).',
  },
  drivers: [],
  page: {
    about: ['ERR 1040 in place of the greeting.'],
    lookAlikes: ['host-blocked, host-not-allowed.'],
    ladder: [{ from: 'server', text: 'ERR 1040 (0), closes' }],
    fixture: 'refused/too-many-connections',
    twin: 'login/plain',
  },
  diagnose: (subject) => refusedWith(subject, ({ code }) => code === 1040 || code === 1203),
};
