import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, u8, zeros } from '../build/bytes.ts';
import {
  acknowledge,
  after,
  again,
  blind,
  C,
  type CaptureOptions,
  clientBytes,
  fin,
  lost,
  on,
  rst,
  S,
  type Step,
  serverBytes,
  zeroWindow,
} from '../build/conversation.ts';
import {
  CAN,
  CLIENT_CAPABILITIES,
  column,
  eof,
  err,
  greeting,
  login,
  ok,
  ping,
  query,
  quit,
  STATUS,
  stmtClose,
  textRow,
} from '../build/mysql.ts';
import { breaksOf, play, verdictOf } from '../mysql/analyze.ts';
import { numbered } from '../mysql/legal-scripts.ts';

const MARIADB = '10.11.19-MariaDB';
const OLD_MYSQL = '5.7.44';
const MYSQL = '8.0.46';

/** Sets up a connection to a server of that version; the server's number of it is `connectionId`. */
function connect(version: string, connectionId = 7): Step[] {
  return [S(0, greeting({ version, connectionId })), C(1, login()), S(2, ok())];
}

/** A connection of a program that says its name. */
function connectAs(name: string, connectionId: number): Step[] {
  const capabilities = CLIENT_CAPABILITIES | CAN.CONNECT_ATTRS | CAN.PLUGIN_AUTH_LENENC;
  return [
    S(0, greeting({ version: MARIADB, connectionId })),
    C(1, login({ capabilities, attributes: { _client_name: name } })),
    S(2, ok()),
  ];
}

/** Of the binary log: flags and a file's name. */
const HEARTBEAT = concat(
  hex('00 00000000 1b 01000000 27000000 00000000 0000'),
  ascii('mysql-bin.0000000001'),
);

const set = (sql: string) => [C(0, query(sql)), S(1, ok())];
const SELECT = [
  C(0, query('select n from items')),
  ...numbered(S, 1, [u8(1), column(), eof(), textRow('a'), eof()]),
];
/** An answer of which the end is missing: the row announces 200 bytes. */
const CUT = [
  C(0, query('select n from items')),
  ...numbered(S, 1, [u8(1), column(), eof()]),
  serverBytes(concat(hex('c80000 04'), new Uint8Array(50).fill(0x61))),
];
const begin = [C(0, query('begin')), S(1, ok({ status: STATUS.AUTOCOMMIT | STATUS.IN_TRANS }))];
const onOne = (steps: Step[]) => steps.map((step) => on(1, step));
const onTwo = (steps: Step[]) => steps.map((step) => on(2, step));
const kill = (what: string) => onOne([...connect(MARIADB, 8), C(0, query(what))]);
const KILLED = onOne([S(1, ok()), C(0, quit), fin('server'), fin('client')]);

/** The server's host does not know the connection: its reset acknowledges nothing. */
const bare = (step: Step): Step => ({ ...step, flags: 0x04 });

interface Case {
  name: string;
  script: Step[];
  options?: CaptureOptions;
  /** Of every finding: severity, cause, certainty, frame. */
  findings: string[];
}

function findingsIn(script: readonly Step[], options: CaptureOptions = {}): string[] {
  return play(script, { ...options, packets: false }).report.findings.map(
    ({ severity, rule, cause, frame, connections }) =>
      `${severity} ${rule} ${cause.id} ${cause.certainty} at ${frame.number} on ${connections.join(' ')}`,
  );
}

function runs(cases: readonly Case[]): void {
  test.each(cases)('$name', ({ script, options, findings }) => {
    expect(findingsIn(script, options)).toEqual(findings);
  });
}

