import type { CauseSpec } from '../cause.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { describe, lapse } from '../words.ts';

/** C4: the client side sent a PROXY protocol header to a server that does not take one. */
export const proxyHeader: CauseSpec = {
  id: 'proxy-header',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'A proxy sends a PROXY protocol header to a server that does not accept one.',
  advice: {
    between: 'take `send-proxy` (or `proxy_protocol on`) off the MySQL backend.',
    server:
      'MariaDB accepts the header from the addresses that proxy_protocol_networks names; MySQL does not know it.',
  },
  drivers: [],
  page: {
    about: [
      'HAProxy (`send-proxy`), nginx and cloud load balancers can put a PROXY protocol header before the first byte of a connection, to tell the server who the client is. MySQL does not know the header, and MariaDB takes it only from addresses that proxy_protocol_networks allows.',
      'The server takes the header for a login, finds it wrong within milliseconds, and refuses with ERR 1156, or in MariaDB’s case 1130 "Proxy header is not accepted", numbered 1. The driver behind the proxy then sends its login and reads that ERR: got 1 expected 2. Nobody can connect.',
    ],
    lookAlikes: ['login-timeout: there the ERR is 1159, and comes after seconds.'],
    ladder: [
      { from: 'between', text: 'PROXY TCP4 …' },
      { from: 'server', text: 'greeting (0)' },
      { from: 'server', text: 'ERR 1156 or 1130 (1), closes at once' },
      { from: 'client', text: 'login (1)' },
      { from: 'client', text: 'reads the ERR: got 1 expected 2', quiet: true },
    ],
    fixture: 'sequence/http-request',
    twin: 'login/plain',
  },
  diagnose: (subject) => {
    const mismatch = firstMismatch(subject);
    const header = subject.facts.proxyHeader;
    if (mismatch === null || header === null) return null;
    const { packet, readFor } = mismatch;
    if (packet.error === null || readFor !== subject.facts.login) return null;
    return wrongNumber(mismatch, subject, {
      summary: `The connection starts with a PROXY protocol header, which this server does not accept: it answered with ERR ${packet.error.code} at once, before it read the login, and so with sequence id ${packet.sequenceId}.`,
      certainty: 'proven',
      evidence: [
        {
          frame: header.frame,
          text: `a PROXY protocol header of ${header.length} bytes comes first`,
        },
        {
          frame: packet.frame,
          text: `${lapse(header.frame, packet.frame)} later the server sends ${describe(packet)}`,
        },
      ],
      key: String(packet.error.code),
    });
  },
};
