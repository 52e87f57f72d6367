import type { Frame } from '../capture/frame.ts';
import type { Facts } from '../mysql/facts.ts';
import type { Session } from '../mysql/session.ts';

export const SEVERITIES = ['info', 'warning', 'error'] as const;

/**
 * `error`: the conversation broke; a driver raises a protocol or lost-connection error, or answers are
 * lost or mixed up. `warning`: refused, risky or costly, while the protocol worked as designed. `info`:
 * limits what can be said.
 */
export type Severity = (typeof SEVERITIES)[number];

export interface Evidence {
  readonly frame: Frame;
  readonly text: string;
}

export interface Cause {
  readonly id: string;
  /** `proven`: the bytes leave no other reading. */
  readonly certainty: 'proven' | 'likely' | 'possible';
  readonly summary: string;
}

export interface DriverText {
  readonly driver: string;
  readonly text: string;
}

/** What a rule found: data, from which every renderer makes its own words and shapes. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly connection: number;
  readonly frame: Frame;
  readonly fromClient: boolean;
  /** Sequence ids, or null for rules that are not about them. */
  readonly got: number | null;
  readonly expected: number | null;
  readonly message: string;
  readonly cause: Cause;
  readonly evidence: readonly Evidence[];
  readonly advice: string;
  readonly drivers: readonly DriverText[];
  /** How many packets of this connection show the same fault. */
  readonly occurrences: number;
}

/** What rules judge: one connection, once all of it has been read. */
export interface Subject {
  readonly connection: number;
  readonly facts: Facts;
  readonly session: Session;
}

/** A kind of fault. One file per rule, one line in `index.ts`. */
export interface Rule {
  readonly code: string;
  check(subject: Subject): Finding[];
}
