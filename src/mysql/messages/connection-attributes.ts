import type { Cursor } from '../../bytes/cursor.ts';
import { DecodeFault } from '../../bytes/fault.ts';
import { setRead } from './message.ts';

/** int<lenenc> bytes of all pairs, then pairs of string<lenenc> */
export function connectionAttributes(c: Cursor, into: Record<string, string>): void {
  const end = c.length('attributes') + c.pos;
  while (c.pos < end) {
    const name = c.lenencText('attribute name');
    c.takeInvalid();
    setRead(c, into, name, c.lenencText('attribute value'));
  }
  if (c.pos > end) throw new DecodeFault('attributes beyond their own length', c.offset, 0, 0);
}
