import { FRAGMENT_HEADER_BYTES } from './ipv6.ts';
import type { IpPacket } from './packet.ts';

/** What a length field of 16 bits can say: of an IPv4 datagram with its header, of an IPv6 one without. */
const MAX_DATAGRAM_BYTES = 65_535;
/** How long Linux waits for the rest of a datagram (net.ipv4.ipfrag_time); RFC 791 and 8200 allow more. */
const MAX_SECONDS = 30;
/** The same where frames have no time stamps: an IPv4 identification cannot come round any sooner. */
const MAX_FRAMES = 65_536;
/** Datagrams that may be incomplete at a time: more than a burst that overtakes itself. */
const MAX_DATAGRAMS = 1024;
/** What they may hold together, as Linux's net.ipv4.ipfrag_high_thresh. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;
/** What a fragment costs beside its bytes, so that a great many small ones are bounded, too. */
const FRAGMENT_COST = 128;
const IPV6_HEADER_BYTES = 40;

interface Fragment {
  /** Where it belongs in the datagram's payload. */
  readonly start: number;
  /** By the header's word; the bytes may be fewer where the snap length cut it. */
  readonly end: number;
  readonly bytes: Uint8Array;
}

interface Datagram {
  /** Where and when its first fragment came. */
  readonly frame: number;
  readonly seconds: number;
  /** Of the fragment that starts it, as the whole packet has it but for its length. */
  header: Uint8Array;
  /** In order, without overlap. */
  fragments: Fragment[];
  /** Payload bytes of `fragments`. */
  received: number;
  /** Payload bytes of all of it, or -1 while the last fragment has not come. */
  total: number;
  /** Fragments that have come since it was joined, also those that were thrown away. */
  count: number;
  heldBytes: number;
  /** Overlapping or impossible: nothing of it is used, nor what may still come of it. */
  isRefused: boolean;
  /** What was joined of it, to know repeats by. */
  joined: readonly Fragment[];
}

/**
 * Puts IP fragments together (RFC 791, RFC 8200). Overlapping ones are refused (RFC 5722), those of IPv4,
 * too, as Linux does; a repeat of one is passed over. A datagram that comes twice as a whole is joined
 * twice, as Wireshark does.
 */
export class Fragments {
  /** Datagrams that were joined. */
  joined = 0;
  /** In order of their first fragment. */
  readonly #datagrams = new Map<string, Datagram>();
  #heldBytes = 0;
  /** Fragments of datagrams that were given up. */
  #lost = 0;

  /** Fragments that could not be joined so far. */
  get lost(): number {
    let lost = this.#lost;
    for (const datagram of this.#datagrams.values()) lost += lostIn(datagram);
    return lost;
  }

  /**
   * Takes a fragment, which came in `frame` at `seconds` (NaN where nobody knows). Returns the whole packet
   * once it was the last missing one, or null. Of fragments that the snap length cut, the packet
   * ends where the first bytes are missing, and its length field tells how many.
   */
  take(ip: IpPacket, frame: number, seconds: number): Uint8Array | null {
    this.#forget(frame, seconds);
    const key = keyOf(ip);
    const datagram = this.#datagram(key, ip, frame, seconds);
    datagram.count++;
    if (datagram.isRefused) return null;
    const held = datagram.heldBytes;
    if (!add(datagram, ip)) refuse(datagram);
    const packet = datagram.received === datagram.total ? join(datagram) : null;
    this.#heldBytes += datagram.heldBytes - held;
    if (packet !== null) this.joined++;
    return packet;
  }

  #datagram(key: string, ip: IpPacket, frame: number, seconds: number): Datagram {
    const known = this.#datagrams.get(key);
    if (known !== undefined) {
      // The identification has come round where a joined datagram had nothing of the kind.
      if (known.joined.length === 0 || known.joined.some((one) => repeats(one, ip))) return known;
      this.#giveUp(key, known);
    }
    const datagram = newDatagram(frame, seconds);
    this.#datagrams.set(key, datagram);
    return datagram;
  }

  /** Lets go of what is too old, and of the oldest where it is too much. */
  #forget(frame: number, seconds: number): void {
    for (const [key, datagram] of this.#datagrams) {
      const since = seconds - datagram.seconds;
      const isOld = Number.isNaN(since) ? frame - datagram.frame > MAX_FRAMES : since > MAX_SECONDS;
      const isTooMuch = this.#datagrams.size >= MAX_DATAGRAMS || this.#heldBytes > MAX_HELD_BYTES;
      if (!isOld && !isTooMuch) break;
      this.#giveUp(key, datagram);
    }
  }

  #giveUp(key: string, datagram: Datagram): void {
    this.#datagrams.delete(key);
    this.#heldBytes -= datagram.heldBytes;
    this.#lost += lostIn(datagram);
  }
}

