import { type Explain, misnumberedEvidence } from './cause.ts';

/** C20, C21: one side counts wrongly, and nothing else explains the number. */
export const misnumbered: Explain = (mismatch, { facts }) => {
  const { packet, readFor, got, expected } = mismatch;
  const evidence = misnumberedEvidence(mismatch);
  const others = facts.mismatches.filter(
    (other) => other !== mismatch && other.packet.fromClient === packet.fromClient,
  );
  for (const other of others.slice(0, 2)) {
    evidence.push({
      frame: other.packet.frame,
      text: `again: got ${other.got}, expected ${other.expected}`,
    });
  }
  if (packet.fromClient) {
    return {
      cause: {
        id: 'client-numbering',
        certainty: 'proven',
        summary: `The client numbered its ${packet.type} ${got} where ${expected} is due: every command starts at 0, and a login follows the greeting.`,
      },
      evidence,
      advice:
        'The client library, or a proxy that speaks for it, counts wrongly: update it, or report this capture to its authors.',
    };
  }
  // A counter that is never reset stands one past the last packet of the exchange before.
  const neverResets = mismatch.continues && readFor?.type.startsWith('COM_');
  return {
    cause: neverResets
      ? {
          id: 'server-never-resets',
          certainty: 'likely',
          summary: `The server side does not start again at 1 in answer to a new command: its counter goes on from the exchange before (got ${got}, expected ${expected}).`,
        }
      : {
          id: 'server-numbering',
          certainty: 'possible',
          summary: `The server side numbered its ${packet.type} ${got} where ${expected} is due, with nothing missing in the capture and no error to explain it.`,
        },
    evidence,
    advice:
      'A server, proxy or server library between counts wrongly: update it, or report this capture to its authors. With mysql2 as a server, call resetSequenceId (or set sequenceId) per command.',
  };
};
