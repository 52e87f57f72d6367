import { flagNames } from '../constants/flags.ts';
import type { Command } from './command.ts';

const FLAGS = ['BINLOG_DUMP_NON_BLOCK', 'USE_HEARTBEAT_EVENT_V2', 'MYSQL_RPL_SKIP_TAGGED_GTIDS'];
/** What MariaDB's replicas mean by them. */
const MARIADB_FLAGS = ['BINLOG_DUMP_NON_BLOCK', 'BINLOG_SEND_ANNOTATE_ROWS_EVENT'];

/** The flags of both commands that ask for a binary log (mysql.h, MYSQL_RPL). */
export function dumpFlagNames(flags: number, serverVersion: string | null): string[] {
  return flagNames(serverVersion?.includes('MariaDB') ? MARIADB_FLAGS : FLAGS, flags);
}

/**
 * COM_BINLOG_DUMP, page_protocol_com_binlog_dump
 *
 *   int<1>     0x12
 *   int<4>     position   int<2> flags   int<4> server id
 *   string<$>  log file
 */
export const comBinlogDump: Command = {
  code: 0x12,
  name: 'COM_BINLOG_DUMP',
  reply: 'binlog',
  decode: (c, fields, session) => {
    session.binlog = null;
    c.skip('command', 1);
    fields.position = c.u32('position');
    fields.flags = dumpFlagNames(c.u16('flags'), session.serverVersion);
    fields.serverId = c.u32('serverId');
    fields.fileName = c.restText('fileName');
  },
};
