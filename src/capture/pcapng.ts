import { FILE_START_BYTES, isFileStart, SECTION_HEADER } from './file-start.ts';
import {
  type CaptureFormat,
  type CaptureRecord,
  Damage,
  MAX_SNAPLEN,
  maxRecordBytes,
  type RecordSink,
  type SecretsSink,
} from './record.ts';

const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;
/** Statistics, names, comments: types of the draft that are passed over. */
const PASSED_OVER = [4, 5, 7, 8, 9, 0x0bad, 0x4000_0bad];
const READ_WHOLE = new Set([
  SECTION_HEADER,
  INTERFACE_DESCRIPTION,
  OBSOLETE_PACKET,
  SIMPLE_PACKET,
  ENHANCED_PACKET,
  DECRYPTION_SECRETS,
]);

const KNOWN = new Set([...READ_WHOLE, ...PASSED_OVER]);
/** A block of a type that nobody has described and that is longer than this is damage. */
const MAX_UNKNOWN_BYTES = 64 * 1024 * 1024;

const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;

const BLOCK_HEADER_BYTES = 8;
/** Type, length, the four bytes that tell a section's byte order. */
const SECTION_START_BYTES = 12;
const MIN_BLOCK_BYTES = 12;
/** What a packet block has beside its packet: headers, options such as comments, the second length. */
const BLOCK_OVERHEAD_BYTES = 1024 * 1024;
const MAX_BLOCK_BYTES = MAX_SNAPLEN + BLOCK_OVERHEAD_BYTES;

/** An enhanced packet block without a packet. */
const ENHANCED_BYTES = 32;

/** Secrets Type: the key log of TLS, "TLSK". */
const TLS_KEY_LOG = 0x544c534b;
/** A block with more secrets than this is passed over; 16 MiB hold those of 30,000 connections. */
const MAX_SECRETS_BYTES = 16 * 1024 * 1024;

/** Interfaces of one section; no machine has more, and each is held in memory. */
const MAX_INTERFACES = 65_536;

interface CaptureInterface {
  linkType: number;
  snaplen: number;
  /** Time stamp units per second. */
  unitsPerSecond: bigint;
  digits: number;
  /** Seconds to add to every time stamp. */
  offsetSeconds: number;
}

/**
 * pcapng (draft-ietf-opsawg-pcapng): sections, each in its own byte order, of blocks
 *
 *   block:  u32 type  u32 total length  body  u32 total length      (padded to 4 bytes)
 *
 * Frames are counted over all sections and interfaces, as Wireshark does.
 */
export class PcapngFormat implements CaptureFormat {
  readonly name = 'pcapng';
  wanted = BLOCK_HEADER_BYTES;
  skip = 0;
  #littleEndian = true;
  #interfaces: CaptureInterface[] = [];
  next: CaptureFormat['next'] = 'item';
  soughtTo = 0;
  #isFirstSection = true;
  readonly #record: CaptureRecord;
  readonly #sink: RecordSink;
  readonly #onSecrets: SecretsSink;

  constructor(record: CaptureRecord, sink: RecordSink, onSecrets: SecretsSink) {
    this.#record = record;
    this.#sink = sink;
    this.#onSecrets = onSecrets;
  }

