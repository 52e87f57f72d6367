import type { Evidence } from '../finding.ts';
import { describe, type Explain, lapse, sentWithoutHaving } from './cause.ts';

interface EarlyError {
  readonly id: string;
  readonly why: string;
  readonly advice: string;
}

/** Errors that a server sends of its own accord, and closes after; by code. */
const ERRORS: Readonly<Record<number, EarlyError>> = {
  4031: {
    id: 'idle-timeout',
    why: 'the connection had been idle for longer than wait_timeout (or interactive_timeout), and the server closed it',
    advice:
      "Client: keep pooled connections for less than the server's wait_timeout (SQLAlchemy pool_recycle, a pool's max idle time or lifetime), and check them on checkout (pool_pre_ping). Server: wait_timeout and interactive_timeout say how long idle connections live.",
  },
  1927: {
    id: 'killed',
    why: 'somebody killed the connection (KILL, or a shutdown)',
    advice: 'Find who ran KILL, or restarted the server, at that time; then reconnect.',
  },
  1053: {
    id: 'shutdown',
    why: 'the server was shutting down',
    advice: 'The server was stopped or restarted; reconnect, and retry what had not committed.',
  },
  3032: {
    id: 'offline-mode',
    why: 'the server was put into offline mode',
    advice: 'An administrator set offline_mode; connect to another server, or wait.',
  },
  1158: {
    id: 'server-read-error',
    why: 'the server failed to read from the connection',
    advice: 'Look at what stands between client and server, and at the network itself.',
  },
  1159: {
    id: 'server-read-timeout',
    why: 'the server waited too long for the rest of what the client was sending (connect_timeout, net_read_timeout)',
    advice:
      'Find what kept the client from sending: a stalled process, or a proxy or network between.',
  },
  1153: {
    id: 'packet-too-large',
    why: "the statement is larger than the server's max_allowed_packet, and the server refused it before it had read all of it",
    advice:
      'Server: raise max_allowed_packet. Client: raise its own limit too, or send less in one statement.',
  },
  1156: {
    id: 'misnumbered-by-client',
    why: 'the server found a wrong sequence id, or bytes that are no MySQL packet, in what it was sent',
    advice:
      'Look at what the client, or a proxy between, sent just before: its sequence ids, a PROXY header, a health check.',
  },
};

/**
 * C8, C10, C17 and alike: an ERR numbered by the server's own counter, because the server raised it
 * before, or without, reading what the client takes it to answer.
 */
export const earlyError: Explain = (mismatch, { facts }) => {
  const { packet, readFor } = mismatch;
  if (packet.error === null || packet.fromClient) return null;
  const known = ERRORS[packet.error.code];
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
