import type { CauseSpec } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import { refusedWith } from '../refusal.ts';

/** C7: any other ERR in place of the greeting. */
export const refused: CauseSpec = {
  id: 'refused',
  rule: 'connection-refused',
  severity: 'warning',
  also: [READ_AS_ANSWER],
  title: 'The server refused the connection before it greeted.',
  advice: {
    server: "the error's own text is the reason; see the server's error log at that time, too.",
  },
  drivers: refusalTexts({
    code: 1053,
    sqlState: null,
    message: 'Server shutdown in progress',
  }),
  page: {
    about: [
      'In place of its greeting a server may say why it takes no connection: it is shutting down (1053), it has no memory or threads left (1041, 1135), its host name lookup failed (1042), or what stands before it, a proxy, has no server to offer.',
    ],
    lookAlikes: [
      'too-many-connections, host-blocked, host-not-allowed: the same with codes of their own.',
    ],
    ladder: [
      { from: 'client', text: 'connects' },
      { from: 'server', text: 'ERR (0) in place of the greeting, closes' },
    ],
    fixture: 'built/threads-used-up',
    twin: 'refused/host-not-allowed',
  },
  diagnose: (subject) => refusedWith(subject, () => true),
};
