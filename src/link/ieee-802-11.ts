import { logicalLink } from './ethertype.ts';
import { ENCRYPTED, NOT_IP } from './not-ip.ts';

const HEADER_BYTES = 24;
/** Frame control, first byte: version 0 and type 2 in its low half; the subtype above them. */
const TYPE_MASK = 0x0f;
const DATA = 0x08;
const NO_DATA = 0x40;
const QOS = 0x80;
/** Second byte. */
const TO_AND_FROM_DS = 0x03;
const PROTECTED = 0x40;
const ORDER = 0x80;
/** Of the QoS control: the frame holds several packets. */
const AGGREGATE = 0x80;
/** Receiver, transmitter, length: the packet of an aggregate. */
const SUBFRAME_BYTES = 14;

/**
 * Wi-Fi's MAC header (IEEE 802.11, 9.2.3), LINKTYPE_IEEE802_11: of data frames, in the clear
 *
 *   u16 frame control  u16 duration  3 × 6 addresses  u16 sequence  [6 address]  [u16 QoS]  [u32 HT]  LLC
 *
 * Of an aggregate (A-MSDU) the first packet is read.
 */
export function ieee80211(bytes: Uint8Array, start: number, end: number, isPadded = false): number {
  if (end - start < HEADER_BYTES) return NOT_IP;
  const [type, flags] = [bytes[start]!, bytes[start + 1]!];
  if ((type & TYPE_MASK) !== DATA || (type & NO_DATA) !== 0) return NOT_IP;
  if ((flags & PROTECTED) !== 0) return ENCRYPTED;
  let header = HEADER_BYTES;
  if ((flags & TO_AND_FROM_DS) === TO_AND_FROM_DS) header += 6;
  let isAggregate = false;
  if ((type & QOS) !== 0) {
    isAggregate = (bytes[start + header]! & AGGREGATE) !== 0;
    header += (flags & ORDER) !== 0 ? 6 : 2;
  }
  if (isPadded) header = (header + 3) & ~3;
  if (isAggregate) header += SUBFRAME_BYTES;
  return logicalLink(bytes, start + header, end);
}

/** `it_present`: whether another such word follows, whether there is a time stamp, and flags. */
const MORE_PRESENT = 0x80;
const TSFT = 0x01;
const FLAGS = 0x02;
/** Of the flags: zeros behind the MAC header, so that it ends at a multiple of four bytes. */
const DATA_PAD = 0x20;

/**
 * radiotap (https://www.radiotap.org), LINKTYPE_IEEE802_11_RADIOTAP
 *
 *   u8 version  u8 pad  u16 header length  u32 present …  fields  802.11      (little-endian)
 */
export function radiotap(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 8) return NOT_IP;
  const frame = start + (bytes[start + 2]! | (bytes[start + 3]! << 8));
  if (frame < start + 8 || frame >= end) return NOT_IP;
  const present = bytes[start + 4]!;
  let flagsAt = 8;
  while (start + flagsAt < frame && (bytes[start + flagsAt - 1]! & MORE_PRESENT) !== 0) {
    flagsAt += 4;
  }
  // The time stamp has 8 bytes, at a multiple of 8.
  if ((present & TSFT) !== 0) flagsAt = ((flagsAt + 7) & ~7) + 8;
  const hasFlags = (present & FLAGS) !== 0 && start + flagsAt < frame;
  return ieee80211(bytes, frame, end, hasFlags && (bytes[start + flagsAt]! & DATA_PAD) !== 0);
}

const PRISM_BYTES = 144;
/** u32 of the AVS header's first word, without its version. */
const AVS = [0x80, 0x21, 0x10];

/**
 * The headers of Prism II drivers (144 bytes) and AVS (u32 magic, u32 length, big-endian) before 802.11,
 * LINKTYPE_IEEE802_11_PRISM and LINKTYPE_IEEE802_11_AVS: drivers write the second as the first, too.
 */
export function prism(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 8) return NOT_IP;
  const isAvs = AVS.every((byte, i) => bytes[start + i] === byte);
  const length = isAvs ? (bytes[start + 6]! << 8) | bytes[start + 7]! : PRISM_BYTES;
  return ieee80211(bytes, start + length, end);
}
