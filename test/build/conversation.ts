import { concat, zeros } from './bytes.ts';
import { type Packet, pcap } from './capture.ts';
import { ethernet, ipv4, TCP_FLAG, tcp } from './frame.ts';
import { packet, raw } from './mysql.ts';

/** One segment of a script. Steps happen in the order in which they stand. */
export interface Step {
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
  readonly flags: number;
  /** Seconds since the step before. */
  readonly after: number;
  /** It acknowledges nothing that its sender had not acknowledged before: the two crossed. */
  readonly blind: boolean;
  /** It was sent and arrived, but the capture does not have it. */
  readonly lost: boolean;
  /** It is its sender's last bytes once more. */
  readonly again?: boolean;
  /** Room for more bytes, that its sender announces. */
  readonly window?: number;
  /** Which connection it belongs to; each has a client port of its own. */
  readonly connection: number;
}

const PLAIN = { flags: TCP_FLAG.ACK, after: 0.001, blind: false, lost: false, connection: 0 };

/** The client sends a packet: its sequence id and its payload. */
export function C(sequenceId: number, payload: Uint8Array): Step {
  return { ...PLAIN, from: 'client', bytes: packet(sequenceId, payload) };
}

/** The server sends a packet. */
export function S(sequenceId: number, payload: Uint8Array): Step {
  return { ...PLAIN, from: 'server', bytes: packet(sequenceId, payload) };
}

/** The client sends bytes that are no packet, or not a whole one. */
export function clientBytes(bytes: string | Uint8Array): Step {
  return { ...PLAIN, from: 'client', bytes: raw(bytes) };
}

export function serverBytes(bytes: string | Uint8Array): Step {
  return { ...PLAIN, from: 'server', bytes: raw(bytes) };
}

/** Packets of one side in one segment. */
export function together(first: Step, ...more: Step[]): Step {
  return { ...first, bytes: concat(first.bytes, ...more.map(({ bytes }) => bytes)) };
}

export function fin(from: Step['from']): Step {
  return { ...PLAIN, from, bytes: zeros(0), flags: TCP_FLAG.ACK | TCP_FLAG.FIN };
}

/** A segment without payload: its sender says how much it has. */
export function acknowledge(from: Step['from']): Step {
  return { ...PLAIN, from, bytes: zeros(0) };
}

/** A segment without payload, whose sender has no room for more. */
export function zeroWindow(from: Step['from']): Step {
  return { ...PLAIN, from, bytes: zeros(0), window: 0 };
}

export function rst(from: Step['from']): Step {
  return { ...PLAIN, from, bytes: zeros(0), flags: TCP_FLAG.ACK | TCP_FLAG.RST };
}

export function after(seconds: number, step: Step): Step {
  return { ...step, after: seconds };
}

/** The same bytes once more, as nobody has acknowledged them. */
export function again(step: Step): Step {
  return { ...step, again: true };
}

export function blind(step: Step): Step {
  return { ...step, blind: true };
}

export function lost(step: Step): Step {
  return { ...step, lost: true };
}

export function on(connection: number, step: Step): Step {
  return { ...step, connection };
}

export interface CaptureOptions {
  /** The server's. */
  port?: number;
  /** Cuts every step into segments of at most this many payload bytes; by default what fits IPv4. */
  segmentBytes?: number;
  /** The client's and the server's; by default within one host, where nobody misses TLS. */
  addresses?: readonly [client: string, server: string];
  /** Without it the capture starts in mid-connection. */
  handshake?: boolean;
  /** What the capturing does to the frames: loses, doubles, swaps them. */
  mangle?: (frames: readonly Packet[]) => readonly Packet[];
}

/** IPv4's length field has 16 bits. */
const MAX_SEGMENT_BYTES = 65_000;

const ADDRESSES = ['127.0.0.5', '127.0.0.9'] as const;
const START_SECONDS = 1_700_000_000;
const CLIENT = { port: 50_000, isn: 0x1000_0000 };
/** Wraps soon, so that every conversation of some length crosses it. */
const SERVER = { isn: 0xffff_ff80 };

interface Side {
  /** Stream offset of the next byte; a FIN counts as one. */
  sent: number;
  /** How far it has acknowledged the other. */
  acknowledged: number;
}

/**
 * A script as a capture: pcap, Ethernet, IPv4, and TCP with a handshake. Without re-segmentation and
 * lost steps, step n of one connection is frame n + 4.
 */
export function capture(script: readonly Step[], options: CaptureOptions = {}): Uint8Array {
  const { port = 3306, segmentBytes = MAX_SEGMENT_BYTES, handshake = true, mangle } = options;
  const [clientAddress, serverAddress] = options.addresses ?? ADDRESSES;
  const frames: Packet[] = [];
  const connections = new Map<number, { client: Side; server: Side }>();
  let micros = 0;

  const frame = (step: Step, sequence: number, acknowledgment: number, payload: Uint8Array) => {
    const isClient = step.from === 'client';
    const clientPort = CLIENT.port + step.connection;
    const segment = tcp(
      {
        sourcePort: isClient ? clientPort : port,
        destinationPort: isClient ? port : clientPort,
        sequence: ((isClient ? CLIENT.isn : SERVER.isn) + sequence) >>> 0,
        acknowledgment: ((isClient ? SERVER.isn : CLIENT.isn) + acknowledgment) >>> 0,
        flags: step.flags,
        ...(step.window !== undefined && { window: step.window }),
      },
      payload,
    );
    const [source, destination] = isClient
      ? [clientAddress, serverAddress]
      : [serverAddress, clientAddress];
    // By it a retransmission is told from a frame that the capture has twice.
    const id = step.again ? { identification: frames.length } : {};
    frames.push({
      seconds: START_SECONDS + Math.floor(micros / 1e6),
      fraction: micros % 1e6,
      bytes: ethernet(0x0800, ipv4({ source, destination, ...id }, segment)),
    });
  };

  const open = (step: Step) => {
    // The SYN has the number before the stream's first byte.
    const sides = { client: { sent: 1, acknowledged: 1 }, server: { sent: 1, acknowledged: 1 } };
    connections.set(step.connection, sides);
    if (!handshake) return sides;
    frame({ ...step, from: 'client', flags: TCP_FLAG.SYN }, 0, 0, zeros(0));
    frame({ ...step, from: 'server', flags: TCP_FLAG.SYN | TCP_FLAG.ACK }, 0, 1, zeros(0));
    frame({ ...step, from: 'client', flags: TCP_FLAG.ACK }, 1, 1, zeros(0));
    return sides;
  };

  for (const step of script) {
    const sides = connections.get(step.connection) ?? open(step);
    micros += Math.round(step.after * 1e6);
    const self = sides[step.from];
    const peer = sides[step.from === 'client' ? 'server' : 'client'];
    if (step.again) self.sent -= step.bytes.length;
    if (!step.blind) self.acknowledged = peer.sent;
    for (let at = 0; at < Math.max(1, step.bytes.length); at += segmentBytes) {
      const payload = step.bytes.slice(at, at + segmentBytes);
      if (!step.lost) frame(step, self.sent, self.acknowledged, payload);
      self.sent += payload.length;
    }
    if (step.flags & TCP_FLAG.FIN) self.sent++;
  }
  return pcap({}, ...(mangle?.(frames) ?? frames));
}
