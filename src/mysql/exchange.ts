import { Cursor } from '../bytes/cursor.ts';
import { DecodeFault } from '../bytes/fault.ts';
import type { Frame } from '../capture/frame.ts';
import { type Answer, type Effect, noAnswer } from './answer.ts';
import type { Column } from './column.ts';
import type { Command } from './commands/index.ts';
import { CLIENT_DEPRECATE_EOF } from './constants/capabilities.ts';
import {
  SERVER_MORE_RESULTS_EXISTS,
  SERVER_PS_OUT_PARAMS,
  SERVER_STATUS_CURSOR_EXISTS,
} from './constants/status.ts';
import type { Noted } from './facts.ts';
import type { RowCounter } from './framing.ts';
import { binaryRow } from './messages/binary-row.ts';
import type { Packet, PacketType } from './packet.ts';
import type { QueryBuilder } from './query.ts';
import {
  isColumnCount,
  isColumnDefinition,
  isOk,
  lenencWidth,
  MAX_LOGIN_LENGTH,
  textValues,
} from './recognize.ts';
import { hasStatusFlags, negotiated, newSession, type Session } from './session.ts';
import { definedType, isPlainBinaryRow, isPlainTextRow, isResultChecked } from './shape.ts';
import type { Statement } from './statement.ts';
import { EOF, type ReplyState, type Step } from './transitions.ts';

/** Of each result: a fault in how a server writes rows shows in the first ones, and thousands may follow. */
const MAX_CHECKED_ROWS = 16;
/** A row that is longer holds large values: walking over it costs more than it shows. */
const MAX_CHECKED_BYTES = 16_384;

/** What the client asked and how far the server's answer has come. */
export class Exchange implements RowCounter, Answer {
  /** Null for the login, and for a command that was not captured. */
  readonly command: Command | null;
  /** The client's packet that opened it; null where it was not captured. */
  readonly request: Noted | null;
  /** How it is answered: the first state of each of its results. */
  reply: ReplyState;
  state: ReplyState;
  /** The sequence id that whoever reads next expects. */
  nextSequenceId: number;
  /** Rows that were counted and not looked at, until `takeRows`. */
  rows = 0;
  largest = 0;
  /** Where the answer starts; null until anything of it has come. */
  answeredIn: Frame | null = null;
  /** And where in the server's stream. */
  answeredAt = 0;
  over = false;
  /** Packets of the answer are not in the capture. */
  isBroken = false;
  /** The next packet is the first behind missing ones: nobody knows the id that its reader expects. */
  isResuming = false;
  /** The client is sending a file (LOCAL INFILE). */
  sendsFile = false;
  /** Authentication: the server spoke last, and the client's next packet is for its auth plugin. */
  asksClient = false;
  /** The head of an event is missing: it may have asked for an acknowledgment, behind which the server starts again at 1. */
  mayRestart = false;
  statement: Statement | null = null;
  columns: Column[] | null = null;
  definesParameter = false;
  effect: Effect | null = null;
  /** The status flags with which it ended. */
  status = 0;
  /** What is told of it once it is over, if anybody wants that. */
  builder: QueryBuilder | null = null;
  /** Of COM_STMT_PREPARE's answer and of COM_STMT_EXECUTE: the statement's id, or -1. */
  statementId = -1;
  /** Types of the columns of rows in the binary protocol; null where they are not known. */
  types: number[] | null = null;
  unchecked = 0;
  #rowsToCheck = MAX_CHECKED_ROWS;
  /** The packet that said that another result follows, while that has not begun. */
  promise: Noted | null = null;
  /** An EOF that should not be there has come: behind the definitions, or behind a result without rows. */
  isEndDoubtful = false;
  /** The clone plugin has said that it is done. */
  isLeaving = false;
  /** Nothing has said that the definitions are left out (`resultset_metadata = none`). */
  #definitionsFollow = true;
  #definitionsLeft = 0;
  #columnCount = 0;
  /** COM_STMT_PREPARE: the definitions that come are of parameters. */
  #inParameters = false;
  /** COM_STMT_PREPARE: column definitions that come behind the parameters'. */
  #columnsLeft = 0;
  /** The row to come holds a procedure's OUT parameters. */
  #inOutParameters = false;

  constructor(
    command: Command | null,
    state: ReplyState,
    request: Noted | null,
    nextSequenceId: number,
  ) {
    this.command = command;
    this.state = state;
    this.reply = state;
    this.request = request;
    this.nextSequenceId = nextSequenceId;
    // Its definitions come without a count.
    if (state === 'fieldList') this.columns = [];
    if (this.inRows) this.unchecked = MAX_CHECKED_ROWS;
  }

  get isLogin(): boolean {
    return this.command === null && this.reply === 'auth';
  }

  /** Columns of the result set in progress; 0 where that is not known. */
  get columnCount(): number {
    return this.#columnCount;
  }

  get inRows(): boolean {
    return this.state === 'textRows' || this.state === 'binaryRows';
  }

