/** Where the EtherType stands in frames of a link type that has one. */
const ETHER_TYPE_AT: Readonly<Record<number, number>> = { 1: 12, 113: 14, 276: 0 };

/**
 * https://www.iana.org/assignments/ieee-802-numbers: those one meets beside IP, 0x0806, 0x8035, 0x888e,
 * 0x88cc. One line adds a name.
 */
const NAMES: Readonly<Record<number, string>> = {
  2054: 'ARP',
  32821: 'RARP',
  34958: 'EAPOL',
  35020: 'LLDP',
};

/** What a frame holds in which no IP packet was found. */
export function networkName(
  linkType: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): string {
  const at = ETHER_TYPE_AT[linkType];
  if (at === undefined || start + at + 2 > end) return 'not IP';
  const etherType = (bytes[start + at]! << 8) | bytes[start + at + 1]!;
  return NAMES[etherType] ?? 'not IP';
}
