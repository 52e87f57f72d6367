import { NOT_IP } from './not-ip.ts';

const HEADER_BYTES = 4;
const ATTRIBUTE_HEADER_BYTES = 4;
const PAYLOAD = 9;
const AF_INET = 2;
const AF_INET6 = 10;

/**
 * Linux netfilter log, LINKTYPE_NFLOG (`tcpdump -i nflog:1`)
 *
 *   u8 address family  u8 version  u16 resource id
 *   attributes:  u16 length  u16 type  value  padding to 4 bytes      (the length counts its own header)
 *
 * Length and type are in the file's byte order. Types are below 256, so whichever end holds the one
 * non-zero byte tells it.
 */
export function nflog(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER_BYTES) return NOT_IP;
  if (bytes[start] !== AF_INET && bytes[start] !== AF_INET6) return NOT_IP;
  let pos = start + HEADER_BYTES;
  while (end - pos >= ATTRIBUTE_HEADER_BYTES) {
    const isLittle = bytes[pos + 3] === 0;
    const length = isLittle
      ? bytes[pos]! | (bytes[pos + 1]! << 8)
      : (bytes[pos]! << 8) | bytes[pos + 1]!;
    const type = isLittle ? bytes[pos + 2]! : bytes[pos + 3]!;
    if (length < ATTRIBUTE_HEADER_BYTES) return NOT_IP;
    if (type === PAYLOAD) return pos + ATTRIBUTE_HEADER_BYTES;
    pos += (length + 3) & ~3;
  }
  return NOT_IP;
}
