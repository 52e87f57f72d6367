import type { CauseSpec } from '../cause.ts';
import { refusedWith } from '../refusal.ts';

/** C7: any other ERR in place of the greeting. */
export const refused: CauseSpec = {
  id: 'refused',
  rule: 'connection-refused',
  severity: 'warning',
  title: 'The server refused the connection before it greeted.',
  advice: {
    server: "the error's own text is the reason.",
  },
  drivers: [],
  page: {
    about: ['An ERR stands in place of the greeting.'],
    lookAlikes: ['host-blocked.'],
    ladder: [{ from: 'server', text: 'ERR (0), closes' }],
    fixture: 'refused/host-not-allowed',
    twin: 'login/plain',
  },
  diagnose: (subject) => refusedWith(subject, () => true),
};
