import { secondsBetween } from '../../capture/frame.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { closingEvidence, closingOf, onTheSecond, outcomeOf, timeoutSet } from '../closing.ts';
import { cutOffTexts } from '../drivers.ts';
import { OF_ANSWERED, OF_TOLD } from '../outcomes.ts';
import { answeredByError, toldByError } from '../server-error.ts';
import { dueFile } from '../turn.ts';
import { inOrder, lapse } from '../words.ts';

/** ER_NET_READ_INTERRUPTED, ER_NET_WRITE_INTERRUPTED */
const TIMEOUTS: ReadonlySet<number> = new Set([1159, 1161]);

/** net_read_timeout; for the rest of a command wait_timeout. */
export const serverReadTimeout: CauseSpec = {
  id: 'server-read-timeout',
  rule: 'unread-error',
  severity: 'error',
  also: [...OF_TOLD, ...OF_ANSWERED],
  title: 'The server waited too long for the rest of what the client was sending.',
  advice: {
    client:
      'find what kept the process from sending: a stalled or suspended process, a huge statement that is made while it is being sent, a file (LOAD DATA LOCAL) read from something slow.',
    between: 'a proxy or the network may have held it back: capture on both sides.',
    server:
      'net_read_timeout (30 s by default) says how long it waits for the next packet of a file or statement; the rest of a command that has begun counts as idle time (wait_timeout).',
  },
  drivers: cutOffTexts({
    code: 1159,
    sqlState: '08S01',
    message: 'Got timeout reading communication packets',
  }),
  page: {
    about: [
      'While something is arriving, a command or a file for LOAD DATA LOCAL INFILE, the server waits for the next bytes for net_read_timeout (twice that, as it tries once more), and within a command for wait_timeout. Then MySQL sends ERR 1159 and closes; MariaDB resets the connection without a word.',
      'The ERR carries the server’s own counter. A client that goes on sending its file meanwhile reads it with a number smaller than it expects.',
    ],
    lookAlikes: [
      'login-timeout: the same ERR before any login.',
      'packet-too-large: ERR 1153 in the midst of a statement.',
    ],
    ladder: [
      { from: 'client', text: 'half of a command (0)' },
      { from: 'client', text: 'nothing more', quiet: true },
      { from: 'server', text: 'ERR 1159, closes; MariaDB: RST' },
    ],
    fixture: 'causes/half-a-command-mysql',
    twin: 'causes/half-a-command-not-mysql',
  },
  diagnose: (subject) => {
    if (subject.facts.loginOk === null) {
      return toldByError(
        subject,
        isMeant,
        'the server waited too long for what the client was to send',
      );
    }
    const why = 'the server waited too long for the rest of what the client was sending';
    return (
      toldByError(subject, isMeant, why) ??
      answeredByError(subject, isMeant, why) ??
      silent(subject)
    );
  },
};

function isMeant({ code }: { code: number }): boolean {
  return TIMEOUTS.has(code);
}

/** MariaDB says nothing. */
function silent(subject: Subject): Diagnosis | null {
  const { facts, conversation } = subject;
  const closing = closingOf(subject);
  if (closing === null || closing.ending.how !== 'reset') return null;
  const { ending } = closing;
  const part = facts.clientPartial;
  if (part === null && dueFile(subject) === null) return null;
  const since = conversation.connection.halves[conversation.client ?? 0]!.lastData;
  const waited = since === null ? null : secondsBetween(since, ending.frame);
  const seconds = onTheSecond(waited);
  const set = timeoutSet(facts, part === null ? 'net_read_timeout' : 'wait_timeout');
  if (since === null || seconds === null) return null;
  const what = part === null ? 'file (LOCAL INFILE)' : 'command';
  const of = part === null ? 'net_read_timeout, twice' : 'wait_timeout';
  return {
    frame: ending.frame,
    fromClient: false,
    message: `The server gave up waiting for the rest of a ${what} after ${seconds} s`,
    summary: `The client had sent ${part === null ? 'a part of the file' : `${part.received} of the ${part.length} bytes of a command`} and then nothing for ${lapse(since, ending.frame)}. The server reset the connection without a word, as MariaDB does when a time-out is over (${of}${set === null ? '' : `; the client has set it to ${set} s`}). ${outcomeOf(subject, closing)}`,
    certainty: 'likely',
    rule: 'connection-lost',
    evidence: inOrder([
      ...closingEvidence(subject, closing),
      { frame: since, text: `the last that the client sends of the ${what}` },
    ]),
    drivers: cutOffTexts(null),
  };
}
