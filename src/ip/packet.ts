/**
 * One IP packet's header facts. One object for the whole capture, refilled for every packet; all
 * positions are indexes into `bytes`, which are valid as long as the frame is.
 */
export interface IpPacket {
  bytes: Uint8Array;
  /** Where the IP header starts. */
  start: number;
  /** Where the source address starts; the destination address follows it directly. */
  addresses: number;
  /** 4 or 16. */
  addressLength: number;
  /** IP protocol number of the payload. */
  protocol: number;
  payloadStart: number;
  /** End of the payload that was captured. */
  payloadEnd: number;
  /** Bytes of payload that the snap length cut off. */
  cut: number;
  /** Where the payload belongs in the datagram; this and what follows only of a fragment. */
  fragmentOffset: number;
  moreFragments: boolean;
  identification: number;
  /** Where the header byte stands that names the fragment header (IPv6). */
  nextHeaderAt: number;
}

/** What a decoder made of the bytes. */
export type IpVerdict = 'packet' | 'fragment' | 'malformed';

export function newIpPacket(): IpPacket {
  return {
    bytes: new Uint8Array(0),
    start: 0,
    addresses: 0,
    addressLength: 4,
    protocol: 0,
    payloadStart: 0,
    payloadEnd: 0,
    cut: 0,
    fragmentOffset: 0,
    moreFragments: false,
    identification: 0,
    nextHeaderAt: 0,
  };
}
