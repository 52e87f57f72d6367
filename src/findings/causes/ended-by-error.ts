import { secondsBetween } from '../../capture/frame.ts';
import type { CauseSpec } from '../cause.ts';
import { lostTexts } from '../drivers.ts';
import { endingOf, isStream } from '../ending.ts';
import type { Advice } from '../finding.ts';
import { CLOSED_UNUSED } from '../outcomes.ts';
import { answeredByError } from '../server-error.ts';

/** What a server closes because of, it closes within so many seconds. */
const BECAUSE_SECONDS = 1;

interface Reason {
  readonly why: string;
  readonly advice: Advice;
}

const MEMORY: Reason = {
  why: 'the connection had taken more memory than the server allows',
  advice: {
    client:
      'reconnect; ask for less in one statement (fewer or shorter rows to sort, to group or to return).',
    server:
      'connection_memory_limit, and global_connection_memory_limit for all connections together, say how much; with connection_memory_chunk_size it counts in steps. Accounts with CONNECTION_ADMIN are exempt.',
  },
};

/** By the code of the error. */
const REASONS: ReadonlyMap<number, Reason> = new Map([
  // ER_DA_GLOBAL_CONN_LIMIT, ER_DA_CONN_LIMIT
  [4081, MEMORY],
  [4082, MEMORY],
]);

/** An ERR in answer to a command, behind which the server closes, of a code that has no cause of its own. */
export const endedByError: CauseSpec = {
  id: 'ended-by-error',
  rule: 'connection-lost',
  severity: 'error',
  also: [CLOSED_UNUSED],
  title: 'The server answered with an error and ended the connection.',
  advice: {
    client: 'reconnect; the error’s own text is the reason.',
    server: 'the error’s own text is the reason; see its error log at that time.',
  },
  drivers: lostTexts('idle', false),
  page: {
    about: [
      'Behind most errors a connection goes on. Behind some the server closes it: the memory that it may take is used up (ERR 4081, 4082), the session was killed, a proxy gives it up. The driver shows the error and thinks that the connection is there; a pool lends it out again, and the next command meets a closed socket. What the session held is gone: its transaction, temporary tables, prepared statements, locks, variables.',
    ],
    lookAlikes: [
      'An ERR behind which the connection goes on is data: see `mywire queries --errors`.',
      'killed, server-stopped, packet-too-large, idle-timeout: errors that have a cause of their own.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'ERR 4082 (1), closes' },
      { from: 'client', text: 'COM_QUERY (0), on the same connection' },
      { from: 'server', text: 'RST' },
    ],
    fixture: 'causes/memory-limit-mysql',
    twin: 'causes/memory-limit-not-mysql',
  },
  diagnose: (subject) => {
    const { facts } = subject;
    const { lastError, lastRequest, login, kills, pending } = facts;
    const ending = endingOf(facts);
    if (lastError === null || ending === null || ending.byClient) return null;
    if (lastRequest === null || lastRequest === login || isStream(lastRequest)) return null;
    // A refused change of the user has a cause of its own; who kills itself wants the end.
    if (lastRequest.type === 'COM_CHANGE_USER') return null;
    if (kills.some(({ request }) => request === lastRequest)) return null;
    const waited = secondsBetween(lastError.frame, ending.frame);
    if (waited === null || waited >= BECAUSE_SECONDS) return null;
    const { code } = lastError.error!;
    const { why, advice } = REASONS.get(code) ?? {
      why: 'the server ended the connection because of it',
      advice: endedByError.advice,
    };
    const told = answeredByError(subject, () => true, why);
    if (told === null) return null;
    const isUsed = pending !== null && pending.request.frame.number > lastError.frame.number;
    return {
      ...told,
      advice,
      ...(!isUsed && { severity: 'warning', rule: 'connection-closed' }),
    };
  },
};
