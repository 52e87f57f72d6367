import { CaptureMerger } from '../../src/capture/merge.ts';
import { decodeIp, newIpPacket } from '../../src/ip/index.ts';
import { LINK_TYPES } from '../../src/link/index.ts';
import type { Direction, StreamReader } from '../../src/tcp/connection.ts';
import { decodeSegment, newSegment } from '../../src/tcp/segment.ts';
import { Tracker } from '../../src/tcp/tracker.ts';
import { PacketCount } from './packet-count.ts';

/**
 * What a server does, and where it waits: until it has been sent so many packets, from the start on, or until the
 * client is about to send the last of them and will not look at what comes before it has.
 */
export type ServerStep =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'wait' | 'hold'; readonly packets: number }
  | { readonly kind: 'fin' | 'reset' };

export function isClosing(step: ServerStep | undefined): boolean {
  return step?.kind === 'fin' || step?.kind === 'reset';
}

/**
 * What the server of one connection did, in the order in which it can have done it. The client's packets come after
 * `preamble` bytes.
 */
export function serverSteps(capture: Uint8Array, connection: number, preamble = 0): ServerStep[] {
  const steps: ServerStep[] = [];
  const tracker = new Tracker({
    isWanted: (number) => number === connection,
    readerOf: ({ initiator }) => new ServerReader(initiator ?? 0, steps, preamble),
    ended: () => {},
  });
  const ip = newIpPacket();
  const segment = newSegment();
  const input = new CaptureMerger(
    [null],
    (record) => {
      const { bytes, end, linkType } = record;
      const start = LINK_TYPES[linkType]!.networkStart(bytes, record.start, end);
      if (decodeIp(bytes, start, end, ip) !== 'packet') return;
      if (!decodeSegment(ip.bytes, ip.payloadStart, ip.payloadEnd, ip.cut, segment)) return;
      tracker.push(ip.bytes, ip.addresses, ip.addressLength, 0, segment, record);
    },
    () => {},
  );
  input.push(0, capture);
  input.end(0);
  tracker.finish();
  return steps;
}

class ServerReader implements StreamReader {
  readonly #client: Direction;
  readonly #steps: ServerStep[];
  readonly #sent = new PacketCount();
  #preamble: number;

  constructor(client: Direction, steps: ServerStep[], preamble: number) {
    this.#client = client;
    this.#steps = steps;
    this.#preamble = preamble;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (direction !== this.#client) {
      this.#steps.push({ kind: 'send', bytes: bytes.slice(start, end) });
      return;
    }
    const skipped = Math.min(this.#preamble, end - start);
    this.#preamble -= skipped;
    this.#sent.push(bytes.subarray(start + skipped, end));
    if (this.#sent.packets === 0) return;
    const wait = { kind: 'wait', packets: this.#sent.packets } as const;
    if (this.#steps.at(-1)?.kind === 'wait') this.#steps.pop();
    this.#steps.push(wait);
  }

  gap(): void {
    throw new Error('what is not in the capture cannot be replayed');
  }

  fin(direction: Direction): void {
    if (direction !== this.#client) this.#steps.push({ kind: 'fin' });
  }

  reset(direction: Direction): void {
    // A server that has closed resets what still comes: of that the driver makes nothing.
    const isOver = this.#steps.some(({ kind }) => kind === 'fin');
    if (direction !== this.#client && !isOver) this.#steps.push({ kind: 'reset' });
  }

  end(): void {}
}
