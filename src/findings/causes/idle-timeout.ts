import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import {
  type Closing,
  closingEvidence,
  closingOf,
  howOf,
  lostOrClosed,
  outcomeOf,
  retryAdvice,
  textsOf,
} from '../closing.ts';
import { lostTexts } from '../drivers.ts';
import type { Advice } from '../finding.ts';
import { idleTimerOf } from '../idle-timer.ts';
import { OF_CLOSING, OF_TOLD } from '../outcomes.ts';
import { toldByError } from '../server-error.ts';
import { serverKindOf } from '../server-kind.ts';
import { inOrder, lapse } from '../words.ts';

/** ER_CLIENT_INTERACTION_TIMEOUT */
const TOLD = 4031;

const KEEP_SHORT =
  "keep pooled connections idle for less than the server's wait_timeout (SQLAlchemy pool_recycle, HikariCP maxLifetime, Go SetConnMaxIdleTime, mysql2 idleTimeout) and check them on checkout (pool_pre_ping).";
const END_TRANSACTIONS =
  'commit or roll back before the program waits for something else, or gives a connection back to its pool';

/** C8, C9: the connection had been idle for wait_timeout. */
export const idleTimeout: CauseSpec = {
  id: 'idle-timeout',
  rule: 'unread-error',
  severity: 'error',
  also: [...OF_TOLD, ...OF_CLOSING],
  title: 'The server closed the connection because nobody had used it for too long.',
  advice: {
    client: `${KEEP_SHORT} Retrying is safe where no transaction was open: the server had closed before it read the command.`,
    server:
      'wait_timeout (for interactive clients interactive_timeout) says how long it keeps idle connections.',
  },
  drivers: lostTexts('idle', true),
  page: {
    about: [
      'A server closes a connection that has been idle for wait_timeout (28800 s by default; many set it to some minutes). An open transaction is rolled back. The driver sits in a pool and notices nothing; its next command meets the closed connection.',
      'MySQL from 8.0.24 on sends ERR 4031 before it closes. Nobody reads it until the next command, and then it has sequence id 0, where the answer would have 1: "got 0 expected 1", or "lost connection". MySQL before 8.0.24 closes without a packet. MariaDB resets the connection (RST) at the exact second; with its thread pool it closes (FIN) up to half a second later. MySQL’s thread pool closes with FIN, too, and without ERR 4031.',
      'Inside TLS it shows without keys, too: a whole number of seconds after the last answer MySQL sends some bytes that nobody asked for and closes, MariaDB resets; that is told as likely.',
      'MariaDB has timers of its own for idle transactions (idle_transaction_timeout, idle_readonly_transaction_timeout, idle_write_transaction_timeout). Whoever retries the statement that met the closed connection retries it alone: what the transaction had done before is rolled back.',
    ],
    lookAlikes: [
      'killed: FIN without a packet at any time; RST or a whole number of seconds speaks for the timer.',
      'connection-dropped: the RST comes only after the client’s next command, as its answer.',
      'proxy-idle-timeout: something in between has closed; MySQL from 8.0.24 on would have sent ERR 4031, and MariaDB RST.',
      'client-left: the client closes first, and MySQL then sends ERR 1158.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'its answer (1…)' },
      { from: 'client', text: 'idle for wait_timeout', quiet: true },
      { from: 'server', text: 'ERR 4031 (0), closes; MariaDB: RST' },
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'client', text: 'reads the ERR: got 0 expected 1', quiet: true },
    ],
    fixture: 'sequence/idle-timeout-mysql',
    twin: 'causes/wait-timeout-not-mysql',
  },
  diagnose: (subject) => {
    const told = toldByError(subject, ({ code }) => code === TOLD, whyOf(subject));
    return told === null ? silent(subject) : { ...told, advice: adviceFor(subject) };
  },
};

