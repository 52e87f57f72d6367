import type { BinlogEventType } from './event.ts';
import {
  gtidLogEvent,
  gtidTaggedLogEvent,
  mariadbGtidEvent,
  mariadbGtidListEvent,
  previousGtidsLogEvent,
} from './gtid-events.ts';
import {
  binlogCheckpointEvent,
  formatDescriptionEvent,
  heartbeatLogEvent,
  heartbeatLogEventV2,
  incidentEvent,
  rotateEvent,
  startEncryptionEvent,
  startEventV3,
} from './log-file-events.ts';
import {
  annotateRowsEvent,
  executeLoadQueryEvent,
  fileIdEvent,
  loadBlockEvent,
  queryCompressedEvent,
  queryEvent,
  rowsQueryLogEvent,
} from './query-events.ts';
import { rowsEvent, tableMapEvent } from './row-events.ts';
import {
  transactionPayloadEvent,
  viewChangeEvent,
  xaPrepareLogEvent,
  xidEvent,
} from './transaction-events.ts';
import { intvarEvent, randEvent, userVarEvent } from './variable-events.ts';

/** Log_event_type of both servers, MariaDB's own from 160 on. One line adds an event. */
export const EVENTS: Readonly<Partial<Record<number, BinlogEventType>>> = {
  0: { name: 'UNKNOWN_EVENT' },
  1: { name: 'START_EVENT_V3', decode: startEventV3 },
  2: { name: 'QUERY_EVENT', decode: queryEvent },
  3: { name: 'STOP_EVENT' },
  4: { name: 'ROTATE_EVENT', decode: rotateEvent },
  5: { name: 'INTVAR_EVENT', decode: intvarEvent },
  6: { name: 'LOAD_EVENT' },
  7: { name: 'SLAVE_EVENT' },
  8: { name: 'CREATE_FILE_EVENT' },
  9: { name: 'APPEND_BLOCK_EVENT', decode: loadBlockEvent },
  10: { name: 'EXEC_LOAD_EVENT', decode: fileIdEvent },
  11: { name: 'DELETE_FILE_EVENT', decode: fileIdEvent },
  12: { name: 'NEW_LOAD_EVENT' },
  13: { name: 'RAND_EVENT', decode: randEvent },
  14: { name: 'USER_VAR_EVENT', decode: userVarEvent },
  15: { name: 'FORMAT_DESCRIPTION_EVENT', decode: formatDescriptionEvent },
  16: { name: 'XID_EVENT', decode: xidEvent },
  17: { name: 'BEGIN_LOAD_QUERY_EVENT', decode: loadBlockEvent },
  18: { name: 'EXECUTE_LOAD_QUERY_EVENT', decode: executeLoadQueryEvent },
  19: { name: 'TABLE_MAP_EVENT', decode: tableMapEvent },
  20: { name: 'PRE_GA_WRITE_ROWS_EVENT', decode: rowsEvent({ version: 0, images: 1 }) },
  21: { name: 'PRE_GA_UPDATE_ROWS_EVENT', decode: rowsEvent({ version: 0, images: 1 }) },
  22: { name: 'PRE_GA_DELETE_ROWS_EVENT', decode: rowsEvent({ version: 0, images: 1 }) },
  23: { name: 'WRITE_ROWS_EVENT_V1', decode: rowsEvent({ version: 1, images: 1 }) },
  24: { name: 'UPDATE_ROWS_EVENT_V1', decode: rowsEvent({ version: 1, images: 2 }) },
  25: { name: 'DELETE_ROWS_EVENT_V1', decode: rowsEvent({ version: 1, images: 1 }) },
  26: { name: 'INCIDENT_EVENT', decode: incidentEvent },
  27: { name: 'HEARTBEAT_LOG_EVENT', decode: heartbeatLogEvent },
  28: { name: 'IGNORABLE_LOG_EVENT' },
  29: { name: 'ROWS_QUERY_LOG_EVENT', decode: rowsQueryLogEvent },
  30: { name: 'WRITE_ROWS_EVENT', decode: rowsEvent({ version: 2, images: 1 }) },
  31: { name: 'UPDATE_ROWS_EVENT', decode: rowsEvent({ version: 2, images: 2 }) },
  32: { name: 'DELETE_ROWS_EVENT', decode: rowsEvent({ version: 2, images: 1 }) },
  33: { name: 'GTID_LOG_EVENT', decode: gtidLogEvent },
  34: { name: 'ANONYMOUS_GTID_LOG_EVENT', decode: gtidLogEvent },
  35: { name: 'PREVIOUS_GTIDS_LOG_EVENT', decode: previousGtidsLogEvent },
  36: { name: 'TRANSACTION_CONTEXT_EVENT' },
  37: { name: 'VIEW_CHANGE_EVENT', decode: viewChangeEvent },
  38: { name: 'XA_PREPARE_LOG_EVENT', decode: xaPrepareLogEvent },
  39: {
    name: 'PARTIAL_UPDATE_ROWS_EVENT',
    decode: rowsEvent({ version: 2, images: 2, partial: true }),
  },
  40: { name: 'TRANSACTION_PAYLOAD_EVENT', decode: transactionPayloadEvent },
  41: { name: 'HEARTBEAT_LOG_EVENT_V2', decode: heartbeatLogEventV2 },
  42: { name: 'GTID_TAGGED_LOG_EVENT', decode: gtidTaggedLogEvent },
  160: { name: 'ANNOTATE_ROWS_EVENT', decode: annotateRowsEvent },
  161: { name: 'BINLOG_CHECKPOINT_EVENT', decode: binlogCheckpointEvent },
  162: { name: 'GTID_EVENT', decode: mariadbGtidEvent },
  163: { name: 'GTID_LIST_EVENT', decode: mariadbGtidListEvent },
  164: { name: 'START_ENCRYPTION_EVENT', decode: startEncryptionEvent },
  165: { name: 'QUERY_COMPRESSED_EVENT', decode: queryCompressedEvent },
  166: {
    name: 'WRITE_ROWS_COMPRESSED_EVENT_V1',
    decode: rowsEvent({ version: 1, images: 1, compressed: true }),
  },
  167: {
    name: 'UPDATE_ROWS_COMPRESSED_EVENT_V1',
    decode: rowsEvent({ version: 1, images: 2, compressed: true }),
  },
  168: {
    name: 'DELETE_ROWS_COMPRESSED_EVENT_V1',
    decode: rowsEvent({ version: 1, images: 1, compressed: true }),
  },
  169: {
    name: 'WRITE_ROWS_COMPRESSED_EVENT',
    decode: rowsEvent({ version: 2, images: 1, compressed: true }),
  },
  170: {
    name: 'UPDATE_ROWS_COMPRESSED_EVENT',
    decode: rowsEvent({ version: 2, images: 2, compressed: true }),
  },
  171: {
    name: 'DELETE_ROWS_COMPRESSED_EVENT',
    decode: rowsEvent({ version: 2, images: 1, compressed: true }),
  },
};

export function eventTypeOf(code: number): BinlogEventType | undefined {
  return EVENTS[code];
}

export function eventTypeName(code: number): string {
  return EVENTS[code]?.name ?? `EVENT_${code}`;
}
