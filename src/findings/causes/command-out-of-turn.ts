import type { CauseSpec } from '../cause.ts';
import { loginEvidence } from '../login-refusal.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { askedText } from '../turn.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** A command stands where the login, or an answer in the authentication, is due. */
export const commandOutOfTurn: CauseSpec = {
  id: 'command-out-of-turn',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'The client sent a command before it was logged in: its login or its password was due.',
  advice: {
    client:
      'the driver, or the code around it, takes the login for done before the server has said OK: update it, and do not hand the connection out before its login is through; two users of one connection that is being opened look so, too.',
    between:
      'a proxy or pool that answers the login itself must finish it towards the server before it passes commands on.',
  },
  drivers: [],
  page: {
    about: [
      'Until the server has said OK to the login, what it waits for is the login, or, when it has asked for more (AuthSwitchRequest, full authentication, a public key, a second factor), the answer to that, with the next number. A command starts at 0. The server reads it as the answer that it is not: ERR 1156 (Got packets out of order), or ERR 1045, and it closes.',
      'The client counts rightly for what it believes; it believes that the login is done. A driver that takes 01 04 (full authentication) for 01 03 (done) does so, and a pool that hands out a connection too early.',
    ],
    lookAlikes: [
      'client-numbering: the right packet with a wrong number.',
      'infile-broken-off: a command where a file is due.',
      'auth-unanswered: nothing comes at all.',
      'A command that is sent behind the whole login, before the OK has come, is pipelining, and no fault.',
    ],
    ladder: [
      { from: 'client', text: 'login (1), caching_sha2_password' },
      { from: 'server', text: 'full authentication (2): the password is due' },
      { from: 'client', text: 'COM_QUERY (0), where its answer (3) is due' },
      { from: 'server', text: 'ERR 1156 (3), closes' },
    ],
    fixture: 'causes/query-for-the-password-mysql',
    twin: 'auth/caching-sha2-fast-and-full',
  },
  diagnose: (subject) => {
    const mismatch = firstMismatch(subject);
    const { turn, insteadOfLogin, greeting } = subject.facts;
    const instead = insteadOfLogin ?? (turn?.plugin == null ? null : turn.instead);
    if (mismatch === null || instead === null || mismatch.packet.frame !== instead.frame)
      return null;
    const { expected } = mismatch;
    const isLogin = instead === insteadOfLogin;
    const due = isLogin ? 'the client’s login' : 'its answer';
    const asked = isLogin ? greeting : turn!.asked;
    const request = isLogin
      ? 'the server greets'
      : `the server asks the client ${askedText(turn!)}`;
    const answer = subject.facts.loginError ?? subject.facts.outOfOrder;
    const answered = answer === null ? '' : ` The server answers with ${describe(answer)}.`;
    return wrongNumber(mismatch, subject, {
      summary: `${request.replace(/^t/, 'T')}, and ${due}, with sequence id ${expected}, is due. What stands there is a command, ${instead.type} (sequence id 0): the client took the login for done.${answered}`,
      certainty: 'proven',
      evidence: inOrder([
        ...(isLogin ? [] : loginEvidence(subject)),
        ...(asked === null ? [] : [{ frame: asked.frame, text: `${request}; ${due} is due` }]),
        {
          frame: instead.frame,
          text: `${asked === null ? '' : `${lapse(asked.frame, instead.frame)} later `}the client sends ${describe(instead)} instead`,
        },
        ...(answer === null
          ? []
          : [{ frame: answer.frame, text: `the server answers ${describe(answer)}` }]),
      ]),
      key: instead.type,
    });
  },
};
