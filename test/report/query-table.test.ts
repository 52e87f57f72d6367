import { describe, expect, test } from 'vitest';
import { queryRecord } from '../../src/report/query-records.ts';
import { queryTable } from '../../src/report/query-table.ts';
import type { Layout } from '../../src/report/renderer.ts';
import { u8 } from '../build/bytes.ts';
import { after, C, fin, S, type Step } from '../build/conversation.ts';
import {
  column,
  command,
  eof,
  err,
  ok,
  parameter,
  query,
  STATUS,
  stmtExecute,
  textRow,
} from '../build/mysql.ts';
import { play } from '../mysql/analyze.ts';
import { CONNECT, numbered, times } from '../mysql/legal-scripts.ts';
import { body, coloured, plain, tooWide } from './layout.ts';

const MORE = STATUS.AUTOCOMMIT | STATUS.MORE_RESULTS;

function show(script: readonly Step[], layout: Layout = plain(null)): string[] {
  const { queries, report } = play([...CONNECT, ...script], {
    packets: false,
    queries: true,
    rows: true,
  });
  const renderer = queryTable(layout);
  const text = [
    renderer.start(),
    ...queries.map((one) => renderer.record(queryRecord(one, report.capture.first))),
    renderer.finish(report),
  ].join('');
  expect(text.endsWith('\n')).toBe(true);
  return body(text).split('\n').slice(0, -1);
}

const rows = (count: number) => [u8(1), column(), eof(), ...times(count, textRow('a')), eof()];
/** From the answer on. */
const answered = (...script: Step[]) => show(script)[1]!.slice(38);

describe('the table of queries', () => {
  test('has a line a command, under titles', () => {
    expect(show([C(0, query('select n')), after(0.25, S(1, ok()))])).toEqual([
      ' frame         time  conn         ms  answer          command and what it says',
      '     7     0.004000     0    250.000  ok              select n',
    ]);
  });

  test('says in a word or two what came', () => {
    expect(answered(C(0, query('x')), S(1, ok({ affected: 3 })))).toBe('3 affected      x');
    expect(answered(C(0, query('x')), S(1, err(1064, 'syntax')))).toBe('ERR 1064        x');
    expect(answered(C(0, query('x')), ...numbered(S, 1, rows(0)))).toBe('0 rows          x');
    expect(answered(C(0, query('x')), ...numbered(S, 1, rows(1)))).toBe('1 row           x');
    expect(answered(C(0, query('x')), ...numbered(S, 1, rows(2)))).toBe('2 rows          x');
    expect(answered(C(0, query('x')), fin('client'))).toBe('missing         x');
    expect(answered(C(0, command(0x19, '\u0001\0\0\0')))).toBe('none            COM_STMT_CLOSE');
  });

  test('says what went wrong behind that', () => {
    const script = [
      C(0, query('x')),
      ...numbered(S, 1, [ok({ status: MORE }), ok({ status: MORE }), err(1064, 'syntax')]),
    ];
    expect(answered(...script)).toBe('ok + ERR 1064   x');
  });

  test('has no time where nothing answered', () => {
    expect(show([C(0, query('x')), fin('client')])[1]).toMatch(/ 0 {10}- {2}missing /);
  });

  test('has the parameters behind the statement', () => {
    const parameters = [parameter.int(1), parameter.null, parameter.text('a\n')];
    expect(answered(C(0, stmtExecute(1, parameters)), S(1, ok()))).toBe(
      'ok              COM_STMT_EXECUTE  [1,null,"a\\n"]',
    );
    expect(answered(C(0, stmtExecute(1)), S(1, ok()))).toBe('ok              COM_STMT_EXECUTE');
  });

  test('is a line a command whatever the statement has in it', () => {
    const sql = 'select\n\u001b[31m\u0000\r\u0085\u202e1';
    const lines = show([C(0, query(sql)), S(1, ok())]);
    expect(lines).toHaveLength(2);
    expect(lines[1]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  test.each([20, 40, 60, 80])('fits %i columns, with wide characters too', (width) => {
    for (const text of ['x'.repeat(300), '漢'.repeat(100), '😀'.repeat(100), 'é'.repeat(300)]) {
      const lines = show([C(0, query(text)), S(1, ok())], plain(width));
      expect(tooWide(lines.join('\n'), width)).toEqual([]);
      expect(lines[1]!.endsWith('…')).toBe(true);
    }
  });

  test('has titles in bold where there is colour', () => {
    expect(show([], coloured)[0]).toMatch(/^\u001b\[1m frame .*\u001b\[0m$/);
  });
});
