import type { CauseSpec } from '../cause.ts';
import { cutOffTexts } from '../drivers.ts';
import { dueFile, endOfWait, hasArrived, MIN_WAIT_SECONDS } from '../turn.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** The server waits for a file, or for its end, and gets neither. */
export const infileUnfinished: CauseSpec = {
  id: 'infile-unfinished',
  rule: 'connection-lost',
  severity: 'error',
  also: [
    {
      rule: 'connection-lost',
      severity: 'warning',
      when: 'nobody has given up when the capture ends',
    },
  ],
  title: 'The server asked for a file (LOAD DATA LOCAL INFILE), and never got all of it.',
  advice: {
    client:
      'the driver has no handler for LOCAL INFILE and waits for an answer (allow it: local_infile, allowLoadLocalInfile), its source of the data stalled, or it forgets the empty packet that ends a file; nothing of the file is loaded unless the server says OK.',
    server:
      'net_read_timeout says how long it waits for the next piece; nothing is slow here but the client.',
  },
  drivers: cutOffTexts(null),
  page: {
    about: [
      'To LOAD DATA LOCAL INFILE the server answers with a request for the file. From there on it is the client’s turn: it sends the file, in as many packets as it likes, and an empty packet behind it; one that will not sends the empty packet alone. Until then the server waits, for net_read_timeout between two packets.',
      'A client that sends nothing has no handler for the request, and mostly waits for an answer itself. One that sends data and no end has forgotten the empty packet, or was interrupted. Then one of the two gives up.',
    ],
    lookAlikes: [
      'client-gave-up: the file is complete, and the answer is outstanding.',
      'infile-broken-off: a command comes in place of the file, or of its end.',
      'server-read-timeout: the server gives up, for net_read_timeout is over.',
      'infile-after-end: the end came too early.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0): LOAD DATA LOCAL INFILE' },
      { from: 'server', text: 'request for the file (1)' },
      { from: 'client', text: 'some of the file (2), or nothing; no empty packet' },
      { from: 'client', text: 'waits, too, and closes', quiet: true },
    ],
    fixture: 'causes/infile-without-end-mariadb',
    twin: 'infile/local',
  },
  diagnose: (subject) => {
    const { facts } = subject;
    const turn = dueFile(subject);
    if (turn === null || !facts.isSettled || facts.bytesMissing) return null;
    const { asked, request, fileBytes, fileFrame } = turn;
    const since = fileFrame ?? asked.frame;
    const end = endOfWait(subject, since, turn.error);
    const isOpen = end.how === 'open';
    if (isOpen && (end.waited === null || end.waited < MIN_WAIT_SECONDS)) return null;
    // An ERR in the midst of a file is the server's answer to it.
    if (end.how === 'error') return null;
    const what =
      fileFrame === null ? 'nothing of the file' : `${fileBytes} bytes of the file and no end`;
    const so = lapse(since, end.frame);
    const where = hasArrived(subject, asked)
      ? 'its host has acknowledged the request'
      : 'nothing acknowledges the request, which may not have arrived';
    return {
      frame: end.frame,
      fromClient: end.fromClient,
      message:
        fileFrame === null
          ? 'The server waited for a file (LOCAL INFILE) of which nothing came'
          : 'The server waited for the end of a file (LOCAL INFILE)',
      summary: `The server asked for the file of a LOAD DATA LOCAL INFILE, and it was the client’s turn: it sent ${what}${fileFrame === null ? '' : ' (an empty packet)'}. The server cannot go on before; ${where}. ${isOpen ? `Nothing more came in the ${so} up to the end of the capture` : `After ${so} ${end.text}`}.`,
      certainty: 'proven',
      evidence: inOrder([
        ...(request === null
          ? []
          : [{ frame: request.frame, text: `the client sends ${describe(request)}` }]),
        { frame: asked.frame, text: 'the server asks for the file; it is the client’s turn' },
        ...(fileFrame === null
          ? []
          : [{ frame: fileFrame, text: `the last of ${fileBytes} bytes that come of it` }]),
        { frame: end.frame, text: `${so} later ${end.text}` },
      ]),
      ...(isOpen && { severity: 'warning' }),
      ...(end.fromClient && { drivers: [] }),
      key: fileFrame === null ? 'nothing' : 'no end',
    };
  },
};
