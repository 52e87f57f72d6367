import { ByteQueue } from '../bytes/byte-queue.ts';
import { earliest, type Frame } from '../capture/frame.ts';
import type { Arrival, Connection, Direction, StreamReader } from '../tcp/connection.ts';
import { TlsConnection, type TlsSink } from '../tls/connection.ts';
import type { TlsCrypto } from '../tls/crypto.ts';
import type { KeyLog } from '../tls/key-log.ts';
import { type Answer, noAnswer } from './answer.ts';
import { commandOf } from './commands/index.ts';
import {
  type CompressedSink,
  CompressedStream,
  type Unpack,
  type Unpackers,
} from './compressed.ts';
import {
  CLIENT_COMPRESS,
  CLIENT_PROTOCOL_41,
  CLIENT_SSL,
  CLIENT_ZSTD_COMPRESSION_ALGORITHM,
  MULTI_FACTOR_AUTHENTICATION,
} from './constants/capabilities.ts';
import { decodePacket } from './decode.ts';
import { Exchange } from './exchange.ts';
import {
  addMismatch,
  addUnread,
  foreignBytes,
  type Noted,
  newFacts,
  note,
  noteBytes,
  noteCompressed,
  readUnread,
  type ServerError,
} from './facts.ts';
import {
  Framer,
  MAX_PART_LENGTH,
  MIN_NO_ROW,
  type Packed,
  type PacketSink,
  type RowCounter,
} from './framing.ts';
import type { Fields } from './messages/message.ts';
import { SSL_REQUEST_BYTES } from './messages/ssl-request.ts';
import type { Packet, PacketType } from './packet.ts';
import { type Query, QueryBuilder } from './query.ts';
import { behind, type Decision, MAX_EARLY_BYTES, Recognition, type Run } from './recognition.ts';
import {
  algorithmOf,
  MAX_LOGIN_LENGTH,
  startOfLogin,
  startsWithCommand,
  startsWithCompressedCommand,
} from './recognize.ts';
import { apply, negotiated, newSession } from './session.ts';
import { ruleFor } from './transitions.ts';

/** A packet as the views show it. */
export interface DecodedPacket {
  readonly connection: number;
  readonly frame: Frame;
  readonly lastFrame: Frame;
  readonly fromClient: boolean;
  readonly sequenceId: number;
  readonly expectedSequenceId: number | null;
  readonly length: number;
  readonly type: PacketType;
  readonly phase: 'connection' | 'command' | 'replication';
  readonly fields: Fields;
  readonly problems: readonly string[];
  /** Of the compressed packet that it started in, or null. */
  readonly compressedSequenceId: number | null;
}

export interface ConversationOptions {
  /** Server ports that are MySQL whatever the bytes look like. */
  readonly ports: ReadonlySet<number>;
  /** Decode the values of rows, too. */
  readonly rows: boolean;
  /** Told of every packet, decoded; null where nobody wants them, and then they are not. */
  readonly onPacket: ((packet: DecodedPacket) => void) | null;
  /** Told of every command once its answer is complete, or never will be; null where nobody wants them. */
  readonly onQuery: ((query: Query) => void) | null;
  readonly unpackers: Unpackers;
  readonly keyLog: KeyLog;
  readonly tlsCrypto: TlsCrypto;
}

/** Payload kept of a packet that somebody will print; MySQL's default max_allowed_packet. */
const MAX_KEPT_PAYLOAD = 64 * 1024 * 1024;
/** Payload kept for evidence when nobody prints packets: an error message, a status. */
const EVIDENCE_BYTES = 1024;
/** Wrong sequence ids in a row after which the framing itself is taken for lost. */
const MAX_MISMATCH_RUN = 64;

/** First byte of a semi-sync replica's acknowledgment (semisync.h, kPacketMagicNum). */
const SEMI_SYNC_MAGIC = 0xef;
/** The last of the clone plugin's commands, COM_EXIT (plugin/clone/include/clone.h). */
const CLONE_EXIT = 6;

type Phase =
  /** The server speaks first. */
  | 'greeting'
  /** The client's turn: login or SSLRequest. */
  | 'login'
  /** Login sent: exchanges follow one another. */
  | 'running'
  /** Bytes are missing: nothing is decoded until a command can be proven to start. */
  | 'lost'
  /** Cannot be read: bytes are counted. */
  | 'opaque'
  /** Not MySQL from here on. */
  | 'closed';

/**
 * One connection's MySQL conversation: packets of both directions become messages, and messages become
 * exchanges. It records what happened, the unexpected included; `findings/` judges.
 */
