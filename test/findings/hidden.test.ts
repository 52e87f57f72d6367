import { describe, expect, test } from 'vitest';
import { concat, hex, zeros } from '../build/bytes.ts';
import {
  after,
  C,
  clientBytes,
  fin,
  rst,
  S,
  type Step,
  serverBytes,
} from '../build/conversation.ts';
import { greeting, sslRequest } from '../build/mysql.ts';
import { play } from '../mysql/analyze.ts';

/** A record of TLS: u8 type  u16 version  u16 length. */
function record(type: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  return concat(new Uint8Array([type, 3, 3, length >> 8, length & 0xff]), content);
}

const data = (length: number) => record(23, zeros(length));

/** ServerHello: type, length, version, random, session, cipher TLS_AES_128_GCM_SHA256, supported_versions 1.3. */
const SERVER_HELLO = record(
  22,
  concat(hex('02 00002e 0303'), zeros(32), hex('00 1301 00 0006 002b 0002 0304')),
);
const CLIENT_HELLO = record(
  22,
  concat(hex('01 000029 0303'), zeros(32), hex('00 0002 1301 01 00')),
);
const FINISHED = data(53);
const QUIT = data(22);
const CLOSE_NOTIFY = data(19);
/** ERR 4031 in English. */
const IDLE_ERROR = data(166);

function handshake(version: string): Step[] {
  return [
    S(0, greeting({ version })),
    C(1, sslRequest()),
    clientBytes(CLIENT_HELLO),
    serverBytes(concat(SERVER_HELLO, data(500))),
    clientBytes(FINISHED),
    serverBytes(data(250)),
  ];
}

function loggedIn(version: string): Step[] {
  return [
    ...handshake(version),
    clientBytes(data(150)),
    serverBytes(data(28)),
    clientBytes(data(60)),
    serverBytes(data(90)),
  ];
}

const MYSQL = '8.0.46';
const MARIADB = '10.11.19-MariaDB';

const CASES: [name: string, script: Step[], findings: string[]][] = [
  [
    'MySQL says something and closes at a whole second',
    [...loggedIn(MYSQL), after(60.001, serverBytes(IDLE_ERROR)), fin('server')],
    ['warning connection-closed idle-timeout likely at 15'],
  ],
  [
    'the same, and the client goes on to speak',
    [
      ...loggedIn(MYSQL),
      after(60.001, serverBytes(IDLE_ERROR)),
      fin('server'),
      after(3, clientBytes(data(40))),
      rst('server'),
    ],
    ['error connection-lost idle-timeout likely at 15'],
  ],
  [
    'MariaDB resets at a whole second',
    [...loggedIn(MARIADB), after(60, rst('server'))],
    ['warning connection-closed idle-timeout likely at 14'],
  ],
  [
    'MySQL gives up waiting for the login',
    [...handshake(MYSQL), after(10, serverBytes(data(71))), fin('server')],
    ['error login-timeout login-timeout likely at 11'],
  ],
  [
    'MariaDB gives up waiting for the login, which comes then',
    [...handshake(MARIADB), after(10, rst('server'))],
    ['error login-timeout login-timeout likely at 10'],
  ],
  [
    'the client gives up waiting',
    [...loggedIn(MYSQL), clientBytes(data(60)), after(3, fin('client')), rst('client')],
    ['warning connection-lost client-gave-up likely at 15'],
  ],
  [
    'the server closes in the midst of a record',
    [
      ...loggedIn(MARIADB),
      clientBytes(data(60)),
      serverBytes(data(900).subarray(0, 300)),
      rst('server'),
    ],
    ['error connection-lost server-closed possible at 16'],
  ],
  ['a goodbye', [...loggedIn(MYSQL), clientBytes(QUIT), fin('server'), fin('client')], []],
  [
    'a goodbye of both',
    [
      ...loggedIn(MYSQL),
      clientBytes(concat(QUIT, CLOSE_NOTIFY)),
      fin('client'),
      serverBytes(CLOSE_NOTIFY),
      fin('server'),
    ],
    [],
  ],
  ['a client that just leaves', [...loggedIn(MYSQL), after(2, fin('client')), fin('server')], []],
  ['a login that is refused', [...loggedIn(MYSQL).slice(0, 8), fin('server')], []],
  [
    'a long pause',
    [...loggedIn(MYSQL), after(60, clientBytes(data(60))), serverBytes(data(90))],
    [],
  ],
];

describe('what TCP alone shows inside TLS', () => {
  test.each(CASES)('%s', (_, script, findings) => {
    const told = play(script, { packets: false }).report.findings;
    expect(
      told
        .filter(({ cause }) => cause.id !== 'no-tls')
        .map(
          ({ severity, rule, cause, frame }) =>
            `${severity} ${rule} ${cause.id} ${cause.certainty} at ${frame.number}`,
        ),
    ).toEqual(findings);
  });

  test('is not told where some of it is missing', () => {
    const script = [...loggedIn(MARIADB), { ...serverBytes(data(40)), lost: true }];
    const { findings } = play([...script, after(60, rst('server'))]).report;
    expect(findings).toEqual([]);
  });
});
