import type { Command } from './command.ts';

/**
 * COM_CREATE_DB, page_protocol_com_create_db: no longer in the manual; today's servers refuse it
 *
 *   int<1>     0x05
 *   string<$>  schema
 */
export const comCreateDb: Command = {
  code: 0x05,
  name: 'COM_CREATE_DB',
  reply: 'ok',
  decode: (c, fields) => {
    c.skip('command', 1);
    fields.schema = c.restText('schema');
  },
};
