import { describe, expect, test } from 'vitest';
import type { Fields } from '../../src/mysql/messages/message.ts';
import { Statements } from '../../src/mysql/statement.ts';
import { concat, hex, u8 } from '../build/bytes.ts';
import { blind, C, lost, S, type Step, together } from '../build/conversation.ts';
import {
  binaryRow,
  binaryRowOf,
  bulkExecute,
  CAN,
  changeUser,
  column,
  eof,
  err,
  LAST_PREPARED,
  lenencText,
  longData,
  MARIADB,
  ok,
  type Parameter,
  parameter,
  ping,
  prepareOk,
  query,
  resetConnection,
  STATUS,
  stmtClose,
  stmtExecute,
  stmtFetch,
  stmtPrepare,
  stmtReset,
  wire,
} from '../build/mysql.ts';
import { breaksOf, play, storyOf } from './analyze.ts';
import { CONNECT, connectMariadb, connectWith, numbered, times } from './legal-scripts.ts';

const { int, text } = parameter;

/** A PREPARE and its whole answer. */
function prepared(sql: string, parameters: number, columns = 0, id = 1): Step[] {
  const definitions = (count: number) => (count === 0 ? [] : [...times(count, column()), eof()]);
  return [
    C(0, stmtPrepare(sql)),
    ...numbered(S, 1, [
      prepareOk(columns, parameters, id),
      ...definitions(parameters),
      ...definitions(columns),
    ]),
  ];
}

/** An EXECUTE, and its OK. */
const executed = (...of: Parameters<typeof stmtExecute>): Step[] => [
  C(0, stmtExecute(...of)),
  S(1, ok()),
];

/** What the packets of a type say, after a login. */
function fieldsOf(type: string, script: readonly Step[], connect = CONNECT): Fields[] {
  const analysis = play([...connect, ...script], { rows: true });
  expect(breaksOf(analysis)).toEqual([]);
  const found = analysis.packets.filter((packet) => packet.type === type);
  for (const { problems } of found) expect(problems).toEqual([]);
  return found.map(({ fields }) => fields);
}

const parametersOf = (script: readonly Step[], connect = CONNECT) =>
  fieldsOf('COM_STMT_EXECUTE', script, connect).map(({ parameters }) => parameters);

const valuesOf = (script: readonly Step[], connect = CONNECT) =>
  fieldsOf('BinaryRow', script, connect).map(({ values }) => values);

