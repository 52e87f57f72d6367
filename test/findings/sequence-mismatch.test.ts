import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, u8, zeros } from '../build/bytes.ts';
import {
  after,
  blind,
  C,
  type CaptureOptions,
  clientBytes,
  fin,
  on,
  rst,
  S,
  type Step,
  serverBytes,
  together,
} from '../build/conversation.ts';
import {
  authSwitch,
  column,
  eof,
  err,
  greeting,
  login,
  ok,
  ping,
  query,
  sslRequest,
  textRow,
} from '../build/mysql.ts';
import { type AnalyzeOptions, play, storyOf, verdictOf } from '../mysql/analyze.ts';
import { CONNECT, numbered } from '../mysql/legal-scripts.ts';

/** The errors that servers send of their own accord. */
const TIMEOUT = err(1159, 'Got timeout reading communication packets', '08S01');
const IDLE = err(4031, 'The client was disconnected by the server because of inactivity.', 'HY000');
const OUT_OF_ORDER = err(1156, 'Got packets out of order', '08S01');
const KILLED = err(1927, 'Connection was killed', '70100');

const PROXY_V1 = clientBytes('PROXY TCP4 192.0.2.7 192.0.2.1 51000 3306\r\n');
const HTTP_400 = serverBytes('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');

/** An event that the replica shall acknowledge. */
const SEMI_SYNC_EVENT = hex('00 ef 01  00000000 02 01000000 13000000 00000000 0000');

const SELECT = [
  C(0, query('select n from items')),
  ...numbered(S, 1, [u8(1), column(), eof(), textRow('a'), eof()]),
];

interface Violation {
  name: string;
  script: Step[];
  options?: AnalyzeOptions & { port?: number };
  /** Severity, rule, frame, numbers, cause and its certainty. */
  verdict: string;
  message: string;
}

const LATE_LOGIN = [
  S(0, greeting()),
  after(2, S(1, TIMEOUT)),
  fin('server'),
  after(1.5, C(1, login())),
  rst('server'),
];

