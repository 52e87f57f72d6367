import type { Command } from './command.ts';
import { statementHead } from './statement-head.ts';

/**
 * COM_STMT_FETCH, page_protocol_com_stmt_fetch: rows of the statement's cursor, without definitions.
 *
 *   int<1>  0x1c
 *   int<4>  statement id
 *   int<4>  rows at most
 */
export const comStmtFetch: Command = {
  code: 0x1c,
  name: 'COM_STMT_FETCH',
  reply: 'binaryRows',
  decode: (c, fields, session, answer) => {
    const statement = statementHead(c, fields, session, answer);
    answer.columns = statement.columns;
    fields.rows = c.u32('rows');
    c.ends();
  },
};
