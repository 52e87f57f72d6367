import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, u8, zeros } from '../build/bytes.ts';
import {
  after,
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
  together,
} from '../build/conversation.ts';
import {
  authMore,
  authSwitch,
  CAN,
  changeUser,
  err,
  greeting,
  login,
  ok,
  ping,
  query,
  quit,
  SERVER_CAPABILITIES,
  sslRequest,
} from '../build/mysql.ts';
import { type AnalyzeOptions, breaksOf, play, verdictOf } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';

interface Case {
  name: string;
  script: Step[];
  options?: AnalyzeOptions & CaptureOptions;
  /** Severity, rule, frame, who, cause and its certainty, of each finding. */
  verdicts: string[];
}

const GREETING = S(0, greeting());
const TLS_GREETING = S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.SSL }));
const ASKED = [GREETING, C(1, login())];
const SWITCH = S(2, authSwitch('client_ed25519', zeros(32)));
const DENIED = err(1045, "Access denied for user 'app'@'10.0.0.5' (using password: YES)", '28000');

const refusal = (name: string, code: number, cause: string): Case => ({
  name,
  script: [S(0, err(code, 'Not now, not from there', null)), fin('server')],
  verdicts: [`warning connection-refused frame 4 S ${cause} proven`],
});

const denial = (name: string, code: number, cause: string, rule = 'login-refused'): Case => ({
  name,
  script: [...ASKED, S(2, err(code, 'No')), fin('server')],
  verdicts: [`warning ${rule} frame 6 S ${cause} proven`],
});

const leaving = (name: string, request: Step, ...leave: Step[]): Case => ({
  name,
  script: [...ASKED, request, ...leave],
  verdicts: ['warning login-refused frame 7 C plugin-unsupported likely'],
});

function alert(description: number): Uint8Array {
  return concat(hex('15 0303 0002 02'), u8(description));
}

/** u8 type  u16 version  u16 length   u8 message  u24 length  u16 version  random  session  suite  compression */
function serverHello(): Uint8Array {
  const body = concat(hex('0303'), zeros(32), u8(0), hex('c02f'), u8(0));
  const message = concat(u8(2, 0, 0, body.length), body);
  return concat(hex('16 0303'), u8(0, message.length), message);
}

const START_TLS = [
  TLS_GREETING,
  C(1, sslRequest()),
  clientBytes(concat(hex('16 0301 0040'), zeros(64))),
];

/** A connection for one query. */
const visit = (connection: number, wait: number, ...asked: Step[]): Step[] =>
  [
    after(wait, GREETING),
    C(1, login()),
    S(2, ok()),
    ...asked,
    C(0, quit),
    fin('client'),
    fin('server'),
  ].map((step) => on(connection, step));
const ASK = [C(0, query('select 1')), S(1, ok())];
const visits = (count: number, wait: number, ...asked: Step[]) =>
  Array.from({ length: count }, (_, i) => visit(i, wait, ...asked)).flat();

