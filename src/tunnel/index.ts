import { headerIsSound, tcpChecksum } from '../ip/checksum.ts';
import { Fragments } from '../ip/fragments.ts';
import { decodeIp, type IpPacket, type IpVerdict } from '../ip/index.ts';
import { NOT_IP } from '../link/index.ts';
import { gre } from './gre.ts';
import { icmp, icmp6 } from './icmp.ts';
import type { Tunnel } from './tunnel.ts';
import { udp } from './udp.ts';

const ICMP = 1;
const TCP = 6;
const ICMP6 = 58;

/** An IP packet at once (RFC 2003, RFC 2473, RFC 4213). */
const ipInIp: Tunnel = (_bytes, start) => start;

/** By IP protocol number. One line adds a tunnel. */
const TUNNELS: Readonly<Record<number, Tunnel>> = {
  [ICMP]: icmp,
  4: ipInIp,
  17: udp,
  41: ipInIp,
  47: gre,
  [ICMP6]: icmp6,
};

/** Tunnels in tunnels and fragments in them: Linux sends no deeper, and each costs a header more. */
const MAX_DEPTH = 8;

/**
 * What an IP packet came to: a TCP segment; one quoted by an ICMP error, which nobody sent here; a segment
 * that a receiver would throw away; something other than TCP; or nothing, or not yet.
 */
export type Unwrapped = 'segment' | 'quoted' | 'unsound' | 'other' | 'nothing';

/** Follows an IP packet through tunnels and fragments to the TCP segment it carries. */
export class Unwrapper {
  readonly fragments = new Fragments();
  /** Packets whose checksum is wrong, and of them those with what software leaves for the card to fill in. */
  badChecksums = 0;
  unfilledChecksums = 0;
  readonly #verifies: boolean;

  constructor(verifiesChecksums: boolean) {
    this.#verifies = verifiesChecksums;
  }

  /**
   * Goes on from what `decodeIp` made of `ip`, which then is the innermost packet. `frame` and `seconds` say
   * where and when it came; NaN where nobody knows.
   */
  unwrap(ip: IpPacket, first: IpVerdict, frame: number, seconds: number): Unwrapped {
    let verdict = first;
    let isQuoted = false;
    let isJoined = false;
    for (let depth = 0; depth <= MAX_DEPTH; depth++) {
      if (verdict === 'malformed') return depth === 0 ? 'nothing' : 'other';
      const verifies = this.#verifies && !isQuoted;
      // What was joined has the header of its first fragment, which was sound.
      if (verifies && !isJoined && !headerIsSound(ip)) {
        this.badChecksums++;
        return 'nothing';
      }
      const { bytes, payloadStart, payloadEnd } = ip;
      if (verdict === 'fragment') {
        if (isQuoted) return 'other';
        const packet = this.fragments.take(ip, frame, seconds);
        if (packet === null) return 'nothing';
        isJoined = true;
        verdict = decodeIp(packet, 0, packet.length, ip);
        continue;
      }
      if (ip.protocol === TCP) {
        if (isQuoted) return 'quoted';
        return verifies && ip.cut === 0 ? this.#verified(ip) : 'segment';
      }
      // An error quotes what was sent, not what that carried.
      if (isQuoted) return 'other';
      const start = TUNNELS[ip.protocol]?.(bytes, payloadStart, payloadEnd) ?? NOT_IP;
      if (start === NOT_IP) return 'other';
      isQuoted = ip.protocol === ICMP || ip.protocol === ICMP6;
      isJoined = false;
      verdict = decodeIp(bytes, start, payloadEnd, ip);
    }
    return 'other';
  }

  #verified(ip: IpPacket): Unwrapped {
    const verdict = tcpChecksum(ip);
    if (verdict === 'right') return 'segment';
    this.badChecksums++;
    if (verdict === 'unfilled') this.unfilledChecksums++;
    return 'unsound';
  }
}
