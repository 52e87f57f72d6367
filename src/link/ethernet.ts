import { networkStart } from './ethertype.ts';

/**
 * Ethernet II (IEEE 802.3), LINKTYPE_ETHERNET
 *
 *   6 destination  6 source  u16 EtherType  payload      (802.1Q and QinQ tags before the EtherType)
 */
export function ethernet(bytes: Uint8Array, start: number, end: number): number {
  return networkStart(bytes, start + 12, end);
}
