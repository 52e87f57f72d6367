import { type Explain, misnumberedEvidence, sender } from './cause.ts';

/** C26: compressed packets count apart from the packets in them, and one side gets that wrong. */
export const compressedNumbering: Explain = (mismatch) => {
  const { packet, got, expected } = mismatch;
  if (packet.type !== 'CompressedPacket') return null;
  return {
    cause: {
      id: 'compressed-numbering',
      certainty: 'proven',
      summary: `Compressed packets have a counter of their own, apart from that of the packets in them, which every command starts again at 0: ${sender(packet)} numbered one ${got} where ${expected} is due.`,
    },
    evidence: misnumberedEvidence(mismatch),
    advice: `${packet.fromClient ? 'The client library' : 'A server, proxy or server library between'} counts wrongly under compression: update it, report this capture to its authors, or switch compression off in the connection's settings.`,
  };
};
