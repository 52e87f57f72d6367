import {
  compareTimes,
  copyFrame,
  type Frame,
  type FrameMemo,
  frameOf,
  secondsBetween,
} from '../capture/frame.ts';
import { FramePlaces } from '../capture/frame-places.ts';
import { CaptureMerger, type FileEnd } from '../capture/merge.ts';
import type { CaptureRecord } from '../capture/record.ts';
import { findingsOf } from '../findings/index.ts';
import { Legs } from '../findings/legs.ts';
import { decodeIp, newIpPacket, protocolName } from '../ip/index.ts';
import { ENCRYPTED, LINK_TYPES, NOT_IP, unreadLinkType } from '../link/index.ts';
import { networkName } from '../link/network-name.ts';
import type { Unpackers } from '../mysql/compressed.ts';
import { Conversation, type ConversationOptions } from '../mysql/conversation.ts';
import type { DecodedPacket } from '../mysql/dialogue.ts';
import type { Query, ResultSet } from '../mysql/query.ts';
import { serverByPort } from '../mysql/recognition.ts';
import type { Connection } from '../tcp/connection.ts';
import { decodePorts, decodeSegment, newSegment } from '../tcp/segment.ts';
import { Tracker } from '../tcp/tracker.ts';
import type { TlsCrypto } from '../tls/crypto.ts';
import type { KeyLog } from '../tls/key-log.ts';
import { Unwrapper } from '../tunnel/index.ts';
import { FrameOrder, type Ordered } from './frame-order.ts';
import { OtherTraffic, outcomeOf } from './other-traffic.ts';
import { countsOf } from './quality.ts';
import type { Report } from './report.ts';
import { Unsettled } from './unsettled.ts';

/** The port that is MySQL's by registration (IANA). */
const MYSQL_PORT = 3306;

const TCP = 6;

/** What a frame is counted as that its own link has encrypted. */
const ENCRYPTED_LINK = 'encrypted Wi-Fi';

/** Frames after which records that are in order are let go: often enough to bound what is held. */
const RELEASE_FRAMES = 1024;

/** Seconds of the capture to wait for a packet's end; only a dead peer, or a hole, takes longer. */
const PACKET_PATIENCE = 10;
/** And for the answer to a command, which may rightly take long. */
const ANSWER_PATIENCE = 60;

/**
 * Connections on which nothing was said that are listed one by one: a port scan or a flood leaves a million,
 * and the first thousand show whose.
 */
const MAX_SILENT = 1000;

export interface AnalyzerOptions {
  /** Of each of the capture's files its first frame, or null where it is not known; one file by default. */
  readonly starts?: readonly (Frame | null)[];
  /** What the user calls them. */
  readonly names?: readonly string[];
  /** Server ports to take for MySQL beside 3306, also where a connection's start is missing. */
  readonly ports: readonly number[];
  /** Connections to look at; null for all. */
  readonly connections: ReadonlySet<number> | null;
  /** Decode the values of rows, too. */
  readonly rows: boolean;
  /** Secrets of TLS connections; those in the capture are added to it. */
  readonly keyLog: KeyLog;
  /** Leave out what a receiver would: frames whose IPv4 header or TCP checksum is wrong. */
  readonly verifyChecksums: boolean;
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
  /** Of a connection to whose records nobody listens; shared by all such. */
  readonly #silent: ConversationOptions;
  readonly #ports: ReadonlySet<number>;
  readonly #input: CaptureMerger;
  readonly #places: FramePlaces;
  readonly #tracker: Tracker;
  readonly #packets: FrameOrder<DecodedPacket> | null;
  readonly #queries: FrameOrder<Query> | null;
  readonly #results: FrameOrder<ResultSet> | null;
  readonly #ip = newIpPacket();
  readonly #unwrapper: Unwrapper;
  readonly #segment = newSegment();
  /** Records are told while the capture is read. */
  readonly #isStreaming: boolean;
  /** Connections to report, in the order in which they ended. */
  readonly #conversations: Conversation[] = [];
  /** Those of them on which nothing was said, and how many more there were. */
  #wordless = 0;
  #unlisted = 0;
  /** Kept only when records are wanted. */
  readonly #unsettled: Unsettled;
  readonly #linkTypes = new Set<number>();

