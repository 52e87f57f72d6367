import { type ByteOrder, concat, padded, uint, zeros } from './bytes.ts';

export interface Packet {
  seconds?: number;
  /** Microseconds, or whatever the file's unit is. */
  fraction?: number;
  bytes: Uint8Array;
  /** By default the packet is whole. */
  originalLength?: number;
}

export interface PcapFile {
  order?: ByteOrder;
  nanoseconds?: boolean;
  snaplen?: number;
  linkType?: number;
}

/**
 * Classic pcap, draft-ietf-opsawg-pcap. All of it, the magic number too, is in the byte order of the
 * machine that captured.
 */
export function pcap(file: PcapFile, ...packets: readonly Packet[]): Uint8Array {
  const { order = 'little', nanoseconds = false, snaplen = 65_535, linkType = 1 } = file;
  return concat(
    uint(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 4, order),
    uint(2, 2, order),
    uint(4, 2, order),
    zeros(8),
    uint(snaplen, 4, order),
    uint(linkType, 4, order),
    ...packets.map((packet) => pcapRecord(order, packet)),
  );
}

export function pcapRecord(order: ByteOrder, packet: Packet): Uint8Array {
  const { seconds = 0, fraction = 0, bytes, originalLength = bytes.length } = packet;
  return concat(pcapRecordHeader(order, seconds, fraction, bytes.length, originalLength), bytes);
}

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** The file header and the records of a little-endian pcap, as pieces to put together anew. */
export function piecesOf(file: Uint8Array): Uint8Array[] {
  const pieces = [file.subarray(0, FILE_HEADER_BYTES)];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = FILE_HEADER_BYTES; at < file.length; at += pieces.at(-1)!.length) {
    const length = RECORD_HEADER_BYTES + view.getUint32(at + 8, true);
    pieces.push(file.subarray(at, at + length));
  }
  return pieces;
}

export function pcapRecordHeader(
  order: ByteOrder,
  seconds: number,
  fraction: number,
  capturedLength: number,
  originalLength: number,
): Uint8Array {
  return concat(
    uint(seconds, 4, order),
    uint(fraction, 4, order),
    uint(capturedLength, 4, order),
    uint(originalLength, 4, order),
  );
}

export interface Interface {
  linkType?: number;
  snaplen?: number;
  /** if_tsresol: decimal exponent, or 0x80 + binary exponent. */
  resolution?: number;
  /** if_tsoffset, in seconds. */
  offset?: number;
}

export interface BlockPacket {
  interface?: number;
  /** In the interface's units since 1970. */
  time?: bigint;
  bytes: Uint8Array;
  originalLength?: number;
  /** What follows the padded packet: options. */
  options?: Uint8Array;
}

/** Blocks of one section's byte order, draft-ietf-opsawg-pcapng. */
export function pcapngBlocks(order: ByteOrder) {
  const n16 = (value: number) => uint(value, 2, order);
  const n32 = (value: number) => uint(value, 4, order);

  function block(type: number, ...body: Uint8Array[]): Uint8Array {
    const content = padded(concat(...body));
    const length = n32(content.length + 12);
    return concat(n32(type), length, content, length);
  }

  function option(code: number, value: Uint8Array): Uint8Array {
    return concat(n16(code), n16(value.length), padded(value));
  }

  const endOfOptions = option(0, zeros(0));

  function time({ time: units = 0n }: BlockPacket): Uint8Array {
    return concat(uint(units >> 32n, 4, order), uint(units, 4, order));
  }

  function packet(packet: BlockPacket): Uint8Array[] {
    const { bytes, originalLength = bytes.length, options = zeros(0) } = packet;
    return [time(packet), n32(bytes.length), n32(originalLength), padded(bytes), options];
  }

  return {
    block,
    option,
    /** Section Header Block; the section's length is left open, as dumpcap does. */
    section: (...options: Uint8Array[]) =>
      block(
        0x0a0d0d0a,
        n32(0x1a2b3c4d),
        n16(1),
        n16(0),
        uint(0xffff_ffff_ffff_ffffn, 8, order),
        ...options,
      ),
    /** Interface Description Block */
    interface: ({ linkType = 1, snaplen = 262_144, resolution, offset }: Interface = {}) =>
      block(
        1,
        n16(linkType),
        n16(0),
        n32(snaplen),
        ...(resolution === undefined ? [] : [option(9, uint(resolution, 1, order))]),
        ...(offset === undefined ? [] : [option(14, uint(BigInt(offset), 8, order))]),
        ...(resolution === undefined && offset === undefined ? [] : [endOfOptions]),
      ),
    /** Enhanced Packet Block */
    enhanced: (of: BlockPacket) => block(6, n32(of.interface ?? 0), ...packet(of)),
    /** Packet Block, which the enhanced one replaced */
    obsolete: (of: BlockPacket) => block(2, n16(of.interface ?? 0), n16(0), ...packet(of)),
    /** Simple Packet Block */
    simple: (bytes: Uint8Array, originalLength = bytes.length) =>
      block(3, n32(originalLength), bytes),
  };
}
