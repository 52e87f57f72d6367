/** The frame carries no IP packet, or is too short to tell. */
export const NOT_IP = -1;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** 802.1Q, 802.1ad (QinQ), and the two numbers used for QinQ before that standard. */
export const VLAN_TAGS = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const VLAN_TAG_BYTES = 4;
/** More tags than any network stacks; a frame with more is not worth following. */
const MAX_VLAN_TAGS = 8;

/**
 * Reads an EtherType at `at` and what follows it, passing over VLAN tags. Returns where the IP header
 * starts, or NOT_IP.
 */
export function networkStart(bytes: Uint8Array, at: number, end: number): number {
  let pos = at;
  for (let tags = 0; tags <= MAX_VLAN_TAGS; tags++) {
    if (end - pos < 2) return NOT_IP;
    const etherType = (bytes[pos]! << 8) | bytes[pos + 1]!;
    if (etherType === IPV4 || etherType === IPV6) return pos + 2;
    if (!VLAN_TAGS.has(etherType)) return NOT_IP;
    pos += VLAN_TAG_BYTES;
  }
  return NOT_IP;
}
