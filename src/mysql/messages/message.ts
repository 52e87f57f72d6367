import type { Cursor } from '../../bytes/cursor.ts';
import { DecodeFault } from '../../bytes/fault.ts';
import type { Answer } from '../answer.ts';
import type { Session } from '../session.ts';

/**
 * The decoded fields of a packet, named after the protocol documentation. Decoders fill it in wire
 * order, so that what was read before a fault stands.
 */
export type Fields = Record<string, unknown>;

/**
 * Reads one packet's payload. Faults pass through it: whoever calls it reports them. Decoders also note
 * in `session` and `answer` what the packet settles for those that follow.
 */
export type Decode = (c: Cursor, fields: Fields, session: Session, answer: Answer) => void;

/** What no name has: a login that is cut or damaged may have a scramble where one is read. */
const NO_NAME = /[\0-\x1f\x7f\ufffd]/;

/** A name of a login, up to a NUL or the end; bytes that are no name are a fault, and not shown. */
export function loginName(c: Cursor, field: string): string {
  const { offset } = c;
  const name = c.nulOrRestText(field);
  if (!NO_NAME.test(name)) return name;
  c.takeInvalid();
  throw new DecodeFault(`${field} that is no text`, offset, 0, 0);
}

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

/**
 * Adds a value just read to a list. Once one was not valid text, `fields[base64Key]` has a list of the
 * same length: the bytes of those that were not, and null for the others.
 */
export function pushRead(
  c: Cursor,
  fields: Fields,
  base64Key: string,
  values: unknown[],
  value: unknown,
): void {
  const base64 = c.takeInvalid();
  const known = fields[base64Key] as (string | null)[] | undefined;
  if (known !== undefined) known.push(base64);
  else if (base64 !== null) fields[base64Key] = [...values.map(() => null), base64];
  values.push(value);
}
