import { commandOf } from './commands/index.ts';
import { COMPRESSED_HEADER_BYTES } from './compressed.ts';
import { CLIENT_PROTOCOL_41 } from './constants/capabilities.ts';
import { HEADER_BYTES, u24, u32 } from './framing.ts';
import { SSL_REQUEST_BYTES } from './messages/ssl-request.ts';
import { LAST_PREPARED } from './statement.ts';
import { EOF, ERR, MAX_OK_LENGTH, MIN_OK_LENGTH, OK } from './transitions.ts';

/** What the first bytes of a stream, or of a segment, are. */
export type Verdict = 'yes' | 'no' | 'more';

/** No server's greeting or first error is longer: version, plugin and scramble are short. */
const MAX_GREETING_LENGTH = 2048;
/** Enough of the version or the message to know text from chance. */
const TEXT_BYTES = 3;
/** The longest login that any server accepts before it knows the user (net_buffer before auth). */
export const MAX_LOGIN_LENGTH = 0xffff;

const PROTOCOL_10 = 0x0a;
const PROTOCOL_9 = 0x09;

/**
 * Whether a server's stream begins as MySQL's does: a greeting of protocol 10 or 9 with a version in
 * plain text, or an ERR in its place. Decided on the first few bytes, because the length that other
 * protocols' first bytes spell is megabytes.
 */
export function startsWithGreeting(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < HEADER_BYTES) return 'more';
  const length = u24(bytes, start);
  if (length < TEXT_BYTES + 2 || length > MAX_GREETING_LENGTH) return 'no';
  if (end - start === HEADER_BYTES) return 'more';
  const first = bytes[start + HEADER_BYTES]!;
  if (first !== PROTOCOL_10 && first !== PROTOCOL_9 && first !== ERR) return 'no';
  // ERR: int<2> code, and every server's codes start at 1000.
  const text = start + HEADER_BYTES + (first === ERR ? 3 : 1);
  if (end - text < TEXT_BYTES) return 'more';
  if (first === ERR && bytes[text - 1]! < 0x03) return 'no';
  for (let at = text; at < text + TEXT_BYTES; at++) {
    if (!isText(bytes[at]!)) return 'no';
  }
  return 'yes';
}

/** Commands that are one byte and nothing else. */
const BARE_COMMANDS = new Set([0x01, 0x09, 0x0a, 0x0d, 0x0e, 0x1f]);
/** Of the servers' own threads: nobody sends them, and zeros look like the first. */
const NEVER_SENT = new Set([0x00, 0x0b, 0x0f, 0x10, 0x1d]);
/** Commands that carry a statement. */
const STATEMENT_COMMANDS = new Set([0x03, 0x16]);
/** Payload lengths of commands that have but one. */
const FIXED_LENGTHS = new Map([
  [0x0c, 5],
  [0x19, 5],
  [0x1a, 5],
  [0x1b, 3],
  [0x1c, 9],
]);
const COM_STMT_EXECUTE = 0x17;
const MIN_EXECUTE_LENGTH = 10;

/** A command that goes on for longer proves nothing for now. */
const MAX_HELD_COMMAND = 0xffff;

/**
 * Whether a client's bytes start with a command, and hold nothing else: sequence ids 0, known command bytes,
 * lengths that fit them and the bytes. One sign alone happens by chance; all of them hardly do.
 */
export function startsWithCommand(bytes: Uint8Array, start: number, end: number): Verdict {
  let at = start;
  do {
    const body = at + HEADER_BYTES;
    if (end >= body && bytes[body - 1] !== 0) return 'no';
    if (end <= body) return 'more';
    const length = u24(bytes, at);
    const code = bytes[body]!;
    if (length === 0 || commandOf(code) === undefined || NEVER_SENT.has(code)) return 'no';
    // A statement may go on in the next segment, and nothing of it tells where it ends.
    if (STATEMENT_COMMANDS.has(code)) return startsStatement(bytes, body + 1, end);
    if (BARE_COMMANDS.has(code) && length !== 1) return 'no';
    if (FIXED_LENGTHS.has(code) && length !== FIXED_LENGTHS.get(code)) return 'no';
    if (code === COM_STMT_EXECUTE) {
      if (length < MIN_EXECUTE_LENGTH) return 'no';
      if (end - body > 4 && u32(bytes, body + 1) === LAST_PREPARED) return 'no';
    }
    if (length > MAX_HELD_COMMAND) return 'no';
    at = body + length;
  } while (at < end);
  return at === end ? 'yes' : 'more';
}