describe('a server’s timer for idle connections', () => {
  runs([
    {
      name: 'MariaDB: RST to the second after the last answer',
      script: [...connect(MARIADB), ...SELECT, after(600, rst('server'))],
      findings: ['warning connection-closed idle-timeout likely at 13 on 0'],
    },
    {
      name: 'MariaDB: RST after the time that the client has set',
      script: [
        ...connect(MARIADB),
        ...set('SET SESSION wait_timeout=37'),
        after(37, rst('server')),
      ],
      findings: ['warning connection-closed idle-timeout proven at 9 on 0'],
    },
    {
      name: 'MariaDB’s thread pool: FIN half a second late, and a command follows',
      script: [
        ...connect(MARIADB),
        ...set('set wait_timeout = 37'),
        after(37.45, fin('server')),
        after(3, C(0, ping)),
        bare(rst('server')),
      ],
      findings: ['error connection-lost idle-timeout proven at 9 on 0'],
    },
    {
      name: 'MariaDB’s thread pool, with a usual time',
      script: [...connect(MARIADB), after(60.45, fin('server'))],
      findings: ['warning connection-closed idle-timeout possible at 7 on 0'],
    },
    {
      name: 'MySQL before 8.0.24: FIN to the second',
      script: [...connect(OLD_MYSQL), after(3600, fin('server')), C(0, ping), bare(rst('server'))],
      findings: ['error connection-lost idle-timeout likely at 7 on 0'],
    },
    {
      name: 'MariaDB: RST that crosses a command, of which it had nothing',
      script: [...connect(MARIADB), after(600, blind(rst('server'))), blind(C(0, ping))],
      findings: ['error connection-lost idle-timeout likely at 7 on 0'],
    },
    {
      name: 'counts from a command that has no answer',
      script: [...connect(MARIADB), after(100.5, C(0, stmtClose(1))), after(600, rst('server'))],
      findings: ['warning connection-closed idle-timeout likely at 8 on 0'],
    },
    {
      name: 'not where the client had said goodbye',
      script: [...connect(MARIADB), after(600, C(0, quit)), fin('server')],
      findings: [],
    },
    {
      name: 'not where the client closed first',
      script: [...connect(MARIADB), after(600, fin('client')), fin('server')],
      findings: ['info connection-closed client-left proven at 7 on 0'],
    },
    {
      name: 'not where bytes are missing: the goodbye may be among them',
      script: [...connect(MARIADB), after(600, lost(C(0, quit))), fin('server')],
      findings: [],
    },
  ]);

  test('says that the open transaction is rolled back', () => {
    const { findings } = play([...connect(MARIADB), ...begin, after(30, rst('server'))]).report;
    expect(findings[0]!.cause.summary).toContain('has been rolled back');
  });

  test('says how long nobody had used it when ERR 4031 tells', () => {
    const idle = err(4031, 'The client was disconnected by the server', 'HY000');
    const script = [...connect(MYSQL), ...begin, after(600, S(0, idle)), fin('server'), C(0, ping)];
    const { findings } = play(script).report;
    expect(findings[0]!.cause).toMatchObject({ id: 'idle-timeout', certainty: 'proven' });
    expect(findings[0]!.cause.summary).toContain('600 s');
    expect(findings[0]!.cause.summary).toContain('rolling back');
  });
});

describe('an ERR behind which the server closes', () => {
  const MEMORY = err(4082, 'Connection closed. Connection memory limit 3000000 bytes exceeded.');
  runs([
    {
      name: 'and the connection is used again',
      script: [
        ...connect(MYSQL),
        C(0, query('x')),
        S(1, MEMORY),
        fin('server'),
        C(0, ping),
        bare(rst('server')),
      ],
      findings: ['error connection-lost ended-by-error proven at 8 on 0'],
    },
    {
      name: 'and nobody uses it again',
      script: [...connect(MYSQL), C(0, query('x')), S(1, MEMORY), fin('server')],
      findings: ['warning connection-closed ended-by-error proven at 8 on 0'],
    },
    {
      name: 'long after it is no reason',
      script: [
        ...connect(OLD_MYSQL),
        C(0, query('x')),
        S(1, err(1064, 'no')),
        after(30, fin('server')),
      ],
      findings: ['warning connection-closed idle-timeout likely at 9 on 0'],
    },
    {
      name: 'is data where the client closes',
      script: [...connect(MYSQL), C(0, query('x')), S(1, err(1064, 'no')), C(0, quit)],
      findings: [],
    },
  ]);
});

