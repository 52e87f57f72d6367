import type { PacketType } from './packet.ts';

/**
 * The whole protocol as a table: in each state, what the packet's first byte and length make it, and
 * what comes next. The first rule that fits decides; every state ends with one that fits anything, so
 * the table is total. `exchange.ts` carries the steps out.
 *
 * Sources: page_protocol_connection_phase, page_protocol_command_phase and the pages of the commands.
 */
interface Rule {
  /** First payload byte, or ANY. */
  readonly first: number;
  readonly type: PacketType;
  readonly step: Step;
  readonly minLength: number;
  readonly maxLength: number;
}

/** Any first byte, or none in an empty packet. */
const ANY = -1;

const on = (
  first: number,
  type: PacketType,
  step: Step,
  minLength = 0,
  maxLength = Number.POSITIVE_INFINITY,
): Rule => ({ first, type, step, minLength, maxLength });

/** What a packet does to the exchange it belongs to. */
export type Step =
  /** Nothing changes: more of the same may come. */
  | 'stay'
  /** The exchange is over. */
  | 'done'
  /** A result is over; its status flags say whether another follows. */
  | 'resultEnd'
  /** A count of columns: that many definitions follow. */
  | 'columns'
  /** One definition fewer to come. */
  | 'definition'
  /** The EOF behind definitions: the rows follow, unless a cursor keeps them for COM_STMT_FETCH. */
  | 'definitionsEnd'
  /** Not the EOF that may stand here: what follows the definitions starts with this very packet. */
  | 'noDefinitionsEnd'
  /** Another definition, or the first row: nobody knows how many definitions there are. */
  | 'lateDefinition'
  /** The first row tells whether rows are text or binary. */
  | 'rows'
  /** Counts of parameters and columns: the definitions of both follow. */
  | 'prepared'
  /** The client sends a file now. */
  | 'infile'
  /** The clone plugin's own protocol starts. */
  | 'clone'
  /** What the clone plugin was asked has been answered. */
  | 'cloneAnswered'
  /** The connection speaks another protocol from here on. */
  | 'foreign';

export const OK = 0x00;
export const ERR = 0xff;
export const EOF = 0xfe;
/** COM_RES_COMPLETE and COM_RES_ERROR, plugin/clone/include/clone.h */
const CLONE_COMPLETE = 99;
const CLONE_ERROR = 100;
/** A packet with the EOF header that is longer starts with a length-encoded integer (basic EOF page). */
const MAX_EOF_LENGTH = 8;
/** An OK in place of an EOF is no 16 MiB packet; a row that starts with 0xfe is one. */
export const MAX_OK_LENGTH = 0xff_fffe;
/** Header, two lengths, status, warnings: shorter packets that start with 0 are no OK of today. */
export const MIN_OK_LENGTH = 7;
/** A count of columns, and the flag that may stand behind it. */
const MAX_COUNT_LENGTH = 4;
/** Before 4.1 an OK went without warnings, and before that without status, too. */
const OLD_OK_LENGTHS = [3, 5];

const err = on(ERR, 'ERR', 'done');
const terminators = [
  on(EOF, 'EOF', 'resultEnd', 0, MIN_OK_LENGTH - 1),
  on(EOF, 'OK', 'resultEnd', MIN_OK_LENGTH, MAX_OK_LENGTH),
];
const answer = [
  on(OK, 'OK', 'resultEnd', MIN_OK_LENGTH),
  err,
  on(0xfb, 'LocalInfileRequest', 'infile'),
  ...OLD_OK_LENGTHS.map((length) => on(OK, 'OK', 'resultEnd', length, length)),
  on(ANY, 'ColumnCount', 'columns', 1),
  on(ANY, 'Unknown', 'done'),
];

