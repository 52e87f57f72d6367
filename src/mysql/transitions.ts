import type { PacketType } from './packet.ts';

/**
 * The whole protocol as a table: in each state, what the packet's first byte and length make it, and
 * what comes next. The first rule that fits decides; every state ends with one that fits anything, so
 * the table is total. `exchange.ts` carries the steps out.
 *
 * Sources: page_protocol_connection_phase, page_protocol_command_phase and the pages of the commands.
 */
interface Rule {
  /** First payload byte; absent: any, also none. */
  readonly first?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly type: PacketType;
  readonly step: Step;
}

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
  /** Counts of parameters and columns: the definitions of both follow. */
  | 'prepared'
  /** The client sends a file now. */
  | 'infile'
  /** An event of a replication stream. */
  | 'event';

const OK = 0x00;
const ERR = 0xff;
const EOF = 0xfe;
/** A packet with the EOF header that is longer starts with a length-encoded integer (basic EOF page). */
const MAX_EOF_LENGTH = 8;
/** An OK in place of an EOF is no 16 MiB packet; a row that starts with 0xfe is one. */
const MAX_OK_LENGTH = 0xff_fffe;
/** Header, two lengths, status, warnings: shorter packets that start with 0 are no OK. */
const MIN_OK_LENGTH = 7;

const err: Rule = { first: ERR, type: 'ERR', step: 'done' };
const terminators: Rule[] = [
  { first: EOF, maxLength: MIN_OK_LENGTH - 1, type: 'EOF', step: 'resultEnd' },
  { first: EOF, maxLength: MAX_OK_LENGTH, type: 'OK', step: 'resultEnd' },
];
const answer: Rule[] = [
  { first: OK, minLength: MIN_OK_LENGTH, type: 'OK', step: 'resultEnd' },
  err,
  { first: 0xfb, type: 'LocalInfileRequest', step: 'infile' },
  { minLength: 1, type: 'ColumnCount', step: 'columns' },
  { type: 'Unknown', step: 'done' },
];

export const REPLIES = {
  /** Connection phase and COM_CHANGE_USER: server and client take turns until OK or ERR. */
  auth: [
    { first: OK, type: 'OK', step: 'done' },
    err,
    { first: EOF, type: 'AuthSwitchRequest', step: 'stay' },
    { first: 0x01, type: 'AuthMoreData', step: 'stay' },
    { first: 0x02, type: 'AuthNextFactor', step: 'stay' },
    { type: 'Unknown', step: 'stay' },
  ],
  ok: [
    { first: OK, type: 'OK', step: 'resultEnd' },
    err,
    { first: EOF, maxLength: MAX_EOF_LENGTH, type: 'EOF', step: 'done' },
    { type: 'Unknown', step: 'done' },
  ],
  /** COM_QUERY and what answers like it. */
  answer,
  binaryAnswer: answer,
  definitions: [
    err,
    { minLength: 1, type: 'ColumnDefinition', step: 'definition' },
    { type: 'Unknown', step: 'done' },
  ],
  /** Behind the definitions: an EOF unless CLIENT_DEPRECATE_EOF was agreed on. */
  definitionsEnd: [
    { first: EOF, maxLength: MIN_OK_LENGTH - 1, type: 'EOF', step: 'definitionsEnd' },
    { type: 'Unknown', step: 'noDefinitionsEnd' },
  ],
  textRows: [...terminators, err, { type: 'TextRow', step: 'stay' }],
  binaryRows: [...terminators, err, { type: 'BinaryRow', step: 'stay' }],
  prepare: [
    { first: OK, type: 'StmtPrepareOK', step: 'prepared' },
    err,
    { type: 'Unknown', step: 'done' },
  ],
  fieldList: [...terminators, err, { type: 'ColumnDefinition', step: 'stay' }],
  statistics: [err, { type: 'Statistics', step: 'done' }],
  /** While the client sends a file the server is silent, unless it gives up. */
  infile: [err, { first: OK, type: 'OK', step: 'resultEnd' }, { type: 'Unknown', step: 'done' }],
  binlog: [
    { first: OK, type: 'BinlogEvent', step: 'event' },
    err,
    { first: EOF, maxLength: MAX_EOF_LENGTH, type: 'EOF', step: 'done' },
    { type: 'Unknown', step: 'stay' },
  ],
  /** The answer to a command whose answer is not known: over when the next command comes. */
  unknown: [{ type: 'Unknown', step: 'stay' }],
} as const satisfies Record<string, readonly Rule[]>;

export type ReplyState = keyof typeof REPLIES;

/** A MariaDB progress report: an ERR header with code 0xffff, at any point of any answer. */
const progress: Rule = { first: ERR, type: 'Progress', step: 'stay' };

/** The rule for a packet in `state`; `second` and `third` are the payload's next bytes or -1. */
export function ruleFor(state: ReplyState, first: number, length: number, code: number): Rule {
  if (first === ERR && code === 0xffff) return progress;
  const rules: readonly Rule[] = REPLIES[state];
  for (const rule of rules) {
    if (
      (rule.first === undefined || rule.first === first) &&
      (rule.minLength === undefined || length >= rule.minLength) &&
      (rule.maxLength === undefined || length <= rule.maxLength)
    ) {
      return rule;
    }
  }
  throw new Error(`state ${state} has no rule for every packet`);
}
