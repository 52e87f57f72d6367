import { earliest, type Frame, frameOf } from '../capture/frame.ts';
import { CaptureReader } from '../capture/reader.ts';
import type { CaptureRecord } from '../capture/record.ts';
import { findingsOf } from '../findings/index.ts';
import { decodeIp, newIpPacket } from '../ip/index.ts';
import { LINK_TYPES, NOT_IP } from '../link/index.ts';
import type { Unpackers } from '../mysql/compressed.ts';
import { Conversation } from '../mysql/conversation.ts';
import type { DecodedPacket } from '../mysql/dialogue.ts';
import type { Query, ResultSet } from '../mysql/query.ts';
import { serverByPort } from '../mysql/recognition.ts';
import type { Connection, HalfStream } from '../tcp/connection.ts';
import { decodeSegment, newSegment } from '../tcp/segment.ts';
import { Tracker } from '../tcp/tracker.ts';
import type { TlsCrypto } from '../tls/crypto.ts';
import type { KeyLog } from '../tls/key-log.ts';
import { FrameOrder } from './frame-order.ts';
import type { Report } from './report.ts';

/** The port that is MySQL's by registration (IANA). */
const MYSQL_PORT = 3306;

const TCP = 6;

/** Frames after which records that are in order are let go: often enough to bound what is held. */
const RELEASE_FRAMES = 1024;

/**
 * Connections on which nothing was said that are listed one by one: a port scan or a flood leaves a million,
 * and the first thousand show whose.
 */
const MAX_SILENT = 1000;

export interface AnalyzerOptions {
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
  readonly #reader: CaptureReader;
  readonly #tracker: Tracker;
  readonly #packets: FrameOrder<DecodedPacket> | null;
  readonly #queries: FrameOrder<Query> | null;
  readonly #results: FrameOrder<ResultSet> | null;
  readonly #ip = newIpPacket();
  readonly #segment = newSegment();
  /** Records are told while the capture is read. */
  readonly #isStreaming: boolean;
  /** Connections to report, in the order in which they ended. */
  readonly #conversations: Conversation[] = [];
  /** Those of them on which nothing was said, and how many more there were. */
  #silent = 0;
  #unlisted = 0;
  /** Connections with something that has not arrived whole; kept only when records are wanted. */
  readonly #unsettled = new Set<Connection>();
  readonly #linkTypes = new Set<number>();

  #first: Frame | null = null;
  #last: CaptureRecord | null = null;
  #tcpSegments = 0;
  #fragments = 0;
  #unknownLinkFrames = 0;

