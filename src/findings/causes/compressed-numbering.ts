import type { CauseSpec } from '../cause.ts';
import { firstMismatch, misnumberedEvidence, wrongNumber } from '../mismatch.ts';
import { sender } from '../words.ts';

/** C26: compressed packets count apart from the packets in them, and one side gets that wrong. */
export const compressedNumbering: CauseSpec = {
  id: 'compressed-numbering',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'One side counts compressed packets wrongly.',
  advice: {
    client: 'update the driver; or switch compression off in the connection’s settings.',
    between:
      'update the proxy (TiDB, TiProxy and others had this fault), or report this capture to its authors.',
  },
  drivers: [],
  page: {
    about: [
      'With compression there are two counters: compressed packets have one of their own, in the fourth byte of their seven-byte header. Both sides share it, and every command starts it again at 0. The numbers of the packets inside are nobody’s business: servers set them as they like.',
      'A server, proxy or library that mixes the two up, or does not start again with a new command, makes drivers that check the outer counter give up. Many do not check it.',
    ],
    lookAlikes: [
      'Inner numbers that jump or repeat (3, 3 after LOCAL INFILE) are legal, and never a finding.',
    ],
    ladder: [
      { from: 'client', text: 'compressed packet (0): a command' },
      { from: 'server', text: 'compressed packet (0): its answer, where 1 is due' },
      { from: 'client', text: 'reads it: got 0 expected 1', quiet: true },
    ],
    fixture: 'causes/client-frame-number-mysql',
    twin: 'causes/client-frame-number-right-mysql',
  },
  diagnose: (subject) => {
    const mismatch = firstMismatch(subject);
    if (mismatch === null || mismatch.packet.type !== 'CompressedPacket') return null;
    const { packet, got, expected } = mismatch;
    const { between, client } = compressedNumbering.advice;
    return wrongNumber(mismatch, subject, {
      summary: `Compressed packets have a counter of their own, apart from that of the packets in them, which every command starts again at 0: ${sender(packet)} numbered one ${got} where ${expected} is due.`,
      certainty: 'proven',
      evidence: misnumberedEvidence(mismatch),
      advice: packet.fromClient ? { client: client! } : { client: client!, between: between! },
      key: packet.fromClient ? 'client' : 'server',
    });
  },
};
