import { describe, expect, test } from 'vitest';
import type { Query, Response } from '../../src/mysql/query.ts';
import { concat, hex, u8 } from '../build/bytes.ts';
import { after, blind, C, fin, lost, on, S, type Step, together } from '../build/conversation.ts';
import {
  binaryRow,
  CAN,
  changeUser,
  column,
  command,
  endOfRows,
  eof,
  err,
  lenencText,
  ok,
  parameter,
  ping,
  prepareOk,
  progress,
  query,
  quit,
  resetConnection,
  STATUS,
  stmtExecute,
  stmtFetch,
  stmtPrepare,
  textRow,
} from '../build/mysql.ts';
import { type AnalyzeOptions, play } from './analyze.ts';
import { CONNECT, connectWith, numbered, times } from './legal-scripts.ts';

const MORE = STATUS.AUTOCOMMIT | STATUS.MORE_RESULTS;

/** Queries and results alone, as their views ask for them. */
function told(script: readonly Step[], options: AnalyzeOptions = {}) {
  return play([...CONNECT, ...script], {
    packets: false,
    queries: true,
    results: true,
    rows: true,
    ...options,
  });
}

const queriesOf = (script: readonly Step[], options?: AnalyzeOptions) =>
  told(script, options).queries;

function onlyQuery(script: readonly Step[], options?: AnalyzeOptions): Query {
  const queries = queriesOf(script, options);
  expect(queries).toHaveLength(1);
  return queries[0]!;
}

/** What of a response is neither null nor about frames. */
function factsOf(response: Response) {
  const { frame: _, lastFrame: __, columns, values, ...rest } = response;
  const facts = Object.entries(rest).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(facts),
    ...(columns === null ? {} : { columns: columns.map(({ name }) => name) }),
    ...(values.length === 0 ? {} : { values }),
  };
}

const responsesOf = (script: readonly Step[], options?: AnalyzeOptions) =>
  onlyQuery(script, options).responses.map(factsOf);

const select = (...rows: (string | null)[]) => [
  u8(1),
  column(),
  eof(),
  ...rows.map((row) => textRow(row)),
  eof(),
];

