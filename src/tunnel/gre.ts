import { ethernet, NOT_IP, payloadNetworkStart } from '../link/index.ts';

const HEADER_BYTES = 4;
const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const VERSION = 0x0007;

/** ERSPAN types I and II, and III, where an EtherType would be. */
const ERSPAN = 0x88be;
const ERSPAN_3 = 0x22eb;

/**
 * GRE version 0 (RFC 2784, RFC 2890)
 *
 *   u1 checksum?  u1 routing?  u1 key?  u1 sequence?  u9 reserved  u3 version  u16 EtherType
 *   [u16 checksum  u16 reserved]  [u32 key]  [u32 sequence]  payload
 */
export function gre(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER_BYTES) return NOT_IP;
  const flags = (bytes[start]! << 8) | bytes[start + 1]!;
  // Source routes went out of use with RFC 1701; version 1 is PPTP's.
  if ((flags & (ROUTING | VERSION)) !== 0) return NOT_IP;
  const etherType = (bytes[start + 2]! << 8) | bytes[start + 3]!;
  let pos = start + HEADER_BYTES;
  if ((flags & CHECKSUM) !== 0) pos += 4;
  if ((flags & KEY) !== 0) pos += 4;
  if ((flags & SEQUENCE) !== 0) pos += 4;
  if (etherType === ERSPAN) return erspan(bytes, pos, end, (flags & SEQUENCE) !== 0);
  if (etherType === ERSPAN_3) return erspan3(bytes, pos, end);
  return payloadNetworkStart(etherType, bytes, pos, end);
}

/**
 * What a switch mirrors, ERSPAN (draft-foschiano-erspan): type I has no header and no sequence number in GRE
 *
 *   u4 version  u12 VLAN  u3 class  u2 encapsulation  u1 cut  u10 session  u12 reserved  u20 port index
 */
function erspan(bytes: Uint8Array, start: number, end: number, isType2: boolean): number {
  return ethernet(bytes, isType2 ? start + 8 : start, end);
}

/**
 * ERSPAN type III
 *
 *   u32 as type II  u32 time stamp  u16 security tag  u15 facts of the frame  u1 platform?  [8 platform]
 */
function erspan3(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 12) return NOT_IP;
  const hasPlatform = (bytes[start + 11]! & 0x01) !== 0;
  return ethernet(bytes, start + (hasPlatform ? 20 : 12), end);
}
