import type { Withheld } from '../analysis/report.ts';
import { count } from './count.ts';

/** Findings that are not told, or null where all are. */
export function withheldText({ ignored, known, minor, beyond }: Withheld): string | null {
  const parts = [
    [beyond, 'beyond --max-findings'],
    [minor, 'below --severity'],
    [ignored, 'by --ignore'],
    [known, 'in the baseline'],
  ] as const;
  const told = parts.filter(([number]) => number > 0);
  if (told.length === 0) return null;
  return told.map(([number, why]) => `${count(number, 'finding')} ${why}`).join(', ');
}
