import { flagNames } from '../constants/flags.ts';
import type { Command } from './command.ts';

/** mysql_com.h, by bit; what is beyond cannot be asked for with a byte. */
const REFRESH_FLAGS = [
  'REFRESH_GRANT',
  'REFRESH_LOG',
  'REFRESH_TABLES',
  'REFRESH_HOSTS',
  'REFRESH_STATUS',
  'REFRESH_THREADS',
  'REFRESH_SLAVE',
  'REFRESH_MASTER',
];

/**
 * COM_REFRESH, page_protocol_com_refresh; gone in MySQL 9
 *
 *   int<1>  0x07
 *   int<1>  flags
 */
export const comRefresh: Command = {
  code: 0x07,
  name: 'COM_REFRESH',
  reply: 'ok',
  decode: (c, fields) => {
    c.skip('command', 1);
    fields.flags = flagNames(REFRESH_FLAGS, c.u8('flags'));
    c.ends();
  },
};
