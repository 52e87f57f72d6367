import { describe, expect, test } from 'vitest';
import { concat, hex, zeros } from '../build/bytes.ts';
import { after, C, clientBytes, fin, rst, S, type Step } from '../build/conversation.ts';
import { err, greeting, login, ok, ping, query, quit, sslRequest } from '../build/mysql.ts';
import { breaksOf, play, storyOf, verdictOf } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';

const IDLE = err(4031, 'The client was disconnected by the server because of inactivity.', 'HY000');
const TOO_LARGE = err(1153, "Got a packet bigger than 'max_allowed_packet' bytes", '08S01');
const KILLED = err(1927, 'Connection was killed', '70100');
const READ_ERROR = err(1158, 'Got an error reading communication packets', '08S01');

/** A statement of which only the start has left: 5000 bytes are announced. */
const started = clientBytes(concat(hex('881300 00 03'), new Uint8Array(500).fill(0x78)));

const CASES: [name: string, script: Step[], verdict: string[]][] = [
  [
    'an idle timeout that nobody reads any more',
    [...CONNECT, after(28_800, S(0, IDLE)), fin('server')],
    ['warning unread-error frame 7 S idle-timeout proven'],
  ],
  [
    'a kill of newer MariaDB, numbered 1, read by the next command',
    [...CONNECT, S(1, KILLED), fin('server'), C(0, ping)],
    ['error unread-error frame 7 S killed proven'],
  ],
  [
    'a statement that is too large, refused while the client still sends it',
    [...CONNECT, started, S(1, TOO_LARGE), fin('server'), rst('client')],
    ['error unread-error frame 8 S packet-too-large proven'],
  ],
  [
    'an idle timeout read by COM_QUIT alone, which wants no answer',
    [...CONNECT, after(28_800, S(0, IDLE)), fin('server'), C(0, quit)],
    ['warning unread-error frame 7 S idle-timeout proven'],
  ],
  [
    'a read error after the client left',
    [...CONNECT, fin('client'), S(0, READ_ERROR)],
    ['info connection-closed frame 7 C client-left proven'],
  ],
  ['a read error after COM_QUIT', [...CONNECT, C(0, quit), S(1, READ_ERROR)], []],
  [
    'a read error while the client was there',
    [...CONNECT, S(0, READ_ERROR), fin('server')],
    ['warning unread-error frame 7 S server-read-error proven'],
  ],
  ['an ERR that answers a command', [...CONNECT, C(0, query('x')), S(1, err(1064, 'no'))], []],
];

test.each(CASES)('%s', (_, script, verdict) => {
  expect(verdictOf(play(script))).toEqual(verdict);
  expect(verdictOf(play(script, { packets: false }))).toEqual(verdict);
});

test.each(CASES)('%s, in segments of 3 bytes', (_, script, verdict) => {
  const numbers = (lines: string[]) => lines.map((line) => line.replace(/frame \d+/, ''));
  expect(numbers(verdictOf(play(script, { segmentBytes: 3 })))).toEqual(numbers(verdict));
});

describe('the number that a reader would expect', () => {
  test('is 1 while the connection is idle', () => {
    const { packets } = play([...CONNECT, S(0, IDLE)]);
    expect(storyOf(packets).at(-1)).toBe('S0(1) ERR');
  });

  test('is 2 while the login is due', () => {
    const { packets } = play([S(0, greeting()), S(1, READ_ERROR)]);
    expect(storyOf(packets).at(-1)).toBe('S1(2) ERR');
  });

  test('follows the statement that is being sent', () => {
    const { packets } = play([...CONNECT, started, S(1, TOO_LARGE)]);
    expect(storyOf(packets).at(-1)).toBe('S1 ERR');
  });

  test('is not known while a statement of several parts is being sent', () => {
    const { packets } = play([
      ...CONNECT,
      clientBytes(concat(hex('ffffff 00 03'), zeros(100))),
      S(1, TOO_LARGE),
    ]);
    expect(storyOf(packets).at(-1)).toBe('S1(?) ERR');
  });

  test('is nobody’s once the client has left', () => {
    const { packets } = play([...CONNECT, fin('client'), S(0, READ_ERROR)]);
    expect(storyOf(packets).at(-1)).toBe('S0(?) ERR');
  });
});

test('the finding quotes the error and says what became of it', () => {
  const [finding] = play([...CONNECT, started, S(1, TOO_LARGE), fin('server')]).report.findings;
  expect(finding!.message).toContain('1153');
  expect(finding!.message).toContain('max_allowed_packet');
  expect(finding!.cause.summary).toContain('still sending');
  expect(finding!.evidence.map(({ frame }) => frame.number)).toEqual([7, 8]);
  expect(finding).toMatchObject({ got: null, expected: null, fromClient: false });
});

describe('a login that never comes', () => {
  const TIMEOUT = err(1159, 'Got timeout reading communication packets', '08S01');
  const NEVER: [name: string, script: Step[], verdict: string[]][] = [
    [
      'until MySQL says so',
      [S(0, greeting()), after(10, S(1, TIMEOUT)), fin('server')],
      ['error login-timeout frame 5 S login-timeout proven'],
    ],
    [
      'until MariaDB resets the connection',
      [S(0, greeting()), after(10, rst('server'))],
      ['error login-timeout frame 5 S login-timeout likely'],
    ],
    [
      'until an older MySQL closes',
      [S(0, greeting()), after(10, fin('server'))],
      ['error login-timeout frame 5 S login-timeout likely'],
    ],
    [
      'because the client left',
      [S(0, greeting()), after(3, fin('client')), fin('server')],
      ['info risky-habit frame 5 C health-check possible'],
    ],
    [
      'because the client reset',
      [S(0, greeting()), after(3, rst('client'))],
      ['info risky-habit frame 5 C health-check possible'],
    ],
    [
      'because the server closed at once',
      [S(0, greeting()), fin('server')],
      ['warning login-refused frame 5 S login-unfinished proven'],
    ],
    [
      'before the capture ended',
      [S(0, greeting())],
      ['info login-refused frame 4 C login-unfinished possible'],
    ],
  ];
  test.each(NEVER)('%s', (_, script, verdict) => {
    expect(verdictOf(play(script))).toEqual(verdict);
  });

  test('but came, in TLS, which then did not', () => {
    expect(
      verdictOf(play([S(0, greeting()), C(1, sslRequest()), after(9, fin('server'))])),
    ).toEqual(['error login-timeout frame 6 S login-timeout likely']);
  });

  test('but came', () => {
    const script = [S(0, greeting()), C(1, login()), S(2, ok()), after(30, fin('server'))];
    expect(breaksOf(play(script))).toEqual([]);
  });
});
