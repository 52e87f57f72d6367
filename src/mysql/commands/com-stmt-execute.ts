import { DecodeFault } from '../../bytes/fault.ts';
import { CLIENT_QUERY_ATTRIBUTES } from '../constants/capabilities.ts';
import { flagNames } from '../constants/flags.ts';
import {
  fits,
  inferParameterCount,
  parameterTypeName,
  parameterTypes,
  parameterValues,
} from '../parameters.ts';
import { negotiated } from '../session.ts';
import type { Command } from './command.ts';
import { statementHead } from './statement-head.ts';

const CURSOR_FLAGS = [
  'CURSOR_TYPE_READ_ONLY',
  'CURSOR_TYPE_FOR_UPDATE',
  'CURSOR_TYPE_SCROLLABLE',
  'PARAMETER_COUNT_AVAILABLE',
];
const PARAMETER_COUNT_AVAILABLE = 1 << 3;

/**
 * COM_STMT_EXECUTE, page_protocol_com_stmt_execute
 *
 *   int<1>  0x17
 *   int<4>  statement id
 *   int<1>  cursor flags
 *   int<4>  iterations: 1
 *   int<lenenc>  parameters, n, query attributes included
 *                                    (if CLIENT_QUERY_ATTRIBUTES, and there are any)
 *   if n > 0:  NULL bitmap, (n + 7) / 8 bytes    int<1>  types follow
 *              if types follow:  n times  int<2> type  string<lenenc> name (if CLIENT_QUERY_ATTRIBUTES)
 *              values, those that are NULL or were sent as long data left out
 */
export const comStmtExecute: Command = {
  code: 0x17,
  name: 'COM_STMT_EXECUTE',
  reply: 'binaryAnswer',
  decode: (c, fields, session, answer) => {
    const statement = statementHead(c, fields, session, answer);
    const flags = c.u8('flags');
    fields.flags = flagNames(CURSOR_FLAGS, flags);
    fields.iterations = c.u32('iterations');
    fields.parameterTypes = null;
    fields.parameters = null;
    fields.attributes = {};
    const { missesLongData } = statement;
    const longData = session.statements.takeLongData(statement);
    const isAgreed = negotiated(session, CLIENT_QUERY_ATTRIBUTES);
    const named = isAgreed ?? (flags & PARAMETER_COUNT_AVAILABLE) !== 0;
    const isCounted = named && c.left > 0;
    if (!isCounted) statement.parameters ??= c.left === 0 ? 0 : inferParameterCount(c, longData);
    const count = isCounted ? c.length('parameter count') : statement.parameters;
    if (count === null) return;
    if (count > 0) {
      const nulls = c.span('NULL bitmap', (count + 7) >> 3);
      if (c.u8('types flag') !== 0) {
        statement.types = parameterTypes(c, count, named);
        statement.isDoubtful = false;
      }
      const isDoubtful = statement.isDoubtful || missesLongData;
      if (statement.types === null && !isDoubtful && c.left > 0) {
        throw new DecodeFault('values whose types were never sent', c.offset, 0, 0);
      }
      const types = statement.types?.slice(0, count) ?? [];
      if (types.length < count) return;
      // What is known from before commands went missing stands if the values fill the packet with it.
      if (isDoubtful && (longData.size > 0 || !fits(c, nulls, types, longData))) return;
      fields.parameterTypes = types.map(parameterTypeName);
      fields.parameters = [];
      const own = statement.parameters ?? count;
      parameterValues(c, nulls, types, own, longData, fields);
    }
    fields.parameters ??= [];
    c.ends();
  },
};
