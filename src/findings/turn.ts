import { type Frame, secondsBetween } from '../capture/frame.ts';
import type { Noted, Turn } from '../mysql/facts.ts';
import type { Subject } from './cause.ts';
import { type Ending, endingOf } from './ending.ts';
import type { Evidence } from './finding.ts';
import { describe, lapse } from './words.ts';

/** A driver that cannot go on leaves at once, and no server has a shorter time-out. */
export const MIN_WAIT_SECONDS = 1;

/** How the server's wait for the client ended. */
export interface WaitEnd {
  readonly how: 'error' | 'open' | Ending['how'];
  readonly frame: Frame;
  readonly fromClient: boolean;
  /** "the server resets the connection (RST) without a word" */
  readonly text: string;
  /** Seconds since the server asked; null where the capture has no times. */
  readonly waited: number | null;
}

/** It was the client's turn to authenticate, and what it owed never came; null elsewhere. */
export function dueAuth({ facts }: Subject): Turn | null {
  return facts.turn?.plugin != null ? owed(facts.turn) : null;
}

/** It was the client's turn to send the rest of a file; null elsewhere. */
export function dueFile({ facts }: Subject): Turn | null {
  return facts.turn?.asked.type === 'LocalInfileRequest' ? owed(facts.turn) : null;
}

function owed(turn: Turn): Turn | null {
  return turn.answer === null && turn.instead === null ? turn : null;
}

/** Who gave up first, and how; or that nobody has when the capture ends. */
export function endOfWait({ facts, around }: Subject, since: Frame, error: Noted | null): WaitEnd {
  const ending = endingOf(facts);
  if (error !== null && (ending === null || ending.frame.number > error.frame.number)) {
    return endedBy('error', since, error.frame, false, `the server sends ${describe(error)}`);
  }
  if (ending === null) {
    return endedBy('open', since, around.end, true, 'the capture ends, and nothing has come');
  }
  const { byClient, how, frame } = ending;
  const text = byClient
    ? `the client ${ENDINGS[how]}`
    : `the server ${ENDINGS[how]} without a word`;
  return endedBy(how, since, frame, byClient, text);
}

const ENDINGS = {
  quit: 'says goodbye (COM_QUIT)',
  fin: 'closes the connection (FIN)',
  reset: 'resets the connection (RST)',
} as const satisfies Record<Ending['how'], string>;

function endedBy(
  how: WaitEnd['how'],
  since: Frame,
  frame: Frame,
  fromClient: boolean,
  text: string,
): WaitEnd {
  return { how, frame, fromClient, text, waited: secondsBetween(since, frame) };
}

/** "to switch to client_ed25519 (AuthSwitchRequest)" */
export function askedText({ asked, plugin, step }: Turn): string {
  switch (asked.type) {
    case 'AuthSwitchRequest':
      return `to switch to ${plugin} (AuthSwitchRequest)`;
    case 'AuthNextFactor':
      return `for the next factor, by ${plugin} (AuthNextFactor)`;
    default:
      return `${(step === null ? null : STEPS[step]) ?? `for more of ${plugin}`} (AuthMoreData)`;
  }
}

const STEPS: Readonly<Record<string, string>> = {
  fullAuthentication: 'for the password itself, for full authentication',
  publicKey: 'for the password under the public key that it sent',
};

/** Whether a packet of the server's got to the client's host: TCP has acknowledged it. */
export function hasArrived({ conversation }: Subject, { endOffset }: Noted): boolean {
  return conversation.connection.halves[1 - (conversation.client ?? 0)]!.acknowledged >= endOffset;
}

/** Where the fault is, by how far the server's packet got. */
export function whereText(subject: Subject, { asked }: Turn): string {
  return hasArrived(subject, asked)
    ? 'The request had arrived: the client’s host has acknowledged it, so it is the client’s process that did not answer'
    : 'Nothing acknowledges the request: it may have been lost or held back on the way';
}

export function waitEvidence(turn: Turn, what: string, end: WaitEnd): Evidence[] {
  const { asked } = turn;
  return [
    { frame: asked.frame, text: `the server asks ${what}; it is the client’s turn` },
    {
      frame: end.frame,
      text: `${lapse(asked.frame, end.frame)} later ${end.text}`,
    },
  ];
}

/** Whether it is of the login, and not of a change of user. */
export function isOfLogin({ request }: Turn): boolean {
  return request?.type !== 'COM_CHANGE_USER';
}
