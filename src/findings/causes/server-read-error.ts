import type { CauseSpec } from '../cause.ts';
import { toldByError } from '../server-error.ts';

const WHY = 'the server failed to read from the connection';

/** ER_NET_READ_ERROR in the midst of what a client sends. */
export const serverReadError: CauseSpec = {
  id: 'server-read-error',
  rule: 'unread-error',
  severity: 'error',
  title: 'The server failed to read from the connection.',
  advice: {
    between: 'look at what stands between client and server, and at the network itself.',
  },
  drivers: [],
  page: {
    about: ['ERR 1158 says that the connection broke while the server was reading.'],
    lookAlikes: [
      'a client that closes without COM_QUIT: MySQL then sends ERR 1158 to nobody, which is harmless.',
    ],
    ladder: [
      { from: 'client', text: 'half of a command' },
      { from: 'server', text: 'ERR 1158, closes' },
    ],
    fixture: 'sequence/killed',
    twin: 'sequence/client-vanishes',
  },
  diagnose: (subject) => toldByError(subject, ({ code }) => code === 1158, WHY),
};
