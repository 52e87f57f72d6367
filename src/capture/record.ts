/**
 * One captured packet. One object per reader, refilled for every packet: `bytes` and the numbers are
 * valid only during the sink's call.
 */
export interface CaptureRecord {
  /** 1-based, as Wireshark's `frame.number`. */
  number: number;
  /** LINKTYPE_ value (https://www.tcpdump.org/linktypes.html). */
  linkType: number;
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Bytes the packet had on the wire; more than `end - start` when the snap length cut it. */
  originalLength: number;
  /** Whole seconds since 1970-01-01 UTC. */
  seconds: number;
  /** The part of a second, in units of 10^-digits. */
  fraction: number;
  /** Decimal digits of the time stamp's resolution, or -1 where the packet has no time stamp. */
  digits: number;
}

export type RecordSink = (record: CaptureRecord) => void;

/** Told of TLS secrets in a capture, lines of an NSS key log; valid only during the call. */
export type SecretsSink = (keyLog: Uint8Array) => void;

/**
 * A capture that cannot be read on. A plain value: whoever reports it knows the file's name.
 */
export class CaptureFault {
  /** A sentence without the file's name, which says what is wrong and what to do. */
  readonly message: string;
  /** Where, in bytes from the start of the (decompressed) capture. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    this.message = message;
    this.offset = offset;
  }
}

/** Bytes that are not what the format has there; behind them there may be more that is. */
export class Damage extends CaptureFault {}

/** Why a file was not read to its end, however far that was. */
export interface FileFault {
  /** A sentence without the file's name. */
  readonly message: string;
  /** Where, as of a `CaptureFault`; null where only whoever read the bytes knows. */
  readonly offset: number | null;
  /** Frames of the file that were read before. */
  readonly frames: number;
}

/** Something at which the reading went on, and that is said. */
export interface FileNote extends FileFault {
  /** Frames may be missing there. */
  readonly isUnsound: boolean;
}

/**
 * Longest record taken for real when the file's own snap length is no larger. libpcap and Wireshark
 * use the same bound (MAXIMUM_SNAPLEN): a longer one means that the length itself is damaged.
 */
const MAX_RECORD_BYTES = 262_144;

/** Upper bound to what a file's own snap length may raise `MAX_RECORD_BYTES` to. */
export const MAX_SNAPLEN = 16 * 1024 * 1024;

export function newRecord(): CaptureRecord {
  return {
    number: 0,
    linkType: 0,
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
    originalLength: 0,
    seconds: 0,
    fraction: 0,
    digits: 6,
  };
}

export function copyRecord(from: CaptureRecord, to: CaptureRecord): CaptureRecord {
  to.number = from.number;
  to.linkType = from.linkType;
  to.bytes = from.bytes;
  to.start = from.start;
  to.end = from.end;
  to.originalLength = from.originalLength;
  to.seconds = from.seconds;
  to.fraction = from.fraction;
  to.digits = from.digits;
  return to;
}

export function maxRecordBytes(snaplen: number): number {
  return Math.max(MAX_RECORD_BYTES, Math.min(snaplen, MAX_SNAPLEN));
}

/**
 * A file format: told of bytes, it consumes whole items (headers, records, blocks) and leaves the rest.
 */
export interface CaptureFormat {
  readonly name: 'pcap' | 'pcapng';
  /** Bytes that the next item needs, counted from its start; known at least to its header. */
  wanted: number;
  /** Bytes of an item nobody wants that are still to come: passed over without being kept. */
  skip: number;
  /** What stands where `take` has stopped: an item, another file's header, or zeros where an item should start. */
  next: 'item' | 'file' | 'zeros';
  /**
   * Consumes whole items of `bytes[start, end)`, handing packets to the sink. Returns where the first
   * unfinished item starts. `offset` is the capture offset of `bytes[0]`. Throws `CaptureFault`.
   */
  take(bytes: Uint8Array, start: number, end: number, offset: number): number;
  /** No more bytes come: what waited for them to show what it is, is taken as it is. */
  settle(): void;
  /**
   * Where behind damage an item or a file starts that can be nothing else; null where it cannot be told from these
   * bytes: then `soughtTo` says up to where there is none, and `wanted` how many bytes from there tell more.
   */
  seek(bytes: Uint8Array, start: number, end: number): number | null;
  readonly soughtTo: number;
}
