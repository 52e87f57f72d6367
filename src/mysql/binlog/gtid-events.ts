import type { Cursor } from '../../bytes/cursor.ts';
import { DecodeFault } from '../../bytes/fault.ts';
import { flagNames } from '../constants/flags.ts';
import type { Fields } from '../messages/message.ts';
import type { DecodeEvent } from './event.ts';
import { formatUuid, gtidSet, uuidText } from './gtid-set.ts';
import { hexText, joined, narrow, varlen, varlenSigned } from './reads.ts';

const GTID_FLAGS = ['FLAG_MAY_HAVE_SBR'];
/** Highest bit of the first of two values: the second follows; else both are the same. */
const ORIGINAL_TIMESTAMP_FOLLOWS = 0x80_0000;
const ORIGINAL_VERSION_FOLLOWS = 0x8000_0000;

/**
 * GTID_LOG_EVENT and ANONYMOUS_GTID_LOG_EVENT, class Gtid_event
 *
 *   int<1> flags   uuid, 16 bytes   int<8> number   int<1> 2: a logical clock follows
 *   int<8> last committed   int<8> sequence number                            (from 5.7 on)
 *   int<7> immediate commit timestamp, µs   int<7> original one               (from 8.0 on)
 *   int<lenenc> transaction length
 *   int<4> immediate server version   int<4> original one
 */
export const gtidLogEvent: DecodeEvent = (c, fields) => {
  clearGtid(fields);
  fields.gtidFlags = flagNames(GTID_FLAGS, c.u8('gtidFlags'));
  const uuid = uuidText(c, 'gtid');
  fields.gtid = `${uuid}:${c.i64('gtid')}`;
  if (c.left === 0) return;
  c.skip('logicalClock', 1);
  fields.lastCommitted = c.i64('lastCommitted');
  fields.sequenceNumber = c.i64('sequenceNumber');
  if (c.left === 0) return;
  const immediate = timestampAndFlag(c, 'immediateCommitTimestamp');
  fields.immediateCommitTimestamp = immediate.timestamp;
  fields.originalCommitTimestamp = immediate.flag
    ? timestampAndFlag(c, 'originalCommitTimestamp').timestamp
    : immediate.timestamp;
  if (c.left === 0) return;
  fields.transactionLength = c.lenenc('transactionLength');
  if (c.left === 0) return;
  const version = c.u32('immediateServerVersion');
  fields.immediateServerVersion = version & ~ORIGINAL_VERSION_FOLLOWS;
  fields.originalServerVersion =
    version & ORIGINAL_VERSION_FOLLOWS
      ? c.u32('originalServerVersion')
      : fields.immediateServerVersion;
};

function clearGtid(fields: Fields): void {
  fields.gtidFlags = [];
  fields.gtid = null;
  fields.lastCommitted = null;
  fields.sequenceNumber = null;
  fields.immediateCommitTimestamp = null;
  fields.originalCommitTimestamp = null;
  fields.transactionLength = null;
  fields.immediateServerVersion = null;
  fields.originalServerVersion = null;
}

function timestampAndFlag(c: Cursor, field: string): { timestamp: number | bigint; flag: boolean } {
  const low = c.u32(field);
  const high = c.u24(field);
  const flag = (high & ORIGINAL_TIMESTAMP_FOLLOWS) !== 0;
  return { timestamp: joined(high & ~ORIGINAL_TIMESTAMP_FOLLOWS, low), flag };
}

const SERIALIZATION_VERSION = 1n;
const UUID_BYTES = 16;

/**
 * GTID_TAGGED_LOG_EVENT: class Gtid_event, define_fields, in the format of MySQL's serialization
 * library (PageLibsMysqlSerialization)
 *
 *   varlen  version: 1   varlen message size, with the version   varlen last field that must be known
 *   fields in ascending order, each a varlen id and its value; unknown ones end what can be read:
 *   0 flags   1 uuid, 16 varlens   2 number   3 tag, varlen length and characters   4 last committed
 *   5 sequence number   6, 7 commit timestamps   8 transaction length   9, 10 server versions
 */
