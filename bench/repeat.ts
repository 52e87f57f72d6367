/**
 * Makes a longer capture of a short one: N copies behind each other, each later in time and
 * from other client addresses, so that every connection in the result is a different one.
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const CHUNK = 4 * 1024 * 1024;

const ETHERNET = 1;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_TCP = 6;

const IP = 14;
const IP_PROTOCOL = IP + 9;
const IP_CHECKSUM = IP + 10;
const IP_SOURCE = IP + 12;
const IP_DESTINATION = IP + 16;
const TCP_CHECKSUM = 16;

/** Reads and writes the header fields of the file; their byte order is that of its magic. */
interface Format {
  header: Buffer;
  read(bytes: Buffer, at: number): number;
  write(bytes: Buffer, at: number, value: number): void;
}

/** Earliest and latest second, and the number of frames, of the original. */
interface Extent {
  first: number;
  last: number;
  frames: number;
}

/**
 * Writes `times` copies of the classic pcap `source` to `target` and returns how many frames one
 * copy has. Holds one chunk in memory, whatever the size. Throws on what it cannot repeat:
 * pcapng, or frames other than TCP over IPv4 over Ethernet.
 */
export function repeatCapture(
  source: string,
  target: string,
  times: number,
  serverPort: number,
): number {
  const input = openSync(source, 'r');
  // Only a complete file gets the final name.
  const partial = `${target}.partial`;
  const output = openSync(partial, 'w');
  try {
    const format = readFormat(input);
    writeFileSync(output, format.header);
    const extent: Extent = { first: Infinity, last: 0, frames: 0 };
    for (let copy = 0; copy < times; copy++) {
      for (const block of wholeRecords(input, format)) {
        if (copy === 0) extend(extent, block, format);
        else shift(block, format, copy, extent, serverPort);
        writeFileSync(output, block);
      }
    }
    // Or the disk would be busy with it while the caller measures.
    fsyncSync(output);
    renameSync(partial, target);
    return extent.frames;
  } finally {
    closeSync(input);
    closeSync(output);
    rmSync(partial, { force: true });
  }
}

function readFormat(fd: number): Format {
  const header = Buffer.alloc(FILE_HEADER);
  readSync(fd, header, 0, FILE_HEADER, 0);
  const format = formatOf(header);
  if (!format) throw new Error('not a classic pcap file');
  if (format.read(header, 20) !== ETHERNET) throw new Error('not an Ethernet capture');
  return format;
}

function formatOf(header: Buffer): Format | null {
  // Microseconds and nanoseconds: we only touch the seconds.
  const magics = [0xa1b2c3d4, 0xa1b23c4d];
  if (magics.includes(header.readUInt32LE(0))) {
    return {
      header,
      read: (bytes, at) => bytes.readUInt32LE(at),
      write: (bytes, at, value) => bytes.writeUInt32LE(value, at),
    };
  }
  if (magics.includes(header.readUInt32BE(0))) {
    return {
      header,
      read: (bytes, at) => bytes.readUInt32BE(at),
      write: (bytes, at, value) => bytes.writeUInt32BE(value, at),
    };
  }
  return null;
}

/** Blocks of complete records. A record cut off by the end of the file is left out. */
function* wholeRecords(fd: number, format: Format): Generator<Buffer> {
  const chunk = Buffer.alloc(CHUNK);
  let position = FILE_HEADER;
  for (;;) {
    const length = readSync(fd, chunk, 0, CHUNK, position);
    const end = endOfRecords(chunk.subarray(0, length), format);
    if (end === 0 && length === CHUNK) throw new Error('a record longer than 4 MiB');
    if (end === 0) return;
    yield chunk.subarray(0, end);
    // What is left of a cut record is read again with the next chunk.
    position += end;
  }
}

function endOfRecords(bytes: Buffer, format: Format): number {
  let end = 0;
  while (end + RECORD_HEADER <= bytes.length) {
    const next = recordEnd(bytes, end, format);
    if (next > bytes.length) break;
    end = next;
  }
  return end;
}

function recordEnd(bytes: Buffer, at: number, format: Format): number {
  return at + RECORD_HEADER + format.read(bytes, at + 8);
}

function extend(extent: Extent, block: Buffer, format: Format): void {
  for (let at = 0; at < block.length; at = recordEnd(block, at, format)) {
    const second = format.read(block, at);
    extent.first = Math.min(extent.first, second);
    extent.last = Math.max(extent.last, second);
    extent.frames++;
  }
}

/** Turns the records of `block` into those of copy number `copy`, in place. */
function shift(
  block: Buffer,
  format: Format,
  copy: number,
  extent: Extent,
  serverPort: number,
): void {
  const seconds = copy * (extent.last - extent.first + 2);
  for (let at = 0; at < block.length; at = recordEnd(block, at, format)) {
    format.write(block, at, format.read(block, at) + seconds);
    const frame = block.subarray(at + RECORD_HEADER, recordEnd(block, at, format));
    changeClient(frame, copy, serverPort);
  }
}

/** Adds `copy` to the second byte of the client's address: 127.0.0.1 becomes 127.1.0.1. */
function changeClient(frame: Buffer, copy: number, serverPort: number): void {
  const tcp = tcpOffset(frame);
  const fromServer = frame.readUInt16BE(tcp) === serverPort;
  const at = fromServer ? IP_DESTINATION : IP_SOURCE;
  const before = frame.readUInt16BE(at);
  frame[at + 1] = (frame[at + 1]! + copy) & 0xff;
  const after = frame.readUInt16BE(at);
  adjustChecksum(frame, IP_CHECKSUM, before, after);
  // The address counts in the TCP checksum too. What was right stays right.
  adjustChecksum(frame, tcp + TCP_CHECKSUM, before, after);
}

function tcpOffset(frame: Buffer): number {
  const tcp = IP + ((frame[IP] ?? 0) & 0x0f) * 4;
  const isTcp =
    frame.length >= tcp + 20 &&
    frame.readUInt16BE(12) === ETHERTYPE_IPV4 &&
    frame[IP_PROTOCOL] === PROTOCOL_TCP;
  if (!isTcp) throw new Error('a frame that is not TCP over IPv4');
  return tcp;
}

/** RFC 1624: a checksum after one 16-bit word it covers has changed. */
function adjustChecksum(frame: Buffer, at: number, before: number, after: number): void {
  let sum = (~frame.readUInt16BE(at) & 0xffff) + (~before & 0xffff) + after;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  frame.writeUInt16BE(~sum & 0xffff, at);
}
