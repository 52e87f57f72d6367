import { decodeText } from '../bytes/text.ts';
import type { Frame } from '../capture/frame.ts';
import { protocolOf } from '../protocols/index.ts';
import type { Arrival } from '../tcp/connection.ts';
import type { Packet, PacketType } from './packet.ts';
import type { AuthStep } from './session.ts';

/** What is kept of a packet that a finding may have to name. */
export interface Noted {
  readonly type: PacketType | 'CompressedPacket' | 'TlsRecords';
  readonly fromClient: boolean;
  readonly frame: Frame;
  readonly sequenceId: number;
  readonly length: number;
  /** Where it ends in its sender's stream. */
  readonly endOffset: number;
  /** How much of the other side's stream its sender had acknowledged, or -1 where that is not known. */
  readonly acknowledged: number;
  /** Of an ERR. */
  readonly error: ServerError | null;
  /** Of a command that a finding may have to name: the beginning of its statement, without secrets. */
  statement: string | null;
}

export interface ServerError {
  readonly code: number;
  readonly sqlState: string | null;
  readonly message: string;
}

/** A packet whose sequence id is not the one its reader expects. */
export interface Mismatch {
  readonly packet: Noted;
  readonly expected: number;
  /** The sequence id that stands there instead: of the packet, or of one of its 16 MiB parts. */
  readonly got: number;
  /** It stands in a later part of a packet of several. */
  readonly inPart: boolean;
  /** The reader's own packet that it wanted the answer to, or null where it had sent none. */
  readonly readFor: Noted | null;
  /** The packet had come before `readFor` left. */
  readonly stale: boolean;
  /** The number goes on from the server's packet before, as if nothing had started anew. */
  readonly continues: boolean;
  /** Bytes that came where a greeting should be, when they are none; else empty. */
  readonly banner: string;
  /** The protocol that they are of, if it is known. */
  readonly protocol?: string | null;
  /** Where its reader's counter stood when the packet came, if no command was running then. */
  readonly idleExpected?: number | null;
}

/** A packet that came while its reader was not waiting for one. */
export interface Unread {
  readonly packet: Noted;
  /** What the client was still sending, as far as it had come. */
  readonly interrupted: Noted | null;
  /** Where the client's counter stood, behind the answer before; null before the login's. */
  readonly idleExpected: number | null;
  /** The last command before it, answered or not; null if there was none. */
  readonly after: Noted | null;
  /** What the client sent next, so what it took the packet for an answer to; null if nothing. */
  readBy: Noted | null;
}

/** A command that left its client while the answer to another one was still to be read. */
export interface Overlap {
  readonly command: Noted;
  /** What the client had asked before. */
  readonly before: Noted;
  /** How far the server's stream goes with the answer to that, or null where it had not ended. */
  readonly answerEnd: number | null;
  /** Commands whose answers were still to come. */
  readonly outstanding: number;
  /** Bytes of the answer that its client had when the command left. */
  readonly received: number;
  /** Where the two answers start, as far as they came. */
  beforeAnswer: Frame | null;
  commandAnswer: Frame | null;
}

/** The first packet of an answer that was sent before the command could have arrived. */
interface Early {
  readonly packet: Noted;
  readonly request: Noted;
  /** The command before that, which its client wants no answer to; or null. */
  readonly after: Noted | null;
}

/** A prepared statement whose result has another number of columns than the answer to its PREPARE had said. */
interface StaleMetadata {
  readonly prepared: Noted;
  readonly execute: Noted;
  readonly answer: Noted;
  readonly said: number;
  readonly came: number;
}

/** What the client had asked and the connection ended without. */
export interface Pending {
  readonly request: Noted;
  readonly isLogin: boolean;
  /** Something of the answer had come. */
  readonly answered: boolean;
  /** Requests behind it that were not answered either. */
  readonly more: number;
  /** Nothing was due from the server: it waited for the client's answer, or for its file. */
  readonly waitsForClient: boolean;
}

