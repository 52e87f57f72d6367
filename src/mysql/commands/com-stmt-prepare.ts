import { redactSecrets } from '../redact.ts';
import type { Command } from './command.ts';

/**
 * COM_STMT_PREPARE, page_protocol_com_stmt_prepare
 *
 *   int<1>     0x16
 *   string<$>  statement
 */
export const comStmtPrepare: Command = {
  code: 0x16,
  name: 'COM_STMT_PREPARE',
  reply: 'prepare',
  decode: (c, fields, session, answer) => {
    c.skip('command', 1);
    const sql = redactSecrets(c, c.restText('sql'));
    fields.sql = sql;
    answer.statement = session.statements.prepare(sql);
  },
};
