import { i32, MIN_HEADER_BYTES, type Segment } from './segment.ts';

/**
 * Copies come right behind one another where one capture sees several interfaces (`-i any`, a mirror port). Where
 * dumpcap takes them off several interfaces by turns, a block of each, some hundred frames stand between the two. The
 * last 8192 segments are remembered, in pairs: among the hundreds that came last hardly one is forgotten, and they fit the cache.
 */
const PAIR_BITS = 12;
const PAIR_SHIFT = 32 - PAIR_BITS;
/** Integers of a pair: of each segment its sequence number, and a hash of all the rest. */
const PAIR_SIZE = 4;

/** NOP, NOP, Timestamps, 10 bytes: what Linux, BSD and macOS put into every segment but the first. */
const USUAL_OPTIONS = 0x0101080a;

/**
 * Finds frames that the capture has twice: `-i any` sees them on several interfaces, a mirror port coming and
 * going. Copies differ in what switches and routers change (addresses of the link, VLAN, TTL), but not in
 * what the sender made anew for every segment: a segment that was sent again, a keep-alive or a repeated
 * acknowledgment has another IP identification or, where the sender leaves that 0, another time stamp. Where
 * it uses neither (IPv6 without time stamps), the two cannot be told apart.
 */
export class Copies {
  /** The segments seen last, the newer of each pair first. Asked of every segment, so it is as short as it can be. */
  readonly #seen = new Int32Array(PAIR_SIZE << PAIR_BITS);

  /**
   * Whether this segment has been seen; from now on it has. `flow` numbers connection and direction, from 1;
   * `identification` is that of the IP header.
   */
  isCopy(flow: number, segment: Segment, identification: number): boolean {
    const { bytes, start, sequence, acknowledgment } = segment;
    const length = segment.payloadEnd - segment.payloadStart + segment.cut;
    const checksum = (bytes[start + 16]! << 8) | bytes[start + 17]!;
    let mark =
      Math.imul((length << 8) ^ segment.flags, 0x85ebca6b) ^ (identification << 16) ^ checksum;
    if (identification === 0) mark ^= Math.imul(optionsOf(segment), 0xc2b2ae35) ^ windowOf(segment);
    const salt = Math.imul(flow, 0x27d4eb2f);
    mark = Math.imul(mark ^ salt, 0x165667b1) ^ acknowledgment;
    const seen = this.#seen;
    // Not by the mark, which takes longer to know: a bare acknowledgment and the data behind it differ in length.
    const place = (sequence + acknowledgment + salt) ^ Math.imul(length, 0x01000193);
    const at = (Math.imul(place, 0x9e3779b1) >>> PAIR_SHIFT) * PAIR_SIZE;
    if (seen[at] === sequence && seen[at + 1] === mark) return true;
    if (seen[at + 2] === sequence && seen[at + 3] === mark) return true;
    seen[at + 2] = seen[at]!;
    seen[at + 3] = seen[at + 1]!;
    seen[at] = sequence;
    seen[at + 1] = mark;
    return false;
  }
}

function windowOf({ bytes, start }: Segment): number {
  return (bytes[start + 14]! << 8) | bytes[start + 15]!;
}

/** The time stamp's value, or a hash of the options where they are others. */
function optionsOf({ bytes, start, payloadStart }: Segment): number {
  const at = start + MIN_HEADER_BYTES;
  if (payloadStart - at === 12 && i32(bytes, at) === USUAL_OPTIONS) return i32(bytes, at + 4);
  let hash = 0;
  for (let i = at; i < payloadStart; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}
