import type { CauseSpec } from '../cause.ts';
import { toldByError } from '../server-error.ts';

const WHY =
  "the statement is larger than the server's max_allowed_packet, and the server refused it before it had read all of it";

/** C17: max_allowed_packet of the server. */
export const packetTooLarge: CauseSpec = {
  id: 'packet-too-large',
  rule: 'unread-error',
  severity: 'error',
  title: "A statement is larger than the server's max_allowed_packet.",
  advice: {
    client: 'send less in one statement, or raise its own limit as well.',
    server: 'raise max_allowed_packet.',
  },
  drivers: [],
  page: {
    about: [
      "A server refuses a packet that is larger than max_allowed_packet as soon as its header says so, while the client is still sending. The ERR 1153 carries the server's own counter, which is behind the client's if the statement has several parts of 16 MiB; and often it is lost, because the client gets a broken pipe first.",
    ],
    lookAlikes: ['server-read-timeout: the client stalls.'],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0), first part' },
      { from: 'server', text: 'ERR 1153 (1), closes' },
      { from: 'client', text: 'goes on sending' },
      { from: 'client', text: 'broken pipe, or got 2 expected 3', quiet: true },
    ],
    fixture: 'refused/too-big',
    twin: 'login/plain',
  },
  diagnose: (subject) => toldByError(subject, ({ code }) => code === 1153, WHY),
};