  isPlainRow(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start > MAX_CHECKED_BYTES) return true;
    if (this.state === 'binaryRows') {
      return this.types === null || isPlainBinaryRow(bytes, start, end, this.types);
    }
    return this.#columnCount === 0 || isPlainTextRow(bytes, start, end, this.#columnCount);
  }

  /** The next packet's bytes tell what it is. */
  get toldByContent(): boolean {
    return this.state === 'anyRows' || this.state === 'lateDefinitions';
  }

  takeRows(): number {
    const { rows } = this;
    this.rows = 0;
    return rows;
  }

  /** The answer may be complete: only an EOF that this session may not have is missing. */
  mayBeOver(session: Session): boolean {
    return this.isEndDoubtful || (this.state === 'definitionsEnd' && !isAgreed(session));
  }

  /** Behind the definitions, and no row has come. */
  get isBeforeRows(): boolean {
    return this.inRows && this.#columnCount > 0 && this.unchecked === this.#rowsToCheck;
  }

  /** Carries out a rule's step; returns false when the packet belongs to the state that follows. */
  advance(step: Step, type: PacketType, packet: Packet, session: Session): boolean {
    switch (step) {
      case 'stay':
        break;
      case 'done':
        this.over = true;
        break;
      case 'infile':
        this.state = 'infile';
        this.sendsFile = true;
        break;
      case 'clone':
        this.state = 'cloning';
        break;
      case 'cloneAnswered':
        this.over = this.isLeaving;
        break;
      case 'foreign':
        this.over = true;
        break;
      case 'resultEnd':
        this.#endResult(type, packet, session);
        break;
      case 'columns':
        this.#startColumns(packet, session);
        break;
      case 'definition':
        this.definesParameter = this.#inParameters;
        if (packet.isCut) this.types = null;
        if (!this.#inParameters) this.types?.push(definedType(packet));
        this.#definitionsLeft--;
        if (this.#definitionsLeft === 0) this.#endDefinitions(session);
        break;
      case 'definitionsEnd':
        if (!isAgreed(session)) session.deprecateEof = false;
        this.status = statusOf(type, packet, session);
        this.#inOutParameters = (this.status & SERVER_PS_OUT_PARAMS) !== 0;
        if (this.status & SERVER_STATUS_CURSOR_EXISTS) this.over = true;
        else this.#afterDefinitions(session);
        break;
      case 'noDefinitionsEnd':
        if (!isAgreed(session)) session.deprecateEof = true;
        this.#afterDefinitions(session);
        return false;
      case 'lateDefinition':
        if (isColumnDefinition(packet.bytes, packet.start, toldBy(packet))) break;
        this.#afterDefinitions(session);
        return false;
      case 'rows':
        this.state = this.#stateOfRows(packet);
        return false;
      case 'prepared':
        this.#startPrepared(packet, session);
        break;
    }
    return true;
  }

  /** Whether its answer can be taken up in the middle: it is a result set, or nobody knows what it is. */
  get canResume(): boolean {
    return RESULT_SETS.has(this.reply);
  }

  /** Takes the answer up at the packet with this payload: packets before it are missing. */
  resumeAt(bytes: Uint8Array, start: number, end: number): void {
    this.isBroken = true;
    const isRow = this.inRows && !isColumnCount(bytes, start, end);
    if (isRow || this.state === 'binlog' || this.state === 'fieldList') return;
    // How many definitions there are, and what those before said, is not known any more.
    this.columns = null;
    this.#columnCount = 0;
    const isEarly = isColumnDefinition(bytes, start, end) || bytes[start] === EOF;
    this.state = isEarly ? 'lateDefinitions' : 'anyRows';
  }

  /** Where rows are expected but some packets were missing before: what the first one shows. */
  #stateOfRows(packet: Packet): ReplyState {
    const { bytes, start, length, first } = packet;
    const end = toldBy(packet);
    if (isColumnDefinition(bytes, start, end)) return 'lateDefinitions';
    const isWhole = end - start === length;
    const isRow =
      first === 0 ? !isOk(bytes, start, end) : !isWhole || textValues(bytes, start, end) > 0;
    // What looked like the end of definitions was the end of a result.
    if (!isRow || isColumnCount(bytes, start, end)) return this.reply;
    if (this.command === null)
      return isTextRow(packet, this.#columnCount, this.columns) ? 'textRows' : 'binaryRows';
    return this.reply === 'answer' ? 'textRows' : 'binaryRows';
  }

  #endResult(type: PacketType, packet: Packet, session: Session): void {
    this.status = statusOf(type, packet, session);
    // The OK of the CALL follows OUT parameters, though MySQL's EOF behind them does not say so.
    if (this.status & SERVER_MORE_RESULTS_EXISTS || this.#inOutParameters) {
      this.state = this.reply;
      this.sendsFile = false;
      this.#inOutParameters = false;
    } else {
      this.over = true;
    }
  }

  /** See messages/column-count.ts for the layout. */
  #startColumns(packet: Packet, session: Session): void {
    const { bytes, end } = packet;
    let at = packet.start;
    this.#columnCount = lenencAt(bytes, at, end);
    // Not what is due, but it can be read.
    if (this.reply === 'prepare') this.reply = 'answer';
    at += lenencWidth(bytes[at]!);
    this.#definitionsFollow = at >= end || bytes[at] !== 0;
    if (this.#definitionsFollow) this.types = [];
    this.#startDefinitions(this.#columnCount, session);
  }

  /**
   * COM_STMT_PREPARE_OK, page_protocol_com_stmt_prepare
   *
   *   int<1> 0   int<4> statement id   int<2> columns   int<2> parameters   …
   *   int<1> filler   int<2> warnings   int<1> metadata follows (if CLIENT_OPTIONAL_RESULTSET_METADATA)
   */
  #startPrepared(packet: Packet, session: Session): void {
    const { bytes, start, end } = packet;
    this.#definitionsFollow = !(end - start > 12 && bytes[start + 12] === 0);
    const parameters = end - start < 9 ? 0 : bytes[start + 7]! | (bytes[start + 8]! << 8);
    this.#columnsLeft = end - start < 9 ? 0 : bytes[start + 5]! | (bytes[start + 6]! << 8);
    this.types = this.#definitionsFollow && this.#columnsLeft > 0 ? [] : null;
    this.#inParameters = parameters > 0;
    if (this.#inParameters) this.#startDefinitions(parameters, session);
    else this.#afterDefinitions(session);
  }

  /** Where the definitions are left out, the EOF behind them is not. */
  #startDefinitions(count: number, session: Session): void {
    this.#definitionsLeft = this.#definitionsFollow ? count : 0;
    if (this.#definitionsLeft > 0) this.state = 'definitions';
    else this.#endDefinitions(session);
  }

  #endDefinitions(session: Session): void {
    if (session.deprecateEof === true && isAgreed(session)) this.#afterDefinitions(session);
    else this.state = 'definitionsEnd';
  }

  #afterDefinitions(session: Session): void {
    if (this.#columnsLeft > 0) {
      const columns = this.#columnsLeft;
      this.#columnsLeft = 0;
      this.#inParameters = false;
      if (this.#definitionsFollow) this.columns = [];
      this.#startDefinitions(columns, session);
      return;
    }
    // What the definitions said holds for later answers that leave them out.
    if (this.statement !== null && this.columns !== null) this.statement.columns = this.columns;
    if (this.reply === 'prepare') this.over = true;
    else if (this.isBroken || this.command === null) this.state = 'anyRows';
    else {
      this.state = this.reply === 'binaryAnswer' ? 'binaryRows' : 'textRows';
      this.#rowsToCheck = isResultChecked(session) ? MAX_CHECKED_ROWS : 1;
      this.unchecked = this.#rowsToCheck;
      session.results++;
    }
  }
}

