import { describe, expect, test } from 'vitest';
import { waitsForAnswers } from '../../src/findings/pipelining.ts';
import { UNSEEN_CAUSES } from '../../src/findings/unseen.ts';
import { concat, hex, u8, zeros } from '../build/bytes.ts';
import {
  after,
  blind,
  C,
  clientBytes,
  fin,
  lost,
  rst,
  S,
  type Step,
  serverBytes,
  together,
} from '../build/conversation.ts';
import {
  binaryRow,
  bulkExecute,
  CAN,
  CLIENT_CAPABILITIES,
  changeUser,
  column,
  endOfRows,
  eof,
  err,
  greeting,
  LAST_PREPARED,
  login,
  longData,
  ok,
  ping,
  prepareOk,
  query,
  quit,
  resetConnection,
  STATUS,
  stmtClose,
  stmtExecute,
  stmtPrepare,
  textRow,
} from '../build/mysql.ts';
import { breaksOf, play, verdictOf } from '../mysql/analyze.ts';
import { CONNECT, numbered, times } from '../mysql/legal-scripts.ts';

/** A login of a driver that says its name. */
const connectAs = (name: string, capabilities = 0) => [
  S(0, greeting()),
  C(
    1,
    login({
      capabilities: CLIENT_CAPABILITIES | CAN.CONNECT_ATTRS | CAN.PLUGIN_AUTH_LENENC | capabilities,
      attributes: { _client_name: name },
    }),
  ),
  S(2, ok()),
];

const PYMYSQL = connectAs('pymysql');
const A = query("select 'a'");
const B = query("select 'b'");
const RESULT = [u8(1), column(), eof(), textRow('a'), eof()];
const answer = (...payloads: Uint8Array[]) =>
  together(...(numbered(S, 1, payloads) as [Step, ...Step[]]));
const ANSWER = answer(...RESULT);
const OK = S(1, ok());
const LOCKSTEP = [C(0, ping), OK];

/** Two commands before any answer. */
const TWO = [C(0, A), blind(C(0, B)), ANSWER, ANSWER];

/** A part of 16 MiB, which fills its header's length. */
const part = (from: 'client' | 'server', sequenceId: number, first: number) =>
  (from === 'client' ? clientBytes : serverBytes)(
    concat(u8(0xff, 0xff, 0xff, sequenceId, first), new Uint8Array(0xff_fffe).fill(0x78)),
  );

const DEPRECATE_EOF = connectAs('pymysql', CAN.DEPRECATE_EOF);
const PREPARED = [
  C(0, stmtPrepare('select * from items')),
  answer(prepareOk(2, 0), column(), column(), eof()),
];
const DUMP = C(0, concat(u8(0x12), zeros(10)));
const EVENT = hex(
  `00 00000000 1b 01000000 27000000 00000000 0000 ${Array(20).fill('61').join(' ')}`,
);

