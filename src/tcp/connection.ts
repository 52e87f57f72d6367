import type { Frame, FrameMemo } from '../capture/frame.ts';

/** Index of an endpoint and of the half-stream it sends: 0 is whoever sent the first frame seen. */
export type Direction = 0 | 1;

export interface Endpoint {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
}

/** Where a run of stream bytes came from. Valid only during the call it is passed to. */
export interface Arrival {
  frame: Frame;
  /** Stream offset of the run's first byte: 0 is the first byte after the SYN. */
  offset: number;
  /** Offset in the peer's stream up to which the sender had acknowledged it, or -1 if not told. */
  acknowledged: number;
}

/**
 * What a connection's reader is told, in the order in which the two sides can have acted: no bytes
 * are handed on before the peer's bytes that they acknowledge.
 */
export interface StreamReader {
  /** `bytes[start, end)` may be reused once this returns. */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void;
  /** `length` bytes of one direction are not in the capture. */
  gap(direction: Direction, length: number): void;
  /** The direction's last byte has been handed on; `HalfStream.finished` says so, too. */
  fin?(direction: Direction, frame: Frame): void;
  /** As `Connection.reset`. */
  reset?(direction: Direction, frame: Frame): void;
  /** Nothing more will come of this connection. */
  end(): void;
}

/** A segment that cannot be handed on yet, its payload copied. */
export interface HeldSegment extends Arrival {
  bytes: Uint8Array;
  /** Bytes of this segment that the snap length cut off. */
  cut: number;
  /** `Connection.segments` when it was held. */
  heldAt: number;
}

/** One direction's bytes, in order. */
export class HalfStream {
  /** Whether `nextSequence` is known: from a SYN, or from the first segment or acknowledgment. */
  known = false;
  /** Sequence number of the byte at `offset`. */
  nextSequence = 0;
  /** Initial sequence number, or one before the first byte where the SYN was not captured. */
  baseSequence = 0;
  /** Stream bytes handed on or known to be missing. */
  offset = 0;
  /** How far the peer has acknowledged this stream. */
  acknowledged = 0;
  /** Whether the SYN was captured, and so where the stream starts. */
  synSeen = false;
  /** Stream offset of the FIN, or -1. */
  finOffset = -1;
  finFrame: Frame | null = null;
  finished = false;
  frames = 0;
  /** In order of offset. */
  readonly held: HeldSegment[] = [];
  /** What `held` costs in memory. */
  heldBytes = 0;

  retransmitted = 0;
  outOfOrder = 0;
  gapBytes = 0;
  gaps = 0;
  truncated = 0;
  /** Segments left out because their checksum is wrong. */
  badChecksums = 0;

  /** Stream bytes seen, each once. */
  get bytesSeen(): number {
    return this.offset - this.gapBytes;
  }
}

/** A TCP connection, numbered as Wireshark's `tcp.stream`. */
export class Connection {
  readonly number: number;
  readonly endpoints: readonly [Endpoint, Endpoint];
  readonly halves: readonly [HalfStream, HalfStream] = [new HalfStream(), new HalfStream()];
  readonly first: Frame;
  /** Overwritten by every segment. */
  readonly last: FrameMemo;
  /** TCP segments of either direction, data or not. */
  segments = 0;
  /** Who sent the SYN, or null where it was not captured. */
  initiator: Direction | null = null;
  reset: { readonly by: Direction; readonly frame: Frame } | null = null;
  /** Set once nobody wants this connection's bytes: they are then counted, not ordered. */
  ignored = false;
  reader: StreamReader | null = null;
  /** Next connection with the same hash. */
  chained: Connection | null = null;

  constructor(number: number, endpoints: [Endpoint, Endpoint], first: Frame) {
    this.number = number;
    this.endpoints = endpoints;
    this.first = first;
    this.last = { ...first };
  }
}