const VIOLATIONS: Violation[] = [
  {
    name: 'a login sent after the server had given up: the stale ERR is what the driver reads',
    script: LATE_LOGIN,
    verdict: 'error sequence-mismatch frame 5 S1≠2 login-timeout proven',
    message: 'Packet sequence number wrong - got 1 expected 2',
  },
  {
    name: 'a login that crossed the ERR of a server that had given up',
    script: [S(0, greeting()), after(2, S(1, TIMEOUT)), blind(C(1, login()))],
    verdict: 'error sequence-mismatch frame 5 S1≠2 login-timeout likely',
    message: 'Packet sequence number wrong - got 1 expected 2',
  },
  {
    name: 'a login that was held up on the way: it left in time, and the ERR knows nothing of it',
    script: [S(0, greeting()), C(1, login()), after(2, blind(S(1, TIMEOUT))), fin('server')],
    verdict: 'error sequence-mismatch frame 6 S1≠2 login-held-up proven',
    message: 'Packet sequence number wrong - got 1 expected 2',
  },
  {
    name: 'an idle timeout read by the next command',
    script: [
      ...CONNECT,
      after(28_800, S(0, IDLE)),
      fin('server'),
      after(5, C(0, ping)),
      rst('server'),
    ],
    verdict: 'error sequence-mismatch frame 7 S0≠1 idle-timeout proven',
    message: 'Packet sequence number wrong - got 0 expected 1',
  },
  {
    name: 'an idle timeout that the next command crossed',
    script: [...CONNECT, after(28_800, S(0, IDLE)), blind(C(0, query('select 1')))],
    verdict: 'error sequence-mismatch frame 7 S0≠1 idle-timeout proven',
    message: 'Packet sequence number wrong - got 0 expected 1',
  },
  {
    name: 'an idle timeout that crossed the next command',
    script: [...CONNECT, C(0, query('select 1')), blind(S(0, IDLE)), fin('server')],
    verdict: 'error sequence-mismatch frame 8 S0≠1 idle-timeout proven',
    message: 'Packet sequence number wrong - got 0 expected 1',
  },
  {
    name: 'a kill of old MariaDB, numbered 0, read by the next command',
    script: [...CONNECT, S(0, KILLED), fin('server'), C(0, ping)],
    verdict: 'error sequence-mismatch frame 7 S0≠1 killed proven',
    message: 'Packet sequence number wrong - got 0 expected 1',
  },
  {
    name: 'a PROXY header to MySQL, the driver behind it',
    script: [PROXY_V1, S(0, greeting()), S(1, OUT_OF_ORDER), fin('server'), C(1, login())],
    verdict: 'error sequence-mismatch frame 6 S1≠2 proxy-header proven',
    message: 'Packet sequence number wrong - got 1 expected 2',
  },
  {
    name: 'a PROXY header to MariaDB, whose driver never gets to send its login',
    script: [
      S(0, greeting()),
      PROXY_V1,
      S(1, err(1130, 'Proxy header is not accepted from 10.0.0.5', 'HY000')),
      fin('server'),
    ],
    verdict: 'error sequence-mismatch frame 6 S1≠2 proxy-header proven',
    message: 'Packet sequence number wrong - got 1 expected 2',
  },
  {
    name: 'an HTTP server on the named port',
    script: [HTTP_400],
    options: { port: 8080, ports: [8080] },
    verdict: 'error sequence-mismatch frame 4 S80≠0 not-mysql-server proven',
    message: 'Packet sequence number wrong - got 80 expected 0',
  },
  {
    name: 'an HTTP server that answers the login of a driver which did not wait',
    script: [C(1, login()), HTTP_400],
    verdict: 'error sequence-mismatch frame 5 S80≠0 not-mysql-server proven',
    message: 'Packet sequence number wrong - got 80 expected 0',
  },
  {
    name: 'an SSH server on the named port',
    script: [serverBytes('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n')],
    verdict: 'error sequence-mismatch frame 4 S45≠0 not-mysql-server proven',
    message: 'Packet sequence number wrong - got 45 expected 0',
  },
  {
    name: 'the MySQL X protocol on the named port',
    script: [serverBytes(hex('05000000 0b 08051a00'))],
    options: { port: 33_060, ports: [33_060] },
    verdict: 'error sequence-mismatch frame 4 S not-mysql-server proven',
    message: 'The server does not speak MySQL',
  },
  {
    name: 'an HTTP request to a MySQL port',
    script: [
      S(0, greeting()),
      clientBytes('GET / HTTP/1.1\r\nHost: db\r\n\r\n'),
      S(1, OUT_OF_ORDER),
      fin('server'),
    ],
    verdict: 'error sequence-mismatch frame 5 C32≠1 not-mysql-client proven',
    message: 'Packet sequence number wrong - got 32 expected 1',
  },
  {
    name: 'a TLS ClientHello before any greeting was read',
    script: [
      clientBytes(concat(hex('16 0301 0200 01 0001fc 0303'), zeros(60))),
      S(0, greeting()),
      S(1, OUT_OF_ORDER),
    ],
    verdict: 'error sequence-mismatch frame 4 C2≠1 not-mysql-client proven',
    message: 'Packet sequence number wrong - got 2 expected 1',
  },
  {
    name: 'a TLS ClientHello whose length happens to have the right number',
    script: [
      S(0, greeting()),
      clientBytes(concat(hex('16 0301 0180 01 00017c 0303'), zeros(60))),
      S(1, OUT_OF_ORDER),
    ],
    verdict: 'error sequence-mismatch frame 5 C not-mysql-client proven',
    message: 'The client does not speak MySQL',
  },
  {
    name: 'an ERR in place of the greeting, numbered 1',
    script: [S(1, err(1040, 'Too many connections', null)), fin('server')],
    verdict: 'error sequence-mismatch frame 4 S1≠0 too-many-connections proven',
    message: 'Packet sequence number wrong - got 1 expected 0',
  },
  {
    name: 'an idle time-out told by MySQL Router, whose own counter goes on',
    script: [...CONNECT, C(0, ping), S(1, ok()), after(10, S(6, IDLE)), fin('server'), C(0, ping)],
    verdict: 'error sequence-mismatch frame 9 S6≠1 idle-timeout proven',
    message: 'Packet sequence number wrong - got 6 expected 1',
  },
  {
    name: 'a semi-sync stream that goes on counting behind an event to be acknowledged',
    script: [
      ...CONNECT,
      C(0, concat(u8(0x12), zeros(10))),
      S(1, SEMI_SYNC_EVENT),
      S(2, SEMI_SYNC_EVENT),
    ],
    verdict: 'error sequence-mismatch frame 9 S2≠1 server-numbering possible',
    message: 'Packet sequence number wrong - got 2 expected 1',
  },
  {
    name: 'a greeting numbered 1',
    script: [S(1, greeting()), C(2, login())],
    verdict: 'error sequence-mismatch frame 4 S1≠0 server-numbering possible',
    message: 'Packet sequence number wrong - got 1 expected 0',
  },
  {
    name: 'a login numbered 0',
    script: [S(0, greeting()), C(0, login()), S(1, OUT_OF_ORDER)],
    verdict: 'error sequence-mismatch frame 5 C0≠1 client-numbering proven',
    message: 'Packet sequence number wrong - got 0 expected 1',
  },
  {
    name: 'a command that goes on with the counter',
    script: [...CONNECT, C(3, query('select 1')), S(0, OUT_OF_ORDER), fin('server')],
    verdict: 'error sequence-mismatch frame 7 C3≠0 client-numbering proven',
    message: 'Packet sequence number wrong - got 3 expected 0',
  },
  {
    name: 'a command numbered 1',
    script: [...CONNECT, ...SELECT, C(1, ping), S(0, OUT_OF_ORDER)],
    verdict: 'error sequence-mismatch frame 13 C1≠0 client-numbering proven',
    message: 'Packet sequence number wrong - got 1 expected 0',
  },
  {
    name: 'auth data with a wrong number',
    script: [
      S(0, greeting()),
      C(1, login()),
      S(2, authSwitch()),
      C(5, zeros(32)),
      S(3, OUT_OF_ORDER),
    ],
    verdict: 'error sequence-mismatch frame 7 C5≠3 client-numbering proven',
    message: 'Packet sequence number wrong - got 5 expected 3',
  },
  {
    name: 'a server that never resets its counter',
    script: [...CONNECT, C(0, query('set names utf8')), S(4, ok()), C(0, ping), S(6, ok())],
    verdict: 'error sequence-mismatch frame 8 S4≠1 server-never-resets likely',
    message: 'Packet sequence number wrong - got 4 expected 1',
  },
  {
    name: 'a server that skips a number in the middle of a result',
    script: [
      ...CONNECT,
      C(0, query('select n from items')),
      ...numbered(S, 1, [u8(1), column(), eof()]),
      ...numbered(S, 5, [textRow('a'), eof()]),
    ],
    verdict: 'error sequence-mismatch frame 11 S5≠4 server-numbering possible',
    message: 'Packet sequence number wrong - got 5 expected 4',
  },
  {
    name: 'a server that wraps to 1 instead of 0',
    script: [
      ...CONNECT,
      C(0, query('select n from items')),
      together(
        ...(numbered(S, 1, [
          u8(1),
          column(),
          eof(),
          ...Array.from({ length: 252 }, () => textRow('a')),
        ]) as [Step]),
      ),
      S(1, eof()),
    ],
    verdict: 'error sequence-mismatch frame 9 S1≠0 server-numbering possible',
    message: 'Packet sequence number wrong - got 1 expected 0',
  },
  {
    name: 'a proxy that does not start again for a pipelined command',
    script: [
      ...CONNECT,
      together(C(0, u8(0x1f)), C(0, query('set names utf8'))),
      S(1, ok()),
      S(2, ok()),
    ],
    verdict: 'error sequence-mismatch frame 9 S2≠1 proxy-pipelining likely',
    message: 'Packet sequence number wrong - got 2 expected 1',
  },
  {
    name: 'a command in the middle of a LOCAL INFILE',
    script: [
      ...CONNECT,
      C(0, query("load data local infile 'f' into table t")),
      S(1, concat(u8(0xfb), ascii('f'))),
      C(0, query('select 1')),
      S(2, OUT_OF_ORDER),
    ],
    verdict: 'error sequence-mismatch frame 9 C0≠2 infile-broken-off proven',
    message: 'Packet sequence number wrong - got 0 expected 2',
  },
];