/** The client's turn within an exchange: the server has asked for something, and waits. */
export interface Turn {
  /** The server's packet that asks: AuthSwitchRequest, AuthMoreData, AuthNextFactor, LocalInfileRequest. */
  readonly asked: Noted;
  /** What the client had opened the exchange with; null where it was not captured. */
  readonly request: Noted | null;
  /** Of authentication: the plugin in charge, and what its data asked for. */
  readonly plugin: string | null;
  readonly step: AuthStep | null;
  /** Of a file: its bytes that came, and where the last of them stands. */
  fileBytes: number;
  fileFrame: Frame | null;
  /** What the client answered; of a file the empty packet that ends it. */
  answer: Noted | null;
  /** What it sent there that is no answer: a command. */
  instead: Noted | null;
  /** The ERR that ended the exchange. */
  error: Noted | null;
  /** Of a file that had ended: what the client sent behind its end, as if it went on. */
  afterEnd: Noted | null;
}

/** A packet of which the sender's stream has only the start. */
export interface PartialPacket {
  readonly frame: Frame;
  /** Of what came last of it. */
  readonly lastFrame: Frame;
  readonly length: number;
  /** Payload bytes of it that came. */
  readonly received: number;
}

/** Somebody ends other connections, or what they do. */
export interface Kill {
  readonly request: Noted;
  /** As the client wrote it. */
  readonly text: string;
  /** The server's number of the connection, or a user, all of whose connections it is. */
  readonly of: number | string;
  /** Only its statement. */
  readonly isQuery: boolean;
}

/** Somebody tells a Galera node which cluster it is of, or whom to serve. */
export interface ClusterOrder {
  readonly request: Noted;
  /** As the client wrote it. */
  readonly text: string;
}

/** A time-out that the client has set for its session. */
export interface SetTimeout {
  readonly request: Noted;
  /** As the server calls it: wait_timeout. */
  readonly name: string;
  readonly seconds: number;
}

/** What a replica says of itself before it asks for the binary log. */
export interface Replica {
  serverId: number | null;
  /** Its server_uuid; null of MariaDB's, which have none. */
  uuid: string | null;
  /** Its report_host. */
  host: string;
  /** What asks for the binary log. */
  dump: Noted | null;
}

