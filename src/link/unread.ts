export interface UnreadLinkType {
  readonly name: string;
  /** Its frames may hold IP, and so MySQL. */
  readonly mayHoldIp: boolean;
}

const noIp = (name: string): UnreadLinkType => ({ name, mayHoldIp: false });
const mayHoldIp = (name: string): UnreadLinkType => ({ name, mayHoldIp: true });

const BLUETOOTH = noIp('Bluetooth');
const USB = noIp('USB');
const CAN = noIp('CAN bus');
const IEEE_802_15_4 = noIp('IEEE 802.15.4');
const JUNIPER = mayHoldIp('Juniper');

/** Link types that are not read, by LINKTYPE_ value. One line names one. */
export const UNREAD_LINK_TYPES: Readonly<Record<number, UnreadLinkType>> = {
  3: noIp('AX.25'),
  7: mayHoldIp('ARCNET'),
  8: mayHoldIp('SLIP'),
  99: mayHoldIp('Symantec firewall'),
  106: mayHoldIp('Linux classical IP over ATM'),
  114: noIp('LocalTalk'),
  123: mayHoldIp('SunATM'),
  129: mayHoldIp('Linux ARCNET'),
  135: JUNIPER,
  137: JUNIPER,
  143: mayHoldIp('DOCSIS'),
  144: noIp('Linux IrDA'),
  165: noIp('BACnet'),
  166: mayHoldIp('PPP of pppd'),
  177: noIp('LAPD'),
  179: JUNIPER,
  180: JUNIPER,
  181: JUNIPER,
  182: JUNIPER,
  183: JUNIPER,
  186: USB,
  187: BLUETOOTH,
  189: USB,
  190: CAN,
  195: IEEE_802_15_4,
  201: BLUETOOTH,
  209: noIp('I²C'),
  210: noIp('FlexRay'),
  212: noIp('LIN bus'),
  215: IEEE_802_15_4,
  220: USB,
  224: noIp('Fibre Channel'),
  225: noIp('Fibre Channel'),
  227: CAN,
  230: IEEE_802_15_4,
  231: noIp('D-Bus'),
  235: noIp('DVB-CI'),
  241: mayHoldIp('netANALYZER transparent'),
  243: noIp('MPEG transport stream'),
  245: noIp('NFC'),
  247: noIp('InfiniBand'),
  249: USB,
  251: BLUETOOTH,
  252: mayHoldIp("Wireshark's exported PDUs"),
  253: noIp('Linux netlink'),
  254: BLUETOOTH,
  266: USB,
  271: noIp('Linux vsock'),
  272: BLUETOOTH,
  274: mayHoldIp('Ethernet mPackets'),
  281: mayHoldIp('switch port of Linux DSA'),
  282: mayHoldIp('switch port of Linux DSA'),
  283: mayHoldIp('switch port of Linux DSA'),
  284: mayHoldIp('switch port of Linux DSA'),
  288: USB,
  292: USB,
  293: USB,
  294: USB,
  295: USB,
};

/** LINKTYPE_USER0 to LINKTYPE_USER15. */
const [FIRST_PRIVATE, LAST_PRIVATE] = [147, 162];

/** What is known of a link type that is not read. */
export function unreadLinkType(linkType: number): UnreadLinkType {
  const known = UNREAD_LINK_TYPES[linkType];
  if (known !== undefined) return { ...known, name: `${known.name} (link type ${linkType})` };
  const isPrivate = linkType >= FIRST_PRIVATE && linkType <= LAST_PRIVATE;
  return mayHoldIp(isPrivate ? `private link type ${linkType}` : `link type ${linkType}`);
}