describe('what answers a command', () => {
  test('an OK', () => {
    const info = lenencText('Rows matched: 3');
    const script = [
      C(0, query('update t set n = 1')),
      S(1, ok({ affected: 3, insertId: 9, info, warnings: 2 })),
    ];
    expect(responsesOf(script)).toEqual([
      { kind: 'ok', affectedRows: 3, lastInsertId: 9, warnings: 2, info: 'Rows matched: 3' },
    ]);
  });

  test('an ERR', () => {
    const script = [C(0, query('selekt')), S(1, err(1064, 'syntax', '42000'))];
    expect(responsesOf(script)).toEqual([
      { kind: 'error', error: { code: 1064, sqlState: '42000', message: 'syntax' } },
    ]);
  });

  test('a result set', () => {
    const script = [C(0, query('select n from t')), ...numbered(S, 1, select('a', null))];
    expect(responsesOf(script)).toEqual([
      { kind: 'resultset', rows: 2, columns: ['n'], warnings: 0, values: [['a'], [null]] },
    ]);
  });

  test('an empty result set', () => {
    const script = [C(0, query('select n from t')), ...numbered(S, 1, select())];
    expect(responsesOf(script)).toEqual([
      { kind: 'resultset', rows: 0, columns: ['n'], warnings: 0 },
    ]);
  });

  test('a result set that ends in an OK', () => {
    const [, , ...rest] = numbered(S, 1, [u8(1), column(), textRow('a'), endOfRows()]);
    const analysis = play(
      [
        ...connectWith(CAN.DEPRECATE_EOF),
        C(0, query('select n from t')),
        S(1, u8(1)),
        S(2, column()),
        ...rest,
      ],
      { packets: false, queries: true },
    );
    expect(analysis.queries[0]!.responses.map(factsOf)).toEqual([
      { kind: 'resultset', rows: 1, columns: ['n'], warnings: 0 },
    ]);
  });

  // Against its documentation, MySQL sends the count first (Protocol_classic::start_result_metadata),
  // and its client reads it so (cli_read_query_result).
  test.each([
    [1, ['n', 'n']],
    [0, null],
  ])('a result set whose definitions are optional: %i', (follow, names) => {
    const definitions = follow === 1 ? [column(), column()] : [];
    const { queries } = play(
      [
        ...connectWith(CAN.OPTIONAL_METADATA | CAN.DEPRECATE_EOF),
        C(0, query('select n, n from t')),
        ...numbered(S, 1, [u8(2, follow), ...definitions, textRow('a', 'b'), endOfRows()]),
      ],
      { packets: false, queries: true },
    );
    const [response] = queries[0]!.responses;
    expect(response!.columns?.map(({ name }) => name) ?? null).toEqual(names);
    expect(response!.rows).toBe(1);
  });

  test('a file asked for, and what came of it', () => {
    const script = [
      C(0, query("load data local infile 'x' into table t")),
      S(1, concat(u8(0xfb), hex('78'))),
      C(2, hex('61 0a')),
      C(3, hex('')),
      S(4, ok({ affected: 1 })),
    ];
    expect(responsesOf(script)).toEqual([
      { kind: 'localInfile', affectedRows: 1, lastInsertId: 0, warnings: 0 },
    ]);
  });

  test('a statement prepared', () => {
    const script = [
      C(0, stmtPrepare('select n from t where n = ?')),
      ...numbered(S, 1, [prepareOk(1, 1), column({ name: '?' }), eof(), column(), eof()]),
    ];
    expect(responsesOf(script)).toEqual([{ kind: 'prepared', columns: ['n'], warnings: 0 }]);
    expect(told(script).results).toEqual([]);
  });

  test('a line of text', () => {
    const script = [C(0, command(0x09)), S(1, command(0x55, 'ptime: 5'))];
    expect(responsesOf(script)).toEqual([{ kind: 'text', info: 'Uptime: 5' }]);
  });

  test('columns of a table', () => {
    const script = [
      C(0, command(0x04, 'items\0')),
      ...numbered(S, 1, [column({ name: 'a' }), column({ name: 'b' }), eof()]),
    ];
    expect(responsesOf(script)).toEqual([
      { kind: 'resultset', rows: 0, columns: ['a', 'b'], warnings: 0 },
    ]);
  });

  test('nothing, where nothing is due', () => {
    const [closed, left] = queriesOf([C(0, command(0x19, hex('01000000'))), C(0, quit)]);
    for (const one of [closed!, left!]) {
      expect(one).toMatchObject({ complete: true, sql: null });
      expect(one.responses.map(factsOf)).toEqual([{ kind: 'none' }]);
    }
  });

  test('progress reports are part of it', () => {
    const script = [
      C(0, query('alter table t')),
      ...numbered(S, 1, [progress(1), progress(2), ok()]),
    ];
    expect(onlyQuery(script).responses).toHaveLength(1);
    expect(onlyQuery(script).responses[0]!.kind).toBe('ok');
  });
});

