export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

export const MIN_HEADER_BYTES = 20;
/** Bytes up to the checksum: with them Wireshark numbers a connection, and a segment can be counted. */
const MIN_CAPTURED_BYTES = 16;

/** One TCP segment. One object for the whole capture, refilled for every segment. */
export interface Segment {
  sourcePort: number;
  destinationPort: number;
  /**
   * Sequence number of the first payload byte (of the SYN itself when SYN is set). It and all others are
   * kept as signed 32-bit integers, which is all the same to differences modulo 2^32 and fits V8's small
   * integers, where an unsigned one would be an object on the heap half of the time.
   */
  sequence: number;
  acknowledgment: number;
  flags: number;
  bytes: Uint8Array;
  /** Where the TCP header starts; its options end where the payload starts. */
  start: number;
  payloadStart: number;
  payloadEnd: number;
  /** Payload bytes that the snap length cut off. */
  cut: number;
}

export function newSegment(): Segment {
  return {
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgment: 0,
    flags: 0,
    bytes: new Uint8Array(0),
    start: 0,
    payloadStart: 0,
    payloadEnd: 0,
    cut: 0,
  };
}

/** Reads the ports of a segment; false where its header is cut so short that Wireshark does not number it. */
export function decodePorts(bytes: Uint8Array, start: number, end: number, into: Segment): boolean {
  if (end - start < MIN_CAPTURED_BYTES) return false;
  into.sourcePort = (bytes[start]! << 8) | bytes[start + 1]!;
  into.destinationPort = (bytes[start + 2]! << 8) | bytes[start + 3]!;
  return true;
}

/**
 * TCP (RFC 9293); returns false when the header is not whole, or cut before the checksum.
 *
 *   u16 source port  u16 destination port  u32 sequence  u32 acknowledgment
 *   u4 data offset in words  u4 reserved  u8 flags  u16 window  u16 checksum  u16 urgent  options
 */
export function decodeSegment(
  bytes: Uint8Array,
  start: number,
  end: number,
  cut: number,
  into: Segment,
): boolean {
  if (!decodePorts(bytes, start, end, into)) return false;
  const headerBytes = (bytes[start + 12]! >> 4) * 4;
  if (headerBytes < MIN_HEADER_BYTES || headerBytes > end - start + cut) return false;
  into.sequence = i32(bytes, start + 4);
  into.acknowledgment = i32(bytes, start + 8);
  into.flags = bytes[start + 13]!;
  into.bytes = bytes;
  into.start = start;
  // Options may be what the snap length cut into; the payload is then wholly missing.
  into.payloadStart = Math.min(start + headerBytes, end);
  into.payloadEnd = end;
  into.cut = cut - (start + headerBytes - into.payloadStart);
  return true;
}

/** Whether its sender has no room for more. */
export function hasZeroWindow({ bytes, start }: Segment): boolean {
  return bytes[start + 14] === 0 && bytes[start + 15] === 0;
}

const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const SACK = 5;

/**
 * How far behind its acknowledgment a segment's selective acknowledgments reach (RFC 2018), or null where
 * it has none. A block below the acknowledgment (RFC 2883) names what came twice.
 *
 *   option:  u8 kind  u8 length  { u32 left edge  u32 right edge } …
 */
export function sackedBeyond(segment: Segment): number | null {
  const { bytes, acknowledgment, payloadStart } = segment;
  let at = segment.start + MIN_HEADER_BYTES;
  while (at + 1 < payloadStart && bytes[at] !== END_OF_OPTIONS) {
    if (bytes[at] === NO_OPERATION) {
      at++;
      continue;
    }
    const end = Math.min(at + Math.max(2, bytes[at + 1]!), payloadStart);
    if (bytes[at] === SACK) {
      let beyond = 0;
      for (let block = at + 2; block + 8 <= end; block += 8) {
        beyond = Math.max(beyond, (i32(bytes, block + 4) - acknowledgment) | 0);
      }
      return beyond;
    }
    at = end;
  }
  return null;
}

export function i32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
