import {
  CaptureFault,
  type CaptureFormat,
  maxRecordBytes,
  newRecord,
  type RecordSink,
} from './record.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** The upper bits of the link-type field carry the frame check sequence's length. */
const LINKTYPE_MASK = 0xffff;

/**
 * Classic pcap (draft-ietf-opsawg-pcap)
 *
 *   file header:  u32 magic  u16 major  u16 minor  u32 reserved  u32 reserved  u32 snaplen  u32 linktype
 *   record:       u32 seconds  u32 fraction  u32 captured length  u32 original length  bytes
 */
export class PcapFormat implements CaptureFormat {
  readonly name = 'pcap';
  wanted = FILE_HEADER_BYTES;
  readonly skip = 0;
  #headerRead = false;
  #maxRecord = 0;
  readonly #record = newRecord();
  readonly #sink: RecordSink;
  readonly #littleEndian: boolean;

  constructor(littleEndian: boolean, digits: 6 | 9, sink: RecordSink) {
    this.#littleEndian = littleEndian;
    this.#record.digits = digits;
    this.#sink = sink;
  }

  take(bytes: Uint8Array, start: number, end: number, offset: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const record = this.#record;
    const little = this.#littleEndian;
    let pos = start;
    if (!this.#headerRead) {
      if (end - pos < FILE_HEADER_BYTES) return pos;
      this.#maxRecord = maxRecordBytes(view.getUint32(pos + 16, little));
      record.linkType = view.getUint32(pos + 20, little) & LINKTYPE_MASK;
      this.#headerRead = true;
      pos += FILE_HEADER_BYTES;
    }
    record.bytes = bytes;
    while (end - pos >= RECORD_HEADER_BYTES) {
      const length = view.getUint32(pos + 8, little);
      if (length > this.#maxRecord) {
        throw new CaptureFault(
          `the header of frame ${record.number + 1} announces ${length} bytes, more than a frame can have: the file is damaged from here on`,
          offset + pos,
        );
      }
      const body = pos + RECORD_HEADER_BYTES;
      if (length > end - body) {
        this.wanted = RECORD_HEADER_BYTES + length;
        return pos;
      }
      record.number++;
      record.seconds = view.getUint32(pos, little);
      record.fraction = view.getUint32(pos + 4, little);
      record.originalLength = view.getUint32(pos + 12, little);
      record.start = body;
      record.end = body + length;
      pos = body + length;
      this.#sink(record);
    }
    this.wanted = RECORD_HEADER_BYTES;
    return pos;
  }
}