  take(bytes: Uint8Array, start: number, end: number, offset: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#record.bytes = bytes;
    let pos = start;
    while (end - pos >= BLOCK_HEADER_BYTES) {
      let type = view.getUint32(pos, this.#littleEndian);
      // The section header's type reads the same in both byte orders.
      if (type === SECTION_HEADER) {
        if (end - pos < SECTION_START_BYTES) {
          this.wanted = SECTION_START_BYTES;
          return pos;
        }
        if (!this.#isFirstSection && isFileStart(bytes, pos, end)) {
          this.next = 'file';
          return pos;
        }
        this.#startSection(view, pos, offset);
        type = SECTION_HEADER;
      }
      const length = view.getUint32(pos + 4, this.#littleEndian);
      const padded = length + (-length & 3);
      if (type === 0 && length === 0) {
        this.next = 'zeros';
        return pos;
      }
      if (length < MIN_BLOCK_BYTES) {
        throw new Damage(
          `a pcapng block announces ${length} bytes, fewer than a block can have`,
          offset + pos,
        );
      }
      if (!READ_WHOLE.has(type) || (type === DECRYPTION_SECRETS && length > MAX_SECRETS_BYTES)) {
        if (!KNOWN.has(type)) {
          if (end - pos < FILE_START_BYTES) {
            this.wanted = FILE_START_BYTES;
            return pos;
          }
          if (isFileStart(bytes, pos, end)) {
            this.next = 'file';
            return pos;
          }
          if (length > MAX_UNKNOWN_BYTES) {
            throw new Damage(
              `a pcapng block of unknown type ${type} announces ${length} bytes, more than any needs`,
              offset + pos,
            );
          }
        }
        // However long: it is passed over, not held.
        this.skip = padded;
        this.wanted = BLOCK_HEADER_BYTES;
        return pos;
      }
      if (padded > MAX_BLOCK_BYTES) {
        throw new Damage(
          `a pcapng block announces ${length} bytes, more than a frame can have`,
          offset + pos,
        );
      }
      if (padded > end - pos) {
        this.wanted = padded;
        return pos;
      }
      this.#block(type, view, pos, length, offset);
      pos += padded;
    }
    this.wanted = BLOCK_HEADER_BYTES;
    return pos;
  }

  settle(): void {}

  /** A section, or an enhanced packet of an interface that is known, whose two lengths are the same. */
  seek(bytes: Uint8Array, start: number, end: number): number | null {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const little = this.#littleEndian;
    let pos = start;
    for (; end - pos >= ENHANCED_BYTES; pos++) {
      if (isFileStart(bytes, pos, end)) return pos;
      if (view.getUint32(pos, little) !== ENHANCED_PACKET) continue;
      const length = view.getUint32(pos + 4, little);
      const room = length - ENHANCED_BYTES - view.getUint32(pos + 20, little);
      const isKnown = view.getUint32(pos + 8, little) < this.#interfaces.length;
      const canBe = room >= 0 && room <= BLOCK_OVERHEAD_BYTES && length <= MAX_BLOCK_BYTES;
      if (!isKnown || !canBe || length % 4 !== 0) continue;
      this.wanted = length;
      if (end - pos < length) {
        this.soughtTo = pos;
        return null;
      }
      if (view.getUint32(pos + length - 4, little) === length) return pos;
    }
    this.wanted = ENHANCED_BYTES;
    this.soughtTo = pos;
    return null;
  }

  /** Section Header Block: u32 type  u32 length  u32 byte-order magic … */
  #startSection(view: DataView, pos: number, offset: number): void {
    const magic = view.getUint32(pos + 8, true);
    if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) {
      throw new Damage(
        'a pcapng section starts without the byte-order magic 1a2b3c4d',
        offset + pos + 8,
      );
    }
    this.#littleEndian = magic === 0x1a2b3c4d;
    this.#interfaces = [];
  }

