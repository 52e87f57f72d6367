import type { Command } from './command.ts';

/**
 * Commands whose payload is not decoded: named, with what may answer them, so that the sequence ids of
 * a connection that uses them are still judged rightly. A command that gets a decoder moves from here
 * to a file of its own.
 */
export const NAMED_COMMANDS: readonly Command[] = [
  { code: 0x12, name: 'COM_BINLOG_DUMP', reply: 'binlog' },
  { code: 0x13, name: 'COM_TABLE_DUMP', reply: 'unknown' },
  { code: 0x14, name: 'COM_CONNECT_OUT', reply: 'unknown' },
  { code: 0x15, name: 'COM_REGISTER_SLAVE', reply: 'ok' },
  { code: 0x1e, name: 'COM_BINLOG_DUMP_GTID', reply: 'binlog' },
];