/** A letter, an opening bracket, a comment or a blank; or the counts of query attributes before it. */
function startsStatement(bytes: Uint8Array, at: number, end: number): Verdict {
  if (at >= end) return 'more';
  const first = String.fromCharCode(bytes[at]!);
  if (/[A-Za-z(/#\-\s{;*]/.test(first)) return 'yes';
  if (bytes[at]! >= NULL_VALUE) return 'no';
  if (end - at < 3) return 'more';
  return bytes[at + 1] === 1 ? 'yes' : 'no';
}

/** Capabilities, packet size and collation come before them. */
const LOGIN_RESERVED_AT = 9;
/** MariaDB has capabilities of its own behind these. */
const LOGIN_RESERVED_BYTES = 19;

/**
 * Whether a client's segment starts with a login, or the request for TLS before one (protocol 4.1): what the
 * greeting before it said is not needed to tell.
 */
export function startsWithLogin(bytes: Uint8Array, start: number, end: number): boolean {
  const body = start + HEADER_BYTES;
  const reserved = body + LOGIN_RESERVED_AT;
  if (end - start < HEADER_BYTES + SSL_REQUEST_BYTES || bytes[start + 3] !== 1) return false;
  const length = u24(bytes, start);
  if (length < SSL_REQUEST_BYTES || length > MAX_LOGIN_LENGTH) return false;
  if (((bytes[body]! | (bytes[body + 1]! << 8)) & CLIENT_PROTOCOL_41) === 0) return false;
  for (let at = reserved; at < reserved + LOGIN_RESERVED_BYTES; at++) {
    if (bytes[at] !== 0) return false;
  }
  return true;
}

/** Whether a server's segment starts as the answer to a command of one part does: sequence id 1. */
export function startsWithAnswer(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER_BYTES + 1) return false;
  const length = u24(bytes, start);
  const first = bytes[start + HEADER_BYTES]!;
  if (bytes[start + 3] !== 1 || length === 0) return false;
  if (first === 0x00) return length >= MIN_OK_LENGTH;
  if (first === ERR) return length >= 9;
  // A count of columns, or the packets of an answer that has none, in a segment they fit.
  return length <= 3 || start + HEADER_BYTES + length <= end;
}

const NULL_VALUE = 0xfb;
/** "def", the one catalog that servers know, with its length. */
const CATALOG = [0x03, 0x64, 0x65, 0x66];
/** Of a column definition behind its names: their length, and the filler. */
const DEFINITION_TAIL_BYTES = 13;
const DEFINITION_NAMES = 6;

/** Whether a payload ends a result set: EOF, the OK in its place, or ERR. */
export function isTerminator(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  const length = end - start;
  if (first === ERR) return length >= 9;
  return first === EOF && length >= 5 && length <= MAX_OK_LENGTH;
}

/** Whether a payload starts, as far as it goes, with the catalog that definitions of protocol 4.1 name. */
export function namesCatalog(bytes: Uint8Array, start: number, end: number): boolean {
  return CATALOG.every((byte, i) => start + i >= end || bytes[start + i] === byte);
}

/** Whether a payload is a column definition of protocol 4.1. */
export function isColumnDefinition(bytes: Uint8Array, start: number, end: number): boolean {
  if (!namesCatalog(bytes, start, end)) return false;
  let at = start;
  for (let i = 0; i < DEFINITION_NAMES && at >= 0; i++) at = behindText(bytes, at, end);
  return at >= 0 && end - at >= DEFINITION_TAIL_BYTES;
}

/** Values of a text row that fill a payload exactly, or -1 where they do not. */
export function textValues(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; count++) {
    at = bytes[at] === NULL_VALUE ? at + 1 : behindText(bytes, at, end);
    if (at < 0) return -1;
  }
  return count;
}

/** Whether a payload is one byte that is no text behind its length: what is said in a login, but in no row. */
function isAuthStep(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 2 && bytes[start] === 1 && bytes[start + 1]! < 0x20;
}

/** Bytes of an int<lenenc> that starts with this one. */
export function lenencWidth(first: number): number {
  if (first === 0xfc) return 3;
  if (first === 0xfd) return 4;
  return first === 0xfe ? 9 : 1;
}

/** Where a string<lenenc> at `at` ends, or -1 where it does not by `end`. */
export function behindText(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first === NULL_VALUE || first >= EOF) return -1;
  const width = lenencWidth(first);
  if (at + width > end) return -1;
  let length = first < NULL_VALUE ? first : 0;
  for (let i = width - 1; i > 0; i--) length = (length << 8) | bytes[at + i]!;
  const behind = at + width + length;
  return behind <= end ? behind : -1;
}

/** Whether a payload can be a packet of a result set, or an event of the binary log. */
export function isAnswerPacket(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    bytes[start] === 0x00 ||
    isTerminator(bytes, start, end) ||
    isColumnDefinition(bytes, start, end) ||
    isColumnCount(bytes, start, end) ||
    (textValues(bytes, start, end) > 0 && !isAuthStep(bytes, start, end))
  );
}

