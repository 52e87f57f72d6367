import { cHdlc } from './c-hdlc.ts';
import { ethernet } from './ethernet.ts';
import { linuxSll } from './linux-sll.ts';
import { linuxSll2 } from './linux-sll2.ts';
import { loopback } from './loopback.ts';
import { nflog } from './nflog.ts';
import { ppp } from './ppp.ts';
import { pppoe } from './pppoe.ts';
import { rawIp } from './raw-ip.ts';

export { ethernet } from './ethernet.ts';
export { payloadNetworkStart } from './ethertype.ts';
export { NOT_IP } from './not-ip.ts';

interface LinkType {
  readonly name: string;
  /** Where the IP header of the frame `bytes[start, end)` starts, or NOT_IP. */
  readonly networkStart: (bytes: Uint8Array, start: number, end: number) => number;
}

/** By LINKTYPE_ value, https://www.tcpdump.org/linktypes.html. One line adds a link type. */
export const LINK_TYPES: Readonly<Record<number, LinkType>> = {
  0: { name: 'BSD loopback', networkStart: loopback },
  1: { name: 'Ethernet', networkStart: ethernet },
  9: { name: 'PPP', networkStart: ppp },
  12: { name: 'raw IP', networkStart: rawIp },
  14: { name: 'raw IP', networkStart: rawIp },
  50: { name: 'PPP', networkStart: ppp },
  51: { name: 'PPP over Ethernet', networkStart: pppoe },
  101: { name: 'raw IP', networkStart: rawIp },
  104: { name: 'Cisco HDLC', networkStart: cHdlc },
  108: { name: 'BSD loopback', networkStart: loopback },
  113: { name: 'Linux cooked', networkStart: linuxSll },
  228: { name: 'raw IPv4', networkStart: rawIp },
  229: { name: 'raw IPv6', networkStart: rawIp },
  239: { name: 'Linux netfilter log', networkStart: nflog },
  276: { name: 'Linux cooked v2', networkStart: linuxSll2 },
};
