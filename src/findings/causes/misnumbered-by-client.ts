import type { CauseSpec } from '../cause.ts';
import { toldByError } from '../server-error.ts';

const WHY =
  'the server found a wrong sequence id, or bytes that are no MySQL packet, in what it was sent';

/** ER_NET_PACKETS_OUT_OF_ORDER with nothing wrong to be seen. */
export const misnumberedByClient: CauseSpec = {
  id: 'misnumbered-by-client',
  rule: 'unread-error',
  severity: 'error',
  title: 'The server found a wrong sequence id in what it was sent.',
  advice: {
    client: 'look at what it sent just before: its sequence ids.',
    between: 'a proxy may have sent something of its own: a PROXY header, a health check.',
  },
  drivers: [],
  page: {
    about: ['ERR 1156 is the server\'s own "Packets out of order".'],
    lookAlikes: ['proxy-header, not-mysql-client: bytes that are no MySQL.'],
    ladder: [
      { from: 'client', text: 'a packet with a wrong number' },
      { from: 'server', text: 'ERR 1156, closes' },
    ],
    fixture: 'sequence/wrong-number',
    twin: 'login/plain',
  },
  diagnose: (subject) => toldByError(subject, ({ code }) => code === 1156, WHY),
};
