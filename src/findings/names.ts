export const RULE_NAMES: readonly string[] = [
  'sequence-mismatch',
  'login-timeout',
  'unread-error',
  'idle-timeout',
  'killed',
  'expectation',
];