describe('a client that closes its own side only', () => {
  const big = textRow('x'.repeat(30_000));
  const answer = numbered(S, 1, [u8(1), column(), eof(), big, eof()]);
  runs([
    {
      name: 'and takes all of the answer has not given up',
      script: [
        ...connect(MYSQL),
        C(0, query('select n')),
        fin('client'),
        ...answer,
        acknowledge('client'),
        fin('server'),
      ],
      findings: ['info connection-closed client-left proven at 8 on 0'],
    },
    {
      name: 'and does not take it has',
      script: [
        ...connect(MYSQL),
        C(0, query('select n')),
        after(2, fin('client')),
        ...answer,
        rst('client'),
      ],
      findings: ['warning connection-lost client-gave-up proven at 8 on 0'],
    },
  ]);
});

describe('a server that stops', () => {
  runs([
    {
      name: 'lets go at once what was at work, and what idles two seconds later',
      script: [
        ...connect(MYSQL),
        ...onOne([...connect(MYSQL, 8), C(0, query('select sleep(9)'))]),
        ...onOne([after(1, S(1, ok())), fin('server')]),
        after(2, fin('server')),
      ],
      findings: ['warning connection-closed server-stopped likely at 16 on 0 1'],
    },
    {
      name: 'is none where two idle ones end two seconds apart',
      script: [
        ...connect(MYSQL),
        ...onOne(connect(MYSQL, 8)),
        after(1.4, fin('server')),
        ...onOne([after(2, fin('server'))]),
      ],
      findings: ['warning connection-closed server-closed possible at 13 on 0 1'],
    },
    {
      name: 'closes right behind the login',
      script: [
        S(0, greeting({ version: MYSQL })),
        after(1.2, C(1, login())),
        S(2, ok()),
        fin('server'),
      ],
      findings: ['warning connection-closed server-stopped likely at 7 on 0'],
    },
    {
      name: 'closes what has not logged in with the rest: no connect_timeout',
      script: [
        ...connect(MYSQL),
        ...onOne([S(0, greeting({ version: MYSQL, connectionId: 8 }))]),
        after(2.3, fin('server')),
        ...onOne([fin('server')]),
      ],
      findings: ['warning connection-closed server-stopped possible at 11 on 0 1'],
    },
    {
      name: 'counts its connections anew when it is back',
      script: [
        ...connect(MARIADB, 700),
        ...onOne(connect(MARIADB, 701)),
        after(2.3, fin('server')),
        ...onOne([fin('server')]),
        ...onTwo([after(5, S(0, greeting({ version: MARIADB, connectionId: 4 })))]),
      ],
      findings: [
        'warning connection-closed server-stopped likely at 13 on 0 1',
        'info login-refused login-unfinished possible at 18 on 2',
      ],
    },
    {
      name: 'is none where it greets on with the next number',
      script: [
        ...connect(MARIADB, 700),
        ...onOne(connect(MARIADB, 701)),
        after(2.3, fin('server')),
        ...onOne([fin('server')]),
        ...onTwo([after(5, S(0, greeting({ version: MARIADB, connectionId: 703 })))]),
      ],
      findings: [
        'warning connection-closed server-closed possible at 13 on 0 1',
        'info login-refused login-unfinished possible at 18 on 2',
      ],
    },
    {
      name: 'has not crashed where the client’s file was due',
      script: [
        ...connect(MARIADB),
        ...onOne([
          ...connect(MARIADB, 8),
          C(0, query("load data local infile 'x' into table t")),
          S(1, concat(u8(0xfb), ascii('x'))),
        ]),
        after(2.3, fin('server')),
        ...onOne([fin('server')]),
      ],
      findings: ['error connection-lost server-stopped possible at 16 on 0 1'],
    },
  ]);
});