const verdictsOf = (analysis: Parameters<typeof verdictOf>[0]) => verdictOf(analysis)[0];

describe.each(VIOLATIONS)('$name', ({ script, options = {}, verdict, message }) => {
  const { report } = play(script, options);

  test('is one finding, with its numbers and its cause', () => {
    expect(verdictsOf({ report })).toBe(verdict);
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]!.message).toBe(message);
  });

  test('is proven by frames of the capture, in their order', () => {
    const frames = report.findings[0]!.evidence.map(({ frame }) => frame.number);
    expect(frames.length).toBeGreaterThan(0);
    expect(frames).toEqual(frames.toSorted((a, b) => a - b));
    expect(frames).toContain(report.findings[0]!.frame.number);
  });

  test('has advice, and what drivers print', () => {
    const [finding] = report.findings;
    expect(Object.values(finding!.advice).join('')).not.toBe('');
    if (finding!.got !== null) expect(finding!.drivers).not.toEqual([]);
    const said = JSON.stringify(finding);
    expect(said).not.toMatch(/undefined|NaN|\[object/);
  });

  test('is the same when nobody looks at the packets', () => {
    expect(verdictsOf(play(script, { ...options, packets: false }))).toBe(verdict);
  });

  test('is the same in a capture that has every frame twice', () => {
    const mangle: CaptureOptions['mangle'] = (frames) => frames.flatMap((one) => [one, one]);
    const numbers = (text: string | undefined) => text?.replace(/frame \d+/, '');
    const doubled = verdictsOf(play(script, { ...options, mangle: mangle! }));
    expect(numbers(doubled)).toBe(numbers(verdict));
  });

  test.each([1, 7])('is the same in segments of %i bytes', (segmentBytes) => {
    const numbers = (text: string | undefined) => text?.replace(/frame \d+/, '');
    const cut = verdictsOf(play(script, { ...options, segmentBytes }));
    expect(numbers(cut)).toBe(numbers(verdict));
  });
});