const CASES: Case[] = [
  refusal('a server that is full', 1040, 'too-many-connections'),
  refusal('a host that is blocked', 1129, 'host-blocked'),
  refusal('a host that no account allows', 1130, 'host-not-allowed'),
  refusal('any other refusal', 1053, 'refused'),
  denial(
    'a server that has room for administrators only',
    1040,
    'too-many-connections',
    'connection-refused',
  ),
  denial('an account with as many connections as it may have', 1226, 'user-limit'),
  denial('an account with as many connections as any may have', 1203, 'user-limit'),
  denial('a wrong password', 1045, 'access-denied'),
  denial('an account without password', 1698, 'access-denied'),
  denial('a database that the account may not use', 1044, 'access-denied'),
  denial('a database that is not there', 1049, 'unknown-database'),
  denial('a locked account of MySQL', 3118, 'account-locked'),
  denial('a locked account of MariaDB', 4151, 'account-locked'),
  denial('too many wrong passwords', 3955, 'account-locked'),
  denial('a password that has expired', 1862, 'password-expired'),
  denial('a login without TLS', 3159, 'tls-required'),
  denial('a client without the plugin', 1251, 'plugin-unsupported'),
  denial('a plugin that is not loaded', 1524, 'plugin-unsupported'),
  denial('what nobody knows', 4711, 'login-failed'),
  leaving('a client that closes when it is to switch', SWITCH, fin('client'), fin('server')),
  leaving('a client that resets when it is to switch', SWITCH, rst('client')),
  leaving('a client that quits when it is to switch', SWITCH, C(0, quit), fin('client')),
  leaving(
    'a client that quits when it is asked for the password, and is told that it counts wrongly',
    S(2, authMore(0x04)),
    C(0, quit),
    S(3, err(1156, 'Got packets out of order', '08S01')),
    fin('server'),
  ),
  {
    name: 'a client that leaves a server without TLS at once',
    script: [GREETING, fin('client'), fin('server')],
    verdicts: ['info login-refused frame 5 C tls-refused possible'],
  },
  {
    name: 'a client that leaves a server with TLS at once',
    script: [TLS_GREETING, fin('client'), fin('server')],
    verdicts: ['info risky-habit frame 5 C health-check likely'],
  },
  {
    name: 'a client that leaves again and again',
    script: [0, 1, 2].flatMap((connection) => [
      on(connection, after(1, GREETING)),
      on(connection, rst('client')),
    ]),
    verdicts: ['info risky-habit frame 5 C health-check likely'],
  },
  {
    name: 'a client that does not trust the certificate',
    script: [...START_TLS, serverBytes(serverHello()), clientBytes(alert(48)), fin('client')],
    verdicts: ['warning login-refused frame 8 C tls-failed proven'],
  },
  {
    name: 'a server that has no version of TLS in common with the client',
    script: [...START_TLS, serverBytes(alert(70)), fin('server')],
    verdicts: ['warning login-refused frame 7 S tls-failed proven'],
  },
  {
    name: 'a client that closes in the midst of the TLS handshake',
    script: [...START_TLS, serverBytes(serverHello()), fin('client')],
    verdicts: ['warning login-refused frame 8 C tls-failed likely'],
  },
  {
    name: 'TLS that is asked for and never started, as MariaDB sees it',
    script: [
      TLS_GREETING,
      C(1, sslRequest()),
      after(10, S(2, err(1043, 'Bad handshake', '08S01'))),
      rst('server'),
    ],
    verdicts: ['error login-timeout frame 6 S login-timeout likely'],
  },
  {
    name: 'another user that is refused, on MySQL',
    script: [...CONNECT, C(0, changeUser()), S(1, DENIED), fin('server')],
    verdicts: ['warning login-refused frame 8 S change-user-refused proven'],
  },
  {
    name: 'another user that is refused late, on MariaDB, with the next command sent meanwhile',
    script: [
      ...CONNECT,
      C(0, changeUser()),
      S(1, authSwitch()),
      C(2, zeros(32)),
      blind(C(0, ping)),
      after(1, S(3, DENIED)),
      S(1, ok()),
      C(0, quit),
      fin('client'),
    ],
    verdicts: ['warning login-refused frame 11 S change-user-refused proven'],
  },
  {
    name: 'a password in the clear',
    script: [
      ...ASKED,
      S(2, authSwitch('mysql_clear_password', zeros(0))),
      C(3, ascii('open sesame\0')),
      S(4, ok()),
    ],
    verdicts: ['warning risky-habit frame 7 C clear-password proven'],
  },
  {
    name: 'a file that is served',
    script: [
      ...CONNECT,
      C(0, query('load data local infile "f" into table t')),
      S(1, concat(u8(0xfb), ascii('f'))),
      C(2, ascii('1,2\n')),
      C(3, zeros(0)),
      S(4, ok()),
    ],
    verdicts: ['info risky-habit frame 7 C local-infile proven'],
  },
  {
    name: 'a file that the server asks for in answer to a SELECT',
    script: [
      ...CONNECT,
      C(0, query('select 1')),
      S(1, concat(u8(0xfb), ascii('f'))),
      C(2, ascii('1,2\n')),
      C(3, zeros(0)),
      S(4, ok()),
    ],
    verdicts: ['warning risky-habit frame 7 C local-infile proven'],
  },
  {
    name: 'a login across a network without TLS',
    script: CONNECT,
    options: { addresses: ['10.0.0.5', '10.0.0.9'] },
    verdicts: ['info risky-habit frame 5 C no-tls proven'],
  },
  {
    name: 'a connection for each query',
    script: visits(20, 0.01, ...ASK),
    verdicts: ['warning risky-habit frame 1 C connection-per-query proven'],
  },
];