describe('a Galera node that has left its cluster', () => {
  const WSREP = err(1047, 'WSREP has not yet prepared node for application use', '08S01');
  const again = (connectionId: number) =>
    onTwo([
      after(3, S(0, greeting({ version: MARIADB, connectionId }))),
      C(1, login()),
      S(2, ok()),
    ]);
  runs([
    {
      name: 'says so to who comes next',
      script: [
        ...connect(MARIADB),
        ...onOne([...connect(MARIADB, 8), C(0, query('select sleep(9)'))]),
        after(2.3, fin('server')),
        ...onOne([fin('server')]),
        ...again(9),
        ...onTwo([C(0, query('select 1 from t')), S(1, WSREP)]),
      ],
      findings: ['error connection-lost galera-left likely at 15 on 0 1'],
    },
    {
      name: 'was told to, which the capture has',
      script: [
        ...connect(MARIADB),
        ...onOne([
          ...connect(MARIADB, 8),
          C(0, query("set global wsrep_cluster_address = 'gcomm://'")),
        ]),
        fin('server'),
        ...onOne([S(1, ok())]),
        ...again(9),
        ...onTwo([C(0, query('select 1 from t')), S(1, WSREP)]),
      ],
      findings: ['warning connection-closed galera-left proven at 14 on 0'],
    },
  ]);
});

describe('a thread pool', () => {
  const idle = (version: string, first: number, second: number) => [
    ...connect(version),
    ...onOne([after(0.3, S(0, greeting({ version, connectionId: 8 }))), C(1, login()), S(2, ok())]),
    after(first, fin('server')),
    ...onOne([after(second, fin('server'))]),
  ];
  runs([
    {
      name: 'of MariaDB ends what idles up to half a second late, with FIN',
      script: idle(MARIADB, 2.7, 0.5),
      findings: ['warning connection-closed idle-timeout likely at 13 on 0 1'],
    },
    {
      name: 'is none where the two idled for different times',
      script: idle(MARIADB, 2.7, 1.5),
      findings: [
        'warning connection-closed proxy-idle-timeout possible at 13 on 0',
        'warning connection-closed server-closed possible at 14 on 1',
      ],
    },
    {
      name: 'of MySQL closes without ERR 4031 at the time that its client has set',
      script: [...connect(MYSQL), ...set('set wait_timeout = 2'), after(2.01, fin('server'))],
      findings: ['warning connection-closed idle-timeout likely at 9 on 0'],
    },
  ]);
});

test('a transaction that a time-out has ended is not to be retried in part', () => {
  const script = [...connect(MARIADB), ...begin, after(10, rst('server'))];
  const [finding] = play(script).report.findings;
  expect(finding!.advice.client).toContain('Do not retry the last statement alone');
  expect(finding!.advice.client).toContain('frame 7');
  expect(finding!.advice.server).toContain('idle_transaction_timeout');
});

describe('what stands between', () => {
  runs([
    {
      name: 'closes when the next command comes',
      script: [...connect(MARIADB), ...SELECT, after(4, C(0, ping)), after(0.0001, fin('server'))],
      findings: ['error connection-lost proxy-idle-timeout likely at 14 on 0'],
    },
  ]);
});

