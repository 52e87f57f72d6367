import { fstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** What a path names, by whatever links, and `-` as standard input; null where there is nothing. */
export function identityOf(path: string): string | null {
  try {
    const { dev, ino } = path === '-' ? fstatSync(0) : statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

export function isSameFile(a: string, b: string): boolean {
  const identity = identityOf(a);
  return identity !== null && identity === identityOf(b);
}

/** Whether two paths name one file, though there may be none yet. */
export function isSamePath(a: string, b: string): boolean {
  return isSameFile(a, b) || place(a) === place(b);
}

function place(path: string): string {
  const whole = resolve(path);
  try {
    return join(realpathSync(dirname(whole)), basename(whole));
  } catch {
    return whole;
  }
}