export class Conversation implements StreamReader, TlsSink, CompressedSink, PacketSink {
  readonly connection: Connection;
  readonly session = newSession();
  readonly facts = newFacts();
  status: 'undecided' | 'mysql' | 'other' = 'undecided';
  /** Which endpoint is the client; null until known. */
  client: Direction | null;
  login: 'ok' | 'failed' | 'incomplete' | 'unseen' | 'encrypted' = 'unseen';
  compression: 'zlib' | 'zstd' | null = null;
  tls: TlsConnection | null = null;
  /** Why what follows cannot be read, a sentence; or null. */
  unread: string | null = null;
  quit = false;
  midstream = false;
  commands = 0;
  errors = 0;
  packets = 0;

  readonly #options: ConversationOptions;
  /** Somebody wants to see what the packets say. */
  readonly #isWanted: boolean;
  /** Until it has decided whether this is MySQL. */
  #recognition: Recognition | null;
  #phase: Phase = 'greeting';
  readonly #framers: readonly [server: Framer, client: Framer];
  /** Between the stream and the framers, once compression was agreed on. */
  #compressed: readonly [server: CompressedStream, client: CompressedStream] | null = null;
  /** Sequence ids of the last compressed packets; -1 before the first. */
  readonly #compressedIds: [server: number, client: number] = [-1, -1];
  #exchanges: Exchange[] = [];
  /** What the client sent before it had read the greeting, or that does not tell a login yet. */
  #early: Run[] = [];
  #earlyBytes = 0;
  /** The bytes of `#early`, while they do not tell a login. */
  readonly #loginHead = new ByteQueue(0);
  /** The client's first bytes have been told to be a login. */
  #loginStarted = false;
  /** Stream offsets behind the last bytes that were handed on. */
  #serverOffset = 0;
  #clientOffset = 0;
  /** The server's bytes before this offset belong to answers that cannot be decoded. */
  #skipServerTo = 0;
  /** Where the server's first TLS record is due in its stream. */
  #tlsOffset = -1;
  /** What TLS hides is being read. */
  #isDecrypting = false;
  /** The sequence id that the login is to have: one more than the greeting's, or the SSLRequest's. */
  #loginSequenceId = 1;
  #mismatchRun = 0;
  /** Sequence id of the server's last packet that was looked at; rows that were only counted are not. */
  #serverSequenceId = 0;
  /** The next command is the first since bytes went missing: nobody knows what its reader expects. */
  #resumed = false;

