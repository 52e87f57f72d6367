import { ethernet } from './ethernet.ts';
import { NOT_IP } from './not-ip.ts';

const MAGIC = [0x4d, 0x47, 0x43];
/** Of the flags: the frame's own header was taken off; extensions follow. */
const NO_LINK_HEADER = 0x02;
const HAS_EXTENSIONS = 0x80;

/**
 * Juniper's routers (`monitor traffic write-file`), LINKTYPE_JUNIPER_ETHER
 *
 *   "MGC"  u8 flags  [u16 length of extensions  extensions]  Ethernet
 */
export function juniperEthernet(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 6 || !MAGIC.every((byte, i) => bytes[start + i] === byte)) return NOT_IP;
  const flags = bytes[start + 3]!;
  if ((flags & NO_LINK_HEADER) !== 0) return NOT_IP;
  const extensions =
    (flags & HAS_EXTENSIONS) === 0 ? 0 : 2 + ((bytes[start + 4]! << 8) | bytes[start + 5]!);
  return ethernet(bytes, start + 4 + extensions, end);
}
