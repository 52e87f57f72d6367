import { secondsBetween } from '../../capture/frame.ts';
import type { Mismatch, PartialPacket } from '../../mysql/facts.ts';
import { MAX_PART_LENGTH } from '../../mysql/framing.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { endingOf } from '../ending.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** A client that is still sending does not pause for so long between two parts. */
const STALLED_SECONDS = 1;

/** C18: what is longer than 16 MiB is not cut as it must be. */
export const wrongSplitting: CauseSpec = {
  id: 'wrong-splitting',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'A packet of 16 MiB or more is not split as the protocol wants it.',
  advice: {
    client:
      'update the driver, or report this capture to its authors; until then keep statements and values below 16 MiB (16,777,215 bytes), for example by COM_STMT_SEND_LONG_DATA in pieces.',
    between:
      'a proxy that joins and splits packets may be what gets it wrong: update it, or go round it with large statements.',
  },
  drivers: [
    { driver: 'the server', text: 'ERROR 1156 (08S01): Got packets out of order' },
    { driver: 'Connector/J', text: 'Packets received out of order' },
  ],
  page: {
    about: [
      'A packet’s length has three bytes, so nothing longer than 16,777,215 bytes (0xffffff) fits into one. A part of exactly that length says that another one follows, numbered one higher, until one is shorter. Where the whole is an exact multiple, an empty part ends it.',
      'Drivers and proxies get two things wrong: the number of a part does not follow that of the part before, or the empty one is left out. In the first case the server answers ERR 1156. In the second it waits for the rest, and the client for the answer, until one of them gives up; if the client sends something else, that is taken for the rest.',
    ],
    lookAlikes: [
      'packet-too-large: ERR 1153 while the parts are still coming; they are numbered as they should be.',
      'server-read-timeout: the client stops in the middle of a part.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0), 16,777,215 bytes' },
      { from: 'client', text: 'an empty part (1)', lost: true },
      { from: 'server', text: 'waits for the rest', quiet: true },
      { from: 'client', text: 'COM_PING (0), taken for the rest' },
      { from: 'server', text: 'ERR 1156, closes' },
    ],
    fixture: 'causes/splits-with-wrong-number-mysql',
    twin: 'causes/splits-rightly-mysql',
  },
  diagnose: (subject) => brokenPart(subject) ?? unfinished(subject),
};

function brokenPart(subject: Subject): Diagnosis | null {
  const mismatch = firstMismatch(subject);
  if (mismatch === null || !mismatch.inPart) return null;
  const { packet, got, expected } = mismatch;
  const side = packet.fromClient ? 'client' : 'server side';
  return wrongNumber(mismatch, subject, {
    summary: `The ${side} sent a part of ${MAX_PART_LENGTH.toLocaleString('en')} bytes, which says that the rest follows with sequence id ${expected}; what followed has ${got}. ${isNewCommand(mismatch) ? 'It looks like the next command: the empty part that ends a packet of exactly that length was left out.' : 'The parts of one packet must be numbered one after the other.'}`,
    certainty: 'proven',
    evidence: [
      {
        frame: packet.frame,
        text: `the ${side} starts a ${describe(packet)} of several parts, ${packet.length.toLocaleString('en')} bytes with what followed`,
      },
    ],
    advice: packet.fromClient ? wrongSplitting.advice : { between: wrongSplitting.advice.between! },
    key: packet.fromClient ? 'client' : 'server',
  });
}

function isNewCommand({ packet, got }: Mismatch): boolean {
  return packet.fromClient && got === 0;
}

/** The part that would end it never came: the server waits for it, and the client for the answer. */
function unfinished({ facts }: Subject): Diagnosis | null {
  const { clientPartial: partial } = facts;
  const ending = endingOf(facts);
  if (partial === null || ending === null || !isBetweenParts(partial)) return null;
  if (facts.bytesMissing || facts.loginOk === null) return null;
  const waited = secondsBetween(partial.lastFrame, ending.frame);
  if (waited === null || waited < STALLED_SECONDS) return null;
  const who = ending.byClient ? 'client' : 'server';
  return {
    frame: partial.frame,
    fromClient: true,
    message: `A packet of ${partial.length.toLocaleString('en')} bytes was never ended: an empty part is missing`,
    summary: `The client sent ${partial.length.toLocaleString('en')} bytes, an exact multiple of the largest part, and then nothing: an empty part has to end such a packet. So the server waited for the rest and the client for its answer, until the ${who} gave up after ${lapse(partial.lastFrame, ending.frame)}.`,
    certainty: 'likely',
    evidence: inOrder([
      { frame: partial.frame, text: 'the client starts to send a packet of several parts' },
      {
        frame: partial.lastFrame,
        text: 'the last part that came is full: another one must follow',
      },
      {
        frame: ending.frame,
        text: `${lapse(partial.lastFrame, ending.frame)} later the ${who} ${ending.how === 'reset' ? 'resets the connection' : 'closes'}`,
      },
    ]),
    drivers: [],
    key: 'unfinished',
  };
}

function isBetweenParts({ length, received }: PartialPacket): boolean {
  return length > 0 && length % MAX_PART_LENGTH === 0 && received === length;
}
