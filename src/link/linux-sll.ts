import { networkStart } from './ethertype.ts';

/**
 * Linux cooked capture v1, LINKTYPE_LINUX_SLL (`tcpdump -i any`)
 *
 *   u16 packet type  u16 ARPHRD  u16 address length  8 address  u16 protocol  payload
 */
export function linuxSll(bytes: Uint8Array, start: number, end: number): number {
  return networkStart(bytes, start + 14, end);
}
