import type { CauseSpec } from '../cause.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { serverCloses } from '../server-error.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** Of 0d 0a 0d 0a …; version 1 starts with "PROXY". */
const VERSION_2_FOURTH_BYTE = 0x0a;

/** C4: the client side sent a PROXY protocol header to a server that does not take one. */
export const proxyHeader: CauseSpec = {
  id: 'proxy-header',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'A proxy sends a PROXY protocol header to a server that does not accept one.',
  advice: {
    between:
      'take the header off the MySQL backend: `send-proxy` and `send-proxy-v2` in HAProxy, `proxy_protocol on` in nginx, "proxy protocol v2" of a cloud load balancer’s target group.',
    server:
      'or let the server take it: MariaDB accepts it from the addresses that proxy_protocol_networks names (Percona Server: proxy_protocol_networks, too); Oracle’s MySQL does not know it.',
  },
  drivers: [
    {
      driver: 'PyMySQL, aiomysql, asyncmy',
      text: 'Packet sequence number wrong - got 1 expected 2',
    },
    { driver: 'mysqljs/mysql', text: 'Packets out of order. Got: 1 Expected: 2' },
  ],
  isShared: true,
  page: {
    about: [
      'HAProxy (`send-proxy`), nginx and cloud load balancers can put a PROXY protocol header before the first byte of a connection, to tell the server who the client is: a line of text (version 1) or some binary bytes (version 2). MySQL does not know the header, and MariaDB takes it only from addresses that proxy_protocol_networks allows.',
      'The server takes the header for a login, finds it wrong within milliseconds, and refuses with ERR 1156, or in MariaDB’s case 1130 "Proxy header is not accepted", numbered 1. The driver behind the proxy then sends its login and reads that ERR: got 1 expected 2. Nobody can connect.',
    ],
    lookAlikes: [
      'login-timeout: there the ERR is 1159, and comes after seconds.',
      'host-not-allowed: ERR 1130 in place of the greeting, about the client’s own address.',
      'A server that accepts the header: it greets, and reads the login behind it.',
    ],
    ladder: [
      { from: 'between', text: 'PROXY TCP4 …' },
      { from: 'server', text: 'greeting (0)' },
      { from: 'server', text: 'ERR 1156 or 1130 (1), closes at once' },
      { from: 'client', text: 'login (1)' },
      { from: 'client', text: 'reads the ERR: got 1 expected 2', quiet: true },
    ],
    fixture: 'causes/proxy-header-mysql',
    twin: 'causes/proxy-header-taken',
  },
  diagnose: (subject) => {
    const mismatch = firstMismatch(subject);
    const header = subject.facts.proxyHeader;
    if (mismatch === null || header === null) return null;
    const { packet, readFor } = mismatch;
    if (packet.error === null || readFor !== subject.facts.login) return null;
    const version = header.sequenceId === VERSION_2_FOURTH_BYTE ? 2 : 1;
    return wrongNumber(mismatch, subject, {
      summary: `The connection starts with a PROXY protocol header (version ${version}), which this server does not accept: it answered with ERR ${packet.error.code} '${packet.error.message}' at once, before it read a login, and so with sequence id ${packet.sequenceId}. The driver behind the proxy reads that as the reply to its login and hides the text.`,
      certainty: 'proven',
      evidence: inOrder([
        {
          frame: header.frame,
          text: `a PROXY protocol header of version ${version}, ${header.length} bytes, comes first`,
        },
        {
          frame: packet.frame,
          text: `${lapse(header.frame, packet.frame)} later the server sends ${describe(packet)}`,
        },
        ...serverCloses(subject),
      ]),
      ruledOut: [
        {
          id: 'login-timeout',
          text: `the server did not wait: ${lapse(header.frame, packet.frame)} lie between the header and the ERR`,
        },
      ],
      key: String(packet.error.code),
    });
  },
};
