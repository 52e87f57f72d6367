import { adviceOn } from '../../protocols/index.ts';
import type { CauseSpec } from '../cause.ts';
import { lostTexts } from '../drivers.ts';
import { foreign } from '../foreign.ts';

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
  drivers: [
    {
      driver: 'PyMySQL, aiomysql, asyncmy',
      text: 'Packet sequence number wrong - got 80 expected 0',
    },
    { driver: 'mysqljs/mysql', text: 'Packets out of order. Got: 80 Expected: 0' },
    {
      driver: 'PHP mysqlnd',
      text: 'Packets out of order. Expected 0 received 80. Packet size=5526600',
    },
    ...lostTexts('greeting', false),
    {
      driver: 'libmysqlclient, of the X protocol',
      text: 'Protocol mismatch; server version = 11, client version = 10',
    },
  ],
  isShared: true,
  page: {
    about: [
      'A driver takes the first four bytes of whatever it is connected to for a packet header: three for the length, the fourth for the sequence id, where it expects 0. Of "HTTP/1.1" the fourth byte is P, 80; of "SSH-2.0" it is "-", 45; of the "220 " of a mail or FTP server, and of "+OK ", a blank, 32; of Redis’ "-ERR" an R, 82. So "got 80 expected 0" means a web server.',
      'The length that the first three bytes spell is some megabytes. Drivers that do not look at the number before they have the whole packet (mysql2, MariaDB’s) wait for the rest instead, until a time-out or until the other side closes: "Connection lost". So they do with a TLS server, whose fourth byte is 0.',
      'The API of Sphinx and Manticore Search (port 9312) says but four bytes, 00 00 00 01: "got 1 expected 0".',
      'The X protocol of MySQL itself (port 33060) is such a stranger, too: a classic driver reads from it "protocol version 11".',
    ],
    lookAlikes: [
      'too-many-connections, host-blocked, host-not-allowed: a MySQL server that sends an ERR in place of its greeting; its fourth byte is 0 or 1.',
      'not-mysql-client: the other way round.',
    ],
    ladder: [
      { from: 'server', text: 'HTTP/1.1 400 Bad Request' },
      { from: 'client', text: 'reads 48 54 54 50: got 80 expected 0', quiet: true },
    ],
    fixture: 'causes/http-server-pymysql',
    twin: 'refused/too-many-connections',
  },
  diagnose: (subject) =>
    foreign(subject, false, ({ first, but, mismatch }) => {
      const { got, packet, protocol = null } = mismatch;
      const spelled = `a packet of ${packet.length} bytes`;
      const more = protocol === null ? null : adviceOn(protocol);
      return {
        summary: `What listens on this port is no MySQL server${but}: it starts with ${first}. A driver takes that for the header of ${
          got === 0
            ? `${spelled} with the sequence id 0 that is due, and reads on: it waits, or stumbles over what the packet says.`
            : `${spelled} with sequence id ${got}, its fourth byte: it complains about the number, or waits for that many bytes.`
        }`,
        ...(got === 0 && { drivers: lostTexts('greeting', false) }),
        ...(more !== null && {
          advice: { client: `${notMysqlServer.advice.client!.slice(0, -1)}: ${more}.` },
        }),
      };
    }),
};
