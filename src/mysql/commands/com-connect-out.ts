import type { Command } from './command.ts';

/** COM_CONNECT_OUT: a server's own state, which nobody sends; it has no payload. */
export const comConnectOut: Command = { code: 0x14, name: 'COM_CONNECT_OUT', reply: 'unknown' };