describe('KILL', () => {
  runs([
    {
      name: 'of an idle connection that is then used',
      script: [
        ...connect(MARIADB),
        ...kill('KILL 7'),
        fin('server'),
        ...KILLED,
        C(0, ping),
        bare(rst('server')),
      ],
      findings: ['error connection-lost killed proven at 14 on 0'],
    },
    {
      name: 'of an idle connection that nobody uses again',
      script: [...connect(MYSQL), ...kill('kill connection 7'), fin('server'), ...KILLED],
      findings: ['warning connection-closed killed proven at 14 on 0'],
    },
    {
      name: 'during a query',
      script: [
        ...connect(MYSQL),
        C(0, query('select sleep(9)')),
        ...kill('KILL 7'),
        fin('server'),
        ...KILLED,
      ],
      findings: ['error connection-lost killed proven at 15 on 0'],
    },
    {
      name: 'before the login',
      script: [
        S(0, greeting({ version: MARIADB, connectionId: 7 })),
        ...kill('KILL 7'),
        after(2, fin('server')),
        ...KILLED,
        C(1, login()),
        bare(rst('server')),
      ],
      findings: ['error connection-lost killed proven at 12 on 0'],
    },
    {
      name: 'that is not in the capture, while the server goes on elsewhere',
      script: [
        ...connect(MYSQL),
        ...onOne(connect(MYSQL, 8)),
        C(0, query('select sleep(9)')),
        after(3.3, fin('server')),
        ...onOne([after(5, C(0, ping)), S(1, ok()), C(0, quit)]),
      ],
      findings: ['error connection-lost killed likely at 14 on 0'],
    },
    {
      name: 'that is not in the capture, and nothing else is',
      script: [...connect(MYSQL), C(0, query('select sleep(9)')), after(3.3, fin('server'))],
      findings: ['error connection-lost server-closed possible at 8 on 0'],
    },
    {
      name: 'answered with ERR 1927 before the server closes',
      script: [
        ...connect(MARIADB),
        C(0, query('select sleep(9)')),
        S(1, err(1927, 'Connection was killed', '70100')),
        fin('server'),
      ],
      findings: ['error connection-lost killed proven at 8 on 0'],
    },
    {
      name: 'QUERY is an answer: the connection goes on',
      script: [
        ...connect(MARIADB),
        C(0, query('select sleep(9)')),
        ...kill('KILL QUERY 7'),
        S(1, err(1317, 'Query execution was interrupted', '70100')),
        ...KILLED,
        C(0, quit),
      ],
      findings: [],
    },
    {
      name: 'of the own connection is what its client wanted',
      script: [
        ...connect(MARIADB),
        C(0, query('KILL CONNECTION_ID()')),
        S(1, err(1927, 'Connection was killed', '70100')),
        fin('server'),
      ],
      findings: ['info connection-closed killed proven at 7 on 0'],
    },
    {
      name: 'of the own connection, which is then used',
      script: [
        ...connect(MARIADB),
        C(0, query('KILL HARD CONNECTION_ID ()')),
        S(1, err(1927, 'Connection was killed', '70100')),
        fin('server'),
        C(0, ping),
        bare(rst('server')),
      ],
      findings: ['error connection-lost killed proven at 9 on 0'],
    },
    {
      name: 'of a connection of the same program, which does not use it again',
      script: [
        ...connectAs('zongji', 7),
        C(0, concat(u8(0x12), zeros(10))),
        S(1, HEARTBEAT),
        ...onOne([...connectAs('zongji', 8), C(0, query('KILL 7'))]),
        fin('server'),
        fin('client'),
        ...KILLED,
      ],
      findings: ['info connection-closed killed proven at 16 on 0'],
    },
    {
      name: 'of a connection of the same program, which uses it again',
      script: [
        ...connectAs('pymysql', 7),
        ...onOne([...connectAs('pymysql', 8), C(0, query('KILL 7'))]),
        fin('server'),
        ...KILLED,
        C(0, ping),
        bare(rst('server')),
      ],
      findings: ['error connection-lost killed proven at 14 on 0'],
    },
    ...['KILL USER app', "kill soft user 'app'@'%' ;", 'KILL CONNECTION USER `app`'].map((sql) => ({
      name: `of a user: ${sql}`,
      script: [...connect(MARIADB), ...kill(sql), fin('server'), ...KILLED],
      findings: ['warning connection-closed killed proven at 14 on 0'],
    })),
    ...['CALL mysql.rds_kill(7)', 'call `mysql`.az_kill( 7 );'].map((sql) => ({
      name: `by a provider's procedure: ${sql}`,
      script: [...connect(MYSQL), ...kill(sql), fin('server'), ...KILLED],
      findings: ['warning connection-closed killed proven at 14 on 0'],
    })),
    ...['KILL QUERY ID 7', 'KILL QUERY USER app', 'CALL mysql.rds_kill_query(7)'].map((sql) => ({
      name: `of no connection: ${sql}`,
      script: [...connect(MYSQL), ...kill(sql), after(3.3, fin('server')), ...KILLED],
      findings: ['warning connection-closed server-closed possible at 14 on 0'],
    })),
    {
      name: 'that the server refused',
      script: [
        ...connect(MYSQL),
        ...onOne([
          ...connect(MYSQL, 8),
          C(0, query('KILL 7')),
          S(1, err(1095, 'You are not owner of thread 7')),
        ]),
        after(3.3, fin('server')),
      ],
      findings: ['warning connection-closed server-closed possible at 15 on 0'],
    },
    {
      name: 'of a user, before the connection began',
      script: [
        ...kill('KILL USER app'),
        ...KILLED,
        ...connect(MARIADB),
        C(0, ping),
        S(1, ok()),
        after(3.3, fin('server')),
      ],
      findings: ['warning connection-closed server-closed possible at 20 on 1'],
    },
    {
      name: 'is not seen where an ERR that refuses something stands before the end',
      script: [
        ...connect(MYSQL),
        C(0, query('x')),
        S(1, err(1045, 'Access denied', '28000')),
        fin('server'),
      ],
      findings: ['warning connection-closed ended-by-error proven at 8 on 0'],
    },
  ]);
});

