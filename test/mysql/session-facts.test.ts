import { describe, expect, test } from 'vitest';
import { concat, hex, u8, zeros } from '../build/bytes.ts';
import {
  C,
  capture,
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
  AUTH_RESPONSE,
  authSwitch,
  CAN,
  CLIENT_CAPABILITIES,
  column,
  command,
  eof,
  err,
  greeting,
  login,
  ok,
  packet,
  ping,
  query,
  quit,
  SCRAMBLE,
  SERVER_CAPABILITIES,
  sslRequest,
  textRow,
} from '../build/mysql.ts';
import { analyze, play, storyOf, verdictOf } from './analyze.ts';
import { CONNECT, CONNECT_STORY, LEGAL } from './legal-scripts.ts';

const conversationOf = (script: Step[]) => play(script).report.conversations[0]!;

describe('a connection', () => {
  test('has the facts of its handshake', () => {
    const capabilities = CLIENT_CAPABILITIES | CAN.CONNECT_WITH_DB | CAN.CONNECT_ATTRS;
    expect(
      conversationOf([S(0, greeting()), C(1, login({ capabilities })), S(2, ok())]).session,
    ).toMatchObject({
      serverVersion: '8.0.36',
      connectionId: 42,
      user: 'app',
      database: 'shop',
      authPlugin: 'mysql_native_password',
      clientName: 'pymysql',
    });
  });

  test('has the auth plugin of the last switch', () => {
    const script = [
      S(0, greeting()),
      C(1, login()),
      S(2, authSwitch()),
      C(3, zeros(32)),
      S(4, ok()),
    ];
    expect(conversationOf(script).session.authPlugin).toBe('caching_sha2_password');
  });

  const LOGINS: [outcome: string, script: Step[]][] = [
    ['ok', CONNECT],
    ['failed', [S(0, greeting()), C(1, login()), S(2, err(1045, 'denied', '28000'))]],
    ['failed', [S(0, err(1040, 'Too many connections', null))]],
    ['incomplete', [S(0, greeting()), C(1, login())]],
    ['incomplete', [S(0, greeting())]],
    ['incomplete', [S(0, greeting()), C(1, sslRequest())]],
    ['encrypted', [S(0, greeting()), C(1, sslRequest()), clientBytes(hex('16 0301 0040'))]],
  ];
  test.each(LOGINS)('says that its login is %s', (outcome, script) => {
    expect(conversationOf(script).login).toBe(outcome);
  });

  const ENDS: [closed: string, script: Step[]][] = [
    ['quit', [...CONNECT, C(0, quit), fin('client')]],
    ['quit', [...CONNECT, C(0, quit), rst('server')]],
    ['fin', [...CONNECT, fin('client')]],
    ['fin', [...CONNECT, fin('server')]],
    ['reset', [...CONNECT, rst('client')]],
    ['open', CONNECT],
  ];
  test.each(ENDS)('says that it closed by %s', (closed, script) => {
    expect(conversationOf(script).closed).toBe(closed);
  });

  test.each([
    ['zlib', CAN.COMPRESS],
    ['zstd', CAN.ZSTD],
  ] as const)('names its compression: %s', (compression, bit) => {
    const connect = (server: number, client: number) =>
      conversationOf([
        S(0, greeting({ capabilities: SERVER_CAPABILITIES | server })),
        C(1, login({ capabilities: CLIENT_CAPABILITIES | client })),
        S(2, ok()),
      ]).compression;
    expect(connect(bit, bit)).toBe(compression);
    expect(connect(bit, 0)).toBeNull();
    expect(connect(0, bit)).toBeNull();
  });

  test('counts its commands and errors', () => {
    const conversation = conversationOf([
      ...CONNECT,
      C(0, query('select 1')),
      S(1, err(1064, 'syntax', '42000')),
      C(0, ping),
      S(1, ok()),
      C(0, quit),
    ]);
    expect(conversation).toMatchObject({ commands: 3, errors: 1, packets: 8 });
  });

  test('counts an error that answers a command nobody knows', () => {
    const conversation = conversationOf([
      ...CONNECT,
      C(0, u8(0x40)),
      S(1, err(1047, 'Unknown command', '08S01')),
    ]);
    expect(conversation.errors).toBe(1);
  });
});

