import { secondsBetween } from '../../capture/frame.ts';
import type { CauseSpec } from '../cause.ts';
import {
  closingEvidence,
  closingOf,
  howOf,
  onTheSecond,
  outcomeOf,
  textsOf,
  timeoutSet,
} from '../closing.ts';
import { lostTexts } from '../drivers.ts';
import { inOrder, lapse } from '../words.ts';

/** C11: the client did not take its answer. */
export const netWriteTimeout: CauseSpec = {
  id: 'net-write-timeout',
  rule: 'connection-lost',
  severity: 'error',
  title: 'The client stopped reading its answer, and the server gave up sending it.',
  advice: {
    client:
      'read results as fast as they come: fetch all rows before working on them, or fewer at a time (LIMIT, a server-side cursor with COM_STMT_FETCH); do not do slow work between two rows of an unbuffered result.',
    server:
      'net_write_timeout (60 s by default) says how long it waits; raise it for such clients.',
  },
  drivers: lostTexts('midAnswer', true),
  page: {
    about: [
      'An unbuffered result (SSCursor, useCursorFetch, mysql_use_result, a stream) is sent as fast as the client reads. When the client does something else for long between two rows, its receive buffer fills: TCP says window 0. A server that cannot send anything for net_write_timeout gives up. MariaDB resets the connection, MySQL closes it; the answer ends in the middle of a packet.',
    ],
    lookAlikes: [
      'server-crashed: other connections end at the same moment, and the client’s window was open.',
      'client-packet-limit, client-gave-up: the client closes.',
    ],
    ladder: [
      { from: 'server', text: 'rows (2 3 4 …)' },
      { from: 'client', text: 'window 0: its buffer is full' },
      { from: 'server', text: 'waits for net_write_timeout', quiet: true },
      { from: 'server', text: 'RST; MySQL: FIN' },
    ],
    fixture: 'causes/net-write-timeout-mysql',
    twin: 'causes/net-write-timeout-not-mysql',
  },
  diagnose: (subject) => {
    const { facts, conversation } = subject;
    const closing = closingOf(subject);
    if (closing === null || closing.busy?.answered !== true) return null;
    const client = conversation.client ?? 0;
    const [reader, writer] = [
      conversation.connection.halves[client]!,
      conversation.connection.halves[1 - client]!,
    ];
    const { ending, busy } = closing;
    const full = reader.zeroWindow;
    if (full === null || full.number < busy.request.frame.number) return null;
    if (full.number > ending.frame.number) return null;
    const set = timeoutSet(facts, 'net_write_timeout');
    const since = writer.lastData;
    const stalled = since === null ? null : onTheSecond(secondsBetween(since, ending.frame));
    const limit = set ?? stalled;
    const of =
      limit === null ? '' : ` (${limit} s${set === null ? '' : ', as the client has set'})`;
    return {
      frame: ending.frame,
      fromClient: false,
      message: 'The server gave up sending an answer that the client did not read',
      summary: `The client’s receive window was 0: it had stopped reading in the midst of the answer to its ${busy.request.type}. The server could not send on, and ${lapse(busy.request.frame, ending.frame)} after the command it ${howOf(closing)} (net_write_timeout${of}). ${outcomeOf(subject, closing)}`,
      certainty: 'likely',
      evidence: inOrder([
        ...closingEvidence(subject, closing),
        { frame: full, text: 'the client says that it has no room for more (window 0)' },
      ]),
      ruledOut: [
        {
          id: 'server-crashed',
          text: 'the server was waiting for the client, not the other way round',
        },
      ],
      drivers: textsOf(closing),
    };
  },
};