describe('the end of the server', () => {
  const both = [...connect(MYSQL), ...onOne(connect(MYSQL, 8))];
  runs([
    {
      name: 'closes all connections at once',
      script: [
        ...both,
        ...onTwo(connect(MYSQL, 9)),
        C(0, query('select sleep(9)')),
        after(3.3, fin('server')),
        on(1, fin('server')),
        on(2, fin('server')),
      ],
      findings: ['error connection-lost server-stopped likely at 20 on 0 1 2'],
    },
    {
      name: 'is told by ERR 1053 on another connection',
      script: [
        ...both,
        after(3.3, fin('server')),
        ...onOne([
          after(2, C(0, ping)),
          S(1, err(1053, 'Server shutdown in progress', '08S01')),
          fin('server'),
        ]),
      ],
      findings: ['error connection-lost server-stopped proven at 15 on 0 1'],
    },
    {
      name: 'was asked for by a client, which is no fault',
      script: [
        ...connect(MARIADB),
        C(0, query('SHUTDOWN')),
        S(1, ok()),
        S(1, err(1927, 'Connection was killed', '70100')),
        fin('server'),
      ],
      findings: ['info connection-closed server-stopped proven at 7 on 0'],
    },
    {
      name: 'was asked for by one client, and another one was at work',
      script: [
        ...both,
        C(0, query('select sleep(9)')),
        ...onOne([C(0, query('shutdown')), S(1, ok()), fin('server')]),
        fin('server'),
      ],
      findings: ['error connection-lost server-stopped proven at 17 on 0 1'],
    },
    {
      name: 'in the midst of an answer',
      script: [...both, ...CUT, fin('server'), on(1, fin('server'))],
      findings: ['error connection-lost server-crashed likely at 18 on 0 1'],
    },
    {
      name: 'is not seen where others go on',
      script: [
        ...both,
        ...CUT,
        fin('server'),
        ...onOne([after(5, C(0, ping)), S(1, ok()), C(0, quit)]),
      ],
      findings: ['error connection-lost server-closed possible at 18 on 0'],
    },
    {
      name: 'is not seen where clients go away together',
      script: [...both, fin('client'), on(1, fin('client')), fin('server'), on(1, fin('server'))],
      findings: ['info connection-closed client-left proven at 13 on 0 1'],
    },
    {
      name: 'offline mode, told to a login',
      script: [
        ...connect(MYSQL),
        after(3.3, fin('server')),
        ...onOne([
          after(1, S(0, greeting({ version: MYSQL }))),
          C(1, login()),
          S(2, err(3032, 'The server is currently in offline mode', 'HY000')),
          fin('server'),
        ]),
      ],
      findings: ['warning connection-closed offline-mode likely at 7 on 0 1'],
    },
  ]);
});

