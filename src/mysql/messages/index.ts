import { authData } from './auth-data.ts';
import { authMoreData } from './auth-more-data.ts';
import { authSwitchRequest } from './auth-switch-request.ts';
import { binlogEvent, semiSyncAck } from './binlog-event.ts';
import { columnCount } from './column-count.ts';
import { columnDefinition } from './column-definition.ts';
import { eof } from './eof.ts';
import { err } from './err.ts';
import { handshakeResponse41 } from './handshake-response-41.ts';
import { handshakeV10 } from './handshake-v10.ts';
import type { Decode } from './message.ts';
import { ok } from './ok.ts';
import { localInfileRequest, statistics } from './simple.ts';
import { sslRequest } from './ssl-request.ts';
import { textRow } from './text-row.ts';

/** Decoders of everything but commands, by packet type. A type that is not here is only named. */
export const MESSAGES: Readonly<Partial<Record<string, Decode>>> = {
  HandshakeV10: handshakeV10,
  SSLRequest: sslRequest,
  HandshakeResponse41: handshakeResponse41,
  AuthSwitchRequest: authSwitchRequest,
  AuthMoreData: authMoreData,
  AuthData: authData,
  OK: ok,
  ERR: err,
  EOF: eof,
  ColumnCount: columnCount,
  ColumnDefinition: columnDefinition,
  TextRow: textRow,
  LocalInfileRequest: localInfileRequest,
  Statistics: statistics,
  BinlogEvent: binlogEvent,
  SemiSyncAck: semiSyncAck,
};
