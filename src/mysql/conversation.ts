import { ByteQueue } from '../bytes/byte-queue.ts';
import { earliest, type Frame } from '../capture/frame.ts';
import type {
  Arrival,
  Connection,
  Direction,
  HalfStream,
  StreamReader,
} from '../tcp/connection.ts';
import { TlsConnection, type TlsSink } from '../tls/connection.ts';
import type { TlsCrypto } from '../tls/crypto.ts';
import type { KeyLog } from '../tls/key-log.ts';
import { HANDSHAKE } from '../tls/records.ts';
import {
  type CompressedSink,
  CompressedStream,
  type Unpack,
  type Unpackers,
} from './compressed.ts';
import { CLIENT_COMPRESS, CLIENT_ZSTD_COMPRESSION_ALGORITHM } from './constants/capabilities.ts';
import { Dialogue, type DialogueHost, type DialogueOptions } from './dialogue.ts';
import {
  addMismatch,
  type CompressionFault,
  type Facts,
  foreignBytes,
  noteBytes,
  noteCompressed,
  type PartialPacket,
  readUnread,
} from './facts.ts';
import { Framer, HEADER_BYTES, type Packed, type PacketSink, u24 } from './framing.ts';
import type { Packet } from './packet.ts';
import {
  behind,
  type Decision,
  headOf,
  MAX_EARLY_BYTES,
  Recognition,
  type Run,
} from './recognition.ts';
import {
  algorithmOf,
  mayBeLogin,
  startOfLogin,
  startsWithCommand,
  startsWithCompressedAnswer,
  startsWithCompressedCommand,
  startsWithTls,
  type Verdict,
} from './recognize.ts';
import { PacketSeek } from './resync.ts';
import { negotiated, type Session } from './session.ts';

const COMPRESSION = [CLIENT_COMPRESS, CLIENT_ZSTD_COMPRESSION_ALGORITHM];

export interface ConversationOptions extends DialogueOptions {
  /** Server ports that are MySQL whatever the bytes look like. */
  readonly ports: ReadonlySet<number>;
  readonly unpackers: Unpackers;
  readonly keyLog: KeyLog;
  readonly tlsCrypto: TlsCrypto;
}

/**
 * One connection, from ordered bytes to packets: finds out whether it is MySQL, unpacks TLS and compression,
 * survives holes. What the packets say is the dialogue's.
 */
export class Conversation implements StreamReader, TlsSink, CompressedSink, DialogueHost {
  readonly connection: Connection;
  readonly session: Session;
  readonly facts: Facts;
  status: 'undecided' | 'mysql' | 'other' = 'undecided';
  /** Which endpoint is the client; null until known. */
  client: Direction | null;
  compression: 'zlib' | 'zstd' | null = null;
  tls: TlsConnection | null = null;
  /** Why what follows cannot be read, a sentence; or null. */
  unread: string | null = null;
  midstream = false;
  /** Bytes that were captured and not read: nobody could tell where packets start in them. */
  skippedBytes = 0;
  /** What it looks like where it is not known to be MySQL, by its first bytes. */
  protocol: string | null = null;

