import { describe, expect, test } from 'vitest';
import { concat, hex, u8 } from '../build/bytes.ts';
import {
  C,
  clientBytes,
  lost,
  S,
  type Step,
  serverBytes,
  together,
} from '../build/conversation.ts';
import {
  authSwitch,
  CAN,
  CLIENT_CAPABILITIES,
  column,
  command,
  endOfRows,
  eof,
  greeting,
  lenenc,
  login,
  ok,
  packet,
  ping,
  prepareOk,
  query,
  STATUS,
  textRow,
} from '../build/mysql.ts';
import { play, storyOf, verdictOf } from './analyze.ts';
import { CONNECT } from './legal-scripts.ts';

// What a snap length does (tcpdump -s 96): the start of every segment is there, its end is not. What is
// missing is known, what it said is not; and nobody may be blamed for it.

/** A packet of which the capture has the first `kept` bytes of payload. */
function cut(step: Step, kept: number): Step[] {
  const make = step.from === 'client' ? clientBytes : serverBytes;
  return [make(step.bytes.slice(0, 4 + kept)), lost(make(step.bytes.slice(4 + kept)))];
}

const NEXT = [C(0, ping), S(1, ok()), C(0, ping), S(1, ok())];
const NEXT_STORY = ['C0 COM_PING', 'S1 OK', 'C0 COM_PING', 'S1 OK'];
const MORE = STATUS.AUTOCOMMIT | STATUS.MORE_RESULTS;

const withoutEofs = [
  S(0, greeting()),
  C(1, login({ capabilities: CLIENT_CAPABILITIES | CAN.DEPRECATE_EOF })),
  S(2, ok()),
];

const CASES: [what: string, script: Step[]][] = [
  [
    'an OK that says that more follows',
    [...CONNECT, C(0, query('a; b')), ...cut(S(1, ok({ status: MORE })), 2), S(2, ok())],
  ],
  [
    'an EOF that says that more follows',
    [
      ...CONNECT,
      C(0, query('a; b')),
      together(S(1, u8(1)), S(2, column()), S(3, eof())),
      ...cut(S(4, eof(MORE)), 2),
      S(5, ok()),
    ],
  ],
  [
    'an EOF that says that a cursor keeps the rows',
    [
      ...CONNECT,
      C(0, command(0x17, hex('01000000 01 01000000'))),
      together(S(1, u8(1)), S(2, column())),
      ...cut(S(3, eof(STATUS.CURSOR)), 2),
      C(0, command(0x1c, hex('01000000 02000000'))),
      S(1, eof(STATUS.LAST_ROW_SENT)),
    ],
  ],
  [
    'the counts of a prepared statement',
    [
      ...CONNECT,
      C(0, command(0x16, 'select ?')),
      ...cut(S(1, prepareOk(1, 1)), 4),
      together(S(2, column()), S(3, eof()), S(4, column()), S(5, eof())),
    ],
  ],
  [
    'a count of columns',
    [
      ...CONNECT,
      C(0, query('select * from wide')),
      ...cut(S(1, lenenc(251)), 1),
      together(S(2, column()), S(3, column())),
    ],
  ],
  [
    'a row',
    [
      ...CONNECT,
      C(0, query('select n')),
      together(S(1, u8(1)), S(2, column()), S(3, eof())),
      ...cut(S(4, textRow('a long value')), 3),
      S(5, eof()),
    ],
  ],
  ['a statement', [...CONNECT, ...cut(C(0, query('select 1, 2, 3')), 5), S(1, ok())]],
  [
    'the greeting, before its capabilities',
    [...cut(S(0, greeting()), 12), C(1, login()), S(2, ok())],
  ],
  [
    'the greeting, between its capabilities',
    [...cut(S(0, greeting()), 25), C(1, login()), S(2, ok())],
  ],
  ['the login, in its head', [S(0, greeting()), ...cut(C(1, login()), 26), S(2, ok())]],
  ['the login, behind its head', [S(0, greeting()), ...cut(C(1, login()), 34), S(2, ok())]],
  [
    'an auth switch',
    [
      S(0, greeting()),
      C(1, login()),
      ...cut(S(2, authSwitch()), 9),
      C(3, new Uint8Array(32)),
      S(4, ok()),
    ],
  ],
];

describe.each(CASES)('%s, cut short', (_, script) => {
  test('is no fault of anybody, and what follows is read', () => {
    const analysis = play([...script, ...NEXT]);
    expect(verdictOf(analysis)).toEqual([]);
    expect(verdictOf(play([...script, ...NEXT], { packets: false }))).toEqual([]);
    expect(storyOf(analysis.packets).slice(-2)).toEqual(NEXT_STORY.slice(-2));
  });
});

test.each([12, 25, 30])(
  'a greeting of %i bytes leaves it open whether EOF packets are sent',
  (kept) => {
    const [first, ...rest] = withoutEofs;
    const analysis = play([
      ...cut(first!, kept),
      ...rest,
      C(0, command(0x16, 'select ?')),
      together(S(1, prepareOk(1, 1)), S(2, column()), S(3, column())),
      ...NEXT,
      C(0, query('select 1')),
      together(S(1, u8(1)), S(2, column()), S(3, textRow('1')), S(4, endOfRows())),
    ]);
    expect(verdictOf(analysis)).toEqual([]);
    expect(storyOf(analysis.packets).slice(-4)).toEqual([
      'S1 ColumnCount',
      'S2 ColumnDefinition',
      'S3 TextRow',
      'S4 OK',
    ]);
  },
);

test('a packet that is cut short says so', () => {
  const { packets } = play([...CONNECT, ...cut(C(0, query('select 1, 2, 3')), 5), S(1, ok())]);
  expect(packets[3]).toMatchObject({ type: 'COM_QUERY', length: 15, fields: { sql: 'sele' } });
  expect(packets[3]!.problems).toEqual(['only the first 5 of 15 payload bytes were kept']);
});

test.each([
  ['user', 34, 'app'],
  ['authPlugin', 32 + 4 + 21 + 8, 'mysql_native_password'],
] as const)('the %s of a login is not taken for whole when it is cut', (key, kept, whole) => {
  const plain = greeting({ plugin: null, capabilities: CLIENT_CAPABILITIES & ~CAN.PLUGIN_AUTH });
  const script = [S(0, plain), ...cut(C(1, login()), kept), S(2, ok())];
  const value = play(script).report.conversations[0]!.session[key];
  expect([null, whole]).toContain(value);
});

test('a whole segment that is cut inside its last packet is read up to there', () => {
  const bytes = concat(
    packet(1, u8(1)),
    packet(2, column()),
    packet(3, eof()),
    packet(4, textRow('a'.repeat(40))),
  );
  const analysis = play([
    ...CONNECT,
    C(0, query('select n')),
    serverBytes(bytes.slice(0, -20)),
    lost(serverBytes(bytes.slice(-20))),
    S(5, eof()),
    ...NEXT,
  ]);
  expect(storyOf(analysis.packets).slice(3)).toEqual([
    'C0 COM_QUERY',
    'S1 ColumnCount',
    'S2 ColumnDefinition',
    'S3 EOF',
    'S4 TextRow',
    'S5 EOF',
    ...NEXT_STORY,
  ]);
});