  #block(type: number, view: DataView, pos: number, length: number, offset: number): void {
    const body = pos + BLOCK_HEADER_BYTES;
    const bodyEnd = pos + length - 4;
    switch (type) {
      case SECTION_HEADER:
        this.#isFirstSection = false;
        break;
      case INTERFACE_DESCRIPTION:
        if (this.#interfaces.length === MAX_INTERFACES) {
          throw new Damage(
            `a pcapng section describes more than ${MAX_INTERFACES} interfaces`,
            offset + pos,
          );
        }
        this.#interfaces.push(this.#describe(view, body, bodyEnd, offset));
        break;
      case ENHANCED_PACKET:
        // u32 interface  u32 time high  u32 time low  u32 captured  u32 original  bytes
        this.#need(20, body, bodyEnd, offset);
        this.#packet(view, body, bodyEnd, view.getUint32(body, this.#littleEndian), offset);
        break;
      case OBSOLETE_PACKET:
        // u16 interface  u16 drops  then as the enhanced packet
        this.#need(20, body, bodyEnd, offset);
        this.#packet(view, body, bodyEnd, view.getUint16(body, this.#littleEndian), offset);
        break;
      case SIMPLE_PACKET:
        this.#simplePacket(view, body, bodyEnd, offset);
        break;
      case DECRYPTION_SECRETS:
        this.#secrets(view, body, bodyEnd);
        break;
    }
  }

  /** Interface Description Block: u16 linktype  u16 reserved  u32 snaplen  options */
  #describe(view: DataView, body: number, bodyEnd: number, offset: number): CaptureInterface {
    this.#need(8, body, bodyEnd, offset);
    const little = this.#littleEndian;
    const described: CaptureInterface = {
      linkType: view.getUint16(body, little),
      snaplen: view.getUint32(body + 4, little),
      unitsPerSecond: 1_000_000n,
      digits: 6,
      offsetSeconds: 0,
    };
    for (let at = body + 8; at + 4 <= bodyEnd; ) {
      const code = view.getUint16(at, little);
      const size = view.getUint16(at + 2, little);
      at += 4;
      if (code === 0 || at + size > bodyEnd) break;
      if (code === IF_TSRESOL && size >= 1) setResolution(described, view.getUint8(at));
      if (code === IF_TSOFFSET && size >= 8) {
        described.offsetSeconds = Number(view.getBigInt64(at, little));
      }
      at += size + (-size & 3);
    }
    return described;
  }

  #packet(
    view: DataView,
    body: number,
    bodyEnd: number,
    interfaceId: number,
    offset: number,
  ): void {
    const little = this.#littleEndian;
    const from = this.#interface(interfaceId, body, offset);
    const record = this.#record;
    setTime(record, from, view.getUint32(body + 4, little), view.getUint32(body + 8, little));
    record.originalLength = view.getUint32(body + 16, little);
    const captured = view.getUint32(body + 12, little);
    this.#emit(from, body + 20, captured, bodyEnd, offset);
  }

  /** Simple Packet Block: u32 original length  bytes, of interface 0, without a time stamp. */
  #simplePacket(view: DataView, body: number, bodyEnd: number, offset: number): void {
    this.#need(4, body, bodyEnd, offset);
    const from = this.#interface(0, body, offset);
    const record = this.#record;
    record.seconds = 0;
    record.fraction = 0;
    record.digits = -1;
    record.originalLength = view.getUint32(body, this.#littleEndian);
    const limit = from.snaplen === 0 ? record.originalLength : from.snaplen;
    const captured = Math.min(record.originalLength, limit, bodyEnd - body - 4);
    this.#emit(from, body + 4, captured, bodyEnd, offset);
  }

  /** Decryption Secrets Block: u32 secrets type  u32 secrets length  secrets data  options */
  #secrets(view: DataView, body: number, bodyEnd: number): void {
    const little = this.#littleEndian;
    const start = body + 8;
    // No frame depends on this block, so one that is too short stops nothing.
    if (start > bodyEnd || view.getUint32(body, little) !== TLS_KEY_LOG) return;
    const end = start + view.getUint32(body + 4, little);
    this.#onSecrets(this.#record.bytes.subarray(start, Math.min(end, bodyEnd)));
  }

  #emit(
    from: CaptureInterface,
    start: number,
    captured: number,
    bodyEnd: number,
    offset: number,
  ): void {
    const record = this.#record;
    if (captured > bodyEnd - start || captured > maxRecordBytes(from.snaplen)) {
      throw new Damage(
        `frame ${record.number + 1} announces ${captured} bytes, more than its block has`,
        offset + start,
      );
    }
    record.number++;
    record.linkType = from.linkType;
    record.start = start;
    record.end = start + captured;
    this.#sink(record);
  }

  #interface(id: number, pos: number, offset: number): CaptureInterface {
    const found = this.#interfaces[id];
    if (found === undefined) {
      throw new Damage(
        `frame ${this.#record.number + 1} names interface ${id}, which the section does not describe`,
        offset + pos,
      );
    }
    return found;
  }

  #need(bytes: number, body: number, bodyEnd: number, offset: number): void {
    if (bodyEnd - body < bytes) {
      throw new Damage(
        `a pcapng block is too short for its kind (${bodyEnd - body} of ${bytes} bytes)`,
        offset + body,
      );
    }
  }
}

/** if_tsresol: units of 10^-n, or of 2^-n when the top bit is set. */
function setResolution(described: CaptureInterface, option: number): void {
  const exponent = option & 0x7f;
  if (option & 0x80) {
    described.unitsPerSecond = 1n << BigInt(exponent);
    described.digits = 9;
  } else {
    described.unitsPerSecond = 10n ** BigInt(exponent);
    // A fraction of 15 digits is the most that a number holds exactly.
    described.digits = Math.min(exponent, 15);
  }
}

function setTime(record: CaptureRecord, from: CaptureInterface, high: number, low: number): void {
  const units = (BigInt(high) << 32n) | BigInt(low);
  const perSecond = from.unitsPerSecond;
  record.seconds = Number(units / perSecond) + from.offsetSeconds;
  record.fraction = Number(((units % perSecond) * 10n ** BigInt(from.digits)) / perSecond);
  record.digits = from.digits;
}
