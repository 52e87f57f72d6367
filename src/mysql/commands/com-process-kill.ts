import type { Command } from './command.ts';

/**
 * COM_PROCESS_KILL, page_protocol_com_process_kill; gone in MySQL 9
 *
 *   int<1>  0x0c
 *   int<4>  connection id
 */
export const comProcessKill: Command = {
  code: 0x0c,
  name: 'COM_PROCESS_KILL',
  reply: 'ok',
  decode: (c, fields) => {
    c.skip('command', 1);
    fields.connectionId = c.u32('connectionId');
    c.ends();
  },
};