test('the packet with the wrong number shows what its reader expects', () => {
  expect(storyOf(play(LATE_LOGIN).packets)).toEqual([
    'S0 HandshakeV10',
    'S1(2) ERR',
    'C1 HandshakeResponse41',
  ]);
});

test('a late login is told with the times that prove it', () => {
  const [finding] = play(LATE_LOGIN).report.findings;
  expect(finding!.cause.summary).toContain('3.5 s after the greeting');
  expect(finding!.cause.summary).toContain('given up after 2 s');
  expect(finding!.evidence.map(({ frame }) => frame.number)).toEqual([4, 5, 6, 7]);
  expect(finding!.drivers).toContainEqual({
    driver: expect.stringContaining('PyMySQL'),
    text: 'Packet sequence number wrong - got 1 expected 2',
  });
  expect(finding!.drivers).toContainEqual({
    driver: 'mysql2',
    text: 'Warning: got packets out of order. Expected 2 but received 1',
  });
});

test('a late SSLRequest meets the same error in the clear, whatever its number', () => {
  const [finding] = play([
    S(0, greeting()),
    after(2, S(1, TIMEOUT)),
    fin('server'),
    after(1, C(1, sslRequest())),
  ]).report.findings;
  expect(finding).toMatchObject({ severity: 'error', frame: { number: 5 } });
});

test('one fault is one finding, and counts what follows from it', () => {
  const script = [...CONNECT, ...[4, 6, 8, 10].flatMap((number) => [C(0, ping), S(number, ok())])];
  const { report } = play(script);
  expect(report.findings).toHaveLength(1);
  expect(report.findings[0]!.occurrences).toBe(4);
});

test('faults of several connections come by frame', () => {
  const bad = [...CONNECT, C(5, ping)];
  const { report } = play([
    ...bad.slice(0, 2).map((step) => on(0, step)),
    ...bad.map((step) => on(1, step)),
    ...bad.slice(2).map((step) => on(0, step)),
  ]);
  expect(report.findings.map(({ connection }) => connection)).toEqual([1, 0]);
});

test('an unnamed port with another protocol is nobody’s fault', () => {
  expect(verdictOf(play([HTTP_400], { port: 8080 }))).toEqual([]);
});

test('a command that continues a wrong count in 16 MiB parts is told by the part', () => {
  const part = (sequenceId: number, length: number) =>
    clientBytes(
      concat(
        u8(length & 0xff, (length >> 8) & 0xff, length >> 16, sequenceId),
        u8(0x03),
        new Uint8Array(length - 1).fill(0x78),
      ),
    );
  const script = [...CONNECT, part(0, 0xff_ffff), part(2, 4), S(0, OUT_OF_ORDER)];
  const { findings } = play(script, { packets: false }).report;
  expect(findings[0]).toMatchObject({ got: 2, expected: 1, fromClient: true });
});

test('a numbering that fits nothing for long gives up and starts again', () => {
  const wrong = Array.from({ length: 80 }, () => [C(0, ping), S(9, ok())]).flat();
  const { report, packets } = play([...CONNECT, ...wrong, ...SELECT, ...SELECT]);
  expect(report.findings).toHaveLength(1);
  expect(storyOf(packets).slice(-6)).toEqual([
    'C0 COM_QUERY',
    'S1 ColumnCount',
    'S2 ColumnDefinition',
    'S3 EOF',
    'S4 TextRow',
    'S5 EOF',
  ]);
});

test('a client that counts wrongly for long is taken up again with its own answers', () => {
  const wrong = Array.from({ length: 80 }, () => C(7, ping));
  const { packets } = play([...CONNECT, ...wrong, ...SELECT, ...SELECT]);
  expect(storyOf(packets).slice(-6)).toEqual([
    'C0 COM_QUERY',
    'S1 ColumnCount',
    'S2 ColumnDefinition',
    'S3 EOF',
    'S4 TextRow',
    'S5 EOF',
  ]);
});
