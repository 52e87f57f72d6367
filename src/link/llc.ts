import { NOT_IP } from './not-ip.ts';

/** Both service access points SNAP, unnumbered information; no organisation: an EtherType. */
const SNAP = [0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00];

/**
 * 802.2 LLC with SNAP (RFC 1042)
 *
 *   u8 DSAP  u8 SSAP  u8 control  3 OUI  u16 EtherType  payload
 */
export function llc(
  bytes: Uint8Array,
  start: number,
  end: number,
  follow: (etherTypeAt: number) => number,
): number {
  if (end - start < SNAP.length) return NOT_IP;
  return SNAP.every((byte, i) => bytes[start + i] === byte) ? follow(start + SNAP.length) : NOT_IP;
}
