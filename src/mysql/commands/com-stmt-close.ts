import type { Command } from './command.ts';

/**
 * COM_STMT_CLOSE, page_protocol_com_stmt_close: nobody answers it.
 *
 *   int<1>  0x19
 *   int<4>  statement id
 */
export const comStmtClose: Command = {
  code: 0x19,
  name: 'COM_STMT_CLOSE',
  reply: null,
  decode: (c, fields, session) => {
    c.skip('command', 1);
    const id = c.u32('statementId');
    fields.statementId = id;
    fields.sql = session.statements.find(id).sql;
    session.statements.close(id);
  },
};