describe('several results of one command', () => {
  test('are told in their order', () => {
    const script = [
      C(0, query('insert …; select n from t; select n from t; set @x = 1')),
      ...numbered(S, 1, [
        ok({ affected: 1, status: MORE }),
        ...select('a', 'b').slice(0, -1),
        eof(MORE),
        ...select('c').slice(0, -1),
        eof(MORE),
        ok(),
      ]),
    ];
    const one = onlyQuery(script);
    expect(one.complete).toBe(true);
    expect(one.responses.map(({ kind, rows }) => [kind, rows])).toEqual([
      ['ok', null],
      ['resultset', 2],
      ['resultset', 1],
      ['ok', null],
    ]);
    expect(
      told(script).results.map(({ frame, response }) => [frame.number, response.values]),
    ).toEqual([
      [9, [['a'], ['b']]],
      [15, [['c']]],
    ]);
  });

  test('may end in an error', () => {
    const script = [
      C(0, query('set @x = 1; selekt')),
      ...numbered(S, 1, [ok({ status: MORE }), err(1064, 'syntax', '42000')]),
      C(0, ping),
      S(1, ok()),
    ];
    const [one, two] = queriesOf(script);
    expect(one!.responses.map(({ kind }) => kind)).toEqual(['ok', 'error']);
    expect([one!.complete, two!.complete]).toEqual([true, true]);
  });

  test('an error among rows makes them an error; how many came is told', () => {
    const script = [
      C(0, query('select n from t')),
      ...numbered(S, 1, [...select('a', 'b').slice(0, -1), err(1317, 'interrupted', '70100')]),
    ];
    const error = { code: 1317, sqlState: '70100', message: 'interrupted' };
    expect(responsesOf(script)).toMatchObject([
      { kind: 'error', rows: 2, columns: ['n'], error, values: [['a'], ['b']] },
    ]);
    expect(told(script).results).toHaveLength(1);
  });

  test('may be thousands, of which the first thousand are kept', () => {
    const script = [
      C(0, query('call p()')),
      together(S(1, ok({ status: MORE })), ...numbered(S, 2, times(1500, ok({ status: MORE })))),
      S((2 + 1500) & 0xff, ok()),
    ];
    const one = onlyQuery(script);
    expect(one.responses).toHaveLength(1000);
    expect(one.complete).toBe(true);
  });
});

describe('a cursor', () => {
  const CURSOR = STATUS.AUTOCOMMIT | STATUS.CURSOR;
  const script = [
    C(0, stmtPrepare('select n from t')),
    ...numbered(S, 1, [prepareOk(1, 0), column(), eof()]),
    C(0, stmtExecute(1, [], { flags: 1 })),
    ...numbered(S, 1, [u8(1), column(), eof(CURSOR)]),
    C(0, stmtFetch(1, 2)),
    ...numbered(S, 1, [binaryRow('a'), binaryRow('b'), eof(CURSOR)]),
    C(0, stmtFetch(1, 2)),
    ...numbered(S, 1, [eof(STATUS.AUTOCOMMIT | STATUS.LAST_ROW_SENT)]),
  ];

  test('is opened without rows, and each FETCH has its own', () => {
    expect(
      queriesOf(script).map(({ command, sql, complete, responses }) => [
        command,
        sql,
        complete,
        responses[0]!.kind,
        responses[0]!.rows,
      ]),
    ).toEqual([
      ['COM_STMT_PREPARE', 'select n from t', true, 'prepared', null],
      ['COM_STMT_EXECUTE', 'select n from t', true, 'resultset', 0],
      ['COM_STMT_FETCH', 'select n from t', true, 'resultset', 2],
      ['COM_STMT_FETCH', 'select n from t', true, 'resultset', 0],
    ]);
  });

  test('names its columns in every FETCH', () => {
    const names = told(script).results.map(({ response }) =>
      response.columns?.map(({ name }) => name),
    );
    expect(names).toEqual([['n'], ['n'], ['n']]);
  });
});

