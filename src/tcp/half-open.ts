import { type Frame, frameOf } from '../capture/frame.ts';
import { newRecord } from '../capture/record.ts';
import { Connection, type Direction } from './connection.ts';
import { endpointsOf, hashOf } from './flow-table.ts';
import { isFirst, lower, Opening } from './opening.ts';
import type { Reassembler } from './reassembler.ts';
import { ACK, newSegment, type Segment, SYN } from './segment.ts';

/**
 * Flows kept at once. A SYN flood opens a million and more; each costs about 100 bytes here, where a
 * connection with all that belongs to it takes thousands.
 */
const MAX_FLOWS = 2 ** 19;

/** Segments kept of a flow: a handshake, its repeats, a refusal; a flow with more becomes a connection. */
const MAX_SEGMENTS = 8;

/** Flows whose columns are made together. */
const BLOCK_BITS = 10;
const BLOCK_FLOWS = 1 << BLOCK_BITS;
const IN_BLOCK = BLOCK_FLOWS - 1;

/** Two IPv6 addresses. */
const ADDRESSES_BYTES = 32;

const MIN_CHAINS = 1024;

export const NO_FLOW = -1;

/** Bits of a flow for its first direction; those of the second are one further left. */
const BASED = 1;
/** The base is that of a SYN. */
const OPENED = 4;

/** Columns of flows: memory that the garbage collector need not look at. */
class Flows {
  readonly addresses = new Uint8Array(ADDRESSES_BYTES << BLOCK_BITS);
  readonly addressLengths = new Uint8Array(BLOCK_FLOWS);
  /** Source port above, destination port below. */
  readonly ports = new Int32Array(BLOCK_FLOWS);
  readonly hashes = new Int32Array(BLOCK_FLOWS);
  /** The next flow of the same chain, or the next free one; or NO_FLOW. */
  readonly next = new Int32Array(BLOCK_FLOWS);
  /** Connection numbers. */
  readonly numbers = new Int32Array(BLOCK_FLOWS);
  /** Of either direction, as `HalfStream.baseSequence`; `BASED` and `OPENED` of each. */
  readonly bases = [new Int32Array(BLOCK_FLOWS), new Int32Array(BLOCK_FLOWS)] as const;
  readonly based = new Uint8Array(BLOCK_FLOWS);
  /** Segments kept, 0 of a free place. */
  readonly counts = new Uint8Array(BLOCK_FLOWS);
  /** The first segment of each flow, the second, and so on. */
  readonly segments: Segments[] = [];
}

class Segments {
  readonly sequences = new Int32Array(BLOCK_FLOWS);
  readonly acknowledgments = new Int32Array(BLOCK_FLOWS);
  readonly flags = new Uint8Array(BLOCK_FLOWS);
  readonly directions = new Uint8Array(BLOCK_FLOWS);
  readonly copies = new Uint8Array(BLOCK_FLOWS);
  readonly frames = new Float64Array(BLOCK_FLOWS);
  readonly seconds = new Float64Array(BLOCK_FLOWS);
  readonly fractions = new Float64Array(BLOCK_FLOWS);
  readonly digits = new Int8Array(BLOCK_FLOWS);
}

/**
 * Pairs of endpoints between which nothing has been said so far: half-open connections, refused ones, the
 * first segments of every other. What is kept of them are the segments' numbers; a flow that says
 * something is taken out and made a connection of, as if it had been one from the start.
 */
export class HalfOpenFlows {
  size = 0;
  /** Direction of the segment last looked up. */
  direction: Direction = 0;
  readonly #blocks: Flows[] = [];
  #chains = new Int32Array(MIN_CHAINS).fill(NO_FLOW);
  /** Places that have been used. */
  #places = 0;
  #free = NO_FLOW;
  /** The place to be emptied next when all are taken: in the order in which a flood took them. */
  #hand = 0;
  readonly #segment = newSegment();
  /** A record, as all frames are that the reassembler is given: one shape is faster than two. */
  readonly #frame = newRecord();

  get isFull(): boolean {
    return this.size === MAX_FLOWS;
  }

  find(
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    sourcePort: number,
    destinationPort: number,
  ): number {
    const hash = hashOf(bytes, addresses, addressLength, sourcePort, destinationPort);
    let flow = this.#chains[hash & (this.#chains.length - 1)]!;
    while (flow !== NO_FLOW) {
      const block = this.#blocks[flow >> BLOCK_BITS]!;
      const at = flow & IN_BLOCK;
      if (block.hashes[at] === hash && block.addressLengths[at] === addressLength) {
        const ports = block.ports[at]!;
        if (
          ports === ((sourcePort << 16) | destinationPort) &&
          isPair(block, at, 0, bytes, addresses, addressLength)
        ) {
          this.direction = 0;
          return flow;
        }
        if (
          ports === ((destinationPort << 16) | sourcePort) &&
          isPair(block, at, addressLength, bytes, addresses, addressLength)
        ) {
          this.direction = 1;
          return flow;
        }
      }
      flow = block.next[at]!;
    }
    return NO_FLOW;
  }

