import type { Frame, FrameMemo } from '../capture/frame.ts';
import type { Opening } from './opening.ts';

/** Index of an endpoint and of the half-stream it sends: 0 is whoever sent the first frame seen. */
export type Direction = 0 | 1;

export function other(direction: Direction): Direction {
  return direction === 0 ? 1 : 0;
}

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

/** A place of one direction's bytes that is not in the capture. */
export interface Gap {
  readonly direction: Direction;
  /** Stream offset of the first byte that is missing. */
  readonly offset: number;
  length: number;
  /** The frame that brought what stands before it, or null where nothing does. */
  readonly before: Frame | null;
  /** The frame that brought what stands behind it, or null where nothing does. */
  after: Frame | null;
  /** The receiver has acknowledged the bytes: they were sent and arrived, and only the capture lost them. */
  acknowledged: boolean;
}

/** Gaps of one direction that are kept whole: the first few show where to look, the counters say the rest. */
const MAX_KEPT_GAPS = 16;

/** A segment that cannot be handed on yet, its payload copied. */
export interface HeldSegment extends Arrival {
  bytes: Uint8Array;
  /** Bytes of this segment that the snap length cut off. */
  cut: number;
  /** `Connection.distinct` when it was held. */
  heldAt: number;
}

/** Shared by all connections, most of which never have any: whoever holds a segment makes a list first. */
export const NOTHING_HELD: HeldSegment[] = [];
const NO_GAPS: readonly Gap[] = [];

/** One direction's bytes, in order. */
export class HalfStream {
  /** Whether `nextSequence` is known: from a SYN, or from the first segment or acknowledgment. */
  known = false;
  /** Sequence number of the byte at `offset`. */
  nextSequence = 0;
  /** Whether `baseSequence` is known; any segment of either side may tell it. */
  based = false;
  /** Initial sequence number, or one before the first number seen where the SYN was not captured. */
  baseSequence = 0;
  /** A bare acknowledgment stood right behind `baseSequence` before anything else told where the stream is. */
  hinted = false;
  /** Stream bytes handed on or known to be missing. */
  offset = 0;
  /** How far the peer has acknowledged this stream. */
  acknowledged = 0;
  /** The peer has said, while there was a hole here, that it lacks bytes before this offset; or -1. */
  missedTo = -1;
  /** Whether the SYN was captured, and so where the stream starts. */
  synSeen = false;
  /** Whether a SYN asked for the connection: both sides may, in a simultaneous open. */
  asked = false;
  /** Stream offset of the FIN, or -1. */
  finOffset = -1;
  finFrame: Frame | null = null;
  /** Offset in the peer's stream that the FIN acknowledged, the peer's own FIN counting as a byte; or -1. */
  finAcknowledged = -1;
  finished = false;
  frames = 0;
  /** It has segments which have not been counted yet: those of the `Opening`. */
  heard = false;
  /** In order of offset. */
  held: HeldSegment[] = NOTHING_HELD;
  /** What `held` costs in memory. */
  heldBytes = 0;
  /** The frame of the bytes handed on last. */
  lastData: Frame | null = null;
  /** The last bare acknowledgment in which this side said that it has no room for more (window 0). */
  zeroWindow: Frame | null = null;

  /** Frames that the capture has twice. */
  duplicates = 0;
  retransmitted = 0;
  outOfOrder = 0;
  truncated = 0;
  /** Bytes of segments that are nowhere near the stream, or before its start: not handed on, and no repeats. */
  strayBytes = 0;
  /** Segments left out because their checksum is wrong. */
  badChecksums = 0;
  gapBytes = 0;
  /** Places of them. */
  gaps = 0;
  /** The first `MAX_KEPT_GAPS`. */
  keptGaps: readonly Gap[] = NO_GAPS;
  /** Stream offset behind the last gap, or -1. */
  gapEnd = -1;

  /** Stream bytes seen, each once. */
  get bytesSeen(): number {
    return this.offset - this.gapBytes;
  }

  /** The next `length` bytes are not in the capture. What adjoins the last gap widens it. */
  miss(direction: Direction, length: number): void {
    const { offset } = this;
    const acknowledged = this.acknowledged >= offset + length;
    if (this.gapEnd !== offset) {
      this.gaps++;
      if (this.keptGaps.length < MAX_KEPT_GAPS) {
        const before = this.lastData;
        const gap = { direction, offset, length, before, after: null, acknowledged };
        this.keptGaps = [...this.keptGaps, gap];
      }
    } else {
      const gap = this.lastGap;
      if (gap !== null) {
        gap.length += length;
        gap.acknowledged &&= acknowledged;
      }
    }
    this.gapBytes += length;
    this.gapEnd = offset + length;
  }

  /** The gap that ends at `gapEnd`, if it is kept. */
  get lastGap(): Gap | null {
    const gap = this.keptGaps.at(-1);
    return gap !== undefined && gap.offset + gap.length === this.gapEnd ? gap : null;
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
  /** The same without frames that the capture has twice. */
  distinct = 0;
  /** Who sent the first SYN, or null where it was not captured. */
  initiator: Direction | null = null;
  reset: {
    readonly by: Direction;
    readonly frame: Frame;
    /** Where it stands in its sender's stream, or -1 where that is not known. */
    readonly offset: number;
    /** Offset in the peer's stream that it acknowledges; -1 of a bare one, with which a host answers what it knows nothing of. */
    readonly acknowledged: number;
  } | null = null;
  /** Both sides have closed, or one has reset it. */
  over = false;
  /** Set once nobody wants this connection's bytes: they are then counted, not ordered. */
  ignored = false;
  /** The reader has been told that nothing more will come. */
  ended = false;
  /** A SYN of the same endpoints may be the start of another connection, or a stray. */
  contested = false;
  reader: StreamReader | null = null;
  /** Its first segments, until it is known where it starts. */
  opening: Opening | null = null;
  /** Next connection with the same hash. */
  chained: Connection | null = null;

  constructor(number: number, endpoints: [Endpoint, Endpoint], first: Frame) {
    this.number = number;
    this.endpoints = endpoints;
    this.first = first;
    this.last = { ...first };
  }
}
