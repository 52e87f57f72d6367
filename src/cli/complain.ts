import { escapeText } from '../bytes/text.ts';

/** One line on standard error. */
export function complain(where: string, message: string): void {
  const name = where === '-' ? 'standard input' : escapeText(where);
  process.stderr.write(`mywire: ${name}: ${escapeText(message)}\n`);
}
