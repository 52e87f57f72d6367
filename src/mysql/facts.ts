import { decodeText } from '../bytes/text.ts';
import type { Frame } from '../capture/frame.ts';
import { protocolOf } from '../protocols/index.ts';
import type { Arrival } from '../tcp/connection.ts';
import type { Packet, PacketType } from './packet.ts';

/** What is kept of a packet that a finding may have to name. */
export interface Noted {
  readonly type: PacketType | 'CompressedPacket';
  readonly fromClient: boolean;
  readonly frame: Frame;
  readonly sequenceId: number;
  readonly length: number;
  /** Where it ends in its sender's stream. */
  readonly endOffset: number;
  /** How much of the other side's stream its sender had acknowledged, or -1 where that is not known. */
  readonly acknowledged: number;
  /** Of an ERR. */
  readonly error: ServerError | null;
}

export interface ServerError {
  readonly code: number;
  readonly sqlState: string | null;
  readonly message: string;
}

/** A packet whose sequence id is not the one its reader expects. */
export interface Mismatch {
  readonly packet: Noted;
  readonly expected: number;
  /** The sequence id that stands there instead: of the packet, or of one of its 16 MiB parts. */
  readonly got: number;
  /** The reader's own packet that it wanted the answer to, or null where it had sent none. */
  readonly readFor: Noted | null;
  /** The packet had come before `readFor` left. */
  readonly stale: boolean;
  /** The number goes on from the server's packet before, as if nothing had started anew. */
  readonly continues: boolean;
  /** Bytes that came where a greeting should be, when they are none; else empty. */
  readonly banner: string;
  /** The protocol that they are of, if it is known. */
  readonly protocol?: string | null;
  /** What a reader that never stops reading expected: it met the packet while no command was running. */
  readonly idleExpected?: number | null;
}

/** A packet that came while its reader was not waiting for one. */
export interface Unread {
  readonly packet: Noted;
  /** What the client was still sending, as far as it had come. */
  readonly interrupted: Noted | null;
  /** Where a reader's counter stood meanwhile, behind the answer before; null before the login's. */
  readonly idleExpected: number | null;
  /** What the client sent next, so what it took the packet for an answer to; null if nothing. */
  readBy: Noted | null;
}

/** What a connection's MySQL conversation showed; findings are judged on this alone. */
export interface Facts {
  greeting: Noted | null;
  /** The first packet with the client's capabilities: login or SSLRequest. */
  login: Noted | null;
  /** The client's stream began with a PROXY protocol header. */
  proxyHeader: Noted | null;
  /** Packets of the server that came while nobody waited for one. */
  readonly unread: Unread[];
  /** In the order of reading; at most `MAX_MISMATCHES`. */
  readonly mismatches: Mismatch[];
  /** All of them, kept or not. */
  mismatchCount: number;
  /** Some of the conversation is not in the capture: what was not seen may still have been said. */
  bytesMissing: boolean;
  clientFin: Frame | null;
  serverFin: Frame | null;
  reset: { readonly byClient: boolean; readonly frame: Frame } | null;
}

/** One fault repeats itself in every packet that follows: the first few tell it. */
const MAX_MISMATCHES = 8;

/** Out-of-band packets kept until somebody reads them; a server that closes sends one. */
const MAX_UNREAD = 8;

export function newFacts(): Facts {
  return {
    greeting: null,
    login: null,
    proxyHeader: null,
    unread: [],
    mismatches: [],
    mismatchCount: 0,
    bytesMissing: false,
    clientFin: null,
    serverFin: null,
    reset: null,
  };
}

export function addMismatch(facts: Facts, mismatch: Mismatch): void {
  facts.mismatchCount++;
  if (facts.mismatches.length < MAX_MISMATCHES) facts.mismatches.push(mismatch);
}

export function addUnread(facts: Facts, unread: Unread): void {
  if (facts.unread.length < MAX_UNREAD) facts.unread.push(unread);
}

/**
 * The client waits for the answer to `request` (or, behind a proxy, to what was not captured), and
 * reads first what has been waiting for it. Where that has the wrong number, it is a mismatch.
 */
export function readUnread(facts: Facts, request: Noted | null, expected: number): void {
  const waiting = facts.unread.find((unread) => unread.readBy === null);
  if (waiting === undefined) return;
  waiting.readBy = request;
  const { packet, idleExpected } = waiting;
  if (packet.sequenceId === expected) return;
  facts.unread.splice(facts.unread.indexOf(waiting), 1);
  addMismatch(facts, {
    packet,
    expected,
    got: packet.sequenceId,
    readFor: request,
    stale: true,
    continues: false,
    banner: '',
    idleExpected,
  });
}

/** `sequenceId` is the one that its reader checks: under compression, the compressed packet's. */
export function note(
  type: PacketType,
  packet: Packet,
  error: ServerError | null,
  sequenceId = packet.sequenceId,
): Noted {
  return {
    type,
    fromClient: packet.fromClient,
    frame: packet.frame,
    sequenceId,
    length: packet.length,
    endOffset: packet.endOffset,
    acknowledged: packet.acknowledged,
    error,
  };
}

/** Notes the head of a compressed packet. */
export function noteCompressed(
  fromClient: boolean,
  sequenceId: number,
  length: number,
  arrival: Arrival,
): Noted {
  return {
    type: 'CompressedPacket',
    fromClient,
    frame: arrival.frame,
    sequenceId,
    length,
    endOffset: arrival.offset,
    acknowledged: arrival.acknowledged,
    error: null,
  };
}

/** Bytes of a stream, and where they came from. */
type Bytes = Arrival & { readonly bytes: Uint8Array };

/** Notes bytes that are no MySQL packet; the fourth stands where a sequence id would. */
export function noteBytes(run: Bytes, fromClient: boolean): Noted {
  return {
    type: 'Unknown',
    fromClient,
    frame: run.frame,
    sequenceId: run.bytes[3] ?? 0,
    length: run.bytes.length,
    endOffset: run.offset + run.bytes.length,
    acknowledged: run.acknowledged,
    error: null,
  };
}

/** Enough of another protocol's first bytes to show which it is. */
const BANNER_BYTES = 64;

/** What a reader makes of another protocol's first bytes, of which there are at least four. */
export function foreignBytes(run: Bytes, fromClient: boolean, expected: number): Mismatch {
  const { bytes } = run;
  // The length that a reader takes the first three bytes for.
  const length = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16);
  return {
    packet: { ...noteBytes(run, fromClient), length },
    expected,
    got: bytes[3]!,
    readFor: null,
    stale: false,
    continues: false,
    banner: decodeText(bytes.subarray(0, BANNER_BYTES)),
    protocol: protocolOf(bytes, fromClient ? 'client' : 'server'),
  };
}
