import { gtidSet } from '../binlog/gtid-set.ts';
import { dumpFlagNames } from './com-binlog-dump.ts';
import type { Command } from './command.ts';

/**
 * COM_BINLOG_DUMP_GTID, page_protocol_com_binlog_dump_gtid
 *
 *   int<1>  0x1e
 *   int<2>  flags   int<4> server id
 *   int<4> length, log file   int<8> position   int<4> length, GTID set that the replica has
 */
export const comBinlogDumpGtid: Command = {
  code: 0x1e,
  name: 'COM_BINLOG_DUMP_GTID',
  reply: 'binlog',
  decode: (c, fields, session) => {
    session.binlog = null;
    c.skip('command', 1);
    fields.flags = dumpFlagNames(c.u16('flags'), session.serverVersion);
    fields.serverId = c.u32('serverId');
    fields.fileName = c.text('fileName', c.u32('fileNameLength'));
    fields.position = c.u64('position');
    fields.gtidSet = null;
    if (c.u32('gtidSetLength') > 0) fields.gtidSet = gtidSet(c);
  },
};
