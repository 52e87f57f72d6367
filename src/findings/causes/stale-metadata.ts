import type { CauseSpec } from '../cause.ts';
import { describe, several } from '../words.ts';

/** C23: a prepared statement's result has other columns than the answer to its PREPARE had said. */
export const staleMetadata: CauseSpec = {
  id: 'stale-metadata',
  rule: 'malformed-answer',
  severity: 'warning',
  title: "A prepared statement's result has other columns than its PREPARE was answered with.",
  advice: {
    client:
      'prepare the statement again after the table was changed; name the columns instead of SELECT *; as a way round, let the driver prepare on its own side (emulated prepares).',
    between:
      'a proxy may keep the answers to PREPARE and hand out old ones after a change of the table (ProxySQL did): update it, or restart it after such a change.',
  },
  drivers: [
    {
      driver: 'libmysqlclient',
      text: 'The number of columns in the result set differs from the number of bound buffers. You must reset the statement, rebind the result set columns, and execute the statement again',
    },
    { driver: 'go-sql-driver/mysql', text: 'malformed packet' },
  ],
  page: {
    about: [
      'The answer to COM_STMT_PREPARE says how many columns the result will have; many drivers keep that and read the rows by it. When the table is altered, a server prepares the statement anew by itself and sends the new columns with the result. Drivers that read them there are fine.',
      'A proxy that keeps the answers to PREPARE for all its clients may hand out one from before the change. The driver then has fewer or more columns than the rows, and reads values as the wrong ones, or in the middle of others.',
    ],
    lookAlikes: [
      'CALL of a procedure: PREPARE says no columns, and nothing is compared.',
      'eof-mismatch: the columns are right, and what ends them is not.',
    ],
    ladder: [
      { from: 'client', text: 'COM_STMT_PREPARE (0): SELECT * FROM t' },
      { from: 'server', text: 'PREPARE_OK (1): 2 columns' },
      { from: 'client', text: 'somebody alters the table', quiet: true },
      { from: 'client', text: 'COM_STMT_EXECUTE (0)' },
      { from: 'server', text: '3 columns (1), rows of three values' },
    ],
    fixture: 'causes/server-prepared-something-else-prepared-mysql2',
    twin: 'causes/server-correct-prepared-mysql2',
  },
  diagnose: ({ facts }) => {
    if (facts.staleMetadata === null) return null;
    const { prepared, execute, answer, said, came } = facts.staleMetadata;
    return {
      frame: answer.frame,
      fromClient: false,
      message: `A prepared statement's result has ${several(came, 'column')}, and its PREPARE had said ${said}`,
      summary: `The answer to the PREPARE said ${several(said, 'column')}, the result of its execution has ${came}: the table was altered in between, or a proxy handed out an old answer to PREPARE. A driver that goes by the first reads the values wrongly.`,
      certainty: 'possible',
      evidence: [
        {
          frame: prepared.frame,
          text: `the server answers the PREPARE: ${several(said, 'column')}`,
        },
        { frame: execute.frame, text: `the client sends ${describe(execute)}` },
        { frame: answer.frame, text: `the server answers with ${several(came, 'column')}` },
      ],
    };
  },
};
