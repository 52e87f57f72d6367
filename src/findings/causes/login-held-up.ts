import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { lostTexts } from '../drivers.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import { serverCloses } from '../server-error.ts';
import { askedText } from '../turn.ts';
import { describe, inOrder, lapse, sentWithoutHaving } from '../words.ts';
import { READ_TIMEOUT } from './login-timeout.ts';

/** C3: the login left in time, and something between held it back. */
export const loginHeldUp: CauseSpec = {
  id: 'login-held-up',
  rule: 'login-timeout',
  severity: 'error',
  also: [READ_AS_ANSWER],
  title: 'The client sent its login in time, but the server never received it.',
  advice: {
    between:
      'something between the two held the login back: look at the proxy, load balancer or firewall on the way, and capture on both sides of it.',
  },
  drivers: [],
  page: {
    about: [
      'On the client’s side of the capture the login follows the greeting at once. After connect_timeout the server’s ERR 1159 comes all the same, with sequence id 1, so the server has not read a login; the ERR’s acknowledgment number says the same.',
      'Then a proxy, a load balancer or a firewall between the two took the login and did not pass it on. A capture on its other side shows no login before the ERR. Where one capture has both sides, that proves it, also where the server is MariaDB or an older MySQL and says nothing: it closes, and what stands between closes the client’s connection.',
      'With TLS it is the request for TLS that is kept: the ERR comes in the clear, with sequence id 1, where the server’s part of the handshake is due.',
    ],
    lookAlikes: ['login-timeout: the login left after the ERR had come.'],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'login (1), in time', lost: true },
      { from: 'between', text: 'keeps it', quiet: true },
      { from: 'server', text: 'ERR 1159 (1), closes: connect_timeout' },
      { from: 'client', text: 'reads the ERR: got 1 expected 2', quiet: true },
    ],
    fixture: 'causes/login-held',
    twin: 'causes/login-held-not',
  },
  diagnose: (subject) => misread(subject) ?? beforeTls(subject),
};

/** The driver read the ERR as the reply to its login, or to what the server had asked for behind it. */
function misread(subject: Subject): Diagnosis | null {
  const mismatch = firstMismatch(subject);
  const { greeting, login, turn } = subject.facts;
  if (mismatch === null || greeting === null) return null;
  const { packet, readFor, stale } = mismatch;
  if (packet.error?.code !== READ_TIMEOUT || readFor === null) return null;
  // The login, or what the server had asked for behind it.
  const isAnswer = readFor === turn?.answer;
  if (!isAnswer && readFor !== login) return null;
  const [asked, what] = isAnswer ? [turn.asked, 'answer'] : [greeting, 'login'];
  const waited = lapse(asked.frame, packet.frame);
  return wrongNumber(mismatch, subject, {
    summary: `The client sent its ${what} in time, but the server never received it: after ${waited} (connect_timeout) it gave up with ERR ${READ_TIMEOUT}, numbered ${packet.sequenceId} by its own counter.`,
    certainty: stale ? 'proven' : 'likely',
    evidence: inOrder([
      isAnswer
        ? { frame: asked.frame, text: `the server asks the client ${askedText(turn)}` }
        : { frame: asked.frame, text: 'the server greets (sequence id 0); the login is due' },
      {
        frame: readFor.frame,
        text: `the client sends its ${what} (sequence id ${readFor.sequenceId}) in time`,
      },
      {
        frame: packet.frame,
        text: `${waited} after ${isAnswer ? 'its request' : 'the greeting'} the server sends ${describe(packet)}${stale ? `, which acknowledges nothing of the ${what}` : ''}`,
      },
      ...serverCloses(subject),
    ]),
    ruledOut: [
      {
        id: 'login-timeout',
        text: `the ${what} left ${lapse(readFor.frame, packet.frame)} before the ERR`,
      },
    ],
  });
}

/** The client had asked for TLS, and the ERR comes in the clear with the number that was due before that was read. */
function beforeTls(subject: Subject): Diagnosis | null {
  const { greeting, login, unread } = subject.facts;
  if (greeting === null || login?.type !== 'SSLRequest') return null;
  const told = unread.find(({ packet }) => packet.error?.code === READ_TIMEOUT)?.packet;
  if (told === undefined || told.frame.number < login.frame.number) return null;
  if (told.sequenceId > login.sequenceId) return null;
  const waited = lapse(greeting.frame, told.frame);
  const isUnseen = sentWithoutHaving(told, login) === true;
  return {
    frame: told.frame,
    fromClient: false,
    message: `The server gave up waiting for the login after ${waited}, though the client had sent it`,
    summary: `The client asked for TLS in time, but the server never received that: after ${waited} (connect_timeout) it gave up with ERR ${READ_TIMEOUT}, numbered ${told.sequenceId} by its own counter, in the clear where its part of the TLS handshake was due.`,
    certainty: isUnseen ? 'proven' : 'likely',
    evidence: inOrder([
      { frame: greeting.frame, text: 'the server greets (sequence id 0); the login is due' },
      {
        frame: login.frame,
        text: `the client asks for TLS (sequence id ${login.sequenceId}) in time`,
      },
      {
        frame: told.frame,
        text: `${waited} after the greeting the server sends ${describe(told)}${isUnseen ? ', which acknowledges nothing of that' : ', the number of what it had not read'}`,
      },
      ...serverCloses(subject),
    ]),
    ruledOut: [
      {
        id: 'login-timeout',
        text: `the request for TLS left ${lapse(login.frame, told.frame)} before the ERR`,
      },
    ],
    drivers: lostTexts('login', false),
    key: 'tls',
  };
}
