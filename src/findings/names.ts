import { RULES } from './cause.ts';
import { CAUSES } from './index.ts';

/** What is not as `--expect` says: of the user's making, so that it has no page of its own. */
export const EXPECTATION = {
  id: 'expectation',
  rule: 'expectation',
  severity: 'error',
  title: 'The capture is not as expected.',
} as const;

/** All that a finding may be put down to, and what that is. */
export const KINDS = [...CAUSES, EXPECTATION];

/** What an option or a file may call findings by: rule codes and cause ids. */
export const RULE_NAMES: readonly string[] = [
  ...new Set([...Object.keys(RULES), ...KINDS.map(({ id }) => id)]),
];
