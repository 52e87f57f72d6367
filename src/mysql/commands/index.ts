import { comBinlogDump } from './com-binlog-dump.ts';
import { comBinlogDumpGtid } from './com-binlog-dump-gtid.ts';
import { comConnectOut } from './com-connect-out.ts';
import { comInitDb } from './com-init-db.ts';
import { comPing } from './com-ping.ts';
import { comQuery } from './com-query.ts';
import { comQuit } from './com-quit.ts';
import { comRegisterSlave } from './com-register-slave.ts';
import { comTableDump } from './com-table-dump.ts';
import type { Command } from './command.ts';
import { NAMED_COMMANDS } from './named.ts';

export type { Command } from './command.ts';

/** One line adds a command. */
const COMMANDS: readonly Command[] = [
  comQuit,
  comInitDb,
  comQuery,
  comPing,
  comBinlogDump,
  comTableDump,
  comConnectOut,
  comRegisterSlave,
  comBinlogDumpGtid,
  ...NAMED_COMMANDS,
];

const BY_CODE: readonly (Command | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  COMMANDS.find((command) => command.code === code),
);
const BY_NAME = new Map<string, Command>(COMMANDS.map((command) => [command.name, command]));

/** The command of a packet's first byte, or undefined where no server knows it. */
export function commandOf(code: number): Command | undefined {
  return BY_CODE[code];
}

export function commandNamed(name: string): Command | undefined {
  return BY_NAME.get(name);
}
