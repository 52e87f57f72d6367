import type { ServerError } from '../mysql/facts.ts';
import type { Diagnosis, Subject } from './cause.ts';
import { refusalTexts } from './drivers.ts';
import type { Advice, Evidence } from './finding.ts';
import { describe, several } from './words.ts';

/** What a cause says of a login that the server refused. */
interface Told {
  readonly summary: string;
  readonly advice?: Advice;
  /** What tells this one from others of the same error and user. */
  readonly key?: string;
}

/** A login that was answered with an ERR of the codes in question. */
export function loginRefusedWith(
  subject: Subject,
  isMeant: (error: ServerError) => boolean,
  tell: (error: ServerError) => Told,
): Diagnosis | null {
  const { facts, session } = subject;
  const { loginError } = facts;
  const error = loginError?.error ?? null;
  if (loginError === null || error === null || !isMeant(error)) return null;
  const { summary, advice, key } = tell(error);
  const keys = [String(error.code), ...(session.user === null ? [] : [`user=${session.user}`])];
  if (key !== undefined) keys.push(key);
  return {
    frame: loginError.frame,
    fromClient: false,
    message: `The login was refused: ERR ${error.code} '${error.message}'`,
    summary,
    certainty: 'proven',
    evidence: [
      ...loginEvidence(subject),
      {
        frame: loginError.frame,
        text: `the server sends ${describe(loginError)}${answerText(session)}`,
      },
    ],
    drivers: refusalTexts(error),
    key: keys.join(' '),
    ...(advice !== undefined && { advice }),
  };
}

/** Who logs in. */
export function loginEvidence({ facts, session, conversation }: Subject): Evidence[] {
  const { login } = facts;
  if (login === null) return [];
  const { user, database } = session;
  const words = ['the client logs in'];
  if (user !== null) words.push(`as '${user}'`);
  if (database !== null) words.push(`to database '${database}'`);
  words.push(conversation.tls === null ? 'in the clear' : 'over TLS');
  return [{ frame: login.frame, text: words.join(' ') }];
}

/** Whether the client has answered for a password, by what it sent last; null where the capture does not tell. */
export function hasSentPassword(session: Subject['session']): boolean | null {
  const { authResponseKind: kind, authResponseLength: length } = session;
  if (kind === 'publicKeyRequest') return false;
  // An empty one is nothing, or its terminating zero.
  return length === null ? null : length > 1;
}

/** How the client answered for the password: only the length is anybody's business. */
function answerText(session: Subject['session']): string {
  const plugin = session.authPlugin === null ? '' : ` (${session.authPlugin})`;
  const sent = hasSentPassword(session);
  if (sent === null) return '';
  return sent
    ? `; the client's answer for the password${plugin} had ${several(session.authResponseLength!, 'byte')}`
    : `; the client had sent no password${plugin}`;
}