describe('parameters', () => {
  test('are read with their types, NULL by its bit', () => {
    const [fields] = fieldsOf('COM_STMT_EXECUTE', [
      ...prepared('select ?, ?, ?', 3),
      ...executed(1, [int(7), parameter.null, text('é')]),
    ]);
    expect(fields).toEqual({
      statementId: 1,
      sql: 'select ?, ?, ?',
      flags: [],
      iterations: 1,
      parameterTypes: ['MYSQL_TYPE_LONG', 'MYSQL_TYPE_NULL', 'MYSQL_TYPE_VAR_STRING'],
      parameters: [7, null, 'é'],
      attributes: {},
    });
  });

  test('go by the types that were sent last, until others are', () => {
    expect(
      parametersOf([
        ...prepared('select ?, ?', 2),
        ...executed(1, [int(-1), text('a')]),
        ...executed(1, [int(-2), { type: 0, value: null }], { types: false }),
        ...executed(1, [text('b'), { type: 0x8003, value: hex('ffffffff') }]),
        ...executed(1, [text('c'), int(-1)], { types: false }),
      ]),
    ).toEqual([
      [-1, 'a'],
      [-2, null],
      ['b', 0xffff_ffff],
      ['c', 0xffff_ffff],
    ]);
  });

  test('are not guessed at where their types were never sent', () => {
    const { packets } = play([
      ...CONNECT,
      ...prepared('select ?', 1),
      ...executed(1, [int(7)], { types: false }),
      ...executed(1, [int(7)]),
    ]);
    const executes = packets.filter(({ type }) => type === 'COM_STMT_EXECUTE');
    expect(executes.map(({ fields, problems }) => [fields.parameters, problems])).toEqual([
      [null, ['values whose types were never sent at offset 12']],
      [[7], []],
    ]);
  });

  test('have types of their own in each statement', () => {
    expect(
      parametersOf([
        ...prepared('select ?', 1, 0, 1),
        ...prepared('select ? + 1', 1, 0, 2),
        ...executed(1, [int(7)]),
        ...executed(2, [text('seven')]),
        ...executed(1, [int(8)], { types: false }),
        ...executed(2, [text('eight')], { types: false }),
      ]),
    ).toEqual([[7], ['seven'], [8], ['eight']]);
  });

  test('may be none', () => {
    expect(parametersOf([...prepared('select 1', 0), ...executed(1)])).toEqual([[]]);
  });

  test.each([63, 64, 65, 500])('may be %i: the bitmap grows by a byte every eight', (count) => {
    const all = Array.from(
      { length: count },
      (_, i): Parameter => (i % 9 === 8 ? { type: 3, value: null } : int(i)),
    );
    const expected = all.map(({ value }, i) => (value === null ? null : i));
    expect(parametersOf([...prepared('many', count), ...executed(1, all)])).toEqual([expected]);
    // The same, of a statement whose PREPARE was not captured.
    expect(parametersOf(executed(1, all))).toEqual([expected]);
  });

  test('that are no valid text are told in base64, too, in a list of the same length', () => {
    const [fields] = fieldsOf('COM_STMT_EXECUTE', [
      ...prepared('select ?, ?, ?', 3),
      ...executed(1, [
        text('a'),
        { type: 0xfd, value: concat(u8(2), hex('e9ff')) },
        parameter.null,
      ]),
    ]);
    expect(fields!.parametersBase64).toEqual([null, '6f8=', null]);
  });

  test('of a type that nobody knows end the reading, and say so', () => {
    const { packets } = play([
      ...CONNECT,
      ...prepared('select ?, ?', 2),
      ...executed(1, [int(7), { type: 0x70, value: u8(1) }]),
    ]);
    const { fields, problems } = packets.find(({ type }) => type === 'COM_STMT_EXECUTE')!;
    expect(fields.parameters).toEqual([7]);
    expect(problems[0]).toMatch(/^parameter of unknown type 112 /);
  });
});

describe("MariaDB's statement -1, the one prepared last", () => {
  const answered = [prepareOk(0, 1, 5), column(), eof()];

  test('is known before the server has named it', () => {
    const script = [
      together(
        C(0, stmtPrepare('insert into t values (?)')),
        C(0, stmtExecute(LAST_PREPARED, [int(7)])),
      ),
      ...numbered(S, 1, answered),
      S(1, ok()),
      C(0, stmtExecute(LAST_PREPARED, [int(8)], { types: false })),
      S(1, ok()),
      C(0, stmtExecute(5, [int(9)], { types: false })),
      S(1, ok()),
    ];
    const found = fieldsOf('COM_STMT_EXECUTE', script);
    expect(found.map(({ sql }) => sql)).toEqual(times(3, 'insert into t values (?)'));
    expect(found.map(({ parameters }) => parameters)).toEqual([[7], [8], [9]]);
    expect(found[0]!.statementId).toBe(0xffff_ffff);
  });

  test('is the one that fails to be prepared, too', () => {
    const [found] = fieldsOf('COM_STMT_EXECUTE', [
      together(C(0, stmtPrepare('selekt ?')), C(0, stmtExecute(LAST_PREPARED, [int(7)]))),
      S(1, err(1064, 'You have an error in your SQL syntax', '42000')),
      S(1, err(1243, 'Unknown prepared statement handler')),
    ]);
    expect(found).toMatchObject({ sql: 'selekt ?', parameters: [7] });
  });

  test('is the later of two', () => {
    const found = fieldsOf('COM_STMT_EXECUTE', [
      ...prepared('select 1', 0, 0, 1),
      ...prepared('select 2', 0, 0, 2),
      ...executed(LAST_PREPARED),
      ...executed(1),
      ...executed(LAST_PREPARED),
    ]);
    expect(found.map(({ sql }) => sql)).toEqual(['select 2', 'select 1', 'select 2']);
  });

  test('is nothing where nothing was prepared', () => {
    const [found] = fieldsOf('COM_STMT_EXECUTE', [C(0, stmtExecute(LAST_PREPARED)), S(1, ok())]);
    expect(found).toMatchObject({ sql: null, parameters: [] });
  });
});

