import { ByteQueue } from '../bytes/byte-queue.ts';
import type { Column, ValueType } from './column.ts';

/** The servers' default for max_prepared_stmt_count; the statement prepared first gives way. */
const MAX_STATEMENTS = 16_382;

/** Characters of statements kept for one connection; beyond, the statement prepared first gives way. */
const MAX_TEXT = 16 * 1024 * 1024;

/** Bytes of long data kept for one connection: enough to show parameters, not to hold films. */
const MAX_LONG_DATA_BYTES = 4 * 1024 * 1024;
/** Parameters of one connection that long data is kept of. */
const MAX_LONG_PARAMETERS = 16_384;

/** MariaDB: the statement that was prepared last, whatever id the server gave it. */
export const LAST_PREPARED = 0xffff_ffff;

/** Data that COM_STMT_SEND_LONG_DATA sent for one parameter. */
export interface LongData {
  /** As much of it as was kept, from its start. */
  readonly kept: ByteQueue;
  /** Bytes sent, kept or not. */
  length: number;
}

type LongDataByParameter = Map<number, LongData>;

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
  /** Commands are missing that may have changed the types. */
  isDoubtful = false;
  /** Commands are missing that may have sent long data. */
  missesLongData = false;
  /** Until the next COM_STMT_EXECUTE or COM_STMT_RESET. */
  longData: LongDataByParameter = new Map();

  constructor(sql: string | null) {
    this.sql = sql;
  }
}

/** The prepared statements of a connection. */
export class Statements {
  readonly #byId = new Map<number, Statement>();
  /** The one that COM_STMT_PREPARE named last, answered or not. */
  #last: Statement | null = null;
  #text = 0;
  #longBytes = 0;
  #longParameters = 0;

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
    unseen.missesLongData = true;
    if (id !== LAST_PREPARED) this.open(id, unseen);
    return unseen;
  }

  close(id: number): void {
    const statement = this.#byId.get(id);
    if (statement === undefined) return;
    this.#text -= statement.sql?.length ?? 0;
    this.takeLongData(statement);
    this.#byId.delete(id);
  }

  clear(): void {
    this.#byId.clear();
    this.#last = null;
    this.#text = 0;
    this.#longBytes = 0;
    this.#longParameters = 0;
  }

  /** Commands are missing: what they changed of the statements is not known. */
  doubt(): void {
    this.#last = null;
    for (const statement of this.#byId.values()) {
      statement.isDoubtful = true;
      statement.missesLongData = true;
      statement.columns = null;
      statement.longData.clear();
    }
    this.#longBytes = 0;
    this.#longParameters = 0;
  }

  addLongData(
    statement: Statement,
    parameter: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    let data = statement.longData.get(parameter);
    if (data === undefined) {
      if (this.#longParameters === MAX_LONG_PARAMETERS) return;
      this.#longParameters++;
      data = { kept: new ByteQueue(0), length: 0 };
      statement.longData.set(parameter, data);
    }
    const kept = Math.min(end - start, MAX_LONG_DATA_BYTES - this.#longBytes);
    if (kept > 0 && data.kept.length === data.length) {
      data.kept.append(bytes, start, start + kept);
      this.#longBytes += kept;
    }
    data.length += end - start;
  }

  /** Hands over what was sent for a statement, which has none then. */
  takeLongData(statement: Statement): ReadonlyMap<number, LongData> {
    const { longData } = statement;
    statement.missesLongData = false;
    if (longData.size === 0) return longData;
    for (const { kept } of longData.values()) this.#longBytes -= kept.length;
    this.#longParameters -= longData.size;
    statement.longData = new Map();
    return longData;
  }
}
