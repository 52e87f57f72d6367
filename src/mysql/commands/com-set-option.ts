import type { Command } from './command.ts';

/** enum_mysql_set_option, mysql_com.h */
const OPTIONS = ['MYSQL_OPTION_MULTI_STATEMENTS_ON', 'MYSQL_OPTION_MULTI_STATEMENTS_OFF'];

/**
 * COM_SET_OPTION, page_protocol_com_set_option
 *
 *   int<1>  0x1b
 *   int<2>  option
 */
export const comSetOption: Command = {
  code: 0x1b,
  name: 'COM_SET_OPTION',
  reply: 'ok',
  decode: (c, fields) => {
    c.skip('command', 1);
    const option = c.u16('option');
    fields.option = OPTIONS[option] ?? `MYSQL_OPTION_${option}`;
    c.ends();
  },
};