describe('a statement whose PREPARE was not captured', () => {
  const inTheMiddle = (...script: Step[]) => {
    const { packets } = play(script, { handshake: false, rows: true });
    return packets.filter(({ type }) => type === 'COM_STMT_EXECUTE').map(({ fields }) => fields);
  };

  test('has as many parameters as fit its first EXECUTE to the last byte', () => {
    const [first, second] = inTheMiddle(
      ...executed(9, [int(1), text('two'), parameter.null]),
      ...executed(9, [int(4), text('five'), parameter.null], { types: false }),
    );
    expect(first).toMatchObject({
      sql: null,
      parameterTypes: ['MYSQL_TYPE_LONG', 'MYSQL_TYPE_VAR_STRING', 'MYSQL_TYPE_NULL'],
      parameters: [1, 'two', null],
    });
    expect(second!.parameters).toEqual([4, 'five', null]);
  });

  test('has none where nothing follows', () => {
    const [first] = inTheMiddle(...executed(9));
    expect(first).toMatchObject({ parameterTypes: null, parameters: [] });
  });

  test('is passed over where several numbers fit', () => {
    // As two, the text's length 6 and its NUL are a type (NULL), and what is left is "abcd".
    const [first] = inTheMiddle(...executed(9, [text('\0\u0004abcd')]));
    expect(first!.parameters).toBeNull();
  });

  test('is passed over where no number fits', () => {
    const [first] = inTheMiddle(
      C(0, concat(stmtExecute(9), hex('00 01 0300 01'))),
      S(1, err(1210, 'Incorrect arguments to mysqld_stmt_execute')),
    );
    expect(first).toMatchObject({ parameterTypes: null, parameters: null });
  });

  test('is passed over without types, and read once they come', () => {
    const all = inTheMiddle(
      ...executed(9, [int(1), int(2)], { types: false }),
      ...executed(9, [int(3), int(4)]),
      ...executed(9, [int(5), int(6)], { types: false }),
    );
    expect(all.map(({ parameters }) => parameters)).toEqual([null, [3, 4], [5, 6]]);
  });

  test('has at most 1024 parameters', () => {
    const [first] = inTheMiddle(...executed(9, times(1024, int(1))));
    expect(first!.parameters).toHaveLength(1024);
    const [second] = inTheMiddle(...executed(9, times(1025, int(1))));
    expect(second!.parameters).toBeNull();
  });
});