describe('what stands between', () => {
  runs([
    {
      name: 'closes after a time of its own, where MySQL would have said so',
      script: [...connect(MYSQL), after(60, fin('server')), C(0, ping), bare(rst('server'))],
      findings: ['error connection-lost proxy-idle-timeout likely at 7 on 0'],
    },
    {
      name: 'closes with RST, as MySQL never does',
      script: [...connect(MYSQL), after(240, rst('server'))],
      findings: ['warning connection-closed proxy-idle-timeout likely at 7 on 0'],
    },
    {
      name: 'names itself',
      script: [...connect('8.0.30 (ProxySQL)'), after(77, fin('server'))],
      findings: ['warning connection-closed proxy-idle-timeout likely at 7 on 0'],
    },
    {
      name: 'has forgotten the connection',
      script: [...connect(MYSQL), after(400, C(0, ping)), bare(rst('server'))],
      findings: ['error connection-lost connection-dropped likely at 8 on 0'],
    },
    {
      name: 'has not, where the server had closed before',
      script: [
        ...connect(MARIADB),
        after(600, rst('server')),
        after(5, C(0, ping)),
        bare(rst('server')),
      ],
      findings: ['error connection-lost idle-timeout likely at 7 on 0'],
    },
    {
      name: 'swallows what the client sends',
      script: [
        ...connect(MYSQL),
        after(300, C(0, ping)),
        ...[0.2, 0.4, 0.8, 1.6, 3.2].map((seconds) => after(seconds, again(C(0, ping)))),
      ],
      findings: ['error connection-lost unanswered likely at 7 on 0'],
    },
    {
      name: 'lets the third try through',
      script: [
        ...connect(MYSQL),
        after(300, C(0, ping)),
        ...[0.2, 0.4, 0.8].map((seconds) => after(seconds, again(C(0, ping)))),
        S(1, ok()),
        C(0, quit),
      ],
      findings: [],
    },
  ]);

  test('has limits, of which the next below the idle time are named', () => {
    const script = [...connect(MYSQL), after(400, C(0, ping)), bare(rst('server'))];
    expect(play(script).report.findings[0]!.cause.summary).toContain(
      '350 s: AWS Network Load Balancer',
    );
  });
});

describe('what is too large or too slow', () => {
  const large = clientBytes(concat(hex('204e00 00 03'), ascii('insert'), new Uint8Array(100)));
  const TOO_LARGE = err(1153, "Got a packet bigger than 'max_allowed_packet' bytes", '08S01');
  runs([
    {
      name: 'a statement, refused while it is being sent',
      script: [...connect(MYSQL), large, S(1, TOO_LARGE), fin('server'), rst('server')],
      findings: ['error unread-error packet-too-large proven at 8 on 0'],
    },
    {
      name: 'a statement, refused when it had come',
      script: [...connect(MYSQL), C(0, query('x'.repeat(9000))), S(1, TOO_LARGE), rst('server')],
      findings: ['error connection-lost packet-too-large proven at 8 on 0'],
    },
    {
      name: 'an answer for a client that says what it takes',
      script: [
        S(0, greeting({ version: MYSQL })),
        C(1, login({ maxPacketSize: 16_384 })),
        S(2, ok()),
        C(0, query('select body from mails')),
        ...numbered(S, 1, [u8(1), column(), eof(), textRow('a'.repeat(20_000))]),
        fin('client'),
      ],
      findings: ['error connection-lost client-packet-limit likely at 12 on 0'],
    },
    {
      name: 'the same answer, read to its end',
      script: [
        S(0, greeting({ version: MYSQL })),
        C(1, login({ maxPacketSize: 16_384 })),
        S(2, ok()),
        C(0, query('select body from mails')),
        ...numbered(S, 1, [u8(1), column(), eof(), textRow('a'.repeat(20_000)), eof()]),
        ...SELECT,
        fin('client'),
      ],
      findings: ['info connection-closed client-left proven at 19 on 0'],
    },
    {
      name: 'half of a command, and MySQL says why it closes',
      script: [
        ...connect(MYSQL),
        large,
        after(30, S(1, err(1159, 'Got timeout reading communication packets', '08S01'))),
        fin('server'),
      ],
      findings: ['error unread-error server-read-timeout proven at 8 on 0'],
    },
    {
      name: 'half of a command, and MariaDB says nothing',
      script: [...connect(MARIADB), large, after(30, rst('server'))],
      findings: ['error connection-lost server-read-timeout likely at 8 on 0'],
    },
    {
      name: 'an answer that the client does not read',
      script: [...connect(MARIADB), ...CUT, zeroWindow('client'), after(60, rst('server'))],
      findings: ['error connection-lost net-write-timeout likely at 13 on 0'],
    },
    {
      name: 'an answer that stops, though the client reads',
      script: [...connect(MARIADB), ...CUT, after(60, rst('server'))],
      findings: ['error connection-lost server-closed possible at 12 on 0'],
    },
  ]);

  test('the number of the ERR bounds the limit', () => {
    const first = new Uint8Array(0xff_ffff).fill(0x78);
    const script = [
      ...connect(MYSQL),
      clientBytes(concat(hex('ffffff 00'), first, hex('00000a 01'), new Uint8Array(1000))),
      S(2, TOO_LARGE),
      fin('server'),
    ];
    const { cause } = play(script, { packets: false }).report.findings[0]!;
    expect(cause.summary).toContain('17432575 bytes');
    expect(cause.summary).toContain('between 16777215 and 17432575');
  });
});

