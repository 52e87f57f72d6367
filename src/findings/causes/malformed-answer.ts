import type { Facts, Malformed } from '../../mysql/facts.ts';
import type { CauseSpec, Diagnosis } from '../cause.ts';
import { endingOf } from '../ending.ts';
import { knownSender } from '../senders.ts';
import { describe, several } from '../words.ts';

/** C24: a packet of the server's is not shaped as the protocol has it. */
export const malformedAnswer: CauseSpec = {
  id: 'malformed-answer',
  rule: 'malformed-answer',
  severity: 'error',
  also: [
    {
      rule: 'malformed-answer',
      severity: 'warning',
      when: 'bytes are left over behind all fields',
    },
  ],
  title: 'A packet of the server side is not shaped as it must be.',
  advice: {
    client:
      'as a way round, avoid what the server side answers wrongly: text instead of prepared statements or the other way round, other columns, another capability in the driver’s settings.',
    between:
      'a proxy or gateway that makes up or changes answers may be what gets it wrong: update it, or capture on its other side and report both.',
    server: 'update it, or report this capture to its authors.',
  },
  drivers: [
    { driver: 'libmysqlclient', text: 'ERROR 2027 (HY000): Malformed packet' },
    { driver: 'go-sql-driver/mysql', text: 'malformed packet' },
  ],
  page: {
    about: [
      'Every packet has its fields in a set order, and lengths inside it say where they end. A row has as many values as columns were announced; values of the binary protocol are as long as their type says; an OK that promises a change of the session’s state carries one; the answer to a PREPARE has 12 bytes. Nothing may be missing, and nothing left over.',
      'MySQL and MariaDB hold to that. Servers and gateways that only speak their protocol do not always, and a proxy can break what it rewrites. What a driver makes of it depends on how strictly it reads: one says "Malformed packet", another takes bytes for other values, and a third waits for the rest. The sequence ids are right.',
    ],
    lookAlikes: [
      'eof-mismatch: each packet is right, and one that ends rows or definitions is of the other kind.',
      'wrong-length: the packet’s own header has a wrong length, and what follows is read from a wrong place.',
      'stale-metadata: rows fit their own definitions, but not those of the PREPARE.',
      'A capture with a snap length: what was cut off is missing in the capture, not in the packet.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: '5 columns (1), their definitions (2 to 6), EOF (7)' },
      { from: 'server', text: 'a row of 4 values (8)' },
      { from: 'client', text: 'reads a fifth behind the packet’s end: malformed', quiet: true },
    ],
    fixture: 'built/malformed-answers',
    twin: 'built/answers-whole',
  },
  diagnose: ({ facts, session }) => {
    const { answers } = facts.malformed;
    const [first] = answers;
    if (first === undefined) return promised(facts);
    const { packet, request, what, bytes } = first;
    const who = knownSender(first, session.serverVersion);
    const ending = endingOf(facts);
    const left = ending?.byClient === true && ending.how !== 'quit';
    return {
      frame: packet.frame,
      fromClient: false,
      message: `Malformed ${packet.type}: ${what}`,
      summary: `${whatIsWrong(first)}${who === null ? '' : ` ${who}`} A driver that reads strictly stops here; one that does not takes what it finds for other values, or waits for the rest.`,
      certainty: 'proven',
      // What is left over behind all fields, most drivers never look at.
      severity: first.isLeftOver && !packet.type.endsWith('Row') && !left ? 'warning' : 'error',
      evidence: [
        ...(request === null
          ? []
          : [{ frame: request.frame, text: `the client sends ${describe(request)}` }]),
        {
          frame: packet.frame,
          text: `the server sends ${describe(packet)} of ${several(packet.length, 'byte')}: ${what}${shown(bytes)}`,
        },
        ...answers.slice(1).map((other) => ({
          frame: other.packet.frame,
          text: `again: ${other.packet.type}, ${other.what}${shown(other.bytes)}`,
        })),
      ],
      occurrences: answers.length,
      key: `${packet.type} ${first.field}`,
    };
  },
};

/** Another result was promised, and the answer to the next command came. */
function promised({ brokenPromise }: Facts): Diagnosis | null {
  if (brokenPromise === null) return null;
  const { packet, request } = brokenPromise;
  const command = request?.type ?? 'command';
  return {
    frame: packet.frame,
    fromClient: false,
    message: `${packet.type} says that another result follows, and none does`,
    summary: `The ${packet.type} that ends a result of the answer to the ${command} has SERVER_MORE_RESULTS_EXISTS: another result of the same answer must follow. What came next is the answer to the next command, which counts from 1 again. A driver that goes by the flag waits for a result that never comes, or takes the next command's answer for it.`,
    certainty: 'proven',
    evidence: [
      ...(request === null
        ? []
        : [{ frame: request.frame, text: `the client sends ${describe(request)}` }]),
      {
        frame: packet.frame,
        text: `the server ends a result with ${describe(packet)}, and promises another one`,
      },
    ],
    key: 'no more results',
  };
}

/** " (bytes 04 61 | 05 62)"; the bar stands where it goes wrong. */
export function shown(bytes: string): string {
  return bytes === '' ? '' : ` (bytes ${bytes})`;
}

/** What is wrong, by what stands in the field's place. */
function whatIsWrong({ packet, request, what, isLeftOver }: Malformed): string {
  const { type, length } = packet;
  const answered = request === null ? '' : ` to ${request.type}`;
  if (what.includes(' values under ')) {
    return `A row of the answer${answered} does not have as many values as the result has columns: ${what}.`;
  }
  if (type === 'BinaryRow') {
    return `The values of a row of the answer${answered}, as long as their types and lengths say, do not fill its ${length} bytes: ${what}. One of them is written in another way than its column's type wants.`;
  }
  if (what.includes('COM_')) {
    return `The server side answered ${request?.type} with another kind of packet: ${what}.`;
  }
  return isLeftOver
    ? `The ${type} has all its fields, and more behind them: ${what}, of ${length}.`
    : `The ${type} ends before its fields do, or has lengths that cannot be: ${what}.`;
}
