import type { CauseSpec } from '../cause.ts';
import { firstMismatch, misnumberedEvidence, repeats, wrongNumber } from '../mismatch.ts';

/** Nothing else explains the number. */
export const serverNumbering: CauseSpec = {
  id: 'server-numbering',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'The server side numbers a packet wrongly, and nothing else explains it.',
  advice: {
    between:
      'a server, proxy or server library between counts wrongly: update it, or report this capture to its authors.',
  },
  drivers: [],
  page: {
    about: [
      'No bytes are missing, the packet is no error that the server sent of its own accord, no command was sent ahead, and the number is not what a counter that is never reset would have come to. MySQL and MariaDB do not do that: look for a proxy, a gateway or a server of another make.',
    ],
    lookAlikes: ['server-never-resets: the number goes on from the exchange before.'],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'OK (7), where 1 is due' },
      { from: 'client', text: 'reads it: got 7 expected 1', quiet: true },
    ],
    fixture: 'causes/server-skips-a-number-in-a-result-pymysql',
    twin: 'causes/server-correct-pymysql',
  },
  diagnose: (subject) => {
    const mismatch = firstMismatch(subject);
    if (mismatch === null || mismatch.packet.fromClient) return null;
    const { packet, got, expected } = mismatch;
    return wrongNumber(mismatch, subject, {
      summary: `The server side numbered its ${packet.type} ${got} where ${expected} is due, with nothing missing in the capture and no error to explain it.`,
      certainty: 'possible',
      evidence: [...misnumberedEvidence(mismatch), ...repeats(mismatch, subject)],
    });
  },
};
