import { type Frame, secondsBetween } from '../../capture/frame.ts';
import type { Unread } from '../../mysql/facts.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { closingOf, onTheSecond } from '../closing.ts';
import { lostTexts, readerTexts } from '../drivers.ts';
import type { DriverText, Evidence } from '../finding.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import { serverCloses } from '../server-error.ts';
import { endOfWait, hasArrived, MIN_WAIT_SECONDS } from '../turn.ts';
import { bytesOfClient } from '../visits.ts';
import { describe, inOrder, lapse, sentWithoutHaving, several } from '../words.ts';

/** ER_NET_READ_INTERRUPTED */
export const READ_TIMEOUT = 1159;

/** ER_HANDSHAKE_ERROR */
const BAD_HANDSHAKE = 1043;

/** C1, C2: the client's process did not get to send its login within connect_timeout. */
export const loginTimeout: CauseSpec = {
  id: 'login-timeout',
  rule: 'login-timeout',
  severity: 'error',
  also: [READ_AS_ANSWER],
  title: 'The client sent its login after the server had given up waiting for it.',
  advice: {
    client:
      'find what keeps the process from sending its login right after the greeting: a blocked event loop (a synchronous call in async code; in asyncio, run with PYTHONASYNCIODEBUG=1, or move the blocking call to a thread), a starved or suspended process, a long garbage collection. Retrying the connect is safe: nothing was executed.',
    server: 'connect_timeout is about as long as the wait shown; raising it only hides the stall.',
  },
  drivers: [
    { driver: 'PyMySQL, aiomysql', text: "(2013, 'Lost connection to MySQL server during query')" },
    {
      driver: 'libmysqlclient, libmariadb',
      text: "Lost connection to server at 'reading authorization packet'",
    },
    { driver: 'go-sql-driver/mysql', text: 'invalid connection' },
    { driver: 'mysql2, mysqljs/mysql', text: 'read ECONNRESET' },
  ],
  page: {
    about: [
      'A server that has sent its greeting waits for the login for connect_timeout (10 s by default). Then it gives up. MySQL from 8.0.24 on says so in ERR 1159 and closes; MariaDB, and MySQL before, close without a word.',
      'The ERR carries the next number of the server’s own counter, 1, because no login (which would be 1) was read. A client that was busy elsewhere now wakes up, reads the greeting that has been waiting for it, sends its login (1), and reads what lies there already: the ERR, where the reply to the login (2) is due. It says "got 1 expected 2" and hides the one text that would have told why.',
      'It happens where one thread does everything: an asyncio or Node event loop that a synchronous call blocks between connect and login, a container that was suspended or starved, a long garbage collection, a debugger.',
    ],
    lookAlikes: [
      'login-held-up: the login left in time and never arrived; then it stands before the ERR in the capture.',
      'proxy-header: the ERR comes within milliseconds, not after seconds.',
    ],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'the process is busy elsewhere', quiet: true },
      { from: 'server', text: 'ERR 1159 (1), closes: connect_timeout' },
      { from: 'client', text: 'login (1), too late' },
      { from: 'client', text: 'reads the ERR: got 1 expected 2', quiet: true },
    ],
    fixture: 'sequence/late-login-mysql',
    twin: 'login/plain',
  },
  diagnose: (subject) =>
    lateLogin(subject) ?? noLogin(subject) ?? noHello(subject) ?? noLoginInTls(subject),
};

