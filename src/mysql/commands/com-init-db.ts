import type { Command } from './command.ts';

/**
 * COM_INIT_DB, page_protocol_com_init_db
 *
 *   int<1>     0x02
 *   string<$>  schema
 */
export const comInitDb: Command = {
  code: 0x02,
  name: 'COM_INIT_DB',
  reply: 'ok',
  decode: (c, fields, _session, answer) => {
    c.skip('command', 1);
    const schema = c.restText('schema');
    fields.schema = schema;
    answer.effect = { schema };
  },
};
