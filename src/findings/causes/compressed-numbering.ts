import type { Evidence } from '../finding.ts';
import { describe, type Explain, sender } from './cause.ts';

/** C26: compressed packets count apart from the packets in them, and one side gets that wrong. */
export const compressedNumbering: Explain = ({ packet, readFor, got, expected }) => {
  if (packet.type !== 'CompressedPacket') return null;
  const evidence: Evidence[] = [];
  if (readFor !== null) {
    evidence.push({ frame: readFor.frame, text: `the client sends ${describe(readFor)}` });
  }
  evidence.push({
    frame: packet.frame,
    text: `${sender(packet)} sends ${describe(packet)} where ${expected} is due`,
  });
  return {
    cause: {
      id: 'compressed-numbering',
      certainty: 'proven',
      summary: `Compressed packets have a counter of their own, apart from that of the packets in them, which every command starts again at 0: ${sender(packet)} numbered one ${got} where ${expected} is due.`,
    },
    evidence,
    advice: `${packet.fromClient ? 'The client library' : 'A server, proxy or server library between'} counts wrongly under compression: update it, report this capture to its authors, or switch compression off in the connection's settings.`,
  };
};
