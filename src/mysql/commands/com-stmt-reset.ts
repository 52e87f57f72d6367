import type { Command } from './command.ts';
import { statementHead } from './statement-head.ts';

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
    session.statements.takeLongData(statementHead(c, fields, session, answer));
    c.ends();
  },
};
