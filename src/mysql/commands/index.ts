import { BARE_COMMANDS } from './bare.ts';
import { comBinlogDump } from './com-binlog-dump.ts';
import { comBinlogDumpGtid } from './com-binlog-dump-gtid.ts';
import { comChangeUser } from './com-change-user.ts';
import { comConnectOut } from './com-connect-out.ts';
import { comCreateDb } from './com-create-db.ts';
import { comDropDb } from './com-drop-db.ts';
import { comFieldList } from './com-field-list.ts';
import { comInitDb } from './com-init-db.ts';
import { comMulti } from './com-multi.ts';
import { comProcessKill } from './com-process-kill.ts';
import { comQuery } from './com-query.ts';
import { comRefresh } from './com-refresh.ts';
import { comRegisterSlave } from './com-register-slave.ts';
import { comSetOption } from './com-set-option.ts';
import { comShutdown } from './com-shutdown.ts';
import { comStmtBulkExecute } from './com-stmt-bulk-execute.ts';
import { comStmtClose } from './com-stmt-close.ts';
import { comStmtExecute } from './com-stmt-execute.ts';
import { comStmtFetch } from './com-stmt-fetch.ts';
import { comStmtPrepare } from './com-stmt-prepare.ts';
import { comStmtReset } from './com-stmt-reset.ts';
import { comStmtSendLongData } from './com-stmt-send-long-data.ts';
import { comTableDump } from './com-table-dump.ts';
import type { Command } from './command.ts';

export type { Command } from './command.ts';

/** One line adds a command. */
export const COMMANDS: readonly Command[] = [
  comStmtPrepare,
  comStmtExecute,
  comStmtSendLongData,
  comStmtClose,
  comStmtReset,
  comStmtFetch,
  comStmtBulkExecute,
  comInitDb,
  comQuery,
  comFieldList,
  comCreateDb,
  comDropDb,
  comRefresh,
  comShutdown,
  comProcessKill,
  comChangeUser,
  comSetOption,
  comMulti((code) => commandOf(code)?.name ?? 'Unknown'),
  ...BARE_COMMANDS,
  comBinlogDump,
  comBinlogDumpGtid,
  comRegisterSlave,
  comTableDump,
  comConnectOut,
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
