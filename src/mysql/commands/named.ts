import type { Command } from './command.ts';

/**
 * Commands whose payload is not decoded: named, with what may answer them, so that the sequence ids of
 * a connection that uses them are still judged rightly. A command that gets a decoder moves from here
 * to a file of its own.
 */
export const NAMED_COMMANDS: readonly Command[] = [
  { code: 0x00, name: 'COM_SLEEP', reply: 'ok' },
  { code: 0x04, name: 'COM_FIELD_LIST', reply: 'fieldList' },
  { code: 0x05, name: 'COM_CREATE_DB', reply: 'ok' },
  { code: 0x06, name: 'COM_DROP_DB', reply: 'ok' },
  { code: 0x07, name: 'COM_REFRESH', reply: 'ok' },
  { code: 0x08, name: 'COM_SHUTDOWN', reply: 'ok' },
  { code: 0x09, name: 'COM_STATISTICS', reply: 'statistics' },
  { code: 0x0a, name: 'COM_PROCESS_INFO', reply: 'answer' },
  { code: 0x0b, name: 'COM_CONNECT', reply: 'ok' },
  { code: 0x0c, name: 'COM_PROCESS_KILL', reply: 'ok' },
  { code: 0x0d, name: 'COM_DEBUG', reply: 'ok' },
  { code: 0x0f, name: 'COM_TIME', reply: 'ok' },
  { code: 0x10, name: 'COM_DELAYED_INSERT', reply: 'ok' },
  { code: 0x11, name: 'COM_CHANGE_USER', reply: 'auth' },
  { code: 0x16, name: 'COM_STMT_PREPARE', reply: 'prepare' },
  { code: 0x17, name: 'COM_STMT_EXECUTE', reply: 'binaryAnswer' },
  { code: 0x18, name: 'COM_STMT_SEND_LONG_DATA', reply: null },
  { code: 0x19, name: 'COM_STMT_CLOSE', reply: null },
  { code: 0x1a, name: 'COM_STMT_RESET', reply: 'ok' },
  { code: 0x1b, name: 'COM_SET_OPTION', reply: 'ok' },
  { code: 0x1c, name: 'COM_STMT_FETCH', reply: 'binaryRows' },
  { code: 0x1d, name: 'COM_DAEMON', reply: 'ok' },
  { code: 0x1f, name: 'COM_RESET_CONNECTION', reply: 'ok' },
  { code: 0x20, name: 'COM_CLONE', reply: 'unknown' },
  { code: 0x21, name: 'COM_SUBSCRIBE_GROUP_REPLICATION_STREAM', reply: 'unknown' },
  { code: 0xfa, name: 'COM_STMT_BULK_EXECUTE', reply: 'binaryAnswer' },
  { code: 0xfe, name: 'COM_MULTI', reply: 'unknown' },
];
