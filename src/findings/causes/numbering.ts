import type { Mismatch } from '../../mysql/facts.ts';
import type { CauseSpec, Subject } from '../cause.ts';
import type { Evidence } from '../finding.ts';
import { firstMismatch, misnumberedEvidence, wrongNumber } from '../mismatch.ts';
import { describe, inOrder } from '../words.ts';

/** Further packets of the same kind that are named. */
const REPEATS = 2;

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
    fixture: 'sequence/wrong-number',
    twin: 'commands/all-mariadb',
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
    fixture: 'sequence/never-resets',
    twin: 'pipelining/by-hand-mariadb',
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
    fixture: 'sequence/never-resets',
    twin: 'commands/all-mariadb',
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

/** Why another number is due. */
function dueTo(type: string): string {
  if (type.startsWith('COM_')) return 'every command starts at 0';
  return type.startsWith('Handshake') || type === 'SSLRequest'
    ? 'the login goes on from the greeting, and the login inside of TLS from the SSLRequest'
    : 'inside of an exchange each packet is numbered one higher than the one before, whoever sent it';
}

function repeats(mismatch: Mismatch, { facts }: Subject): Evidence[] {
  const others = facts.mismatches.filter(
    (other) => other !== mismatch && other.packet.fromClient === mismatch.packet.fromClient,
  );
  return others.slice(0, REPEATS).map(({ packet, got, expected }) => ({
    frame: packet.frame,
    text: `again: got ${got}, expected ${expected}`,
  }));
}