describe('an answer that is not there', () => {
  test('is missing', () => {
    const one = onlyQuery([C(0, query('select sleep(9)')), fin('client')]);
    expect(one.complete).toBe(false);
    expect(one.responses.map(factsOf)).toEqual([{ kind: 'missing' }]);
    expect(one.responses[0]!.frame).toBeNull();
  });

  test('is told as far as it came', () => {
    const script = [
      C(0, query('select n from t')),
      ...numbered(S, 1, select('a', 'b')).slice(0, -1),
    ];
    const one = onlyQuery(script);
    expect(one.complete).toBe(false);
    expect(one.responses.map(factsOf)).toEqual([
      { kind: 'resultset', rows: 2, columns: ['n'], warnings: 0, values: [['a'], ['b']] },
    ]);
    expect(told(script).results).toHaveLength(1);
  });

  test('is told as far as it came where bytes are missing', () => {
    const rows = numbered(S, 1, select('a', 'b', 'c'));
    const script = [
      C(0, query('select n from t')),
      ...rows.slice(0, 4),
      lost(rows[4]!),
      ...rows.slice(5),
      C(0, ping),
      S(1, ok()),
    ];
    const [cut, next] = queriesOf(script);
    expect(cut).toMatchObject({ complete: false, sql: 'select n from t' });
    expect(cut!.responses[0]).toMatchObject({ kind: 'resultset', rows: 2 });
    expect(next).toMatchObject({ complete: true, command: 'COM_PING' });
  });

  test('of a stream is told at once: nobody waits for its end', () => {
    const event = hex('00 00000000 1b 01000000 13000000 00000000 0000');
    const { queries, toldEarly } = told([
      C(0, command(0x12, concat(hex('04000000 0000 02000000'), command(0x62, 'inlog.000001')))),
      ...numbered(S, 1, times(5, event)),
    ]);
    expect(toldEarly).toBe(1);
    expect(queries[0]!.responses.map(({ kind }) => kind)).toEqual(['stream']);
    expect(queries[0]!.complete).toBe(false);
  });
});

describe('when', () => {
  const frames = ({ frame, lastFrame, responses }: Query) => [
    frame.number,
    lastFrame.number,
    ...responses.flatMap((response) => [response.frame?.number, response.lastFrame?.number]),
  ];

  test('it was asked, and the answer began and ended', () => {
    const one = onlyQuery([
      C(0, query('select n from t')),
      ...numbered(S, 1, select('a', 'b')).map((step) => after(1, step)),
    ]);
    expect(frames(one)).toEqual([7, 7, 8, 13]);
  });

  test('each of several results came', () => {
    const one = onlyQuery([
      C(0, query('set @x = 1; select n from t')),
      ...numbered(S, 1, [ok({ status: MORE }), ...select('a')]),
    ]);
    expect(frames(one)).toEqual([7, 7, 8, 8, 9, 13]);
  });

  test('a command of several segments was sent to its end', () => {
    const { queries } = play([...CONNECT, C(0, query(`select ${'x'.repeat(20)}`)), S(1, ok())], {
      packets: false,
      queries: true,
      segmentBytes: 10,
    });
    const { frame, lastFrame } = queries[0]!;
    expect(lastFrame.number - frame.number).toBe(3);
  });

  test('rows that were only counted ended', () => {
    const script = [C(0, query('select n from t')), ...numbered(S, 1, select('a', 'b', 'c'))];
    expect(frames(onlyQuery(script, { rows: false, results: false }))).toEqual([7, 7, 8, 14]);
    const cut = script.slice(0, -1);
    expect(onlyQuery(cut, { rows: false }).responses[0]).toMatchObject({ rows: 3 });
  });
});