describe.each(CASES)('$name', ({ script, options = {}, verdicts }) => {
  const { report } = play(script, options);

  test('is found, and nothing else', () => {
    expect(verdictOf({ report })).toEqual(verdicts);
  });

  test('is proven by frames of the capture, in their order', () => {
    for (const { evidence, frame } of report.findings) {
      const frames = evidence.map((e) => e.frame.number);
      expect(frames).toEqual(frames.toSorted((a, b) => a - b));
      expect(frames).toContain(frame.number);
    }
  });

  test('says who is to do what, without a password', () => {
    for (const finding of report.findings) {
      expect(Object.values(finding.advice).join('')).not.toBe('');
      expect(JSON.stringify(finding)).not.toMatch(
        /undefined|NaN|\[object|sesame| {2}(?!message from)/,
      );
    }
  });

  test('is the same when nobody looks at the packets', () => {
    expect(verdictOf(play(script, { ...options, packets: false }))).toEqual(verdicts);
  });

  test('is no more than that where a frame is missing', () => {
    script.forEach(({ bytes }, dropped) => {
      if (bytes.length === 0) return;
      const rest = script.map((step, i) => (i === dropped ? lost(step) : step));
      expect(breaksOf(play(rest, options)).length).toBeLessThanOrEqual(breaksOf({ report }).length);
    });
  });
});

const TWINS: [name: string, script: Step[], options?: CaptureOptions][] = [
  ['a login that succeeds', [...CONNECT, C(0, quit), fin('client')]],
  [
    'a client that switches',
    [...ASKED, SWITCH, C(3, zeros(64)), S(4, ok()), C(0, quit), fin('client')],
  ],
  [
    'HAProxy, which logs in and quits before it was greeted',
    [
      together(C(1, login()), C(0, quit)),
      S(0, greeting()),
      S(2, ok()),
      fin('client'),
      fin('server'),
    ],
  ],
  [
    'TLS that works',
    [
      ...START_TLS,
      serverBytes(serverHello()),
      clientBytes(concat(hex('16 0303 0080'), zeros(128))),
      fin('client'),
    ],
  ],
  [
    'a file that is refused',
    [
      ...CONNECT,
      C(0, query('load data local infile "f" into table t')),
      S(1, concat(u8(0xfb), ascii('f'))),
      C(2, zeros(0)),
      S(3, ok()),
    ],
  ],
  ['a user that is changed', [...CONNECT, C(0, changeUser()), S(1, ok())]],
  ['a few short connections', visits(19, 0.01, ...ASK)],
  ['short connections once in a while', visits(20, 30, ...ASK)],
  ['connections that are kept', visits(20, 0.01, ...ASK, ...ASK, ...ASK)],
  ['connections in which nothing is asked', visits(20, 0.01)],
  ['a login within one host of IPv4', CONNECT, { addresses: ['10.0.0.5', '10.0.0.5'] }],
];

test.each(TWINS)('%s is no finding', (_, script, options = {}) => {
  expect(verdictOf(play(script, options))).toEqual([]);
});

describe('what is told of it', () => {
  const only = (script: Step[]) => {
    const { findings } = play(script).report;
    expect(findings).toHaveLength(1);
    return findings[0]!;
  };

  test('fifty wrong passwords of one user are one finding', () => {
    const script = Array.from({ length: 50 }, (_, i) =>
      [...ASKED, S(2, DENIED), fin('server')].map((step) => on(i, step)),
    ).flat();
    expect(only(script)).toMatchObject({ occurrences: 50, cause: { id: 'access-denied' } });
  });

  test('of two users they are two', () => {
    const as = (connection: number, user: string) =>
      [GREETING, C(1, login({ user })), S(2, DENIED)].map((step) => on(connection, step));
    const { findings } = play([...as(0, 'app'), ...as(1, 'report')]).report;
    expect(findings.map(({ fingerprint }) => fingerprint)).toEqual([
      'access-denied 1045 user=app',
      'access-denied 1045 user=report',
    ]);
  });

  test('PyMySQL cuts off a SQLSTATE that is not there', () => {
    const { drivers } = only([S(0, err(1040, 'Too many connections', null))]);
    expect(drivers).toContainEqual({
      driver: 'PyMySQL, aiomysql',
      text: "(1040, 'ny connections')",
    });
    expect(drivers).toContainEqual({
      driver: 'mysql, mariadb',
      text: 'ERROR 1040 (HY000): Too many connections',
    });
  });

  test('a password that was not sent is said so', () => {
    const none = only([GREETING, C(1, login({ authResponse: zeros(0) })), S(2, DENIED)]);
    expect(none.evidence.at(-1)!.text).toContain('sent no password');
    expect(only([...ASKED, S(2, DENIED)]).evidence.at(-1)!.text).toContain('had 20 bytes');
  });

  test('that an account may want TLS is a hint where there could have been some', () => {
    const hint = 'REQUIREs SSL';
    expect(only([TLS_GREETING, C(1, login()), S(2, DENIED)]).cause.summary).toContain(hint);
    expect(only([...ASKED, S(2, DENIED)]).cause.summary).not.toContain(hint);
  });

  test('a full server is told with the connections that are seen to be open', () => {
    const open = [0, 1].flatMap((i) => CONNECT.map((step) => on(i, step)));
    const script = [...open, on(2, S(0, err(1040, 'Too many connections', null)))];
    expect(only(script).cause.summary).toContain('2 connections to it open');
  });

  test('a blocked host is told with the health checks that led to it', () => {
    const checks = [0, 1, 2, 3].flatMap((i) => [on(i, TLS_GREETING), on(i, fin('client'))]);
    const script = [...checks, on(4, S(0, err(1129, 'Host is blocked', null)))];
    const blocked = play(script).report.findings.find(({ cause }) => cause.id === 'host-blocked')!;
    expect(blocked.cause.summary).toContain('4 connections from the same host');
    expect(blocked.cause.summary).toContain('4 of them without a byte');
    expect(blocked.evidence).toHaveLength(4);
  });

  test('what connecting cost is told beside what the queries took', () => {
    const { cause, occurrences } = only(visits(30, 0.01, ...ASK));
    expect(occurrences).toBe(30);
    expect(cause.summary).toMatch(/Connecting took \d+ ms in all, the statements \d+ ms/);
  });

  test('two wrong servers are two findings, and one for ten connections to each', () => {
    const banner = serverBytes('SSH-2.0-OpenSSH_9.2p1\r\n');
    const script = Array.from({ length: 10 }, (_, i) => on(i, banner));
    const [finding, ...others] = play(script, { port: 2222, ports: [2222] }).report.findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ occurrences: 10, got: 45, expected: 0 });
    expect(finding!.drivers).toContainEqual({
      driver: 'PHP mysqlnd',
      text: 'Packets out of order. Expected 0 received 45. Packet size=4739923',
    });
  });

  test('a PROXY header of version 2 is told as such', () => {
    const header = hex('0d0a0d0a000d0a515549540a 21 11 000c c0000207 c0000201 c738 0cea');
    const outOfOrder = err(1156, 'Got packets out of order', '08S01');
    const finding = only([clientBytes(header), GREETING, S(1, outOfOrder), C(1, login())]);
    expect(finding.cause).toMatchObject({ id: 'proxy-header', certainty: 'proven' });
    expect(finding.cause.summary).toContain('version 2');
  });
});

test('where the start was not captured, nobody is said to have left', () => {
  const script = [GREETING, fin('client')];
  expect(verdictOf(play(script, { handshake: false }))).toEqual([]);
});
