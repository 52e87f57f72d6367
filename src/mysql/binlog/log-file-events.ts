import { hasAlgorithm } from './checksum.ts';
import type { DecodeEvent } from './event.ts';
import { HEADER_BYTES } from './header.ts';
import { paddedText } from './reads.ts';

const SERVER_VERSION_BYTES = 50;
/** Where the lengths start, the common header included. */
const LENGTHS_OFFSET = HEADER_BYTES + 2 + SERVER_VERSION_BYTES + 4 + 1;
const ALGORITHM_AND_CHECKSUM_BYTES = 1 + 4;
/** An event's type is one byte. */
const MAX_EVENT_TYPES = 255;
const ALGORITHM_CRC32 = 1;
const CHECKSUM_ALGORITHMS: Readonly<Record<number, string>> = {
  0: 'NONE',
  1: 'CRC32',
  255: 'UNDEF',
};

/**
 * FORMAT_DESCRIPTION_EVENT, class Format_description_event
 *
 *   int<2> version of the format   string<50> server version, NUL-padded   int<4> created, s
 *   int<1> length of the common header   int<1> × number of event types: lengths of their fixed parts
 *   int<1> checksum algorithm                         (from MySQL 5.6.1 and MariaDB 5.3 on)
 */
export const formatDescriptionEvent: DecodeEvent = (c, fields, binlog, { length }) => {
  binlog.tables.clear();
  fields.binlogVersion = c.u16('binlogVersion');
  const serverVersion = paddedText(c, 'serverVersion', SERVER_VERSION_BYTES);
  fields.serverVersion = serverVersion;
  fields.createTimestamp = c.u32('createTimestamp');
  fields.headerLength = c.u8('headerLength');
  fields.checksumAlgorithm = null;
  const hasChecksum = fields.checksum !== null || hasAlgorithm(serverVersion);
  const eventTypes = length - LENGTHS_OFFSET - (hasChecksum ? ALGORITHM_AND_CHECKSUM_BYTES : 0);
  const { bytes, start, end } = c.span('postHeaderLengths', eventTypes);
  binlog.postHeaderLengths = bytes.slice(start, Math.min(end, start + MAX_EVENT_TYPES));
  binlog.checksum = false;
  if (!hasChecksum) return;
  const algorithm = c.u8('checksumAlgorithm');
  fields.checksumAlgorithm = CHECKSUM_ALGORITHMS[algorithm] ?? `ALGORITHM_${algorithm}`;
  binlog.checksum = algorithm === ALGORITHM_CRC32;
};

/** Of START_EVENT_V3 and QUERY_EVENT, the only fixed part that is another since. */
const LENGTHS_V3 = Uint8Array.of(56, 11);

/** START_EVENT_V3, of servers before 5.0: as the format description, up to the creation time. */
export const startEventV3: DecodeEvent = (c, fields, binlog) => {
  binlog.postHeaderLengths = LENGTHS_V3;
  fields.binlogVersion = c.u16('binlogVersion');
  fields.serverVersion = paddedText(c, 'serverVersion', SERVER_VERSION_BYTES);
  fields.createTimestamp = c.u32('createTimestamp');
};

/**
 * ROTATE_EVENT, class Rotate_event
 *
 *   int<8> position in the next log file   string<$> its name
 */
export const rotateEvent: DecodeEvent = (c, fields) => {
  fields.position = c.u64('position');
  fields.nextFile = c.restText('nextFile');
};

/** HEARTBEAT_LOG_EVENT: string<$> log file; its position is the header's next position. */
export const heartbeatLogEvent: DecodeEvent = (c, fields) => {
  fields.fileName = c.restText('fileName');
  fields.position = fields.nextPosition;
};

const HEARTBEAT_FILE_NAME = 1;
const HEARTBEAT_POSITION = 2;

/**
 * HEARTBEAT_LOG_EVENT_V2, class Heartbeat_event_v2
 *
 *   fields, each  int<lenenc> type   int<lenenc> length   value:   1 log file   2 position, int<lenenc>
 *   int<lenenc>   0: the end
 */
export const heartbeatLogEventV2: DecodeEvent = (c, fields) => {
  fields.fileName = null;
  fields.position = null;
  while (c.left > 0) {
    const type = c.length('heartbeatField');
    if (type === 0) return;
    const length = c.length('heartbeatField');
    if (type === HEARTBEAT_FILE_NAME) fields.fileName = c.text('fileName', length);
    else if (type === HEARTBEAT_POSITION) fields.position = c.lenenc('position');
    else c.skip('heartbeatField', length);
  }
};

/** BINLOG_CHECKPOINT_EVENT of MariaDB: int<4> length, log file */
export const binlogCheckpointEvent: DecodeEvent = (c, fields) => {
  fields.fileName = c.text('fileName', c.u32('fileNameLength'));
};

/** START_ENCRYPTION_EVENT of MariaDB: int<1> scheme   int<4> key version   a nonce */
export const startEncryptionEvent: DecodeEvent = (c, fields) => {
  fields.scheme = c.u8('scheme');
  fields.keyVersion = c.u32('keyVersion');
};

/** INCIDENT_EVENT, class Incident_event: int<2> code   int<1> length, message */
export const incidentEvent: DecodeEvent = (c, fields) => {
  fields.incident = c.u16('incident');
  fields.message = c.text('message', c.u8('messageLength'));
};
