import type { Command } from './command.ts';

/**
 * COM_TABLE_DUMP, of servers before 5.5 (LOAD TABLE … FROM MASTER; mysql_table_dump)
 *
 *   int<1>  0x13
 *   int<1> length, schema   int<1> length, table
 */
export const comTableDump: Command = {
  code: 0x13,
  name: 'COM_TABLE_DUMP',
  reply: 'unknown',
  decode: (c, fields) => {
    c.skip('command', 1);
    fields.schema = c.text('schema', c.u8('schemaLength'));
    fields.table = c.text('table', c.u8('tableLength'));
  },
};
