import { i32, MIN_HEADER_BYTES, type Segment } from './segment.ts';

/** Copies come right behind one another: 4096 segments are beyond any reordering seen, and fit the cache. */
const SLOT_BITS = 12;
const SLOT_SHIFT = 32 - SLOT_BITS;

/** Numbers kept of a segment; a power of two, so that none lies across two lines of the processor's cache. */
const SLOT_NUMBERS = 8;

/** NOP, NOP, Timestamps, 10 bytes: what Linux, BSD and macOS put into every segment but the first. */
const USUAL_OPTIONS = 0x0101080a;

/**
 * Finds frames that the capture has twice: `-i any` sees them on several interfaces, a mirror port coming and
 * going. Copies differ in what switches and routers change (addresses of the link, VLAN, TTL), but not in
 * what the sender made anew for every segment: a segment that was sent again, a keep-alive or a repeated
 * acknowledgment has another IP identification or time stamp. Where a sender uses neither (IPv6 without
 * time stamps), the two cannot be told apart.
 */
export class Copies {
  /** The segments seen last, each where its numbers say, in place of whatever was there. */
  readonly #seen = new Int32Array(SLOT_NUMBERS << SLOT_BITS);

  /**
   * Whether this segment has been seen; from now on it has. `flow` numbers connection and direction, from 1;
   * `identification` is that of the IP header.
   */
  isCopy(flow: number, segment: Segment, identification: number): boolean {
    const { bytes, start, sequence, acknowledgment } = segment;
    const seen = this.#seen;
    const length = segment.payloadEnd - segment.payloadStart + segment.cut;
    const windowAndChecksum = i32(bytes, start + 14);
    const mark = (segment.flags << 16) | identification;
    const options = optionsOf(segment);
    const mixed = sequence ^ Math.imul(acknowledgment, 0x85ebca6b) ^ Math.imul(flow, 0xc2b2ae35);
    const at = (Math.imul(mixed, 0x9e3779b1) >>> SLOT_SHIFT) * SLOT_NUMBERS;
    if (
      seen[at] === flow &&
      seen[at + 1] === sequence &&
      seen[at + 2] === acknowledgment &&
      seen[at + 3] === windowAndChecksum &&
      seen[at + 4] === mark &&
      seen[at + 5] === options &&
      seen[at + 6] === length
    ) {
      return true;
    }
    seen[at] = flow;
    seen[at + 1] = sequence;
    seen[at + 2] = acknowledgment;
    seen[at + 3] = windowAndChecksum;
    seen[at + 4] = mark;
    seen[at + 5] = options;
    seen[at + 6] = length;
    return false;
  }
}

/** The time stamp's value, or a hash of the options where they are others. */
function optionsOf({ bytes, start, payloadStart }: Segment): number {
  const at = start + MIN_HEADER_BYTES;
  if (payloadStart - at === 12 && i32(bytes, at) === USUAL_OPTIONS) return i32(bytes, at + 4);
  let hash = 0;
  for (let i = at; i < payloadStart; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}
