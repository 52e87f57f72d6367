import { describe, expect, test } from 'vitest';
import { queryRecord, resultRecord } from '../../src/report/query-records.ts';
import { u8 } from '../build/bytes.ts';
import { after, C, clientBytes, fin, S, type Step } from '../build/conversation.ts';
import {
  CAN,
  column,
  eof,
  err,
  login,
  ok,
  packet,
  parameter,
  query,
  STATUS,
  stmtExecute,
  textRow,
} from '../build/mysql.ts';
import { play } from '../mysql/analyze.ts';
import { CONNECT, connectWith, numbered } from '../mysql/legal-scripts.ts';

const MORE = STATUS.AUTOCOMMIT | STATUS.MORE_RESULTS;

function recordsOf(script: readonly Step[], connect: readonly Step[] = CONNECT) {
  const { queries, results, report } = play([...connect, ...script], {
    packets: false,
    queries: true,
    results: true,
    rows: true,
  });
  const { first } = report.capture;
  return {
    queries: queries.map((one) => queryRecord(one, first)),
    results: results.map(resultRecord),
  };
}

const NO_RESPONSE = {
  kind: 'missing',
  frame: null,
  lastFrame: null,
  rows: null,
  columns: null,
  affectedRows: null,
  lastInsertId: null,
  warnings: null,
  info: null,
  error: null,
};

describe('the record of a query', () => {
  const [record] = recordsOf(
    [
      after(1, C(0, query('insert into t select 1; select n from t'))),
      after(0.25, S(1, ok({ affected: 3, insertId: 7, status: MORE, warnings: 1 }))),
      ...numbered(S, 2, [u8(1), column(), eof()]),
      after(0.5, S(5, textRow('a'))),
      S(6, eof()),
    ],
    connectWith(CAN.CONNECT_WITH_DB),
  ).queries;

  test('has everything, in the order of the contract', () => {
    expect(record).toEqual({
      connection: 0,
      frame: 7,
      time: expect.stringMatching(/^2023-11-14T22:13:21\.\d+Z$/),
      relative: expect.closeTo(1.003, 6),
      command: 'COM_QUERY',
      sql: 'insert into t select 1; select n from t',
      params: null,
      paramsBase64: null,
      attributes: {},
      fingerprint: null,
      digest: null,
      user: 'app',
      database: 'shop',
      timeToFirstByte: expect.closeTo(0.25, 6),
      duration: expect.closeTo(0.25 + 0.003 + 0.5 + 0.001, 6),
      response: {
        ...NO_RESPONSE,
        kind: 'ok',
        frame: 8,
        lastFrame: 8,
        affectedRows: 3,
        lastInsertId: 7,
        warnings: 1,
        moreResults: [
          {
            ...NO_RESPONSE,
            kind: 'resultset',
            frame: 9,
            lastFrame: 13,
            rows: 1,
            columns: ['n'],
            warnings: 0,
          },
        ],
      },
      complete: true,
    });
    expect(Object.keys(record!)).toEqual([
      ...['connection', 'frame', 'time', 'relative', 'command', 'sql', 'params'],
      ...['paramsBase64', 'attributes'],
      ...['fingerprint', 'digest', 'user', 'database', 'timeToFirstByte', 'duration'],
      ...['response', 'complete'],
    ]);
  });

  test('counts its times from the last byte of the command', () => {
    const bytes = packet(0, query('select 1'));
    const [record] = recordsOf([
      clientBytes(bytes.slice(0, 6)),
      after(5, clientBytes(bytes.slice(6))),
      after(0.25, S(1, ok())),
    ]).queries;
    expect(record).toMatchObject({ frame: 7, timeToFirstByte: 0.25, duration: 0.25 });
  });

  test('that nobody answered has no times', () => {
    const [missing] = recordsOf([C(0, query('select 1')), fin('client')]).queries;
    expect(missing).toMatchObject({ timeToFirstByte: null, duration: null, complete: false });
    expect(missing!.response).toEqual({ ...NO_RESPONSE, moreResults: [] });
  });

  test('that failed has the error', () => {
    const [failed] = recordsOf([C(0, query('selekt')), S(1, err(1064, 'x', '42000'))]).queries;
    expect(failed!.response).toMatchObject({
      kind: 'error',
      error: { code: 1064, sqlState: '42000', message: 'x' },
    });
  });

  test('has the parameters of an EXECUTE', () => {
    const [executed] = recordsOf([
      C(0, stmtExecute(1, [parameter.int(1), parameter.null])),
      S(1, ok()),
    ]).queries;
    expect(executed).toMatchObject({ command: 'COM_STMT_EXECUTE', sql: null, params: [1, null] });
  });

  test('has no secrets', () => {
    const script = [
      C(1, login()),
      C(0, query("create user u identified by 'hunter2'")),
      S(1, err(1064, "syntax near identified by 'hunter2'")),
    ];
    expect(JSON.stringify(recordsOf(script.slice(1)))).not.toContain('hunter2');
  });
});

describe('the record of a result', () => {
  test('has columns and rows', () => {
    const { results } = recordsOf([
      C(0, query('select n, id from t')),
      ...numbered(S, 1, [
        u8(2),
        column(),
        column({ name: 'id', type: 3, flags: 0x21, collation: 63, columnLength: 10 }),
        eof(),
        textRow('a', '1'),
        textRow(null, '4294967295'),
        eof(),
      ]),
    ]);
    expect(results).toEqual([
      {
        connection: 0,
        frame: 8,
        sql: 'select n, id from t',
        columns: [
          {
            name: 'n',
            type: 'MYSQL_TYPE_VAR_STRING',
            collation: 'utf8mb4_general_ci',
            columnLength: 80,
            flags: ['NOT_NULL_FLAG', 'NO_DEFAULT_VALUE_FLAG'],
            decimals: 0,
          },
          {
            name: 'id',
            type: 'MYSQL_TYPE_LONG',
            collation: 'binary',
            columnLength: 10,
            flags: ['NOT_NULL_FLAG', 'UNSIGNED_FLAG'],
            decimals: 0,
          },
        ],
        rows: [
          ['a', 1],
          [null, 4294967295],
        ],
        rowsBase64: null,
        rowCount: 2,
        complete: true,
      },
    ]);
  });
});