describe('a packet', () => {
  test('belongs to the phase in which it was sent', () => {
    const phases = (script: Step[]) => play(script).packets.map(({ phase }) => phase);
    expect(phases([...CONNECT, C(0, ping), S(1, ok())])).toEqual([
      'connection',
      'connection',
      'connection',
      'command',
      'command',
    ]);
    expect(
      phases([...CONNECT, C(0, command(0x12, zeros(20))), S(1, u8(0, 1, 2)), S(2, u8(0, 3))]),
    ).toEqual(['connection', 'connection', 'connection', 'command', 'replication', 'replication']);
  });

  test('that is a command belongs to the command phase, the login answered or not', () => {
    const { packets } = play([together(C(1, login()), C(0, quit)), S(0, greeting()), S(2, ok())]);
    expect(packets.find(({ type }) => type === 'COM_QUIT')!.phase).toBe('command');
  });

  test('names the frames of its first and last byte', () => {
    const script = [S(0, greeting()), C(1, login())];
    const { packets } = analyze(capture(script, { segmentBytes: 50 }));
    expect(packets.map(({ frame, lastFrame }) => [frame.number, lastFrame.number])).toEqual([
      [4, 5],
      [6, 7],
    ]);
  });

  test('shows the values of a row only when they are wanted', () => {
    const script = [
      ...CONNECT,
      C(0, query('select n from items')),
      together(S(1, u8(1)), S(2, column()), S(3, eof()), S(4, textRow('a', null)), S(5, eof())),
    ];
    const rowOf = (rows: boolean) =>
      play(script, { rows }).packets.find(({ type }) => type === 'TextRow')!;
    expect(rowOf(false).fields).toEqual({});
    expect(rowOf(true).fields).toEqual({ values: ['a', null] });
  });

  test('of 64 KB comes through whole', () => {
    const sql = `select '${'x'.repeat(70_000)}'`;
    const { packets } = play([...CONNECT, C(0, query(sql)), S(1, ok())]);
    expect(packets[3]).toMatchObject({ length: sql.length + 1, fields: { sql } });
  });
});

describe('several connections', () => {
  /** The same conversation on four connections, step by step in turn. */
  const turns = [...CONNECT, C(0, query('select 1')), S(1, ok()), C(0, quit)];
  const script = turns.flatMap((step) => [0, 1, 2, 3].map((number) => on(number, step)));

  test('are told apart, and their packets come in order of frames', () => {
    const { packets, report } = play(script);
    expect(report.conversations).toHaveLength(4);
    expect(packets.map(({ connection }) => connection)).toEqual(turns.flatMap(() => [0, 1, 2, 3]));
    const frames = packets.map(({ frame }) => frame.number);
    expect(frames).toEqual(frames.toSorted((a, b) => a - b));
  });

  test('keep that order when packets of one wait for their end', () => {
    const { packets } = play(script, { segmentBytes: 20 });
    const frames = packets.map(({ frame }) => frame.number);
    expect(packets).toHaveLength(turns.length * 4);
    expect(frames).toEqual(frames.toSorted((a, b) => a - b));
  });

  const HELD_BACK: [what: string, first: Step[], then: Step[], port: number][] = [
    ['a login sent before the greeting', [C(1, login())], [S(0, greeting()), S(2, ok())], 3306],
    ['a greeting in pieces', [serverBytes(packet(0, greeting()).slice(0, 6))], [], 3306],
    [
      'a login in pieces',
      [S(0, greeting()), clientBytes(packet(1, login()).slice(0, 3))],
      [clientBytes(packet(1, login()).slice(3)), S(2, ok())],
      3306,
    ],
    ['a command that awaits its answer', [C(0, query('select 1'))], [S(1, ok())], 3307],
  ];
  test.each(HELD_BACK)(
    'keep that order around %s, however the capture comes',
    (what, first, then, port) => {
      const rest = what.startsWith('a greeting')
        ? [serverBytes(packet(0, greeting()).slice(6)), C(1, login()), S(2, ok())]
        : then;
      const others = [...CONNECT, C(0, ping), S(1, ok())].map((step) => on(1, step));
      const bytes = capture([...first, ...others, ...rest, ...others.slice(3)], {
        port,
        handshake: port === 3306,
      });
      const whole = analyze(bytes, { chunkBytes: bytes.length });
      expect(whole.packets.length).toBeGreaterThan(others.length);
      for (const chunkBytes of [1, 50, 200, 1000]) {
        const { packets } = analyze(bytes, { chunkBytes });
        const frames = packets.map(({ frame }) => frame.number);
        expect(frames, `chunks of ${chunkBytes}`).toEqual(frames.toSorted((a, b) => a - b));
        expect(storyOf(packets)).toEqual(storyOf(whole.packets));
      }
    },
  );

  test('can be looked at one by one', () => {
    const { packets, report } = play(script, { connections: [1, 3] });
    expect(report.conversations.map(({ connection }) => connection.number)).toEqual([1, 3]);
    expect(new Set(packets.map(({ connection }) => connection))).toEqual(new Set([1, 3]));
    expect(report.capture.connections).toBe(4);
  });
});

