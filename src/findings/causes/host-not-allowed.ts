import type { CauseSpec } from '../cause.ts';
import { refusedWith } from '../refusal.ts';

/** C7: 1130. */
export const hostNotAllowed: CauseSpec = {
  id: 'host-not-allowed',
  rule: 'connection-refused',
  severity: 'warning',
  title: "No account of the server allows the client's host.",
  advice: {
    server:
      "create an account for the host, and mind skip-name-resolve, under which names and 'localhost' do not match.",
  },
  drivers: [],
  page: {
    about: ['ERR 1130 in place of the greeting.'],
    lookAlikes: ['host-blocked.'],
    ladder: [{ from: 'server', text: 'ERR 1130 (0), closes' }],
    fixture: 'refused/host-not-allowed',
    twin: 'login/plain',
  },
  diagnose: (subject) => refusedWith(subject, ({ code }) => code === 1130),
};
