import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { errorTexts } from '../drivers.ts';
import { firstMismatch } from '../mismatch.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import { toldByError } from '../server-error.ts';
import { describe } from '../words.ts';

/** ER_NET_PACKETS_OUT_OF_ORDER */
const OUT_OF_ORDER = 1156;

const WHY =
  'the server found a wrong sequence id, or bytes that are no MySQL packet, in what it was sent';

/** C20 where the wrong number is not to be seen: the server complains. */
export const misnumberedByClient: CauseSpec = {
  id: 'misnumbered-by-client',
  rule: 'unread-error',
  severity: 'error',
  also: [READ_AS_ANSWER],
  title: 'The server found a wrong sequence id in what it was sent.',
  advice: {
    client:
      'update the driver; look at what it sent just before (mywire packets): its sequence ids, and the lengths of its parts.',
    between:
      'a proxy between here and the server may have changed the numbers or sent something of its own: capture on its other side.',
  },
  drivers: errorTexts({
    code: OUT_OF_ORDER,
    sqlState: '08S01',
    message: 'Got packets out of order',
  }),
  page: {
    about: [
      'ERR 1156 (ER_NET_PACKETS_OUT_OF_ORDER) is the server’s own "Packets out of order": what it read had another number than the next one, or was no packet at all. It then closes. Mostly the wrong number is in the capture, and the finding is that one (client-numbering).',
      'Where the client’s numbers are right in the capture and the server complains all the same, something between the two has changed them, or has sent bytes of its own to the server.',
    ],
    lookAlikes: [
      'client-numbering, wrong-splitting: the wrong number is to be seen; the ERR follows from it.',
      'proxy-header, not-mysql-client: bytes that are no MySQL.',
      'infile-broken-off: a command where the server waits for a file.',
    ],
    ladder: [
      { from: 'client', text: 'a packet with a wrong number' },
      { from: 'server', text: 'ERR 1156, closes' },
    ],
    fixture: 'built/server-complains',
    twin: 'login/plain',
  },
  diagnose: (subject) => {
    if (firstMismatch(subject)?.packet.fromClient) return null;
    return toldByError(subject, ({ code }) => code === OUT_OF_ORDER, WHY) ?? asAnswer(subject);
  },
};

/** The ERR has the number of an answer. */
function asAnswer({ facts }: Subject): Diagnosis | null {
  const { outOfOrder, bytesMissing } = facts;
  if (outOfOrder === null || bytesMissing) return null;
  return {
    frame: outOfOrder.frame,
    fromClient: false,
    message: `The server refused what it read: ${describe(outOfOrder)}`,
    summary: `The server answered with ${describe(outOfOrder)}: ${WHY}. In this capture the client's numbers are right, so something between here and the server changed them, or sent bytes of its own.`,
    certainty: 'likely',
    evidence: [{ frame: outOfOrder.frame, text: `the server sends ${describe(outOfOrder)}` }],
  };
}
