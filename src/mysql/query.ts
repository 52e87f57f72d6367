import type { Frame } from '../capture/frame.ts';
import type { Column } from './column.ts';
import type { Fields } from './messages/message.ts';
import type { Packet, PacketType } from './packet.ts';
import type { Session } from './session.ts';
import type { Step } from './transitions.ts';

export type ResponseKind =
  | 'ok'
  | 'error'
  | 'resultset'
  | 'localInfile'
  | 'prepared'
  /** The command has no answer. */
  | 'none'
  /** The capture has none. */
  | 'missing'
  /** Binlog events until somebody hangs up. */
  | 'stream'
  /** COM_STATISTICS. */
  | 'text';

/** One answer to a command, of the several that one command may have. */
export interface Response {
  kind: ResponseKind;
  /** Of the first byte that was captured; null where there is none. */
  frame: Frame | null;
  /** Packets before that are missing. */
  startMissing?: true;
  /** Packets inside of it are. */
  partMissing?: true;
  lastFrame: Frame | null;
  /** Rows of a result set, whether or not anybody looked at them. */
  rows: number | null;
  /** Names; null where no definitions were sent or seen. */
  columns: readonly Column[] | null;
  affectedRows: unknown;
  lastInsertId: unknown;
  warnings: number | null;
  info: string | null;
  error: { readonly code: unknown; readonly sqlState: unknown; readonly message: unknown } | null;
  /** The rows themselves, where they are wanted and as far as they are kept. */
  values: unknown[][];
  /** By row: the bytes of text in it that is not valid. */
  base64?: Map<number, unknown>;
}

/** A command and what answered it. */
export interface Query {
  readonly connection: number;
  readonly frame: Frame;
  /** Which of the connection's commands it is: several may start in one frame. */
  readonly ordinal: number;
  /** Of the command's last byte. */
  readonly lastFrame: Frame;
  readonly command: PacketType;
  readonly sql: string | null;
  readonly params: unknown;
  /** Beside text in them that is not valid: its bytes; null where all is. */
  readonly paramsBase64: unknown;
  /** Query attributes, by name; null where the command has no place for them. */
  readonly attributes: object | null;
  readonly user: string | null;
  readonly database: string | null;
  readonly responses: Response[];
  /** The answer was seen to its end. */
  complete: boolean;
}

/** A result set and where it stands. */
export interface ResultSet {
  readonly connection: number;
  /** Of its first byte. */
  readonly frame: Frame;
  readonly sql: string | null;
  readonly response: Response;
  /** All of it was seen, to its end. */
  readonly complete: boolean;
  /** Payload bytes of the rows that are kept. */
  readonly bytes: number;
}

/** Who is told; null where nobody wants it. */
export interface QuerySinks {
  /** Told of every command once its answer is complete, or never will be. */
  readonly onQuery: ((query: Query) => void) | null;
  /** Told of every result set once it is complete, or never will be. */
  readonly onResult: ((result: ResultSet) => void) | null;
}

/** Cells of one result set kept for whoever wants rows; what is beyond is counted. */
const MAX_KEPT_CELLS = 1_000_000;
/** Bytes of rows that these cells may take. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
/** Responses kept of one answer; a procedure that loops over a SELECT gives thousands. */
const MAX_RESPONSES = 1000;

function newResponse(kind: ResponseKind, frame: Frame | null): Response {
  return {
    kind,
    frame,
    lastFrame: frame,
    rows: null,
    columns: null,
    affectedRows: null,
    lastInsertId: null,
    warnings: null,
    info: null,
    error: null,
    values: [],
  };
}

/** A command, as it was sent. */
interface Asked {
  readonly connection: number;
  readonly ordinal: number;
  readonly type: PacketType;
  readonly packet: Packet;
  readonly fields: Fields;
  readonly session: Session;
}

/** Puts a command's answer together from its packets, as they come. */
export class QueryBuilder {
  readonly query: Query;
  /** The response whose packets are coming. */
  #open: Response | null = null;
  #cells = 0;
  #bytes = 0;
  #isTold = false;
  /** The start of the response that comes next is not in the capture. */
  #missesStart = false;
  readonly #sinks: QuerySinks;

  constructor(asked: Asked, sinks: QuerySinks) {
    const { connection, ordinal, type, packet, fields, session } = asked;
    this.#sinks = sinks;
    this.query = {
      connection,
      frame: packet.frame,
      ordinal,
      lastFrame: packet.lastFrame,
      command: type,
      sql: (fields.sql as string | null | undefined) ?? null,
      params: fields.parameters ?? null,
      paramsBase64: fields.parametersBase64 ?? null,
      // Those of a COM_CHANGE_USER are the connection's.
      attributes: fields.sql === undefined ? null : ((fields.attributes as object) ?? null),
      user: session.currentUser,
      database: session.schema,
      responses: [],
      complete: false,
    };
  }