  #first: Frame | null = null;
  #earliest: Frame | null = null;
  readonly #latest: FrameMemo = { number: 0, seconds: 0, fraction: 0, digits: -1 };
  #timeReversals = 0;
  /** The latest second of the capture's time. */
  #second = 0;
  #last: CaptureRecord | null = null;
  #tcpSegments = 0;
  #releaseAt = RELEASE_FRAMES;
  /** Frames of link types that are not read, by LINKTYPE_ value. */
  readonly #unreadFrames = new Map<number, number>();
  /** Frames without TCP, by what they hold. */
  readonly #otherFrames = new Map<string, number>();
  readonly #otherTraffic = new OtherTraffic();

  constructor(options: AnalyzerOptions) {
    this.#options = options;
    this.#ports = new Set([MYSQL_PORT, ...options.ports]);
    this.#silent = {
      ports: this.#ports,
      rows: options.rows,
      onPacket: null,
      onQuery: null,
      onResult: null,
      unpackers: options.unpackers,
      keyLog: options.keyLog,
      tlsCrypto: options.tlsCrypto,
    };
    this.#unwrapper = new Unwrapper(options.verifyChecksums);
    this.#tracker = new Tracker({
      isWanted: (number) => this.#isChosen(number),
      readerOf: (connection) => {
        settleSimultaneousOpen(connection, this.#ports);
        return this.#conversation(connection);
      },
      ended: (connection) => this.#ended(connection),
    });
    this.#places = new FramePlaces(options.names);
    this.#input = new CaptureMerger(
      options.starts ?? [null],
      (record) => this.#record(record),
      (keyLog) => options.keyLog.add(keyLog),
      this.#places,
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

  /** A file is not read on. */
  end(file: number, how?: FileEnd): void {
    this.#input.end(file, how);
    this.#release();
  }

  finish(): Report {
    for (let file = this.wanted; file !== null; file = this.wanted) this.#input.end(file);
    this.#tracker.finish();
    const conversations = this.#conversations.sort(
      (a, b) => a.connection.number - b.connection.number,
    );
    const legs = new Legs(conversations);
    const findings = findingsOf(conversations, legs);
    this.#releaseBefore(Number.POSITIVE_INFINITY);
    findings.sort((a, b) => a.frame.number - b.frame.number || a.connection - b.connection);
    return {
      capture: this.#summary(conversations),
      conversations,
      legs,
      findings,
      withheld: { ignored: 0, known: 0, minor: 0, beyond: 0 },
      isFiltered: this.#options.connections !== null,
      faults: this.#input.faults,
      notes: this.#input.notes,
    };
  }

  #record(record: CaptureRecord): void {
    this.#first ??= frameOf(record);
    this.#last = record;
    if (compareTimes(record, this.#latest) >= 0) copyFrame(record, this.#latest);
    else if (record.digits >= 0) this.#goBack(record);
    if (record.seconds > this.#second) this.#tick(record);
    const { bytes, end, linkType } = record;
    const link = LINK_TYPES[linkType];
    if (!this.#linkTypes.has(linkType)) this.#linkTypes.add(linkType);
    if (link === undefined) {
      this.#unreadFrames.set(linkType, (this.#unreadFrames.get(linkType) ?? 0) + 1);
      return;
    }
    const start = link.networkStart(bytes, record.start, end);
    if (start === ENCRYPTED) {
      this.#countOther(ENCRYPTED_LINK);
      return;
    }
    if (start === NOT_IP) {
      this.#countOther(networkName(linkType, bytes, record.start, end));
      return;
    }
    const ip = this.#ip;
    const verdict = decodeIp(bytes, start, end, ip);
    if (verdict !== 'packet' || ip.protocol !== TCP || this.#options.verifyChecksums) {
      const { protocol } = ip;
      const seconds = record.digits < 0 ? Number.NaN : record.seconds;
      const found = this.#unwrapper.unwrap(ip, verdict, record.number, seconds);
      if (found === 'other' || found === 'quoted') this.#countOther(protocolName(protocol));
      if (found === 'quoted') this.#mention(record);
      if (found === 'unsound') this.#countUnsound();
      if (found !== 'segment') return;
    }
    if (!decodeSegment(ip.bytes, ip.payloadStart, ip.payloadEnd, ip.cut, this.#segment)) {
      this.#mention(record);
      return;
    }
    this.#tcpSegments++;
    this.#tcp(record);
    if (this.#isStreaming && record.number >= this.#releaseAt) this.#release();
  }

  /** A frame is earlier than one before it: usually by a little, because several were captured at once. */
  #goBack(record: CaptureRecord): void {
    if (secondsBetween(record, this.#latest)! >= 1) this.#timeReversals++;
    const earliest = this.#earliest ?? this.#first;
    if (earliest !== null && compareTimes(record, earliest) < 0) this.#earliest = frameOf(record);
  }

  /** The capture's time has come to another second: what has waited too long waits no more. */
  #tick(record: CaptureRecord): void {
    this.#second = record.seconds;
    this.#tracker.tick(record);
    if (this.#isStreaming) this.#unsettled.tick(record);
  }

  #tcp(record: CaptureRecord): void {
    const { bytes } = this.#ip;
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

  /**
   * Wireshark numbers a connection also by a TCP header that is not whole, or that an ICMP error quotes: then
   * there is nothing to read.
   */
  #mention(record: CaptureRecord): void {
    const { bytes, addresses, addressLength, payloadStart, payloadEnd } = this.#ip;
    if (!decodePorts(bytes, payloadStart, payloadEnd, this.#segment)) return;
    this.#tracker.mention(bytes, addresses, addressLength, this.#segment, record);
  }

  /** The segment at hand has a wrong checksum. */
  #countUnsound(): void {
    const { bytes, addresses, addressLength, payloadStart, payloadEnd } = this.#ip;
    if (!decodePorts(bytes, payloadStart, payloadEnd, this.#segment)) return;
    this.#tracker.countUnsound(bytes, addresses, addressLength, this.#segment);
  }

  #conversation(connection: Connection): Conversation {
    if (!this.#isStreaming) return new Conversation(connection, this.#silent);
    return new Conversation(connection, {
      ...this.#silent,
      onPacket: this.#intake(connection, this.#packets),
      onQuery: this.#intake(connection, this.#queries),
      onResult: this.#intake(connection, this.#results),
    });
  }

  #isChosen(number: number): boolean {
    return this.#options.connections?.has(number) ?? true;
  }

  #ended(connection: Connection): void {
    this.#unsettled.delete(connection);
    if (!this.#isChosen(connection.number)) return;
    const said = connection.reader as Conversation | null;
    if (said?.status !== 'mysql') this.#otherTraffic.add(connection, said?.protocol ?? null);
    const conversation = this.#listed(connection);
    if (conversation !== null) this.#conversations.push(conversation);
  }

  /** The conversation to report of a connection, or null if it is nothing of ours. */
  #listed(connection: Connection): Conversation | null {
    const conversation = connection.reader as Conversation | null;
    if (conversation?.status === 'mysql') return conversation;
    if (serverByPort(connection, this.#ports) === null) return null;
    if (conversation !== null) return conversation;
    if (this.#wordless === MAX_SILENT) {
      this.#unlisted++;
      return null;
    }
    this.#wordless++;
    return this.#conversation(connection);
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
    const mysql = conversations.filter(({ status }) => status === 'mysql');
    const number = (is: (conversation: Conversation) => boolean) => mysql.filter(is).length;
    const last = this.#last;
    const unread = [...this.#unreadFrames].map(([type, frames]) => ({
      ...unreadLinkType(type),
      frames,
    }));
    const unreadFrames = framesOf(unread.filter(({ mayHoldIp }) => mayHoldIp));
    return {
      files: this.#input.files,
      format: this.#input.formats.join(', ') || null,
      linkTypes: [...this.#linkTypes].map(
        (type) => LINK_TYPES[type]?.name ?? unreadLinkType(type).name,
      ),
      places: this.#places,
      first: this.#first,
      start: this.#earliest ?? this.#first,
      end: this.#latest.number === 0 ? this.#first : frameOf(this.#latest),
      last: last === null ? null : frameOf(last),
      frames: last?.number ?? 0,
      tcpSegments: this.#tcpSegments,
      connections: this.#tracker.count + this.#tracker.reused,
      mysqlConnections: mysql.length,
      mysqlPackets: mysql.reduce((sum, { packets }) => sum + packets, 0),
      quality: {
        ...countsOf(conversations.map(({ connection }) => connection)),
        skippedBytes: mysql.reduce((sum, { skippedBytes }) => sum + skippedBytes, 0),
        malformed: mysql.reduce((sum, { facts }) => sum + facts.malformedCount, 0),
        midstream: number(({ seenFromStart }) => !seenFromStart),
        oneSided: number(({ connection }) => outcomeOf(connection) === 'oneSided'),
        tls: number(({ tls }) => tls !== null),
        encrypted: number(({ tls, speaksTls }) => tls !== null && speaksTls && !tls.decrypted),
        unread: number(({ unread }) => unread !== null),
        notMysql: conversations.filter(isOther).length,
        fragments: this.#unwrapper.fragments.lost,
        joinedDatagrams: this.#unwrapper.fragments.joined,
        badChecksums: this.#unwrapper.badChecksums,
        unfilledChecksums: this.#unwrapper.unfilledChecksums,
        unknownLinkFrames: unreadFrames.reduce((sum, { frames }) => sum + frames, 0),
        timeReversals: this.#timeReversals,
        forcedGaps: this.#tracker.reassembler.forced,
        connectionsLetGo: this.#tracker.letGo,
        connectionsUnlisted: this.#unlisted,
      },
      otherServers: this.#otherTraffic.servers,
      otherConnections: this.#otherTraffic.connections,
      otherFrames: framesOf([
        ...[...this.#otherFrames].map(([name, frames]) => ({ name, frames })),
        ...unread.filter(({ mayHoldIp }) => !mayHoldIp),
      ]),
      unreadFrames,
    };
  }

  #countOther(protocol: string): void {
    this.#otherFrames.set(protocol, (this.#otherFrames.get(protocol) ?? 0) + 1);
  }
}

/** Frames by what they hold, the most first. */
function framesOf(counted: readonly { name: string; frames: number }[]) {
  const sums = new Map<string, number>();
  for (const { name, frames } of counted) sums.set(name, (sums.get(name) ?? 0) + frames);
  return [...sums]
    .map(([protocol, frames]) => ({ protocol, frames }))
    .sort((a, b) => b.frames - a.frames);
}

/** Whether something was said that is not MySQL. */
function isOther({ status, protocol }: Conversation): boolean {
  return status === 'other' || (status === 'undecided' && protocol !== null);
}

/** Whether something is still held or arriving. */
function isPending({ reader, halves, opening }: Connection): boolean {
  if (opening !== null) return opening.said !== null;
  if (halves[0].held.length > 0 || halves[1].held.length > 0) return true;
  return ((reader as Conversation | null)?.arrivingSince ?? null) !== null;
}

/** The first frame of what is still held or arriving. */
function pendingSince({ reader, halves, opening }: Connection): Frame | null {
  if (opening !== null) return opening.said;
  let first = (reader as Conversation | null)?.arrivingSince ?? null;
  for (const { held } of halves) {
    for (const { frame } of held) {
      if (first === null || frame.number < first.number) first = frame;
    }
  }
  return first;
}

/** Where both sides have sent a SYN, whoever is on a port of MySQL's is the server. */
function settleSimultaneousOpen(connection: Connection, ports: ReadonlySet<number>): void {
  const { endpoints, halves } = connection;
  if (!halves[0].asked || !halves[1].asked) return;
  const [first, second] = endpoints.map(({ port }) => ports.has(port));
  if (first !== second) connection.initiator = first ? 1 : 0;
}
