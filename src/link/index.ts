import { cHdlc } from './c-hdlc.ts';
import { erf } from './erf.ts';
import { ethernet } from './ethernet.ts';
import { logicalLink, networkStart, payloadNetworkStart } from './ethertype.ts';
import { frameRelay } from './frame-relay.ts';
import { ieee80211, prism, radiotap } from './ieee-802-11.ts';
import { juniperEthernet } from './juniper.ts';
import { linuxSll } from './linux-sll.ts';
import { linuxSll2 } from './linux-sll2.ts';
import { loopback } from './loopback.ts';
import { nflog } from './nflog.ts';
import { NOT_IP } from './not-ip.ts';
import { pflog } from './pflog.ts';
import { pktap } from './pktap.ts';
import { ppi } from './ppi.ts';
import { ppp } from './ppp.ts';
import { pppoe } from './pppoe.ts';
import { rawIp } from './raw-ip.ts';
import { tokenRing } from './token-ring.ts';

export { ethernet } from './ethernet.ts';
export { payloadNetworkStart } from './ethertype.ts';
export { ENCRYPTED, NOT_IP } from './not-ip.ts';
export { UNREAD_LINK_TYPES, unreadLinkType } from './unread.ts';

/** Where the IP header of the frame `bytes[start, end)` starts, NOT_IP or ENCRYPTED. */
type NetworkStart = (bytes: Uint8Array, start: number, end: number) => number;

interface LinkType {
  readonly name: string;
  readonly networkStart: NetworkStart;
}

/** Frames that hold no frame of another link type. One line adds a link type. */
const FRAMES: Readonly<Record<number, LinkType>> = {
  0: { name: 'BSD loopback', networkStart: loopback },
  1: { name: 'Ethernet', networkStart: ethernet },
  6: { name: 'Token Ring', networkStart: tokenRing },
  9: { name: 'PPP', networkStart: ppp },
  // u8 frame control  6 destination  6 source
  10: { name: 'FDDI', networkStart: behind(13, logicalLink) },
  12: { name: 'raw IP', networkStart: rawIp },
  14: { name: 'raw IP', networkStart: rawIp },
  50: { name: 'PPP', networkStart: ppp },
  51: { name: 'PPP over Ethernet', networkStart: pppoe },
  100: { name: 'ATM (RFC 1483)', networkStart: logicalLink },
  101: { name: 'raw IP', networkStart: rawIp },
  104: { name: 'Cisco HDLC', networkStart: cHdlc },
  105: { name: 'Wi-Fi', networkStart: ieee80211 },
  107: { name: 'Frame Relay', networkStart: frameRelay },
  108: { name: 'BSD loopback', networkStart: loopback },
  // u32 address family  u32 SPI  u32 flags
  109: { name: 'OpenBSD enc', networkStart: behind(12, rawIp) },
  113: { name: 'Linux cooked', networkStart: linuxSll },
  117: { name: 'packet filter log', networkStart: pflog },
  119: { name: 'Wi-Fi with Prism header', networkStart: prism },
  // 8 destination  8 source
  122: { name: 'IP over Fibre Channel', networkStart: behind(16, logicalLink) },
  127: { name: 'Wi-Fi with radiotap', networkStart: radiotap },
  138: { name: 'IP over IEEE 1394', networkStart: behind(16, networkStart) },
  163: { name: 'Wi-Fi with AVS header', networkStart: prism },
  178: { name: 'Juniper Ethernet', networkStart: juniperEthernet },
  197: { name: 'Endace ERF', networkStart: erf },
  // u8 direction
  204: { name: 'PPP with direction', networkStart: behind(1, ppp) },
  205: { name: 'Cisco HDLC with direction', networkStart: behind(1, cHdlc) },
  206: { name: 'Frame Relay with direction', networkStart: behind(1, frameRelay) },
  // u8 version  u8 family  u16 hook  u32 length  4 × u32 interfaces and zones
  226: { name: 'Solaris ipnet', networkStart: behind(24, rawIp) },
  228: { name: 'raw IPv4', networkStart: rawIp },
  229: { name: 'raw IPv6', networkStart: rawIp },
  239: { name: 'Linux netfilter log', networkStart: nflog },
  // u32 port and status
  240: { name: 'netANALYZER', networkStart: behind(4, ethernet) },
  // 40 global routing header; u16 EtherType  u16 reserved
  242: { name: 'IP over InfiniBand', networkStart: behind(40, infiniband) },
  276: { name: 'Linux cooked v2', networkStart: linuxSll2 },
};

/** By LINKTYPE_ value, https://www.tcpdump.org/linktypes.html; with those whose header names the link type of the frame. */
export const LINK_TYPES: Readonly<Record<number, LinkType>> = {
  ...FRAMES,
  // LINKTYPE_USER2: what Apple's libpcap writes as PKTAP.
  149: { name: 'Apple PKTAP', networkStart: pktap(innerStart) },
  192: { name: 'PPI', networkStart: ppi(innerStart) },
  258: { name: 'Apple PKTAP', networkStart: pktap(innerStart) },
};

function innerStart(linkType: number, bytes: Uint8Array, start: number, end: number): number {
  return FRAMES[linkType]?.networkStart(bytes, start, end) ?? NOT_IP;
}

function infiniband(bytes: Uint8Array, start: number, end: number): number {
  if (end - start <= 4) return NOT_IP;
  return payloadNetworkStart((bytes[start]! << 8) | bytes[start + 1]!, bytes, start + 4, end);
}

/** A header of fixed length before another. */
function behind(length: number, next: NetworkStart): NetworkStart {
  return (bytes, start, end) => (end - start > length ? next(bytes, start + length, end) : NOT_IP);
}
