/**
 * A field that could not be read from the bytes at hand.
 *
 * Deliberately not an `Error`: capturing a stack trace costs about 20 times as much as this object,
 * and hostile captures can raise one per packet. Decoders throw it, each stage catches it in one place.
 */
export class DecodeFault {
  /** The field being read, in the protocol documentation's words. */
  readonly field: string;
  /** Where the read began: bytes from the start of the message. */
  readonly offset: number;
  /** Bytes the field needed; 0 where it had them, and says what cannot be. */
  readonly need: number;
  /** Bytes that were left in the message. */
  readonly have: number;

  constructor(field: string, offset: number, need: number, have: number) {
    this.field = field;
    this.offset = offset;
    this.need = need;
    this.have = have;
  }

  /** All fields could be read, and there is more. */
  get isLeftOver(): boolean {
    return this.need === 0 && this.have > 0;
  }

  /** One sentence for the `problems` of a record. */
  toString(): string {
    const { field, offset, need, have } = this;
    const lacks = need > 0 ? ` needs ${need} bytes, ${have} are left` : '';
    return `${field} at offset ${offset}${lacks}`;
  }
}
