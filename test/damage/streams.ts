import type { Capture, CapturedFrame } from './capture.ts';
import { FLAG, segmentOf, type TcpSegment } from './segment.ts';

type Run = readonly [start: number, end: number];

/** Bytes in runs, each once. */
function lengthOf(runs: Run[]): number {
  let total = 0;
  let upTo = Number.NEGATIVE_INFINITY;
  for (const [start, end] of runs.sort(([a], [b]) => a - b)) {
    if (end > upTo) total += end - Math.max(start, upTo);
    upTo = Math.max(upTo, end);
  }
  return total;
}

/** What a capture tells of one direction of a connection. Offsets count from any fixed number. */
class Stream {
  readonly #base: number;
  /** Runs of bytes that were captured. */
  readonly #runs: Run[] = [];
  /** Those that are sent again within what was cut off a segment before: who reads on has passed over that. */
  readonly #late: Run[] = [];
  /** How far cut segments went. */
  #cutTo = Number.NEGATIVE_INFINITY;
  #start = Number.POSITIVE_INFINITY;
  #startIsKnown = false;
  #end = Number.NEGATIVE_INFINITY;
  /** Where the FIN stands. */
  #fin: number | null = null;
  /** How far it was sent by what bare segments and the peer say, in numbers: a FIN has one, too. */
  #told = Number.NEGATIVE_INFINITY;

  constructor(base: number) {
    this.#base = base;
  }

