import type { Cursor } from '../../bytes/cursor.ts';
import type { Session } from '../session.ts';

/**
 * The decoded fields of a packet, named after the protocol documentation. Decoders fill it in wire
 * order, so that what was read before a fault stands.
 */
export type Fields = Record<string, unknown>;

/**
 * Reads one packet's payload. Faults pass through it: whoever calls it reports them. The handshake's
 * decoders also note in `session` what the packet settles.
 */
export type Decode = (c: Cursor, fields: Fields, session: Session) => void;

/** Sets a property whose name comes from the wire: its own, even if it is called `__proto__`. */
function setOwn(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/** Sets a value just read under a name from the wire, and beside it the bytes of invalid text. */
export function setRead(c: Cursor, target: object, name: string, value: unknown): void {
  setOwn(target, name, value);
  const base64 = c.takeInvalid();
  if (base64 !== null) setOwn(target, `${name}Base64`, base64);
}
