import type { CauseSpec } from '../cause.ts';
import { firstMismatch, misnumberedEvidence, repeats, wrongNumber } from '../mismatch.ts';
import { describe, inOrder } from '../words.ts';

/** C20: the client counts wrongly. */
export const clientNumbering: CauseSpec = {
  id: 'client-numbering',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'The client numbers its packets wrongly.',
  advice: {
    client: 'the library counts wrongly: update it, or report this capture to its authors.',
    between: 'a proxy that speaks for the client may be what counts wrongly.',
  },
  drivers: [],
  page: {
    about: [
      'Every command starts at 0, a login carries the greeting’s number plus one, and the client’s packets inside of an exchange (authentication, LOCAL INFILE, parts of 16 MiB) go on counting. A server that finds another number answers with ERR 1156 (Got packets out of order) and closes.',
      'No driver in wide use gets this wrong: look at hand-written clients and proxies.',
    ],
    lookAlikes: [
      'infile-broken-off: a command (0) where the server waits for a file.',
      'not-mysql-client: bytes that are no MySQL at all.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (5), where 0 is due' },
      { from: 'server', text: 'ERR 1156 (0), closes' },
    ],
    fixture: 'causes/client-command-number-mysql',
    twin: 'causes/server-correct-pymysql',
  },
  diagnose: (subject) => {
    const mismatch = firstMismatch(subject);
    if (mismatch === null || !mismatch.packet.fromClient || mismatch.banner !== '') return null;
    const { packet, got, expected } = mismatch;
    const { outOfOrder } = subject.facts;
    const answered =
      outOfOrder === null
        ? ''
        : ` The server answered with ERR ${outOfOrder.error!.code} '${outOfOrder.error!.message}'.`;
    return wrongNumber(mismatch, subject, {
      summary: `The client numbered its ${packet.type} ${got} where ${expected} is due: ${dueTo(packet.type)}.${answered}`,
      certainty: 'proven',
      evidence: inOrder([
        ...misnumberedEvidence(mismatch),
        ...repeats(mismatch, subject),
        ...(outOfOrder === null
          ? []
          : [{ frame: outOfOrder.frame, text: `the server answers ${describe(outOfOrder)}` }]),
      ]),
    });
  },
};

/** Why another number is due. */
function dueTo(type: string): string {
  if (type.startsWith('COM_')) return 'every command starts at 0';
  return type.startsWith('Handshake') || type === 'SSLRequest'
    ? 'the login goes on from the greeting, and the login inside of TLS from the SSLRequest'
    : 'inside of an exchange each packet is numbered one higher than the one before, whoever sent it';
}
