import type { Cursor } from '../../bytes/cursor.ts';
import { setRead } from './message.ts';

/** int<lenenc> bytes of all pairs, then pairs of string<lenenc> */
export function connectionAttributes(c: Cursor, into: Record<string, string>): void {
  const end = c.length('attributes') + c.pos;
  while (c.pos < end) {
    const name = c.lenencText('attribute name');
    c.takeInvalid();
    setRead(c, into, name, c.lenencText('attribute value'));
  }
}
