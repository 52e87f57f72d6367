import { describe, expect, test } from 'vitest';
import { concat, hex, u8 } from '../build/bytes.ts';
import { C, S, type Step } from '../build/conversation.ts';
import {
  CAN,
  changeUser,
  column,
  command,
  eof,
  err,
  greeting,
  lenencText,
  login,
  ok,
  query,
  resetConnection,
  STATUS,
  textRow,
} from '../build/mysql.ts';
import { play } from './analyze.ts';
import { CONNECT, connectWith, numbered } from './legal-scripts.ts';

/** "é" in Latin 1 and in UTF-8. */
const LATIN1 = hex('e9');
const UTF8 = hex('c3a9');
const LATIN1_COLLATION = 8;
const JSON_TYPE = 0xf5;
const BINARY_COLLATION = 63;

const asking = (bytes: Uint8Array) => query(concat(query('select ').slice(1), bytes));

/** How "é" is read in commands and in answers, each in both sets; � where it is no text. */
function setsAfter(script: readonly Step[], connect: readonly Step[] = CONNECT) {
  // The text of JSON, whatever its collation, is in character_set_results.
  const json = column({ type: JSON_TYPE, collation: BINARY_COLLATION });
  const { packets } = play(
    [
      ...connect,
      ...script,
      C(0, asking(LATIN1)),
      ...numbered(S, 1, [u8(1), json, eof(), textRow(LATIN1), textRow(UTF8), eof()]),
      C(0, asking(UTF8)),
      S(1, ok()),
    ],
    { rows: true },
  );
  const tail = packets.slice(-9);
  const [asked, rows, again] = [tail[0]!, tail.slice(4, 6), tail[7]!];
  const sql = ({ fields }: (typeof packets)[number]) => (fields.sql as string).slice(7);
  return {
    client: sql(asked) === 'é' && sql(again) === 'Ã©' ? 'latin1' : `utf8 ${sql(again)}`,
    results: rows.map(({ fields }) => (fields.values as string[])[0]).join(' '),
  };
}

const IN_UTF8 = { client: 'utf8 é', results: '\ufffd é' };
const IN_LATIN1 = { client: 'latin1', results: 'é Ã©' };

const said = (sql: string, answer = ok()) => [C(0, query(sql)), S(1, answer)];
const LATIN1_CONNECT = [S(0, greeting()), C(1, login({ collation: LATIN1_COLLATION })), S(2, ok())];

describe('the character sets of a session', () => {
  test('are those of the login', () => {
    expect(setsAfter([])).toEqual(IN_UTF8);
    expect(setsAfter([], LATIN1_CONNECT)).toEqual(IN_LATIN1);
  });

  test.each([
    'set names latin1',
    "SET NAMES 'latin1'",
    'set names "latin1" collate latin1_bin',
    ' set character set latin1',
    'SET CHARSET latin1',
  ])('are what a client sets once the server agrees: %s', (sql) => {
    expect(setsAfter(said(sql))).toEqual(IN_LATIN1);
    expect(setsAfter(said(sql, err(1115, "Unknown character set: 'latin1'")))).toEqual(IN_UTF8);
  });

  test('are not yet those of a SET NAMES that was not answered', () => {
    const { packets } = play([...CONNECT, C(0, query('set names latin1')), C(0, asking(UTF8))]);
    expect(packets.at(-1)!.fields.sql).toBe('select é');
  });

  test('may differ', () => {
    expect(setsAfter(said('set character_set_results = latin1'))).toEqual({
      ...IN_UTF8,
      results: 'é Ã©',
    });
    expect(setsAfter(said('set session character_set_client = latin1'))).toEqual({
      ...IN_LATIN1,
      results: IN_UTF8.results,
    });
    expect(setsAfter(said('SET @@session.character_set_results=latin1'))).toEqual({
      ...IN_UTF8,
      results: 'é Ã©',
    });
  });

  test('are UTF-8 for results without a set', () => {
    const script = said('set character_set_results = NULL');
    expect(setsAfter(script, LATIN1_CONNECT)).toEqual({ ...IN_LATIN1, results: '\ufffd é' });
  });

  test('stay what they were with a set that nobody knows', () => {
    expect(setsAfter(said('set names klingon'), LATIN1_CONNECT).client).toBe('latin1');
  });

  test('are what the server says that they are', () => {
    const change = (name: string, value: string) => {
      const variable = concat(lenencText(name), lenencText(value));
      return concat(u8(0), lenencText(variable));
    };
    const tracked = ok({
      status: STATUS.AUTOCOMMIT | STATUS.SESSION_STATE_CHANGED,
      info: concat(
        lenencText(''),
        lenencText(
          concat(
            change('character_set_client', 'latin1'),
            change('character_set_connection', 'utf8mb4'),
            change('character_set_results', 'latin1'),
          ),
        ),
      ),
    });
    expect(setsAfter(said('call p()', tracked), connectWith(CAN.SESSION_TRACK))).toEqual(IN_LATIN1);
  });

  test("are the server's own again with COM_RESET_CONNECTION", () => {
    const reset = [C(0, resetConnection), S(1, ok())];
    expect(setsAfter([...said('set names latin1'), ...reset])).toEqual(IN_UTF8);
    const latin1Server = [
      S(0, greeting({ collation: LATIN1_COLLATION })),
      C(1, login()),
      S(2, ok()),
    ];
    expect(setsAfter([], latin1Server)).toEqual(IN_UTF8);
    expect(setsAfter(reset, latin1Server)).toEqual(IN_LATIN1);
  });

  test('are those of COM_CHANGE_USER, unless it fails', () => {
    const to = C(0, changeUser({ collation: LATIN1_COLLATION }));
    expect(setsAfter([to, S(1, ok())])).toEqual(IN_LATIN1);
    expect(setsAfter([to, S(1, err(1045, 'Access denied'))])).toEqual(IN_UTF8);
  });

  test('are nothing to other commands', () => {
    expect(setsAfter([C(0, command(0x02, 'set names latin1')), S(1, ok())])).toEqual(IN_UTF8);
    expect(setsAfter(said("select 'set names latin1'"))).toEqual(IN_UTF8);
  });
});