export const REPLIES = {
  /** Connection phase and COM_CHANGE_USER: server and client take turns until OK or ERR. */
  auth: [
    on(OK, 'OK', 'done'),
    err,
    on(EOF, 'AuthSwitchRequest', 'stay'),
    on(0x01, 'AuthMoreData', 'stay'),
    on(0x02, 'AuthNextFactor', 'stay'),
    // MariaDB wraps a plugin's data only where it could be taken for something else.
    on(ANY, 'AuthMoreData', 'stay', 1),
    on(ANY, 'Unknown', 'stay'),
  ],
  /** Commands that only succeed or fail. */
  ok: [
    on(OK, 'OK', 'resultEnd'),
    err,
    on(EOF, 'EOF', 'done', 0, MAX_EOF_LENGTH),
    on(ANY, 'Unknown', 'done'),
  ],
  /** COM_QUERY and what answers like it. */
  answer,
  /** COM_STMT_EXECUTE: the same, with rows in the binary protocol. */
  binaryAnswer: answer,
  definitions: [err, on(ANY, 'ColumnDefinition', 'definition', 1), on(ANY, 'Unknown', 'done')],
  /** Behind the definitions: an EOF unless CLIENT_DEPRECATE_EOF was agreed on. */
  definitionsEnd: [
    on(EOF, 'EOF', 'definitionsEnd', 0, MIN_OK_LENGTH - 1),
    on(ANY, 'Unknown', 'noDefinitionsEnd'),
  ],
  /** Definitions whose count was not captured. */
  lateDefinitions: [
    on(EOF, 'EOF', 'definitionsEnd', 0, MIN_OK_LENGTH - 1),
    err,
    on(ANY, 'ColumnDefinition', 'lateDefinition'),
  ],
  /** Rows that answer a command which was not captured. */
  anyRows: [...terminators, err, on(ANY, 'TextRow', 'rows')],
  textRows: [...terminators, err, on(ANY, 'TextRow', 'stay')],
  binaryRows: [...terminators, err, on(ANY, 'BinaryRow', 'stay')],
  prepare: [
    on(OK, 'StmtPrepareOK', 'prepared'),
    err,
    // A result set, as if it had been a COM_QUERY: not what is due, but readable.
    on(ANY, 'ColumnCount', 'columns', 1, MAX_COUNT_LENGTH),
    on(ANY, 'Unknown', 'done'),
  ],
  fieldList: [...terminators, err, on(ANY, 'ColumnDefinition', 'stay')],
  statistics: [err, on(ANY, 'Statistics', 'done')],
  /** While the client sends a file the server is silent, unless it gives up. */
  infile: [err, on(OK, 'OK', 'resultEnd'), on(ANY, 'Unknown', 'done')],
  binlog: [
    on(OK, 'BinlogEvent', 'stay'),
    err,
    on(EOF, 'EOF', 'done', 0, MAX_EOF_LENGTH),
    on(ANY, 'Unknown', 'stay'),
  ],
  /** COM_CLONE: behind its OK the clone plugins talk, in packets that all have the number 0. */
  clone: [on(OK, 'OK', 'clone'), err, on(ANY, 'Unknown', 'done')],
  cloning: [
    on(CLONE_COMPLETE, 'CloneResponse', 'cloneAnswered'),
    on(CLONE_ERROR, 'CloneResponse', 'cloneAnswered'),
    on(ANY, 'CloneResponse', 'stay'),
  ],
  /** COM_SUBSCRIBE_GROUP_REPLICATION_STREAM: behind its OK the group's members talk. */
  subscription: [on(OK, 'OK', 'foreign'), err, on(ANY, 'Unknown', 'done')],
  /** The answer to a command whose answer is not known: over when the next command comes. */
  unknown: [err, on(ANY, 'Unknown', 'stay')],
} as const satisfies Record<string, readonly Rule[]>;

export type ReplyState = keyof typeof REPLIES;

/** A MariaDB progress report: an ERR header with code 0xffff, at any point of any answer. */
const progress = on(ERR, 'Progress', 'stay');
const PROGRESS_CODE = 0xffff;

/** Of a state, by first byte + 1: the rules that can fit. Made when the state is first met. */
const byFirst = new Map<ReplyState, readonly (readonly Rule[])[]>();

function indexed(rules: readonly Rule[]): readonly (readonly Rule[])[] {
  const fitting = (first: number) =>
    rules.filter((rule) => rule.first === ANY || rule.first === first);
  // Most first bytes have no rule of their own.
  const table = new Array<readonly Rule[]>(257).fill(fitting(ANY));
  for (const { first } of rules) table[first + 1] = fitting(first);
  return table;
}

/** The rule for a packet in `state`; `code` is the error code that follows an ERR header, else -1. */
export function ruleFor(state: ReplyState, first: number, length: number, code: number): Rule {
  if (code === PROGRESS_CODE) return progress;
  let table = byFirst.get(state);
  if (table === undefined) {
    table = indexed(REPLIES[state]);
    byFirst.set(state, table);
  }
  const rules = table[first + 1]!;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    if (length >= rule.minLength && length <= rule.maxLength) return rule;
  }
  throw new Error(`state ${state} has no rule for every packet`);
}