/** Answers whose packets show what they are, wherever one looks. */
const RESULT_SETS: ReadonlySet<ReplyState> = new Set([
  'answer',
  'binaryAnswer',
  'binaryRows',
  'fieldList',
  'binlog',
]);

/** Whether the handshake said how definitions end; else every result set shows it anew. */
function isAgreed(session: Session): boolean {
  return negotiated(session, CLIENT_DEPRECATE_EOF) !== null;
}

/** A binary row starts with 0, and so does a text row whose first value is empty: the rest of it tells. */
function isTextRow(packet: Packet, count: number, columns: readonly Column[] | null): boolean {
  const { bytes, start, first } = packet;
  if (first !== 0) return true;
  if (count === 0 || textValues(bytes, start, toldBy(packet)) !== count) return false;
  return columns === null || !fitsBinary(packet, columns);
}

function fitsBinary(packet: Packet, columns: readonly Column[]): boolean {
  const row = new Cursor().aim(packet.bytes, packet.start, toldBy(packet));
  try {
    binaryRow(row, {}, newSession(), { ...noAnswer(), columns: [...columns] });
    return row.left === 0;
  } catch (fault) {
    if (fault instanceof DecodeFault) return false;
    throw fault;
  }
}

/** Where the bytes end that tell what a packet is: who prints it may have more of it, and is told the same. */
function toldBy({ start, end }: Packet): number {
  return Math.min(end, start + MAX_LOGIN_LENGTH);
}

/** The status flags of an OK or EOF; 0 where it has none. */
export function statusOf(type: PacketType, packet: Packet, session: Session): number {
  if (type === 'OK' && !hasStatusFlags(session)) return 0;
  const { bytes, start, end } = packet;
  let at = start + 1;
  if (type === 'OK') {
    // int<lenenc> affected rows  int<lenenc> last insert id  int<2> status flags
    at += lenencWidth(bytes[at]!);
    at += lenencWidth(bytes[at]!);
  } else {
    // int<2> warnings  int<2> status flags
    at += 2;
  }
  return at + 2 <= end ? bytes[at]! | (bytes[at + 1]! << 8) : 0;
}

/** A length-encoded count of columns, of which no server has more than 4096: two bytes are enough. */
function lenencAt(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0xfb) return first;
  return first === 0xfc && at + 2 < end ? bytes[at + 1]! | (bytes[at + 2]! << 8) : 0;
}
