import { isFileStart, type PcapKind } from './file-start.ts';
import {
  type CaptureFormat,
  type CaptureRecord,
  Damage,
  maxRecordBytes,
  type RecordSink,
} from './record.ts';

const RECORD_HEADER_BYTES = 16;
/** The upper bits of the link-type field carry the frame check sequence's length. */
const LINKTYPE_MASK = 0xffff;

/** Of version 2.2, AIX counts nanoseconds and numbers links by ifType (RFC 1573): Ethernet, Token Ring, FDDI, loopback. */
const AIX_LINK_TYPES: Readonly<Record<number, number>> = { 6: 1, 9: 6, 15: 10, 24: 0 };

/** Seconds between two records of one recording at most, where nothing else shows that something is one. */
const MAX_LAPSE = 86_400;

/**
 * Classic pcap (draft-ietf-opsawg-pcap)
 *
 *   file header:  u32 magic  u16 major  u16 minor  u32 reserved  u32 reserved  u32 snaplen  u32 linktype
 *   record:       u32 seconds  u32 fraction  u32 captured length  u32 original length  bytes
 *
 * The lengths changed places with version 2.3. Some software writes more behind a record's header, which only the
 * place of the next one tells.
 */
export class PcapFormat implements CaptureFormat {
  readonly name = 'pcap';
  wanted: number;
  readonly skip = 0;
  next: CaptureFormat['next'] = 'item';
  soughtTo = 0;
  #headerRead = false;
  /** What stands behind the 16 bytes of a record's header; null until the first records have told. */
  #extra: number | null = null;
  #maxRecord = 0;
  #areLengthsSwapped = false;
  /** Fractions of a second are less. */
  #unitsPerSecond: number;
  readonly #record: CaptureRecord;
  readonly #sink: RecordSink;
  readonly #kind: PcapKind;

  constructor(kind: PcapKind, record: CaptureRecord, sink: RecordSink) {
    this.#kind = kind;
    this.wanted = kind.headerBytes;
    this.#record = record;
    this.#sink = sink;
    record.digits = kind.digits;
    this.#unitsPerSecond = 10 ** kind.digits;
    if (kind.extras.length === 1) this.#extra = kind.extras[0]!;
  }