  /** The first frame of what is still to be told, or null. */
  get since(): Frame | null {
    if (this.#sinks.onQuery !== null && !this.#isTold) return this.query.frame;
    return this.#open?.frame ?? null;
  }

  /** A packet of the server's answer. `columns` are those of the result set it belongs to. */
  take(
    type: PacketType,
    step: Step,
    packet: Packet,
    fields: Fields,
    columns: readonly Column[] | null,
  ): void {
    const response = this.#open ?? this.#begin(this.#kindOf(type), packet);
    response.lastFrame = packet.lastFrame;
    if (type === 'ERR') {
      const { code = null, sqlState = null, message = null } = fields;
      response.kind = 'error';
      response.error = { code, sqlState, message };
    } else if (type === 'TextRow' || type === 'BinaryRow') {
      this.countRows(1);
      this.#keepRow(response, packet, fields);
    } else if (type === 'Statistics') {
      response.info = fields.text as string;
    } else if (fields.warnings !== undefined) {
      response.warnings = fields.warnings as number;
    }
    if (type === 'OK') {
      response.info = (fields.info as string | undefined) || null;
      if (response.kind === 'ok' || response.kind === 'localInfile') {
        response.affectedRows = fields.affectedRows ?? null;
        response.lastInsertId = fields.lastInsertId ?? null;
      }
    }
    if (response.kind === 'resultset' || response.kind === 'prepared') response.columns = columns;
    if (step === 'done' || step === 'resultEnd') {
      this.#close(response, !response.startMissing && !response.partMissing);
    }
    // A replica may listen for days: nobody waits for that.
    if (response.kind === 'stream') this.#tell();
  }

  /** Packets of the answer are not in the capture. */
  missStart(): void {
    if (this.#open === null) this.#missesStart = true;
    else this.#open.partMissing = true;
  }

  /** Nothing more will come; `kind` is what it is called where nothing came. */
  finish(complete: boolean, kind: 'none' | 'missing'): void {
    if (this.#open !== null) this.#close(this.#open, false);
    const { query } = this;
    query.complete = complete;
    if (query.responses.length === 0) query.responses.push(newResponse(kind, null));
    this.#tell();
  }

  /** A response has begun and not ended: rows may be counted without being looked at. */
  get isOpen(): boolean {
    return this.#open !== null;
  }

  countRows(rows: number): void {
    if (this.#open !== null) this.#open.rows = (this.#open.rows ?? 0) + rows;
  }

  /** What an answer is that starts with a packet of this type. */
  #kindOf(type: PacketType): ResponseKind {
    // The rows of a cursor come without a count of columns, and there may be none.
    if (this.query.command === 'COM_STMT_FETCH' && type !== 'ERR') return 'resultset';
    return KINDS[type] ?? 'ok';
  }

  #begin(kind: ResponseKind, packet: Packet): Response {
    const response = newResponse(kind, packet.frame);
    if (this.#missesStart) response.startMissing = true;
    this.#missesStart = false;
    if (kind === 'resultset') response.rows = 0;
    const { responses } = this.query;
    const isListed = this.#sinks.onQuery !== null && responses.length < MAX_RESPONSES;
    if (isListed) responses.push(response);
    this.#open = response;
    this.#cells = 0;
    this.#bytes = 0;
    return response;
  }

  #close(response: Response, complete: boolean): void {
    this.#open = null;
    const { connection, sql } = this.query;
    const { frame, rows } = response;
    if (frame !== null && rows !== null) {
      this.#sinks.onResult?.({ connection, frame, sql, response, complete, bytes: this.#bytes });
    }
  }

  #tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#sinks.onQuery?.(this.query);
  }

  #keepRow(response: Response, packet: Packet, { values, valuesBase64 }: Fields): void {
    if (!Array.isArray(values) || this.#cells > MAX_KEPT_CELLS || this.#bytes > MAX_KEPT_BYTES) {
      return;
    }
    this.#cells += values.length + 1;
    this.#bytes += packet.length;
    if (valuesBase64 !== undefined) {
      response.base64 ??= new Map();
      response.base64.set(response.values.length, valuesBase64);
    }
    response.values.push(values);
  }
}

/** By the type of an answer's first packet. */
const KINDS: Readonly<Partial<Record<PacketType, ResponseKind>>> = {
  ColumnCount: 'resultset',
  ColumnDefinition: 'resultset',
  TextRow: 'resultset',
  BinaryRow: 'resultset',
  StmtPrepareOK: 'prepared',
  LocalInfileRequest: 'localInfile',
  Statistics: 'text',
  BinlogEvent: 'stream',
};
