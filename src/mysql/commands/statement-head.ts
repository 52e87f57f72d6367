import type { Cursor } from '../../bytes/cursor.ts';
import type { Answer } from '../answer.ts';
import type { Fields } from '../messages/message.ts';
import type { Session } from '../session.ts';
import type { Statement } from '../statement.ts';

/**
 * What the commands of a prepared statement begin with.
 *
 *   int<1>  command
 *   int<4>  statement id
 */
export function statementHead(
  c: Cursor,
  fields: Fields,
  session: Session,
  answer: Answer,
): Statement {
  c.skip('command', 1);
  const id = c.u32('statementId');
  fields.statementId = id;
  const statement = session.statements.find(id);
  fields.sql = statement.sql;
  answer.statement = statement;
  return statement;
}
