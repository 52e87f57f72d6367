/**
 * One IP packet's header facts. One object for the whole capture, refilled for every packet; all
 * positions are indexes into the frame's bytes.
 */
export interface IpPacket {
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
}

/** What a decoder made of the bytes. */
export type IpVerdict = 'packet' | 'fragment' | 'malformed';

export function newIpPacket(): IpPacket {
  return { addresses: 0, addressLength: 4, protocol: 0, payloadStart: 0, payloadEnd: 0, cut: 0 };
}
