import type { CauseSpec } from '../cause.ts';
import { toldByError } from '../server-error.ts';

const WHY = 'the server was put into offline mode';

/** C10: offline_mode. */
export const offlineMode: CauseSpec = {
  id: 'offline-mode',
  rule: 'unread-error',
  severity: 'error',
  title: 'An administrator has put the server into offline mode.',
  advice: {
    client: 'connect to another server, or wait.',
    server:
      'offline_mode was set: by an administrator, or by Group Replication (group_replication_exit_state_action).',
  },
  drivers: [],
  page: {
    about: [
      'In offline mode MySQL closes the connections of all users without the privilege to stay.',
    ],
    lookAlikes: ['server-stopped: the server itself goes away.'],
    ladder: [{ from: 'server', text: 'ERR 3032 (0), closes' }],
    fixture: 'sequence/killed',
    twin: 'login/plain',
  },
  diagnose: (subject) => toldByError(subject, ({ code }) => code === 3032, WHY),
};
