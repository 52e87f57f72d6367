import type { CauseSpec } from '../cause.ts';
import { firstMismatch, misnumberedEvidence, repeats, wrongNumber } from '../mismatch.ts';

/** C21: the server side goes on counting from one exchange to the next. */
export const serverNeverResets: CauseSpec = {
  id: 'server-never-resets',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'The server side does not start its counter again with a new command.',
  advice: {
    between:
      'a proxy or server library counts wrongly: update it, or report this capture to its authors. With mysql2’s createServer, call connection.resetSequenceId() (or set sequenceId) at each command.',
  },
  drivers: [],
  page: {
    about: [
      'Each answer starts at the command’s number plus one, mostly 1. What goes on from the last exchange’s number instead is no MySQL or MariaDB server, but a proxy or something else that speaks their protocol: mysql2’s `createServer` leaves the counter to whoever uses it, and several gateways have had the same fault.',
      'The offset names it: the number that is found is one more than the last number of the exchange before.',
    ],
    lookAlikes: [
      'A pipelined answer: it starts at 1 again, whatever came before.',
      'A result of more than 254 packets: its numbers wrap.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'OK (1)' },
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'OK (2), where 1 is due' },
      { from: 'client', text: 'reads it: got 2 expected 1', quiet: true },
    ],
    fixture: 'causes/never-resets-mysqljs',
    twin: 'causes/resets-mysqljs',
  },
  diagnose: (subject) => {
    const mismatch = firstMismatch(subject);
    if (mismatch === null || mismatch.packet.fromClient) return null;
    const { got, expected, continues, readFor } = mismatch;
    if (!continues || !readFor?.type.startsWith('COM_')) return null;
    return wrongNumber(mismatch, subject, {
      summary: `The server side does not start again at 1 in answer to a new command: its counter goes on from the exchange before (got ${got}, expected ${expected}).`,
      certainty: 'likely',
      evidence: [...misnumberedEvidence(mismatch), ...repeats(mismatch, subject)],
    });
  },
};
