import type { CauseSpec } from '../cause.ts';
import { describe, inOrder } from '../words.ts';

/** The client asks for TLS, and sends its login without. */
export const tlsNotSpoken: CauseSpec = {
  id: 'tls-not-spoken',
  rule: 'login-refused',
  severity: 'error',
  title: 'The client asked for TLS, and then sent its login in the clear.',
  advice: {
    client:
      'the library sets CLIENT_SSL and sends the short login of it without starting TLS: update it, or report this capture to its authors; with TLS switched off in its options it may work.',
    between:
      'something that takes TLS off (a proxy, a service mesh) must answer the SSLRequest itself, and not pass it on to the server.',
  },
  drivers: [],
  page: {
    about: [
      'Behind an SSLRequest the server expects a ClientHello. A login in the clear is none: the server reads its first bytes as a record of TLS, fails, and refuses with ERR 1043 (Bad handshake), numbered by its own counter, for it has read no login. Then it closes.',
    ],
    lookAlikes: [
      'tls-failed: TLS is started, and one side does not like what it gets.',
      'login-unfinished: nothing at all comes behind the SSLRequest.',
    ],
    ladder: [
      { from: 'client', text: 'SSLRequest (1)' },
      { from: 'client', text: 'login (2), in the clear; a ClientHello is due' },
      { from: 'server', text: 'ERR 1043 (2), closes' },
    ],
    fixture: 'causes/tls-in-the-clear-mysql',
    twin: 'causes/certificate-trusted',
  },
  diagnose: ({ facts }) => {
    const { tlsRequest, login, loginError } = facts;
    if (tlsRequest === null || login === null || facts.bytesMissing) return null;
    const answer = loginError === null ? '' : ` The server answered with ${describe(loginError)}.`;
    return {
      frame: login.frame,
      fromClient: true,
      message: 'The client asked for TLS, and went on in the clear',
      summary: `The client asked for TLS (SSLRequest); where its ClientHello was due came ${login === tlsRequest ? 'something else' : `its ${login.type} in the clear`}.${answer} No TLS was spoken.`,
      certainty: 'proven',
      evidence: inOrder([
        { frame: tlsRequest.frame, text: 'the client asks for TLS; its ClientHello is due' },
        { frame: login.frame, text: `the client sends ${describe(login)} in the clear` },
        ...(loginError === null
          ? []
          : [{ frame: loginError.frame, text: `the server sends ${describe(loginError)}` }]),
      ]),
    };
  },
};
