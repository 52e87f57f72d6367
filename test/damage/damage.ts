import type { Capture, CapturedFrame } from './capture.ts';
import { checksumIpv4, FLAG, segmentOf, type TcpSegment, withPayload } from './segment.ts';

/** A number from 0 to below 1. */
type Random = () => number;

/** One kind of damage: frames in, frames out, each with its origin. */
export type Rule = (
  frames: readonly CapturedFrame[],
  capture: Capture,
  random: Random,
) => readonly CapturedFrame[];

/** The capture damaged by rules, one after the other. The same seed gives the same damage. */
export function damage(clean: Capture, seed: number, ...rules: readonly Rule[]): Capture {
  const random = mulberry32(seed);
  let { frames } = clean;
  for (const rule of rules) frames = rule(frames, clean, random);
  return { ...clean, frames };
}

/** Tommy Ettinger's Mulberry32: 32 bits of state, good enough to pick frames. */
function mulberry32(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Loses a share of the segments that carry payload. */
export function dropData(share: number): Rule {
  return (frames, { linkType }, random) =>
    frames.filter((frame) => !hasPayload(frame, linkType) || random() >= share);
}

/** Loses a share of all frames. */
export function dropAny(share: number): Rule {
  return (frames, _, random) => frames.filter(() => random() >= share);
}

/** No capturing delays a frame for longer, however few others come meanwhile. */
const MAX_DELAY_SECONDS = 2;

/**
 * Moves a share of the frames to a place 1 to `within` frames, and at most two seconds, later. Their times go with them, or
 * ('sorted') the times stay where they are, as when the clock is read behind what shuffled them.
 */
export function reorder(share: number, within: number, times: 'own' | 'sorted' = 'own'): Rule {
  return (frames, _, random) => {
    // A moved frame comes right behind the one that stood at its new place.
    const places = frames.map((frame, i) => {
      const isMoved = random() < share;
      let later = 1 + Math.floor(random() * within);
      const last = frames.length - 1;
      while (frames[Math.min(i + later, last)]!.seconds - frame.seconds > MAX_DELAY_SECONDS) {
        later--;
      }
      return { frame, place: isMoved ? i + later + 0.5 : i };
    });
    places.sort((a, b) => a.place - b.place);
    return places.map(({ frame }, i) => {
      const { seconds, fraction } = times === 'own' ? frame : frames[i]!;
      return { ...frame, seconds, fraction };
    });
  };
}

/** What the second copy of a frame looks like. */
const COPIES = {
  same: (frame: CapturedFrame) => frame,
  /** As seen behind a router. */
  routed(frame: CapturedFrame, linkType: number) {
    const segment = segmentOf(frame, linkType);
    if (segment === null) return frame;
    const bytes = Uint8Array.from(frame.bytes);
    const view = new DataView(bytes.buffer);
    const timeToLive = segment.ip + (segment.isIpv6 ? 7 : 8);
    view.setUint8(timeToLive, view.getUint8(timeToLive) - 1);
    if (!segment.isIpv6) checksumIpv4(view, segment.ip);
    return { ...frame, bytes };
  },
  /** As seen on a trunk; Ethernet only. */
  tagged(frame: CapturedFrame, linkType: number) {
    if (linkType !== 1) return frame;
    const bytes = new Uint8Array(frame.bytes.length + 4);
    bytes.set(frame.bytes.subarray(0, 12));
    bytes.set([0x81, 0x00, 0x00, 0x64], 12);
    bytes.set(frame.bytes.subarray(12), 16);
    return { ...frame, bytes, originalLength: frame.originalLength + 4 };
  },
} as const;

/** A share of the frames comes again, 1 to `within` frames later. */
export function duplicate(share: number, within = 1, copy: keyof typeof COPIES = 'same'): Rule {
  return (frames, { linkType }, random) => {
    const places = frames.map((frame, i) => ({ frame, place: i }));
    frames.forEach((frame, i) => {
      if (random() >= share) return;
      const later = Math.floor(random() * within);
      places.push({ frame: COPIES[copy](frame, linkType), place: i + later + 0.5 });
    });
    places.sort((a, b) => a.place - b.place);
    return places.map(({ frame }) => frame);
  };
}

/** Captured with a snap length. */
export function cutTo(snaplen: number): Rule {
  return (frames) =>
    frames.map((frame) =>
      frame.bytes.length <= snaplen ? frame : { ...frame, bytes: frame.bytes.subarray(0, snaplen) },
    );
}

/** The capture starts behind its first `count` frames. */
export function startAfter(count: number): Rule {
  return (frames) => frames.slice(count);
}

/** Only the frames of some connections. */
export function only(isWanted: (frame: CapturedFrame) => boolean): Rule {
  return (frames) => frames.filter(isWanted);
}

/** Every segment becomes segments of at most `size` payload bytes. */
export function split(size: number): Rule {
  return (frames, { linkType }) =>
    frames.flatMap((frame) => {
      const segment = segmentOf(frame, linkType);
      if (segment === null || segment.length <= size || isCut(segment)) return [frame];
      return pieces(frame, segment, size);
    });
}

function pieces(frame: CapturedFrame, segment: TcpSegment, size: number): CapturedFrame[] {
  const payload = frame.bytes.subarray(segment.payload, segment.payload + segment.length);
  const all: CapturedFrame[] = [];
  // The first may carry a SYN, and only the last is where the sender pushed or was done.
  const count = Math.ceil(payload.length / size);
  for (let i = 0; i < count; i++) {
    let { flags } = segment;
    if (i > 0) flags &= ~FLAG.SYN;
    if (i < count - 1) flags &= ~(FLAG.FIN | FLAG.PSH);
    const isAfterSyn = i > 0 && (segment.flags & FLAG.SYN) !== 0;
    const skipped = i * size + (isAfterSyn ? 1 : 0);
    const part = payload.subarray(i * size, (i + 1) * size);
    all.push(withPayload(frame, segment, part, { skipped, flags }));
  }
  return all;
}

/** IPv4's total length has 16 bits. */
const MAX_IP_BYTES = 0xffff;

/**
 * Segments that follow each other become one of up to 64 KiB, in the first one's place, as receive
 * offload makes them. The peer's bare acknowledgments may stand between them, its data may not.
 */
export function join(): Rule {
  return (frames, { linkType }) => {
    const joined: (CapturedFrame | Run)[] = [];
    const runs = new Map<string, Run>();
    for (const frame of frames) {
      const segment = segmentOf(frame, linkType);
      if (segment === null || segment.length <= 0) {
        joined.push(frame);
        continue;
      }
      const way = `${segment.source} ${segment.destination}`;
      runs.delete(`${segment.destination} ${segment.source}`);
      const run = runs.get(way);
      if (run !== undefined && !isCut(segment) && continues(run, segment)) {
        run.segments.push(segment);
        run.frames.push(frame);
        run.length += segment.length;
        continue;
      }
      const started = { segments: [segment], frames: [frame], length: segment.length };
      joined.push(started);
      if (isCut(segment)) runs.delete(way);
      else runs.set(way, started);
    }
    return joined.map((each) => ('frames' in each ? merged(each) : each));
  };
}

interface Run {
  readonly segments: TcpSegment[];
  readonly frames: CapturedFrame[];
  length: number;
}

function continues({ segments, length }: Run, next: TcpSegment): boolean {
  const [first, last] = [segments[0]!, segments.at(-1)!];
  const size = first.payload - first.ip + length + next.length;
  const closing = FLAG.SYN | FLAG.FIN | FLAG.RST;
  return (
    size <= MAX_IP_BYTES &&
    last.sequence + last.length === next.sequence &&
    last.acknowledgment === next.acknowledgment &&
    (last.flags & closing) === 0 &&
    (next.flags & FLAG.SYN) === 0
  );
}

function merged({ segments, frames, length }: Run): CapturedFrame {
  if (frames.length === 1) return frames[0]!;
  const payload = new Uint8Array(length);
  let at = 0;
  segments.forEach((segment, i) => {
    payload.set(frames[i]!.bytes.subarray(segment.payload, segment.payload + segment.length), at);
    at += segment.length;
  });
  const flags = segments.reduce((all, segment) => all | segment.flags, 0);
  return withPayload(frames[0]!, segments[0]!, payload, { flags });
}

function isCut(segment: TcpSegment): boolean {
  return segment.captured < segment.length;
}

function hasPayload(frame: CapturedFrame, linkType: number): boolean {
  return (segmentOf(frame, linkType)?.length ?? 0) > 0;
}
