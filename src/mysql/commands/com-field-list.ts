import type { Command } from './command.ts';

/**
 * COM_FIELD_LIST, page_protocol_com_field_list
 *
 *   int<1>     0x04
 *   string<0>  table
 *   string<$>  wildcard
 */
export const comFieldList: Command = {
  code: 0x04,
  name: 'COM_FIELD_LIST',
  reply: 'fieldList',
  decode: (c, fields) => {
    c.skip('command', 1);
    fields.table = c.nulOrRestText('table');
    fields.wildcard = c.restText('wildcard');
  },
};
