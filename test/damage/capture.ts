/** A frame as the capture has it. */
export interface CapturedFrame {
  readonly seconds: number;
  /** Microseconds, or nanoseconds where the capture has those. */
  readonly fraction: number;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  /** Its number in the clean capture, from 1. */
  readonly origin: number;
}

/** A classic pcap, taken apart. */
export interface Capture {
  readonly head: Uint8Array;
  readonly isLittleEndian: boolean;
  readonly linkType: number;
  readonly frames: readonly CapturedFrame[];
}

const HEAD_BYTES = 24;
const RECORD_HEAD_BYTES = 16;

/** The magic number's first byte in a file of a little-endian machine, by its unit of time. */
const LITTLE_ENDIAN = [0xd4, 0x4d];

/** What `bytes` holds; a record that the file's end cuts off is none. */
export function readPcap(bytes: Uint8Array): Capture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittleEndian = LITTLE_ENDIAN.includes(bytes[0]!);
  const frames: CapturedFrame[] = [];
  let at = HEAD_BYTES;
  while (at + RECORD_HEAD_BYTES <= bytes.length) {
    const start = at + RECORD_HEAD_BYTES;
    const end = start + view.getUint32(at + 8, isLittleEndian);
    if (end > bytes.length) break;
    frames.push({
      seconds: view.getUint32(at, isLittleEndian),
      fraction: view.getUint32(at + 4, isLittleEndian),
      bytes: bytes.subarray(start, end),
      originalLength: view.getUint32(at + 12, isLittleEndian),
      origin: frames.length + 1,
    });
    at = end;
  }
  const linkType = view.getUint32(20, isLittleEndian);
  return { head: bytes.subarray(0, HEAD_BYTES), isLittleEndian, linkType, frames };
}

export function writePcap({ head, isLittleEndian, frames }: Capture): Uint8Array {
  const size = frames.reduce(
    (total, { bytes }) => total + RECORD_HEAD_BYTES + bytes.length,
    head.length,
  );
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  file.set(head);
  let at = head.length;
  for (const { seconds, fraction, bytes, originalLength } of frames) {
    view.setUint32(at, seconds, isLittleEndian);
    view.setUint32(at + 4, fraction, isLittleEndian);
    view.setUint32(at + 8, bytes.length, isLittleEndian);
    view.setUint32(at + 12, originalLength, isLittleEndian);
    file.set(bytes, at + RECORD_HEAD_BYTES);
    at += RECORD_HEAD_BYTES + bytes.length;
  }
  return file;
}
