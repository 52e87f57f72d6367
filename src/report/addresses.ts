import { toBase64 } from '../bytes/text.ts';
import type { Endpoint } from '../tcp/connection.ts';

/** SHA-1 of some bytes; given from outside, because the core has no crypto of its own. */
export type Sha1 = (bytes: Uint8Array) => Uint8Array;

/** Dotted decimal, or RFC 5952. */
export function addressText(address: Uint8Array): string {
  return address.length === 4 ? address.join('.') : ipv6Text(address);
}

/** An address and port as people write them: brackets around IPv6. */
export function endpointText({ address, port }: Endpoint): string {
  const text = addressText(address);
  return address.length === 4 ? `${text}:${port}` : `[${text}]:${port}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as "::". */
function ipv6Text(address: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((address[2 * i]! << 8) | address[2 * i + 1]!).toString(16),
  );
  // ::ffff:192.0.2.1, an IPv4 address in IPv6's clothes.
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') {
    return `::ffff:${address.subarray(12).join('.')}`;
  }
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length === 1) return groups.join(':');
  const before = groups.slice(0, best.start).join(':');
  const after = groups.slice(best.start + best.length).join(':');
  return `${before}::${after}`;
}

const TCP = 6;

/**
 * Community ID v1 with seed 0 (https://github.com/corelight/community-id-spec), by which other tools
 * name the same flow:
 *
 *   SHA-1 of  u16 seed  lower address  higher address  u8 protocol  u8 0  u16 port  u16 port
 */
export function communityId(a: Endpoint, b: Endpoint, sha1: Sha1): string {
  const [low, high] = isLower(a, b) ? [a, b] : [b, a];
  const size = low.address.length;
  const bytes = new Uint8Array(2 + 2 * size + 6);
  bytes.set(low.address, 2);
  bytes.set(high.address, 2 + size);
  const at = 2 + 2 * size;
  bytes[at] = TCP;
  bytes.set([low.port >> 8, low.port, high.port >> 8, high.port], at + 2);
  return `1:${toBase64(sha1(bytes))}`;
}

function isLower(a: Endpoint, b: Endpoint): boolean {
  for (let i = 0; i < a.address.length; i++) {
    if (a.address[i] !== b.address[i]) return a.address[i]! < b.address[i]!;
  }
  return a.port <= b.port;
}
