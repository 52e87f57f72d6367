import type { CauseSpec } from '../cause.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { describe, inOrder } from '../words.ts';

/** C19: the client ends its file, and goes on with it. */
export const infileAfterEnd: CauseSpec = {
  id: 'infile-after-end',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'The client sent more of a file (LOAD DATA LOCAL INFILE) behind the packet that ended it.',
  advice: {
    client:
      'the library ends the file too early: it sends an empty packet for an empty piece of its source, or counts the file’s length wrongly; what came behind was not loaded. Update it, or report this capture to its authors; check what the table has got, and load the rest.',
  },
  drivers: [],
  page: {
    about: [
      'An empty packet ends the file of a LOAD DATA LOCAL INFILE. The server answers what it has got by then with OK, and waits for a command. More of the file, which goes on counting, is a command with a wrong number for it: ERR 1156, and the connection is closed.',
      'The OK counts only the rows up to the empty packet: some of the file is in the table, the rest is not.',
    ],
    lookAlikes: [
      'infile-broken-off: the file has not ended, and a command comes.',
      'infile-unfinished: no empty packet at all.',
      'client-numbering: a command with a wrong number, with no file before it.',
    ],
    ladder: [
      { from: 'server', text: 'request for the file (1)' },
      { from: 'client', text: 'some of it (2), and the empty packet that ends it (3)' },
      { from: 'server', text: 'OK (4)' },
      { from: 'client', text: 'more of it (4), where a command (0) is due' },
      { from: 'server', text: 'ERR 1156, closes' },
    ],
    fixture: 'causes/infile-after-its-end-mariadb',
    twin: 'infile/local',
  },
  diagnose: (subject) => {
    const mismatch = firstMismatch(subject);
    const { turn, unread } = subject.facts;
    const after = turn?.afterEnd ?? null;
    if (turn === null || after === null || mismatch?.packet.frame !== after.frame) return null;
    const { request, answer, fileBytes, asked } = turn;
    const refusal = unread.find(({ packet }) => packet.error !== null)?.packet ?? null;
    const outcome = refusal === null ? '' : ` The server answered with ${describe(refusal)}.`;
    return wrongNumber(mismatch, subject, {
      summary: `The client had ended its file, of ${fileBytes} bytes, with an empty packet (sequence id ${answer!.sequenceId}), and then sent ${after.length} bytes more of it (sequence id ${after.sequenceId}). The server, for which the file was over, expects a command there, with 0.${outcome} What came behind the end is not loaded.`,
      certainty: 'proven',
      evidence: inOrder([
        ...(request === null
          ? []
          : [{ frame: request.frame, text: `the client sends ${describe(request)}` }]),
        { frame: asked.frame, text: 'the server asks for the file' },
        {
          frame: answer!.frame,
          text: `an empty packet ends it (sequence id ${answer!.sequenceId}), behind ${fileBytes} bytes`,
        },
        { frame: after.frame, text: `more of it comes (sequence id ${after.sequenceId})` },
        ...(refusal === null
          ? []
          : [{ frame: refusal.frame, text: `the server sends ${describe(refusal)}` }]),
      ]),
    });
  },
};