  sent(segment: TcpSegment): void {
    const { flags, length, captured } = segment;
    if (flags & FLAG.RST) return;
    const isSyn = (flags & FLAG.SYN) !== 0;
    const at = this.#offset(segment.sequence) + (isSyn ? 1 : 0);
    if (isSyn) {
      this.#startIsKnown = true;
      this.#start = at;
    }
    if (flags & FLAG.FIN) this.#fin ??= at + length;
    if (length === 0 && !isSyn && (flags & FLAG.FIN) === 0) {
      // A keep-alive stands one number too low: it tells nothing of where a stream starts.
      this.#told = Math.max(this.#told, at);
      return;
    }
    if (captured > 0) (at < this.#cutTo ? this.#late : this.#runs).push([at, at + captured]);
    if (captured < length) this.#cutTo = Math.max(this.#cutTo, at + length);
    if (!this.#startIsKnown) this.#start = Math.min(this.#start, at);
    this.#end = Math.max(this.#end, at + length);
  }

  /** The peer says that it has all up to here. */
  peerAcknowledged(acknowledgment: number): void {
    const at = this.#offset(acknowledgment);
    if (!this.#startIsKnown) this.#start = Math.min(this.#start, at);
    this.#told = Math.max(this.#told, at);
  }

  /** Bytes captured, each once. */
  get present(): number {
    return lengthOf([...this.#runs, ...this.#late]);
  }

  /** Bytes that are not captured and of which the capture tells that they were sent: no fewer, no more. */
  get missing(): [least: number, most: number] {
    const last = Math.max(this.#end, this.#start);
    const end = this.#fin ?? Math.max(last, this.#told);
    // The last number may be that of a FIN, where that was not captured.
    const isFin = this.#fin === null && end > last;
    const most = end > this.#start ? end - this.#start - lengthOf(this.#runs) : 0;
    const least = most - (this.present - lengthOf(this.#runs));
    return [isFin ? least - 1 : least, isFin && end === last + 1 ? most - 1 : most];
  }

  #offset(sequence: number): number {
    return (sequence - this.#base) | 0;
  }
}

/** Payload bytes of both directions, each once. */
interface Count {
  readonly present: number;
  readonly missing: readonly [least: number, most: number];
  /** Segments of whose payload something was cut off, the copies of a frame as one. */
  readonly truncated: number;
}

/** The connections of a clean capture, numbered as Wireshark does, and where each frame belongs. */
export class Connections {
  /** Every frame is a segment that this reads; what tunnels and fragments hold is not counted. */
  readonly isComplete: boolean;
  /** By frame, from 1: the connection's number and who sent it, or null. */
  readonly #places: ({ connection: number; direction: 0 | 1 } | null)[] = [null];
  /** By frame: the first that carries the same bytes. */
  readonly #firsts: number[] = [0];
  readonly #bases: [number | null, number | null][] = [];

  constructor(clean: Capture) {
    const open = new Map<string, { number: number; source: string; syns: Map<string, number> }>();
    const firsts = new Map<string, number>();
    for (const frame of clean.frames) {
      this.#firsts.push(frame.origin);
      const segment = segmentOf(frame, clean.linkType);
      if (segment === null) {
        this.#places.push(null);
        continue;
      }
      const { source, destination, flags, sequence } = segment;
      const key = [source, destination].sort().join(' ');
      let connection = open.get(key);
      const isSyn = (flags & (FLAG.SYN | FLAG.ACK)) === FLAG.SYN;
      const isReused = isSyn && (connection?.syns.get(source) ?? sequence) !== sequence;
      if (connection === undefined || isReused) {
        connection = { number: this.#bases.length, source, syns: new Map() };
        open.set(key, connection);
        this.#bases.push([null, null]);
      }
      if (flags & FLAG.SYN) connection.syns.set(source, sequence);
      const direction = source === connection.source ? 0 : 1;
      const bases = this.#bases[connection.number]!;
      bases[direction] ??= sequence;
      if (flags & FLAG.ACK) bases[1 - direction] ??= segment.acknowledgment;
      this.#places.push({ connection: connection.number, direction });
      const content = `${connection.number} ${direction} ${sequence} ${segment.length} ${flags}`;
      this.#firsts[frame.origin] = firsts.get(content) ?? frame.origin;
      if (!firsts.has(content)) firsts.set(content, frame.origin);
    }
    this.isComplete = !this.#places.includes(null, 1);
  }

  /** The number of the connection that a frame of the clean capture belongs to. */
  of(origin: number): number | null {
    return this.#places[origin]?.connection ?? null;
  }

  /** The first frame of the clean capture that carries what this one does: it may have been sent again. */
  firstLike(origin: number): number {
    return this.#firsts[origin]!;
  }

  /** The same with its direction. */
  wayOf(origin: number): string | null {
    const place = this.#places[origin];
    return place == null ? null : `${place.connection} ${place.direction}`;
  }

  /** By connection: what a capture made of the clean one has, and what it shows to be missing. */
  count(capture: Capture): Count[] {
    const cut = this.#bases.map(() => new Set<string>());
    const streams = this.#bases.map((bases) => bases.map((base) => new Stream(base ?? 0)));
    for (const frame of capture.frames) {
      const place = this.#places[frame.origin];
      const segment = place == null ? null : segmentOf(frame, capture.linkType);
      if (place == null || segment === null) continue;
      const pair = streams[place.connection]!;
      pair[place.direction]!.sent(segment);
      if (segment.captured < segment.length)
        cut[place.connection]!.add(madeBySender(frame, segment));
      if ((segment.flags & (FLAG.ACK | FLAG.RST)) === FLAG.ACK)
        pair[1 - place.direction]!.peerAcknowledged(segment.acknowledgment);
    }
    return streams.map((pair, i) => ({
      truncated: cut[i]!.size,
      present: pair[0]!.present + pair[1]!.present,
      missing: [0, 1].map((i) => pair[0]!.missing[i]! + pair[1]!.missing[i]!) as [number, number],
    }));
  }
}

/** What two frames have in common only if they are one, captured twice: the IP identification and the TCP header. */
function madeBySender({ bytes }: CapturedFrame, { ip, tcp, payload, isIpv6 }: TcpSegment): string {
  const identification = isIpv6 ? [] : bytes.subarray(ip + 4, ip + 6);
  return [...identification, ...bytes.subarray(tcp, payload)].join();
}
