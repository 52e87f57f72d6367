import type { CauseSpec } from '../cause.ts';
import { describe, inOrder } from '../words.ts';

/** C24: whether answers have EOF packets was agreed on, and one is not so. */
export const eofMismatch: CauseSpec = {
  id: 'eof-mismatch',
  rule: 'malformed-answer',
  severity: 'error',
  title:
    'The server side ends its rows or column definitions otherwise than was agreed (CLIENT_DEPRECATE_EOF).',
  advice: {
    client:
      'as a way round, let the driver not ask for CLIENT_DEPRECATE_EOF (an older version, or its flags setting).',
    between:
      'a proxy or gateway passes on, or makes up, answers for other capabilities than it told the client: update it, or report this capture to its authors.',
  },
  drivers: [
    { driver: 'go-sql-driver/mysql', text: 'malformed packet' },
    { driver: 'libmysqlclient', text: 'ERROR 2027 (HY000): Malformed packet' },
  ],
  page: {
    about: [
      'Greeting and login settle whether a result set has EOF packets: without CLIENT_DEPRECATE_EOF one stands behind the column definitions and one behind the rows; with it there is none behind the definitions, and the rows end with an OK packet that starts with 0xFE. Both sides must go by it.',
      'A proxy that has agreed on one thing with the client and on the other with the server, or a gateway that speaks for a database of another kind, sends an EOF where none belongs, or leaves one out. Some drivers take it as it comes; others take the EOF for a row, or a row for the EOF, and are then one packet off. All the sequence ids are right.',
    ],
    lookAlikes: [
      'stale-answer: the answer was complete, and one packet more came.',
      'A capture without the handshake: what was agreed on is not known, and nothing is said.',
    ],
    ladder: [
      { from: 'server', text: 'greeting: CLIENT_DEPRECATE_EOF' },
      { from: 'client', text: 'login: CLIENT_DEPRECATE_EOF' },
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'columns, rows (1 2 3)' },
      { from: 'server', text: 'EOF (4), where an OK is due' },
    ],
    fixture: 'results/deprecate-eof',
    twin: 'results/deprecate-eof-mysql',
  },
  diagnose: ({ facts }) => {
    const { malformed } = facts;
    if (malformed === null) return null;
    const { packet, request, isEof } = malformed;
    const agreed = isEof ? 'to do without EOF packets' : 'on EOF packets';
    const does = isEof
      ? 'ends the rows with an EOF packet all the same, instead of an OK'
      : 'leaves out the one behind the column definitions';
    return {
      frame: packet.frame,
      fromClient: false,
      message: isEof
        ? 'An EOF packet ends the rows, where both sides had agreed on none'
        : 'The EOF packet behind the column definitions is missing',
      summary: `Greeting and login agree ${agreed} (CLIENT_DEPRECATE_EOF is ${isEof ? '' : 'not '}set on both sides), and the server side ${does}. A driver that goes by what was agreed reads this packet as something else, and may be one packet off from there; the sequence ids are right.`,
      certainty: 'proven',
      evidence: inOrder([
        ...(facts.greeting === null || facts.login === null
          ? []
          : [
              {
                frame: facts.login.frame,
                text: `the client agrees ${agreed}, as the greeting in frame ${facts.greeting.frame.number} allows`,
              },
            ]),
        ...(request === null
          ? []
          : [{ frame: request.frame, text: `the client sends ${describe(request)}` }]),
        {
          frame: packet.frame,
          text: isEof
            ? `the server ends the rows with ${describe(packet)}`
            : `the server goes on with its rows (sequence id ${packet.sequenceId}), without an EOF`,
        },
      ]),
      key: isEof ? 'unwanted' : 'missing',
    };
  },
};
