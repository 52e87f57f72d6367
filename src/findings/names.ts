import { RULES } from './cause.ts';
import { CAUSES } from './index.ts';

/** What an option or a file may call findings by: rule codes and cause ids. */
export const RULE_NAMES: readonly string[] = [
  ...new Set([...Object.keys(RULES), ...CAUSES.map(({ id }) => id)]),
];