/** A count of at most 4096 columns, and perhaps the flag that says whether definitions follow. */
export function isColumnCount(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  if (first === 0 || first > 0xfc || first === NULL_VALUE) return false;
  const flag = start + (first === 0xfc ? 3 : 1);
  return flag === end || (flag + 1 === end && bytes[flag]! <= 1);
}

/** With the flag behind it that says whether definitions follow, one more. */
const PREPARE_OK_BYTES = 12;
const SESSION_STATE_CHANGED = 0x4000;
/** SERVER_STATUS_IN_TRANS and SERVER_STATUS_AUTOCOMMIT: hardly any session has neither. */
const ORDINARY_STATUS = 0x0003;

/**
 * Whether a payload that starts with 0 is an OK, and not a row, an event or the answer to a PREPARE: what
 * it has behind its status flags fills it.
 */
export function isOk(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== OK || end - start < MIN_OK_LENGTH) return false;
  // int<lenenc> affected rows  int<lenenc> last insert id  int<2> status  int<2> warnings  string info
  const status = behindInteger(bytes, behindInteger(bytes, start + 1, end), end);
  const info = status + 4;
  if (status < 0 || info > end) return false;
  const flags = bytes[status]! | (bytes[status + 1]! << 8);
  const isOrdinary = (flags & ORDINARY_STATUS) !== 0;
  if (info === end) return isOrdinary || flags === 0;
  if (!isOrdinary) return false;
  const behind = behindText(bytes, info, end);
  return behind === end || (behind > 0 && (flags & SESSION_STATE_CHANGED) !== 0);
}

/**
 * Whether a payload is an OK as servers before 4.1 send it, and can be no newer one: without warnings, to older clients
 * without status, too.
 */
export function isOldOk(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== OK || isOk(bytes, start, end)) return false;
  // int<lenenc> affected rows  int<lenenc> last insert id  int<2> status  string<lenenc> info
  const status = behindInteger(bytes, behindInteger(bytes, start + 1, end), end);
  const info = status + 2;
  if (status < 0 || status === end || info >= end) return status === end || info === end;
  return end - info > 2 && behindText(bytes, info, end) === end;
}

/**
 * Whether a payload is an event of the binary log, whose header has its length.
 *
 *   int<1> 0   int<4> time  int<1> type  int<4> server  int<4> length of all but the first byte …
 */
export function isBinlogEvent(bytes: Uint8Array, start: number, end: number): boolean {
  const at = start + (bytes[start + 1] === SEMI_SYNC_MAGIC ? 3 : 1);
  if (bytes[start] !== OK || end - at < BINLOG_HEADER_BYTES) return false;
  return u32(bytes, at + 9) === end - at;
}

/** First byte of what semi-sync adds: before events, and of a replica's acknowledgment (semisync.h, kPacketMagicNum). */
export const SEMI_SYNC_MAGIC = 0xef;
const BINLOG_HEADER_BYTES = 19;
/** int<1> 0   int<1> 0xef   int<1> 1 where the replica shall acknowledge the event */
const SEMI_SYNC_BYTES = 3;
/** Enough of an event to tell whether it asks for an acknowledgment. */
export const EVENT_HEAD_BYTES = SEMI_SYNC_BYTES + BINLOG_HEADER_BYTES;

/**
 * Whether a payload of `length` bytes, of which `bytes[start, end)` are at hand, is an event that the replica shall
 * acknowledge; null where too little of it is. A timestamp may look like what semi-sync adds: the event's own length
 * decides.
 */
export function asksForAck(
  bytes: Uint8Array,
  start: number,
  end: number,
  length: number,
): boolean | null {
  if (length < EVENT_HEAD_BYTES) return false;
  if (end - start < EVENT_HEAD_BYTES) return null;
  return (
    bytes[start] === OK &&
    bytes[start + 1] === SEMI_SYNC_MAGIC &&
    bytes[start + 2] === 1 &&
    u32(bytes, start + SEMI_SYNC_BYTES + 9) === length - SEMI_SYNC_BYTES
  );
}

/** Where the int<lenenc> at `at` ends, or -1 where it does not by `end`. */
export function behindInteger(bytes: Uint8Array, at: number, end: number): number {
  if (at < 0 || at >= end) return -1;
  const first = bytes[at]!;
  if (first === NULL_VALUE || first === ERR) return -1;
  const behind = at + lenencWidth(first);
  return behind <= end ? behind : -1;
}

/**
 * What kind of answer starts with a payload, where the command was not captured; null where that does not
 * show.
 */
