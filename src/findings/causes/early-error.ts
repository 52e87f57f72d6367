import type { Evidence } from '../finding.ts';
import { describe, type Explain, lapse, sentWithoutHaving } from './cause.ts';
import { SERVER_ERRORS } from './server-errors.ts';

/**
 * C8, C10, C17 and alike: an ERR numbered by the server's own counter, because the server raised it
 * before, or without, reading what the client takes it to answer.
 */
export const earlyError: Explain = (mismatch, { facts }) => {
  const { packet, readFor } = mismatch;
  if (packet.error === null || packet.fromClient) return null;
  const known = SERVER_ERRORS[packet.error.code];
  const isEarly = mismatch.stale;
  if (known === undefined && !isEarly) return null;
  const evidence: Evidence[] = [
    { frame: packet.frame, text: `the server sends ${describe(packet)}` },
  ];
  if (readFor !== null) {
    const late = readFor.frame.number > packet.frame.number;
    const had = sentWithoutHaving(readFor, packet) === false;
    evidence.push({
      frame: readFor.frame,
      text: late
        ? `${lapse(packet.frame, readFor.frame)} later the client sends its ${readFor.type} (sequence id ${readFor.sequenceId})${had ? ', acknowledging the ERR it has not read' : ''}`
        : `the client sends its ${readFor.type} (sequence id ${readFor.sequenceId})${isEarly ? '; the ERR acknowledges nothing of it' : ''}`,
    });
  }
  if (facts.serverFin !== null) {
    evidence.push({ frame: facts.serverFin, text: 'the server closes' });
  }
  evidence.sort((a, b) => a.frame.number - b.frame.number);
  const why = known?.why ?? 'the server raised an error before it had read what the client sent';
  return {
    cause: {
      id: known?.id ?? 'early-error',
      certainty: isEarly ? 'proven' : 'likely',
      summary: `The packet is ERR ${packet.error.code} '${packet.error.message}': ${why}. An ERR carries the server's own counter, so the driver, which expected the reply to its ${readFor?.type ?? 'command'}, saw sequence id ${packet.sequenceId} and hid the message.`,
    },
    evidence,
    advice: known?.advice ?? 'The error above is the cause; the sequence id only hides it.',
  };
};
