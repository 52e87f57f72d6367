import type { Command } from './command.ts';

/**
 * COM_DROP_DB, page_protocol_com_drop_db: no longer in the manual; today's servers refuse it
 *
 *   int<1>     0x06
 *   string<$>  schema
 */
export const comDropDb: Command = {
  code: 0x06,
  name: 'COM_DROP_DB',
  reply: 'ok',
  decode: (c, fields) => {
    c.skip('command', 1);
    fields.schema = c.restText('schema');
  },
};