  /** Makes a flow of the endpoints of a segment that is noted next; there must be room. */
  add(
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    sourcePort: number,
    destinationPort: number,
    number: number,
  ): number {
    const flow = this.#place();
    const block = this.#blocks[flow >> BLOCK_BITS]!;
    const at = flow & IN_BLOCK;
    const hash = hashOf(bytes, addresses, addressLength, sourcePort, destinationPort);
    const to = at * ADDRESSES_BYTES;
    for (let i = 0; i < 2 * addressLength; i++) block.addresses[to + i] = bytes[addresses + i]!;
    block.addressLengths[at] = addressLength;
    block.ports[at] = (sourcePort << 16) | destinationPort;
    block.hashes[at] = hash;
    block.numbers[at] = number;
    block.based[at] = 0;
    this.size++;
    this.direction = 0;
    if (this.size > this.#chains.length) this.#grow();
    this.#chain(flow, block, at);
    return flow;
  }

  numberOf(flow: number): number {
    return this.#blocks[flow >> BLOCK_BITS]!.numbers[flow & IN_BLOCK]!;
  }

  /** A flow to end when there is no room for another. */
  get oldest(): number {
    const flow = this.#hand;
    this.#hand = (this.#hand + 1) % MAX_FLOWS;
    return flow;
  }

  /** Whether a SYN is neither the one of this flow nor from before its segments. */
  isReused(flow: number, direction: Direction, sequence: number): boolean {
    const base = this.baseOf(flow, direction);
    if (base === null) return false;
    return this.#isOpened(flow, direction) ? base !== sequence : !isFirst(base, sequence);
  }

  /** As `HalfStream.baseSequence`, or null. */
  baseOf(flow: number, direction: Direction): number | null {
    const block = this.#blocks[flow >> BLOCK_BITS]!;
    const at = flow & IN_BLOCK;
    return block.based[at]! & (BASED << direction) ? block.bases[direction]![at]! : null;
  }

  /** Whether a direction's SYN is here. */
  #isOpened(flow: number, direction: Direction): boolean {
    return (
      (this.#blocks[flow >> BLOCK_BITS]!.based[flow & IN_BLOCK]! & (OPENED << direction)) !== 0
    );
  }

  /** Whether another segment can be kept. */
  hasRoom(flow: number): boolean {
    return this.#blocks[flow >> BLOCK_BITS]!.counts[flow & IN_BLOCK]! < MAX_SEGMENTS;
  }

  /** Keeps a segment without payload; there must be room. */
  note(flow: number, direction: Direction, segment: Segment, frame: Frame, isCopy: boolean): void {
    const block = this.#blocks[flow >> BLOCK_BITS]!;
    const at = flow & IN_BLOCK;
    const count = block.counts[at]!;
    block.counts[at] = count + 1;
    const { flags, sequence, acknowledgment } = segment;
    if (flags & SYN) open(block, at, direction, sequence);
    else base(block, at, direction, sequence - 1);
    if (flags & ACK) base(block, at, (1 - direction) as Direction, acknowledgment - 1);
    if (count === block.segments.length) block.segments.push(new Segments());
    const kept = block.segments[count]!;
    kept.sequences[at] = sequence;
    kept.acknowledgments[at] = acknowledgment;
    kept.flags[at] = flags;
    kept.directions[at] = direction;
    kept.copies[at] = isCopy ? 1 : 0;
    kept.frames[at] = frame.number;
    kept.seconds[at] = frame.seconds;
    kept.fractions[at] = frame.fraction;
    kept.digits[at] = frame.digits;
  }

  /**
   * Takes a flow out and makes a connection of it. Where it does not start with both SYNs, its segments are
   * those of an `Opening`, begun in that second.
   */
  take(flow: number, reassembler: Reassembler, second: number): Connection {
    const block = this.#blocks[flow >> BLOCK_BITS]!;
    const at = flow & IN_BLOCK;
    const memo = this.#frame;
    const segment = this.#segment;
    const count = block.counts[at]!;
    const ports = block.ports[at]!;
    const ends = endpointsOf(
      block.addresses,
      at * ADDRESSES_BYTES,
      block.addressLengths[at]!,
      ports >>> 16,
      ports & 0xffff,
    );
    this.#recall(block.segments[0]!, at);
    const connection = new Connection(block.numbers[at]!, ends, frameOf(memo));
    if (!isHandshake(block, at)) connection.opening = new Opening(second);
    const { opening } = connection;
    for (let i = 0; i < count; i++) {
      const kept = block.segments[i]!;
      this.#recall(kept, at);
      const direction = kept.directions[at] as Direction;
      const isCopy = kept.copies[at] === 1;
      if (opening !== null) opening.keep(connection, direction, segment, memo, isCopy);
      else if (isCopy) reassembler.copy(connection, direction, memo);
      else reassembler.push(connection, direction, segment, memo);
    }
    this.#unchain(flow, block, at);
    block.counts[at] = 0;
    block.next[at] = this.#free;
    this.#free = flow;
    this.size--;
    return connection;
  }

  /** All flows, by connection number. */
  all(): number[] {
    const flows: number[] = [];
    for (let flow = 0; flow < this.#places; flow++) {
      if (this.#blocks[flow >> BLOCK_BITS]!.counts[flow & IN_BLOCK]! > 0) flows.push(flow);
    }
    return flows.sort((a, b) => this.numberOf(a) - this.numberOf(b));
  }

  /** Fills the segment and the frame that are handed on. */
  #recall(kept: Segments, at: number): void {
    const segment = this.#segment;
    segment.sequence = kept.sequences[at]!;
    segment.acknowledgment = kept.acknowledgments[at]!;
    segment.flags = kept.flags[at]!;
    const memo = this.#frame;
    memo.number = unboxed(kept.frames[at]!);
    memo.seconds = unboxed(kept.seconds[at]!);
    memo.fraction = unboxed(kept.fractions[at]!);
    memo.digits = kept.digits[at]!;
  }

  #place(): number {
    const free = this.#free;
    if (free !== NO_FLOW) {
      this.#free = this.#blocks[free >> BLOCK_BITS]!.next[free & IN_BLOCK]!;
      return free;
    }
    if (this.#places >> BLOCK_BITS === this.#blocks.length) this.#blocks.push(new Flows());
    return this.#places++;
  }

  #chain(flow: number, block: Flows, at: number): void {
    const chain = block.hashes[at]! & (this.#chains.length - 1);
    block.next[at] = this.#chains[chain]!;
    this.#chains[chain] = flow;
  }

  #unchain(flow: number, block: Flows, at: number): void {
    const chain = block.hashes[at]! & (this.#chains.length - 1);
    const next = block.next[at]!;
    let before = this.#chains[chain]!;
    if (before === flow) {
      this.#chains[chain] = next;
      return;
    }
    for (;;) {
      const holder = this.#blocks[before >> BLOCK_BITS]!;
      const after = holder.next[before & IN_BLOCK]!;
      if (after === flow) {
        holder.next[before & IN_BLOCK] = next;
        return;
      }
      before = after;
    }
  }

  /** Doubles the chains, so that each stays short. */
  #grow(): void {
    const old = this.#chains;
    this.#chains = new Int32Array(old.length * 2).fill(NO_FLOW);
    for (const head of old) {
      for (let flow = head; flow !== NO_FLOW; ) {
        const block = this.#blocks[flow >> BLOCK_BITS]!;
        const at = flow & IN_BLOCK;
        const next = block.next[at]!;
        this.#chain(flow, block, at);
        flow = next;
      }
    }
  }
}