  readonly #options: ConversationOptions;
  readonly #dialogue: Dialogue;
  /** Until it has decided whether this is MySQL. */
  #recognition: Recognition | null;
  /** Another protocol's first bytes, which a driver would have read; told unless none was there to read them. */
  #banner: Run | null = null;
  #framers: readonly [server: Framer, client: Framer];
  /** Between the stream and the framers, once compression was agreed on. */
  #compressed: readonly [server: CompressedStream, client: CompressedStream] | null = null;
  /** What the client sent before it had read the greeting, or that does not tell a login yet. */
  #early: Run[] = NO_RUNS;
  #earlyBytes = 0;
  /** The bytes of `#early`, while they do not tell what they are. */
  #earlyHead = NO_BYTES;
  /** The client's first bytes have been told to be a login. */
  #loginStarted = false;
  /** Stream offsets behind the last bytes that were handed on. */
  #serverOffset = 0;
  #clientOffset = 0;
  /** The server's bytes before this offset belong to answers that cannot be decoded. */
  #skipServerTo = 0;
  /** What the server says while nobody knows where its packets start; null while that is known. */
  #seek: PacketSeek | null = null;
  /** Where TLS was asked for: the server refuses it in the clear; null until that is known. */
  #repliesPlainly: boolean | null = null;
  /** The first byte of that reply, while it is the only one. */
  #replyHead: Run | null = null;
  /** The next answer shows whether there is compression: the command could be read without. */
  #mayBeCompressed = false;
  /** Behind the request for TLS there is some; false while the client has sent nothing. */
  speaksTls = false;
  /** What TLS hides is being read. */
  #isDecrypting = false;
  /** One side of TLS cannot be read: the other alone would make no sense. */
  #isCutOff = false;
  constructor(connection: Connection, options: ConversationOptions) {
    this.connection = connection;
    this.#options = options;
    this.#dialogue = new Dialogue(connection.number, options, this);
    this.session = this.#dialogue.session;
    this.facts = this.#dialogue.facts;
    this.client = connection.initiator;
    this.#recognition = new Recognition(connection, options.ports);
    this.#framers = [
      new Framer(false, connection.first, this.#dialogue),
      new Framer(true, connection.first, this.#dialogue),
    ];
  }

  /** The first frame of what has not been told yet, because more has to come; or null. */
  get arrivingSince(): Frame | null {
    const [server, client] = this.#framers;
    const held = this.#recognition?.since ?? this.#early[0]?.frame ?? null;
    const [answer, request] = this.#compressed ?? [];
    const arriving = earliest(held, server.arriving?.frame, client.arriving?.frame);
    const packed = earliest(this.tls?.since, answer?.since, request?.since, this.#seek?.since);
    return earliest(arriving, packed, this.#dialogue.askedSince);
  }

  /** Whether the capture has the connection's start: its SYN, or at least the greeting. */
  get seenFromStart(): boolean {
    return this.facts.greeting !== null || (this.connection.initiator !== null && !this.midstream);
  }

  get login(): Dialogue['login'] {
    return this.#dialogue.login;
  }

  get commands(): number {
    return this.#dialogue.commands;
  }

  get errors(): number {
    return this.#dialogue.errors;
  }

  get packets(): number {
    return this.#dialogue.packets;
  }

  get closed(): 'quit' | 'fin' | 'reset' | 'open' {
    if (this.#dialogue.quit) return 'quit';
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
    } else if (this.#banner !== null && direction !== this.#banner.direction) {
      // Whoever answers it with anything but a login knows the server's protocol and is no driver.
      if (!mayBeLogin(bytes.subarray(start, end))) this.#banner = null;
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
      if (!fromClient) this.#repliesPlainly ??= false;
      this.tls.gap(fromClient, length);
      return;
    }
    if (this.#compressed !== null) {
      this.#loseContent(fromClient);
      return;
    }
    this.facts.bytesMissing = true;
    if (!fromClient && this.#seek !== null) {
      this.#seek.clear();
      return;
    }
    const framer = this.#framers[fromClient ? 1 : 0];
    if (framer.skip(length)) return;
    framer.abandon();
    if (fromClient) this.#missClient();
    else if (this.#dialogue.canResumeAnswer) this.#loseServer();
    else this.#missBytes();
  }

  end(): void {
    const { halves, reset } = this.connection;
    this.skippedBytes += halves[0].strayBytes + halves[1].strayBytes;
    if (this.#recognition !== null) this.protocol = this.#recognition.protocol;
    if (this.#banner !== null) addMismatch(this.facts, foreignBytes(this.#banner, false, 0));
    this.#banner = null;
    const client = this.client ?? 0;
    const [clientHalf, serverHalf] = [halves[client]!, halves[1 - client]!];
    this.facts.clientFin = clientHalf.finFrame;
    this.facts.clientEnd = clientHalf.finOffset >= 0 ? clientHalf.finOffset : clientHalf.offset;
    this.facts.clientHad = clientHalf.finAcknowledged;
    this.facts.clientReceived = serverHalf.acknowledged;
    this.facts.serverFin = serverHalf.finFrame;
    this.facts.serverFinAcknowledged = serverHalf.finAcknowledged;
    this.#endSeek();
    if (reset !== null) {
      // A lone number may be that of a FIN.
      const isBehind = (offset: number, half: HalfStream) => offset > half.offset + 1;
      const [own, peer] = [halves[reset.by]!, halves[1 - reset.by]!];
      if (isBehind(reset.offset, own) || isBehind(reset.acknowledged, peer)) this.#missBytes();
      this.facts.reset = { ...reset, byClient: reset.by === client };
      if (reset.by === client && clientHalf.finFrame === null) {
        this.facts.clientHad = reset.acknowledged;
      }
    }
    this.#dialogue.settle();
    this.#notePartial();
    this.#dialogue.abandon();
    this.#compressed = null;
    this.tls?.end();
    // Behind a proxy that sends a PROXY header stands a driver, which reads the ERR as any other would.
    if (this.facts.proxyHeader !== null && this.#dialogue.phase === 'login')
      readUnread(this.facts, null, 2);
    const { greeting, bytesMissing } = this.facts;
    // An alert in the clear, or TLS that never started: no login was sent.
    const hasFailed = this.tls?.alert?.isFatal === true && !this.tls.decrypted;
    if (this.#dialogue.login === 'encrypted' && (hasFailed || this.#asksInVain)) {
      this.#dialogue.login = 'incomplete';
    }
    if (this.#dialogue.login === 'unseen' && greeting !== null && !bytesMissing)
      this.#dialogue.login = 'incomplete';
    this.#framers = OVER;
    this.#forgetEarly();
    this.#dialogue.release();
  }

  /** TLS was asked for, and never started. */
  get #asksInVain(): boolean {
    return this.tls !== null && !this.speaksTls && !this.facts.bytesMissing;
  }

  /** What either side was in the midst of sending. Where it is packed, its bytes are not told apart. */
  #notePartial(): void {
    if (this.status !== 'mysql' || this.tls !== null || this.#compressed !== null) return;
    const [server, client] = this.#framers;
    this.facts.serverPartial = partialOf(server);
    this.facts.clientPartial = partialOf(client);
  }

  // --- is it MySQL? ---------------------------------------------------------------------------------

  #recognised(decision: Decision): void {
    this.#recognition = null;
    this.midstream = decision.midstream;
    if (decision.client === null) {
      this.status = 'other';
      this.protocol = decision.protocol;
      this.#banner = decision.banner;
      return;
    }
    this.status = 'mysql';
    this.client = decision.client;
    if (decision.start === 'login') {
      this.#dialogue.startAtLogin();
      // The greeting before it is known to be missing.
      this.#serverOffset = Math.max(0, decision.runs[0]!.acknowledged);
      this.facts.bytesMissing = this.#serverOffset > 0;
    } else if (decision.start === null) {
      this.lose();
      this.#dialogue.resumed = true;
      this.#seek = new PacketSeek();
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
    if (this.tls !== null && !fromClient && this.#repliesPlainly === null) {
      this.#tellReply(bytes, start, end, arrival);
    } else if (this.tls !== null && (fromClient || !this.#repliesPlainly)) {
      this.#takeHidden(fromClient, bytes, start, end, arrival);
    } else if (this.#compressed !== null) {
      this.#compressed[fromClient ? 1 : 0].push(bytes, start, end, arrival, null);
    } else {
      this.#read(fromClient, bytes, start, end, arrival);
    }
  }

  /** Instead of its first TLS record the server may send an ERR in the clear; the second byte tells. */
  #tellReply(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const held = this.#replyHead;
    this.#replyHead = null;
    if (held === null && end - start < 2) {
      this.#replyHead = this.#runOf(bytes, start, end, arrival);
      return;
    }
    const second = held === null ? bytes[start + 1] : bytes[start];
    // Of a record the major version, 3; of a packet the middle of a length below 256.
    this.#repliesPlainly = second === 0;
    this.#framers[0].stopped = !this.#repliesPlainly;
    // No server starts it: the ClientHello is not in the capture.
    this.speaksTls ||= !this.#repliesPlainly && (held?.bytes[0] ?? bytes[start]) === HANDSHAKE;
    if (held !== null) this.#take(false, held.bytes, 0, held.bytes.length, held);
    this.#take(false, bytes, start, end, arrival);
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
    if (this.#isCutOff) return;
    if (!this.#isDecrypting) {
      // The client logs in once TLS is up.
      this.#isDecrypting = true;
      this.#dialogue.phase = 'login';
      this.#loginStarted = true;
      this.#dialogue.login = 'unseen';
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
    this.#isCutOff = true;
    if (this.#isDecrypting) this.giveUp(reason);
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
    if (fromClient && this.#dialogue.phase === 'lost' && !this.#isSentAhead(arrival)) {
      const wasCompressed = this.#compressed !== null;
      this.#resume(bytes, start, end, arrival.acknowledged);
      if (this.#compressed !== null && !wasCompressed) {
        this.#compressed[1].push(bytes, start, end, arrival, packed);
        return;
      }
    }
    this.#frame(fromClient, bytes, start, end, arrival, packed);
  }

  compressedHeader(
    fromClient: boolean,
    sequenceId: number,
    length: number,
    arrival: Arrival,
  ): boolean {
    this.#dialogue.compressedHeader(fromClient, sequenceId, length, arrival);
    // Where all is lost, only a command tells how it goes on.
    const { phase } = this.#dialogue;
    return (
      phase === 'running' || (phase === 'lost' && (fromClient || this.#dialogue.missesCommands))
    );
  }

  plain(fromClient: boolean, header: Uint8Array, arrival: Arrival): void {
    this.#noteCompressionFault(fromClient, 'plain', '', header, arrival);
  }

  unreadable(fromClient: boolean, reason: string, header: Uint8Array, arrival: Arrival): void {
    this.#noteCompressionFault(fromClient, 'unpack', reason, header, arrival);
    const side = fromClient ? 'client' : 'server';
    this.giveUp(`frame ${arrival.frame.number}: a compressed packet of the ${side} ${reason}`);
  }

  #noteCompressionFault(
    fromClient: boolean,
    fault: CompressionFault['fault'],
    reason: string,
    header: Uint8Array,
    arrival: Arrival,
  ): void {
    // Behind missing bytes it is nobody's, and where the login was not captured it may not have been agreed on.
    if (this.facts.bytesMissing || this.midstream) return;
    const packet = noteCompressed(fromClient, header[HEADER_BYTES - 1]!, u24(header, 0), arrival);
    this.facts.compressionFault ??= { packet, fault, reason, header };
  }

  /** Some of what a side said is missing, and nobody knows how much. */
  #loseContent(fromClient: boolean): void {
    if (fromClient) this.#missClient();
    else this.#missBytes();
    this.#compressed?.[fromClient ? 1 : 0].lose();
  }

  giveUp(reason: string): void {
    this.unread ??= reason;
    this.facts.bytesMissing = true;
    this.lose();
    this.#dialogue.phase = 'opaque';
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
    const framer = this.#framers[side];
    if (!fromClient && this.#mayBeCompressed) {
      this.#mayBeCompressed = false;
      if (startsWithCompressedAnswer(bytes, start, end)) {
        this.#unpackWith(this.#inferredUnpack());
        this.#compressed![0].push(bytes, start, end, arrival, packed);
        return;
      }
    }
    const wasCompressed = this.#compressed !== null;
    const pos = framer.push(bytes, start, end, arrival, packed);
    // Whatever changes the packing stops the framer.
    if (!framer.stopped) return;
    if (this.#dialogue.phase === 'lost') this.skippedBytes += end - pos;
    if (this.#compressed !== null && !wasCompressed) {
      framer.stopped = false;
      const rest = packed === null ? shifted(arrival, pos - start) : arrival;
      this.#compressed[side].push(bytes, pos, end, rest, packed);
    } else if (pos < end && packed === null && this.tls !== null) {
      this.#takeHidden(fromClient, bytes, pos, end, shifted(arrival, pos - start));
    }
  }

  /** Behind a request for TLS comes TLS, unless the client goes on in the clear. */
  #takeHidden(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): void {
    if (fromClient && !this.speaksTls && !this.facts.bytesMissing) {
      if (!mayBeTls(bytes[start]!)) {
        this.tls = null;
        this.#loginStarted = true;
        for (const framer of this.#framers) framer.stopped = false;
        this.#dialogue.goOnInTheClear();
        this.#read(true, bytes, start, end, arrival);
        return;
      }
      this.speaksTls = true;
    }
    this.tls!.push(fromClient, bytes, start, end, arrival);
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
    if (this.#dialogue.missesLogin && startsWithTls(bytes, start, end)) {
      this.#dialogue.startTls();
      this.#repliesPlainly = false;
      this.tls?.push(fromClient, bytes, start, end, arrival);
      return;
    }
    if (!fromClient) {
      // The client has said what it had to say, and it was no command.
      if (this.#dialogue.phase === 'lost') this.#skipEarly();
      from = Math.min(end, Math.max(start, start + this.#skipServerTo - arrival.offset));
      this.skippedBytes += from - start;
    } else if (this.#dialogue.phase === 'greeting') {
      // The client may speak first; its reader has not read the greeting yet, so neither do we.
      this.#defer(bytes, start, end, arrival);
      return;
    } else if (this.#dialogue.phase === 'login' && !this.#loginStarted) {
      this.#startLogin(bytes, start, end, arrival);
      return;
    } else if (this.#dialogue.phase === 'lost') {
      this.#seekCommand(bytes, start, end, arrival);
      return;
    } else if (this.#seek !== null) {
      this.#leaveAnswer(arrival);
    }
    if (!fromClient && this.#seek !== null) {
      const run = this.#runOf(bytes, from, end, shifted(arrival, from - start));
      this.#resumeAnswer(this.#seek.offer(run));
      return;
    }
    this.#frame(fromClient, bytes, from, end, shifted(arrival, from - start), null);
    if (!fromClient && this.#dialogue.phase === 'login') this.readEarly();
  }

  /** An acknowledgment of bytes that were never handed on: they are not in the capture. */
  #noticeUnseen(fromClient: boolean, acknowledged: number): void {
    if (acknowledged <= (fromClient ? this.#serverOffset : this.#clientOffset)) return;
    if (fromClient) {
      this.#serverOffset = acknowledged;
      this.#missBytes();
    } else {
      this.#clientOffset = acknowledged;
      this.#compressed?.[1].lose();
      this.#missClient();
    }
  }

  #missBytes(): void {
    this.facts.bytesMissing = true;
    if (this.#dialogue.phase !== 'opaque' && this.#dialogue.phase !== 'closed') this.lose();
  }

  /** Keeps what the client sends until somebody can say what it is. */
  #defer(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#earlyBytes += end - start;
    if (this.#earlyBytes > MAX_EARLY_BYTES) this.lose();
    else {
      if (this.#early === NO_RUNS) this.#early = [];
      this.#early.push(this.#runOf(bytes, start, end, arrival));
    }
  }

  #runOf(bytes: Uint8Array, start: number, end: number, arrival: Arrival): Run {
    return { ...arrival, direction: this.client!, bytes: bytes.slice(start, end) };
  }

  #skipEarly(): void {
    this.skippedBytes += this.#earlyBytes;
    this.#forgetEarly();
  }

  #forgetEarly(): void {
    this.#early = NO_RUNS;
    this.#earlyBytes = 0;
    this.#earlyHead = NO_BYTES;
  }

  #queueEarly(bytes: Uint8Array, start: number, end: number): ByteQueue {
    if (this.#earlyHead === NO_BYTES) this.#earlyHead = new ByteQueue(0);
    this.#earlyHead.append(bytes, start, end);
    return this.#earlyHead;
  }

  #replay(): void {
    const early = this.#early;
    this.#forgetEarly();
    for (const run of early) this.#take(true, run.bytes, 0, run.bytes.length, run);
  }

  /** Passes over a PROXY header; notices a client that does not speak MySQL at all. */
  #startLogin(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#defer(bytes, start, end, arrival);
    const first = this.#early[0];
    if (first === undefined) return;
    const queue = this.#queueEarly(bytes, start, end);
    const head = { ...first, bytes: queue.bytes.subarray(0, queue.length) };
    const from = startOfLogin(head.bytes);
    if (from === 'more') return;
    this.#loginStarted = true;
    if (from === 'foreign') {
      addMismatch(this.facts, foreignBytes(head, true, 1));
      this.stop('closed');
      this.#framers[0].stopped = false;
    } else if (from > 0) {
      this.facts.proxyHeader = noteBytes({ ...head, bytes: head.bytes.subarray(0, from) }, true);
      this.#early = behind(this.#early, from);
    }
    this.#replay();
  }

  stop(phase: 'lost' | 'opaque' | 'closed'): void {
    this.#dialogue.phase = phase;
    for (const framer of this.#framers) framer.stopped = true;
  }

  lose(unread?: Packet): void {
    if (unread !== undefined && !unread.isCut) {
      this.skippedBytes += unread.parts * HEADER_BYTES + unread.length;
    }
    this.stop('lost');
    for (const framer of this.#framers) framer.reset();
    this.#dialogue.abandon();
    this.#skipEarly();
    this.#seek?.clear();
    this.#dropSeek();
  }

  /** Bytes of the client are missing. What the server says is not: that goes on to be read. */
  #missClient(): void {
    this.facts.bytesMissing = true;
    // What is sought of an answer was said before the client's next packet.
    this.#endSeek();
    if (!this.#dialogue.missCommands()) return;
    const [server, client] = this.#framers;
    client.reset();
    client.stopped = true;
    this.#skipEarly();
    if (!server.stopped) return;
    // What is packed starts anew with a command.
    if (this.tls === null && this.#compressed === null) this.#seekAnswer();
    else server.stopped = false;
  }

  /** Part of an answer is missing, but no command. */
  #loseServer(): void {
    this.#dialogue.doubt();
    this.#seekAnswer();
  }

  /** Where the server's next packet starts is not known. */
  #seekAnswer(): void {
    this.#framers[0].reset();
    this.#framers[0].stopped = true;
    this.#seek = new PacketSeek();
  }

  /** Goes on with an answer from its first packet behind the missing bytes, once that is proven. */
  #resumeAnswer(runs: readonly Run[] | null): void {
    if (runs === null) return;
    this.#dropSeek();
    const head = headOf(runs);
    const body = HEADER_BYTES;
    this.#dialogue.resumeAnswer(head[body - 1]!, head, body, body + u24(head, 0));
    this.#framers[0].stopped = false;
    for (const run of runs) this.#frame(false, run.bytes, 0, run.bytes.length, run, null);
  }

  /** The next command: the client has all of the answer that is sought. */
  #leaveAnswer({ acknowledged }: Arrival): void {
    if (this.#framers[1].arriving !== null || this.#dialogue.isStreaming) return;
    if (acknowledged < this.#serverOffset) {
      // It was sent ahead: which answer is whose cannot be told.
      this.lose();
      return;
    }
    this.#endSeek();
    this.#dialogue.leaveAll();
    this.#skipServerTo = this.#serverOffset;
    this.#framers[0].reset();
    this.#framers[0].stopped = false;
  }

  #dropSeek(): void {
    this.skippedBytes += this.#seek?.skipped ?? 0;
    this.#seek = null;
  }

  /** Nothing more comes of the answer that is sought: its end may tell where its packets are. */
  #endSeek(): void {
    if (this.#seek === null) return;
    this.#resumeAnswer(this.#seek.finish());
    this.#dropSeek();
  }

  /** Whether the client had not seen all of what the server has said. */
  #isSentAhead({ acknowledged }: Arrival): boolean {
    return acknowledged >= 0 && acknowledged < this.#serverOffset;
  }

  /** Holds what the client says until it tells where a command starts. */
  #seekCommand(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (this.#isSentAhead(arrival)) {
      this.#skipEarly();
      this.skippedBytes += end - start;
      return;
    }
    this.#defer(bytes, start, end, arrival);
    const first = this.#early[0];
    if (first === undefined) return;
    const head = this.#queueEarly(bytes, start, end);
    const verdict = this.#resume(head.bytes, 0, head.length, first.acknowledged);
    if (verdict === 'yes') this.#replay();
    else if (verdict === 'no') this.#skipEarly();
  }

  /**
   * Goes on where the client's bytes start with a command and everything that the server had said
   * before is accounted for: the command's acknowledgment is where its answer starts.
   */
  #resume(bytes: Uint8Array, start: number, end: number, acknowledged: number): Verdict {
    let verdict = startsWithCommand(bytes, start, end);
    if (verdict !== 'yes' && this.#compressed === null && mayBeCompressed(this.session)) {
      const packed = startsWithCompressedCommand(bytes, start, end);
      if (packed === 'yes') this.#unpackWith(this.#inferredUnpack());
      if (packed !== 'no') verdict = packed;
    }
    if (verdict !== 'yes') return verdict;
    this.#mayBeCompressed = this.#compressed === null && mayBeCompressed(this.session);
    this.#endSeek();
    this.#dialogue.leaveAll();
    this.#dialogue.resume();
    for (const framer of this.#framers) {
      framer.reset();
      framer.stopped = false;
    }
    this.#skipServerTo = Math.max(acknowledged, this.#serverOffset);
    return 'yes';
  }

  // --- what the packets mean for the bytes ----------------------------------------------------------

  clientLeftBefore({ endOffset }: Packet): boolean {
    const { halves, reset } = this.connection;
    const { finished, finAcknowledged } = halves[this.client!]!;
    return (finished && finAcknowledged < endOffset) || reset?.by === this.client;
  }

  get interrupted(): Packet | null {
    return this.#framers[1].arriving;
  }

  readEarly(): void {
    if (!this.#loginStarted) this.#replay();
  }

  get isHidden(): boolean {
    return this.tls !== null && !this.#isDecrypting;
  }

  get isSecured(): boolean {
    return this.tls !== null;
  }

  startTls(): void {
    this.tls = new TlsConnection(this.#options.keyLog, this.#options.tlsCrypto, this);
  }

  awaitCompression(): void {
    this.lose();
    if (!this.#dialogue.missesCommands) return;
    this.#framers[0].stopped = false;
    this.#mayBeCompressed = mayBeCompressed(this.session);
  }

  startCompression(algorithm: 'zlib' | 'zstd'): void {
    this.compression = algorithm;
    this.#unpackWith(this.#options.unpackers[algorithm]);
    // What follows the OK is compressed.
    this.#framers[0].stopped = true;
  }

  #unpackWith(unpack: Unpack): void {
    this.#dropSeek();
    this.#dialogue.isCompressed = true;
    this.#compressed = [
      new CompressedStream(false, unpack, this),
      new CompressedStream(true, unpack, this),
    ];
  }

  /** Where the login was not captured, what was agreed on shows in the first packet that is packed. */
  #inferredUnpack(): Unpack {
    return (bytes, length) => {
      const algorithm = algorithmOf(bytes, 0, bytes.length);
      if (algorithm === null) throw new Error('it is neither zlib nor zstd');
      this.compression = algorithm;
      return this.#options.unpackers[algorithm](bytes, length);
    };
  }
}

/** Shared by all that have none: there may be a hundred thousand connections. */
const NO_BYTES = new ByteQueue(0);
/** Never changed: whoever keeps a run makes a list first. */
const NO_RUNS: Run[] = [];

const NO_FRAME: Frame = { number: 0, seconds: 0, fraction: 0, digits: -1 };
const NOBODY: PacketSink = { keep: () => 0, packet: () => {}, rowCounter: () => null };
/** In place of those of a connection that is over. */
const OVER = [new Framer(false, NO_FRAME, NOBODY), new Framer(true, NO_FRAME, NOBODY)] as const;

function partialOf({ arriving, stopped }: Framer): PartialPacket | null {
  if (arriving === null || stopped) return null;
  const { frame, lastFrame, offset, endOffset, length, parts } = arriving;
  return {
    frame,
    lastFrame,
    length,
    received: Math.max(0, endOffset - offset - parts * HEADER_BYTES),
  };
}

/** Where the handshake was captured, it has said whether there is compression. */
function mayBeCompressed(session: Session): boolean {
  return COMPRESSION.some((capability) => negotiated(session, capability) !== false);
}

/** The first byte of a ClientHello: of a record of TLS, or of a message of SSL 2.0 with a length of two bytes. */
function mayBeTls(first: number): boolean {
  return first === HANDSHAKE || (first & 0x80) !== 0;
}

function shifted(arrival: Arrival, by: number): Arrival {
  return by === 0 ? arrival : { ...arrival, offset: arrival.offset + by };
}
