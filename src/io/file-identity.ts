import { fstatSync, statSync } from 'node:fs';

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
