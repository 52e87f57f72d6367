import { concat, hex, padded, u8, u16, u32, uint, zeros } from './bytes.ts';

/** Ethernet II; each tag is an EtherType of its own and two bytes of tag control. */
export function ethernet(etherType: number, payload: Uint8Array, tags: number[] = []): Uint8Array {
  return concat(
    hex('02 00 00 00 00 02  02 00 00 00 00 01'),
    ...tags.map((tag) => concat(u16(tag), hex('0064'))),
    u16(etherType),
    payload,
  );
}

/** Linux cooked capture v1, of an Ethernet interface. */
export function linuxSll(protocol: number, payload: Uint8Array, tags: number[] = []): Uint8Array {
  return concat(
    hex('0000 0001 0006  02 00 00 00 00 01 00 00'),
    ...tags.map((tag) => concat(u16(tag), hex('0064'))),
    u16(protocol),
    payload,
  );
}

/** Linux cooked capture v2; a tag's control bytes and what they wrap stand behind the header. */
export function linuxSll2(protocol: number, payload: Uint8Array, tag?: number): Uint8Array {
  return concat(
    u16(tag ?? protocol),
    hex('0000  00000002  0001  00  06  02 00 00 00 00 01 00 00'),
    tag === undefined ? zeros(0) : concat(hex('0064'), u16(protocol)),
    payload,
  );
}

/** BSD loopback: an address family in some byte order. */
export function loopback(family: number, order: 'big' | 'little', payload: Uint8Array): Uint8Array {
  return concat(uint(family, 4, order), payload);
}

export interface Ipv4 {
  source?: string;
  destination?: string;
  protocol?: number;
  /** Whole words. */
  options?: Uint8Array;
  identification?: number;
  /** Flags and fragment offset, as they stand in the header. */
  fragment?: number;
  /** By default what header and payload come to. */
  totalLength?: number;
  /** In 4-byte words; by default what the options make it. */
  headerWords?: number;
}

/** IPv4, RFC 791 */
export function ipv4(fields: Ipv4, payload: Uint8Array): Uint8Array {
  const { options = zeros(0) } = fields;
  const headerBytes = 20 + options.length;
  return concat(
    u8(0x40 | (fields.headerWords ?? headerBytes / 4), 0),
    u16(fields.totalLength ?? headerBytes + payload.length),
    u16(fields.identification ?? 0x1234),
    u16(fields.fragment ?? 0x4000),
    u8(64, fields.protocol ?? 6),
    u16(0),
    address4(fields.source ?? '10.0.0.1'),
    address4(fields.destination ?? '10.0.0.2'),
    options,
    payload,
  );
}

export function address4(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number);
}

/** An IPv6 extension header: its number, and its bytes without the first, which names the next. */
export type Extension = [header: number, rest: Uint8Array];

export interface Ipv6 {
  source?: Uint8Array;
  destination?: Uint8Array;
  protocol?: number;
  extensions?: Extension[];
  /** By default what extensions and payload come to. */
  payloadLength?: number;
}

const CLIENT6 = hex('20010db8 00000000 00000000 00000001');
const SERVER6 = hex('20010db8 00000000 00000000 00000002');

/** IPv6, RFC 8200 */
export function ipv6(fields: Ipv6, payload: Uint8Array): Uint8Array {
  const { extensions = [], protocol = 6 } = fields;
  const chain = [...extensions.map(([header]) => header), protocol];
  const rest = concat(
    ...extensions.map(([, bytes], i) => concat(u8(chain[i + 1]!), bytes)),
    payload,
  );
  return concat(
    hex('60000000'),
    u16(fields.payloadLength ?? rest.length),
    u8(chain[0]!, 64),
    fields.source ?? CLIENT6,
    fields.destination ?? SERVER6,
    rest,
  );
}

/** Hop-by-hop (0), routing (43) or destination options (60): `units` of 8 bytes beyond the first 8. */
export function extension(header: number, units = 0): Extension {
  return [header, concat(u8(units), zeros(6 + units * 8))];
}

/** Fragment header: offset in 8-byte units, whether more follow. */
export function fragmentHeader(offset: number, more: boolean, id = 0xdeadbeef): Extension {
  return [44, concat(u8(0), u16((offset << 3) | (more ? 1 : 0)), u32(id))];
}

/** Authentication header, RFC 4302: its length counts 4-byte words beyond the first two. */
export function authenticationHeader(words = 4): Extension {
  return [51, concat(u8(words), zeros((words + 2) * 4 - 2))];
}

export interface Tcp {
  sourcePort?: number;
  destinationPort?: number;
  sequence?: number;
  acknowledgment?: number;
  flags?: number;
  window?: number;
  options?: Uint8Array;
  /** In 4-byte words; by default what the options make it. */
  headerWords?: number;
}

/** The flag bits of RFC 9293 */
export const TCP_FLAG = { FIN: 0x01, SYN: 0x02, RST: 0x04, PSH: 0x08, ACK: 0x10 };

/** TCP, RFC 9293 */
export function tcp(fields: Tcp, payload: Uint8Array): Uint8Array {
  const options = padded(fields.options ?? zeros(0));
  return concat(
    u16(fields.sourcePort ?? 40_000),
    u16(fields.destinationPort ?? 3306),
    u32(fields.sequence ?? 0),
    u32(fields.acknowledgment ?? 0),
    u8((fields.headerWords ?? 5 + options.length / 4) << 4, fields.flags ?? TCP_FLAG.ACK),
    u16(fields.window ?? 0xffff),
    u16(0),
    u16(0),
    options,
    payload,
  );
}
