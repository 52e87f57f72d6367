import { type Frame, frameOf } from '../capture/frame.ts';
import { CaptureMerger } from '../capture/merge.ts';
import type { CaptureRecord } from '../capture/record.ts';
import type { Finding } from '../findings/finding.ts';
import { findingsOf } from '../findings/index.ts';
import { decodeIp, newIpPacket } from '../ip/index.ts';
import { LINK_TYPES, NOT_IP } from '../link/index.ts';
import type { Unpackers } from '../mysql/compressed.ts';
import { Conversation } from '../mysql/conversation.ts';
import type { DecodedPacket } from '../mysql/dialogue.ts';
import type { Query, ResultSet } from '../mysql/query.ts';
import { serverByPort } from '../mysql/recognition.ts';
import type { Connection, Direction, HalfStream } from '../tcp/connection.ts';
import { FlowTable } from '../tcp/flow-table.ts';
import { Reassembler } from '../tcp/reassembler.ts';
import { ACK, decodeSegment, newSegment, SYN } from '../tcp/segment.ts';
import type { TlsCrypto } from '../tls/crypto.ts';
import type { KeyLog } from '../tls/key-log.ts';
import { FrameOrder, type Ordered } from './frame-order.ts';
import type { Report } from './report.ts';
import { Unsettled } from './unsettled.ts';

/** The port that is MySQL's by registration (IANA). */
const MYSQL_PORT = 3306;

const TCP = 6;

/** Frames after which records that are in order are let go: often enough to bound what is held. */
const RELEASE_FRAMES = 1024;

/** Seconds of the capture to wait for a packet's end; only a dead peer, or a hole, takes longer. */
const PACKET_PATIENCE = 10;
/** And for the answer to a command, which may rightly take long. */
const ANSWER_PATIENCE = 60;

export interface AnalyzerOptions {
  /** Of each of the capture's files its first frame, or null where it is not known; one file by default. */
  readonly starts?: readonly (Frame | null)[];
  /** Server ports to take for MySQL beside 3306, also where a connection's start is missing. */
  readonly ports: readonly number[];
  /** Connections to look at; null for all. */
  readonly connections: ReadonlySet<number> | null;
  /** Decode the values of rows, too. */
  readonly rows: boolean;
  /** Secrets of TLS connections; those in the capture are added to it. */
  readonly keyLog: KeyLog;
  /** Told of every packet, by frame; null where nobody wants them. */
  readonly onPacket: ((packet: DecodedPacket) => void) | null;
  /** The same of every command with its answer, by the command's frame. */
  readonly onQuery: ((query: Query) => void) | null;
  /** The same of every result set, by its first frame. */
  readonly onResult: ((result: ResultSet) => void) | null;
  readonly unpackers: Unpackers;
  readonly tlsCrypto: TlsCrypto;
}

/** The whole way from a capture's bytes to its report. Holds connections, never the capture. */
export class Analyzer {
  readonly #options: AnalyzerOptions;
  readonly #ports: ReadonlySet<number>;
  readonly #input: CaptureMerger;
  readonly #flows = new FlowTable();
  readonly #reassembler = new Reassembler();
  readonly #packets: FrameOrder<DecodedPacket> | null;
  readonly #queries: FrameOrder<Query> | null;
  readonly #results: FrameOrder<ResultSet> | null;
  readonly #ip = newIpPacket();
  readonly #segment = newSegment();
  /** Records are told while the capture is read. */
  readonly #isStreaming: boolean;
  /** Every connection, by number. */
  readonly #connections: Connection[] = [];
  /** Kept only when records are wanted. */
  readonly #unsettled: Unsettled;
  readonly #linkTypes = new Set<number>();

  #first: Frame | null = null;
  #last: CaptureRecord | null = null;
  #tcpSegments = 0;
  #fragments = 0;
  #releaseAt = RELEASE_FRAMES;
  #unknownLinkFrames = 0;

