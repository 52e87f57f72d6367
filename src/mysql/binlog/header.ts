import type { Cursor } from '../../bytes/cursor.ts';
import { DecodeFault } from '../../bytes/fault.ts';
import { flagNames } from '../constants/flags.ts';
import { u32 } from '../framing.ts';
import type { Fields } from '../messages/message.ts';
import type { EventHead } from './event.ts';

export const HEADER_BYTES = 19;
const TYPE_OFFSET = 4;
const EVENT_LENGTH_OFFSET = 9;
/** Servers take no larger max_allowed_packet. */
const MAX_EVENT_BYTES = 1024 * 1024 * 1024;
/** Far above what any server has given out. */
const MAX_EVENT_TYPE = 0xc0;

export const ROTATE_EVENT = 4;
export const FORMAT_DESCRIPTION_EVENT = 15;

/** binlog_event.h, LOG_EVENT_*_F; the last two are MariaDB's. */
const EVENT_FLAGS = [
  'LOG_EVENT_BINLOG_IN_USE_F',
  'LOG_EVENT_FORCED_ROTATE_F',
  'LOG_EVENT_THREAD_SPECIFIC_F',
  'LOG_EVENT_SUPPRESS_USE_F',
  'LOG_EVENT_UPDATE_TABLE_MAP_VERSION_F',
  'LOG_EVENT_ARTIFICIAL_F',
  'LOG_EVENT_RELAY_LOG_F',
  'LOG_EVENT_IGNORABLE_F',
  'LOG_EVENT_NO_FILTER_F',
  'LOG_EVENT_MTS_ISOLATE_F',
  '',
  '',
  '',
  '',
  'LOG_EVENT_ACCEPT_OWN_F',
  'LOG_EVENT_SKIP_REPLICATION_F',
];

/**
 * Common header, mysql__binlog__event, class Log_event_header
 *
 *   int<4> timestamp, s   int<1> type       int<4> server id   int<4> event length, header included
 *   int<4> position of the next event       int<2> flags
 */
export function eventHeader(
  c: Cursor,
  fields: Fields,
  nameOf: (type: number) => string,
): EventHead {
  const { offset, left } = c;
  fields.timestamp = c.u32('timestamp');
  const type = c.u8('eventType');
  fields.eventType = nameOf(type);
  fields.serverId = c.u32('serverId');
  const length = c.u32('eventLength');
  fields.eventLength = length;
  fields.nextPosition = c.u32('nextPosition');
  fields.flags = flagNames(EVENT_FLAGS, c.u16('flags'));
  if (length < HEADER_BYTES) throw new DecodeFault('event', offset, HEADER_BYTES, length);
  return { type, length, isCut: length > left };
}

/** Whether an event can start here: its header, and its length is what is left. */
export function startsEvent(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= HEADER_BYTES && eventLengthAt(bytes, start) === end - start;
}

/** Whether an event of which only the beginning is at hand can start here. */
export function startsCutEvent(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= HEADER_BYTES &&
    eventLengthAt(bytes, start) > end - start &&
    eventLengthAt(bytes, start) <= MAX_EVENT_BYTES &&
    bytes[start + TYPE_OFFSET]! <= MAX_EVENT_TYPE
  );
}

function eventLengthAt(bytes: Uint8Array, start: number): number {
  return u32(bytes, start + EVENT_LENGTH_OFFSET);
}