/** What a connection's MySQL conversation showed; findings are judged on this alone. */
export interface Facts {
  greeting: Noted | null;
  /** The first packet with the client's capabilities: login or SSLRequest. */
  login: Noted | null;
  /** Of the greeting and of a login with an answer to its scramble: hashes of their bytes, the same on every leg of a session. */
  readonly marks: { greeting: number | null; login: number | null };
  /** The ERR that refused it. */
  loginError: Noted | null;
  /** The OK that accepted it. */
  loginOk: Noted | null;
  /** The client asked for TLS here, and went on in the clear. */
  tlsRequest: Noted | null;
  /** What the client sent where its login was due, and is a command. */
  insteadOfLogin: Noted | null;
  /** The client's last turn, answered or not; null once its exchange has ended well, or another one has begun. */
  turn: Turn | null;
  /** The first COM_CHANGE_USER that was refused, and the ERR that did it. */
  changeUserRefused: { readonly request: Noted; readonly refusal: Noted } | null;
  /** The client has sent a password in the clear where anybody could read it. */
  clearPassword: Noted | null;
  /** The client's stream began with a PROXY protocol header. */
  proxyHeader: Noted | null;
  /** Packets of the server that came while nobody waited for one. */
  unread: readonly Unread[];
  /** In the order of reading; at most `MAX_MISMATCHES`. */
  mismatches: readonly Mismatch[];
  /** All of them, kept or not. */
  mismatchCount: number;
  /** The first few; in the order of the commands. */
  overlaps: readonly Overlap[];
  overlapCount: number;
  /** The first answer that cannot be one to the command it stands behind. */
  early: Early | null;
  staleMetadata: StaleMetadata | null;
  /** ERR 1156: the server found a wrong sequence id, or bytes that are no packet. */
  outOfOrder: Noted | null;
  /** Of the exchange that ended last: what was asked, and where the answer ended in the server's stream. */
  lastRequest: Noted | null;
  lastReply: Frame | null;
  lastReplyEnd: number;
  /** The ERR that was that answer. */
  lastError: Noted | null;
  /** The last command that has no answer: COM_STMT_CLOSE. */
  lastUnanswered: Noted | null;
  /** What opened the transaction that was open when the last answer ended (SERVER_STATUS_IN_TRANS), or null. */
  transaction: Noted | null;
  /** The largest packet of the server, if it is larger than any limit that a client would have. */
  largest: Noted | null;
  /** What the server still said to a client that had left. */
  farewell: Noted | null;
  /** What was going on at the end is known: nothing of it is missing. */
  isSettled: boolean;
  pending: Pending | null;
  /** What the server and the client were in the midst of sending at the end. */
  serverPartial: PartialPacket | null;
  clientPartial: PartialPacket | null;
  quit: Noted | null;
  /** What the client still sent behind its COM_QUIT. */
  afterQuit: Noted | null;
  /** The first request for a file (LOCAL INFILE) that the client served. */
  infile: Noted | null;
  kills: readonly Kill[];
  /** The client asks the server to stop. */
  shutdown: Noted | null;
  timeouts: readonly SetTimeout[];
  clusterOrder: ClusterOrder | null;
  /** The first ERR 1047 of a Galera node that is not part of a cluster. */
  notReady: Noted | null;
  replica: Replica | null;
  /** The ERR that ended a stream of binlog events, and what had asked for them. */
  streamError: {
    readonly packet: Noted & { error: ServerError };
    readonly request: Noted | null;
  } | null;
  /** An answer has an EOF where it should not, or the other way round. */
  eofFault: EofFault | null;
  /** Packets that are not shaped as they must be, by sender; the first few. */
  malformed: { readonly answers: readonly Malformed[]; readonly commands: readonly Malformed[] };
  /** All of them, kept or not. */
  malformedCount: number;
  /** The first packet that said that another result follows (SERVER_MORE_RESULTS_EXISTS), and none did. */
  brokenPromise: { readonly packet: Noted; readonly request: Noted | null } | null;
  wrongLength: WrongLength | null;
  compressionFault: CompressionFault | null;
  /** The first ERR by which the server says that it cannot make anything of a command. */
  complaint: Complaint | null;
  /** Some of the conversation is not in the capture: what was not seen may still have been said. */
  bytesMissing: boolean;
  clientFin: Frame | null;
  serverFin: Frame | null;
  /** How much of the server's stream the client had when it closed: its FIN or RST says so; or -1. */
  clientHad: number;
  /** How much of the server's stream the client's host had acknowledged in the end. */
  clientReceived: number;
  /** How much of the client's stream the server's FIN acknowledged, the client's FIN counting as a byte; or -1. */
  serverFinAcknowledged: number;
  /** Where the client's stream ends, as far as it was captured: there stands its FIN, captured or not. */
  clientEnd: number;
  reset: {
    readonly byClient: boolean;
    readonly frame: Frame;
    /** Of the other side's stream, what its sender had received; -1 where it had no such connection. */
    readonly acknowledged: number;
  } | null;
}

/** Both sides had agreed whether answers have EOF packets (CLIENT_DEPRECATE_EOF), and this one is not so. */
export interface EofFault {
  readonly packet: Noted;
  readonly request: Noted | null;
  readonly fault: /** An EOF that should not be there: behind the definitions, behind the rows. */
    | 'behindDefinitions'
    | 'unwanted'
    /** An OK behind the rows, where an EOF is due. */
    | 'okInstead'
    /** None behind the definitions. */
    | 'missing'
    /** One more definition in its place. */
    | 'late'
    /** One where a column's definition is due. */
    | 'early';
}

/** A packet that is not shaped as it must be. */
export interface Malformed {
  readonly packet: Noted;
  /** The command that it answers, if it is an answer. */
  readonly request: Noted | null;
  /** What is wrong, and where, as in the packet's `problems`. */
  readonly what: string;
  /** The field alone. */
  readonly field: string;
  /** Some bytes from shortly before the place on, in hex; empty where they may be a credential. */
  readonly bytes: string;
  /** All of it could be read; there is more. */
  readonly isLeftOver: boolean;
  /** Of a command: the ERR that answered it. */
  refusal: Noted | null;
}

interface Complaint {
  readonly packet: Noted & { error: ServerError };
  readonly request: Noted;
  /** The command that had closed the statement in question. */
  readonly closedBy: Noted | null;
}

/** A packet whose header announces another length than it has: what follows is read from a wrong place. */
interface WrongLength {
  readonly packet: Noted;
  /** The command that it answers, if it is an answer. */
  readonly request: Noted | null;
  /** Payload bytes that it has, by its own shape and what stands behind it. */
  readonly carried: number;
}