export function replyTo(
  bytes: Uint8Array,
  start: number,
  end: number,
): 'answer' | 'prepare' | 'fieldList' | 'ok' | 'binlog' | null {
  const first = bytes[start];
  const length = end - start;
  if (first === OK) {
    if (isOk(bytes, start, end)) return 'answer';
    if (isBinlogEvent(bytes, start, end)) return 'binlog';
    const isPrepared = length >= PREPARE_OK_BYTES && length <= PREPARE_OK_BYTES + 1;
    if (isPrepared && bytes[start + 9] === 0) return 'prepare';
    return isOldOk(bytes, start, end) ? 'answer' : null;
  }
  if (first === EOF) return length < MIN_OK_LENGTH ? 'ok' : null;
  if (first === ERR) return isTerminator(bytes, start, end) ? 'answer' : null;
  if (first === NULL_VALUE || isColumnCount(bytes, start, end)) return 'answer';
  return isColumnDefinition(bytes, start, end) ? 'fieldList' : null;
}

/** A zlib stream's first byte: deflate with a window of 32 KiB. */
const ZLIB = 0x78;
/** A zstd frame's magic number (RFC 8878). */
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/** What the body of a compressed packet was packed with, by its first bytes. */
export function algorithmOf(bytes: Uint8Array, start: number, end: number): 'zlib' | 'zstd' | null {
  if (end - start < ZSTD.length) return null;
  // The header's two bytes are a multiple of 31 (RFC 1950).
  if (bytes[start] === ZLIB && (ZLIB * 256 + bytes[start + 1]!) % 31 === 0) return 'zlib';
  return ZSTD.every((byte, i) => bytes[start + i] === byte) ? 'zstd' : null;
}

/** As `startsWithCommand`, under compression: a compressed packet with number 0 that holds a command. */
export function startsWithCompressedCommand(
  bytes: Uint8Array,
  start: number,
  end: number,
): Verdict {
  return startsWithCompressed(bytes, start, end, 0, startsWithCommand);
}

/** As `startsWithAnswer`, under compression. */
export function startsWithCompressedAnswer(bytes: Uint8Array, start: number, end: number): boolean {
  const startsPlain = (...of: [Uint8Array, number, number]) =>
    startsWithAnswer(...of) ? 'yes' : 'no';
  return startsWithCompressed(bytes, start, end, 1, startsPlain) === 'yes';
}

function startsWithCompressed(
  bytes: Uint8Array,
  start: number,
  end: number,
  sequenceId: number,
  startsPlain: (bytes: Uint8Array, start: number, end: number) => Verdict,
): Verdict {
  const body = start + COMPRESSED_HEADER_BYTES;
  if (end - start >= HEADER_BYTES && bytes[start + 3] !== sequenceId) return 'no';
  if (end <= body) return 'more';
  const isPlain = u24(bytes, start + HEADER_BYTES) === 0;
  if (isPlain) return startsPlain(bytes, body, Math.min(end, body + u24(bytes, start)));
  if (end - body < ZSTD.length) return 'more';
  return algorithmOf(bytes, body, end) !== null ? 'yes' : 'no';
}

const PROXY_V1 = [...'PROXY '].map((c) => c.charCodeAt(0));
const MAX_PROXY_V1_BYTES = 107;
const PROXY_V2 = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const PROXY_V2_HEADER_BYTES = 16;

/**
 * Where a client's stream turns to the login: behind a PROXY protocol header if there is one
 * (https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt). `foreign` where no login starts there:
 * other protocols' first bytes spell lengths that no server accepts before it knows the user.
 */
export function startOfLogin(bytes: Uint8Array): number | 'more' | 'foreign' {
  if (agrees(bytes, PROXY_V1)) {
    const newline = bytes.subarray(0, MAX_PROXY_V1_BYTES).indexOf(0x0a);
    if (newline >= 0) return newline + 1;
    if (bytes.length < MAX_PROXY_V1_BYTES) return 'more';
  }
  if (agrees(bytes, PROXY_V2)) {
    if (bytes.length < PROXY_V2_HEADER_BYTES) return 'more';
    const end = PROXY_V2_HEADER_BYTES + ((bytes[14]! << 8) | bytes[15]!);
    return bytes.length < end ? 'more' : end;
  }
  if (bytes.length < HEADER_BYTES) return 'more';
  return u24(bytes, 0) > MAX_LOGIN_LENGTH ? 'foreign' : 0;
}

/** Whether bytes start with a TLS record of a handshake (RFC 8446, section 5.1): as a packet, one of 790 bytes or more. */
export function startsWithTls(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= 3 && bytes[start] === 0x16 && bytes[start + 1] === 3 && bytes[start + 2]! < 5
  );
}

/** Whether a client's stream, as far as there is one, starts as one that expects a greeting: with a login, id 1. */
export function mayBeLogin(bytes: Uint8Array): boolean {
  const start = startOfLogin(bytes);
  if (typeof start !== 'number') return start === 'more';
  return bytes.length < start + HEADER_BYTES || bytes[start + 3] === 1;
}

/** Whether the bytes, as far as there are any, are those of the prefix. */
function agrees(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => i >= bytes.length || bytes[i] === byte);
}

function isText(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}
