import { describe, lapse } from '../causes/cause.ts';
import type { Finding, Rule } from '../finding.ts';

/**
 * An ERR that the server sent of its own accord. Nobody may ever have read it: then it says why the
 * server closed. Or the client went on without reading it: then what it tried next failed.
 */
export const unreadError: Rule = {
  code: 'unread-error',
  check({ connection, facts }) {
    const unread = facts.unread.find(({ packet }) => packet.error !== null);
    if (unread === undefined) return [];
    const { packet, readBy } = unread;
    const before = facts.greeting;
    const waited =
      before === null || facts.login !== null
        ? ''
        : `, ${lapse(before.frame, packet.frame)} after its greeting`;
    const finding: Finding = {
      rule: this.code,
      severity: readBy === null ? 'warning' : 'error',
      connection,
      frame: packet.frame,
      fromClient: false,
      got: null,
      expected: null,
      message: `The server sent ${describe(packet)} unasked${waited}`,
      cause: {
        id: 'server-gave-up',
        certainty: 'proven',
        summary:
          readBy === null
            ? 'The server ended the conversation and said why; the client sent nothing after that.'
            : `The server ended the conversation and said why; the client sent its ${readBy.type} all the same.`,
      },
      evidence: [
        { frame: packet.frame, text: `the server sends ${describe(packet)}` },
        ...(readBy === null
          ? []
          : [{ frame: readBy.frame, text: `the client then sends its ${readBy.type}` }]),
      ],
      advice:
        "The error's own text is the reason. For timeouts: connect_timeout before the login, wait_timeout and interactive_timeout after it.",
      drivers: [],
      occurrences: facts.unread.length,
    };
    return [finding];
  },
};