/** Compression was agreed on, and one side does not do it, or not as it must. */
export interface CompressionFault {
  readonly packet: Noted;
  /** Packets as they are in place of compressed ones; or one that does not unpack to what its header says. */
  readonly fault: 'plain' | 'unpack';
  /** Why it does not unpack, as in "cannot be unpacked: …"; empty for `plain`. */
  readonly reason: string;
  /** The first seven bytes, which are a compressed packet's header, or are read as one. */
  readonly header: Uint8Array;
}

/** One fault repeats itself in every packet that is made so: the first tells it, a few more show it. */
const MAX_MALFORMED = 4;

/** One fault repeats itself in every packet that follows: the first few tell it. */
const MAX_MISMATCHES = 8;

/** Out-of-band packets kept until somebody reads them; a server that closes sends one. */
const MAX_UNREAD = 8;

/** Overlaps kept: enough to find some among what a library sends ahead; the counter says how many. */
const MAX_OVERLAPS = 32;
/** Kills and settings kept of one connection: a tool that kills runs through a list of some hundred. */
const MAX_STATEMENT_FACTS = 256;

/** Shared by all connections, most of which have nothing of the kind; what has something gets a list of its own. */
const NONE: readonly never[] = [];
const NO_MALFORMED: Facts['malformed'] = { answers: NONE, commands: NONE };

export function newFacts(): Facts {
  return {
    greeting: null,
    login: null,
    marks: { greeting: null, login: null },
    loginError: null,
    loginOk: null,
    tlsRequest: null,
    insteadOfLogin: null,
    turn: null,
    changeUserRefused: null,
    clearPassword: null,
    proxyHeader: null,
    unread: NONE,
    mismatches: NONE,
    mismatchCount: 0,
    overlaps: NONE,
    overlapCount: 0,
    early: null,
    staleMetadata: null,
    outOfOrder: null,
    lastRequest: null,
    lastReply: null,
    lastReplyEnd: 0,
    lastError: null,
    lastUnanswered: null,
    transaction: null,
    largest: null,
    farewell: null,
    isSettled: false,
    pending: null,
    serverPartial: null,
    clientPartial: null,
    quit: null,
    afterQuit: null,
    infile: null,
    kills: NONE,
    shutdown: null,
    timeouts: NONE,
    clusterOrder: null,
    notReady: null,
    replica: null,
    streamError: null,
    eofFault: null,
    malformed: NO_MALFORMED,
    malformedCount: 0,
    brokenPromise: null,
    wrongLength: null,
    compressionFault: null,
    complaint: null,
    bytesMissing: false,
    clientFin: null,
    serverFin: null,
    clientHad: -1,
    clientReceived: 0,
    serverFinAcknowledged: -1,
    clientEnd: 0,
    reset: null,
  };
}

/** A list with one more, unless it has as many as are kept. */
function withAnother<T>(list: readonly T[], another: T, most: number): readonly T[] {
  return list.length < most ? [...list, another] : list;
}

export function addMismatch(facts: Facts, mismatch: Mismatch): void {
  facts.mismatchCount++;
  facts.mismatches = withAnother(facts.mismatches, mismatch, MAX_MISMATCHES);
}

export function addMalformed(facts: Facts, malformed: Malformed): void {
  facts.malformedCount++;
  const side = malformed.packet.fromClient ? 'commands' : 'answers';
  const list = withAnother(facts.malformed[side], malformed, MAX_MALFORMED);
  facts.malformed = { ...facts.malformed, [side]: list };
}

export function addOverlap(facts: Facts, overlap: Overlap): void {
  facts.overlapCount++;
  facts.overlaps = withAnother(facts.overlaps, overlap, MAX_OVERLAPS);
}

/** What looked sent ahead of the answer to `before` was not: that had ended, though it said otherwise. */
export function dropOverlaps(facts: Facts, before: Noted | null): void {
  const { overlaps } = facts;
  if (overlaps.length === 0) return;
  facts.overlaps = overlaps.filter((overlap) => overlap.before !== before);
  facts.overlapCount -= overlaps.length - facts.overlaps.length;
}