describe('a client that hangs up', () => {
  runs([
    {
      name: 'before its answer comes',
      script: [...connect(MYSQL), C(0, query('select sleep(9)')), after(5, fin('client'))],
      findings: ['warning connection-lost client-gave-up proven at 8 on 0'],
    },
    {
      name: 'before its answer, which comes to nobody',
      script: [
        ...connect(MYSQL),
        C(0, query('do sleep(9)')),
        after(5, fin('client')),
        after(4, S(1, ok())),
        bare(rst('client')),
      ],
      findings: ['warning connection-lost client-gave-up proven at 8 on 0'],
    },
    {
      name: 'in the midst of its answer',
      script: [...connect(MYSQL), ...CUT, rst('client')],
      findings: ['warning connection-lost client-gave-up proven at 12 on 0'],
    },
    {
      name: 'and MySQL says so to nobody',
      script: [
        ...connect(MYSQL),
        ...SELECT,
        fin('client'),
        S(0, err(1158, 'Got an error reading communication packets', '08S01')),
        fin('server'),
        bare(rst('client')),
      ],
      findings: ['info connection-closed client-left proven at 13 on 0'],
    },
    {
      name: 'from a stream of events, which has no end',
      script: [
        ...connect(MYSQL),
        C(0, concat(u8(0x12), zeros(10))),
        S(1, concat(u8(0), new Uint8Array(30))),
        fin('client'),
      ],
      findings: [],
    },
  ]);

  test('after a whole number of seconds has a time-out', () => {
    const script = [...connect(MYSQL), C(0, query('select sleep(9)')), after(5, fin('client'))];
    expect(play(script).report.findings[0]!.cause.summary).toContain('5 s to the second');
  });
});

describe('without a defect of the conversation, nothing broke', () => {
  const WHOLE = [
    ...connect(MYSQL),
    ...SELECT,
    ...begin,
    ...SELECT,
    after(60, C(0, ping)),
    S(1, ok()),
    C(0, quit),
    fin('server'),
    fin('client'),
  ];
  const steps = WHOLE.length + 3;

  test.each(Array.from({ length: steps }, (_, at) => at))('frame %i is missing', (at) => {
    const mangle: CaptureOptions['mangle'] = (frames) => frames.filter((_, n) => n !== at);
    expect(breaksOf(play(WHOLE, { mangle, packets: false }))).toEqual([]);
  });

  test.each(Array.from({ length: steps }, (_, at) => at))('it starts at frame %i', (at) => {
    const mangle: CaptureOptions['mangle'] = (frames) => frames.slice(at);
    expect(breaksOf(play(WHOLE, { mangle, packets: false, ports: [3306] }))).toEqual([]);
  });

  test.each(Array.from({ length: steps }, (_, at) => at))('it ends before frame %i', (at) => {
    const mangle: CaptureOptions['mangle'] = (frames) => frames.slice(0, at);
    expect(breaksOf(play(WHOLE, { mangle, packets: false }))).toEqual([]);
  });

  test.each(['client', 'server'] as const)('only the %s’s side was captured', (from) => {
    const script = WHOLE.map((step) => (step.from === from ? step : lost(step)));
    expect(verdictOf(play(script, { packets: false, ports: [3306] }))).toEqual([]);
  });
});
