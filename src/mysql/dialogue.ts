import { DecodeFault } from '../bytes/fault.ts';
import { markOf } from '../bytes/mark.ts';
import type { Frame } from '../capture/frame.ts';
import type { Arrival } from '../tcp/connection.ts';
import { type Answer, noAnswer } from './answer.ts';
import { commandOf } from './commands/index.ts';
import {
  CLIENT_COMPRESS,
  CLIENT_DEPRECATE_EOF,
  CLIENT_PROTOCOL_41,
  CLIENT_SSL,
  CLIENT_ZSTD_COMPRESSION_ALGORITHM,
  MULTI_FACTOR_AUTHENTICATION,
} from './constants/capabilities.ts';
import { SERVER_STATUS_IN_TRANS } from './constants/status.ts';
import { decodePacket, problemsOf } from './decode.ts';
import { Exchange } from './exchange.ts';
import {
  addMalformed,
  addMismatch,
  addOverlap,
  addUnread,
  dropKill,
  dropOverlaps,
  type EofFault,
  type Noted,
  newFacts,
  note,
  noteAnswer,
  noteCompressed,
  readUnread,
  type ServerError,
  type Turn,
} from './facts.ts';
import { Fifo } from './fifo.ts';
import { MAX_PART_LENGTH, MIN_NO_ROW, type PacketSink, type RowCounter } from './framing.ts';
import { EVIDENCE_BYTES, isComplaint, isWhole, malformed, typeAlone } from './malformed.ts';
import type { Fields } from './messages/message.ts';
import { SSL_REQUEST_BYTES } from './messages/ssl-request.ts';
import type { Packet, PacketType } from './packet.ts';
import { QueryBuilder, type QuerySinks } from './query.ts';
import {
  asksForAck,
  EVENT_HEAD_BYTES,
  isBinlogEvent,
  isColumnDefinition,
  isOk,
  MAX_LOGIN_LENGTH,
  replyTo,
  SEMI_SYNC_MAGIC,
} from './recognize.ts';
import { apply, isInferred, negotiated, newSession } from './session.ts';
import { maySettle, settles } from './settling.ts';
import { isPlain } from './shape.ts';
import { LAST_PREPARED, Statements } from './statement.ts';
import { namedStatement, noteStatement, PreparedStatements } from './statement-facts.ts';
import { StatementHead } from './statement-head.ts';
import { EOF, ERR, MIN_OK_LENGTH, type ReplyState, ruleFor, type Step } from './transitions.ts';
import { lengthByShape, lengthOfAllSent } from './true-length.ts';

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
  /** Of the compressed packet that its last byte was in, or null. */
  readonly compressedSequenceId: number | null;
}

export interface DialogueOptions extends QuerySinks {
  /** Decode the values of rows, too. */
  readonly rows: boolean;
  /** Told of every packet, decoded; null where nobody wants them, and then they are not. */
  readonly onPacket: ((packet: DecodedPacket) => void) | null;
}

/** Who reads the bytes, and is told what the packets mean for that. */
export interface DialogueHost {
  /** What the client is still sending. */
  readonly interrupted: Packet | null;
  /** TLS hides what follows. */
  readonly isHidden: boolean;
  /** It is in TLS, whether or not that could be decrypted. */
  readonly isSecured: boolean;
  /** The client had closed its side before a packet of the server's came. */
  clientLeftBefore(packet: Packet): boolean;
  /** The greeting has been read: what the client had sent before it is due. */
  readEarly(): void;
  startTls(): void;
  startCompression(algorithm: 'zlib' | 'zstd'): void;
  /** Whether there is compression from here on was not captured. */
  awaitCompression(): void;
  /** Nothing is to be read until a command can be proven to start, `unread` included. */
  lose(unread?: Packet): void;
  /** Nothing is to be read any more. */
  stop(phase: 'opaque' | 'closed'): void;
  giveUp(reason: string): void;
}

/** Payload kept of a packet that somebody will print; MySQL's default max_allowed_packet. */
const MAX_KEPT_PAYLOAD = 64 * 1024 * 1024;
/** Wrong sequence ids in a row after which the framing itself is taken for lost. */
const MAX_MISMATCH_RUN = 64;

/**
 * Commands that wait for their answers. Drivers that send ahead send some thousands; where the server's side
 * is not in the capture, all wait for ever.
 */
const MAX_OUTSTANDING = 16_384;
/** Characters of the statements among them. */
const MAX_OUTSTANDING_TEXT = 128 * 1024 * 1024;

/**
 * States in which a command does not wait for the end of the answer before it. COM_CHANGE_USER is one of
 * them because MariaDB lets a second pass before it refuses one.
 */
const NO_TURNS: ReadonlySet<ReplyState> = new Set([
  'unknown',
  'auth',
  'binlog',
  'cloning',
  'infile',
]);

/** Commands that name a prepared statement. */
const NAMES_STATEMENT: ReadonlySet<number> = new Set([0x17, 0x18, 0x19, 0x1a, 0x1c, 0xfa]);

/** States in which packets of no known kind may come. */
const NO_SHAPE: ReadonlySet<ReplyState> = new Set(['unknown', 'binlog', 'cloning', 'auth']);

/** COM_QUERY, COM_STMT_PREPARE */
const HAS_STATEMENT: ReadonlySet<number> = new Set([0x03, 0x16]);

/** ER_NET_PACKETS_OUT_OF_ORDER */
const PACKETS_OUT_OF_ORDER = 1156;

/** ER_UNKNOWN_COM_ERROR: a Galera node says with it that it is not ready. */
const UNKNOWN_COMMAND = 1047;

/** Clients that have a limit for packets take as much at least. */
const MIN_LARGE = 1024;

/** So many commands answered one by one are no pipeline whose start was missed. */
const PROOF_EXCHANGES = 8;

/** An EOF packet; an OK in its place has at least seven bytes. */
const EOF_BYTES = 5;

/** The last of the clone plugin's commands, COM_EXIT (plugin/clone/include/clone.h). */
const CLONE_EXIT = 6;

/** Of connections that are over. */
const NO_EXCHANGES = new Fifo<Exchange>();
const NO_STATEMENTS = new Statements();
const NO_PREPARED = new PreparedStatements();
const NO_IDS: [server: number, client: number] = [-1, -1];
const NOTHING_INFERRED = newSession().inferred;

/** Of a packet that nobody wants decoded. */
const NO_FIELDS: Fields = Object.freeze({});

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
 * What two sides say to each other: packets become messages, and messages become exchanges. It records
 * what happened, the unexpected included; `findings/` judges.
 */
