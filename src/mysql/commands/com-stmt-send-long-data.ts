import type { Command } from './command.ts';
import { statementHead } from './statement-head.ts';

/**
 * COM_STMT_SEND_LONG_DATA, page_protocol_com_stmt_send_long_data
 *
 *   int<1>     0x18
 *   int<4>     statement id
 *   int<2>     parameter
 *   string<$>  data, added to what was sent for the parameter before
 */
export const comStmtSendLongData: Command = {
  code: 0x18,
  name: 'COM_STMT_SEND_LONG_DATA',
  reply: null,
  decode: (c, fields, session, answer) => {
    const statement = statementHead(c, fields, session, answer);
    const parameter = c.u16('parameter');
    fields.parameter = parameter;
    fields.dataLength = c.restLength;
    session.statements.addLongData(statement, parameter, c.bytes, c.pos, c.end);
  },
};