export const gtidTaggedLogEvent: DecodeEvent = (c, fields) => {
  clearGtid(fields);
  const start = c.pos;
  const version = varlen(c, 'serializationVersion');
  if (version !== SERIALIZATION_VERSION) return;
  const size = Number(varlen(c, 'serializationSize'));
  const end = start + size;
  if (end < c.pos || end > c.end) throw new DecodeFault('gtid', 0, size, c.end - start);
  c.end = end;
  varlen(c, 'serializationLastField');
  let uuid = '';
  let gno = 0n;
  while (c.left > 0) {
    switch (varlen(c, 'serializationField')) {
      case 0n:
        fields.gtidFlags = flagNames(GTID_FLAGS, Number(varlen(c, 'gtidFlags') & 0xffn));
        break;
      case 1n:
        uuid = formatUuid(varlenBytes(c, 'gtid', UUID_BYTES));
        break;
      case 2n:
        gno = varlenSigned(c, 'gtid');
        fields.gtid = `${uuid}:${gno}`;
        break;
      case 3n: {
        const tag = c.text('gtid', Number(varlen(c, 'gtid')));
        if (tag !== '') fields.gtid = `${uuid}:${tag}:${gno}`;
        break;
      }
      case 4n:
        fields.lastCommitted = narrow(varlenSigned(c, 'lastCommitted'));
        break;
      case 5n:
        fields.sequenceNumber = narrow(varlenSigned(c, 'sequenceNumber'));
        break;
      case 6n:
        fields.immediateCommitTimestamp = narrow(varlen(c, 'immediateCommitTimestamp'));
        fields.originalCommitTimestamp = fields.immediateCommitTimestamp;
        break;
      case 7n:
        fields.originalCommitTimestamp = narrow(varlen(c, 'originalCommitTimestamp'));
        break;
      case 8n:
        fields.transactionLength = narrow(varlen(c, 'transactionLength'));
        break;
      case 9n:
        fields.immediateServerVersion = narrow(varlen(c, 'immediateServerVersion'));
        fields.originalServerVersion = fields.immediateServerVersion;
        break;
      case 10n:
        fields.originalServerVersion = narrow(varlen(c, 'originalServerVersion'));
        break;
      default:
        return;
    }
  }
};

function varlenBytes(c: Cursor, field: string, count: number): string {
  const bytes = new Uint8Array(count);
  for (let i = 0; i < count; i++) bytes[i] = Number(varlen(c, field) & 0xffn);
  return hexText(bytes, 0, count);
}

/** PREVIOUS_GTIDS_LOG_EVENT: every GTID of the log files before. */
export const previousGtidsLogEvent: DecodeEvent = (c, fields) => {
  fields.gtidSet = null;
  fields.gtidSet = gtidSet(c);
};

const FL_GROUP_COMMIT_ID = 2;
/** log_event.h of MariaDB, Gtid_log_event::FL_* */
const MARIADB_GTID_FLAGS = [
  'FL_STANDALONE',
  'FL_GROUP_COMMIT_ID',
  'FL_TRANSACTIONAL',
  'FL_ALLOW_PARALLEL',
  'FL_WAITED',
  'FL_DDL',
  'FL_PREPARED_XA',
  'FL_COMPLETED_XA',
];

/**
 * GTID_EVENT of MariaDB (mariadb.com/kb/en/gtid_event); the server id is the header's
 *
 *   int<8> sequence number   int<4> domain id   int<1> flags   int<8> commit id (if FL_GROUP_COMMIT_ID)
 */
export const mariadbGtidEvent: DecodeEvent = (c, fields) => {
  const sequence = c.u64('gtid');
  fields.gtid = `${c.u32('gtid')}-${fields.serverId}-${sequence}`;
  const flags = c.u8('gtidFlags');
  fields.gtidFlags = flagNames(MARIADB_GTID_FLAGS, flags);
  fields.commitId = null;
  if (flags & FL_GROUP_COMMIT_ID) fields.commitId = c.u64('commitId');
};

const GTID_LIST_FLAGS_SHIFT = 28;

/**
 * GTID_LIST_EVENT of MariaDB (mariadb.com/kb/en/gtid_list_event)
 *
 *   int<4> number of GTIDs, flags in the 4 highest bits
 *   each:  int<4> domain id   int<4> server id   int<8> sequence number
 */
export const mariadbGtidListEvent: DecodeEvent = (c, fields) => {
  fields.gtidList = [];
  const count = c.u32('gtidCount') & ((1 << GTID_LIST_FLAGS_SHIFT) - 1);
  const list: string[] = [];
  fields.gtidList = list;
  for (let i = 0; i < count; i++) {
    list.push(`${c.u32('gtidList')}-${c.u32('gtidList')}-${c.u64('gtidList')}`);
  }
};
