import { crc32 } from '../../bytes/crc32.ts';
import type { Cursor } from '../../bytes/cursor.ts';
import { u32 } from '../framing.ts';
import { FORMAT_DESCRIPTION_EVENT, HEADER_BYTES, ROTATE_EVENT } from './header.ts';
import type { BinlogState } from './state.ts';

const CHECKSUM_BYTES = 4;
const ALGORITHM_CRC32 = 1;
const SERVER_VERSION_OFFSET = HEADER_BYTES + 2;
const SERVER_VERSION_BYTES = 50;
const FILE_NAME_OFFSET = HEADER_BYTES + 8;
/** FN_REFLEN of both servers. */
const MAX_FILE_NAME_BYTES = 512;
/** How the servers number their log files. */
const LOG_FILE_NAME = /\.\d{6,}$/;

/**
 * Ends the cursor in front of the event's CRC-32, if it has one, and says whether that is right; null
 * where there is none or not all of the event is at hand. One that fits is one, whatever was announced.
 */
export function takeChecksum(
  c: Cursor,
  binlog: BinlogState,
  type: number,
  start: number,
  end: number,
): 'ok' | 'wrong' | null {
  if (end > c.end) {
    // Cut: the event's end, and with it its checksum, is not here.
    if (binlog.checksum) c.end = Math.max(c.pos, Math.min(c.end, end - CHECKSUM_BYTES));
    return null;
  }
  c.end = end;
  const bodyEnd = end - CHECKSUM_BYTES;
  if (bodyEnd < c.pos) return null;
  const fits = crc32(c.bytes, start, bodyEnd) === u32(c.bytes, bodyEnd);
  if (!fits && !isExpected(c.bytes, binlog, type, start, end)) return null;
  c.end = bodyEnd;
  if (type !== FORMAT_DESCRIPTION_EVENT) {
    // One wrong checksum may be one that a lost format description did away with.
    binlog.checksum = fits || null;
  } else if (!fits && c.bytes[bodyEnd - 1] !== ALGORITHM_CRC32) {
    return null;
  }
  return fits ? 'ok' : 'wrong';
}

function isExpected(
  bytes: Uint8Array,
  binlog: BinlogState,
  type: number,
  start: number,
  end: number,
): boolean {
  switch (type) {
    case FORMAT_DESCRIPTION_EVENT:
      return hasAlgorithm(ascii(bytes, start + SERVER_VERSION_OFFSET, end, SERVER_VERSION_BYTES));
    case ROTATE_EVENT: {
      // The one made up in front of a format description follows what the replica asked for.
      const name = ascii(bytes, start + FILE_NAME_OFFSET, end);
      return !LOG_FILE_NAME.test(name) && LOG_FILE_NAME.test(name.slice(0, -CHECKSUM_BYTES));
    }
    default:
      return binlog.checksum === true;
  }
}

/** Whether format descriptions of this server end with a checksum algorithm and a checksum. */
export function hasAlgorithm(serverVersion: string): boolean {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(serverVersion);
  if (match === null) return false;
  const [, major, minor, patch] = match.map(Number);
  const version = major! * 10_000 + minor! * 100 + patch!;
  return version >= (serverVersion.includes('MariaDB') ? 50300 : 50601);
}

function ascii(
  bytes: Uint8Array,
  start: number,
  end: number,
  length = MAX_FILE_NAME_BYTES + CHECKSUM_BYTES,
): string {
  return String.fromCharCode(...bytes.subarray(start, Math.min(start + length, end)));
}
