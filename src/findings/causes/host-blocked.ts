import type { CauseSpec } from '../cause.ts';
import { refusedWith } from '../refusal.ts';

/** C7: 1129. */
export const hostBlocked: CauseSpec = {
  id: 'host-blocked',
  rule: 'connection-refused',
  severity: 'warning',
  title: "The server has blocked the client's host after too many failed connects.",
  advice: {
    between: 'find what connects to the port without logging in (a health check), and fix it.',
    server:
      'FLUSH HOSTS (or TRUNCATE performance_schema.host_cache) unblocks the host; max_connect_errors says how many failures it takes.',
  },
  drivers: [],
  page: {
    about: ['ERR 1129 in place of the greeting.'],
    lookAlikes: ['host-not-allowed.'],
    ladder: [{ from: 'server', text: 'ERR 1129 (0), closes' }],
    fixture: 'refused/host-not-allowed',
    twin: 'login/plain',
  },
  diagnose: (subject) => refusedWith(subject, ({ code }) => code === 1129),
};
