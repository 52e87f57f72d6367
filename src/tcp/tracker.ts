import { copyFrame, type Frame, frameOf } from '../capture/frame.ts';
import { Connection, type Direction, type HalfStream, type StreamReader } from './connection.ts';
import { Copies } from './copies.ts';
import { endpointsOf, FlowTable } from './flow-table.ts';
import { HalfOpenFlows, NO_FLOW } from './half-open.ts';
import { isFirst, Opening } from './opening.ts';
import { isElsewhere, isNear, REORDER_WINDOW_SEGMENTS, Reassembler } from './reassembler.ts';
import { ACK, RST, type Segment, SYN } from './segment.ts';

/**
 * Connections on which something was said, tracked at once: more than a server has at a time
 * (`max_connections` goes up to 100,000), with those that have closed and may still see a late segment. Each
 * takes a few thousand bytes.
 */
const MAX_CONNECTIONS = 2 ** 17;

/** Of those, what is let go at once when they are too many: the longest idle quarter. */
const LET_GO = MAX_CONNECTIONS / 4;

/**
 * Connections that are over and still have their reader, for what comes late: the peer's last bytes after a
 * reset, segments that the capture shuffled.
 */
const MAX_CLOSING = 1024;

/**
 * Seconds of the capture's time for which the SYNs of a connection are waited for that starts without them: longer
 * than any capturing delays a frame, and short enough for who watches a connection that was open before.
 */
const OPENING_SECONDS = 2;

/**
 * Seconds of silence after which other numbers between the same ends are those of another connection: twice the time that a
 * segment lives (RFC 9293), for which no host uses the ends again.
 */
const REUSE_SECONDS = 240;

/** What is kept of all such connections together. */
const MAX_OPENING_BYTES = 32 * 1024 * 1024;

export interface TrackerHost {
  /** Whether the connection of this number is to be read. */
  isWanted(number: number): boolean;
  /** Somebody to read a connection, on which the first bytes have come. */
  readerOf(connection: Connection): StreamReader;
  /** Told once of every connection, when it is tracked no more; at the end of the capture by number. */
  ended(connection: Connection): void;
}

/** All connections of a capture: which segment is whose, and how long each is remembered. */
export class Tracker {
  /** Connections so far; the next one's number. */
  count = 0;
  /** Connections that were let go before they were over, because there were too many at once. */
  letGo = 0;
  /** Connections that took the number of the one before between the same ends. */
  reused = 0;
  readonly reassembler = new Reassembler();
  readonly #flows = new FlowTable();
  readonly #halfOpen = new HalfOpenFlows();
  readonly #copies = new Copies();
  /** Connections that are over but have not been ended. */
  readonly #closing = new Set<Connection>();
  /** Connections with an `Opening`, in the order in which these began. */
  readonly #opening = new Set<Connection>();
  #openingBytes = 0;
  /** The latest second of the capture's time. */
  #second = 0;
  readonly #host: TrackerHost;
  /** Of the segment at hand. */
  #direction: Direction = 0;

  constructor(host: TrackerHost) {
    this.#host = host;
  }

