import type { Command } from './command.ts';

/** COM_CONNECT_OUT, page_protocol_com_connect_out: a server's own, never sent; it has no payload. */
export const comConnectOut: Command = { code: 0x14, name: 'COM_CONNECT_OUT', reply: 'unknown' };