describe('long data', () => {
  const CHUNKS = [
    ...prepared('insert into t values (?, ?, ?)', 3),
    C(0, longData(1, 1, 'one ')),
    C(0, longData(1, 1, 'two')),
  ];
  const REST: Parameter[] = [int(7), parameter.longText, text('z')];

  test('stands in for the value of its parameter', () => {
    expect(parametersOf([...CHUNKS, ...executed(1, REST)])).toEqual([[7, 'one two', 'z']]);
  });

  test('is told by its length where it is sent', () => {
    expect(fieldsOf('COM_STMT_SEND_LONG_DATA', [...CHUNKS, C(0, ping), S(1, ok())])).toEqual([
      { statementId: 1, sql: 'insert into t values (?, ?, ?)', parameter: 1, dataLength: 4 },
      { statementId: 1, sql: 'insert into t values (?, ?, ?)', parameter: 1, dataLength: 3 },
    ]);
  });

  test('is bytes where the parameter is a blob, even an empty one', () => {
    expect(
      parametersOf([
        ...prepared('insert into t values (?, ?)', 2),
        C(0, longData(1, 0, hex('00ff'))),
        C(0, longData(1, 1, '')),
        ...executed(1, [parameter.longBlob, parameter.longBlob]),
      ]),
    ).toEqual([[{ base64: 'AP8=' }, { base64: '' }]]);
  });

  test('is over with the EXECUTE, whatever comes of it', () => {
    const next = executed(1, [int(8), text('in the clear'), text('z')]);
    const read = [
      [7, 'one two', 'z'],
      [8, 'in the clear', 'z'],
    ];
    expect(parametersOf([...CHUNKS, ...executed(1, REST), ...next])).toEqual(read);
    const failed = [C(0, stmtExecute(1, REST)), S(1, err(1048, "Column 'n' cannot be null"))];
    expect(parametersOf([...CHUNKS, ...failed, ...next])).toEqual(read);
  });

  test('is over with an EXECUTE whose types are not known', () => {
    expect(
      parametersOf([
        C(0, longData(1, 0, 'long')),
        ...executed(1, [parameter.longText, int(1)], { types: false }),
        ...executed(1, [text('short'), int(2)]),
      ]),
    ).toEqual([null, ['short', 2]]);
  });

  test('is over with a RESET', () => {
    expect(
      parametersOf([
        ...CHUNKS,
        C(0, stmtReset(1)),
        S(1, ok()),
        ...executed(1, [int(8), text('in the clear'), text('z')]),
      ]),
    ).toEqual([[8, 'in the clear', 'z']]);
  });

  test('belongs to its statement', () => {
    expect(
      parametersOf([
        ...prepared('a ?', 1, 0, 1),
        ...prepared('b ?', 1, 0, 2),
        C(0, longData(2, 0, 'long')),
        ...executed(1, [text('short')]),
        ...executed(2, [parameter.longText]),
      ]),
    ).toEqual([['short'], ['long']]);
  });

  test('stands where the bitmap says NULL, as libmariadb has it', () => {
    expect(parametersOf([...CHUNKS, ...executed(1, [int(7), parameter.null, text('z')])])).toEqual([
      [7, 'one two', 'z'],
    ]);
  });

  test('is kept up to 4 MiB a connection; its length is told', () => {
    const room = 4 * 1024 * 1024;
    const [values] = parametersOf([
      ...prepared('insert into t values (?, ?)', 2),
      C(0, longData(1, 0, 'x'.repeat(room - 2))),
      C(0, longData(1, 1, 'abcde')),
      C(0, longData(1, 0, 'more')),
      ...executed(1, [parameter.longText, parameter.longText]),
    ]) as unknown[][];
    expect(values![0]).toEqual({ value: 'x'.repeat(room - 2), length: room + 2 });
    expect(values![1]).toEqual({ value: 'ab', length: 5 });
  });
});

