import type { CauseSpec } from '../cause.ts';
import { endingOf } from '../ending.ts';
import { inOrder, lapse } from '../words.ts';

/** C17, in the other direction: the answer is larger than the client takes. */
export const clientPacketLimit: CauseSpec = {
  id: 'client-packet-limit',
  rule: 'connection-lost',
  severity: 'error',
  title: 'The server sent a packet larger than the client takes, and the client hung up.',
  advice: {
    client:
      'raise the client’s own max_allowed_packet (mysql --max-allowed-packet, MYSQL_OPT_MAX_ALLOWED_PACKET, Connector/J maxAllowedPacket), or ask for less in one value (SUBSTRING, fewer columns).',
  },
  drivers: [
    {
      driver: 'libmysqlclient',
      text: "ERROR 2020 (HY000): Got packet bigger than 'max_allowed_packet' bytes",
    },
    { driver: 'libmariadb', text: 'Lost connection to server during query' },
    {
      driver: 'MySQL Connector/J',
      text: "Packet for query is too large (30001 > 16384). You can change this value on the server by setting the 'max_allowed_packet' variable.",
    },
  ],
  page: {
    about: [
      'A row is one packet, and clients have a limit for that, too: max_allowed_packet of the client, which it tells the server in its login (max packet size). The server does not care. A client that reads a header with more than it takes cannot go on: it closes the connection in the midst of the answer, with FIN or RST. libmysqlclient says so in error 2020, libmariadb calls the connection lost.',
    ],
    lookAlikes: [
      'client-gave-up: the client closes in the midst of an answer whose packets it could take.',
      'packet-too-large: the same in the other direction.',
      'Drivers that have no limit announce one all the same (PyMySQL 16 MiB) and take more.',
    ],
    ladder: [
      { from: 'client', text: 'login (1): max packet size 16384' },
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'a row of 30000 bytes (3)' },
      { from: 'client', text: 'FIN or RST' },
    ],
    fixture: 'causes/answer-too-big-mysql',
    twin: 'causes/answer-fits-mysql',
  },
  diagnose: ({ facts, session }) => {
    const { overLimit, lastUnanswered, pending, lastRequest, quit, serverPartial } = facts;
    const ending = endingOf(facts);
    if (ending === null || !ending.byClient || ending.how === 'quit' || quit !== null) return null;
    const limit = session.maxPacketSize;
    const large =
      serverPartial !== null && serverPartial.length > limit ? serverPartial : overLimit;
    const request = pending?.request ?? lastRequest;
    if (large === null || request === null || request.frame.number > large.frame.number)
      return null;
    if (!facts.isSettled || (lastUnanswered?.frame.number ?? 0) > large.frame.number) return null;
    return {
      frame: ending.frame,
      fromClient: true,
      message: `The client hung up on a packet of ${large.length} bytes: it takes ${limit}`,
      summary: `In its login the client said that it takes packets of ${limit} bytes at most. The answer to its ${request.type} has one of ${large.length} bytes, and ${lapse(large.frame, ending.frame)} after that began the client closed the connection without COM_QUIT.`,
      certainty: 'likely',
      evidence: inOrder([
        { frame: request.frame, text: `the client sends ${request.type}` },
        { frame: large.frame, text: `the server begins to send a packet of ${large.length} bytes` },
        {
          frame: ending.frame,
          text: `the client ${ending.how === 'reset' ? 'resets the connection' : 'closes without COM_QUIT'}`,
        },
      ]),
      ruledOut: [
        {
          id: 'client-gave-up',
          text: 'it closed as soon as the packet’s length was known, without any wait',
        },
      ],
    };
  },
};
