import type { Column, ValueType } from './column.ts';

/** Bytes of long data kept for one statement: enough to show a parameter, not to hold a film. */
const MAX_LONG_DATA_BYTES = 1024 * 1024;

/** Characters of statements kept for one connection; beyond, the statement prepared first gives way. */
const MAX_TEXT = 16 * 1024 * 1024;

/** The servers' default for max_prepared_stmt_count; the statement prepared first gives way. */
const MAX_STATEMENTS = 16_382;

/** MariaDB: the statement that was prepared last, whatever id the server gave it. */
const LAST_PREPARED = 0xffff_ffff;

/** Data that COM_STMT_SEND_LONG_DATA sent for one parameter. */
export interface LongData {
  /** At most MAX_LONG_DATA_BYTES over all parameters of a statement. */
  readonly chunks: Uint8Array[];
  /** Bytes sent, kept or not. */
  length: number;
}

/** A parameter's type as COM_STMT_EXECUTE sends it. */
export interface ParameterType {
  /** enum_field_types in the low byte, bit 15 set for unsigned. */
  readonly code: number;
  readonly type: ValueType;
  /** Of a query attribute; else empty. */
  readonly name: string;
}

/** A prepared statement, as far as the capture shows it. */
export class Statement {
  /** Null where its PREPARE was not captured. */
  readonly sql: string | null;
  /** Parameters that it takes; null until the server has said so. */
  parameters: number | null = null;
  /** Columns of its result, which servers may leave out of later answers; null where not known. */
  columns: Column[] | null = null;
  /** The types that the last COM_STMT_EXECUTE which sent any sent; later ones rely on them. */
  types: readonly ParameterType[] | null = null;
  /** By parameter; until the next COM_STMT_EXECUTE or COM_STMT_RESET. */
  readonly longData = new Map<number, LongData>();
  #longBytes = 0;

  constructor(sql: string | null) {
    this.sql = sql;
  }

  addLongData(parameter: number, bytes: Uint8Array, start: number, end: number): void {
    let data = this.longData.get(parameter);
    if (data === undefined) {
      data = { chunks: [], length: 0 };
      this.longData.set(parameter, data);
    }
    data.length += end - start;
    const kept = Math.min(end - start, MAX_LONG_DATA_BYTES - this.#longBytes);
    if (kept <= 0) return;
    data.chunks.push(bytes.slice(start, start + kept));
    this.#longBytes += kept;
  }

  dropLongData(): void {
    this.longData.clear();
    this.#longBytes = 0;
  }
}

/** The prepared statements of a connection. */
export class Statements {
  readonly #byId = new Map<number, Statement>();
  /** The one that COM_STMT_PREPARE named last, answered or not. */
  #last: Statement | null = null;
  #text = 0;

  prepare(sql: string): Statement {
    this.#last = new Statement(sql);
    return this.#last;
  }

  /** The server has given a statement its id. */
  open(id: number, statement: Statement): void {
    this.close(id);
    this.#byId.set(id, statement);
    this.#text += statement.sql?.length ?? 0;
    while (this.#byId.size > MAX_STATEMENTS || (this.#text > MAX_TEXT && this.#byId.size > 1)) {
      const [oldest] = this.#byId.keys();
      this.close(oldest!);
    }
  }

  /** The statement that a command names; a new one where its PREPARE was not captured. */
  find(id: number): Statement {
    const known = id === LAST_PREPARED ? this.#last : this.#byId.get(id);
    if (known) return known;
    const unseen = new Statement(null);
    if (id !== LAST_PREPARED) this.open(id, unseen);
    return unseen;
  }

  close(id: number): void {
    this.#text -= this.#byId.get(id)?.sql?.length ?? 0;
    this.#byId.delete(id);
  }

  clear(): void {
    this.#byId.clear();
    this.#text = 0;
    this.#last = null;
  }
}