  constructor(options: AnalyzerOptions) {
    this.#options = options;
    this.#ports = new Set([MYSQL_PORT, ...options.ports]);
    this.#input = new CaptureMerger(
      options.starts ?? [null],
      (record) => this.#record(record),
      (keyLog) => options.keyLog.add(keyLog),
    );
    const { onPacket, onQuery, onResult } = options;
    this.#packets = onPacket === null ? null : new FrameOrder(onPacket);
    this.#queries =
      onQuery === null ? null : new FrameOrder(onQuery, ({ sql }) => sql?.length ?? 0);
    this.#results = onResult === null ? null : new FrameOrder(onResult, ({ bytes }) => bytes);
    this.#isStreaming = onPacket !== null || onQuery !== null || onResult !== null;
    const patience = onQuery === null && onResult === null ? PACKET_PATIENCE : ANSWER_PATIENCE;
    this.#unsettled = new Unsettled(patience, pendingSince);
  }

  /** The capture's first frame, once it has been read. */
  get first(): Frame | null {
    return this.#first;
  }

  /** The file whose bytes are needed next; null once all have been read. */
  get wanted(): number | null {
    return this.#input.wanted;
  }

  /**
   * Takes a file's next bytes, which must stay as they are until it is wanted again. Returns false when
   * it cannot be read on.
   */
  push(chunk: Uint8Array, file = 0): boolean {
    const goesOn = this.#input.push(file, chunk);
    this.#release();
    return goesOn;
  }

  /** A file is at its end, or is not read on (`cut`): where it stops is no fault of the file then. */
  end(file: number, cut = false): void {
    this.#input.end(file, cut);
    this.#release();
  }

  finish(): Report {
    for (let file = this.wanted; file !== null; file = this.wanted) this.#input.end(file);
    const conversations: Conversation[] = [];
    const findings: Finding[] = [];
    for (const connection of this.#connections) {
      this.#reassembler.end(connection);
      const conversation = this.#listed(connection);
      if (conversation === null) continue;
      conversations.push(conversation);
      const { facts, session } = conversation;
      findings.push(...findingsOf({ connection: connection.number, facts, session }));
    }
    this.#releaseBefore(Number.POSITIVE_INFINITY);
    findings.sort((a, b) => a.frame.number - b.frame.number || a.connection - b.connection);
    return {
      capture: this.#summary(conversations),
      conversations,
      findings,
      isFiltered: this.#options.connections !== null,
      faults: this.#input.faults,
    };
  }

  #record(record: CaptureRecord): void {
    this.#first ??= frameOf(record);
    this.#last = record;
    if (this.#isStreaming) this.#unsettled.tick(record);
    const { bytes, end, linkType } = record;
    const link = LINK_TYPES[linkType];
    if (link === undefined) {
      this.#linkTypes.add(linkType);
      this.#unknownLinkFrames++;
      return;
    }
    if (!this.#linkTypes.has(linkType)) this.#linkTypes.add(linkType);
    const start = link.networkStart(bytes, record.start, end);
    if (start === NOT_IP) return;
    const ip = this.#ip;
    const verdict = decodeIp(bytes, start, end, ip);
    if (verdict !== 'packet') {
      if (verdict === 'fragment') this.#fragments++;
      return;
    }
    if (ip.protocol !== TCP) return;
    if (!decodeSegment(bytes, ip.payloadStart, ip.payloadEnd, ip.cut, this.#segment)) return;
    this.#tcpSegments++;
    this.#tcp(record);
    if (this.#isStreaming && record.number >= this.#releaseAt) this.#release();
  }

  #tcp(record: CaptureRecord): void {
    const { bytes } = record;
    const { addresses, addressLength } = this.#ip;
    const segment = this.#segment;
    const { sourcePort, destinationPort, flags } = segment;
    let connection = this.#flows.find(bytes, addresses, addressLength, sourcePort, destinationPort);
    const reused =
      connection !== null &&
      (flags & (SYN | ACK)) === SYN &&
      isReused(connection, this.#flows.direction, segment.sequence);
    if (connection === null || reused) {
      if (connection !== null) this.#reassembler.end(connection);
      connection = this.#flows.open(
        bytes,
        addresses,
        addressLength,
        sourcePort,
        destinationPort,
        frameOf(record),
        connection,
      );
      const { connections } = this.#options;
      connection.ignored = connections !== null && !connections.has(connection.number);
      this.#connections.push(connection);
    }
    const direction = this.#flows.direction;
    if (connection.reader === null && segment.payloadEnd > segment.payloadStart) {
      if (!connection.ignored) connection.reader = this.#conversation(connection);
    }
    this.#reassembler.push(connection, direction, segment, record);
    const isOther = (connection.reader as Conversation | null)?.status === 'other';
    if (isOther && serverByPort(connection, this.#ports) === null) ignore(connection);
    if (this.#isStreaming) this.#settle(connection);
  }

  #conversation(connection: Connection): Conversation {
    return new Conversation(connection, {
      ports: this.#ports,
      rows: this.#options.rows,
      onPacket: this.#intake(connection, this.#packets),
      onQuery: this.#intake(connection, this.#queries),
      onResult: this.#intake(connection, this.#results),
      unpackers: this.#options.unpackers,
      keyLog: this.#options.keyLog,
      tlsCrypto: this.#options.tlsCrypto,
    });
  }

  /** The conversation to report of a connection, or null if it is nothing of ours. */
  #listed(connection: Connection): Conversation | null {
    const { connections } = this.#options;
    if (connections !== null && !connections.has(connection.number)) return null;
    const conversation = connection.reader as Conversation | null;
    if (conversation?.status === 'mysql') return conversation;
    if (serverByPort(connection, this.#ports) === null) return null;
    return conversation ?? this.#conversation(connection);
  }

  #intake<T extends Ordered>(
    connection: Connection,
    order: FrameOrder<T> | null,
  ): ((record: T) => void) | null {
    if (order === null) return null;
    return (record) => {
      // What comes late comes behind everything that need not wait, however the bytes were cut into chunks.
      if (this.#unsettled.isOverdue(connection)) this.#release();
      order.push(record);
      if (order.isFull) this.#release();
      if (!order.isFull) return;
      this.#unsettled.giveUp(this.#last!);
      this.#release();
    };
  }

  #settle(connection: Connection): void {
    if (isPending(connection)) this.#unsettled.add(connection);
    else this.#unsettled.delete(connection);
  }

  #release(): void {
    if (!this.#isStreaming) return;
    this.#releaseBefore(this.#unsettled.first);
    // Each looks at every unsettled connection; the more there are, the more frames pay for it.
    this.#releaseAt = (this.#last?.number ?? 0) + RELEASE_FRAMES + this.#unsettled.size;
  }

  #releaseBefore(unsettled: number): void {
    this.#packets?.release(unsettled);
    this.#queries?.release(unsettled);
    this.#results?.release(unsettled);
  }

  #summary(conversations: readonly Conversation[]): Report['capture'] {
    const total = (of: (half: HalfStream) => number) =>
      conversations.reduce(
        (sum, { connection }) => sum + of(connection.halves[0]) + of(connection.halves[1]),
        0,
      );
    const last = this.#last;
    return {
      files: this.#input.files,
      format: this.#input.formats.join(', ') || null,
      linkTypes: [...this.#linkTypes].map((type) => LINK_TYPES[type]?.name ?? `link type ${type}`),
      first: this.#first,
      last: last === null ? null : frameOf(last),
      frames: last?.number ?? 0,
      tcpSegments: this.#tcpSegments,
      connections: this.#connections.length,
      mysqlConnections: conversations.filter(({ status }) => status === 'mysql').length,
      mysqlPackets: conversations.reduce((sum, { packets }) => sum + packets, 0),
      gapBytes: total((half) => half.gapBytes),
      retransmitted: total((half) => half.retransmitted),
      outOfOrder: total((half) => half.outOfOrder),
      truncated: total((half) => half.truncated),
      fragments: this.#fragments,
      unknownLinkFrames: this.#unknownLinkFrames,
    };
  }
}

/** A SYN that does not repeat the connection's own starts a new one, as Wireshark counts them. */
function isReused(connection: Connection, direction: Direction, sequence: number): boolean {
  const half = connection.halves[direction]!;
  return half.known && half.baseSequence !== sequence;
}

/** Nobody wants its bytes any more: they are counted from now on, and what was held is let go. */
function ignore(connection: Connection): void {
  connection.ignored = true;
  for (const half of connection.halves) half.held.length = 0;
}

/** Whether something is still held or arriving. */
function isPending({ reader, halves }: Connection): boolean {
  if (halves[0].held.length > 0 || halves[1].held.length > 0) return true;
  return ((reader as Conversation | null)?.arrivingSince ?? null) !== null;
}

/** The first frame of what is still held or arriving. */
function pendingSince({ reader, halves }: Connection): Frame | null {
  let first = (reader as Conversation | null)?.arrivingSince ?? null;
  for (const { held } of halves) {
    for (const { frame } of held) {
      if (first === null || frame.number < first.number) first = frame;
    }
  }
  return first;
}
