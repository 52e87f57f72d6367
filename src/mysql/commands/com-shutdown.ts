import type { Command } from './command.ts';

/** mysql_enum_shutdown_level, mysql_com.h */
const SHUTDOWN_TYPES = new Map([
  [0x00, 'SHUTDOWN_DEFAULT'],
  [0x01, 'SHUTDOWN_WAIT_CONNECTIONS'],
  [0x02, 'SHUTDOWN_WAIT_TRANSACTIONS'],
  [0x08, 'SHUTDOWN_WAIT_UPDATES'],
  [0x10, 'SHUTDOWN_WAIT_ALL_BUFFERS'],
  [0x11, 'SHUTDOWN_WAIT_CRITICAL_BUFFERS'],
  [0xfe, 'KILL_QUERY'],
  [0xff, 'KILL_CONNECTION'],
]);
const SHUTDOWN_DEFAULT = 0;

/**
 * COM_SHUTDOWN, page_protocol_com_shutdown; gone in MySQL 9
 *
 *   int<1>  0x08
 *   int<1>  type      (optional, and not sent by clients before 4.1.3)
 */
export const comShutdown: Command = {
  code: 0x08,
  name: 'COM_SHUTDOWN',
  reply: 'ok',
  decode: (c, fields) => {
    c.skip('command', 1);
    const type = c.left > 0 ? c.u8('shutdownType') : SHUTDOWN_DEFAULT;
    fields.shutdownType = SHUTDOWN_TYPES.get(type) ?? `SHUTDOWN_${type}`;
  },
};