/** The driver sent its login all the same, and read the ERR as the reply to it. */
function lateLogin(subject: Subject): Diagnosis | null {
  const mismatch = firstMismatch(subject);
  const { greeting, login } = subject.facts;
  if (mismatch === null || greeting === null) return null;
  const { packet, readFor, stale } = mismatch;
  if (packet.error?.code !== READ_TIMEOUT || readFor === null || readFor !== login) return null;
  if (!stale || packet.frame.number > readFor.frame.number) return null;
  const waited = lapse(greeting.frame, packet.frame);
  const late = lapse(greeting.frame, readFor.frame);
  const had = sentWithoutHaving(readFor, packet) === false;
  return wrongNumber(mismatch, subject, {
    summary: `The client sent its login ${late} after the greeting. The server had given up after ${waited} (connect_timeout), sent ERR ${READ_TIMEOUT} with its own sequence id ${packet.sequenceId} and closed. The driver then read that stale ERR where it expected the reply to its login.`,
    certainty: had ? 'proven' : 'likely',
    evidence: inOrder([
      due(greeting.frame),
      {
        frame: packet.frame,
        text: `${waited} later the server sends ${describe(packet)}: its own counter, one past ${packet.sequenceId === 1 ? 'its greeting' : 'what it had read last'}`,
      },
      ...serverCloses(subject),
      {
        frame: readFor.frame,
        text: had
          ? `only now, ${late} after the greeting, the client sends its login (sequence id ${readFor.sequenceId}); it acknowledges the ERR, so that had long arrived: the delay was inside the client's process`
          : `only now, ${late} after the greeting, the client sends its login (sequence id ${readFor.sequenceId})`,
      },
    ]),
    ruledOut: [
      {
        id: 'login-held-up',
        text: `the login left the client only ${lapse(packet.frame, readFor.frame)} after the ERR (frame ${readFor.frame.number})`,
      },
    ],
    advice: {
      ...loginTimeout.advice,
      client: `find what kept the process from sending its login for ${late} after the greeting: a blocked event loop (a synchronous call in async code), a starved or suspended process, a long garbage collection; in asyncio, run with PYTHONASYNCIODEBUG=1, or move the blocking call to a thread. Retrying the connect is safe: nothing was executed.`,
      server: `connect_timeout is about ${waited}; raising it only hides the stall.`,
    },
  });
}

function isStopped({ around, conversation }: Subject, end: Frame): boolean {
  return around.shutdownBefore(conversation, end) !== null;
}

/** The login never came. */
function noLogin(subject: Subject): Diagnosis | null {
  const { greeting, login, serverFin, clientFin, reset, unread, bytesMissing, clientPartial } =
    subject.facts;
  if (greeting === null || greeting.error !== null || login !== null || bytesMissing) return null;
  const told = unread.find(({ packet }) => packet.error?.code === READ_TIMEOUT);
  const closed = reset !== null && !reset.byClient ? reset.frame : serverFin;
  const end = told?.packet.frame ?? closed;
  if (end === null || (clientFin !== null && clientFin.number < end.number)) return null;
  const waited = secondsBetween(greeting.frame, end);
  if (waited === null || waited < MIN_WAIT_SECONDS) return null;
  // Without a word a server may close for other reasons, too; its timers run for whole seconds.
  if (told === undefined && (onTheSecond(waited) === null || isStopped(subject, end))) return null;
  const evidence: Evidence[] = [due(greeting.frame)];
  const part = told?.interrupted ?? clientPartial;
  const bytes = bytesOfClient(subject.conversation);
  const start = part === null ? null : `${several(bytes, 'byte')} of its login`;
  if (part !== null) evidence.push({ frame: part.frame, text: `the client sends ${start}` });
  if (told !== undefined) {
    evidence.push({ frame: end, text: `the server sends ${describe(told.packet)}` });
  }
  if (closed !== null) {
    evidence.push({
      frame: closed,
      text: `the server closes, ${lapse(greeting.frame, closed)} after its greeting`,
    });
  }
  const missing = part === null ? 'no login' : `only ${start}`;
  const where = hasArrived(subject, greeting)
    ? 'Its host has acknowledged the greeting: its process was there but did not get to send the login, or what it sent was held up on the way.'
    : 'Nothing acknowledges the greeting: it may not have arrived.';
  return {
    frame: end,
    fromClient: false,
    message: `The server gave up waiting for the login after ${lapse(greeting.frame, end)}`,
    summary: `${lapse(greeting.frame, end)} after its greeting the server had received ${missing} and closed the connection (connect_timeout). The client did not close first. ${where}`,
    certainty: told === undefined ? 'likely' : 'proven',
    evidence,
    advice: {
      ...loginTimeout.advice,
      between: 'a proxy or firewall may have held the login back: capture on both sides of it.',
    },
    drivers:
      told === undefined
        ? lostTexts('beforeLogin', closed !== serverFin)
        : lateTexts(told, serverFin !== null),
  };
}

