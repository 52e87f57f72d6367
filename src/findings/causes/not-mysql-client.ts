import type { CauseSpec } from '../cause.ts';
import { serverTexts } from '../drivers.ts';
import { foreign } from '../foreign.ts';

/** C5: what connects to a MySQL server is no MySQL client. */
export const notMysqlClient: CauseSpec = {
  id: 'not-mysql-client',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'Something that is no MySQL client connects to a MySQL server.',
  advice: {
    client: 'if it is meant to reach another service, check its host and port.',
    between:
      'find what connects to the MySQL port: a health check or load balancer that speaks HTTP or TLS, or a scanner. Each such connection counts towards max_connect_errors, after which the server blocks the host (ERR 1129).',
  },
  drivers: [
    { driver: 'the server', text: 'Got packets out of order' },
    { driver: 'Vitess', text: 'invalid sequence, expected 1 got 32' },
    { driver: 'a TLS client', text: 'wrong version number' },
  ],
  isShared: true,
  page: {
    about: [
      'The server greets, and takes what comes for a login. The fourth byte of "GET / HTTP/1.1" is a blank, 32, where a login carries 1; that of a TLS record is part of its length. The server answers with ERR 1156 (Got packets out of order) and closes.',
      'It is mostly a health check or a load balancer that was told the wrong protocol. It harms nobody but itself, until the server has counted max_connect_errors of them and blocks the host.',
      'A TLS client that does not wait for the greeting meets it where a ServerHello should be, and says "wrong version number": MySQL’s TLS starts behind a greeting in the clear (STARTTLS-like), so what expects TLS from the first byte on (stunnel in client mode, an HTTPS check) cannot speak to it.',
    ],
    lookAlikes: [
      'proxy-header: a PROXY protocol header with a real client behind it.',
      'health-check: a client that says nothing at all.',
    ],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'GET / HTTP/1.1' },
      { from: 'server', text: 'ERR 1156 (1), closes' },
    ],
    fixture: 'causes/http-to-mysql',
    twin: 'causes/proxy-header-taken',
  },
  diagnose: (subject) =>
    foreign(subject, true, ({ first, but, mismatch: { got, protocol } }) => ({
      summary: `The client does not speak MySQL${but}: its stream starts with ${first}, whose fourth byte, ${got}, stands where a sequence id would.`,
      drivers: [
        ...serverTexts(got, 1),
        ...(protocol === 'TLS' ? [{ driver: 'the client', text: 'wrong version number' }] : []),
      ],
    })),
};