export class Dialogue implements PacketSink {
  readonly session = newSession();
  readonly facts = newFacts();
  phase: Phase = 'greeting';
  login: 'ok' | 'failed' | 'incomplete' | 'unseen' | 'encrypted' = 'unseen';
  quit = false;
  commands = 0;
  errors = 0;
  packets = 0;
  /** Compressed packets carry the numbers that count: those inside are nobody's business. */
  isCompressed = false;
  /** The sequence id that the login is to have: one more than the greeting's, or the SSLRequest's. */
  loginSequenceId = 1;
  /** The next command is the first since bytes went missing: nobody knows what its reader expects. */
  resumed = false;
  /** Commands may be missing since the last one: the server answers them all the same. */
  missesCommands = false;
  /**
   * Whether what does not fit is somebody's fault. Where the start or some bytes are missing, it is more likely the
   * answer to something that was not seen, until a row of commands has each waited for its answer.
   */
  #isProven = true;
  /** Commands in a row that were sent with nothing outstanding, and answered. */
  #lockstep = 0;

  readonly #connection: number;
  readonly #options: DialogueOptions;
  readonly #host: DialogueHost;
  /** Somebody wants to see what the packets say. */
  readonly #isWanted: boolean;
  readonly #tellsQueries: boolean;
  /** Nobody wants to see rows. */
  readonly #countsRows: boolean;
  #outstandingText = 0;
  #exchanges = new Fifo<Exchange>();
  /** Sequence ids of the last compressed packets; -1 before the first. */
  #compressedIds: [server: number, client: number] = [-1, -1];
  #mismatchRun = 0;
  /** Packets of the server in a row that answer nothing. */
  #strayRun = 0;
  /** Packets of the server in a row that have no payload. */
  #emptyRun = 0;
  /** Payload of the server's largest packet. */
  #largest = MIN_LARGE;
  /** Sequence id of the server's last packet. */
  #serverSequenceId = 0;
  #lastCommand: Noted | null = null;
  /** Of that. */
  #statement: StatementHead | null = null;
  /** The last command that nobody answers, as long as no other one has been answered since. */
  #lastSilent: Noted | null = null;
  #prepared = new PreparedStatements();

  /** The ERR that ended the client's turn before it had said all of it, and the number of what it sends next. */
  #refused: { readonly refusal: Noted; readonly next: number; readonly type: PacketType } | null =
    null;

  constructor(connection: number, options: DialogueOptions, host: DialogueHost) {
    this.#connection = connection;
    this.#options = options;
    this.#host = host;
    this.#tellsQueries = options.onQuery !== null || options.onResult !== null;
    this.#countsRows = options.onPacket === null && !options.rows;
    this.#isWanted = options.onPacket !== null || this.#tellsQueries;
  }

  /** The first frame of what is told once an answer is complete, or null. */
  get askedSince(): Frame | null {
    return this.#exchanges.at(0)?.builder?.since ?? null;
  }