describe('who asked, and where', () => {
  const here = (script: Step[], connect?: Step[]) => {
    const { queries } = play(
      [...(connect ?? connectWith(CAN.CONNECT_WITH_DB)), ...script, C(0, ping), S(1, ok())],
      { packets: false, queries: true },
    );
    const { user, database } = queries.at(-1)!;
    return { user, database };
  };

  test('the login says', () => {
    expect(here([])).toEqual({ user: 'app', database: 'shop' });
    expect(here([], CONNECT)).toEqual({ user: 'app', database: null });
  });

  test.each([
    ['use stock', 'stock'],
    ['USE `my stock` ;', 'my stock'],
    [' use stock;', 'stock'],
    ['use stock where', 'shop'],
    ['select 1 /* use stock */', 'shop'],
  ])('a USE changes the database: %s', (sql, database) => {
    expect(here([C(0, query(sql)), S(1, ok())]).database).toBe(database);
  });

  test('a USE that fails does not', () => {
    expect(here([C(0, query('use stock')), S(1, err(1049, 'Unknown database'))]).database).toBe(
      'shop',
    );
  });

  test('the command itself is still where it was', () => {
    const { queries } = play(
      [...connectWith(CAN.CONNECT_WITH_DB), C(0, query('use stock')), S(1, ok())],
      { packets: false, queries: true },
    );
    expect(queries[0]!.database).toBe('shop');
  });

  test('COM_INIT_DB changes the database, unless it fails', () => {
    expect(here([C(0, command(0x02, 'stock')), S(1, ok())]).database).toBe('stock');
    expect(here([C(0, command(0x02, 'stock')), S(1, err(1049, 'Unknown'))]).database).toBe('shop');
  });

  test('COM_CHANGE_USER changes both, unless it fails', () => {
    const to = changeUser({ user: 'root', database: 'mysql' });
    expect(here([C(0, to), S(1, ok())])).toEqual({ user: 'root', database: 'mysql' });
    expect(here([C(0, to), S(1, err(1045, 'Access denied'))])).toEqual({
      user: 'app',
      database: 'shop',
    });
    expect(here([C(0, changeUser({ user: 'root', database: '' })), S(1, ok())])).toEqual({
      user: 'root',
      database: null,
    });
  });

  test('COM_RESET_CONNECTION changes neither', () => {
    expect(here([C(0, resetConnection), S(1, ok())])).toEqual({ user: 'app', database: 'shop' });
  });

  test('the server says where it tracks the session', () => {
    const schema = (name: string) =>
      ok({
        status: STATUS.AUTOCOMMIT | STATUS.SESSION_STATE_CHANGED,
        info: concat(lenencText(''), lenencText(concat(u8(1), lenencText(lenencText(name))))),
      });
    const connect = connectWith(CAN.SESSION_TRACK | CAN.CONNECT_WITH_DB);
    expect(here([C(0, query('call p()')), S(1, schema('stock'))], connect).database).toBe('stock');
    expect(
      here([C(0, query('drop database shop')), S(1, schema(''))], connect).database,
    ).toBeNull();
  });

  test('nobody says where the login was not captured', () => {
    const { queries } = play([C(0, ping), S(1, ok())], {
      handshake: false,
      packets: false,
      queries: true,
    });
    expect(queries[0]).toMatchObject({ user: null, database: null });
  });
});

describe('parameters', () => {
  test('are told with the command', () => {
    const one = queriesOf([
      C(0, stmtExecute(1, [parameter.int(7), parameter.null, parameter.text('x')])),
      S(1, ok()),
    ])[0]!;
    expect(one.params).toEqual([7, null, 'x']);
    expect(queriesOf([C(0, query('select 1')), S(1, ok())])[0]!.params).toBeNull();
  });
});

describe('the order', () => {
  const slow = (connection: number, script: readonly Step[]) =>
    [...CONNECT, ...script].map((step) => on(connection, step));

  test('is that of the commands, not of their ends', () => {
    const [ask, ...answer] = [C(0, query('slow')), ...numbered(S, 1, select('a'))];
    const { queries, results } = play(
      [
        ...slow(0, [ask!, answer[0]!]),
        ...slow(1, [C(0, query('fast')), ...numbered(S, 1, select('b'))]),
        ...answer.slice(1).map((step) => on(0, step)),
      ],
      { packets: false, queries: true, results: true, rows: true, chunkBytes: 100 },
    );
    expect(queries.map(({ sql }) => sql)).toEqual(['slow', 'fast']);
    expect(results.map(({ response }) => response.values)).toEqual([[['a']], [['b']]]);
  });

  test.each([true, false])(
    'of results, with queries %s, is that of their first bytes',
    (queries) => {
      const [ask, ...answer] = [C(0, query('slow')), ...numbered(S, 1, select('a'))];
      const { results } = play(
        [
          ...slow(0, [ask!, answer[0]!]),
          ...slow(1, [C(0, query('fast')), ...numbered(S, 1, select('b'))]),
          ...answer.slice(1).map((step) => on(0, step)),
        ],
        { packets: false, queries, results: true, rows: true, chunkBytes: 100 },
      );
      expect(results.map(({ sql }) => sql)).toEqual(['slow', 'fast']);
    },
  );

  test('of results may be another than that of their commands', () => {
    const [ask, ...answer] = [C(0, query('slow')), ...numbered(S, 1, select('a'))];
    const { queries, results } = play(
      [
        ...slow(0, [ask!]),
        ...slow(1, [C(0, query('fast')), ...numbered(S, 1, select('b'))]),
        ...answer.map((step) => on(0, step)),
      ],
      { packets: false, queries: true, results: true, rows: true, chunkBytes: 100 },
    );
    expect(queries.map(({ sql }) => sql)).toEqual(['slow', 'fast']);
    expect(results.map(({ sql }) => sql)).toEqual(['fast', 'slow']);
  });

  test('of commands sent ahead is theirs', () => {
    const script = [
      together(C(0, query('one')), C(0, query('two')), C(0, query('three'))),
      blind(S(1, ok())),
      blind(S(1, err(1064, 'two'))),
      S(1, ok()),
    ];
    expect(queriesOf(script).map(({ sql, responses }) => `${sql} ${responses[0]!.kind}`)).toEqual([
      'one ok',
      'two error',
      'three ok',
    ]);
  });
});

