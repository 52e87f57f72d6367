import type { Command } from './command.ts';
import { statementHead } from './statement-head.ts';

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
  decode: (c, fields, session, answer) => {
    statementHead(c, fields, session, answer);
    session.statements.close(fields.statementId as number);
    c.ends();
  },
};