  take(bytes: Uint8Array, start: number, end: number, offset: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const record = this.#record;
    const little = this.#kind.littleEndian;
    let pos = start;
    if (!this.#headerRead) {
      if (end - pos < this.#kind.headerBytes) return pos;
      this.#readHeader(view, pos);
      pos += this.#kind.headerBytes;
    }
    if (this.#extra === null) {
      this.#extra = this.#extraOf(view, bytes, pos, end);
      if (this.#extra === null) return pos;
    }
    const headerBytes = RECORD_HEADER_BYTES + this.#extra;
    const [capturedAt, originalAt] = this.#areLengthsSwapped ? [12, 8] : [8, 12];
    record.bytes = bytes;
    while (end - pos >= headerBytes) {
      const length = view.getUint32(pos + capturedAt, little);
      const seconds = view.getUint32(pos, little);
      // Hardly any record is empty or days from the one before: what else may stand in its place looks so.
      if (
        length === 0 ||
        length > this.#maxRecord ||
        seconds - record.seconds > MAX_LAPSE ||
        record.seconds - seconds > MAX_LAPSE
      ) {
        if (this.#isOther(view, bytes, pos, end)) return pos;
        this.#expectRecord(view, pos, length, offset);
      }
      const body = pos + headerBytes;
      if (length > end - body) {
        this.wanted = headerBytes + length;
        return pos;
      }
      record.number++;
      record.seconds = seconds;
      record.fraction = view.getUint32(pos + 4, little);
      record.originalLength = view.getUint32(pos + originalAt, little);
      record.start = body;
      record.end = body + length;
      pos = body + length;
      this.#sink(record);
    }
    this.wanted = headerBytes;
    return pos;
  }

  /** There is no more: the first record is taken as it usually is. */
  settle(): void {
    this.#extra ??= this.#kind.extras[0]!;
  }

  seek(bytes: Uint8Array, start: number, end: number): number | null {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const headerBytes = RECORD_HEADER_BYTES + (this.#extra ?? 0);
    let pos = start;
    for (; end - pos >= headerBytes; pos++) {
      if (isFileStart(bytes, pos, end)) return pos;
      const length = this.#isRecord(view, pos) ? this.#lengthAt(view, pos) : 0;
      if (length === 0) continue;
      const next = pos + headerBytes + length;
      this.wanted = next + RECORD_HEADER_BYTES - pos;
      if (end - pos < this.wanted) {
        this.soughtTo = pos;
        return null;
      }
      if (this.#isRecord(view, next)) return pos;
    }
    this.wanted = headerBytes;
    this.soughtTo = pos;
    return null;
  }

  #readHeader(view: DataView, pos: number): void {
    const little = this.#kind.littleEndian;
    const [major, minor] = [view.getUint16(pos + 4, little), view.getUint16(pos + 6, little)];
    const linkType = view.getUint32(pos + 20, little) & LINKTYPE_MASK;
    const ofAix = major === 2 && minor === 2 ? AIX_LINK_TYPES[linkType] : undefined;
    this.#areLengthsSwapped = major === 2 && minor < 3;
    this.#maxRecord = maxRecordBytes(view.getUint32(pos + 16, little));
    this.#record.linkType = ofAix ?? linkType;
    if (ofAix !== undefined) {
      this.#record.digits = 9;
      this.#unitsPerSecond = 1e9;
    }
    this.#headerRead = true;
  }

  /** What stands behind the first record's header, as the place of the second one shows; null where that is to come. */
  #extraOf(view: DataView, bytes: Uint8Array, pos: number, end: number): number | null {
    const { extras } = this.#kind;
    if (isFileStart(bytes, pos, end)) return extras[0]!;
    if (end - pos < RECORD_HEADER_BYTES || !this.#fits(view, pos)) {
      this.wanted = RECORD_HEADER_BYTES;
      return end - pos < RECORD_HEADER_BYTES ? null : extras[0]!;
    }
    const length = this.#lengthAt(view, pos);
    for (const extra of extras) {
      const second = pos + RECORD_HEADER_BYTES + extra + length;
      if (end - second < RECORD_HEADER_BYTES) {
        this.wanted = second + RECORD_HEADER_BYTES - pos;
        return null;
      }
      if (this.#fits(view, second) || isFileStart(bytes, second, end)) return extra;
    }
    return extras[0]!;
  }

  #lengthAt(view: DataView, pos: number): number {
    return view.getUint32(pos + (this.#areLengthsSwapped ? 12 : 8), this.#kind.littleEndian);
  }

  /** Whether a record's header says what can be. */
  #fits(view: DataView, pos: number): boolean {
    const little = this.#kind.littleEndian;
    const length = this.#lengthAt(view, pos);
    const original = view.getUint32(pos + (this.#areLengthsSwapped ? 8 : 12), little);
    return (
      view.getUint32(pos + 4, little) < this.#unitsPerSecond &&
      length <= this.#maxRecord &&
      length <= original
    );
  }

  /** The same where it is to be found among any bytes: it is also of about the time of the last good one. */
  #isRecord(view: DataView, pos: number): boolean {
    const lapse = view.getUint32(pos, this.#kind.littleEndian) - this.#record.seconds;
    const isNear = Math.abs(lapse) <= MAX_LAPSE || this.#record.number === 0;
    return isNear && this.#fits(view, pos);
  }

  #expectRecord(view: DataView, pos: number, length: number, offset: number): void {
    const { number } = this.#record;
    if (length > this.#maxRecord) {
      throw new Damage(
        `the header of frame ${number + 1} announces ${length} bytes, more than a frame can have`,
        offset + pos,
      );
    }
    const canBe = length === 0 ? this.#isRecord(view, pos) : this.#fits(view, pos);
    if (number > 0 && !canBe) {
      throw new Damage(
        `what stands where frame ${number + 1} should start is no header of a frame`,
        offset + pos,
      );
    }
  }

  /** Whether a header is none of a record, but the start of another file or of zeros. */
  #isOther(view: DataView, bytes: Uint8Array, pos: number, end: number): boolean {
    if (isFileStart(bytes, pos, end)) this.next = 'file';
    else if (view.getBigUint64(pos) === 0n && view.getBigUint64(pos + 8) === 0n)
      this.next = 'zeros';
    return this.next !== 'item';
  }
}