function newDatagram(frame: number, seconds: number): Datagram {
  return {
    frame,
    seconds,
    header: new Uint8Array(0),
    fragments: [],
    received: 0,
    total: -1,
    count: 0,
    heldBytes: 0,
    isRefused: false,
    joined: [],
  };
}

/** Addresses, identification, and with IPv4 the protocol. */
function keyOf(ip: IpPacket): string {
  const { bytes, addresses, addressLength, identification } = ip;
  const protocol = addressLength === 4 ? ip.protocol : 0;
  const pair = bytes.subarray(addresses, addresses + 2 * addressLength);
  return `${protocol}/${identification}/${String.fromCharCode(...pair)}`;
}

/** What came of it in vain; of a joined datagram only repeats can be left over. */
function lostIn(datagram: Datagram): number {
  return datagram.joined.length === 0 ? datagram.count : 0;
}

/** Puts a fragment where it belongs; false where that cannot be, or something else is there. */
function add(datagram: Datagram, ip: IpPacket): boolean {
  const { fragments } = datagram;
  const start = ip.fragmentOffset;
  const end = endOf(ip);
  if (end === start || end > MAX_DATAGRAM_BYTES) return false;
  if (ip.moreFragments) {
    if (end % 8 !== 0) return false;
  } else {
    if (datagram.total >= 0 && datagram.total !== end) return false;
    datagram.total = end;
  }
  // Mostly the next one.
  let at = fragments.length;
  while (at > 0 && fragments[at - 1]!.start > start) at--;
  const before = fragments[at - 1];
  if (before !== undefined && before.end > start) return repeats(before, ip);
  if (at < fragments.length && fragments[at]!.start < end) return false;
  let fragment = datagram.joined.find((one) => repeats(one, ip));
  if (fragment === undefined) {
    fragment = { start, end, bytes: ip.bytes.slice(ip.payloadStart, ip.payloadEnd) };
    datagram.heldBytes += fragment.bytes.length + FRAGMENT_COST;
    if (start === 0) datagram.header = headerOf(ip);
  }
  fragments.splice(at, 0, fragment);
  datagram.received += end - start;
  return datagram.total < 0 || fragments.at(-1)!.end <= datagram.total;
}

function endOf(ip: IpPacket): number {
  return ip.fragmentOffset + ip.payloadEnd - ip.payloadStart + ip.cut;
}

function repeats({ start, end, bytes }: Fragment, ip: IpPacket): boolean {
  if (start !== ip.fragmentOffset || end !== endOf(ip)) return false;
  const length = Math.min(bytes.length, ip.payloadEnd - ip.payloadStart);
  for (let i = 0; i < length; i++) {
    if (bytes[i] !== ip.bytes[ip.payloadStart + i]) return false;
  }
  return true;
}

function refuse(datagram: Datagram): void {
  datagram.isRefused = true;
  datagram.fragments = [];
  datagram.received = 0;
  datagram.heldBytes = 0;
}

/** The header of a whole packet, less its length: without flags and offset, without a fragment header. */
function headerOf(ip: IpPacket): Uint8Array {
  if (ip.addressLength === 4) {
    const header = ip.bytes.slice(ip.start, ip.payloadStart);
    header.fill(0, 6, 8);
    return header;
  }
  const header = ip.bytes.slice(ip.start, ip.payloadStart - FRAGMENT_HEADER_BYTES);
  header[ip.nextHeaderAt - ip.start] = ip.protocol;
  return header;
}

/** The packet of a datagram that is complete, or null where it would be too long. */
function join(datagram: Datagram): Uint8Array | null {
  const { header, fragments, total } = datagram;
  const isVersion4 = header[0]! >> 4 === 4;
  const length = header.length + total - (isVersion4 ? 0 : IPV6_HEADER_BYTES);
  if (length > MAX_DATAGRAM_BYTES) {
    refuse(datagram);
    return null;
  }
  const packet = new Uint8Array(header.length + total);
  packet.set(header);
  const lengthAt = isVersion4 ? 2 : 4;
  packet[lengthAt] = length >> 8;
  packet[lengthAt + 1] = length & 0xff;
  let end = header.length;
  for (const { start, end: fragmentEnd, bytes } of fragments) {
    packet.set(bytes, end);
    end += bytes.length;
    if (bytes.length < fragmentEnd - start) break;
  }
  datagram.joined = fragments;
  datagram.fragments = [];
  datagram.received = 0;
  datagram.count = 0;
  return packet.subarray(0, end);
}