/**
 * What a column of doubles holds, as an integer where it is a small one: once a field has been given a double, each
 * frame that is kept has 16 bytes more for it.
 */
function unboxed(value: number): number {
  const integer = value | 0;
  return integer === value ? integer : value;
}

function open(block: Flows, at: number, direction: Direction, sequence: number): void {
  block.based[at]! |= (BASED | OPENED) << direction;
  block.bases[direction]![at] = sequence;
}

function base(block: Flows, at: number, direction: Direction, sequence: number): void {
  const bits = block.based[at]!;
  if (bits & (OPENED << direction)) return;
  const bases = block.bases[direction]!;
  bases[at] = lower(bits & (BASED << direction) ? bases[at]! : null, sequence | 0);
  block.based[at]! |= BASED << direction;
}

/** Whether a flow starts with a SYN and the answer to it. */
function isHandshake({ segments, counts }: Flows, at: number): boolean {
  const opened = [false, false];
  for (let i = 0; i < counts[at]!; i++) {
    const flags = segments[i]!.flags[at]!;
    const direction = segments[i]!.directions[at]!;
    if (!(flags & SYN) || (flags & ACK && !opened[1 - direction])) return false;
    opened[direction] = true;
    if (opened[1 - direction]) return true;
  }
  return false;
}

/** Whether a flow's addresses, read from the second on and around, are these two. */
function isPair(
  block: Flows,
  at: number,
  from: number,
  bytes: Uint8Array,
  addresses: number,
  addressLength: number,
): boolean {
  const start = at * ADDRESSES_BYTES;
  for (let i = 0; i < addressLength; i++) {
    if (
      block.addresses[start + from + i] !== bytes[addresses + i] ||
      block.addresses[start + addressLength - from + i] !== bytes[addresses + addressLength + i]
    ) {
      return false;
    }
  }
  return true;
}
