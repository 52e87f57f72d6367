import { type Frame, secondsBetween } from '../capture/frame.ts';
import type { Facts, Noted, Pending } from '../mysql/facts.ts';
import type { Talk } from '../tls/talk.ts';
import type { Diagnosis, Subject } from './cause.ts';
import { lostTexts } from './drivers.ts';
import { type Ending, endingOf, isStream, receivedAtEnd } from './ending.ts';
import type { DriverText, Evidence } from './finding.ts';
import { type Hidden, hiddenClosing, talkOf } from './hidden.ts';
import { capitalised, describe, lapse } from './words.ts';

/** The server closed first, and said nothing that would tell why. */
export interface Closing {
  readonly ending: Ending;
  /** What it had received and not answered in full. */
  readonly busy: Pending | null;
  /** What the client sent that it had not received, or did not know the connection of any more. */
  readonly later: Noted | null;
  /** The last thing that either side did before. */
  readonly quietSince: Frame | null;
  /** Seconds from there to the end, or to what the server said unasked. */
  readonly quiet: number | null;
  readonly isLoggedIn: boolean;
  /** It was in TLS without keys: only the outside shows. */
  readonly isHidden: boolean;
  /** There: what the server sent that answers nothing, right before the end. */
  readonly unasked: Talk | null;
}

/** Errors behind which servers close: too large, out of order, time-outs, shutdown, killed, offline, idle. */
const ENDING: ReadonlySet<number> = new Set([
  1053, 1153, 1156, 1158, 1159, 1160, 1161, 1927, 3032, 4031,
]);

/** Behind another answer that is an ERR, a server that closes within so many seconds does so because of it. */
const BECAUSE_SECONDS = 1;

export function closingOf(subject: Hidden): Closing | null {
  const { facts } = subject;
  const ending = endingOf(facts);
  const talk = talkOf(subject);
  if (ending !== null && talk !== null) return hiddenClosing(subject, talk, ending);
  if (ending === null || ending.byClient || !facts.isSettled || hasSaidWhy(facts)) return null;
  const { pending, greeting, lastReply, lastUnanswered, lastRequest } = facts;
  const busy = busyAt(facts, ending);
  // Behind a stream of events the server closes.
  if (busy === null && lastRequest !== null && isStream(lastRequest)) return null;
  const quietSince = latestBefore(ending.frame, [
    greeting?.frame,
    lastReply,
    lastUnanswered?.frame,
    busy?.request.frame,
    facts.clientPartial?.frame,
  ]);
  const quiet = quietSince === null ? null : secondsBetween(quietSince, ending.frame);
  const last = facts.lastError;
  // Whom MySQL does not let change the user, it lets go.
  if (last !== null && lastRequest?.type === 'COM_CHANGE_USER') return null;
  if (last !== null && busy === null && quietSince === lastReply) {
    if (quiet === null || quiet < BECAUSE_SECONDS) return null;
  }
  const later = pending !== null && busy === null ? pending.request : null;
  const isLoggedIn = facts.login !== null;
  return { ending, busy, later, quietSince, quiet, isLoggedIn, isHidden: false, unasked: null };
}

/** What the server had received, and not answered in full, when it ended the connection. */
function busyAt(facts: Facts, { how }: Pick<Ending, 'how'>) {
  const { pending } = facts;
  const received = receivedAtEnd(facts, how);
  const had = pending !== null && (pending.answered || received >= pending.request.endOffset);
  return had ? pending : null;
}

/** An ERR that answers nothing, or the login, or behind which servers close; or the client has stopped it. */
function hasSaidWhy(facts: Facts): boolean {
  const { greeting, loginError, streamError, lastError, shutdown, unread, mismatches } = facts;
  if (shutdown !== null || ENDING.has(lastError?.error?.code ?? 0)) return true;
  if (greeting?.error || loginError !== null || streamError !== null) return true;
  return (
    unread.some(({ packet }) => packet.error !== null) ||
    mismatches.some(({ packet }) => packet.error !== null)
  );
}

function latestBefore(end: Frame, frames: (Frame | null | undefined)[]): Frame | null {
  let latest: Frame | null = null;
  for (const frame of frames) {
    if (!frame || frame.number > end.number) continue;
    if (latest === null || frame.number > latest.number) latest = frame;
  }
  return latest;
}

/** Nothing was outstanding, and nothing half sent. */
export function isIdle({ facts }: Pick<Subject, 'facts'>, { busy, isLoggedIn }: Closing): boolean {
  return busy === null && facts.clientPartial === null && isLoggedIn;
}

/** How late a timer of whole seconds fires at most; the clocks' drift over hours comes on top. */
const LATE_SECONDS = 0.1;
const DRIFT = 2e-5;
const MAX_LATE_SECONDS = 0.5;

/** The number of seconds that a timer was set to which fired after `seconds`; null where none did. */
export function onTheSecond(seconds: number | null, late = LATE_SECONDS): number | null {
  if (seconds === null) return null;
  const slack = Math.min(MAX_LATE_SECONDS, seconds * DRIFT);
  const whole = Math.floor(seconds + 0.01 + slack);
  return whole >= 1 && seconds - whole <= late + slack ? whole : null;
}