describe('what is kept of statements is bounded', () => {
  test('by their number: the oldest give way', () => {
    const statements = new Statements();
    for (let id = 1; id <= 16_383; id++) statements.open(id, statements.prepare(`select ${id}`));
    expect(statements.find(1).sql).toBeNull();
    expect(statements.find(3).sql).toBe('select 3');
    expect(statements.find(16_383).sql).toBe('select 16383');
  });

  test('by their text: the oldest give way, the newest never', () => {
    const statements = new Statements();
    const mebibyte = 1024 * 1024;
    for (let id = 1; id <= 17; id++) statements.open(id, statements.prepare('x'.repeat(mebibyte)));
    expect(statements.find(1).sql).toBeNull();
    expect(statements.find(2).sql).toHaveLength(mebibyte);
    statements.open(99, statements.prepare('y'.repeat(17 * mebibyte)));
    expect(statements.find(99).sql).toHaveLength(17 * mebibyte);
    statements.close(99);
    statements.open(100, statements.prepare('z'));
    statements.open(101, statements.prepare('z'));
    expect(statements.find(100).sql).toBe('z');
  });

  test('an id given again is one statement', () => {
    const statements = new Statements();
    for (let i = 0; i < 40; i++) statements.open(1, statements.prepare('x'.repeat(1 << 20)));
    statements.open(2, statements.prepare('two'));
    expect(statements.find(1).sql).toHaveLength(1 << 20);
    expect(statements.find(2).sql).toBe('two');
  });

  test('where no PREPARE was captured, too', () => {
    const statements = new Statements();
    statements.find(1).parameters = 3;
    for (let id = 2; id <= 16_383; id++) statements.find(id);
    expect(statements.find(1).parameters).toBeNull();
  });
});

describe('query attributes', () => {
  const CONNECT_NAMED = connectWith(CAN.QUERY_ATTRIBUTES);
  const COUNTED = { flags: 0x08, named: true };

  test('stand beside the parameters, by their names', () => {
    const [fields] = fieldsOf(
      'COM_STMT_EXECUTE',
      [
        ...prepared('select ?', 1),
        ...executed(
          1,
          [
            int(7),
            { type: 0xfd, value: lenencText('abc'), name: 'trace' },
            { type: 0x8001, value: u8(255), name: '__proto__' },
            { type: 6, value: null, name: 'none' },
          ],
          COUNTED,
        ),
      ],
      CONNECT_NAMED,
    );
    expect(fields).toMatchObject({
      flags: ['PARAMETER_COUNT_AVAILABLE'],
      parameterTypes: [
        'MYSQL_TYPE_LONG',
        'MYSQL_TYPE_VAR_STRING',
        'MYSQL_TYPE_TINY UNSIGNED',
        'MYSQL_TYPE_NULL',
      ],
      parameters: [7],
    });
    expect(Object.entries(fields!.attributes as object)).toEqual([
      ['trace', 'abc'],
      ['__proto__', 255],
      ['none', null],
    ]);
  });

  test('may be all that there is', () => {
    const [fields] = fieldsOf(
      'COM_STMT_EXECUTE',
      [
        ...prepared('select 1', 0),
        ...executed(1, [{ type: 3, value: wire.n32(1), name: 'a' }], COUNTED),
      ],
      CONNECT_NAMED,
    );
    expect(fields).toMatchObject({ parameters: [], attributes: { a: 1 } });
  });

  test('may be none: a count of 0', () => {
    const [fields] = fieldsOf(
      'COM_STMT_EXECUTE',
      [...prepared('select 1', 0), ...executed(1, [], COUNTED)],
      CONNECT_NAMED,
    );
    expect(fields).toMatchObject({ parameters: [], attributes: {} });
  });

  test('are announced by a count without the flag, too, where there are parameters', () => {
    // parse_query_bind_params (sql/protocol_classic.cc) reads it by the capability alone.
    expect(
      parametersOf(
        [...prepared('select ?', 1), ...executed(1, [int(7)], { named: true })],
        CONNECT_NAMED,
      ),
    ).toEqual([[7]]);
  });

  test('are not what has no name, where the PREPARE was not captured', () => {
    const [fields] = fieldsOf(
      'COM_STMT_EXECUTE',
      executed(1, [int(7), int(8), { type: 3, value: wire.n32(1), name: 'a' }], COUNTED),
      CONNECT_NAMED,
    );
    expect(fields).toMatchObject({ parameters: [7, 8], attributes: { a: 1 } });
  });

  test('do not hold the types of the parameters up', () => {
    expect(
      parametersOf(
        [
          ...prepared('select ?', 1),
          ...executed(1, [int(7), { type: 3, value: wire.n32(1), name: 'a' }], COUNTED),
          ...executed(1, [int(8)], { ...COUNTED, types: false }),
        ],
        CONNECT_NAMED,
      ),
    ).toEqual([[7], [8]]);
  });

  test('stand beside long data', () => {
    const [fields] = fieldsOf(
      'COM_STMT_EXECUTE',
      [
        ...prepared('select ?', 1),
        C(0, longData(1, 0, 'long')),
        ...executed(1, [parameter.longText, { type: 3, value: wire.n32(1), name: 'a' }], COUNTED),
      ],
      CONNECT_NAMED,
    );
    expect(fields).toMatchObject({ parameters: ['long'], attributes: { a: 1 } });
  });
});

