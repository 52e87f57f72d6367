import type { Frame } from '../../capture/frame.ts';
import type { CauseSpec, Subject } from '../cause.ts';
import { lostTexts } from '../drivers.ts';
import { askedText, dueAuth, endOfWait, MIN_WAIT_SECONDS } from '../turn.ts';
import { isSilent } from '../visits.ts';
import { inOrder, lapse } from '../words.ts';

/** What is left of the logins that came to no end. */
export const loginUnfinished: CauseSpec = {
  id: 'login-unfinished',
  rule: 'login-refused',
  severity: 'warning',
  also: [{ rule: 'login-refused', severity: 'info', when: 'only the capture ends' }],
  title: 'The login was begun and never finished.',
  advice: {
    client:
      'where the client left: see the error that its driver raised, or what ended its process; a connect that is cancelled looks so.',
    between: 'a proxy or load balancer may have ended it on either side: capture on both.',
    server: 'where the server closed: see its error log at that time.',
  },
  drivers: lostTexts('login', false),
  page: {
    about: [
      'A login is a conversation: greeting, login (or a request for TLS, its handshake, and the login inside), perhaps some turns of the authentication, and the server’s OK or ERR. Here it ended before either of the two, and no other cause fits. The finding says whose turn it was, and who left.',
      'Where only the capture ends, there may be nothing wrong.',
    ],
    lookAlikes: [
      'login-timeout, auth-unanswered: the server gave up waiting for the client.',
      'health-check: the client leaves without a byte.',
      'plugin-unsupported: the client leaves when it is asked to go on.',
      'client-gave-up: the client has waited for the answer to its login.',
    ],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'half of a login (1)' },
      { from: 'client', text: 'closes' },
    ],
    fixture: 'causes/half-a-login-and-away-mysql',
    twin: 'causes/half-a-login-mysql',
  },
  diagnose: (subject) => {
    const { conversation, facts } = subject;
    if (conversation.login !== 'incomplete' || conversation.midstream) return null;
    if (facts.greeting === null || facts.bytesMissing || isSilent(conversation)) return null;
    const { since, what, fromClient } = dueOf(subject, facts.greeting.frame);
    const end = endOfWait(subject, since, null);
    const isOpen = end.how === 'open';
    const isLong = end.waited !== null && end.waited >= MIN_WAIT_SECONDS;
    const who = fromClient ? 'client' : 'server';
    const so = lapse(since, end.frame);
    const text = isOpen ? 'the capture ends' : end.text;
    return {
      frame: end.frame,
      fromClient: isOpen ? fromClient : end.fromClient,
      message: `The login came to no end: ${what} was due from the ${who}, and ${text}`,
      summary: `It was the ${who}’s turn: ${what} was due. ${so} later ${text}, and there was neither OK nor ERR. Nothing was executed.`,
      certainty: isOpen && !isLong ? 'possible' : 'proven',
      evidence: inOrder([
        { frame: since, text: `${what} is due from the ${who}` },
        { frame: end.frame, text: `${so} later ${text}` },
      ]),
      ...(isOpen && !isLong && { severity: 'info' }),
      ...((isOpen || end.fromClient) && { drivers: [] }),
      key: what,
    };
  },
};

/** Whose turn it was, since when, and for what. */
function dueOf(
  subject: Subject,
  greeting: Frame,
): { since: Frame; what: string; fromClient: boolean } {
  const { login, clientPartial, turn } = subject.facts;
  const due = dueAuth(subject);
  if (due !== null) {
    const what = `the answer to the request ${askedText(due)}`;
    return { since: due.asked.frame, what, fromClient: true };
  }
  if (login === null) {
    const what = clientPartial === null ? 'the login' : partText(clientPartial);
    return { since: clientPartial?.lastFrame ?? greeting, what, fromClient: true };
  }
  if (login.type === 'SSLRequest') {
    const { speaksTls } = subject.conversation;
    const what = speaksTls ? 'the rest of the TLS handshake' : 'the ClientHello, to start TLS,';
    return { since: login.frame, what, fromClient: true };
  }
  const { frame } = turn?.answer ?? login;
  return { since: frame, what: 'the answer to the login', fromClient: false };
}

function partText({ received, length }: { received: number; length: number }): string {
  return `the rest of the login, of which ${received} of ${length} bytes had come,`;
}
