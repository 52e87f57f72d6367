import { adviceOn } from '../../protocols/index.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';

/** Characters of a banner that are shown. */
const SHOWN = 40;

/** C6: what answers on the server's port is no MySQL server. */
export const notMysqlServer: CauseSpec = {
  id: 'not-mysql-server',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'The driver is connected to something that is no MySQL server.',
  advice: {
    client: 'check the host and port that the driver connects to.',
    between: 'check what is published there: a port mapping, a proxy, a tunnel.',
  },
  drivers: [],
  page: {
    about: [
      'A driver takes the first four bytes of whatever it is connected to for a packet header: three for the length, the fourth for the sequence id, where it expects 0. Of "HTTP/1.1" the fourth byte is P, 80; of "SSH-2.0" it is "-", 45; of a mail server’s "220 " a blank, 32. So "got 80 expected 0" means a web server. The length those bytes spell is megabytes, so some drivers just wait for the rest.',
    ],
    lookAlikes: [
      'too-many-connections, host-blocked, host-not-allowed: a MySQL server that sends an ERR in place of its greeting; its fourth byte is 0 or 1.',
    ],
    ladder: [
      { from: 'server', text: 'HTTP/1.1 400 Bad Request' },
      { from: 'client', text: 'reads 48 54 54 50: got 80 expected 0', quiet: true },
    ],
    fixture: 'sequence/not-mysql',
    twin: 'login/plain',
  },
  diagnose: (subject) => foreign(subject, false),
};

/** C5: what connects to a MySQL server is no MySQL client. */
export const notMysqlClient: CauseSpec = {
  id: 'not-mysql-client',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'Something that is no MySQL client connects to a MySQL server.',
  advice: {
    between:
      'find what connects to the MySQL port: a health check or load balancer that speaks HTTP or TLS, or a scanner. Each such connection counts towards max_connect_errors, after which the server blocks the host (ERR 1129).',
  },
  drivers: [
    { driver: 'the server', text: 'Got packets out of order' },
    { driver: 'Vitess', text: 'invalid sequence, expected 1 got 32' },
  ],
  page: {
    about: [
      'The server greets, and takes what comes for a login. The fourth byte of "GET / HTTP/1.1" is a blank, 32, where a login carries 1; that of a TLS record is part of its length. The server answers with ERR 1156 (Got packets out of order) and closes.',
      'It is mostly a health check or a load balancer that was told the wrong protocol. It harms nobody but itself, until the server has counted max_connect_errors of them and blocks the host.',
    ],
    lookAlikes: ['proxy-header: a PROXY protocol header with a real client behind it.'],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'GET / HTTP/1.1' },
      { from: 'server', text: 'ERR 1156 (1), closes' },
    ],
    fixture: 'sequence/http-request',
    twin: 'login/plain',
  },
  diagnose: (subject) => foreign(subject, true),
};

function foreign(subject: Subject, fromClient: boolean): Diagnosis | null {
  const mismatch = firstMismatch(subject);
  if (mismatch === null || mismatch.banner === '') return null;
  const { packet, banner, protocol = null, got } = mismatch;
  if (packet.fromClient !== fromClient) return null;
  const first = `${JSON.stringify(banner.slice(0, SHOWN))}`;
  const who = fromClient ? 'client' : 'server';
  const guess = protocol === null ? '' : ` but ${protocol}`;
  const more = protocol === null || fromClient ? null : adviceOn(protocol);
  return wrongNumber(mismatch, subject, {
    summary: fromClient
      ? `The client does not speak MySQL${guess}: its stream starts with ${first}, whose fourth byte, ${got}, stands where a sequence id would.`
      : `What listens on this port is no MySQL server${guess}: it starts with ${first}, and a driver takes the fourth byte, ${got}, for a sequence id.`,
    certainty: 'proven',
    evidence: [{ frame: packet.frame, text: `the ${who}'s first bytes are ${first}` }],
    ...(more !== null && {
      advice: { client: `${notMysqlServer.advice.client!.slice(0, -1)}: ${more}.` },
    }),
    key: protocol ?? 'unknown',
  });
}