describe('credentials', () => {
  const scripts: [string, Step[]][] = [
    ...LEGAL.map(({ name, script }): [string, Step[]] => [name, script]),
    [
      'a login whose auth data goes on',
      [S(0, greeting()), C(1, login()), S(2, authSwitch()), C(3, AUTH_RESPONSE), S(4, ok())],
    ],
    [
      'auth data with a wrong number',
      [S(0, greeting()), C(1, login()), S(2, authSwitch()), C(7, AUTH_RESPONSE), S(4, ok())],
    ],
    [
      'auth data numbered 0 that looks like a command',
      [
        S(0, greeting()),
        C(1, login()),
        S(2, authSwitch()),
        C(0, concat(u8(0x03), AUTH_RESPONSE)),
        S(4, ok()),
      ],
    ],
    ['a login numbered 0', [S(0, greeting()), C(0, login()), S(1, ok())]],
    ['a login cut off', [S(0, greeting()), { ...C(1, login()), bytes: login().slice(0, 50) }]],
    [
      'a COM_CHANGE_USER',
      [...CONNECT, C(0, command(0x11, concat(hex('617070 00 14'), AUTH_RESPONSE)))],
    ],
    ['only the login', [C(1, login()), S(2, ok())]],
    [
      'a statement that the server quotes from its secret on',
      [
        ...CONNECT,
        C(0, query("set password 's3cret-auth-response'")),
        S(
          1,
          err(1064, "… the right syntax to use near ''s3cret-auth-response'' at line 1", '42000'),
        ),
      ],
    ],
    [
      'a statement without its BY',
      [
        ...CONNECT,
        C(0, query("create user u identified 's3cret-auth-response'")),
        S(
          1,
          err(1064, "… the right syntax to use near ''s3cret-auth-response'' at line 1", '42000'),
        ),
      ],
    ],
  ];

  test.each(scripts)('are in no packet and no finding of %s', (_, script) => {
    for (const handshake of [true, false]) {
      const { packets, report } = play(script, { handshake, rows: true });
      const said = JSON.stringify([packets, report.findings], (_key, value) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      for (const secret of [...SCRAMBLE, String.fromCharCode(...AUTH_RESPONSE)]) {
        expect(said).not.toContain(secret);
        expect(said).not.toContain(btoa(secret).slice(2, 12));
      }
    }
  });
});

describe('what cannot be read any more', () => {
  const compressed = (first: Step[]) => [
    S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.COMPRESS })),
    C(1, login({ capabilities: CLIENT_CAPABILITIES | CAN.COMPRESS })),
    S(2, ok()),
    ...first,
  ];
  /** 32 bytes of zlib that unpack to 511: the header's fifth byte is 0xff. */
  const frame = concat(hex('200000 01 ff0100'), hex('789c'), zeros(30));

  test('stays unread when a compressed packet looks like an ERR', () => {
    const analysis = play(compressed([serverBytes(frame), serverBytes(frame)]));
    expect(storyOf(analysis.packets)).toEqual(CONNECT_STORY);
    expect(verdictOf(analysis)).toEqual([
      'error malformed-answer frame 7 S compression-mismatch proven',
    ]);
  });

  test('stays unread when the middle of a TLS record looks like an ERR', () => {
    const analysis = play([
      S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.SSL })),
      C(1, sslRequest()),
      serverBytes(concat(hex('16 0303 0040 02'), zeros(30))),
      serverBytes(concat(hex('200000 02 ff 9999'), zeros(30))),
    ]);
    expect(storyOf(analysis.packets)).toEqual(['S0 HandshakeV10', 'C1 SSLRequest']);
    expect(verdictOf(analysis)).toEqual([]);
  });

  test('lets through an ERR in the clear in place of the TLS handshake', () => {
    const { packets } = play([
      S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.SSL })),
      C(1, sslRequest()),
      S(2, err(1043, 'Bad handshake', '08S01')),
    ]);
    expect(storyOf(packets)).toEqual(['S0 HandshakeV10', 'C1 SSLRequest', 'S2 ERR']);
    expect(packets[2]!.fields).toMatchObject({ code: 1043, message: 'Bad handshake' });
  });
});
