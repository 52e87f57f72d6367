import type { Frame } from '../capture/frame.ts';
import type { Conversation } from '../mysql/conversation.ts';
import type { Facts } from '../mysql/facts.ts';
import type { Session } from '../mysql/session.ts';
import type { Around } from './around.ts';
import type { Advice, Alternative, Certainty, DriverText, Evidence, Severity } from './finding.ts';
import type { SometimesOutcome } from './outcomes.ts';

/** What is judged: one connection, once all of the capture has been read. */
export interface Subject {
  readonly connection: number;
  readonly conversation: Conversation;
  readonly facts: Facts;
  readonly session: Session;
  /** What the capture's other connections have to do with it. */
  readonly around: Around;
}

/** What one connection shows of a cause. */
export interface Diagnosis {
  readonly frame: Frame;
  readonly fromClient: boolean;
  /** Sequence ids: what a reader got, and what it expected. */
  readonly got?: number;
  readonly expected?: number;
  /** What broke, in one sentence. */
  readonly message: string;
  /** Why, with this capture's own times and texts. */
  readonly summary: string;
  readonly certainty: Certainty;
  readonly evidence: readonly Evidence[];
  readonly ruledOut?: readonly Alternative[];
  /** Where they are not those of the cause. */
  readonly severity?: Severity;
  readonly rule?: RuleCode;
  /** In place of what the cause says to a side. */
  readonly advice?: Advice;
  /** Where they print something else than the cause says. */
  readonly drivers?: readonly DriverText[];
  readonly occurrences?: number;
  /** What tells this fault from others of the same cause: an error code, a name. No frames, ports or times. */
  readonly key?: string;
}

/** One packet or event of a drawing: who acts, and what it says. */
export interface Rung {
  readonly from: 'client' | 'server' | 'between';
  readonly text: string;
  /** It never arrived, or too late. */
  readonly lost?: true;
  /** Nothing is sent: time passes, a process stands still. */
  readonly quiet?: true;
  /** For whom it is, where that is not plain: what is `between` speaks to the server else. */
  readonly to?: 'client';
}

/** What stands in the documentation beside what a finding says. */
interface Page {
  /** How it comes about, in paragraphs. */
  readonly about: readonly string[];
  /** What looks like it and is not, and how to tell. */
  readonly lookAlikes: readonly string[];
  readonly ladder: readonly Rung[];
  /** A capture under `fixtures/` that shows it, and one that looks alike and has it not. */
  readonly fixture: string;
  readonly twin: string;
}

/** Why conversations break, or could. One file per cause, one line in `index.ts`. */
export interface CauseSpec {
  readonly id: string;
  readonly rule: RuleCode;
  readonly severity: Severity;
  /** What else its findings can be called, by what the capture shows. */
  readonly also?: readonly SometimesOutcome[];
  /** One sentence, whatever the capture. */
  readonly title: string;
  readonly advice: Advice;
  /** What drivers print for it where no wrong sequence id is read. */
  readonly drivers: readonly DriverText[];
  readonly page: Page;
  /** One thing behind what several connections show: told once for all of them. */
  readonly isShared?: true;
  /** Recognises it on one connection; null where it is not there. */
  diagnose(subject: Subject): Diagnosis | null;
}

/** What a finding of a cause is called, and how grave it is. */
export interface Outcome {
  readonly rule: RuleCode;
  readonly severity: Severity;
}

/** A cause as it is explained. */
export type CauseText = Omit<CauseSpec, 'diagnose' | keyof Outcome> &
  (Outcome | { readonly rule: null; readonly severity: null });

/** What kind of fault it is; several causes may show as the same. */
export const RULES = {
  'sequence-mismatch': 'a packet carries another sequence id than its reader expects',
  'commands-out-of-sync': 'answers may reach somebody who did not ask: two users of one connection',
  'login-timeout': 'the server closed because the login did not come',
  'unread-error': 'the server sent an error that answers nothing',
  'connection-lost': 'a connection ended while somebody needed it',
  'connection-closed': 'the server closed a connection that nobody was using',
  'connection-refused': 'the server turned a connection away before any login',
  'login-refused': 'the login failed',
  'replication-stopped': 'a stream of the binary log ended with an error',
  'malformed-answer': 'an answer is not shaped as both sides had agreed',
  'malformed-command': 'what the client sent is not shaped as it must be',
  expectation: 'the capture is not as `--expect` says',
  'risky-habit': 'it works, and is a risk or costs more than it need',
} as const satisfies Record<string, string>;

export type RuleCode = keyof typeof RULES;