  /** Nothing more will come: notes what the client still waits for. */
  settle(): void {
    this.#nameStatement();
    this.facts.isSettled = this.#isProven && this.phase !== 'lost' && this.phase !== 'opaque';
    const head = this.#exchanges.at(0);
    if (head === undefined || head.request === null || !this.#isProven) return;
    if (head.state === 'unknown' || head.mayBeOver(this.session)) return;
    this.facts.pending = {
      request: head.request,
      isLogin: head.isLogin,
      answered: head.answeredIn !== null,
      more: this.#exchanges.length - 1,
      waitsForClient: head.sendsFile || head.asksClient,
    };
  }

  /** Lets go of what only reading needs: what is told of a connection outlives it. */
  release(): void {
    this.#exchanges = NO_EXCHANGES;
    this.#statement = null;
    this.#prepared = NO_PREPARED;
    this.#compressedIds = NO_IDS;
    this.session.statements = NO_STATEMENTS;
    if (!isInferred(this.session)) this.session.inferred = NOTHING_INFERRED;
  }

  /** Bytes are missing: what is open will not be answered where anybody sees it. */
  abandon(): void {
    this.leaveAll();
    this.doubt();
  }

  /** Nothing more will be seen of what is open. */
  leaveAll(): void {
    while (this.#exchanges.length > 0) this.#leave(false);
  }

  /** Bytes are missing: what does not fit from here on is nobody's fault. */
  doubt(): void {
    this.#mismatchRun = 0;
    this.#isProven = false;
    this.#lockstep = 0;
    this.#refused = null;
    this.#prepared.clear();
    this.session.statements.doubt();
  }

  /** The capture starts behind the greeting, or misses it. */
  startAtLogin(): void {
    this.phase = 'login';
    this.doubt();
  }

  /** The client has asked for TLS, and sends its login without. */
  goOnInTheClear(): void {
    this.facts.tlsRequest = this.facts.login;
    this.phase = 'login';
    this.login = 'unseen';
  }

  /** A command has been proven to start. */
  resume(): void {
    this.phase = 'running';
    this.resumed = true;
    this.missesCommands = false;
  }

  /**
   * Bytes of the client are missing: a login, commands, the rest of one, parts of what the server has asked for. Returns
   * false where what the server says next does not depend on them, or cannot be read.
   */
  missCommands(): boolean {
    if (this.phase === 'opaque' || this.phase === 'closed') return false;
    this.missesCommands = true;
    // Its greeting asks for nothing.
    if (this.phase === 'greeting') return false;
    this.doubt();
    if (this.phase === 'login') this.#exchanges.push(new Exchange(null, 'auth', null, 0));
    this.phase = 'lost';
    const head = this.#exchanges.at(0);
    // What the server says next is no more of an answer whose end cannot be seen.
    if (head?.state === 'unknown' || head?.mayBeOver(this.session)) this.#leave(true);
    for (const at of [0, this.#exchanges.length - 1]) {
      const exchange = this.#exchanges.at(at);
      if (exchange !== undefined) exchange.isResuming = true;
    }
    return true;
  }

  /** The login is missing, and nothing has come behind it. */
  get missesLogin(): boolean {
    if (!this.missesCommands) return false;
    const head = this.#exchanges.at(0);
    return head?.isLogin === true && head.answeredIn === null;
  }

  /** Whether an answer can be taken up behind missing bytes: one at most, whose packets tell what they are. */
  get canResumeAnswer(): boolean {
    const head = this.#exchanges.at(0);
    if (this.phase !== 'running' && this.phase !== 'lost') return false;
    return head === undefined || (this.#exchanges.length === 1 && head.canResume);
  }

  /** A replication stream, in which commands and answers do not take turns. */
  get isStreaming(): boolean {
    return this.#exchanges.at(0)?.state === 'binlog';
  }

  /** The payload of the server's next packet, whose number is `sequenceId`: packets before it are missing. */
  resumeAnswer(sequenceId: number, bytes: Uint8Array, start: number, end: number): void {
    // It may answer a command that is missing, too.
    if (this.missesCommands) this.leaveAll();
    const isEvent = isBinlogEvent(bytes, start, end);
    const reply = isEvent ? 'binlog' : sequenceId === 1 ? replyTo(bytes, start, end) : null;
    const head = this.#exchanges.at(0) ?? this.#openMissing(reply ?? 'answer');
    head.isResuming = true;
    head.nextSequenceId = sequenceId;
    // Nothing of this answer is missing.
    if (reply !== null && head.answeredIn === null) return;
    head.builder?.missStart();
    head.resumeAt(bytes, start, end);
  }

  // --- packets to messages --------------------------------------------------------------------------

  keep(packet: Packet): number {
    if (this.phase === 'greeting' || this.phase === 'login') return MAX_LOGIN_LENGTH;
    const head = this.#exchanges.at(0);
    const { first, fromClient } = packet;
    if (fromClient && head?.sendsFile) return 0;
    if (maySettle(packet, head)) return MAX_LOGIN_LENGTH;
    if (head?.state === 'binlog' && this.#options.onPacket === null) return EVENT_HEAD_BYTES;
    const isRow = !fromClient && first < MIN_NO_ROW && head?.inRows === true;
    // The first rows are looked at, printed or not.
    if (isRow && !this.#options.rows) return head.unchecked > 0 ? EVIDENCE_BYTES : 0;
    if (this.#isWanted) return MAX_KEPT_PAYLOAD;
    return head?.toldByContent === true ? MAX_LOGIN_LENGTH : EVIDENCE_BYTES;
  }

  rowCounter(fromClient: boolean): RowCounter | null {
    // Under compression the packets' own numbers, over which the counter runs, count for nothing.
    if (fromClient || !this.#countsRows || this.isCompressed) return null;
    const exchange = this.#exchanges.at(0);
    if (exchange === undefined || !exchange.inRows) return null;
    exchange.largest = this.#largest;
    return exchange.builder === null || exchange.builder.isOpen ? exchange : null;
  }

  packet(packet: Packet): void {
    const head = this.#exchanges.at(0);
    if (head !== undefined && head.rows > 0) this.#takeRows(head);
    if (this.#mismatchRun > MAX_MISMATCH_RUN) {
      this.#host.lose(packet);
      return;
    }
    this.packets++;
    if (!packet.fromClient) {
      // Nobody checks the numbers within compressed packets; but no server says nothing that often.
      this.#emptyRun = packet.length === 0 ? this.#emptyRun + 1 : 0;
      if (this.#emptyRun > MAX_MISMATCH_RUN) {
        this.#host.lose(packet);
        return;
      }
      if (packet.length > this.#largest) {
        this.#largest = packet.length;
        this.facts.largest = note('Unknown', packet, null);
      }
      this.#serverPacket(packet);
      this.#serverSequenceId = packet.sequenceId;
    } else if (this.phase === 'login') this.#loginPacket(packet);
    else this.#clientPacket(packet);
  }

  #serverPacket(packet: Packet): void {
    if (this.phase === 'greeting') {
      this.#greetingPacket(packet);
      return;
    }
    if (this.phase === 'login') this.#host.readEarly();
    const { bytes, start, end, length, first } = packet;
    const code =
      first === 0xff && end - start > 2 ? bytes[start + 1]! | (bytes[start + 2]! << 8) : -1;
    for (;;) {
      const exchange = this.#exchanges.at(0) ?? this.#answerToMissing(packet);
      if (exchange === null) {
        this.#unsolicited(packet);
        return;
      }
      const expected = this.#expectedOf(exchange, packet);
      if (expected !== packet.firstSequenceId && this.#skipOver(exchange, packet.firstSequenceId)) {
        if (exchange.promise !== null) this.#noteBrokenPromise(exchange, exchange.promise);
        this.#leave(false);
        continue;
      }
      const rule = ruleFor(exchange.state, first, length, code);
      const type = this.#authNextFactorIsAgreed(rule.type) ? rule.type : 'AuthMoreData';
      const restarted = exchange.mayRestart && packet.firstSequenceId === 1;
      const eofFault =
        first === EOF || rule.step === 'noDefinitionsEnd'
          ? this.#eofFault(exchange, rule.step, packet)
          : null;
      if (eofFault !== null) this.#noteEofFault(eofFault, exchange, packet);
      exchange.isEndDoubtful = eofFault === 'behindDefinitions';
      // What is behind such an EOF tells whether it was the end of a result without rows.
      const step = exchange.isEndDoubtful ? 'stay' : rule.step;
      const isMisanswered = step === 'columns' && exchange.reply === 'prepare';
      if (!exchange.advance(step, type, packet, this.session)) {
        if (exchange.over) this.#leave(true);
        continue;
      }
      const isFirst = exchange.answeredIn === null;
      const isKnown = !restarted && !exchange.isResuming;
      if (isFirst) {
        exchange.answeredIn = packet.frame;
        exchange.answeredAt = packet.offset;
      }
      exchange.isResuming = false;
      this.#countOn(exchange, packet);
      const wrong = expected !== packet.firstSequenceId && !restarted;
      const isBroken = packet.brokenPart !== null && !this.isCompressed;
      if ((wrong || isBroken) && !this.#isProven) {
        this.#host.lose(packet);
        return;
      }
      const error = type === 'ERR' ? this.#serverError(packet) : null;
      if (exchange.isLogin) this.#noteLogin(type, packet, error);
      if (error !== null) this.#noteError(exchange, packet, error);
      if (isFirst) this.#noteFirst(exchange, type, packet);
      if (wrong || isBroken) {
        const continues = isFirst && goesOn(this.#serverSequenceId, packet.firstSequenceId);
        const answer = exchange.state === 'auth' ? this.facts.turn?.answer : null;
        const readFor = answer ?? exchange.request;
        this.#wrongSequence(type, packet, expected, readFor, error, continues);
      } else {
        this.#mismatchRun = 0;
      }
      if (isMisanswered || type === 'Unknown') this.#noteMisanswer(type, packet, exchange);
      const fields = this.#emit(type, packet, isKnown ? expected : null, exchange);
      if (exchange.state === 'auth' || type === 'LocalInfileRequest') {
        this.#passTurn(exchange, type, packet);
      }
      // The values of the rows would be taken for those of other columns.
      if (type === 'ColumnDefinition' && packet.isCut) exchange.columns = null;
      exchange.builder?.take(type, rule.step, packet, fields, exchange.columns);
      const hasMore = rule.step === 'resultEnd' && !exchange.over && !exchange.isEndDoubtful;
      exchange.promise = hasMore ? this.#note(type, packet, null) : null;
      if (exchange.over) this.#exchangeOver(exchange, type, packet, error);
      if (rule.step === 'foreign') {
        this.#host.giveUp('it carries the messages of Group Replication from here on');
      }
      // What follows depends on fields that nobody has: counts, status flags.
      if (packet.isCut && rule.step !== 'stay' && rule.step !== 'definition') this.#host.lose();
      return;
    }
  }

  /** The server has spoken in an exchange that has several turns: its plugin or a file may be due from the client. */
  #passTurn(exchange: Exchange, type: PacketType, packet: Packet): void {
    const { facts, session } = this;
    if (exchange.over) return;
    const isAuth = exchange.state === 'auth';
    // It has nothing to answer, only to wait.
    exchange.asksClient = isAuth && session.authStep !== 'fastAuthSuccess';
    facts.turn = null;
    if (!exchange.asksClient && !exchange.sendsFile) return;
    facts.turn = {
      asked: this.#note(type, packet, null),
      request: exchange.request,
      plugin: isAuth ? session.authPlugin : null,
      step: isAuth ? session.authStep : null,
      fileBytes: 0,
      fileFrame: null,
      answer: null,
      instead: null,
      error: null,
      afterEnd: null,
    };
  }

  /** The answer that starts here to a command that is missing, or null where that cannot be. */
  #answerToMissing(packet: Packet): Exchange | null {
    const { bytes, start, end, firstSequenceId } = packet;
    if (!this.missesCommands || firstSequenceId === 0) return null;
    const isFirst = firstSequenceId === 1;
    const reply = replyTo(bytes, start, end) ?? (isFirst ? 'unknown' : null);
    // Behind a command of several parts, or a file, the number is higher; then only an OK or an ERR tells itself.
    const isPlain = isFirst || packet.first === ERR || isOk(bytes, start, end);
    if (reply === null || !isPlain) return null;
    const exchange = this.#openMissing(reply);
    exchange.isResuming = true;
    return exchange;
  }

  /** The exchange of a command that is missing, whose answer is to start with id 1. */
  #openMissing(reply: ReplyState): Exchange {
    const exchange = new Exchange(null, reply, null, 1);
    this.#exchanges.push(exchange);
    return exchange;
  }

  /** Where it is not, 0x02 is the first byte of a plugin's data. */
  #authNextFactorIsAgreed(type: PacketType): boolean {
    return (
      type !== 'AuthNextFactor' || negotiated(this.session, MULTI_FACTOR_AUTHENTICATION) !== false
    );
  }

  /** What number the server's next packet of this exchange has. */
  #countOn(exchange: Exchange, { bytes, start, end, length, sequenceId }: Packet): void {
    if (!this.isCompressed) {
      exchange.nextSequenceId = exchange.state === 'cloning' ? 0 : (sequenceId + 1) & 0xff;
    }
    if (exchange.state !== 'binlog') return;
    // The server counts anew behind an event that it wants acknowledged, whenever the acknowledgment comes.
    const asks = asksForAck(bytes, start, end, length);
    const { serverVersion } = this.session;
    if (asks === true) {
      // MariaDB moves the counter of compressed packets on to 1 with that of the others, MySQL leaves it at 0.
      const isMySql = serverVersion?.includes('MariaDB') !== true;
      exchange.nextSequenceId = this.isCompressed && isMySql ? 0 : 1;
    }
    exchange.mayRestart = asks === null || (asks && serverVersion === null);
  }

  /** The id that the packet's reader expects; under compression, where it looks at none, its own. */
  #expectedOf(exchange: Exchange, packet: Packet): number {
    return this.isCompressed || exchange.isResuming
      ? packet.firstSequenceId
      : exchange.nextSequenceId;
  }

  /** Whether an exchange whose end could not be seen gives way to the one that this id fits. */
  #skipOver(exchange: Exchange, sequenceId: number): boolean {
    const next = this.#exchanges.at(1);
    if (next === undefined || next.nextSequenceId !== sequenceId) return false;
    const mayGiveWay = exchange.promise !== null && this.#isProven;
    return mayGiveWay || exchange.mayBeOver(this.session) || exchange.state === 'unknown';
  }

  /** The answer to the next command has come where one more result of this one was due: nobody sent that ahead. */
  #noteBrokenPromise({ request }: Exchange, packet: Noted): void {
    dropOverlaps(this.facts, request);
    this.facts.brokenPromise ??= { packet, request };
  }

