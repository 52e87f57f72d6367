import { NOT_IP, payloadNetworkStart } from '../link/index.ts';

const HEADER_BYTES = 8;

/**
 * GENEVE (RFC 8926)
 *
 *   u2 version  u6 length of the options in words  u8 flags  u16 EtherType  u24 network id  u8 reserved
 *   options  payload
 */
export function geneve(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER_BYTES || bytes[start]! >> 6 !== 0) return NOT_IP;
  const payload = start + HEADER_BYTES + (bytes[start]! & 0x3f) * 4;
  const etherType = (bytes[start + 2]! << 8) | bytes[start + 3]!;
  return payloadNetworkStart(etherType, bytes, payload, end);
}
