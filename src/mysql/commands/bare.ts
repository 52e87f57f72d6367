import type { Command } from './command.ts';

/** Commands that are their code and nothing else; a page each under page_protocol_command_phase. */
export const BARE_COMMANDS: readonly Command[] = [
  // The server closes, or answers ERR in rare cases nobody reads.
  { code: 0x01, name: 'COM_QUIT', reply: null },
  { code: 0x09, name: 'COM_STATISTICS', reply: 'statistics' },
  // Gone in MySQL 9, which answers ERR.
  { code: 0x0a, name: 'COM_PROCESS_INFO', reply: 'answer' },
  { code: 0x0d, name: 'COM_DEBUG', reply: 'ok' },
  { code: 0x0e, name: 'COM_PING', reply: 'ok' },
  {
    code: 0x1f,
    name: 'COM_RESET_CONNECTION',
    reply: 'ok',
    decode: (_c, _fields, _session, answer) => {
      answer.effect = { reset: true };
    },
  },
  { code: 0x20, name: 'COM_CLONE', reply: 'clone' },
  { code: 0x21, name: 'COM_SUBSCRIBE_GROUP_REPLICATION_STREAM', reply: 'subscription' },
  // States of the server's threads: whoever sends one is answered ERR (mysql_com.h, dispatch_command).
  { code: 0x00, name: 'COM_SLEEP', reply: 'ok' },
  { code: 0x0b, name: 'COM_CONNECT', reply: 'ok' },
  { code: 0x0f, name: 'COM_TIME', reply: 'ok' },
  { code: 0x10, name: 'COM_DELAYED_INSERT', reply: 'ok' },
  { code: 0x1d, name: 'COM_DAEMON', reply: 'ok' },
];