const VIOLATIONS: { name: string; script: Step[]; verdict: string }[] = [
  {
    name: 'two tasks on a connection of PyMySQL',
    script: [...PYMYSQL, ...TWO],
    verdict: 'error commands-out-of-sync frame 8 C shared-connection proven',
  },
  {
    name: 'two tasks that both got their first answer before the second command could have it',
    script: [...PYMYSQL, C(0, A), ANSWER, blind(C(0, B)), ANSWER],
    verdict: 'error commands-out-of-sync frame 9 C shared-connection proven',
  },
  {
    name: 'two tasks far apart, or one that gave up',
    script: [...PYMYSQL, C(0, A), after(0.25, C(0, B)), ANSWER, ANSWER],
    verdict: 'error commands-out-of-sync frame 8 C shared-connection likely',
  },
  {
    name: 'two tasks whose commands one frame holds, of a driver that waits and then broke off',
    script: [...PYMYSQL, together(C(0, A), C(0, B)), ANSWER, rst('client')],
    verdict: 'error commands-out-of-sync frame 7 C shared-connection proven',
  },
  {
    name: 'two users of a driver that nobody knows, which hung up with bytes unread',
    script: [...CONNECT, ...TWO, rst('client')],
    verdict: 'error commands-out-of-sync frame 8 C shared-connection likely',
  },
  {
    name: 'two users of a driver that nobody knows, which hung up on an answer',
    script: [...CONNECT, ...TWO.slice(0, 3), fin('client')],
    verdict: 'error commands-out-of-sync frame 8 C shared-connection likely',
  },
  {
    name: 'commands sent ahead with some time between them, of a driver that nobody knows',
    script: [...CONNECT, C(0, A), after(0.02, C(0, B)), ANSWER, ANSWER],
    verdict: 'warning commands-out-of-sync frame 8 C shared-connection possible',
  },
  {
    name: 'commands sent ahead in two segments, of a driver that nobody knows',
    script: [...CONNECT, C(0, A), after(0.0001, blind(C(0, B))), ANSWER, ANSWER],
    verdict: 'info commands-out-of-sync frame 8 C shared-connection possible',
  },
  {
    name: 'three processes on a connection of PyMySQL, each of which sends when it has its answer',
    script: [
      ...PYMYSQL,
      C(0, A),
      blind(C(0, B)),
      blind(C(0, A)),
      ANSWER,
      C(0, A),
      ...times(3, ANSWER),
    ],
    verdict: 'error commands-out-of-sync frame 8 C shared-connection proven',
  },
  {
    name: 'an answer left in its midst, and the connection used again',
    script: [...CONNECT, C(0, A), answer(...RESULT.slice(0, 4)), C(0, B), rst('client')],
    verdict: 'error commands-out-of-sync frame 9 C cancelled-and-reused likely',
  },
  {
    name: 'a query given up after 2 s, and the connection used again',
    script: [...PYMYSQL, C(0, A), after(2.003, C(0, B)), after(1, ANSWER), ANSWER],
    verdict: 'error commands-out-of-sync frame 8 C cancelled-and-reused likely',
  },
  {
    name: 'a query given up after 0.3 s, and every answer off by one from there',
    script: [
      ...CONNECT,
      C(0, A),
      after(0.301, C(0, B)),
      after(1, ANSWER),
      C(0, A),
      ANSWER,
      C(0, B),
      ANSWER,
    ],
    verdict: 'error commands-out-of-sync frame 8 C cancelled-and-reused likely',
  },
  {
    name: 'a connection used after it was quit',
    script: [...PYMYSQL, C(0, quit), fin('server'), C(0, A), rst('server')],
    verdict: 'error commands-out-of-sync frame 9 C used-after-quit proven',
  },
  {
    name: 'an answer to COM_STMT_CLOSE',
    script: [...PYMYSQL, C(0, stmtClose(1)), OK, C(0, A), ANSWER],
    verdict: 'error commands-out-of-sync frame 8 S stale-answer proven',
  },
  {
    name: 'an answer to COM_STMT_SEND_LONG_DATA that crosses the next command',
    script: [...PYMYSQL, C(0, longData(1, 0, 'x')), C(0, ping), { ...OK, blind: true }, OK],
    verdict: 'error commands-out-of-sync frame 9 S stale-answer proven',
  },
  {
    name: 'an OK too many behind a result',
    script: [...PYMYSQL, C(0, A), ANSWER, S(6, ok()), C(0, B), ANSWER],
    verdict: 'error sequence-mismatch frame 9 S6≠1 stale-answer proven',
  },
  {
    name: 'an EOF too many, numbered as an answer',
    script: [...PYMYSQL, C(0, A), ANSWER, S(1, eof()), C(0, B), ANSWER],
    verdict: 'error commands-out-of-sync frame 9 S stale-answer likely',
  },
  {
    name: 'an OK too many that nobody came to read',
    script: [...PYMYSQL, C(0, A), ANSWER, S(6, ok())],
    verdict: 'warning commands-out-of-sync frame 9 S stale-answer likely',
  },
  {
    name: 'an EOF behind the rows, where both sides agreed on none',
    script: [...DEPRECATE_EOF, C(0, A), answer(u8(1), column(), textRow('a'), eof())],
    verdict: 'error malformed-answer frame 8 S eof-mismatch proven',
  },
  {
    name: 'no EOF behind the definitions, where both sides agreed on one',
    script: [...PYMYSQL, C(0, A), answer(u8(1), column(), textRow('a'), eof())],
    verdict: 'error malformed-answer frame 8 S eof-mismatch proven',
  },
  {
    name: 'a row with fewer values than there are columns',
    script: [...PYMYSQL, C(0, A), answer(u8(2), column(), column(), eof(), textRow('a'), eof())],
    verdict: 'error malformed-answer frame 8 S malformed-answer proven',
  },
  {
    name: 'another result that is promised and does not come',
    script: [...PYMYSQL, C(0, A), S(1, ok({ status: STATUS.MORE_RESULTS | 2 })), ...LOCKSTEP],
    verdict: 'error malformed-answer frame 8 S malformed-answer proven',
  },
  {
    name: 'an OK that ends rows, where both sides agreed on EOFs',
    script: [
      ...PYMYSQL,
      C(0, A),
      answer(u8(1), column(), eof(), textRow('a'), ok({ header: 0xfe })),
    ],
    verdict: 'error malformed-answer frame 8 S eof-mismatch proven',
  },
  {
    name: 'a statement whose result has other columns than its PREPARE said',
    script: [
      ...PYMYSQL,
      ...PREPARED,
      C(0, stmtExecute(1)),
      answer(u8(1), column(), eof(), binaryRow('a'), eof()),
    ],
    verdict: 'warning malformed-answer frame 10 S stale-metadata possible',
  },
  {
    name: 'a second part with a wrong number',
    script: [...PYMYSQL, part('client', 0, 0x03), C(2, zeros(4)), S(0, err(1156, 'Got packets'))],
    verdict: 'error sequence-mismatch frame 7 C2≠1 wrong-splitting proven',
  },
  {
    name: 'the empty part left out, and the next command taken for it',
    script: [...PYMYSQL, part('client', 0, 0x03), after(1, C(0, ping))],
    verdict: 'error sequence-mismatch frame 7 C0≠1 wrong-splitting proven',
  },
  {
    name: 'the empty part left out, and both sides waiting',
    script: [...PYMYSQL, part('client', 0, 0x03), after(30, fin('server'))],
    verdict: 'error sequence-mismatch frame 7 C wrong-splitting likely',
  },
  {
    name: 'a result whose part has a wrong number',
    script: [
      ...PYMYSQL,
      C(0, A),
      ...numbered(S, 1, RESULT.slice(0, 3)),
      part('server', 4, 0xfb),
      S(7, zeros(4)),
      S(8, eof()),
    ],
    verdict: 'error sequence-mismatch frame 11 S7≠5 wrong-splitting proven',
  },
  {
    name: 'a proxy that goes on counting for a pipelined command',
    script: [
      ...connectAs('MySqlConnector'),
      together(C(0, resetConnection), C(0, query('set names utf8mb4'))),
      together(OK, S(2, ok())),
    ],
    verdict: 'error sequence-mismatch frame 8 S2≠1 proxy-pipelining likely',
  },
  {
    name: 'a proxy that never answers a pipelined command',
    script: [
      ...connectAs('MySqlConnector'),
      together(C(0, resetConnection), C(0, query('set names utf8mb4'))),
      OK,
      after(15, fin('client')),
    ],
    verdict: 'error sequence-mismatch frame 7 C proxy-pipelining possible',
  },
  {
    name: 'a server that complains of numbers which are right',
    script: [...PYMYSQL, C(0, A), S(1, err(1156, 'Got packets out of order', '08S01'))],
    verdict: 'error unread-error frame 8 S misnumbered-by-client likely',
  },
  {
    name: 'a replica with the server_id of another one',
    script: [
      ...CONNECT,
      DUMP,
      S(1, EVENT),
      S(2, err(1236, 'A slave with the same server_uuid/server_id as this slave has connected')),
    ],
    verdict: 'warning replication-stopped frame 9 S replication-stopped proven',
  },
  {
    name: 'a replica that had left its stream and comes back',
    script: [
      ...CONNECT,
      DUMP,
      S(1, EVENT),
      fin('client'),
      S(2, err(1236, 'A slave with the same server_uuid/server_id as this slave has connected')),
      rst('client'),
    ],
    verdict: 'info replication-stopped frame 10 S replication-stopped proven',
  },
];