/** The last value that the client has set a time-out to, if it has. */
export function timeoutSet({ timeouts }: Facts, ...names: string[]): number | null {
  return timeouts.findLast(({ name }) => names.includes(name))?.seconds ?? null;
}

/** Whether what the server had not read may simply be sent again; completes "Retrying is safe: …". */
export function retryAdvice({ transaction }: Facts, why: string): string {
  return transaction === null
    ? `Retrying is safe: ${why}.`
    : `Do not retry the last statement alone: the transaction that began in frame ${transaction.frame.number} was rolled back, and its other statements would be missing. Run all of it again.`;
}

/** A connection that nobody needed is closed; one that somebody needed is lost. */
export function lostOrClosed({ busy, later }: Closing): Pick<Diagnosis, 'severity' | 'rule'> {
  return busy === null && later === null
    ? { severity: 'warning', rule: 'connection-closed' }
    : { severity: 'error', rule: 'connection-lost' };
}

/** "closes (FIN)" */
export function howOf({ ending }: Closing): string {
  return ending.how === 'reset' ? 'resets the connection' : 'closes the connection';
}

/** What drivers print for it. */
export function textsOf({ ending, busy }: Closing): readonly DriverText[] {
  return endTexts(ending.how === 'reset', busy);
}

/** What drivers print where the server ended the connection, whatever it had said before. */
export function serverEndTexts(facts: Facts, isReset: boolean): readonly DriverText[] {
  return endTexts(isReset, busyAt(facts, { how: isReset ? 'reset' : 'fin' }));
}

function endTexts(isReset: boolean, busy: Pending | null): readonly DriverText[] {
  if (busy === null) return lostTexts('idle', isReset);
  if (busy.isLogin) return lostTexts('login', isReset);
  return lostTexts(busy.answered ? 'midAnswer' : 'command', isReset);
}

/** What happened up to the end and behind it. */
export function closingEvidence(subject: Subject, closing: Closing): Evidence[] {
  const { ending, busy, later, quietSince, isHidden, unasked } = closing;
  const evidence: Evidence[] = [];
  if (busy !== null) {
    const so = busy.answered ? '; only a part of the answer comes' : '';
    const more = busy.more > 0 ? `, and ${busy.more} more behind it` : '';
    evidence.push({
      frame: busy.request.frame,
      text: `the client sends ${busy.isLogin ? 'its login' : describe(busy.request)}${more}${so}`,
    });
  } else if (quietSince !== null) {
    evidence.push({
      frame: quietSince,
      text: subject.facts.clientPartial === null ? 'the last answer ends' : 'a command begins',
    });
  }
  const since = quietSince === busy?.request.frame ? 'the command' : 'the last answer';
  const after =
    quietSince === null
      ? ''
      : `, ${lapse(quietSince, ending.frame)} after ${busy === null ? 'that' : since}`;
  const silent = ending.how === 'reset' ? 'RST' : 'FIN';
  if (unasked !== null) {
    evidence.push({
      frame: unasked.first,
      text: `${lapse(quietSince!, unasked.first)} after that the server sends ${unasked.bytes} bytes in TLS that answer nothing`,
    });
  }
  evidence.push({
    frame: ending.frame,
    text: `the server ${howOf(closing)} (${silent})${isHidden ? '' : ' without a word'}${after}`,
  });
  if (later !== null) evidence.push(laterEvidence(closing, later));
  return evidence;
}

function laterEvidence({ ending }: Closing, later: Noted): Evidence {
  const { frame } = later;
  const what = isNamed(later) ? describe(later) : 'its login';
  return frame.number > ending.frame.number
    ? { frame, text: `${lapse(ending.frame, frame)} later the client sends ${what}` }
    : { frame, text: `the client sends ${what}; the server had not received it when it closed` };
}

function isNamed({ type }: Noted): boolean {
  return type === 'TlsRecords' || type.startsWith('COM_');
}

/** "COM_QUERY", "login" */
function nameOf(request: Noted): string {
  if (request.type === 'TlsRecords') return 'next words in TLS';
  return isNamed(request) ? request.type : 'login';
}

/** What it meant for the client. */
export function outcomeOf({ facts }: Subject, { ending, busy, later }: Closing): string {
  const said: string[] = [];
  if (busy !== null && isStream(busy.request)) said.push('the stream that it was reading ends');
  else if (busy?.isLogin) said.push('the client was waiting for the answer to its login');
  else if (busy !== null && busy.more > 0) {
    said.push(
      `the client was waiting for the answers to ${busy.more + 1} commands that it had sent ahead, and it is unknown which of them took effect`,
    );
  } else if (busy !== null) {
    said.push(
      `the client was ${busy.answered ? 'in the midst of the answer' : 'waiting for the answer'} to its ${nameOf(busy.request)}, and it is unknown whether that took effect`,
    );
  } else if (later !== null) {
    const what = nameOf(later);
    said.push(`the client sent its ${what} all the same and found the connection gone`);
  } else if (ending.how === 'reset') {
    // Once a reset has arrived, what the client tries does not leave its host.
    said.push('whether the client tried to use it again does not show');
  } else said.push('nobody used the connection again');
  if (facts.transaction !== null) said.push('the transaction that was open has been rolled back');
  return `${capitalised(said.join('; '))}.`;
}
