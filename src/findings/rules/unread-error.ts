import { describe, lapse } from '../causes/cause.ts';
import { READ_TIMEOUT } from '../causes/login-timeout.ts';
import { SERVER_ERRORS } from '../causes/server-errors.ts';
import type { Evidence, Rule } from '../finding.ts';

/**
 * An ERR that the server sent of its own accord, with a number that breaks nothing. Nobody may ever
 * have read it: then it says why the server closed. Or it cut the client short, or the client went on
 * without reading it: then what it tried failed.
 */
export const unreadError: Rule = {
  code: 'unread-error',
  check({ connection, facts }) {
    // Before the login, a timeout is a rule of its own.
    const isLoginTimeout = facts.login === null ? READ_TIMEOUT : null;
    const unread = facts.unread.find(
      ({ packet }) => packet.error !== null && packet.error.code !== isLoginTimeout,
    );
    if (unread === undefined) return [];
    const { packet, interrupted, readBy } = unread;
    const known = SERVER_ERRORS[packet.error!.code];
    const evidence: Evidence[] = [];
    if (facts.login === null && facts.greeting !== null) {
      evidence.push({
        frame: facts.greeting.frame,
        text: `the server greets, ${lapse(facts.greeting.frame, packet.frame)} before the error`,
      });
    }
    if (interrupted !== null) {
      evidence.push({ frame: interrupted.frame, text: 'the client starts to send a packet' });
    }
    evidence.push({ frame: packet.frame, text: `the server sends ${describe(packet)}` });
    if (readBy !== null) {
      evidence.push({ frame: readBy.frame, text: `the client then sends its ${readBy.type}` });
    }
    const broke = interrupted !== null || readBy !== null;
    const outcome =
      interrupted !== null
        ? 'The client was still sending: its driver may report a broken pipe or a lost connection and never show the error.'
        : readBy !== null
          ? `The client sent its ${readBy.type} all the same, and reads this error, or a closed connection, instead of an answer.`
          : 'The client sent nothing after that.';
    return [
      {
        rule: this.code,
        severity: broke ? 'error' : 'warning',
        connection,
        frame: packet.frame,
        fromClient: false,
        got: null,
        expected: null,
        message: `The server ended the conversation with ${describe(packet)}`,
        cause: {
          id: known?.id ?? 'server-error',
          certainty: known === undefined ? 'likely' : 'proven',
          summary: `${known === undefined ? 'The server sent an error that answers nothing' : capitalised(known.why)}. ${outcome}`,
        },
        evidence,
        advice: known?.advice ?? "The error's own text is the reason.",
        drivers: [],
        occurrences: facts.unread.length,
      },
    ];
  },
};

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
