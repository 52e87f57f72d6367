import { describe, type Explain } from './cause.ts';

/** C19: the server asked for a file, and the client sent something else instead. */
export const infileBrokenOff: Explain = ({ packet, readFor, expected }, { facts }) => {
  if (!packet.fromClient || readFor === null || readFor === facts.login) return null;
  return {
    cause: {
      id: 'infile-broken-off',
      certainty: 'proven',
      summary: `The server asked for the file of a LOAD DATA LOCAL INFILE, and waits for it with sequence id ${expected}; the client sent its next ${packet.type} instead. Not even an empty packet ended the file, so the server takes the command for the file's bytes.`,
    },
    evidence: [
      { frame: readFor.frame, text: `the client sends ${describe(readFor)}` },
      { frame: packet.frame, text: `instead of the file it sends ${describe(packet)}` },
    ],
    advice:
      'The driver has no handler for LOCAL INFILE, or refuses it without saying so on the wire: allow it in the driver (local_infile, allowLoadLocalInfile), or switch it off on both sides.',
  };
};
