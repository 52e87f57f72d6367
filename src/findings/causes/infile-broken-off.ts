import type { Turn } from '../../mysql/facts.ts';
import type { CauseSpec } from '../cause.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { describe } from '../words.ts';

/** C19: the server asked for a file, and the client sent something else instead. */
export const infileBrokenOff: CauseSpec = {
  id: 'infile-broken-off',
  rule: 'sequence-mismatch',
  severity: 'error',
  title:
    'The server asked for a file (LOAD DATA LOCAL INFILE), and the client went on to its next command.',
  advice: {
    client:
      'the driver has no handler for LOCAL INFILE, or refuses it without saying so on the wire: allow it in the driver (local_infile, allowLoadLocalInfile), or load the file another way.',
    server: 'SET GLOBAL local_infile = OFF makes such statements fail at once, with a text.',
  },
  drivers: [],
  page: {
    about: [
      'To LOAD DATA LOCAL INFILE the server answers with a request for the file. The client must send the file’s bytes, or an empty packet if it will not; both go on counting (2, 3, …). A client that does neither and sends its next command (0) has that command taken for a part of the file: ERR 1156, and the connection is closed.',
    ],
    lookAlikes: [
      'A file of more than 254 packets: its numbers wrap to 0, and that is right.',
      'An empty packet at once: the client has refused the file as it should.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0): LOAD DATA LOCAL INFILE' },
      { from: 'server', text: 'request for the file (1)' },
      { from: 'client', text: 'COM_QUERY (0), where the file (2) is due' },
      { from: 'server', text: 'ERR 1156 (2), closes' },
    ],
    fixture: 'causes/client-infile-broken-off-mysql',
    twin: 'causes/infile-denied-by-mysql2',
  },
  diagnose: (subject) => {
    const mismatch = firstMismatch(subject);
    if (mismatch === null) return null;
    const { packet, readFor, expected } = mismatch;
    const { turn } = subject.facts;
    if (!packet.fromClient || readFor === null || readFor === subject.facts.login) return null;
    return wrongNumber(mismatch, subject, {
      summary: `The server asked for the file of a LOAD DATA LOCAL INFILE, and waits for ${fileText(turn)} with sequence id ${expected}; the client sent its next ${packet.type} instead. Not even an empty packet ended the file, so the server takes the command for the file's bytes.`,
      certainty: 'proven',
      evidence: [
        { frame: readFor.frame, text: `the client sends ${describe(readFor)}` },
        { frame: packet.frame, text: `instead of the file it sends ${describe(packet)}` },
      ],
    });
  },
};

function fileText(turn: Turn | null): string {
  return turn !== null && turn.fileBytes > 0
    ? `the rest or the end of it, of which ${turn.fileBytes} bytes had come,`
    : 'it';
}