/** The answer to `request` starts in `frame`: notes it where that is one of two which overlap. */
export function noteAnswer({ overlaps }: Facts, request: Noted | null, frame: Frame): void {
  for (const overlap of overlaps) {
    if (overlap.before === request) overlap.beforeAnswer = frame;
    if (overlap.command === request) overlap.commandAnswer = frame;
  }
}

export function addKill(facts: Facts, kill: Kill): void {
  facts.kills = withAnother(facts.kills, kill, MAX_STATEMENT_FACTS);
}

/** With which the server answers who kills its own connection: ER_CONNECTION_KILLED, ER_QUERY_INTERRUPTED. */
const OF_ITSELF: ReadonlySet<number> = new Set([1927, 1317]);

/** The server has refused `request`: if it was a KILL, nobody was killed. */
export function dropKill(facts: Facts, request: Noted | null, { code }: ServerError): void {
  if (facts.kills.at(-1)?.request !== request || OF_ITSELF.has(code)) return;
  facts.kills = facts.kills.slice(0, -1);
}

export function addTimeout(facts: Facts, timeout: SetTimeout): void {
  facts.timeouts = withAnother(facts.timeouts, timeout, MAX_STATEMENT_FACTS);
}

export function addUnread(facts: Facts, unread: Unread): void {
  facts.unread = withAnother(facts.unread, unread, MAX_UNREAD);
}

/**
 * The client waits for the answer to `request` (or, behind a proxy, to what was not captured), and
 * reads first what has been waiting for it. Where that has the wrong number, it is a mismatch.
 */
export function readUnread(facts: Facts, request: Noted | null, expected: number): void {
  if (facts.unread.length === 0) return;
  const waiting = facts.unread.find((unread) => unread.readBy === null);
  if (waiting === undefined) return;
  waiting.readBy = request;
  const { packet, idleExpected } = waiting;
  if (packet.sequenceId === expected) return;
  facts.unread = facts.unread.filter((unread) => unread !== waiting);
  addMismatch(facts, {
    packet,
    expected,
    got: packet.sequenceId,
    inPart: false,
    readFor: request,
    stale: true,
    continues: false,
    banner: '',
    idleExpected,
  });
}

/** `sequenceId` is the one that its reader checks: under compression, the compressed packet's. */
export function note(
  type: PacketType,
  packet: Packet,
  error: ServerError | null,
  sequenceId = packet.sequenceId,
): Noted {
  return {
    type,
    fromClient: packet.fromClient,
    frame: packet.frame,
    sequenceId,
    length: packet.length,
    endOffset: packet.endOffset,
    acknowledged: packet.acknowledged,
    error,
    statement: null,
  };
}

/** Notes the head of a compressed packet. */
export function noteCompressed(
  fromClient: boolean,
  sequenceId: number,
  length: number,
  arrival: Arrival,
): Noted {
  return {
    type: 'CompressedPacket',
    fromClient,
    frame: arrival.frame,
    sequenceId,
    length,
    endOffset: arrival.offset,
    acknowledged: arrival.acknowledged,
    error: null,
    statement: null,
  };
}

/** Bytes of a stream, and where they came from. */
type Bytes = Arrival & { readonly bytes: Uint8Array };

/** Notes bytes that are no MySQL packet; the fourth stands where a sequence id would. */
export function noteBytes(run: Bytes, fromClient: boolean): Noted {
  return {
    type: 'Unknown',
    fromClient,
    frame: run.frame,
    sequenceId: run.bytes[3] ?? 0,
    length: run.bytes.length,
    endOffset: run.offset + run.bytes.length,
    acknowledged: run.acknowledged,
    error: null,
    statement: null,
  };
}

/** Enough of another protocol's first bytes to show which it is. */
const BANNER_BYTES = 64;

/** What a reader makes of another protocol's first bytes, of which there are at least four. */
export function foreignBytes(run: Bytes, fromClient: boolean, expected: number): Mismatch {
  const { bytes } = run;
  // The length that a reader takes the first three bytes for.
  const length = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16);
  return {
    packet: { ...noteBytes(run, fromClient), length },
    expected,
    got: bytes[3]!,
    inPart: false,
    readFor: null,
    stale: false,
    continues: false,
    banner: decodeText(bytes.subarray(0, BANNER_BYTES)),
    protocol: protocolOf(bytes, fromClient ? 'client' : 'server'),
  };
}
