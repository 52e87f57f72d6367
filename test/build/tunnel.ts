import { concat, hex, padded, u8, u16, u32, uint, zeros } from './bytes.ts';
import { ethernet } from './frame.ts';

/** 802.2 LLC with SNAP, behind the length of an 802.3 frame. */
export function snap(etherType: number, payload: Uint8Array, oui = '000000'): Uint8Array {
  return concat(hex('aaaa03'), hex(oui), u16(etherType), payload);
}

/** A stack of MPLS labels, the last one marked as its bottom. */
export function mpls(labels: number[], payload: Uint8Array): Uint8Array {
  const bottom = labels.length - 1;
  return concat(
    ...labels.map((label, i) => u32(label * 0x1000 + (i === bottom ? 0x100 : 0) + 64)),
    payload,
  );
}

export const PPP = { IPV4: 0x0021, IPV6: 0x0057, LCP: 0xc021 };

export function pppoe(protocol: number, payload: Uint8Array, code = 0): Uint8Array {
  return concat(u8(0x11, code), u16(0x0042), u16(payload.length + 2), u16(protocol), payload);
}

/** An NFLOG frame of attributes: type and value. */
export function nflog(
  family: number,
  order: 'big' | 'little',
  ...attributes: [type: number, value: Uint8Array][]
): Uint8Array {
  return concat(
    u8(family, 0),
    u16(1),
    ...attributes.map(([type, value]) =>
      padded(concat(uint(value.length + 4, 2, order), uint(type, 2, order), value)),
    ),
  );
}

export function udp(destinationPort: number, payload: Uint8Array, sourcePort = 50_123): Uint8Array {
  return concat(u16(sourcePort), u16(destinationPort), u16(8 + payload.length), u16(0), payload);
}

export function vxlan(networkId: number, frame: Uint8Array, flags = 0x08): Uint8Array {
  return concat(u8(flags), zeros(3), u32(networkId << 8), frame);
}

export interface Geneve {
  version?: number;
  /** Whole words. */
  options?: Uint8Array;
}

export function geneve(fields: Geneve, etherType: number, payload: Uint8Array): Uint8Array {
  const { version = 0, options = zeros(0) } = fields;
  const head = u8((version << 6) | (options.length / 4), 0);
  return concat(head, u16(etherType), u32(0x2a00), options, payload);
}

export interface Gre {
  checksum?: true;
  routing?: true;
  key?: number;
  sequence?: number;
  version?: number;
}

export function gre(fields: Gre, etherType: number, payload: Uint8Array): Uint8Array {
  const { checksum, routing, key, sequence, version = 0 } = fields;
  const flags =
    (checksum ? 0x8000 : 0) |
    (routing ? 0x4000 : 0) |
    (key === undefined ? 0 : 0x2000) |
    (sequence === undefined ? 0 : 0x1000) |
    version;
  return concat(
    u16(flags),
    u16(etherType),
    checksum || routing ? zeros(4) : zeros(0),
    key === undefined ? zeros(0) : u32(key),
    sequence === undefined ? zeros(0) : u32(sequence),
    payload,
  );
}

/** What a switch mirrors; type I has no header of its own. */
export function erspan(type: 1 | 2 | 3, frame: Uint8Array, hasPlatform = false): Uint8Array {
  if (type === 1) return gre({}, 0x88be, frame);
  if (type === 2) return gre({ sequence: 9 }, 0x88be, concat(hex('1064000100000000'), frame));
  const header = concat(hex('2064000100000000 0000'), u16(hasPlatform ? 1 : 0));
  return gre({ sequence: 9 }, 0x22eb, concat(header, zeros(hasPlatform ? 8 : 0), frame));
}

/** An ICMP error, v4 or v6, that quotes the start of a packet. */
export function icmpError(type: number, packet: Uint8Array): Uint8Array {
  return concat(u8(type, 1), zeros(6), packet);
}

/** An Ethernet frame with an IPv4 packet, as tunnels carry one. */
export const frameOf = (packet: Uint8Array): Uint8Array =>
  ethernet(packet[0]! >> 4 === 4 ? 0x0800 : 0x86dd, packet);

/** Apple's PKTAP: the numbers of a machine of some byte order, and 96 bytes of what the kernel knows. */
export function pktap(
  linkType: number,
  frame: Uint8Array,
  order: 'big' | 'little' = 'little',
  recordType = 1,
): Uint8Array {
  const numbers = [108, recordType, linkType].map((number) => uint(number, 4, order));
  return concat(...numbers, zeros(96), frame);
}

export function ppi(linkType: number, frame: Uint8Array): Uint8Array {
  return concat(u8(0, 0), uint(8, 2, 'little'), uint(linkType, 4, 'little'), frame);
}

export interface Wifi {
  /** Frame control: by default data from an access point. */
  control?: string;
  /** What stands behind the three addresses and the sequence number. */
  more?: Uint8Array;
}

/** IEEE 802.11 with 802.2 and SNAP. */
export function wifi(
  etherType: number,
  payload: Uint8Array,
  { control = '0802', more = zeros(0) }: Wifi = {},
): Uint8Array {
  return concat(hex(control), u16(0), zeros(18), u16(0), more, snap(etherType, payload));
}

/** radiotap: its fields begin with the present words. */
export function radiotap(fields: Uint8Array, frame: Uint8Array): Uint8Array {
  return concat(u8(0, 0), uint(4 + fields.length, 2, 'little'), fields, frame);
}

export function erf(type: number, frame: Uint8Array, extensions = zeros(0)): Uint8Array {
  return concat(zeros(8), u8(type, 4), u16(18 + frame.length), zeros(4), extensions, frame);
}
