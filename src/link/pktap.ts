import { NOT_IP } from './not-ip.ts';

/** Where the IP header of a frame of another link type starts. */
export type InnerStart = (
  linkType: number,
  bytes: Uint8Array,
  start: number,
  end: number,
) => number;

const HEADER_BYTES = 12;
/** Other records hold what the kernel says of itself. */
const PACKET = 1;

/**
 * Apple's PKTAP (bsd/net/pktap.h), LINKTYPE_PKTAP: `tcpdump -i any` and `-k` on macOS
 *
 *   u32 header length  u32 record type  u32 link type of the frame  interface, process …  frame
 *
 * The numbers are in the byte order of the machine that captured. All are below 65536, so that the half that
 * is zero tells it.
 */
export function pktap(inner: InnerStart) {
  return (bytes: Uint8Array, start: number, end: number): number => {
    if (end - start < HEADER_BYTES || smallNumber(bytes, start + 4) !== PACKET) return NOT_IP;
    const frame = start + smallNumber(bytes, start);
    return frame >= start + HEADER_BYTES && frame < end
      ? inner(smallNumber(bytes, start + 8), bytes, frame, end)
      : NOT_IP;
  };
}

/** A u32 below 65536, of either byte order. */
function smallNumber(bytes: Uint8Array, at: number): number {
  const low = bytes[at]! | (bytes[at + 1]! << 8);
  return low !== 0 ? low : (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