  constructor(connection: Connection, options: ConversationOptions) {
    this.connection = connection;
    this.#options = options;
    this.#isWanted = options.onPacket !== null || options.onQuery !== null;
    this.client = connection.initiator;
    this.#recognition = new Recognition(connection, options.ports);
    this.#framers = [
      new Framer(false, connection.first, this),
      new Framer(true, connection.first, this),
    ];
  }

  /** The first frame of what has not been told yet, because more has to come; or null. */
  get arrivingSince(): Frame | null {
    const [server, client] = this.#framers;
    const held = this.#recognition?.since ?? this.#early[0]?.frame ?? null;
    const [answer, request] = this.#compressed ?? [];
    const arriving = earliest(held, server.arriving?.frame, client.arriving?.frame);
    const packed = earliest(this.tls?.since, answer?.since, request?.since);
    return earliest(arriving, packed, this.#exchanges[0]?.query?.frame);
  }

  /** Whether the capture has the connection's start: its SYN, or at least the greeting. */
  get seenFromStart(): boolean {
    return this.facts.greeting !== null || (this.connection.initiator !== null && !this.midstream);
  }

  get closed(): 'quit' | 'fin' | 'reset' | 'open' {
    if (this.quit) return 'quit';
    if (this.connection.reset !== null) return 'reset';
    return this.connection.halves.some((half) => half.finOffset >= 0) ? 'fin' : 'open';
  }

  data(
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): void {
    if (this.status === 'mysql') {
      this.#take(direction === this.client, bytes, start, end, arrival);
    } else if (this.#recognition !== null) {
      const run = { ...arrival, direction, bytes: bytes.slice(start, end) };
      const decision = this.#recognition.offer(run);
      if (decision !== null) this.#recognised(decision);
    }
  }

  gap(direction: Direction, length: number): void {
    if (this.#recognition !== null) {
      this.#recognition.startOver();
      return;
    }
    const fromClient = direction === this.client;
    if (fromClient) this.#clientOffset += length;
    else this.#serverOffset += length;
    if (this.tls !== null) {
      this.facts.bytesMissing = true;
      this.tls.gap(fromClient, length);
      return;
    }
    if (this.#compressed !== null) {
      this.#loseContent(fromClient);
      return;
    }
    const framer = this.#framers[fromClient ? 1 : 0];
    this.facts.bytesMissing = true;
    if (framer.skip(length)) return;
    framer.abandon();
    this.#missBytes();
  }

  end(): void {
    const { halves, reset } = this.connection;
    const client = this.client ?? 0;
    this.facts.clientFin = halves[client]!.finFrame;
    this.facts.serverFin = halves[1 - client]!.finFrame;
    if (reset !== null) this.facts.reset = { byClient: reset.by === client, frame: reset.frame };
    this.#dropExchanges();
    for (const framer of this.#framers) framer.reset();
    // Behind a proxy that sends a PROXY header stands a driver, which reads the ERR as any other would.
    if (this.facts.proxyHeader !== null && this.#phase === 'login') readUnread(this.facts, null, 2);
    const { greeting, bytesMissing } = this.facts;
    if (this.login === 'unseen' && greeting !== null && !bytesMissing) this.login = 'incomplete';
  }

  // --- is it MySQL? ---------------------------------------------------------------------------------

  #recognised(decision: Decision): void {
    this.#recognition = null;
    this.midstream = decision.midstream;
    if (decision.client === null) {
      this.status = 'other';
      const { banner } = decision;
      if (banner !== null) addMismatch(this.facts, foreignBytes(banner, false, 0));
      return;
    }
    this.status = 'mysql';
    this.client = decision.client;
    if (!decision.fromStart) {
      this.#stop('lost');
      this.#resumed = true;
    }
    for (const run of decision.runs) this.data(run.direction, run.bytes, 0, run.bytes.length, run);
  }

  // --- bytes to packets -----------------------------------------------------------------------------

  #take(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): void {
    this.#noticeUnseen(fromClient, arrival.acknowledged);
    if (fromClient) this.#clientOffset = arrival.offset + end - start;
    else this.#serverOffset = arrival.offset + end - start;
    if (this.tls !== null && !this.#isPlainError(fromClient, bytes, start, end, arrival)) {
      this.tls.push(fromClient, bytes, start, end, arrival);
    } else if (this.#compressed !== null) {
      this.#compressed[fromClient ? 1 : 0].push(bytes, start, end, arrival, null);
    } else {
      this.#read(fromClient, bytes, start, end, arrival);
    }
  }

  /** Instead of its first TLS record the server may send an ERR in the clear. */
  #isPlainError(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): boolean {
    if (fromClient || arrival.offset !== this.#tlsOffset) return false;
    const isPlain = isErrNotRecord(bytes, start, end);
    this.#framers[0].stopped = !isPlain;
    return isPlain;
  }

  // --- what is packed -------------------------------------------------------------------------------

  applicationData(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    first: Arrival,
    last: Arrival,
    endOffset: number,
  ): void {
    if (!this.#isDecrypting) {
      // The client logs in once TLS is up.
      this.#isDecrypting = true;
      this.#phase = 'login';
      this.#loginStarted = true;
      this.login = 'unseen';
      for (const framer of this.#framers) framer.stopped = false;
    }
    const packed = { lastFrame: last.frame, endOffset };
    if (this.#compressed === null) this.unpacked(fromClient, bytes, start, end, first, packed);
    else this.#compressed[fromClient ? 1 : 0].push(bytes, start, end, first, packed);
  }

  /** A TLS record is missing. */
  contentMissing(fromClient: boolean): void {
    if (this.#isDecrypting) this.#loseContent(fromClient);
  }

  lost(_fromClient: boolean, reason: string): void {
    if (this.#isDecrypting) this.#giveUp(reason);
  }

  unpacked(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    packed: Packed,
  ): void {
    if (!fromClient && packed.endOffset <= this.#skipServerTo) return;
    if (fromClient && this.#phase === 'lost') this.#resume(bytes, start, end, arrival);
    this.#frame(fromClient, bytes, start, end, arrival, packed);
  }

  unreadable(fromClient: boolean, reason: string, arrival: Arrival): void {
    const side = fromClient ? 'client' : 'server';
    this.#giveUp(`frame ${arrival.frame.number}: a compressed packet of the ${side} ${reason}`);
  }

  /** Some of what a side said is missing, and nobody knows how much. */
  #loseContent(fromClient: boolean): void {
    this.#missBytes();
    this.#compressed?.[fromClient ? 1 : 0].lose();
  }

  #giveUp(reason: string): void {
    this.unread = reason;
    this.facts.bytesMissing = true;
    this.#lose();
    this.#phase = 'opaque';
  }

  /** Cuts bytes into packets, and hands what follows a change of the packing to what unpacks it. */
  #frame(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    packed: Packed | null,
  ): void {
    const side = fromClient ? 1 : 0;
    const wasCompressed = this.#compressed !== null;
    const pos = this.#framers[side].push(bytes, start, end, arrival, packed);
    if (this.#compressed !== null && !wasCompressed) {
      this.#framers[side].stopped = false;
      const rest = packed === null ? shifted(arrival, pos - start) : arrival;
      this.#compressed[side].push(bytes, pos, end, rest, packed);
    } else if (pos < end && packed === null && this.tls !== null) {
      this.tls.push(fromClient, bytes, pos, end, shifted(arrival, pos - start));
    }
  }

  // --- bytes in the clear ---------------------------------------------------------------------------

  /** Takes bytes that are not packed in anything. */
  #read(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): void {
    let from = start;
    if (!fromClient) {
      from = Math.min(end, Math.max(start, start + this.#skipServerTo - arrival.offset));
    } else if (this.#phase === 'greeting') {
      // The client may speak first; its reader has not read the greeting yet, so neither do we.
      this.#defer(bytes, start, end, arrival);
      return;
    } else if (this.#phase === 'login' && !this.#loginStarted) {
      this.#startLogin(bytes, start, end, arrival);
      return;
    } else if (this.#phase === 'lost') {
      this.#resume(bytes, start, end, arrival);
      if (this.#compressed !== null) {
        this.#compressed[1].push(bytes, start, end, arrival, null);
        return;
      }
    }
    this.#frame(fromClient, bytes, from, end, shifted(arrival, from - start), null);
    // The greeting has been read, and with it what the client had sent before is due.
    if (!fromClient && this.#phase === 'login' && !this.#loginStarted) this.#replay();
  }

  /** An acknowledgment of bytes that were never handed on: they are not in the capture. */
  #noticeUnseen(fromClient: boolean, acknowledged: number): void {
    if (acknowledged <= (fromClient ? this.#serverOffset : this.#clientOffset)) return;
    if (fromClient) this.#serverOffset = acknowledged;
    else this.#clientOffset = acknowledged;
    this.#missBytes();
  }

  #missBytes(): void {
    this.facts.bytesMissing = true;
    if (this.#phase !== 'opaque' && this.#phase !== 'closed') this.#lose();
  }

  /** Keeps what the client sends until somebody can say what it is. */
  #defer(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#earlyBytes += end - start;
    if (this.#earlyBytes > MAX_EARLY_BYTES) this.#lose();
    else this.#early.push({ ...arrival, direction: this.client!, bytes: bytes.slice(start, end) });
  }

  #replay(): void {
    const early = this.#early;
    this.#early = [];
    this.#earlyBytes = 0;
    for (const run of early) this.#take(true, run.bytes, 0, run.bytes.length, run);
  }

  /** Passes over a PROXY header; notices a client that does not speak MySQL at all. */
  #startLogin(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#defer(bytes, start, end, arrival);
    const first = this.#early[0];
    if (first === undefined) return;
    const queue = this.#loginHead;
    queue.append(bytes, start, end);
    const head = { ...first, bytes: queue.bytes.subarray(0, queue.length) };
    const from = startOfLogin(head.bytes);
    if (from === 'more') return;
    this.#loginStarted = true;
    queue.clear();
    if (from === 'foreign') {
      addMismatch(this.facts, foreignBytes(head, true, 1));
      this.#stop('closed');
      this.#framers[0].stopped = false;
    } else if (from > 0) {
      this.facts.proxyHeader = noteBytes({ ...head, bytes: head.bytes.subarray(0, from) }, true);
      this.#early = behind(this.#early, from);
    }
    this.#replay();
  }

  #stop(phase: 'lost' | 'opaque' | 'closed'): void {
    this.#phase = phase;
    for (const framer of this.#framers) framer.stopped = true;
  }

  #lose(): void {
    this.#stop('lost');
    for (const framer of this.#framers) framer.reset();
    this.#dropExchanges();
    this.#early = [];
    this.#mismatchRun = 0;
  }

  /**
   * Goes on where a client's segment starts with a command and everything that the server had said
   * before is accounted for: the command's acknowledgment is where its answer starts.
   */
  #resume(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const { acknowledged } = arrival;
    if (acknowledged >= 0 && acknowledged < this.#serverOffset) return;
    if (!startsWithCommand(bytes, start, end)) {
      if (this.#compressed !== null || !startsWithCompressedCommand(bytes, start, end)) return;
      this.#startCompression(this.#inferredUnpack);
    }
    this.#phase = 'running';
    this.#resumed = true;
    this.#skipServerTo = Math.max(acknowledged, this.#serverOffset);
    for (const framer of this.#framers) framer.stopped = false;
  }

  // --- packets to messages --------------------------------------------------------------------------

  keep(packet: Packet): number {
    if (this.#phase === 'greeting' || this.#phase === 'login') return MAX_LOGIN_LENGTH;
    const head = this.#exchanges[0];
    const { first, fromClient } = packet;
    if (fromClient && head?.sendsFile) return 0;
    if (head?.state === 'binlog' && this.#options.onPacket === null) return 0;
    const isRow = !fromClient && first < MIN_NO_ROW && head?.inRows === true;
    if (isRow && !this.#options.rows) return 0;
    return this.#isWanted ? MAX_KEPT_PAYLOAD : EVIDENCE_BYTES;
  }

  rowCounter(fromClient: boolean): RowCounter | null {
    if (fromClient || this.#options.onPacket !== null || this.#options.rows) return null;
    const exchange = this.#exchanges[0];
    if (exchange?.inRows !== true || exchange.query?.isOpen === false) return null;
    return exchange;
  }

  packet(packet: Packet): void {
    if (this.#mismatchRun > MAX_MISMATCH_RUN) {
      this.#lose();
      return;
    }
    this.packets++;
    if (!packet.fromClient) {
      this.#serverPacket(packet);
      this.#serverSequenceId = packet.sequenceId;
    } else if (this.#phase === 'login') this.#loginPacket(packet);
    else this.#clientPacket(packet);
  }

  #serverPacket(packet: Packet): void {
    if (this.#phase === 'greeting') {
      this.#greetingPacket(packet);
      return;
    }
    const { bytes, start, end, length, first } = packet;
    const code =
      first === 0xff && end - start > 2 ? bytes[start + 1]! | (bytes[start + 2]! << 8) : -1;
    for (;;) {
      const exchange = this.#exchanges[0];
      if (exchange === undefined) {
        this.#unsolicited(packet);
        return;
      }
      const expected = this.#expectedOf(exchange, packet);
      if (expected !== packet.firstSequenceId && this.#skipOver(exchange, packet.firstSequenceId)) {
        this.#leave(false);
        continue;
      }
      const rule = ruleFor(exchange.state, first, length, code);
      const type = this.#authNextFactorIsAgreed(rule.type) ? rule.type : 'AuthMoreData';
      const restarted = exchange.mayRestart && packet.firstSequenceId === 1;
      if (!exchange.advance(rule.step, type, packet, this.session)) {
        if (exchange.over) this.#leave(true);
        continue;
      }
      const isFirst = !exchange.answered;
      exchange.answered = true;
      if (restarted) exchange.mayRestart = false;
      exchange.asksClient = exchange.state === 'auth';
      if (this.#compressed === null) {
        exchange.nextSequenceId = exchange.state === 'cloning' ? 0 : (packet.sequenceId + 1) & 0xff;
      }
      const wrong = expected !== packet.firstSequenceId && !restarted;
      const error = type === 'ERR' ? this.#serverError(packet) : null;
      if (wrong || (packet.brokenPart !== null && this.#compressed === null)) {
        const continues = isFirst && goesOn(this.#serverSequenceId, packet.firstSequenceId);
        this.#wrongSequence(type, packet, expected, exchange.request, error, continues);
      } else {
        this.#mismatchRun = 0;
      }
      this.#countRows(exchange);
      const fields = this.#emit(type, packet, restarted ? null : expected, exchange);
      exchange.query?.take(type, rule.step, packet, fields, exchange.columns);
      if (exchange.over) this.#exchangeOver(exchange, type);
      if (rule.step === 'foreign') {
        this.#giveUp('it carries the messages of Group Replication from here on');
      }
      // What follows depends on fields that nobody has: counts, status flags.
      if (packet.isCut && rule.step !== 'stay' && rule.step !== 'definition') this.#lose();
      return;
    }
  }

  /** Where it is not, 0x02 is the first byte of a plugin's data. */
  #authNextFactorIsAgreed(type: PacketType): boolean {
    return (
      type !== 'AuthNextFactor' || negotiated(this.session, MULTI_FACTOR_AUTHENTICATION) !== false
    );
  }

  /** The id that the packet's reader expects; under compression, where it looks at none, its own. */
  #expectedOf(exchange: Exchange, packet: Packet): number {
    return this.#compressed === null ? exchange.nextSequenceId : packet.firstSequenceId;
  }

  /** Whether an exchange whose end could not be seen gives way to the one that this id fits. */
  #skipOver(exchange: Exchange, sequenceId: number): boolean {
    const next = this.#exchanges[1];
    if (next === undefined || next.nextSequenceId !== sequenceId) return false;
    return exchange.mayBeOver(this.session) || exchange.state === 'unknown';
  }

  /** The first exchange is over, or its end will not be seen. */
  #leave(complete: boolean): void {
    const exchange = this.#exchanges.shift();
    if (exchange === undefined) return;
    this.#countRows(exchange);
    if (exchange.query === null) return;
    exchange.query.finish(complete, 'missing');
    this.#options.onQuery?.(exchange.query);
  }

  #dropExchanges(): void {
    while (this.#exchanges.length > 0) this.#leave(false);
  }

  #countRows(exchange: Exchange): void {
    const rows = exchange.takeRows();
    if (rows === 0) return;
    this.packets += rows;
    exchange.query?.countRows(rows);
  }

  #greetingPacket(packet: Packet): void {
    const isError = packet.first === 0xff;
    const isV10 = packet.first === 0x0a;
    const type = isError ? 'ERR' : isV10 ? 'HandshakeV10' : 'HandshakeV9';
    const error = isError ? this.#serverError(packet) : null;
    const noted = note(type, packet, error);
    this.facts.greeting = noted;
    if (packet.firstSequenceId !== 0) this.#wrongSequence(type, packet, 0, null, error);
    this.#emit(type, packet, 0, null);
    if (isError) {
      this.login = 'failed';
      this.#stop('closed');
    } else {
      this.#phase = 'login';
    }
  }

  #loginPacket(packet: Packet): void {
    const { bytes, start, end } = packet;
    const capabilities = end - start > 1 ? bytes[start]! | (bytes[start + 1]! << 8) : 0;
    const isSsl =
      this.tls === null && packet.length === SSL_REQUEST_BYTES && (capabilities & CLIENT_SSL) !== 0;
    const isNew = (capabilities & CLIENT_PROTOCOL_41) !== 0;
    const type = isSsl ? 'SSLRequest' : isNew ? 'HandshakeResponse41' : 'HandshakeResponse320';
    const noted = note(type, packet, null);
    this.facts.login = noted;
    const expected = this.#loginSequenceId;
    if (packet.firstSequenceId !== expected) {
      this.#wrongSequence(type, packet, expected, null, null);
    }
    this.#emit(type, packet, expected, null);
    if (isSsl) {
      this.tls = new TlsConnection(this.#options.keyLog, this.#options.tlsCrypto, this);
      this.login = 'encrypted';
      this.#loginSequenceId = (packet.sequenceId + 1) & 0xff;
      for (const unread of this.facts.unread) unread.readBy ??= noted;
      this.#tlsOffset = this.#serverOffset;
      this.#stop('opaque');
      return;
    }
    const next = (packet.sequenceId + 1) & 0xff;
    readUnread(this.facts, noted, next);
    this.#exchanges.push(new Exchange(null, 'auth', noted, next));
    this.#phase = 'running';
  }

  #clientPacket(packet: Packet): void {
    const { first, length } = packet;
    const head = this.#exchanges[0];
    const isNumbered = this.#compressed === null;
    const isNext =
      head !== undefined &&
      (isNumbered
        ? packet.firstSequenceId === head.nextSequenceId
        : head.sendsFile || head.asksClient);
    if (head?.sendsFile && isNext) {
      this.#emit('LocalInfileData', packet, head.nextSequenceId, head);
      if (isNumbered) head.nextSequenceId = (packet.sequenceId + 1) & 0xff;
      head.sendsFile = length > 0;
      return;
    }
    if (head?.sendsFile) {
      // Anything but the file's next packet breaks it off; the server goes on reading it as the file.
      this.#wrongSequence(
        commandOf(first)?.name ?? 'Unknown',
        packet,
        head.nextSequenceId,
        head.request,
        null,
      );
      head.sendsFile = false;
    }
    // Commands may be sent ahead of the answer. But where the server has just asked for more, what
    // comes may be a credential, whatever it looks like.
    const startsAnew = !isNumbered || packet.firstSequenceId === 0;
    const isCommand = startsAnew && commandOf(first) !== undefined;
    if (head?.state === 'auth' && (isNext || head.asksClient || !isCommand)) {
      const expected = head.nextSequenceId;
      if (!isNext) this.#wrongSequence('AuthData', packet, expected, null, null);
      this.#emit('AuthData', packet, expected, head);
      head.asksClient = false;
      if (isNumbered) head.nextSequenceId = (packet.sequenceId + 1) & 0xff;
      return;
    }
    if (head?.state === 'cloning' && first <= CLONE_EXIT && startsAnew) {
      this.#emit('CloneCommand', packet, 0, head);
      head.isLeaving = first === CLONE_EXIT;
      return;
    }
    if (head?.state === 'binlog' && first === SEMI_SYNC_MAGIC && startsAnew) {
      this.#emit('SemiSyncAck', packet, 0, head);
      head.mayRestart = true;
      return;
    }
    this.#commandPacket(packet);
  }

  #commandPacket(packet: Packet): void {
    const command = commandOf(packet.first);
    const type = command?.name ?? 'Unknown';
    const expected = this.#resumed ? null : 0;
    this.#resumed = false;
    const noted = this.#note(type, packet, null);
    const isNumbered = this.#compressed === null;
    if (isNumbered && (packet.firstSequenceId !== 0 || packet.brokenPart !== null)) {
      this.#wrongSequence(type, packet, 0, null, null);
    }
    const next = (noted.sequenceId + 1) & 0xff;
    const isAnswered = command?.reply !== null;
    const exchange = new Exchange(command ?? null, command?.reply ?? 'unknown', noted, next);
    const fields = this.#emit(type, packet, expected, exchange);
    const { onQuery } = this.#options;
    if (onQuery !== null) {
      exchange.query = new QueryBuilder(this.connection.number, type, packet, fields, this.session);
    }
    this.commands++;
    if (command?.name === 'COM_QUIT') this.quit = true;
    if (!isAnswered) {
      exchange.query?.finish(true, 'none');
      if (exchange.query !== null) onQuery?.(exchange.query);
      return;
    }
    if (this.#exchanges[0]?.state === 'unknown') this.#leave(true);
    readUnread(this.facts, noted, next);
    this.#exchanges.push(exchange);
  }

  #exchangeOver(exchange: Exchange, type: PacketType): void {
    this.#leave(true);
    if (type !== 'ERR' && exchange.effect !== null) apply(this.session, exchange.effect);
    if (exchange.isLogin) this.#loginOver(type === 'OK');
  }

  #loginOver(isOk: boolean): void {
    this.login = isOk ? 'ok' : 'failed';
    if (!isOk) return;
    const { session } = this;
    session.currentUser = session.user;
    session.schema = session.database;
    if (negotiated(session, CLIENT_COMPRESS)) this.compression = 'zlib';
    else if (negotiated(session, CLIENT_ZSTD_COMPRESSION_ALGORITHM)) this.compression = 'zstd';
    if (this.compression === null) return;
    this.#startCompression(this.#options.unpackers[this.compression]);
    // What follows the OK is compressed.
    this.#framers[0].stopped = true;
  }

  // --- compressed packets ---------------------------------------------------------------------------

  #startCompression(unpack: Unpack): void {
    this.#compressed = [
      new CompressedStream(false, unpack, this),
      new CompressedStream(true, unpack, this),
    ];
  }

  /** Where the login was not captured, what was agreed on shows in the first packet that is packed. */
  readonly #inferredUnpack: Unpack = (bytes, length) => {
    const algorithm = algorithmOf(bytes, 0);
    if (algorithm === null) throw new Error('it is neither zlib nor zstd');
    this.compression = algorithm;
    return this.#options.unpackers[algorithm](bytes, length);
  };

  compressedHeader(
    fromClient: boolean,
    sequenceId: number,
    length: number,
    arrival: Arrival,
  ): void {
    const head = this.#exchanges[0];
    const side = fromClient ? 1 : 0;
    const expected = fromClient
      ? this.#compressedFromClient()
      : this.#compressedFromServer(sequenceId);
    if (expected !== null && expected !== sequenceId) {
      const readFor = fromClient ? null : (head?.request ?? null);
      addMismatch(this.facts, {
        packet: noteCompressed(fromClient, sequenceId, length, arrival),
        expected,
        got: sequenceId,
        readFor,
        stale: false,
        continues: !fromClient && goesOn(this.#compressedIds[0], sequenceId),
        banner: '',
      });
    }
    this.#compressedIds[side] = sequenceId;
    if (head !== undefined && (!fromClient || head.sendsFile || head.asksClient)) {
      head.nextSequenceId = (sequenceId + 1) & 0xff;
    }
  }

  #compressedFromServer(sequenceId: number): number | null {
    const head = this.#exchanges[0];
    if (head === undefined || this.#phase !== 'running') return null;
    if (head.mayRestart && sequenceId === 1) return 1;
    return this.#skipOver(head, sequenceId) ? sequenceId : head.nextSequenceId;
  }

  #compressedFromClient(): number | null {
    const head = this.#exchanges[0];
    if (this.#phase !== 'running') return null;
    if (head?.sendsFile || head?.asksClient) return head.nextSequenceId;
    // The rest of a command goes on counting; the next one starts anew.
    return this.#framers[1].arriving === null ? 0 : (this.#compressedIds[1] + 1) & 0xff;
  }

  // --- the unexpected -------------------------------------------------------------------------------

  /** A packet of the server that answers nothing: whoever reads next will take it for the answer. */
  #unsolicited(packet: Packet): void {
    const type = packet.first === 0xff ? 'ERR' : 'Unknown';
    const error = type === 'ERR' ? this.#serverError(packet) : null;
    const nobodyReads = this.#clientIsGone || this.quit || this.#phase === 'closed';
    const interrupted = this.#framers[1].arriving;
    const expected = nobodyReads || this.#resumed ? null : this.#expectedUnasked(interrupted);
    if (!nobodyReads) {
      addUnread(this.facts, {
        packet: this.#note(type, packet, error),
        interrupted: interrupted === null ? null : note('Unknown', interrupted, null),
        readBy: null,
      });
    }
    this.#emit(type, packet, expected, null);
  }

  /** Under compression a packet's number is that of the compressed packet. */
  #note(type: PacketType, packet: Packet, error: ServerError | null): Noted {
    if (this.#compressed === null) return note(type, packet, error);
    return note(type, packet, error, this.#compressedIds[packet.fromClient ? 1 : 0]);
  }

  get #clientIsGone(): boolean {
    const { halves, reset } = this.connection;
    return halves[this.client!]!.finished || reset?.by === this.client;
  }

  /** What a driver expects that reads such a packet once it has sent what it has to send. */
  #expectedUnasked(interrupted: Packet | null): number | null {
    if (this.#phase === 'login') return (this.#loginSequenceId + 1) & 0xff;
    if (this.tls !== null && !this.#isDecrypting) return 2;
    if (interrupted === null) return 1;
    if (this.#compressed !== null) return null;
    // Nobody knows how many more parts of 16 MiB would have come.
    return interrupted.parts === 1 && interrupted.length < MAX_PART_LENGTH
      ? (interrupted.sequenceId + 1) & 0xff
      : null;
  }

  #wrongSequence(
    type: PacketType,
    packet: Packet,
    expected: number,
    readFor: Noted | null,
    error: ServerError | null,
    continues = false,
  ): void {
    const broken = packet.firstSequenceId === expected ? packet.brokenPart : null;
    addMismatch(this.facts, {
      packet: note(type, packet, error),
      expected: broken?.expected ?? expected,
      got: broken?.got ?? packet.firstSequenceId,
      readFor,
      stale:
        readFor !== null && packet.acknowledged >= 0 && packet.acknowledged < readFor.endOffset,
      continues,
      banner: '',
    });
    this.#mismatchRun++;
  }

  #serverError(packet: Packet): ServerError {
    this.errors++;
    const fields: Fields = {};
    decodePacket('ERR', packet, this.session, noAnswer(), fields);
    return {
      code: (fields.code as number | undefined) ?? 0,
      sqlState: (fields.sqlState as string | null | undefined) ?? null,
      message: (fields.message as string | undefined) ?? '',
    };
  }

  /**
   * Decodes a packet for the views, and for the session where it settles something. Returns its fields,
   * which are empty where nobody wants them.
   */
  #emit(
    type: PacketType,
    packet: Packet,
    expectedSequenceId: number | null,
    answer: Answer | null,
  ): Fields {
    const { onPacket, rows } = this.#options;
    const fields: Fields = {};
    if (!this.#isWanted && !settles(type)) return fields;
    const isSkipped = isBulk(type) && !(isRow(type) ? rows : onPacket !== null);
    const problems = isSkipped
      ? []
      : decodePacket(type, packet, this.session, answer ?? noAnswer(), fields);
    onPacket?.({
      connection: this.connection.number,
      frame: packet.frame,
      lastFrame: packet.lastFrame,
      fromClient: packet.fromClient,
      sequenceId: packet.sequenceId,
      // Under compression its reader looks at the compressed packet's number alone.
      expectedSequenceId: this.#compressed === null ? expectedSequenceId : null,
      length: packet.length,
      type,
      phase: this.#phaseName(type),
      fields,
      problems,
      compressedSequenceId:
        this.#compressed === null ? null : this.#compressedIds[packet.fromClient ? 1 : 0],
    });
    return fields;
  }

  #phaseName(type: PacketType): DecodedPacket['phase'] {
    if (type.startsWith('COM_')) return 'command';
    if (this.#phase !== 'running') return 'connection';
    const head = this.#exchanges[0];
    if (head?.state === 'binlog') return 'replication';
    return head?.isLogin ? 'connection' : 'command';
  }
}

