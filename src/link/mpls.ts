import { NOT_IP } from './not-ip.ts';

const LABEL_BYTES = 4;
const BOTTOM_OF_STACK = 0x01;
const CONTROL_WORD_BYTES = 4;
/** Destination and source before the EtherType of a frame within. */
const ADDRESS_BYTES = 12;
/** Hardware pushes no more. */
const MAX_LABELS = 16;

/**
 * MPLS (RFC 3032); nothing names the payload, its first four bits tell (RFC 4928)
 *
 *   stack of labels:  u20 label  u3 class  u1 bottom  u8 ttl
 *   4, 6: IP   0: control word of a pseudowire (RFC 4385), then an Ethernet frame   else: such a frame
 */
export function mpls(
  bytes: Uint8Array,
  start: number,
  end: number,
  follow: (etherTypeAt: number) => number,
): number {
  let pos = start;
  for (let labels = 0; labels < MAX_LABELS; labels++) {
    if (end - pos <= LABEL_BYTES) return NOT_IP;
    const isBottom = (bytes[pos + 2]! & BOTTOM_OF_STACK) !== 0;
    pos += LABEL_BYTES;
    if (!isBottom) continue;
    const nibble = bytes[pos]! >> 4;
    if (nibble === 4 || nibble === 6) return pos;
    // An address may begin with 0, too: then there is no IP behind what was taken for a control word.
    const controlled = nibble === 0 ? follow(pos + CONTROL_WORD_BYTES + ADDRESS_BYTES) : NOT_IP;
    return controlled === NOT_IP ? follow(pos + ADDRESS_BYTES) : controlled;
  }
  return NOT_IP;
}
