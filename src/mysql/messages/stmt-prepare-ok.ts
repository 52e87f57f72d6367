import type { Decode } from './message.ts';

/**
 * COM_STMT_PREPARE_OK, page_protocol_com_stmt_prepare
 *
 *   int<1>  0
 *   int<4>  statement id
 *   int<2>  columns    int<2>  parameters
 *   int<1>  filler
 *   int<2>  warnings
 *   int<1>  metadata follows      (if CLIENT_OPTIONAL_RESULTSET_METADATA)
 */
export const stmtPrepareOk: Decode = (c, fields, session, answer) => {
  c.skip('header', 1);
  const id = c.u32('statementId');
  fields.statementId = id;
  const { statement } = answer;
  if (statement !== null) session.statements.open(id, statement);
  const columns = c.u16('columns');
  fields.columns = columns;
  const parameters = c.u16('parameters');
  fields.parameters = parameters;
  fields.warnings = 0;
  fields.metadataFollows = true;
  if (statement !== null) {
    statement.parameters = parameters;
    statement.columns = columns === 0 ? [] : null;
  }
  // Servers before 5.0 end here.
  if (c.left === 0) return;
  c.skip('filler', 1);
  fields.warnings = c.u16('warnings');
  // The flag shows by its presence.
  if (c.left > 0) fields.metadataFollows = c.u8('metadataFollows') !== 0;
  c.ends();
};
