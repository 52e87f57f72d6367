import { authData } from './auth-data.ts';
import { authMoreData } from './auth-more-data.ts';
import { authNextFactor, authSwitchRequest } from './auth-switch-request.ts';
import { binaryRow } from './binary-row.ts';
import { binlogEvent, semiSyncAck } from './binlog-event.ts';
import { cloneCommand, cloneResponse } from './clone.ts';
import { columnCount } from './column-count.ts';
import { columnDefinition } from './column-definition.ts';
import { eof } from './eof.ts';
import { err } from './err.ts';
import { handshakeResponse41 } from './handshake-response-41.ts';
import { handshakeResponse320 } from './handshake-response-320.ts';
import { handshakeV9 } from './handshake-v9.ts';
import { handshakeV10 } from './handshake-v10.ts';
import type { Decode } from './message.ts';
import { ok } from './ok.ts';
import { progress } from './progress.ts';
import { localInfileRequest, statistics } from './simple.ts';
import { sslRequest } from './ssl-request.ts';
import { stmtPrepareOk } from './stmt-prepare-ok.ts';
import { textRow } from './text-row.ts';

/** Decoders of everything but commands, by packet type. A type that is not here is only named. */
export const MESSAGES: Readonly<Partial<Record<string, Decode>>> = {
  HandshakeV10: handshakeV10,
  HandshakeV9: handshakeV9,
  SSLRequest: sslRequest,
  HandshakeResponse41: handshakeResponse41,
  HandshakeResponse320: handshakeResponse320,
  AuthSwitchRequest: authSwitchRequest,
  AuthMoreData: authMoreData,
  AuthNextFactor: authNextFactor,
  AuthData: authData,
  OK: ok,
  ERR: err,
  EOF: eof,
  ColumnCount: columnCount,
  ColumnDefinition: columnDefinition,
  TextRow: textRow,
  BinaryRow: binaryRow,
  StmtPrepareOK: stmtPrepareOk,
  LocalInfileRequest: localInfileRequest,
  Statistics: statistics,
  Progress: progress,
  CloneCommand: cloneCommand,
  CloneResponse: cloneResponse,
  BinlogEvent: binlogEvent,
  SemiSyncAck: semiSyncAck,
};
