import type { Cursor } from '../../bytes/cursor.ts';
import type { Fields } from '../messages/message.ts';
import { redactSecrets } from '../redact.ts';
import type { DecodeEvent, EventHead } from './event.ts';
import { type BinlogState, postHeaderLength } from './state.ts';

const QUERY_EVENT = 2;
/** Before 5.0 the fixed part ended with the error code. */
const LENGTH_WITHOUT_STATUS = 11;

/**
 * QUERY_EVENT, class Query_event
 *
 *   int<4> thread id   int<4> execution time, s   int<1> schema's length   int<2> error code
 *   int<2> status variables' length   status variables   schema   NUL   string<$> statement
 */
export const queryEvent: DecodeEvent = (c, fields, binlog, head) => {
  const lengths = queryHead(c, fields, binlog, head);
  statusAndSchema(c, fields, lengths);
  fields.sql = redactSecrets(c, c.restText('sql'));
};

interface Lengths {
  schema: number;
  status: number;
}

function queryHead(c: Cursor, fields: Fields, binlog: BinlogState, head: EventHead): Lengths {
  fields.threadId = c.u32('threadId');
  fields.executionTime = c.u32('executionTime');
  const schema = c.u8('schemaLength');
  fields.errorCode = c.u16('errorCode');
  const status = hasStatusVars(c, binlog, head, schema) ? c.u16('statusVarsLength') : 0;
  fields.statusVarsLength = status;
  return { schema, status };
}

/**
 * Servers before 5.0 describe their format at the start of a log alone: where that was not captured, what stands behind
 * the schema tells.
 */
function hasStatusVars(
  c: Cursor,
  binlog: BinlogState,
  { type, isCut }: EventHead,
  schema: number,
): boolean {
  const length = postHeaderLength(binlog, type);
  if (length !== null) return length !== LENGTH_WITHOUT_STATUS;
  const { bytes, pos, end } = c;
  const isNul = (at: number) => at < end && bytes[at] === 0;
  if (type !== QUERY_EVENT || isCut || !isNul(pos + schema)) return true;
  return isNul(pos + 2 + (bytes[pos]! | (bytes[pos + 1]! << 8)) + schema);
}

function statusAndSchema(c: Cursor, fields: Fields, { schema, status }: Lengths): void {
  c.skip('statusVars', status);
  fields.schema = c.text('schema', schema);
  c.skip('schemaEnd', 1);
}

/**
 * QUERY_COMPRESSED_EVENT of MariaDB: as QUERY_EVENT, the statement compressed
 *
 *   int<1> 0x80, algorithm << 4, width of the length   the uncompressed length, big-endian   zlib data
 */
export const queryCompressedEvent: DecodeEvent = (c, fields, binlog, head) => {
  const lengths = queryHead(c, fields, binlog, head);
  statusAndSchema(c, fields, lengths);
  compressedLengths(c, fields, head);
};

/** What MariaDB puts before compressed data: see `queryCompressedEvent`. */
export function compressedLengths(c: Cursor, fields: Fields, { isCut }: EventHead): void {
  const width = c.u8('uncompressedLength') & 0x07;
  const { bytes, start, end } = c.span('uncompressedLength', width);
  let length = 0;
  for (let at = start; at < end; at++) length = length * 0x100 + bytes[at]!;
  fields.uncompressedLength = length;
  fields.compressedLength = isCut ? null : c.left;
}

const DUPLICATE_HANDLING = ['LOAD_DUP_ERROR', 'LOAD_DUP_IGNORE', 'LOAD_DUP_REPLACE'];

/**
 * EXECUTE_LOAD_QUERY_EVENT, class Execute_load_query_event: QUERY_EVENT, and behind its fixed part
 *
 *   int<4> file id   int<4> start and int<4> end of the file's name in the statement
 *   int<1> what to do with duplicates
 */
export const executeLoadQueryEvent: DecodeEvent = (c, fields, binlog, head) => {
  const lengths = queryHead(c, fields, binlog, head);
  fields.fileId = c.u32('fileId');
  c.skip('fileNamePosition', 8);
  const handling = c.u8('duplicateHandling');
  fields.duplicateHandling = DUPLICATE_HANDLING[handling] ?? `HANDLING_${handling}`;
  statusAndSchema(c, fields, lengths);
  fields.sql = redactSecrets(c, c.restText('sql'));
};

/** BEGIN_LOAD_QUERY_EVENT and APPEND_BLOCK_EVENT: int<4> file id   the file's next bytes */
export const loadBlockEvent: DecodeEvent = (c, fields, _binlog, { isCut }) => {
  fields.fileId = c.u32('fileId');
  fields.blockLength = isCut ? null : c.left;
};

/** DELETE_FILE_EVENT and EXEC_LOAD_EVENT: int<4> file id */
export const fileIdEvent: DecodeEvent = (c, fields) => {
  fields.fileId = c.u32('fileId');
};

/** ROWS_QUERY_LOG_EVENT, class Rows_query_event: int<1> length, ignored   string<$> statement */
export const rowsQueryLogEvent: DecodeEvent = (c, fields) => {
  c.skip('sqlLength', 1);
  fields.sql = redactSecrets(c, c.restText('sql'));
};

/** ANNOTATE_ROWS_EVENT of MariaDB: string<$> statement */
export const annotateRowsEvent: DecodeEvent = (c, fields) => {
  fields.sql = redactSecrets(c, c.restText('sql'));
};