function adviceFor({ facts }: Subject): Advice {
  const retry = retryAdvice(facts, 'the server had closed before it read the command');
  const client = facts.transaction === null ? KEEP_SHORT : `${END_TRANSACTIONS}; ${KEEP_SHORT}`;
  return { ...idleTimeout.advice, client: `${client} ${retry}` };
}

function whyOf({ facts }: Subject): string {
  const { lastReply, unread, mismatches, transaction } = facts;
  const told = [...mismatches, ...unread].find(({ packet }) => packet.error?.code === TOLD);
  // Where a command crossed it, it was read as that one's answer, and the answer before is not known any more.
  const isKnown =
    told !== undefined && lastReply !== null && lastReply.number < told.packet.frame.number;
  const since = isKnown ? ` for ${lapse(lastReply, told.packet.frame)}` : '';
  const lost = transaction !== null ? ', rolling back the transaction that was open' : '';
  return `nobody had used the connection${since}, and the server closed it (wait_timeout, for interactive clients interactive_timeout)${lost}`;
}

function silent(subject: Subject): Diagnosis | null {
  const closing = closingOf(subject);
  if (closing === null) return null;
  const timer = idleTimerOf(subject, closing);
  if (timer === null) return null;
  const { seconds, set, isPool } = timer;
  const { transaction } = subject.facts;
  const isReset = closing.ending.how === 'reset';
  const known =
    set === null
      ? `a timer of ${seconds} s, by all appearances its ${ofTimer(subject)}`
      : `its ${set.name}, which the client had set to ${seconds} s in frame ${set.request.frame.number}`;
  const evidence = closingEvidence(subject, closing);
  if (set !== null) {
    evidence.push({
      frame: set.request.frame,
      text: `the client sets ${set.name} to ${seconds} s`,
    });
  }
  if (transaction !== null) {
    evidence.push({
      frame: transaction.frame,
      text: `this ${transaction.type} opens a transaction; it is open to the end`,
    });
  }
  return {
    frame: closing.ending.frame,
    fromClient: false,
    message: `The server closed the connection after ${seconds} s without a command${transaction === null ? '' : ', in the midst of a transaction'}`,
    summary: `Nothing was said for ${lapse(closing.quietSince!, closing.ending.frame)}, then the server ${howOf(closing)}: ${known}. ${closing.unasked !== null ? `It sent ${closing.unasked.bytes} bytes that nobody had asked for, as it does to say why (ERR 4031)` : isReset ? 'MariaDB says nothing and sends RST when a time-out is over' : isPool ? 'With a thread pool the server says nothing and closes when it next looks' : 'This server says nothing when a time-out is over'}. ${outcomeOf(subject, closing)}`,
    certainty: timer.certainty,
    evidence: inOrder(evidence),
    ruledOut: ruledOut(subject, closing),
    advice: {
      ...adviceFor(subject),
      server: `its ${set?.name ?? ofTimer(subject)} is ${seconds} s${set === null ? '' : ', set by this client itself'}; raise it only if connections have to be idle for longer.`,
    },
    drivers: textsOf(closing),
    ...lostOrClosed(closing),
  };
}

/** Which of its timers it may have been. */
function ofTimer({ facts, session }: Subject): string {
  return facts.transaction !== null && serverKindOf(session)?.isMariaDb
    ? 'idle_transaction_timeout (or wait_timeout)'
    : 'wait_timeout';
}

function ruledOut({ around, conversation }: Subject, { ending, later }: Closing) {
  const none = [];
  if (ending.how === 'reset') {
    none.push({ id: 'killed', text: 'a killed connection ends with FIN, this one with RST' });
  }
  if (later === null || later.frame.number > ending.frame.number) {
    none.push({
      id: 'connection-dropped',
      text: 'the server’s side closed of its own accord, not in answer to a command',
    });
  }
  if (around.goesOn(conversation, ending.frame)) {
    none.push({ id: 'server-stopped', text: 'the server goes on speaking on other connections' });
  }
  return none;
}
