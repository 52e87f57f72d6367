import type { CauseSpec } from '../cause.ts';
import { describe, inOrder } from '../words.ts';

/** C24: whether answers have EOF packets was agreed on, and how many columns announced; and one is not so. */
export const eofMismatch: CauseSpec = {
  id: 'eof-mismatch',
  rule: 'malformed-answer',
  severity: 'error',
  title:
    'The server side ends its rows or column definitions otherwise than was agreed (CLIENT_DEPRECATE_EOF) or announced.',
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
      'stale-metadata: the answer to a PREPARE and the result differ in their columns.',
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
    fixture: 'built/eof-unwanted',
    twin: 'results/deprecate-eof-mysql',
  },
  diagnose: ({ facts }) => {
    const { eofFault } = facts;
    if (eofFault === null) return null;
    const { packet, request, fault } = eofFault;
    const isWithout = fault === 'unwanted' || fault === 'behindDefinitions';
    const agreed = isWithout ? 'to do without EOF packets' : 'on EOF packets';
    const { message, summary, text } = TEXTS[fault];
    const { greeting, login } = facts;
    const evidence =
      fault === 'early' || fault === 'late' || greeting === null || login === null
        ? []
        : [
            {
              frame: login.frame,
              text: `the client agrees ${agreed} (the greeting in frame ${greeting.frame.number} leaves it to the client)`,
            },
          ];
    if (request !== null) {
      evidence.push({ frame: request.frame, text: `the client sends ${describe(request)}` });
    }
    evidence.push({
      frame: packet.frame,
      text: `the server ${text} (sequence id ${packet.sequenceId})`,
    });
    return {
      frame: packet.frame,
      fromClient: false,
      message,
      summary: `${summary} A driver that goes by what was said reads this packet as something else, and may be one packet off from there; the sequence ids are right.`,
      certainty: 'proven',
      evidence: inOrder(evidence),
      key: fault,
    };
  },
};

const TEXTS = {
  behindDefinitions: {
    message: 'An EOF packet follows the column definitions, where both sides had agreed on none',
    summary:
      'Greeting and login agree to do without EOF packets (both have CLIENT_DEPRECATE_EOF), and the server side sends one behind the column definitions all the same. A client that goes by the agreement takes its five bytes for the end of a result without rows, and what follows for the next answer.',
    text: 'sends an EOF packet of 5 bytes behind the column definitions, where a row or an OK packet of 7 is due',
  },
  okInstead: {
    message: 'An OK packet ends the rows, where both sides had agreed on an EOF',
    summary:
      'Greeting and login agree on EOF packets (not both have CLIENT_DEPRECATE_EOF), and the server side ends the rows with an OK packet that starts with 0xFE instead. A client that goes by the agreement takes it for a row.',
    text: 'ends the rows with an OK packet, where an EOF of 5 bytes is due',
  },
  late: {
    message: 'One more column definition stands where the EOF behind them is due',
    summary:
      'The server side announced fewer columns than it then defined: behind the last that was due comes another one.',
    text: 'sends one more column definition, where the EOF behind them is due',
  },
  unwanted: {
    message: 'An EOF packet ends the rows, where both sides had agreed on none',
    summary:
      'Greeting and login agree to do without EOF packets (both have CLIENT_DEPRECATE_EOF), and the server side ends the rows with one all the same, instead of an OK.',
    text: 'ends the rows with an EOF packet of 5 bytes, where an OK packet of 7 is due',
  },
  missing: {
    message: 'The EOF packet behind the column definitions is missing',
    summary:
      'Greeting and login agree on EOF packets (not both have CLIENT_DEPRECATE_EOF), and the server side leaves out the one behind the column definitions.',
    text: 'goes on with its rows, without an EOF',
  },
  early: {
    message: 'An EOF packet stands where the definition of a column is due',
    summary:
      'The server side announced more columns than it then defined: an EOF packet ends the definitions before all had come.',
    text: 'sends an EOF where one more column definition is due',
  },
} as const;
