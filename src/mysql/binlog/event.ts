import type { Cursor } from '../../bytes/cursor.ts';
import type { Fields } from '../messages/message.ts';
import type { BinlogState } from './state.ts';

/**
 * Reads what stands behind an event's common header, whose fields are in `fields` already; the cursor
 * ends where the event's checksum starts.
 */
export type DecodeEvent = (c: Cursor, fields: Fields, binlog: BinlogState, head: EventHead) => void;

export interface EventHead {
  readonly type: number;
  /** In bytes, header and checksum included. */
  readonly length: number;
  /** Its end is not at hand: what is counted up to there is not known. */
  readonly isCut: boolean;
}

/** An event type: its name in the servers' own enumeration; without `decode` it is only named. */
export interface BinlogEventType {
  readonly name: string;
  readonly decode?: DecodeEvent;
}