  /** The first exchange is over, or its end will not be seen. */
  #leave(complete: boolean): void {
    const exchange = this.#exchanges.shift();
    if (exchange === undefined) return;
    if (exchange.rows > 0) this.#takeRows(exchange);
    const { builder } = exchange;
    if (builder === null) return;
    this.#outstandingText -= builder.query.sql?.length ?? 0;
    builder.finish(complete && !exchange.isBroken, 'missing');
  }

  /** Rows that were only counted are what they would be had they been looked at: right. */
  #takeRows(exchange: Exchange): void {
    const rows = exchange.takeRows();
    this.packets += rows;
    exchange.builder?.countRows(rows);
    this.#mismatchRun = 0;
    this.#emptyRun = 0;
    this.#serverSequenceId = (exchange.nextSequenceId - 1) & 0xff;
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
    if (isV10) this.facts.marks.greeting = markOf(packet.bytes, packet.start, packet.end);
    // Half of the capabilities may be among what is missing.
    if (packet.isCut) this.session.serverCapabilities = null;
    if (isError) {
      this.login = 'failed';
      this.#host.stop('closed');
    } else {
      this.phase = 'login';
      if (this.missesCommands) this.missCommands();
    }
  }

  #loginPacket(packet: Packet): void {
    const { bytes, start, end } = packet;
    const capabilities = end - start > 1 ? bytes[start]! | (bytes[start + 1]! << 8) : 0;
    const isSsl =
      this.loginSequenceId === 1 &&
      packet.length === SSL_REQUEST_BYTES &&
      (capabilities & CLIENT_SSL) !== 0;
    const isNew = (capabilities & CLIENT_PROTOCOL_41) !== 0;
    const type = isSsl ? 'SSLRequest' : isNew ? 'HandshakeResponse41' : 'HandshakeResponse320';
    const noted = note(type, packet, null);
    this.facts.login = noted;
    this.#explainByLength(packet, noted);
    const expected = this.loginSequenceId;
    const command = packet.firstSequenceId === 0 ? commandOf(packet.first) : undefined;
    if (command !== undefined && packet.length < SSL_REQUEST_BYTES) {
      this.facts.insteadOfLogin = note(command.name, packet, null);
    }
    if (packet.firstSequenceId !== expected) {
      this.#wrongSequence(type, packet, expected, null, null);
    }
    const fields = this.#emit(type, packet, expected, null);
    this.#noteClearPassword(type, packet, fields);
    if (isSsl) {
      this.loginSequenceId = (packet.sequenceId + 1) & 0xff;
      for (const unread of this.facts.unread) unread.readBy ??= noted;
      this.startTls();
      return;
    }
    // A password in the clear answers no scramble.
    const isOnlyHere = Boolean(this.session.authResponseLength) && fields.cleartext !== true;
    if (isOnlyHere) this.facts.marks.login = markOf(bytes, start, end);
    const next = (packet.sequenceId + 1) & 0xff;
    readUnread(this.facts, noted, next);
    this.#exchanges.push(new Exchange(null, 'auth', noted, next));
    this.phase = 'running';
  }

  /** TLS has been asked for, or is there and the request for it is missing: then the login in it has the number behind that. */
  startTls(): void {
    this.leaveAll();
    this.loginSequenceId = Math.max(2, this.loginSequenceId);
    this.login = 'encrypted';
    this.#host.stop('opaque');
    this.#host.startTls();
  }

  #clientPacket(packet: Packet): void {
    const { first, length } = packet;
    const head = this.#exchanges.at(0);
    const isNumbered = !this.isCompressed;
    const isNext =
      head !== undefined &&
      (isNumbered
        ? packet.firstSequenceId === head.nextSequenceId
        : head.sendsFile || head.asksClient);
    if (head === undefined && this.#refused !== null && this.#takeRefused(packet)) return;
    const { turn } = this.facts;
    if (head?.sendsFile && isNext) {
      this.#emit('LocalInfileData', packet, head.nextSequenceId, head);
      if (length > 0 && this.facts.infile === null) {
        this.facts.infile = head.request;
        if (head.request === this.#lastCommand) this.#nameStatement();
      }
      if (isNumbered) head.nextSequenceId = (packet.sequenceId + 1) & 0xff;
      head.sendsFile = length > 0;
      if (turn === null) return;
      if (length === 0) turn.answer = this.#note('LocalInfileData', packet, null);
      else {
        turn.fileBytes += length;
        turn.fileFrame = packet.lastFrame;
      }
      return;
    }
    if (head?.sendsFile) {
      // Anything but the file's next packet breaks it off; the server goes on reading it as the file.
      const type = commandOf(first)?.name ?? 'Unknown';
      this.#wrongSequence(type, packet, head.nextSequenceId, head.request, null);
      if (turn !== null) turn.instead = note(type, packet, null);
      head.sendsFile = false;
    } else if (this.#goesOnWithFile(head, packet)) return;
    // Commands may be sent ahead of the answer. But where the server has just asked for more, what
    // comes may be a credential, whatever it looks like.
    const startsAnew = !isNumbered || packet.firstSequenceId === 0;
    const isCommand = startsAnew && commandOf(first) !== undefined;
    // A client that cannot go on says goodbye; no credential is that short and misnumbered.
    const isQuit = isCommand && isNumbered && length === 1 && commandOf(first)?.name === 'COM_QUIT';
    if (head?.state === 'auth' && (isNext || (head.asksClient && !isQuit) || !isCommand)) {
      const expected = head.nextSequenceId;
      if (!isNext) this.#wrongSequence('AuthData', packet, expected, null, null);
      const fields = this.#emit('AuthData', packet, expected, head);
      if (isNext) this.#noteClearPassword('AuthData', packet, fields);
      head.asksClient = false;
      if (turn !== null && isNext) turn.answer = this.#note('AuthData', packet, null);
      else if (turn !== null && isCommand)
        turn.instead = note(commandOf(first)!.name, packet, null);
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
      return;
    }
    this.#commandPacket(packet);
  }

  /** A finding may have to name the last command. */
  #nameStatement(): void {
    if (this.#lastCommand !== null && this.#statement !== null)
      this.#lastCommand.statement ??= this.#statement.text(this.session);
  }

  /** A file goes on behind its end: what counts on from there is no command. */
  #goesOnWithFile(head: Exchange | undefined, packet: Packet): boolean {
    const { turn } = this.facts;
    const end = turn?.asked.type === 'LocalInfileRequest' ? turn.answer : null;
    if (turn === null || end === null || this.isCompressed) return false;
    if (head !== undefined && head.state !== 'infile') return false;
    const { firstSequenceId } = packet;
    const last = turn.afterEnd ?? end;
    if (firstSequenceId === 0 || !goesOn(last.sequenceId, firstSequenceId)) return false;
    this.#wrongSequence('LocalInfileData', packet, 0, turn.request, null);
    this.#emit('LocalInfileData', packet, 0, null);
    turn.afterEnd ??= note('LocalInfileData', packet, null);
    return true;
  }

  /**
   * The rest of a file that the server has already refused, or an answer that it no longer waits for: its reader has
   * yet to come to the ERR.
   */
  #takeRefused(packet: Packet): boolean {
    const { refusal, next, type } = this.#refused!;
    this.#refused = null;
    if (packet.firstSequenceId !== next) return false;
    this.#emit(type, packet, next, null);
    const expected = (packet.sequenceId + 1) & 0xff;
    if (type === 'LocalInfileData' && packet.length > 0) {
      this.#refused = { refusal, next: expected, type };
    } else if (refusal.sequenceId !== expected) {
      addMismatch(this.facts, {
        packet: refusal,
        expected,
        got: refusal.sequenceId,
        inPart: false,
        readFor: note(type, packet, null),
        stale: true,
        continues: false,
        banner: '',
      });
    }
    return true;
  }

  #noteClearPassword(type: PacketType, packet: Packet, fields: Fields): void {
    if (fields.cleartext !== true || this.#host.isSecured) return;
    this.facts.clearPassword ??= note(type, packet, null);
  }

  /** A command of a prepared statement: which one, and what is known of that. */
  #nameStatementOf(exchange: Exchange, type: PacketType, packet: Packet, noted: Noted): void {
    const id = namedStatement(packet);
    exchange.statementId = id;
    exchange.types = this.#prepared.of(id)?.columnTypes ?? null;
    this.#prepared.note(type, id, noted);
  }

  /** A command that was sent before its client can have read the answer to the one before. */
  #noteOverlap(command: Noted): void {
    const { facts } = this;
    const outstanding = this.#exchanges.length;
    if (outstanding > 0) {
      const open = this.#exchanges.at(outstanding - 1)!;
      const { request, state } = open;
      if (request === null || open.isLogin || !this.#isProven) return;
      if (NO_TURNS.has(state)) return;
      addOverlap(facts, {
        command,
        before: request,
        answerEnd: null,
        outstanding,
        received:
          open.answeredIn === null ? 0 : Math.max(0, command.acknowledged - open.answeredAt),
        beforeAnswer: open.answeredIn,
        commandAnswer: null,
      });
      return;
    }
    const { lastRequest, lastReplyEnd } = facts;
    if (lastRequest === null || lastRequest === facts.login || !this.#isProven) return;
    if (command.acknowledged < 0 || command.acknowledged >= lastReplyEnd) return;
    addOverlap(facts, {
      command,
      before: lastRequest,
      answerEnd: lastReplyEnd,
      outstanding: 1,
      received: 0,
      beforeAnswer: facts.lastReply,
      commandAnswer: null,
    });
  }

  #noteError(exchange: Exchange, packet: Packet, error: ServerError): void {
    const { facts } = this;
    if (exchange.reply === 'binlog') {
      const told = { ...this.#note('ERR', packet, error), error };
      facts.streamError = { packet: told, request: exchange.request };
    }
    const { request } = exchange;
    dropKill(facts, request, error);
    if (request?.type === 'COM_CHANGE_USER') {
      const refusal = this.#note('ERR', packet, error);
      facts.changeUserRefused ??= { request, refusal };
    }
    const last = facts.malformed.commands.at(-1);
    if (last !== undefined && last.packet === request) {
      last.refusal = this.#note('ERR', packet, error);
    }
    const isOwn = exchange.statementId !== LAST_PREPARED;
    if (request !== null && isOwn && this.#isProven && isComplaint(error, request)) {
      const told = { ...this.#note('ERR', packet, error), error };
      const closedBy = this.#prepared.closedBy(exchange.statementId);
      facts.complaint ??= { packet: told, request, closedBy };
    }
    if (error.code === UNKNOWN_COMMAND && error.message.startsWith('WSREP')) {
      facts.notReady ??= this.#note('ERR', packet, error);
    }
    if (error.code === PACKETS_OUT_OF_ORDER && this.#isProven && !this.quit) {
      facts.outOfOrder ??= this.#note('ERR', packet, error);
    }
  }

  /** An answer starts. */
  #noteFirst(exchange: Exchange, type: PacketType, packet: Packet): void {
    const { facts } = this;
    const { request, command } = exchange;
    if (facts.overlaps.length > 0) noteAnswer(facts, request, packet.frame);
    if (request === null || command === null || !this.#isProven) return;
    const { acknowledged } = packet;
    if (type !== 'ERR' && acknowledged >= 0 && acknowledged < request.endOffset) {
      const answer = this.#note(type, packet, null);
      facts.early ??= { packet: answer, request, after: this.#lastSilent };
    }
    if (type === 'StmtPrepareOK') {
      exchange.statementId = namedStatement(packet);
      this.#prepared.add(packet, this.#note(type, packet, null));
    }
    if (type !== 'ColumnCount' || command.name !== 'COM_STMT_EXECUTE') return;
    const prepared = this.#prepared.of(exchange.statementId);
    const came = exchange.columnCount;
    if (prepared === null || prepared.columns === 0 || prepared.columns === came) return;
    facts.staleMetadata ??= {
      prepared: prepared.answer,
      execute: request,
      answer: this.#note(type, packet, null),
      said: prepared.columns,
      came,
    };
  }

  #commandPacket(packet: Packet): void {
    const command = commandOf(packet.first);
    const type = command?.name ?? 'Unknown';
    const expected = this.resumed ? null : 0;
    this.resumed = false;
    const noted = this.#note(type, packet, null);
    this.#explainByLength(packet, noted);
    const isNumbered = !this.isCompressed;
    this.#strayRun = 0;
    if (this.#exchanges.length > 0) this.#lockstep = 0;
    else if (isTaken(this.facts.turn)) this.facts.turn = null;
    if (isNumbered && (packet.firstSequenceId !== 0 || packet.brokenPart !== null)) {
      if (!this.#isProven) {
        this.#host.lose(packet);
        return;
      }
      this.#wrongSequence(type, packet, 0, null, null);
    }
    const next = (noted.sequenceId + 1) & 0xff;
    const isAnswered = command?.reply !== null;
    const exchange = new Exchange(command ?? null, command?.reply ?? 'unknown', noted, next);
    if (NAMES_STATEMENT.has(packet.first)) this.#nameStatementOf(exchange, type, packet, noted);
    const fields = this.#emit(type, packet, expected, exchange);
    if (this.#tellsQueries) {
      const { session } = this;
      const [connection, ordinal] = [this.#connection, this.commands];
      const asked = { connection, ordinal, type, packet, fields, session } as const;
      exchange.builder = new QueryBuilder(asked, this.#options);
    }
    this.commands++;
    // It may have been sent ahead of the answer to the one before.
    const isAhead = this.#exchanges.length > 0 || noted.acknowledged < this.facts.lastReplyEnd;
    if (isAhead) this.#nameStatement();
    this.#lastCommand = noted;
    this.#statement ??= new StatementHead();
    this.#statement.take(packet, HAS_STATEMENT.has(packet.first), this.session);
    if (isAhead) this.#nameStatement();
    const { facts } = this;
    if (this.quit) facts.afterQuit ??= noted;
    if (command?.name === 'COM_QUIT') {
      this.quit = true;
      facts.quit ??= noted;
    }
    noteStatement(facts, packet, this.session, noted);
    if (type === 'COM_CHANGE_USER') this.#noteClearPassword(type, packet, fields);
    if (!isAnswered) {
      facts.lastUnanswered = noted;
      this.#lastSilent = noted;
      exchange.builder?.finish(true, 'none');
      return;
    }
    const open = this.#exchanges.at(0);
    const isOver = open?.mayBeOver(this.session) && this.session.deprecateEof === true;
    if (open?.state === 'unknown' || isOver) this.#leave(true);
    this.#noteOverlap(noted);
    readUnread(facts, noted, next);
    this.#exchanges.push(exchange);
    this.#holdText(exchange);
    while (this.#exchanges.length > MAX_OUTSTANDING) this.#leave(false);
  }

  /** Where too much would be held, a command is told without its answer, which is read all the same. */
  #holdText(exchange: Exchange): void {
    const { builder } = exchange;
    if (builder === null) return;
    const text = builder.query.sql?.length ?? 0;
    if (this.#outstandingText + text > MAX_OUTSTANDING_TEXT && this.#exchanges.length > 1) {
      builder.finish(false, 'missing');
      exchange.builder = null;
      return;
    }
    this.#outstandingText += text;
  }

  #exchangeOver(
    exchange: Exchange,
    type: PacketType,
    packet: Packet,
    error: ServerError | null,
  ): void {
    const { facts } = this;
    facts.lastError = error === null ? null : this.#note(type, packet, error);
    this.#endTurn(exchange, packet);
    if (type === 'OK' || type === 'EOF') {
      const isOpen = (exchange.status & SERVER_STATUS_IN_TRANS) !== 0;
      facts.transaction = isOpen ? (facts.transaction ?? exchange.request) : null;
    }
    facts.lastRequest = exchange.request;
    facts.lastReply = packet.lastFrame;
    facts.lastReplyEnd = packet.endOffset;
    this.#lastSilent = null;
    if (exchange.statementId >= 0) this.#prepared.define(exchange.statementId, exchange.types);
    this.#leave(true);
    this.#lockstep = this.#exchanges.length === 0 ? this.#lockstep + 1 : 0;
    this.#isProven ||= this.#lockstep >= PROOF_EXCHANGES && !this.missesCommands;
    if (type !== 'ERR' && exchange.effect !== null) apply(this.session, exchange.effect);
    if (exchange.isLogin) this.#loginOver(type === 'OK');
  }

  /** The exchange is over: an ERR may have come while it was still the client's turn. */
  #endTurn({ sendsFile, asksClient }: Exchange, { firstSequenceId: next }: Packet): void {
    const { facts } = this;
    const { turn, lastError: refusal } = facts;
    if (turn === null) return;
    turn.error = refusal;
    if (refusal === null) {
      // A file may go on behind its end.
      if (turn.answer === null || turn.plugin !== null) facts.turn = null;
    } else if ((sendsFile || asksClient) && !this.isCompressed) {
      this.#refused = { refusal, next, type: sendsFile ? 'LocalInfileData' : 'AuthData' };
    }
  }

  #noteLogin(type: PacketType, packet: Packet, error: ServerError | null): void {
    const { facts } = this;
    if (type === 'ERR') facts.loginError = note(type, packet, error);
    else if (type === 'OK') facts.loginOk = note(type, packet, null);
  }

  /** What is wrong with the EOF packets of an answer, by what both sides have agreed on; null if nothing is. */
  #eofFault(exchange: Exchange, step: Step, packet: Packet): EofFault['fault'] | null {
    const agreed = negotiated(this.session, CLIENT_DEPRECATE_EOF);
    if (agreed === null || !this.#isProven) return null;
    const { bytes, start, end, length } = packet;
    if (packet.first !== EOF) {
      if (agreed) return null;
      return isColumnDefinition(bytes, start, end) ? 'late' : 'missing';
    }
    if (length === EOF_BYTES) {
      if (step === 'definition') return 'early';
      if (!agreed || !exchange.inRows) return null;
      return exchange.isBeforeRows ? 'behindDefinitions' : 'unwanted';
    }
    const isOk = length >= MIN_OK_LENGTH && step === 'resultEnd';
    return !agreed && exchange.inRows && isOk ? 'okInstead' : null;
  }

  #noteEofFault(fault: EofFault['fault'], { request }: Exchange, packet: Packet): void {
    const type = packet.first !== EOF ? 'Unknown' : fault === 'okInstead' ? 'OK' : 'EOF';
    this.facts.eofFault ??= { packet: note(type, packet, null), request, fault };
  }

  /** A packet that is no answer to its command. */
  #noteMisanswer(type: PacketType, packet: Packet, exchange: Exchange): void {
    const { state, request } = exchange;
    if (request === null || packet.isCut || NO_SHAPE.has(state)) return;
    const kind = type === 'Unknown' ? 'a packet that is no answer' : 'a result set';
    this.#noteMalformed(
      type,
      packet,
      request,
      new DecodeFault(`${kind} to ${request.type}`, 0, 0, 0),
    );
  }

  #noteMalformed(
    type: PacketType,
    packet: Packet,
    request: Noted | null,
    fault: DecodeFault,
  ): void {
    // Before both sides have told what they can, the greeting alone has a shape.
    const isGreeting = type === 'HandshakeV10' || type === 'HandshakeV9';
    if (!this.#isProven || (isInferred(this.session) && !isGreeting)) return;
    // A command has been noted when it came.
    const isNoted = packet.fromClient && request !== null && type !== 'AuthData';
    const noted = isNoted ? request : this.#note(type, packet, null);
    if (!packet.fromClient && this.facts.wrongLength === null) {
      const head = this.#exchanges.at(0);
      const isRow = (...row: [Uint8Array, number, number]) => head?.isPlainRow(...row) === true;
      const carried = lengthByShape(type, packet, this.session, isRow);
      if (carried !== null) this.facts.wrongLength = { packet: noted, request, carried };
    }
    const answered = packet.fromClient ? null : request;
    addMalformed(this.facts, malformed(noted, packet, fault, answered));
  }

  #loginOver(isOk: boolean): void {
    this.login = isOk ? 'ok' : 'failed';
    if (!isOk) return;
    const { session } = this;
    session.currentUser = session.user;
    session.schema = session.database;
    const zlib = negotiated(session, CLIENT_COMPRESS);
    const zstd = negotiated(session, CLIENT_ZSTD_COMPRESSION_ALGORITHM);
    if (zlib) this.#host.startCompression('zlib');
    else if (zstd && zlib === false) this.#host.startCompression('zstd');
    else if (zlib === null || zstd === null) this.#host.awaitCompression();
  }

  // --- compressed packets ---------------------------------------------------------------------------

  compressedHeader(
    fromClient: boolean,
    sequenceId: number,
    length: number,
    arrival: Arrival,
  ): void {
    const head = this.#exchanges.at(0);
    const side = fromClient ? 1 : 0;
    const expected = fromClient
      ? this.#compressedFromClient()
      : this.#compressedFromServer(sequenceId);
    if (expected !== null && expected !== sequenceId && !this.#isProven) {
      this.#host.lose();
    } else if (expected !== null && expected !== sequenceId) {
      const readFor = fromClient ? null : (head?.request ?? null);
      addMismatch(this.facts, {
        packet: noteCompressed(fromClient, sequenceId, length, arrival),
        expected,
        got: sequenceId,
        inPart: false,
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
    const head = this.#exchanges.at(0);
    if (head === undefined || this.phase !== 'running') return null;
    if (head.mayRestart && sequenceId <= 1) return sequenceId;
    return this.#skipOver(head, sequenceId) ? sequenceId : head.nextSequenceId;
  }

  #compressedFromClient(): number | null {
    const head = this.#exchanges.at(0);
    if (this.phase !== 'running') return null;
    if (head?.sendsFile || head?.asksClient) return head.nextSequenceId;
    // The rest of a command goes on counting; the next one starts anew.
    return this.#host.interrupted === null ? 0 : (this.#compressedIds[1] + 1) & 0xff;
  }

  // --- the unexpected -------------------------------------------------------------------------------

  /** A packet of the server that answers nothing: whoever reads next will take it for the answer. */
  #unsolicited(packet: Packet): void {
    // No command is answered with it: the server says it of its own accord.
    const isOwn = packet.first === ERR && packet.firstSequenceId === 0 && this.missesCommands;
    if (!(this.#isProven || isOwn) || this.#strayRun > MAX_MISMATCH_RUN) {
      this.#host.lose(packet);
      return;
    }
    // Only an error comes before a login: anything else answers one that was not captured.
    if (this.phase === 'login' && packet.first !== 0xff) {
      this.facts.bytesMissing = true;
      this.#host.lose(packet);
      return;
    }
    this.#strayRun++;
    const type = unaskedType(packet);
    const error = type === 'ERR' ? this.#serverError(packet) : null;
    const nobodyReads = this.#host.clientLeftBefore(packet) || this.quit || this.phase === 'closed';
    const { interrupted } = this.#host;
    const { facts } = this;
    const isExpected = !nobodyReads && !this.resumed && !isOwn;
    const expected = isExpected ? this.#expectedUnasked(interrupted) : null;
    if (nobodyReads) facts.farewell ??= this.#note(type, packet, error);
    else {
      addUnread(facts, {
        packet: this.#note(type, packet, error),
        interrupted: interrupted === null ? null : note('Unknown', interrupted, null),
        idleExpected: this.phase === 'running' ? (this.#serverSequenceId + 1) & 0xff : null,
        after: this.#lastSilent ?? this.#lastCommand,
        readBy: null,
      });
    }
    this.#emit(type, packet, expected, null);
  }

  /** Under compression a packet's number is that of the compressed packet. */
  #note(type: PacketType, packet: Packet, error: ServerError | null): Noted {
    if (!this.isCompressed) return note(type, packet, error);
    return note(type, packet, error, this.#compressedIds[packet.fromClient ? 1 : 0]);
  }

  /** What a driver expects that reads such a packet once it has sent what it has to send. */
  #expectedUnasked(interrupted: Packet | null): number | null {
    if (this.phase === 'login') return (this.loginSequenceId + 1) & 0xff;
    if (this.#host.isHidden) return 2;
    if (interrupted === null) return 1;
    if (this.isCompressed) return null;
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
      inPart: broken !== null,
      readFor,
      stale:
        readFor !== null && packet.acknowledged >= 0 && packet.acknowledged < readFor.endOffset,
      continues,
      banner: '',
    });
    this.#mismatchRun++;
  }

  /** What stands behind a packet of the client's may be the rest of it, whose header announced too little. */
  #explainByLength(packet: Packet, noted: Noted): void {
    const { facts } = this;
    if (packet.end === packet.limit || this.isCompressed || !this.#isProven) return;
    const { type } = noted;
    if (facts.wrongLength !== null) return;
    if (type === 'CompressedPacket' || type === 'TlsRecords') return;
    const carried = lengthOfAllSent(type, packet, this.session);
    if (carried !== null) facts.wrongLength = { packet: noted, request: null, carried };
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
    exchange: Exchange | null,
  ): Fields {
    const isSettling = settles(type, packet, this.session, exchange);
    const isPlain = !isSettling && this.#isPlain(type, packet, exchange);
    if (isPlain && !this.#isWanted) return NO_FIELDS;
    return this.#decode(type, packet, expectedSequenceId, exchange, isPlain);
  }

  /** Apart from what is asked of every packet, so that this stays short. */
  #decode(
    type: PacketType,
    packet: Packet,
    expectedSequenceId: number | null,
    exchange: Exchange | null,
    isPlain: boolean,
  ): Fields {
    const { onPacket, rows } = this.#options;
    const fields: Fields = {};
    const isUnasked = isBulk(type) && !(isRow(type) ? rows : onPacket !== null);
    const isSkipped = isPlain && isUnasked;
    const answer = isPlain ? exchange : this.#completed(type, exchange);
    // What is wrong with a row is told, and its values only to those who want them.
    const into = isUnasked ? {} : fields;
    const fault = isSkipped
      ? null
      : decodePacket(type, packet, this.session, answer ?? noAnswer(), into);
    const problems = isSkipped ? [] : problemsOf(type, fault, packet);
    if (!isPlain && fault !== null && isWhole(packet)) {
      const request = exchange?.request ?? (packet.fromClient ? this.facts.login : null);
      this.#noteMalformed(type, packet, request, fault);
    }
    onPacket?.({
      connection: this.#connection,
      frame: packet.frame,
      lastFrame: packet.lastFrame,
      fromClient: packet.fromClient,
      sequenceId: packet.sequenceId,
      // Under compression its reader looks at the compressed packet's number alone.
      expectedSequenceId: this.isCompressed || lacksParts(packet) ? null : expectedSequenceId,
      length: packet.length,
      type,
      phase: this.#phaseName(type),
      fields,
      problems,
      compressedSequenceId: !this.isCompressed
        ? null
        : this.#compressedIds[packet.fromClient ? 1 : 0],
    });
    return fields;
  }

  /** Whether nothing is wrong with a packet's shape, as far as that is looked at: whoever listens, it is the same. */
  #isPlain(type: PacketType, packet: Packet, exchange: Exchange | null): boolean {
    const { bytes, start, end } = packet;
    if (isRow(type)) {
      if (exchange === null || exchange.unchecked === 0) return true;
      exchange.unchecked--;
      return !isWhole(packet) || exchange.isPlainRow(bytes, start, end);
    }
    if (!isWhole(packet)) return true;
    return type === 'COM_STMT_EXECUTE'
      ? this.#prepared.isPlainExecute(packet, this.session)
      : isPlain(type, packet, this.session);
  }

  /** What the decoder needs to say what is wrong, where nobody had the packets before decoded that tell it. */
  #completed(type: PacketType, exchange: Exchange | null): Answer | null {
    if (exchange === null) return null;
    if (type === 'COM_STMT_EXECUTE') {
      const { statementId } = exchange;
      this.#prepared.complete(statementId, this.session.statements.find(statementId));
    }
    if (type !== 'BinaryRow' || exchange.types === null) return exchange;
    if (exchange.columns?.length === exchange.types.length) return exchange;
    return { ...noAnswer(), columns: exchange.types.map(typeAlone) };
  }

  #phaseName(type: PacketType): DecodedPacket['phase'] {
    if (type.startsWith('COM_')) return 'command';
    const head = this.#exchanges.at(0);
    if (this.phase !== 'running' && head === undefined) return 'connection';
    if (head?.state === 'binlog') return 'replication';
    return head?.isLogin ? 'connection' : 'command';
  }
}

