import type { Malformed, Noted, Turn } from '../../mysql/facts.ts';
import type { CauseSpec, Subject } from '../cause.ts';
import { lostTexts, refusalTexts } from '../drivers.ts';
import type { DriverText, Evidence } from '../finding.ts';
import { loginEvidence } from '../login-refusal.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import {
  askedText,
  dueAuth,
  endOfWait,
  isOfLogin,
  MIN_WAIT_SECONDS,
  type WaitEnd,
  waitEvidence,
  whereText,
} from '../turn.ts';
import { inOrder, lapse } from '../words.ts';

/** ER_HANDSHAKE_ERROR, ER_NET_READ_ERROR, ER_NET_READ_INTERRUPTED: what servers say that have waited in vain. */
const GIVEN_UP: ReadonlySet<number> = new Set([1043, 1158, 1159]);

/** The server asks the client to go on with its authentication, and waits in vain. */
export const authUnanswered: CauseSpec = {
  id: 'auth-unanswered',
  rule: 'login-timeout',
  severity: 'error',
  also: [
    READ_AS_ANSWER,
    {
      rule: 'login-timeout',
      severity: 'warning',
      when: 'nobody has given up when the capture ends',
    },
    {
      rule: 'connection-lost',
      severity: 'error',
      when: 'the client left in a change of user',
    },
  ],
  title: 'The server asked the client to go on with its authentication, and no answer came.',
  advice: {
    client:
      'find out why the driver did not answer: it may wait for an OK where the server waits for it (update it, or use one that knows the plugin), or for somebody to type a password or touch a key; its process may be blocked, starved or suspended. Retrying the connect is safe: nothing was executed.',
    between: 'where the request was not acknowledged, capture on both sides of what is in between.',
    server:
      'connect_timeout is about as long as the wait shown. An account whose plugin is the one that the client begins with needs no AuthSwitchRequest.',
  },
  drivers: lostTexts('login', false),
  page: {
    about: [
      'A login may take several turns. Where the account has another plugin than the client began with, the server asks it to switch (AuthSwitchRequest); caching_sha2_password may ask for the password itself (full authentication, 01 04) or send its public key; an account with several factors asks for the next one (AuthNextFactor); COM_CHANGE_USER has the same turns. After each of these it is the client’s turn, and the server waits for it: no query is slow, and no server hangs.',
      'When connect_timeout is over, the server gives up. MySQL from 8.0.24 on sends ERR 1159 and closes; MariaDB resets the connection without a word; MySQL before closes without one. A driver that does not understand the request mostly raises an error and closes at once (plugin-unsupported); one that mistakes it for something else waits for the server, and both wait for each other.',
      'Whether the request arrived the client’s acknowledgment tells: its host acknowledges what it has received, even when its process is blocked.',
    ],
    lookAlikes: [
      'plugin-unsupported: the client closes at once, without an answer.',
      'login-held-up: the client has answered in time, and the server did not get it.',
      'login-timeout: the login itself did not come.',
      'client-gave-up: the client has answered, and the server takes its time (LDAP, PAM).',
    ],
    ladder: [
      { from: 'client', text: 'login (1), mysql_native_password' },
      { from: 'server', text: 'AuthSwitchRequest (2): caching_sha2_password' },
      { from: 'client', text: 'does not answer', quiet: true },
      { from: 'server', text: 'ERR 1159 (3), closes: connect_timeout; MariaDB: RST' },
    ],
    fixture: 'causes/auth-switch-unanswered-mysql',
    twin: 'causes/auth-switch-slowly-mysql',
  },
  diagnose: (subject) => {
    const { facts } = subject;
    const turn = dueAuth(subject);
    if (turn === null || !facts.isSettled || facts.bytesMissing) return null;
    if (turn.error !== null && !GIVEN_UP.has(turn.error.error?.code ?? 0)) return null;
    const end = endOfWait(subject, turn.asked.frame, turn.error);
    const hasLeft = end.how !== 'open' && end.fromClient;
    const isLong = end.waited !== null && end.waited >= MIN_WAIT_SECONDS;
    // Who leaves a login at once does not know the plugin; in a change of user nobody expects to be asked.
    if (!isLong && (!hasLeft || isOfLogin(turn))) return null;
    const late = lateAnswer(subject, turn);
    const told = {
      summary: summaryOf(subject, turn, end, late),
      certainty: end.how === 'error' ? 'proven' : 'likely',
      evidence: inOrder([
        ...(isOfLogin(turn) ? loginEvidence(subject) : changeEvidence(subject, turn)),
        ...waitEvidence(turn, `the client ${askedText(turn)}`, end),
        ...lateEvidence(turn, late),
      ]),
      key: `${turn.plugin} ${turn.step ?? turn.asked.type}`,
    } as const;
    if (late !== null) return wrongNumber(firstMismatch(subject)!, subject, told);
    return {
      ...told,
      frame: end.frame,
      fromClient: end.fromClient,
      message: hasLeft
        ? `The client left without an answer to the server’s ${turn.asked.type} (${turn.plugin})`
        : `The client did not answer the server’s ${turn.asked.type} (${turn.plugin}) for ${lapse(turn.asked.frame, end.frame)}`,
      ...(end.how === 'open' && { severity: 'warning' }),
      ...(hasLeft && !isOfLogin(turn) && { rule: 'connection-lost' }),
      drivers: textsOf(turn, end),
    };
  },
};

