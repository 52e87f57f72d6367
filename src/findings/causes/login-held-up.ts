import type { CauseSpec } from '../cause.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import { serverCloses } from '../server-error.ts';
import { askedText } from '../turn.ts';
import { describe, inOrder, lapse } from '../words.ts';
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
      'Then a proxy, a load balancer or a firewall between the two took the login and did not pass it on. A capture on its other side shows no login before the ERR.',
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
  diagnose: (subject) => {
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
  },
};
