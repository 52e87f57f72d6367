import type { Cursor } from '../../bytes/cursor.ts';
import { DecodeFault } from '../../bytes/fault.ts';
import { takeChecksum } from '../binlog/checksum.ts';
import { eventHeader, startsCutEvent, startsEvent } from '../binlog/header.ts';
import { eventTypeName, eventTypeOf } from '../binlog/index.ts';
import { type BinlogState, newBinlogState } from '../binlog/state.ts';
import type { Decode } from './message.ts';

const SEMI_SYNC_MAGIC = 0xef;

/**
 * An event of the binary log, page_protocol_replication_binlog_event; COM_BINLOG_DUMP
 *
 *   int<1>  0x00
 *   int<1>  0xef   int<1> acknowledgment requested     (if semi-sync; semisync.h)
 *   event, its common header first
 *   int<4>  CRC-32 of the event            (if the replica asked for it and the server has it on)
 */
export const binlogEvent: Decode = (c, fields, session) => {
  session.binlog ??= newBinlogState();
  const { binlog } = session;
  c.skip('status', 1);
  fields.ackRequested = semiSyncHeader(c, binlog);
  const { pos: start, offset, left } = c;
  const head = eventHeader(c, fields, eventTypeName);
  fields.checksum = takeChecksum(c, binlog, head.type, start, start + head.length);
  eventTypeOf(head.type)?.decode?.(c, fields, binlog, head);
  if (head.isCut) throw new DecodeFault('event', offset, head.length, left);
};

/**
 * Whether the replica shall acknowledge this event; null where no semi-sync header stands before it.
 * A timestamp may start with the header's bytes: the event's length, which is told inside, decides.
 */
function semiSyncHeader(c: Cursor, binlog: BinlogState): boolean | null {
  const { bytes, pos, end } = c;
  const mayBe = c.left > 1 && bytes[pos] === SEMI_SYNC_MAGIC && bytes[pos + 1]! <= 1;
  if (!mayBe || !hasSemiSyncHeader(bytes, pos, end, binlog.semiSync)) {
    if (startsEvent(bytes, pos, end)) binlog.semiSync ??= false;
    return null;
  }
  binlog.semiSync = true;
  c.skip('semiSyncMagic', 1);
  return c.u8('ackRequested') === 1;
}

function hasSemiSyncHeader(
  bytes: Uint8Array,
  pos: number,
  end: number,
  announced: boolean | null,
): boolean {
  const without = startsEvent(bytes, pos, end);
  const behind = startsEvent(bytes, pos + 2, end);
  if (without !== behind) return behind;
  if (announced !== null) return announced;
  // Cut, and the first of its stream: few timestamps start like this, and all semi-sync headers do.
  return startsCutEvent(bytes, pos + 2, end);
}

/**
 * A semi-sync replica's acknowledgment (semisync_replica, ReplSemiSyncSlave::slaveReply)
 *
 *   int<1>     0xef
 *   int<8>     position behind the last event received
 *   string<$>  log file
 */
export const semiSyncAck: Decode = (c, fields) => {
  c.skip('magic', 1);
  fields.position = c.u64('position');
  fields.fileName = c.restText('fileName');
};