  constructor(options: AnalyzerOptions) {
    this.#options = options;
    this.#ports = new Set([MYSQL_PORT, ...options.ports]);
    this.#tracker = new Tracker({
      isWanted: (number) => options.connections === null || options.connections.has(number),
      readerOf: (connection) => {
        settleSimultaneousOpen(connection, this.#ports);
        return this.#conversation(connection);
      },
      ended: (connection) => this.#ended(connection),
    });
    this.#reader = new CaptureReader(
      (record) => this.#record(record),
      (keyLog) => options.keyLog.add(keyLog),
    );
    const { onPacket, onQuery, onResult } = options;
    this.#packets = onPacket === null ? null : new FrameOrder(onPacket);
    this.#queries =
      onQuery === null ? null : new FrameOrder(onQuery, ({ sql }) => sql?.length ?? 0);
    this.#results = onResult === null ? null : new FrameOrder(onResult, ({ bytes }) => bytes);
    this.#isStreaming = onPacket !== null || onQuery !== null || onResult !== null;
  }

  /** The capture's first frame, once it has been read. */
  get first(): Frame | null {
    return this.#first;
  }

  /** Nothing more can be read. */
  get stopped(): boolean {
    return this.#reader.fault !== null;
  }

  /** Takes the capture's next bytes, which may be reused as soon as this returns. */
  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
    this.#release();
  }

  finish(): Report {
    this.#reader.finish();
    this.#tracker.finish();
    const conversations = this.#conversations.sort(
      (a, b) => a.connection.number - b.connection.number,
    );
    const findings = conversations.flatMap(({ connection, facts, session }) =>
      findingsOf({ connection: connection.number, facts, session }),
    );
    this.#releaseBefore(Number.POSITIVE_INFINITY);
    findings.sort((a, b) => a.frame.number - b.frame.number || a.connection - b.connection);
    return {
      capture: this.#summary(conversations),
      conversations,
      findings,
      isFiltered: this.#options.connections !== null,
      fault: this.#reader.fault,
    };
  }

  #record(record: CaptureRecord): void {
    this.#first ??= frameOf(record);
    this.#last = record;
    this.#tracker.reassembler.tick(record);
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
    if (record.number % RELEASE_FRAMES === 0) this.#release();
  }

  #tcp(record: CaptureRecord): void {
    const { bytes } = record;
    const { addresses, addressLength } = this.#ip;
    // u16 identification stands 8 bytes before the addresses of an IPv4 header; IPv6 has none.
    const at = addresses - 8;
    const identification = addressLength === 4 ? (bytes[at]! << 8) | bytes[at + 1]! : 0;
    const connection = this.#tracker.push(
      bytes,
      addresses,
      addressLength,
      identification,
      this.#segment,
      record,
    );
    if (connection === null) return;
    const isOther = (connection.reader as Conversation | null)?.status === 'other';
    if (isOther && serverByPort(connection, this.#ports) === null) {
      this.#tracker.reassembler.ignore(connection);
    }
    if (this.#isStreaming) this.#settle(connection);
  }

  #conversation(connection: Connection): Conversation {
    return new Conversation(connection, {
      ports: this.#ports,
      rows: this.#options.rows,
      onPacket: this.#packets === null ? null : (packet) => this.#packets!.push(packet),
      onQuery: this.#queries === null ? null : (query) => this.#queries!.push(query),
      onResult: this.#results === null ? null : (result) => this.#results!.push(result),
      unpackers: this.#options.unpackers,
      keyLog: this.#options.keyLog,
      tlsCrypto: this.#options.tlsCrypto,
    });
  }

  #ended(connection: Connection): void {
    const conversation = this.#listed(connection);
    if (conversation !== null) this.#conversations.push(conversation);
    this.#unsettled.delete(connection);
  }

  /** The conversation to report of a connection, or null if it is nothing of ours. */
  #listed(connection: Connection): Conversation | null {
    const { connections } = this.#options;
    if (connections !== null && !connections.has(connection.number)) return null;
    const conversation = connection.reader as Conversation | null;
    if (conversation?.status === 'mysql') return conversation;
    if (serverByPort(connection, this.#ports) === null) return null;
    if (conversation !== null) return conversation;
    if (this.#silent === MAX_SILENT) {
      this.#unlisted++;
      return null;
    }
    this.#silent++;
    return this.#conversation(connection);
  }

  #settle(connection: Connection): void {
    if (pendingSince(connection) === null) this.#unsettled.delete(connection);
    else this.#unsettled.add(connection);
  }

  #release(): void {
    if (!this.#isStreaming) return;
    let unsettled = Number.POSITIVE_INFINITY;
    for (const connection of this.#unsettled) {
      const since = pendingSince(connection);
      if (since !== null && since.number < unsettled) unsettled = since.number;
    }
    this.#releaseBefore(unsettled);
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
      format: this.#reader.format,
      linkTypes: [...this.#linkTypes].map((type) => LINK_TYPES[type]?.name ?? `link type ${type}`),
      first: this.#first,
      last: last === null ? null : frameOf(last),
      frames: last?.number ?? 0,
      tcpSegments: this.#tcpSegments,
      connections: this.#tracker.count,
      mysqlConnections: conversations.filter(({ status }) => status === 'mysql').length,
      mysqlPackets: conversations.reduce((sum, { packets }) => sum + packets, 0),
      gapBytes: total((half) => half.gapBytes),
      duplicates: total((half) => half.duplicates),
      retransmitted: total((half) => half.retransmitted),
      outOfOrder: total((half) => half.outOfOrder),
      truncated: total((half) => half.truncated),
      fragments: this.#fragments,
      unknownLinkFrames: this.#unknownLinkFrames,
      forcedGaps: this.#tracker.reassembler.forced,
      connectionsLetGo: this.#tracker.letGo,
      connectionsUnlisted: this.#unlisted,
    };
  }
}

/** Where both sides have sent a SYN, whoever is on a port of MySQL's is the server. */
function settleSimultaneousOpen(connection: Connection, ports: ReadonlySet<number>): void {
  const { endpoints, halves } = connection;
  if (!halves[0].asked || !halves[1].asked) return;
  const [first, second] = endpoints.map(({ port }) => ports.has(port));
  if (first !== second) connection.initiator = first ? 1 : 0;
}

/** The first frame of which something is still held or arriving. */
function pendingSince(connection: Connection): Frame | null {
  const arriving = (connection.reader as Conversation | null)?.arrivingSince ?? null;
  const [first, second] = connection.halves;
  return earliest(arriving, first.held[0]?.frame, second.held[0]?.frame);
}