describe('rows', () => {
  const script = [C(0, query('select n from t')), ...numbered(S, 1, select(...times(700, 'x')))];

  test('are as many when they are read as when they are only counted', () => {
    for (const segmentBytes of [65_000, 50, 3]) {
      for (const rows of [true, false]) {
        const analysis = play([...CONNECT, ...script], {
          packets: false,
          queries: true,
          results: true,
          rows,
          segmentBytes,
        });
        const { responses } = analysis.queries[0]!;
        expect(responses[0]!.rows).toBe(700);
        expect(analysis.results[0]!.response.rows).toBe(700);
        expect(responses[0]!.values).toHaveLength(rows ? 700 : 0);
        expect(analysis.report.capture.mysqlPackets).toBe(3 + 1 + 704);
      }
    }
  });

  test('are not kept for who does not want them', () => {
    const analysis = play([...CONNECT, ...script], { queries: true, packets: true });
    expect(analysis.queries[0]!.responses[0]).toMatchObject({ rows: 700, values: [] });
  });

  test('are kept up to a million cells, and counted on', () => {
    const wide = 1000;
    const answer = [
      hex('fce803'),
      ...times(wide, column()),
      eof(),
      ...times(1100, textRow(...times(wide, ''))),
      eof(),
    ];
    const [first, ...rest] = numbered(S, 1, answer);
    const { results } = told([C(0, query('select * from wide')), together(first!, ...rest)]);
    const { rows, values } = results[0]!.response;
    expect(rows).toBe(1100);
    expect(values.length).toBeGreaterThanOrEqual(990);
    expect(values.length).toBeLessThan(1001);
  });
});

test('each result is told as it ends, before the command is over', () => {
  const script = [
    C(0, query('call p()')),
    ...numbered(S, 1, [
      ...select('a').slice(0, -1),
      eof(MORE),
      u8(1),
      column(),
      eof(),
      textRow('b'),
    ]),
  ];
  const { results, queries } = told(script);
  expect(results.map(({ response }) => response.values)).toEqual([[['a']], [['b']]]);
  expect(queries[0]!.complete).toBe(false);
});

test('where the server is not in the capture, commands that wait are bounded', () => {
  const many = 40_000;
  const script = [...CONNECT, ...times(many, C(0, query('insert into t values (1)')))];
  const { queries, toldEarly, report } = play(script, { packets: false, queries: true });
  // As many as wait are held; the others have been told.
  expect(toldEarly).toBe(many - 16_384);
  expect(queries).toHaveLength(many);
  expect(
    queries.every(({ complete, responses }) => !complete && responses[0]!.kind === 'missing'),
  ).toBe(true);
  expect(report.conversations[0]!.commands).toBe(many);
});
