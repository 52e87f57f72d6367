import { llc } from './llc.ts';
import { mpls } from './mpls.ts';
import { NOT_IP } from './not-ip.ts';
import { pppoe } from './pppoe.ts';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** 802.1Q, 802.1ad (QinQ), and the two numbers used for QinQ before that standard. */
const VLAN_TAGS = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const VLAN_TAG_BYTES = 4;
/** Up to here it is no EtherType but the length of an 802.3 frame. */
const MAX_802_3_LENGTH = 1500;
/** Destination and source before the EtherType of a frame within. */
const ADDRESS_BYTES = 12;
/** More tags and labels than any network stacks; a frame with more is not worth following. */
const MAX_LAYERS = 8;

/** What an EtherType announces: `bytes[start, end)`. `follow` reads on from an EtherType within. */
type Layer = (
  bytes: Uint8Array,
  start: number,
  end: number,
  follow: (etherTypeAt: number) => number,
) => number;

/** By EtherType, beside IP and VLAN tags. One line adds a layer. */
const LAYERS: Readonly<Record<number, Layer>> = {
  // Transparent Ethernet bridging: a whole frame (RFC 1701, NVGRE, GENEVE).
  25944: (_bytes, start, _end, follow) => follow(start + ADDRESS_BYTES),
  34887: mpls,
  34888: mpls,
  34916: pppoe,
};

/**
 * Reads an EtherType at `at` and what follows it, passing over VLAN tags. Returns where the IP header
 * starts, or NOT_IP.
 */
export function networkStart(bytes: Uint8Array, at: number, end: number, passed = 0): number {
  let pos = at;
  for (let layers = passed; layers <= MAX_LAYERS; layers++) {
    if (end - pos < 2) return NOT_IP;
    const etherType = (bytes[pos]! << 8) | bytes[pos + 1]!;
    if (etherType === IPV4 || etherType === IPV6) return pos + 2;
    if (!VLAN_TAGS.has(etherType)) return layerStart(etherType, bytes, pos + 2, end, layers);
    pos += VLAN_TAG_BYTES;
  }
  return NOT_IP;
}

/** The same of a payload whose EtherType stands elsewhere. */
export function payloadNetworkStart(
  etherType: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  if (etherType === IPV4 || etherType === IPV6) return start;
  if (VLAN_TAGS.has(etherType)) return networkStart(bytes, start + 2, end);
  return layerStart(etherType, bytes, start, end, 0);
}

/** The same of 802.2 LLC. */
export function logicalLink(bytes: Uint8Array, start: number, end: number): number {
  return llc(bytes, start, end, (at) => networkStart(bytes, at, end));
}

function layerStart(
  etherType: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  passed: number,
): number {
  const layer = etherType <= MAX_802_3_LENGTH ? llc : LAYERS[etherType];
  if (layer === undefined) return NOT_IP;
  return layer(bytes, start, end, (at) => networkStart(bytes, at, end, passed + 1));
}
