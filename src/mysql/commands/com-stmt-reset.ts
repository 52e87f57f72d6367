import type { Command } from './command.ts';

/**
 * COM_STMT_RESET, page_protocol_com_stmt_reset: closes the cursor, drops long data.
 *
 *   int<1>  0x1a
 *   int<4>  statement id
 */
export const comStmtReset: Command = {
  code: 0x1a,
  name: 'COM_STMT_RESET',
  reply: 'ok',
  decode: (c, fields, session, answer) => {
    c.skip('command', 1);
    const id = c.u32('statementId');
    fields.statementId = id;
    const statement = session.statements.find(id);
    fields.sql = statement.sql;
    answer.statement = statement;
    statement.dropLongData();
  },
};