describe.each(VIOLATIONS)('$name', ({ script, verdict }) => {
  test('is one finding, with its cause', () => {
    expect(verdictOf(play(script))).toEqual([verdict]);
  });

  test('is the same when nobody looks at the packets', () => {
    expect(verdictOf(play(script, { packets: false }))).toEqual([verdict]);
  });

  test('is proven by frames of the capture, in their order, and says what to do', () => {
    const [finding] = play(script).report.findings;
    const frames = finding!.evidence.map(({ frame }) => frame.number);
    expect(frames).toEqual([...new Set(frames)].sort((a, b) => a - b));
    expect(frames).toContain(finding!.frame.number);
    expect(Object.values(finding!.advice).join('')).not.toBe('');
    expect(JSON.stringify(finding)).not.toMatch(/undefined|NaN|\[object/);
  });

  test('is no error where bytes before it are missing', () => {
    const withHole = [...script.slice(0, 3), C(0, A), lost(ANSWER), ...script.slice(3)];
    const answered = [...script.slice(0, 3), C(0, A), lost(ANSWER), C(0, ping), ...script.slice(3)];
    for (const holed of [withHole, answered]) {
      for (const finding of breaksOf(play(holed))) expect(finding).toMatch(/used-after-quit/);
    }
  });

  test('is no error where the capture starts behind the login', () => {
    const blindfolded = play(script.slice(3), { handshake: false, ports: [3306] });
    for (const finding of breaksOf(blindfolded)) expect(finding).toMatch(/used-after-quit/);
  });

  test.each(['client', 'server'] as const)('is no error where only the %s was captured', (side) => {
    const half = script.map((step) => (step.from === side ? step : lost(step)));
    for (const finding of breaksOf(play(half))) expect(finding).toMatch(/used-after-quit|C\d+≠/);
  });
});

const LEGAL: { name: string; script: Step[] }[] = [
  {
    name: 'commands that wait for their answers',
    script: [...PYMYSQL, ...times(12, LOCKSTEP).flat()],
  },
  {
    name: 'an acknowledgment that comes late, and not on its own',
    script: [...PYMYSQL, C(0, A), ANSWER, after(0.04, C(0, B)), ANSWER],
  },
  {
    name: 'a batch of MariaDB’s driver for Node.js',
    script: [
      ...connectAs('MariaDB connector/Node'),
      ...times(9, blind(C(0, A))),
      ...times(9, ANSWER),
    ],
  },
  {
    name: 'what MySqlConnector sends when it takes a connection from the pool',
    script: [
      ...connectAs('MySqlConnector'),
      C(0, resetConnection),
      blind(C(0, query('set names utf8mb4'))),
      OK,
      OK,
    ],
  },
  {
    name: 'what libmariadb executes right behind its PREPARE',
    script: [
      ...connectAs('libmariadb'),
      C(0, stmtPrepare('select ?')),
      blind(C(0, stmtExecute(LAST_PREPARED))),
      answer(prepareOk(0, 0)),
      OK,
      C(0, stmtPrepare('insert into items values (?)')),
      blind(C(0, bulkExecute(LAST_PREPARED, [], zeros(0)))),
      answer(prepareOk(0, 0)),
      OK,
    ],
  },
  {
    name: 'several commands in one segment, of a driver that nobody knows',
    script: [...CONNECT, together(C(0, A), C(0, B), C(0, ping)), ANSWER, ANSWER, OK],
  },
  {
    name: 'one more, in the midst of an answer, of a driver that had sent several in one segment',
    script: [
      ...CONNECT,
      together(C(0, A), C(0, B)),
      ANSWER,
      answer(...RESULT.slice(0, 4)),
      after(0.1, C(0, A)),
      S(5, eof()),
      ANSWER,
    ],
  },
  {
    name: 'a library that waits made to send ahead, a segment for each command',
    script: [
      ...connectAs('libmariadb'),
      C(0, A),
      blind(C(0, B)),
      blind(C(0, A)),
      ...times(3, ANSWER),
      ...LOCKSTEP,
    ],
  },
  {
    name: 'commands that have no answer, in the midst of one',
    script: [
      ...PYMYSQL,
      C(0, A),
      S(1, u8(1)),
      C(0, stmtClose(3)),
      together(...(numbered(S, 2, RESULT.slice(1)) as [Step])),
      C(0, ping),
      OK,
      C(0, quit),
    ],
  },
  {
    name: 'a HAProxy check, which sends all it has at once',
    script: [together(C(1, login()), C(0, quit)), S(0, greeting()), S(2, ok()), fin('server')],
  },
  {
    name: 'a command behind a COM_CHANGE_USER that MariaDB refuses a second later',
    script: [
      ...CONNECT,
      C(0, changeUser()),
      S(
        1,
        concat(u8(0xfe), zeros(0), hex('6d7973716c5f6e61746976655f70617373776f726400'), zeros(21)),
      ),
      C(2, zeros(20)),
      after(0.5, C(0, A)),
      after(0.5, S(3, err(1045, 'Access denied', '28000'))),
      ANSWER,
    ],
  },
  {
    name: 'rows that end as was agreed, with an OK',
    script: [...DEPRECATE_EOF, C(0, A), answer(u8(1), column(), textRow('a'), endOfRows())],
  },
  {
    name: 'a result without EOFs, where nobody knows what was agreed on',
    script: [C(0, A), answer(u8(1), column(), textRow('a'), endOfRows())],
  },
  {
    name: 'a CALL, whose PREPARE says no columns',
    script: [
      ...PYMYSQL,
      C(0, stmtPrepare('call p()')),
      answer(prepareOk(0, 0)),
      C(0, stmtExecute(1)),
      answer(u8(1), column(), eof(), binaryRow('a'), eof(0x0a), ok()),
    ],
  },
  {
    name: 'a packet of exactly 16 MiB, with its empty part',
    script: [...PYMYSQL, part('client', 0, 0x03), C(1, zeros(0)), S(2, ok())],
  },
  {
    name: 'a client that is still sending when the capture ends',
    script: [...PYMYSQL, part('client', 0, 0x03)],
  },
  {
    name: 'a slow query that was sent ahead, with the capture at its end',
    script: [...connectAs('MySqlConnector'), together(C(0, resetConnection), C(0, A)), OK],
  },
  {
    name: 'a stream of the binary log that its reader ends',
    script: [...CONNECT, DUMP, S(1, EVENT), S(2, EVENT), fin('client')],
  },
];

test.each(LEGAL)('nobody is blamed for $name', ({ script }) => {
  const midstream = script.length > 0 && script[0]!.from === 'client' && script.length === 2;
  const analysis = play(script, midstream ? { handshake: false, ports: [3306] } : {});
  expect(breaksOf(analysis)).toEqual([]);
});

test('whose answers are whose is said by frame', () => {
  const [finding] = play([...PYMYSQL, ...TWO]).report.findings;
  expect(finding!.evidence.map(({ frame, text }) => `${frame.number} ${text}`)).toEqual([
    "7 the client sends COM_QUERY select 'a' (sequence id 0)",
    expect.stringMatching(/^8 .* later it sends COM_QUERY .* has not ended by then$/),
    '9 the server answers the command in frame 7',
    '10 the server answers the command in frame 8; whoever reads first takes the first of the two',
  ]);
});

test.each([
  { missing: false, name: 'the whole capture' },
  { missing: true, name: 'a hole, and many commands behind it that waited' },
])('two tasks are found among many commands that waited: $name', ({ missing }) => {
  const start = missing ? [...PYMYSQL, C(0, A), lost(ANSWER)] : PYMYSQL;
  const waiting = times(20, LOCKSTEP).flat();
  const script = [...start, ...waiting, ...TWO, ...waiting];
  expect(verdictOf(play(script))).toEqual([
    `error commands-out-of-sync frame ${missing ? 49 : 48} C shared-connection proven`,
  ]);
});

test('so many overlaps speak for a fork', () => {
  const many = times(20, [blind(C(0, A)), blind(C(0, B)), ANSWER, ANSWER]).flat();
  const [finding] = play([...PYMYSQL, ...many], { packets: false }).report.findings;
  expect(finding!.cause.summary).toContain('two processes after a fork()');
  expect(finding!.occurrences).toBeGreaterThan(20);
});

test('what the server says of a wrong number follows from it', () => {
  const [finding, ...others] = play([
    ...PYMYSQL,
    C(5, A),
    S(0, err(1156, 'Got packets out of order', '08S01')),
    fin('server'),
  ]).report.findings;
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ got: 5, expected: 0, cause: { id: 'client-numbering' } });
  expect(finding!.occurrences).toBe(1);
  expect(finding!.cause.summary).toContain("ERR 1156 'Got packets out of order'");
  expect(finding!.drivers).toContainEqual({
    driver: 'MaxScale',
    text: 'sent packet with unexpected sequence number. Expected 0, got 5.',
  });
});

test.each([
  ['MariaDB connector/Node', false],
  ['MariaDB Connector/J', false],
  ['mariadb', false],
  ['MySqlConnector', false],
  ['vertx-mysql-client', false],
  ['pymysql', true],
  ['aiomysql', true],
  ['asyncmy', true],
  ['Node-MySQL-2', true],
  ['mysqlnd', true],
  ['libmysql', true],
  ['libmariadb', true],
  ['MySQL Connector/J', true],
  ['MySQL Connector Java', true],
  ['Go-MySQL-Driver', true],
  ['mysql-connector-python', true],
  ['rust-mysql-simple', true],
  ['something of our own', null],
  [null, null],
])('%s waits for answers: %s', (name, waits) => {
  expect(waitsForAnswers(name)).toBe(waits);
});

test('what no capture shows has a page', () => {
  for (const { id, title, advice, drivers, page } of UNSEEN_CAUSES) {
    expect(id).toMatch(/^[a-z-]+$/);
    expect(title).toMatch(/\.$/);
    expect(advice.client).toMatch(/\.$/);
    expect(drivers.length).toBeGreaterThan(0);
    expect(page.about.length).toBeGreaterThan(0);
  }
});