/** What a packet looks like that answers nothing. */
function unaskedType({
  bytes,
  start,
  end,
  first,
  length,
}: Packet): 'ERR' | 'OK' | 'EOF' | 'Unknown' {
  if (first === 0xff) return 'ERR';
  if (first === EOF && length === EOF_BYTES) return 'EOF';
  return first === 0 && isOk(bytes, start, end) ? 'OK' : 'Unknown';
}

function isRow(type: PacketType): boolean {
  return type === 'TextRow' || type === 'BinaryRow';
}

/** Whether its last part is missing, of which the sequence id would be. */
function lacksParts({ isCut, length, parts }: Packet): boolean {
  return isCut && length === parts * MAX_PART_LENGTH;
}

/** Whether a packet is one of many of its kind, which are looked at only to be printed. */
function isBulk(type: PacketType): boolean {
  return isRow(type) || type === 'LocalInfileData' || type === 'BinlogEvent';
}

/** Whether the client did in its turn what was due from it: then nobody has to hear of it later. */
function isTaken(turn: Turn | null): boolean {
  return turn !== null && turn.answer !== null && turn.afterEnd === null;
}

/** Whether a counter that is never reset leads from one id to the other, the command counted or not. */
function goesOn(last: number, next: number): boolean {
  const steps = (next - last) & 0xff;
  return steps === 1 || steps === 2;
}
