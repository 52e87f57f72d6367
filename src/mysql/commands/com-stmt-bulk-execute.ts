import type { Cursor } from '../../bytes/cursor.ts';
import { DecodeFault } from '../../bytes/fault.ts';
import { flagNames } from '../constants/flags.ts';
import { parameterTypeName, parameterTypes } from '../parameters.ts';
import type { ParameterType } from '../statement.ts';
import { binaryValue } from '../values.ts';
import type { Command } from './command.ts';
import { statementHead } from './statement-head.ts';

/** Values that are read: indicators take a byte each, and a packet may have 64 million. */
const MAX_BULK_VALUES = 100_000;

const SEND_TYPES = 1 << 7;
/** By bit. */
const BULK_FLAGS = ['', '', '', '', '', '', 'SEND_UNIT_RESULTS', 'SEND_TYPES_TO_SERVER'];

/** What stands in place of a value, by indicator. */
const INDICATORS: readonly (unknown | undefined)[] = [
  undefined,
  null,
  { indicator: 'DEFAULT' },
  { indicator: 'IGNORE' },
];

/**
 * MariaDB's COM_STMT_BULK_EXECUTE (https://mariadb.com/kb/en/com_stmt_bulk_execute/): one statement with
 * many rows of parameters.
 *
 *   int<1>  0xfa
 *   int<4>  statement id
 *   int<2>  bulk flags
 *   if SEND_TYPES_TO_SERVER:  n times  int<2> type
 *   until the end, n times    int<1> indicator: 0 a value follows, 1 NULL, 2 DEFAULT, 3 IGNORE    value
 */
export const comStmtBulkExecute: Command = {
  code: 0xfa,
  name: 'COM_STMT_BULK_EXECUTE',
  reply: 'binaryAnswer',
  decode: (c, fields, session, answer) => {
    const statement = statementHead(c, fields, session, answer);
    const flags = c.u16('flags');
    fields.flags = flagNames(BULK_FLAGS, flags);
    fields.parameterTypes = null;
    fields.parameters = null;
    const count = statement.parameters;
    if (count === null || count === 0) return;
    if (flags & SEND_TYPES) statement.types = parameterTypes(c, count, false);
    const { types } = statement;
    if (types === null || types.length !== count) return;
    fields.parameterTypes = types.map(parameterTypeName);
    const rows: unknown[][] = [];
    fields.parameters = rows;
    while (c.left > 0) {
      if (rows.length * count >= MAX_BULK_VALUES) {
        throw new DecodeFault(
          `parameters behind the first ${MAX_BULK_VALUES}`,
          c.offset,
          0,
          c.left,
        );
      }
      const row: unknown[] = [];
      rows.push(row);
      for (const type of types) {
        row.push(bulkValue(c, type));
        c.takeInvalid();
      }
    }
  },
};

function bulkValue(c: Cursor, { type }: ParameterType): unknown {
  const indicator = c.u8('indicator');
  const standIn = INDICATORS[indicator];
  return standIn === undefined ? binaryValue(c, 'parameter', type) : standIn;
}
