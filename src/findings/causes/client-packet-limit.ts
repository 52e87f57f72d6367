import { secondsBetween } from '../../capture/frame.ts';
import type { Facts } from '../../mysql/facts.ts';
import type { CauseSpec } from '../cause.ts';
import { endingOf } from '../ending.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** Who waits for something waits for longer. */
const AT_ONCE_SECONDS = 0.1;

/** Below that, no client has a limit that it does not tell: its buffer holds as much. */
const MIN_UNTOLD = 16_384;

/** Of drivers by their `_client_name`: these leave a packet that is too large for them unread. */
const REFUSES = /^(libmysql|libmariadb|mysql connector( java|\/j))/i;

/** All of the answer was acknowledged; who closes with FIN has read it, too. */
function hasTakenAll({ pending, clientReceived, lastReplyEnd }: Facts): boolean {
  return pending === null && clientReceived >= lastReplyEnd;
}

/** C17, in the other direction: the answer is larger than the client takes. */
export const clientPacketLimit: CauseSpec = {
  id: 'client-packet-limit',
  rule: 'connection-lost',
  severity: 'error',
  also: [
    {
      rule: 'connection-lost',
      severity: 'warning',
      when: 'the client’s limit does not show',
    },
  ],
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
    const { largest, pending, lastRequest, serverPartial, isSettled } = facts;
    const ending = endingOf(facts);
    if (ending === null || !ending.byClient || ending.how === 'quit' || !isSettled) return null;
    const limit = session.maxPacketSize;
    const large =
      serverPartial !== null && serverPartial.length > (largest?.length ?? 0)
        ? serverPartial
        : largest;
    const request = pending?.request ?? lastRequest;
    if (large === null || request === null || large.frame.number > ending.frame.number) return null;
    // The largest of all is one of the answer on which the client hung up.
    if (request.frame.number > large.frame.number) return null;
    if (hasTakenAll(facts) && (ending.how === 'fin' || !REFUSES.test(session.clientName ?? '')))
      return null;
    const isOver = large.length > limit;
    const waited = secondsBetween(large.frame, ending.frame);
    const isAtOnce = waited !== null && waited <= AT_ONCE_SECONDS;
    if (!isOver && !(isAtOnce && ending.how === 'reset' && large.length >= MIN_UNTOLD)) return null;
    const so = lapse(large.frame, ending.frame);
    return {
      frame: ending.frame,
      fromClient: true,
      message: `The client hung up on a packet of ${large.length} bytes${isOver ? `: it takes ${limit}` : ''}`,
      summary: isOver
        ? `In its login the client said that it takes packets of ${limit} bytes at most. The answer to its ${request.type} has one of ${large.length} bytes, and ${so} after that began the client hung up without COM_QUIT.`
        : `The answer to its ${request.type} has a packet of ${large.length} bytes, more than any before. ${so} after that began the client reset the connection with the rest unread, as clients do that have a limit for packets (max_allowed_packet) and do not say which (libmariadb).`,
      certainty: isOver ? 'likely' : 'possible',
      ...(!isOver && { severity: 'warning' }),
      evidence: inOrder([
        { frame: request.frame, text: `the client sends ${describe(request)}` },
        { frame: large.frame, text: `the server begins to send a packet of ${large.length} bytes` },
        {
          frame: ending.frame,
          text: `${so} later the client ${ending.how === 'reset' ? 'resets the connection' : 'closes without COM_QUIT'}`,
        },
      ]),
      ...(isAtOnce && {
        ruledOut: [
          {
            id: 'client-gave-up',
            text: 'it hung up as soon as the packet had begun, without any wait',
          },
        ],
      }),
    };
  },
};
