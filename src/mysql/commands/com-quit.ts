import type { Command } from './command.ts';

/** COM_QUIT, page_protocol_com_quit: the server closes, or answers ERR in rare cases nobody reads. */
export const comQuit: Command = { code: 0x01, name: 'COM_QUIT', reply: null };
