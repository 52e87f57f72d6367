import { decodeText } from '../bytes/text.ts';
import { CLIENT_QUERY_ATTRIBUTES } from './constants/capabilities.ts';
import { addKill, addTimeout, type Facts, type Noted } from './facts.ts';
import { u24 } from './framing.ts';
import type { Packet } from './packet.ts';
import { negotiated, type Session } from './session.ts';

/** Of a statement: enough for what is looked for. */
const HEAD_BYTES = 256;

const KILL =
  /^\s*kill\s+(?:hard\s+|soft\s+)?(?:(query)\s+(?:id\s+)?|connection\s+)?(\d{1,15}|connection_id\(\))\s*;?\s*$/i;
const SHUTDOWN = /^\s*shutdown\b/i;
const TIMEOUTS =
  /\b(wait_timeout|interactive_timeout|net_read_timeout|net_write_timeout|idle_(?:\w+_)?transaction_timeout)\s*:?=\s*(\d{1,9})\b/gi;

/** First letters of KILL, SET and SHUTDOWN, small: other statements are not looked at. */
const KI = 0x6b69;
const SE = 0x7365;
const SH = 0x7368;
const T = 0x74;

/** Notes what a command does to connections: ends this one or others, or says how long it may be idle. */
export function noteStatement(
  facts: Facts,
  packet: Packet,
  session: Session,
  request: Noted,
): void {
  const { bytes, start, end } = packet;
  if (request.type === 'COM_SHUTDOWN') facts.shutdown ??= request;
  if (request.type === 'COM_PROCESS_KILL' && end - start >= 5) {
    addKill(facts, { request, connectionId: u32(bytes, start + 1), isQuery: false });
  }
  if (request.type !== 'COM_QUERY') return;
  const from = startOfSql(bytes, start, end, session);
  if (end - from < 4) return;
  const letters = ((bytes[from]! | 0x20) << 8) | bytes[from + 1]! | 0x20;
  if (letters !== KI && letters !== SE && letters !== SH) return;
  // SELECT, the most frequent of all.
  if (letters === SE && (bytes[from + 2]! | 0x20) !== T) return;
  const sql = decodeText(bytes.subarray(from, Math.min(end, from + HEAD_BYTES)));
  if (SHUTDOWN.test(sql)) facts.shutdown ??= request;
  const kill = KILL.exec(sql);
  if (kill !== null) {
    const connectionId = kill[2]!.includes('(') ? session.connectionId : Number(kill[2]);
    if (connectionId !== null)
      addKill(facts, { request, connectionId, isQuery: kill[1] !== undefined });
  }
  if (letters !== SE) return;
  for (const [, name, seconds] of sql.matchAll(TIMEOUTS)) {
    addTimeout(facts, { request, name: name!.toLowerCase(), seconds: Number(seconds) });
  }
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
  readonly answer: Noted;
}

/** How many columns each prepared statement's result is to have, by what answered its PREPARE. */
export class PreparedColumns {
  readonly #byId = new Map<number, Prepared>();

  /** Takes a COM_STMT_PREPARE_OK; see messages/stmt-prepare-ok.ts for the layout. */
  add({ bytes, start, end }: Packet, answer: Noted): void {
    if (end - start < 7) return;
    if (this.#byId.size === MAX_PREPARED) this.#byId.clear();
    const columns = bytes[start + 5]! | (bytes[start + 6]! << 8);
    this.#byId.set(u32(bytes, start + 1), { columns, answer });
  }

  of(id: number): Prepared | null {
    return this.#byId.get(id) ?? null;
  }
}

/** The statement that a COM_STMT_EXECUTE names (its second field), or -1. */
export function executedStatement({ bytes, start, end }: Packet): number {
  return end - start < 5 ? -1 : u32(bytes, start + 1);
}

/** int<4> */
function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 3]! << 24) | u24(bytes, at)) >>> 0;
}
