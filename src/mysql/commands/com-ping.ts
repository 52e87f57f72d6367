import type { Command } from './command.ts';

/** COM_PING, page_protocol_com_ping */
export const comPing: Command = { code: 0x0e, name: 'COM_PING', reply: 'ok' };
