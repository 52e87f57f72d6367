import { describe, type Explain } from './cause.ts';

const ADVICE: Readonly<Record<number, string>> = {
  1040: 'Server: raise max_connections, or find who holds its connections. Client: use a pool with a limit, and close what it opens.',
  1129: 'Server: FLUSH HOSTS unblocks the host; then find what connects to the port without logging in (a health check) and fix it.',
  1130: "Server: no account allows this host; create one for it, and mind skip-name-resolve, under which 'localhost' and names do not match.",
};

/**
 * C7: an ERR in place of the greeting, numbered 1. MariaDB 10.2 to 10.4 counted so; others number it 0,
 * and their drivers show its text.
 */
export const refused: Explain = ({ packet }, { facts }) => {
  if (packet.error === null || facts.greeting?.frame !== packet.frame) return null;
  return {
    cause: {
      id: 'refused',
      certainty: 'proven',
      summary: `The server refused the connection before it greeted: ERR ${packet.error.code} '${packet.error.message}'. It numbered the error ${packet.sequenceId} where 0 is due, as MariaDB 10.2 to 10.4 do, so the driver hid the message.`,
    },
    evidence: [
      { frame: packet.frame, text: `in place of a greeting the server sends ${describe(packet)}` },
    ],
    advice:
      ADVICE[packet.error.code] ?? 'The error above is the cause; the sequence id only hides it.',
  };
};
