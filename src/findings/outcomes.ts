import type { Outcome } from './cause.ts';

/** One that depends on what the capture shows. */
export interface SometimesOutcome extends Outcome {
  readonly when: string;
}

/** The ERR, or what else is left over, is read as the answer to something. */
export const READ_AS_ANSWER: SometimesOutcome = {
  rule: 'sequence-mismatch',
  severity: 'error',
  when: 'it is read where an answer with another number is due',
};

export const CLOSED_UNUSED: SometimesOutcome = {
  rule: 'connection-closed',
  severity: 'warning',
  when: 'nobody used the connection again',
};

/** Of an ERR that nobody asked for (`toldByError`). */
export const OF_TOLD: readonly SometimesOutcome[] = [
  READ_AS_ANSWER,
  { rule: 'unread-error', severity: 'warning', when: 'the client sent nothing after the error' },
];

/** Of an ERR that answers something, with the connection closed behind it (`answeredByError`). */
export const OF_ANSWERED: readonly SometimesOutcome[] = [
  { rule: 'connection-lost', severity: 'error', when: 'the error answers a command' },
  { rule: 'login-refused', severity: 'warning', when: 'the error answers the login' },
];

/** Of a connection that is closed without a word (`lostOrClosed`). */
export const OF_CLOSING: readonly SometimesOutcome[] = [
  {
    rule: 'connection-lost',
    severity: 'error',
    when: 'it closes without an error, and somebody needed the connection',
  },
  CLOSED_UNUSED,
];

/** Of two answers that may reach each other's reader (`severityOf`). */
export const OF_OVERLAP: readonly SometimesOutcome[] = [
  {
    rule: 'commands-out-of-sync',
    severity: 'warning',
    when: 'no driver that waits for its answers is known to be the client',
  },
  {
    rule: 'commands-out-of-sync',
    severity: 'info',
    when: 'the commands left at once, as pipelining drivers send them',
  },
];
