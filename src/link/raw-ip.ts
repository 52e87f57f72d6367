import { NOT_IP } from './not-ip.ts';

/** LINKTYPE_RAW, LINKTYPE_IPV4, LINKTYPE_IPV6: the IP header starts the frame. */
export function rawIp(_bytes: Uint8Array, start: number, end: number): number {
  return end > start ? start : NOT_IP;
}