  /**
   * Takes a segment, whose addresses stand in `bytes` from `addresses` on. Returns its connection, or null
   * where nothing has been said on it so far.
   */
  push(
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    identification: number,
    segment: Segment,
    frame: Frame,
  ): Connection | null {
    const { sourcePort, destinationPort, flags } = segment;
    let connection = this.#flows.find(bytes, addresses, addressLength, sourcePort, destinationPort);
    this.#direction = this.#flows.direction;
    if (
      connection === null ||
      (((flags & (SYN | ACK)) === SYN || connection.contested) &&
        this.#isOfAnother(connection, bytes, addresses, addressLength, segment))
    ) {
      connection = this.#meet(
        connection,
        bytes,
        addresses,
        addressLength,
        identification,
        segment,
        frame,
      );
      if (connection === null) return null;
    }
    if (
      isElsewhere(connection.halves[this.#direction], segment.sequence) &&
      this.#isReused(connection, segment, frame)
    ) {
      connection = this.#reuse(connection, frame);
    }
    const direction = this.#direction;
    if (!connection.ignored) {
      const flow = connection.number * 2 + direction + 1;
      const isCopy = this.#copies.isCopy(flow, segment, identification);
      if (connection.opening !== null) {
        this.#keep(connection, connection.opening, segment, frame, isCopy);
        return connection;
      }
      if (isCopy) {
        this.reassembler.copy(connection, direction, frame);
        return connection;
      }
      if (connection.reader === null && isSaying(segment)) {
        connection.reader = this.#host.readerOf(connection);
      }
    }
    this.reassembler.push(connection, direction, segment, frame);
    if (connection.over && !connection.ended) this.#close(connection);
    return connection;
  }

  /**
   * Whether the same ends speak again, long after all that was said on a connection, and of other numbers. Its SYN is not
   * here: no SYN comes with a payload.
   */
  #isReused({ halves, over }: Connection, segment: Segment, frame: Frame): boolean {
    if (over || !isSaying(segment) || segment.flags & (SYN | RST)) return false;
    if (!halves[this.#direction]!.known) return false;
    const spoke = Math.max(...halves.map(({ lastData }) => lastData?.seconds ?? 0));
    return spoke > 0 && frame.seconds - spoke > REUSE_SECONDS;
  }

  /** A connection gives way to the next one between its ends, which has the same number: Wireshark sees no other. */
  #reuse(connection: Connection, frame: Frame): Connection {
    this.reused++;
    const { number, endpoints } = connection;
    const next = new Connection(number, [...endpoints], frameOf(frame));
    next.opening = new Opening(this.#second);
    this.#add(next, connection);
    return next;
  }

  /** The capture's time has come to `frame`. */
  tick(frame: Frame): void {
    if (frame.seconds <= this.#second) return;
    this.#second = frame.seconds;
    for (const connection of this.#opening) {
      if (this.#second - connection.opening!.second <= OPENING_SECONDS) break;
      this.#settle(connection);
    }
    this.reassembler.tick(frame);
  }

  /** The segment at hand is one of a connection's first. */
  #keep(
    connection: Connection,
    opening: Opening,
    segment: Segment,
    frame: Frame,
    isCopy: boolean,
  ): void {
    const before = opening.bytes;
    opening.keep(connection, this.#direction, segment, frame, isCopy);
    this.#openingBytes += opening.bytes - before;
    if (opening.isComplete || opening.size >= REORDER_WINDOW_SEGMENTS) this.#settle(connection);
    for (const oldest of this.#opening) {
      if (this.#openingBytes <= MAX_OPENING_BYTES) return;
      this.#settle(oldest);
    }
  }

  /** Hands on a connection's first segments: their SYNs have come, or are waited for no longer. */
  #settle(connection: Connection): void {
    const { opening } = connection;
    if (opening === null) return;
    connection.opening = null;
    if (this.#opening.delete(connection)) this.#openingBytes -= opening.bytes;
    let last: Frame | null = null;
    for (const { direction, segment, frame, isCopy } of opening.settle(connection)) {
      if (last === null || frame.number > last.number) last = frame;
      if (isCopy) this.reassembler.copy(connection, direction, frame);
      else this.#order(connection, direction, segment, frame);
    }
    if (last !== null) copyFrame(last, connection.last);
  }

  #order(connection: Connection, direction: Direction, segment: Segment, frame: Frame): void {
    if (connection.reader === null && !connection.ignored && isSaying(segment)) {
      connection.reader = this.#host.readerOf(connection);
    }
    this.reassembler.push(connection, direction, segment, frame);
    if (connection.over && !connection.ended) this.#close(connection);
  }

  /**
   * A segment of no connection on which something has been said, or of another one than `previous`. Returns
   * its connection if it is the first to say something.
   */
  #meet(
    previous: Connection | null,
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    identification: number,
    segment: Segment,
    frame: Frame,
  ): Connection | null {
    const { sourcePort, destinationPort, sequence } = segment;
    const flows = this.#halfOpen;
    const isOpening = (segment.flags & (SYN | ACK)) === SYN;
    const isFollowed = previous !== null && (!isOpening || previous.over);
    if (isFollowed) this.#drop(previous);
    let flow = flows.find(bytes, addresses, addressLength, sourcePort, destinationPort);
    if (flow !== NO_FLOW && isOpening && flows.isReused(flow, flows.direction, sequence)) {
      this.#end(flows.take(flow, this.reassembler, this.#second));
      flow = NO_FLOW;
    }
    const direction = flow === NO_FLOW ? 0 : flows.direction;
    this.#direction = direction;
    if (!isSaying(segment)) {
      if (flow === NO_FLOW) {
        if (flows.isFull) this.#letGoHalfOpen();
        const number = this.count++;
        flow = flows.add(bytes, addresses, addressLength, sourcePort, destinationPort, number);
      }
      if (flows.hasRoom(flow)) {
        const key = flows.numberOf(flow) * 2 + direction + 1;
        const isCopy = this.#copies.isCopy(key, segment, identification);
        flows.note(flow, direction, segment, frame, isCopy);
        return null;
      }
    }
    let connection: Connection;
    if (flow === NO_FLOW) {
      const ends = endpointsOf(bytes, addresses, addressLength, sourcePort, destinationPort);
      connection = new Connection(this.count++, ends, frameOf(frame));
      connection.opening = new Opening(this.#second);
    } else {
      connection = flows.take(flow, this.reassembler, this.#second);
    }
    this.#add(connection, isFollowed ? null : previous);
    return connection;
  }

  /** Numbers the connection of a segment that is not to be read, if it has none yet. */
  mention(
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    { sourcePort, destinationPort }: Segment,
    frame: Frame,
  ): void {
    const ends = [bytes, addresses, addressLength, sourcePort, destinationPort] as const;
    if (this.#flows.find(...ends) !== null || this.#halfOpen.find(...ends) !== NO_FLOW) return;
    this.#add(new Connection(this.count++, endpointsOf(...ends), frameOf(frame)), null);
  }

  /** Counts a segment that its receiver throws away; it opens no connection. */
  countUnsound(
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    { sourcePort, destinationPort }: Segment,
  ): void {
    const ends = [bytes, addresses, addressLength, sourcePort, destinationPort] as const;
    let connection = this.#flows.find(...ends);
    let { direction } = this.#flows;
    if (connection === null) {
      const flow = this.#halfOpen.find(...ends);
      if (flow === NO_FLOW) return;
      direction = this.#halfOpen.direction;
      connection = this.#halfOpen.take(flow, this.reassembler, this.#second);
      this.#add(connection, null);
    }
    connection.halves[direction].badChecksums++;
  }

  /** Nothing more comes: ends all connections. */
  finish(): void {
    const left = [...this.#flows].sort((a, b) => a.number - b.number);
    let next = 0;
    for (const flow of this.#halfOpen.all()) {
      const number = this.#halfOpen.numberOf(flow);
      while (next < left.length && left[next]!.number < number) this.#end(left[next++]!);
      this.#end(this.#halfOpen.take(flow, this.reassembler, this.#second));
    }
    while (next < left.length) this.#end(left[next++]!);
  }

  /**
   * Whether a segment is not this connection's but that of another one between the same endpoints. A SYN
   * with a new number has one of its own, as in Wireshark. But it may be a stray: then this connection
   * goes on, until something answers the SYN or follows it.
   */
  #isOfAnother(
    connection: Connection,
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    segment: Segment,
  ): boolean {
    const { sourcePort, destinationPort, flags, sequence, acknowledgment } = segment;
    const half = connection.halves[this.#direction]!;
    if ((flags & (SYN | ACK)) === SYN) {
      const { opening } = connection;
      if (opening !== null && !opening.isReused(half, this.#direction, sequence)) return false;
      if (!half.based || half.baseSequence === sequence) {
        // Wireshark takes it for the connection's own, whatever follows.
        connection.contested = false;
        return false;
      }
      connection.contested = true;
      return true;
    }
    const flow = this.#halfOpen.find(bytes, addresses, addressLength, sourcePort, destinationPort);
    const base = flow === NO_FLOW ? null : this.#halfOpen.baseOf(flow, 0);
    if (connection.over && base === null) return isBehindEnd(half, segment);
    if (base === null) {
      connection.contested = false;
      return false;
    }
    const fromOpener = this.#halfOpen.direction === 0;
    if (!fromOpener && !(flags & ACK)) return false;
    const behind = ((fromOpener ? sequence : acknowledgment) - base - 1) | 0;
    if (behind === 0) return true;
    const offset = half.offset + ((sequence - half.nextSequence) | 0);
    if (!connection.over && half.known && isNear(half, offset)) return false;
    return behind > 0 && isFirst(behind, 0);
  }

  #letGoHalfOpen(): void {
    this.letGo++;
    this.#end(this.#halfOpen.take(this.#halfOpen.oldest, this.reassembler, this.#second));
  }

  /** Something has been said: the connection takes the place of the one before it, if there is one. */
  #add(connection: Connection, previous: Connection | null): void {
    if (previous !== null) this.#drop(previous);
    connection.ignored = !this.#host.isWanted(connection.number);
    if (connection.ignored) this.#settle(connection);
    if (connection.opening !== null) {
      this.#opening.add(connection);
      this.#openingBytes += connection.opening.bytes;
    }
    this.#flows.add(connection);
    if (this.#flows.size <= MAX_CONNECTIONS) return;
    const all = [...this.#flows].sort((a, b) => a.last.number - b.last.number);
    for (const idle of all.slice(0, LET_GO)) {
      if (!idle.over) this.letGo++;
      this.#drop(idle);
    }
  }

  #drop(connection: Connection): void {
    this.#flows.remove(connection);
    this.#end(connection);
  }

  #end(connection: Connection): void {
    this.#settle(connection);
    this.#closing.delete(connection);
    this.reassembler.end(connection);
    this.#host.ended(connection);
  }

  /**
   * A connection is over. Its reader is told when so many others are, too, that nothing more can come. The next
   * one between the same endpoints may start with any segment, if the capture shuffled them.
   */
  #close(connection: Connection): void {
    if (this.#closing.has(connection)) return;
    connection.contested = true;
    this.#closing.add(connection);
    if (this.#closing.size <= MAX_CLOSING) return;
    for (const oldest of this.#closing) {
      this.#closing.delete(oldest);
      this.reassembler.end(oldest);
      return;
    }
  }
}

/** Whether a segment lies behind where its direction has ended, or nowhere near that. */
function isBehindEnd(half: HalfStream, { sequence, flags }: Segment): boolean {
  if (!half.known || flags & RST) return false;
  const offset = half.offset + ((sequence - half.nextSequence) | 0);
  return half.finOffset < 0 ? !isNear(half, offset) : offset > half.finOffset + 1;
}

function isSaying({ payloadStart, payloadEnd, cut }: Segment): boolean {
  return payloadEnd + cut > payloadStart;
}
