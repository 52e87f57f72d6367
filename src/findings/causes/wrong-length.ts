import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { firstMismatch } from '../mismatch.ts';
import { describe, inOrder, several } from '../words.ts';

const HEADER_BYTES = 4;
/** A greeting's first byte, where the sequence id should be; and a version behind it, up to its NUL. */
const PROTOCOL_10 = 10;
const VERSION = /^[\s\S]{4}(\d+\.\d+[ -~]*)\0/;

/** The header of a packet is wrong: its length, or all of it is a byte short. What follows is read from a wrong place. */
export const wrongLength: CauseSpec = {
  id: 'wrong-length',
  rule: 'malformed-answer',
  severity: 'error',
  also: [{ rule: 'malformed-command', severity: 'error', when: 'the client sends it' }],
  title: 'A packet’s header announces another length than the packet has.',
  advice: {
    client:
      'the library counts the length wrongly: update it, or report this capture to its authors.',
    between:
      'a proxy that changes packets and not their headers, or a server library, counts the length wrongly: update it, or report this capture to its authors.',
  },
  drivers: [
    { driver: 'libmysqlclient', text: 'Lost connection to MySQL server during query' },
    { driver: 'go-sql-driver/mysql', text: 'malformed packet' },
  ],
  page: {
    about: [
      'A packet’s header has its length in three bytes and its sequence id in the fourth; the next header stands where that length says. If it is too small, the rest of the packet is read as the next header: three bytes of text for a length of megabytes, and any byte for a number. If it is too large, the next packet’s header is taken for the end of this one.',
      'So a wrong length shows as wrong numbers, as packets nobody knows, or as a wait for bytes that never come, and none of these is the fault. The proof is arithmetic: the packet’s own fields tell how long it is, and with that length the next packet starts where it should, with the number that is due.',
    ],
    lookAlikes: [
      'client-numbering, server-numbering: the packets are as long as their headers say, and only the number is wrong.',
      'malformed-answer, malformed-command: the header is right, and what is inside does not fill it.',
      'wrong-splitting: parts of 16 MiB.',
    ],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'login (1): the header says 50 bytes, 68 follow' },
      { from: 'server', text: 'reads 18 bytes of it as the next packets', quiet: true },
      { from: 'server', text: 'ERR 1043 or 1156, closes' },
    ],
    fixture: 'built/header-length-wrong',
    twin: 'built/header-length-right',
  },
  diagnose: (subject) => byArithmetic(subject) ?? withoutNumber(subject),
};

function byArithmetic({ facts }: Subject): Diagnosis | null {
  if (facts.wrongLength === null) return null;
  const { packet, request, carried } = facts.wrongLength;
  const { fromClient, type, length } = packet;
  const side = fromClient ? 'client' : 'server side';
  const off = carried - length;
  const rest =
    off > 0
      ? `The other ${several(off, 'byte')} are read as the header of another packet, with whatever number and length they happen to spell`
      : `It takes in the first ${several(-off, 'byte')} of the packet behind it`;
  return {
    frame: packet.frame,
    fromClient,
    rule: fromClient ? 'malformed-command' : 'malformed-answer',
    message: `The header of ${type} announces ${several(length, 'byte')}, and it has ${carried}`,
    summary: `The ${side} sent ${describe(packet)} with a header that announces ${several(length, 'byte')}, but carries ${carried}: ${carried} - ${length} = ${off}. Read with ${carried} bytes, all its fields are whole${fromClient ? ' and end where the client stopped sending' : ' and the next packet stands right behind it, with the number that is due'}. ${rest}: no number is wrong, the length is.`,
    // Text has no shape of its own by which its end could be told.
    certainty: type.startsWith('COM_') ? 'likely' : 'proven',
    evidence: inOrder([
      ...(request === null
        ? []
        : [{ frame: request.frame, text: `the client sends ${describe(request)}` }]),
      {
        frame: packet.frame,
        text: `${fromClient ? 'the client' : 'the server'} sends ${type}: ${length} bytes announced, ${carried} carried`,
      },
      ...facts.mismatches.slice(0, 1).map(({ packet: misread, got }) => ({
        frame: misread.frame,
        text: `what is left of it reads as a packet of ${misread.length} bytes with sequence id ${got}`,
      })),
    ]),
    ...(fromClient && { drivers: [] }),
    key: `${type} ${off > 0 ? 'short' : 'long'}`,
  };
}

/** A greeting whose header lacks the sequence id: the protocol's version stands in its place. */
function withoutNumber(subject: Subject): Diagnosis | null {
  const mismatch = firstMismatch(subject);
  if (mismatch === null || mismatch.got !== PROTOCOL_10) return null;
  const version = VERSION.exec(mismatch.banner)?.[1];
  if (version === undefined || mismatch.packet.fromClient) return null;
  const { packet } = mismatch;
  const headerBytes = HEADER_BYTES - 1;
  return {
    frame: packet.frame,
    fromClient: false,
    message: 'The greeting has a header of three bytes: its sequence id is missing',
    summary: `What listens here is a MySQL server or says so ("${version}"), but the header of its greeting has ${headerBytes} bytes, where ${HEADER_BYTES} are due: behind the length of ${packet.length} stands the protocol's version, ${PROTOCOL_10}, and then the server's, where a driver looks for the sequence id 0 and the protocol's version. So it reads got ${PROTOCOL_10} expected 0.`,
    certainty: 'proven',
    evidence: [
      {
        frame: packet.frame,
        text: `the server's fourth byte is ${PROTOCOL_10}, the version of the protocol, and its fifth starts "${version}"`,
      },
    ],
    advice: { between: wrongLength.advice.between! },
    key: 'no sequence id',
  };
}