describe('rows of the binary protocol', () => {
  const COLUMNS = [column({ name: 'id', type: 3, collation: 63 }), column({ name: 'name' })];

  test('are read by their columns, NULL by a bit behind the first two', () => {
    expect(
      valuesOf([
        ...prepared('select id, name from t', 0, 2),
        C(0, stmtExecute(1)),
        ...numbered(S, 1, [
          u8(2),
          ...COLUMNS,
          eof(),
          binaryRowOf(wire.n32(1), lenencText('a')),
          binaryRowOf(null, lenencText('b')),
          binaryRowOf(wire.n32(3), null),
          binaryRowOf(null, null),
          eof(),
        ]),
      ]),
    ).toEqual([
      [1, 'a'],
      [null, 'b'],
      [3, null],
      [null, null],
    ]);
  });

  test.each([6, 7, 14, 15])('may have %i columns: the bitmap is two bits longer', (count) => {
    const row = Array.from({ length: count }, (_, i) => (i % 3 === 2 ? null : lenencText(`${i}`)));
    expect(
      valuesOf([
        C(0, stmtExecute(1)),
        ...numbered(S, 1, [
          u8(count),
          ...times(count, column()),
          eof(),
          binaryRowOf(...row),
          eof(),
        ]),
      ]),
    ).toEqual([row.map((value, i) => (value === null ? null : `${i}`))]);
  });

  test('of a cursor come with FETCH, without definitions', () => {
    const script = [
      ...prepared('select name from t', 0, 1),
      C(0, stmtExecute(1, [], { flags: 1 })),
      ...numbered(S, 1, [u8(1), column(), eof(STATUS.AUTOCOMMIT | STATUS.CURSOR)]),
      C(0, stmtFetch(1, 2)),
      ...numbered(S, 1, [binaryRow('a'), binaryRow('b'), eof(STATUS.AUTOCOMMIT | STATUS.CURSOR)]),
      C(0, stmtFetch(1, 2)),
      ...numbered(S, 1, [eof(STATUS.AUTOCOMMIT | STATUS.LAST_ROW_SENT)]),
    ];
    expect(valuesOf(script)).toEqual([['a'], ['b']]);
    expect(fieldsOf('COM_STMT_FETCH', script)[0]).toEqual({
      statementId: 1,
      sql: 'select name from t',
      rows: 2,
    });
  });

  test('go by the definitions of the PREPARE where they are left out', () => {
    const connect = connectMariadb(MARIADB.CACHE_METADATA);
    const script = [
      ...prepared('select name from t', 0, 1),
      C(0, stmtExecute(1)),
      ...numbered(S, 1, [u8(1, 0), eof(), binaryRow('a'), eof()]),
    ];
    expect(valuesOf(script, connect)).toEqual([['a']]);
  });

  test('go by the definitions that came last, changed or not', () => {
    const connect = connectMariadb(MARIADB.CACHE_METADATA);
    expect(
      valuesOf(
        [
          ...prepared('select * from t', 0, 1),
          C(0, stmtExecute(1)),
          ...numbered(S, 1, [
            u8(2, 1),
            ...COLUMNS,
            eof(),
            binaryRowOf(wire.n32(1), lenencText('a')),
            eof(),
          ]),
          C(0, stmtExecute(1)),
          ...numbered(S, 1, [u8(2, 0), eof(), binaryRowOf(wire.n32(2), lenencText('b')), eof()]),
        ],
        connect,
      ),
    ).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  test('are not read where their definitions were never seen', () => {
    const connect = connectMariadb(MARIADB.CACHE_METADATA);
    expect(
      valuesOf(
        [C(0, stmtExecute(1)), ...numbered(S, 1, [u8(1, 0), eof(), binaryRow('a'), eof()])],
        connect,
      ),
    ).toEqual([null]);
  });
});

describe('a bulk of parameters', () => {
  const sets = (...rows: readonly Uint8Array[][]) => concat(...rows.flat());
  const value = (number: number) => concat(u8(0), wire.n32(number));
  const [NULL, DEFAULT, IGNORE] = [u8(1), u8(2), u8(3)];

  test('has an indicator before each value', () => {
    const [fields] = fieldsOf('COM_STMT_BULK_EXECUTE', [
      ...prepared('insert into t values (?, ?)', 2),
      C(
        0,
        bulkExecute(
          1,
          [0x03, 0xfd],
          sets(
            [value(1), u8(0), lenencText('a')],
            [value(2), NULL],
            [DEFAULT, IGNORE],
            [NULL, u8(0), lenencText('')],
          ),
        ),
      ),
      S(1, ok({ affected: 4 })),
    ]);
    expect(fields).toEqual({
      statementId: 1,
      sql: 'insert into t values (?, ?)',
      flags: ['SEND_TYPES_TO_SERVER'],
      parameterTypes: ['MYSQL_TYPE_LONG', 'MYSQL_TYPE_VAR_STRING'],
      parameters: [
        [1, 'a'],
        [2, null],
        [{ indicator: 'DEFAULT' }, { indicator: 'IGNORE' }],
        [null, ''],
      ],
    });
  });

  test('goes by the types of the one before', () => {
    const found = fieldsOf('COM_STMT_BULK_EXECUTE', [
      ...prepared('insert into t values (?)', 1),
      C(0, bulkExecute(1, [3], value(1))),
      S(1, ok()),
      C(0, bulkExecute(1, null, sets([value(2), value(3)]))),
      S(1, ok()),
    ]);
    expect(found.map(({ parameters }) => parameters)).toEqual([[[1]], [[2], [3]]]);
  });

  test('is passed over where the number of parameters is not known', () => {
    const [fields] = fieldsOf('COM_STMT_BULK_EXECUTE', [
      C(0, bulkExecute(1, [3], value(1))),
      S(1, ok()),
    ]);
    expect(fields).toMatchObject({ parameterTypes: null, parameters: null });
  });

  test('says where a value is cut off', () => {
    const { packets } = play([
      ...CONNECT,
      ...prepared('insert into t values (?)', 1),
      C(0, bulkExecute(1, [3], sets([value(1), u8(0, 9, 9)]))),
      S(1, ok()),
    ]);
    const { fields, problems } = packets.find(({ type }) => type === 'COM_STMT_BULK_EXECUTE')!;
    expect(fields.parameters).toEqual([[1], []]);
    expect(problems).toHaveLength(1);
  });
});

describe('a statement is forgotten', () => {
  const sqlOf = (script: Step[]) => fieldsOf('COM_STMT_EXECUTE', script).map(({ sql }) => sql);
  const before = prepared('select 1', 0);

  test('with CLOSE', () => {
    expect(sqlOf([...before, ...executed(1), C(0, stmtClose(1)), ...executed(1)])).toEqual([
      'select 1',
      null,
    ]);
  });

  test('with COM_RESET_CONNECTION, once that is answered', () => {
    expect(sqlOf([...before, C(0, resetConnection), S(1, ok()), ...executed(1)])).toEqual([null]);
    expect(
      sqlOf([...before, C(0, resetConnection), S(1, ok()), ...executed(LAST_PREPARED)]),
    ).toEqual([null]);
  });

  test('with COM_CHANGE_USER, unless that fails', () => {
    expect(sqlOf([...before, C(0, changeUser()), S(1, ok()), ...executed(1)])).toEqual([null]);
    expect(
      sqlOf([...before, C(0, changeUser()), S(1, err(1045, 'Access denied')), ...executed(1)]),
    ).toEqual(['select 1']);
  });

  test('where its id is given to another', () => {
    expect(sqlOf([...before, ...prepared('select 2', 0), ...executed(1)])).toEqual(['select 2']);
  });

  test('never where a PREPARE fails', () => {
    expect(
      sqlOf([...before, C(0, stmtPrepare('selekt')), S(1, err(1064, 'syntax')), ...executed(1)]),
    ).toEqual(['select 1']);
  });
});

describe('the answer to a PREPARE', () => {
  test('is read without its definitions where they are left out', () => {
    const connect = connectWith(CAN.OPTIONAL_METADATA | CAN.DEPRECATE_EOF);
    const script = [
      ...connect,
      C(0, stmtPrepare('select ?, n from t')),
      S(1, concat(prepareOk(1, 1), u8(0))),
      C(0, ping),
      S(1, ok()),
    ];
    const { packets } = play(script);
    expect(storyOf(packets).slice(3)).toEqual([
      'C0 COM_STMT_PREPARE',
      'S1 StmtPrepareOK',
      'C0 COM_PING',
      'S1 OK',
    ]);
    expect(packets[4]!.fields).toMatchObject({ columns: 1, parameters: 1, metadataFollows: false });
  });

  test('may have parameters and columns, with an EOF behind each or without any', () => {
    const story = (connect: Step[], ...ends: Uint8Array[]) => {
      const script = [
        ...connect,
        C(0, stmtPrepare('select ?, n from t')),
        ...numbered(S, 1, [prepareOk(1, 2), column(), column(), ...ends, column(), ...ends]),
        ...executed(1, [int(1), int(2)]),
      ];
      const { packets, report } = play(script);
      expect(report.findings).toEqual([]);
      expect(packets.at(-2)!.fields.parameters).toEqual([1, 2]);
      return packets.slice(5, -2).map(({ type }) => type);
    };
    const DEFINITION = 'ColumnDefinition';
    expect(story(CONNECT, eof())).toEqual([
      ...[DEFINITION, DEFINITION, 'EOF'],
      ...[DEFINITION, 'EOF'],
    ]);
    expect(story(connectWith(CAN.DEPRECATE_EOF))).toEqual(times(3, DEFINITION));
  });

  test('that was not captured leaves the next answer its own', () => {
    const { packets } = play([
      ...CONNECT,
      C(0, stmtPrepare('select ?')),
      lost(S(1, prepareOk(0, 1))),
      ...executed(1, [int(7)]),
    ]);
    expect(packets.at(-2)!.fields).toMatchObject({ sql: null, parameters: [7] });
  });
});

test('many statements sent ahead are told apart by their order', () => {
  const { packets, report } = play([
    ...CONNECT,
    together(C(0, stmtPrepare('a ?')), C(0, stmtPrepare('b ?'))),
    blind(together(S(1, prepareOk(0, 1, 11)), S(2, column()), S(3, eof()))),
    together(S(1, prepareOk(0, 1, 12)), S(2, column()), S(3, eof())),
    ...executed(12, [text('x')]),
    ...executed(11, [text('y')]),
    C(0, query('select 1')),
    S(1, ok()),
  ]);
  expect(report.findings).toEqual([]);
  const found = packets.filter(({ type }) => type === 'COM_STMT_EXECUTE');
  expect(found.map(({ fields }) => fields.sql)).toEqual(['b ?', 'a ?']);
});
