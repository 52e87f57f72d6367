import { type Frame, secondsBetween } from '../capture/frame.ts';
import type { Conversation } from '../mysql/conversation.ts';
import type { Noted, Pending } from '../mysql/facts.ts';
import type { Talk, TlsTalk } from '../tls/talk.ts';
import type { Subject } from './cause.ts';
import type { Closing } from './closing.ts';
import { type Ending, type GivenUp, receivedAtEnd } from './ending.ts';

/** A connection of which only the outside of its TLS can be seen. */
export type Hidden = Pick<Subject, 'facts' | 'conversation'>;

/** Behind what it said last, a server that closes within so many seconds has mostly said why, and nobody can read it. */
const BECAUSE_SECONDS = 0.2;
/** Nobody gives up sooner. */
const MIN_GIVEN_UP_SECONDS = 1;

/** Inside TLS without keys, with all of its records: who spoke when. Null where something can be read, or is missing. */
export function talkOf({ facts, conversation }: Hidden): TlsTalk | null {
  const { tls } = conversation;
  if (tls === null || tls.decrypted || tls.version === null) return null;
  return facts.bytesMissing || facts.loginOk !== null || tls.talk.isBroken ? null : tls.talk;
}

/** As `closingOf`: what the sizes, directions and times of records tell. */
export function hiddenClosing(subject: Hidden, talk: TlsTalk, ending: Ending): Closing | null {
  if (ending.byClient || talk.saidGoodbye(true)) return null;
  const had = receivedAtEnd(subject.facts, ending.how);
  // What the server had received when it ended tells the order, however the capture shuffled the frames.
  const isLater = ({ fromClient, endOffset, first }: Talk) =>
    fromClient && (had >= 0 ? endOffset > had : first.number > ending.frame.number);
  const before = talk.kept.filter((each) => !isLater(each));
  const after = talk.kept.find(isLater);
  const last = before.at(-1);
  if (last === undefined) return null;
  const isLoggedIn = hasLoggedIn(subject.conversation, talk, ending.frame);
  const later = after === undefined ? null : noted(after);
  const of = { ending, later, isLoggedIn, isHidden: true } as const;
  if (last.fromClient || talk.isCut(false)) {
    const asked = last.fromClient
      ? last
      : (before.findLast(({ fromClient }) => fromClient) ?? last);
    // A word of a byte that nobody answers is COM_QUIT.
    if (last.fromClient && mayBeQuit(subject.conversation, last)) return null;
    const quiet = secondsBetween(asked.last, ending.frame);
    const busy = isLoggedIn ? pendingOf(asked, !last.fromClient) : null;
    return { ...of, busy, quietSince: asked.last, quiet, unasked: null };
  }
  const previous = before.at(-2);
  const unasked = previous?.fromClient === false ? last : null;
  const quietSince = unasked === null ? last.last : previous!.last;
  const quiet = secondsBetween(quietSince, unasked?.first ?? ending.frame);
  if (quiet === null || quiet < BECAUSE_SECONDS) return null;
  return { ...of, busy: null, quietSince, quiet, unasked };
}

/** What a client was waiting for that closed inside TLS. */
export function hiddenGivenUp(subject: Hidden, { frame }: Ending): GivenUp | null {
  const talk = talkOf(subject);
  const last = talk?.kept.findLast(({ first }) => first.number < frame.number);
  if (!talk || last === undefined || !last.fromClient || talk.saidGoodbye(true)) return null;
  const { conversation } = subject;
  if (!hasLoggedIn(conversation, talk, frame) || mayBeQuit(conversation, last)) return null;
  const waited = secondsBetween(last.last, frame);
  if (waited === null || waited < MIN_GIVEN_UP_SECONDS) return null;
  return { request: noted(last), isLogin: false, answered: false };
}

function hasLoggedIn({ tls }: Conversation, talk: TlsTalk, { number }: Frame): boolean {
  const first = talk.firstWords(tls!.version === 'TLS 1.3');
  return first !== null && first.number <= number;
}

/** COM_QUIT, a packet of one byte, compressed or not. */
const QUIT_BYTES = 7 + 4 + 1;

/** Whether a record may hold that, with what the cipher adds. */
function mayBeQuit({ tls }: Conversation, { lastLength }: Talk): boolean {
  if (tls!.version === 'TLS 1.3') return lastLength <= QUIT_BYTES + 1 + 16;
  return lastLength <= (/GCM|CCM|POLY1305/.test(tls!.cipher ?? '') ? 8 + QUIT_BYTES + 16 : 80);
}

function pendingOf(talk: Talk, answered: boolean): Pending {
  return { request: noted(talk), isLogin: false, answered, more: 0, waitsForClient: false };
}

function noted({ fromClient, first, bytes, endOffset, acknowledged }: Talk): Noted {
  return {
    type: 'TlsRecords',
    fromClient,
    frame: first,
    sequenceId: 0,
    length: bytes,
    endOffset,
    acknowledged,
    error: null,
    statement: null,
  };
}