function summaryOf(subject: Subject, turn: Turn, end: WaitEnd, late: Noted | null): string {
  const so = lapse(turn.asked.frame, end.frame);
  const timer = end.fromClient ? '' : ' (connect_timeout)';
  const outcome =
    end.how === 'open'
      ? `Nothing came in the ${so} up to the end of the capture.`
      : `No answer came: after ${so}${timer} ${end.text}.`;
  const then =
    late === null
      ? ''
      : ' It answered only then, and its driver read the ERR, numbered by the server’s own counter, where the reply to its answer was due.';
  const purpose = isOfLogin(turn) ? 'the login' : 'a change of user (COM_CHANGE_USER)';
  const fault = faultOf(subject, turn);
  const because =
    fault === null
      ? ''
      : ` The client’s ${turn.request!.type} is malformed (${fault.what}): the server may have read another plugin’s name in it than the client meant, and asked because of that.`;
  return `For ${purpose} the server asked the client ${askedText(turn)}: it was the client’s turn. ${outcome} ${whereText(subject, turn)}.${then}${because}`;
}

/** What is wrong with the shape of the command that began it; null where nothing is. */
function faultOf({ facts }: Subject, { request }: Turn): Malformed | null {
  const { commands } = facts.malformed;
  return commands.find(({ packet }) => packet.frame.number === request?.frame.number) ?? null;
}

/** The answer that came when the server had given up. */
function lateAnswer(subject: Subject, { error }: Turn): Noted | null {
  const mismatch = firstMismatch(subject);
  const isLate = mismatch?.packet === error && mismatch?.readFor?.type === 'AuthData';
  return isLate ? mismatch.readFor : null;
}

function lateEvidence({ asked }: Turn, late: Noted | null): Evidence[] {
  if (late === null) return [];
  const so = lapse(asked.frame, late.frame);
  return [{ frame: late.frame, text: `only now, ${so} after the request, the client answers` }];
}

function changeEvidence(subject: Subject, turn: Turn): Evidence[] {
  const fault = faultOf(subject, turn);
  const how = fault === null ? '' : `: malformed, ${fault.what}`;
  const text = `the client asks for another user (COM_CHANGE_USER)${how}`;
  return [{ frame: turn.request!.frame, text }];
}

function textsOf({ error }: Turn, end: WaitEnd): readonly DriverText[] {
  if (end.fromClient) return [];
  if (end.how === 'error') return refusalTexts(error!.error!);
  return lostTexts('login', end.how === 'reset');
}