/** The client asked for TLS and never started it: MariaDB waits as long, and calls it a bad handshake. */
function noHello(subject: Subject): Diagnosis | null {
  const { facts, conversation } = subject;
  const { login, unread, bytesMissing } = facts;
  if (login?.type !== 'SSLRequest' || conversation.tls?.version !== null || bytesMissing) {
    return null;
  }
  if (conversation.speaksTls) return null;
  const told = unread.find(({ packet }) => packet.error?.code === BAD_HANDSHAKE)?.packet ?? null;
  const end = endOfWait(subject, login.frame, told);
  if (end.fromClient || end.waited === null || end.waited < MIN_WAIT_SECONDS) return null;
  const after = lapse(login.frame, end.frame);
  return {
    frame: end.frame,
    fromClient: false,
    message: `The server gave up waiting for TLS after ${after}`,
    summary: `The client asked for TLS and did not start it: ${after} later (connect_timeout) ${end.text}. The client's process was there but did not get to go on, or what it sent was held up on the way.`,
    certainty: 'likely',
    evidence: [
      { frame: login.frame, text: 'the client asks for TLS (SSLRequest); its ClientHello is due' },
      { frame: end.frame, text: `${after} later ${end.text}` },
    ],
    key: 'tls',
  };
}

/** TLS is up, and the server closes when its time is over; MySQL says ERR 1159 before, which nobody can read. */
function noLoginInTls(subject: Subject): Diagnosis | null {
  const closing = closingOf(subject);
  if (closing === null || !closing.isHidden || closing.isLoggedIn) return null;
  const { ending, quiet, quietSince, unasked } = closing;
  const seconds = onTheSecond(quiet);
  if (seconds === null || quietSince === null) return null;
  const told = unasked === null ? '' : `, after ${unasked.bytes} bytes that answer nothing`;
  return {
    frame: ending.frame,
    fromClient: false,
    message: `The server gave up waiting for the login inside TLS after ${seconds} s`,
    summary: `TLS was up, and for ${lapse(quietSince, unasked?.first ?? ending.frame)} the client sent nothing more: no login. The server then ${ending.how === 'reset' ? 'reset' : 'closed'} the connection${told} (connect_timeout). Without keys this shows in times and lengths only.`,
    certainty: 'likely',
    evidence: inOrder([
      { frame: quietSince, text: 'the last of the TLS handshake; the login is due' },
      ...(unasked === null
        ? []
        : [{ frame: unasked.first, text: `the server sends ${unasked.bytes} bytes in TLS` }]),
      {
        frame: ending.frame,
        text: `the server ${ending.how === 'reset' ? 'resets' : 'closes'} the connection`,
      },
    ]),
    drivers: lostTexts('login', ending.how === 'reset'),
    key: 'in TLS',
  };
}

/** What a driver prints that sends its login after all: it reads the ERR as the reply. */
function lateTexts({ packet, interrupted }: Unread, serverCloses: boolean): DriverText[] {
  // The server had counted the start of the login, so the number is right and the text is shown.
  if (interrupted !== null) return [];
  const got = packet.sequenceId;
  const mismatch = { packet, got, expected: (got + 1) & 0xff, readFor: null, stale: true };
  return readerTexts({ ...mismatch, continues: false, inPart: false, banner: '' }, serverCloses);
}

function due(frame: Frame): Evidence {
  return { frame, text: 'the server greets (sequence id 0); the login is due' };
}