/** Whether a packet's decoder notes in the session what it settles: decoded whoever looks. */
function settles(type: PacketType): boolean {
  // Asked of every packet but rows, so no look into a set.
  return (
    type === 'HandshakeV10' ||
    type === 'HandshakeV9' ||
    type === 'SSLRequest' ||
    type === 'HandshakeResponse41' ||
    type === 'HandshakeResponse320' ||
    type === 'AuthSwitchRequest' ||
    type === 'AuthMoreData' ||
    type === 'AuthNextFactor' ||
    type === 'COM_CHANGE_USER'
  );
}

function isRow(type: PacketType): boolean {
  return type === 'TextRow' || type === 'BinaryRow';
}

/** Whether a packet is one of many of its kind, which are looked at only to be printed. */
function isBulk(type: PacketType): boolean {
  return isRow(type) || type === 'LocalInfileData' || type === 'BinlogEvent';
}

/** Whether a counter that is never reset leads from one id to the other, the command counted or not. */
function goesOn(last: number, next: number): boolean {
  const steps = (next - last) & 0xff;
  return steps === 1 || steps === 2;
}

/** An ERR packet's head, where that of a TLS record (type, 0x03, …) could start. */
function isErrNotRecord(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start > 4 && bytes[start + 1] === 0 && bytes[start + 2] === 0 && bytes[start + 4] === 0xff
  );
}

function shifted(arrival: Arrival, by: number): Arrival {
  return by === 0 ? arrival : { ...arrival, offset: arrival.offset + by };
}
