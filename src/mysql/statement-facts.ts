import { decodeText } from '../bytes/text.ts';
import { parameterType } from './column.ts';
import { CLIENT_QUERY_ATTRIBUTES } from './constants/capabilities.ts';
import { addKill, addTimeout, type Facts, type Kill, type Noted, type Replica } from './facts.ts';
import { u32 } from './framing.ts';
import type { Packet, PacketType } from './packet.ts';
import { negotiated, type Session } from './session.ts';
import { areValues } from './shape.ts';
import { LAST_PREPARED, type Statement } from './statement.ts';

/** Of a statement: enough for what is looked for. */
const HEAD_BYTES = 256;

/** Both servers' KILL, MariaDB's HARD, SOFT, USER and QUERY ID among it. */
const KILL =
  /^kill\s+(?:hard\s+|soft\s+)?(?<query>query\s+(?:id\s+)?|connection\s+)?(?:user\s+(?<user>'[^']*'|"[^"]*"|`[^`]*`|[\w$]+)(?:@\S+)?|(?<id>\d{1,15}|connection_id\s*\(\s*\)))$/i;
/** What RDS, Aurora and Azure have in its place. */
const CALL_KILL =
  /^call\s+`?mysql`?\s*\.\s*`?(?:rds|az)_kill(?<query>_query)?`?\s*\(\s*(?<id>\d{1,15}|connection_id\s*\(\s*\))\s*\)$/i;
const SHUTDOWN = /^\s*shutdown\b/i;
const TIMEOUTS =
  /\b(wait_timeout|interactive_timeout|net_read_timeout|net_write_timeout|idle_(?:\w+_)?transaction_timeout)\s*:?=\s*(\d{1,9})\b/gi;

const CLUSTER =
  /^\s*set\s+(?:global\s+|@@global\s*\.\s*)wsrep_(?:cluster_address|provider|reject_queries)\b/i;
const REPLICA_UUID = /@(?:slave|replica)_uuid\s*=\s*'([0-9a-fA-F-]{36})'/;

/** First letters of KILL, CALL, SET and SHUTDOWN, small: other statements are not looked at. */
const KI = 0x6b69;
const CA = 0x6361;
const SE = 0x7365;
const SH = 0x7368;
const T = 0x74;

/**
 * Notes what a command does to connections: ends this one or others, says how long it may be idle, or makes it a
 * replica's.
 */
export function noteStatement(
  facts: Facts,
  packet: Packet,
  session: Session,
  request: Noted,
): void {
  const { bytes, start, end } = packet;
  if (request.type === 'COM_SHUTDOWN') facts.shutdown ??= request;
  if (request.type === 'COM_PROCESS_KILL' && end - start >= 5) {
    const of = u32(bytes, start + 1);
    addKill(facts, { request, text: `COM_PROCESS_KILL ${of}`, of, isQuery: false });
  }
  if (request.type !== 'COM_QUERY') {
    if (REPLICAS.has(request.type)) noteReplica(facts, packet, request);
    return;
  }
  const from = startOfSql(bytes, start, end, session);
  if (end - from < 4) return;
  const letters = ((bytes[from]! | 0x20) << 8) | bytes[from + 1]! | 0x20;
  if (letters !== KI && letters !== SE && letters !== SH && letters !== CA) return;
  // SELECT, the most frequent of all.
  if (letters === SE && (bytes[from + 2]! | 0x20) !== T) return;
  const sql = decodeText(bytes.subarray(from, Math.min(end, from + HEAD_BYTES)));
  if (SHUTDOWN.test(sql)) facts.shutdown ??= request;
  const kill = killIn(sql, session);
  if (kill !== null) addKill(facts, { request, ...kill });
  if (letters !== SE) return;
  if (CLUSTER.test(sql)) facts.clusterOrder = { request, text: sql.trim() };
  for (const [, name, seconds] of sql.matchAll(TIMEOUTS)) {
    addTimeout(facts, { request, name: name!.toLowerCase(), seconds: Number(seconds) });
  }
  const uuid = REPLICA_UUID.exec(sql)?.[1];
  if (uuid !== undefined) replicaOf(facts).uuid = uuid.toLowerCase();
}

/** Where the commands of a replica name its server id; their layouts stand with their decoders. */
const REPLICAS: ReadonlyMap<string, number> = new Map([
  ['COM_REGISTER_SLAVE', 1],
  ['COM_BINLOG_DUMP', 7],
  ['COM_BINLOG_DUMP_GTID', 3],
]);

function noteReplica(facts: Facts, { bytes, start, end }: Packet, request: Noted): void {
  const replica = replicaOf(facts);
  const at = start + REPLICAS.get(request.type)!;
  if (at + 4 <= end) replica.serverId = u32(bytes, at);
  if (request.type !== 'COM_REGISTER_SLAVE') {
    replica.dump = request;
  } else if (at + 4 < end) {
    const host = at + 5;
    replica.host = decodeText(bytes.subarray(host, Math.min(end, host + bytes[at + 4]!)));
  }
}

function replicaOf(facts: Facts): Replica {
  facts.replica ??= { serverId: null, uuid: null, host: '', dump: null };
  return facts.replica;
}

function killIn(sql: string, session: Session): Omit<Kill, 'request'> | null {
  const text = sql.replace(/\s*;?\s*$/, '').trimStart();
  const found = (KILL.exec(text) ?? CALL_KILL.exec(text))?.groups;
  if (found === undefined) return null;
  const { query = '', user, id = '' } = found;
  const named = user?.replace(/^(['"`])(.*)\1$/, '$2');
  const of = named ?? (id.includes('(') ? session.connectionId : Number(id));
  return of === null ? null : { text, of, isQuery: /query/i.test(query) };
}

/** Where the statement stands in a COM_QUERY or COM_STMT_PREPARE; `end` where its attributes are in the way. */
export function startOfSql(
  bytes: Uint8Array,
  start: number,
  end: number,
  session: Session,
): number {
  // int<1> command; with query attributes, of which there mostly are none, two counts.
  if (bytes[start] !== COM_QUERY || negotiated(session, CLIENT_QUERY_ATTRIBUTES) !== true) {
    return start + 1;
  }
  return bytes[start + 1] === 0 ? start + 3 : end;
}

const COM_QUERY = 0x03;

/** Statements whose columns are remembered: the servers' default for max_prepared_stmt_count. */
const MAX_PREPARED = 16_382;

interface Prepared {
  readonly columns: number;
  readonly parameters: number;
  readonly answer: Noted;
  /** Types of the parameters (int<2> each), as the last execute that sent any did; null before. */
  parameterTypes: readonly number[] | null;
  /** Types of the columns, as the last definitions said; null where none were sent. */
  columnTypes: number[] | null;
  /** An execute that sent types is not looked at: by MariaDB's number for the last statement, or of many rows. */
  missesTypes: boolean;
  /** The next execute leaves out what COM_STMT_SEND_LONG_DATA sent. */
  hasLongData: boolean;
}

/** Statements closed last that are remembered, for whoever goes on to use one. */
const MAX_CLOSED = 256;

/** What each prepared statement takes and gives, by what answered its PREPARE and what its executes sent. */
export class PreparedStatements {
  readonly #byId = new Map<number, Prepared>();
  readonly #closed = new Map<number, Noted>();
  /** The statement prepared last, or -1. */
  #last = -1;
  /** It is executed by MariaDB's number for it, before its own is known. */
  #isExecutedUnnamed = false;

  /** Takes a COM_STMT_PREPARE_OK; see messages/stmt-prepare-ok.ts for the layout. */
  add({ bytes, start, end }: Packet, answer: Noted): void {
    if (end - start < 7) return;
    if (this.#byId.size === MAX_PREPARED) this.#byId.clear();
    const id = u32(bytes, start + 1);
    this.#closed.delete(id);
    this.#byId.set(id, {
      columns: bytes[start + 5]! | (bytes[start + 6]! << 8),
      parameters: end - start < 9 ? 0 : bytes[start + 7]! | (bytes[start + 8]! << 8),
      answer,
      parameterTypes: null,
      columnTypes: null,
      missesTypes: this.#isExecutedUnnamed,
      hasLongData: false,
    });
    this.#last = id;
    this.#isExecutedUnnamed = false;
  }

  /** Notes what a command does to the statement that it names. */
  note(type: PacketType, id: number, command: Noted): void {
    if (id === LAST_PREPARED) this.#isExecutedUnnamed = true;
    const prepared = this.#byId.get(id === LAST_PREPARED ? this.#last : id);
    if (prepared === undefined) return;
    if (id === LAST_PREPARED) prepared.missesTypes = true;
    if (type === 'COM_STMT_CLOSE') {
      this.#byId.delete(id);
      if (this.#closed.size === MAX_CLOSED) this.#closed.clear();
      this.#closed.set(id, command);
    } else if (type === 'COM_STMT_SEND_LONG_DATA') prepared.hasLongData = true;
    else if (type === 'COM_STMT_RESET') prepared.hasLongData = false;
    // Its parameters are in a layout of their own.
    else if (type === 'COM_STMT_BULK_EXECUTE') prepared.missesTypes = true;
  }

  /** The command that closed a statement; null where none of the last ones did. */
  closedBy(id: number): Noted | null {
    return this.#closed.get(id) ?? null;
  }

  /** An answer has defined the columns of a statement's result. */
  define(id: number, types: number[] | null): void {
    const prepared = this.#byId.get(id);
    if (prepared !== undefined && types !== null) prepared.columnTypes = types;
  }

  /** Whether an execute is shaped as its statement wants it; see commands/com-stmt-execute.ts for the layout. */
  isPlainExecute({ bytes, start, end }: Packet, session: Session): boolean {
    if (end - start < EXECUTE_HEAD_BYTES) return false;
    const prepared = this.#byId.get(u32(bytes, start + 1));
    // With query attributes the decoder has to see what they are.
    if (prepared === undefined) return true;
    const { hasLongData, parameters } = prepared;
    prepared.hasLongData = false;
    let at = start + EXECUTE_HEAD_BYTES;
    if (negotiated(session, CLIENT_QUERY_ATTRIBUTES) === true) return parameters === 0 || at < end;
    if (parameters === 0) return at === end;
    const nulls = at;
    at += (parameters + 7) >> 3;
    if (at >= end) return false;
    if (bytes[at++] !== 0) {
      if (at + 2 * parameters > end) return false;
      // Drivers send the same ones with each execute.
      if (!areTypes(prepared.parameterTypes, bytes, at)) {
        prepared.parameterTypes = typesAt(bytes, at, parameters);
      }
      at += 2 * parameters;
      prepared.missesTypes = false;
    }
    const types = prepared.parameterTypes;
    if (hasLongData || prepared.missesTypes) return true;
    return types === null ? at === end : areValues(bytes, at, end, types, nulls, 0);
  }

  /** Tells a statement whose PREPARE nobody wanted to see what it takes. */
  complete(id: number, statement: Statement): void {
    const prepared = this.#byId.get(id);
    if (prepared === undefined || statement.parameters !== null) return;
    const { parameters, parameterTypes } = prepared;
    statement.parameters = parameters;
    statement.types =
      parameterTypes?.map((code) => ({ code, type: parameterType(code), name: '' })) ?? null;
    statement.missesLongData = false;
  }

  of(id: number): Prepared | null {
    return this.#byId.get(id) ?? null;
  }

  /** Commands are missing: what was prepared since is not known. */
  clear(): void {
    this.#byId.clear();
    this.#closed.clear();
    this.#last = -1;
    this.#isExecutedUnnamed = false;
  }
}

/** int<2> each */
function typesAt(bytes: Uint8Array, start: number, count: number): number[] {
  const types: number[] = [];
  for (let i = 0, at = start; i < count; i++, at += 2) types.push(u16(bytes, at));
  return types;
}

/** Whether the same ones stand there. */
function areTypes(types: readonly number[] | null, bytes: Uint8Array, start: number): boolean {
  if (types === null) return false;
  for (let i = 0, at = start; i < types.length; i++, at += 2) {
    if (types[i] !== u16(bytes, at)) return false;
  }
  return true;
}

/** Command, statement, flags, iterations. */
const EXECUTE_HEAD_BYTES = 10;

/** The statement that a command of prepared statements names (its second field), or -1. */
export function namedStatement({ bytes, start, end }: Packet): number {
  return end - start < 5 ? -1 : u32(bytes, start + 1);
}

/** int<2> */
function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}
