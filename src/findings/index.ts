import type { Finding, Rule, Subject } from './finding.ts';
import { loginTimeout } from './rules/login-timeout.ts';
import { sequenceMismatch } from './rules/sequence-mismatch.ts';
import { unreadError } from './rules/unread-error.ts';

/** One line adds a rule. */
const RULES: readonly Rule[] = [sequenceMismatch, loginTimeout, unreadError];

export function findingsOf(subject: Subject): Finding[] {
  return RULES.flatMap((rule) => rule.check(subject));
}
