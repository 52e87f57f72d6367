import { describe, expect, test } from 'vitest';
import { concat, hex, u8, zeros } from '../build/bytes.ts';
import {
  after,
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
  CAN,
  column,
  command,
  endOfRows,
  eof,
  err,
  greeting,
  lenencText,
  login,
  ok,
  ping,
  prepareOk,
  query,
  queryWithAttributes,
  sslRequest,
  textRow,
} from '../build/mysql.ts';
import { play, storyOf, verdictOf } from './analyze.ts';
import { CONNECT, CONNECT_STORY } from './legal-scripts.ts';

/** A command and its answer in a segment each, as the article has them. */
const SELECT = [
  C(0, query('select * from items')),
  together(
    S(1, u8(1)),
    S(2, column()),
    S(3, eof()),
    S(4, textRow('a')),
    S(5, textRow('b')),
    S(6, eof()),
  ),
];
const SELECT_STORY = [
  'S1 ColumnCount',
  'S2 ColumnDefinition',
  'S3 EOF',
  'S4 TextRow',
  'S5 TextRow',
  'S6 EOF',
];
const INSERT = [C(0, query("insert into items values ('c')")), S(1, ok({ affected: 1 }))];

const midstream = (script: Step[], port = 3307, ports: number[] = []) =>
  play(script, { handshake: false, port, ports });

describe('a capture that starts in mid-connection, on a port nobody named', () => {
  test('is recognised by a command and its answer', () => {
    const analysis = midstream([...SELECT, ...INSERT]);
    expect(storyOf(analysis.packets)).toEqual([
      'C0(?) COM_QUERY',
      ...SELECT_STORY,
      'C0 COM_QUERY',
      'S1 OK',
    ]);
    expect(verdictOf(analysis)).toEqual([]);
    expect(analysis.report.conversations[0]).toMatchObject({ login: 'unseen', midstream: true });
  });

  test('knows the client by who asked, whichever side the first frame is from', () => {
    const [server, client] = [serverBytes(zeros(30)), INSERT];
    const { packets, report } = midstream([server, ...client]);
    expect(storyOf(packets)).toEqual(['C0(?) COM_QUERY', 'S1 OK']);
    expect(report.conversations[0]!.client).toBe(1);
  });

  test('is recognised by its greeting', () => {
    const analysis = midstream([...CONNECT, ...INSERT]);
    expect(storyOf(analysis.packets)).toEqual([...CONNECT_STORY, 'C0 COM_QUERY', 'S1 OK']);
  });

  test('is none of ours when it is something else', () => {
    const { packets, report } = midstream([
      { ...C(0, ping), bytes: new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n') },
      { ...S(0, ping), bytes: new TextEncoder().encode('HTTP/1.1 200 OK\r\n\r\n') },
    ]);
    expect(packets).toEqual([]);
    expect(report.conversations).toEqual([]);
    expect(report.findings).toEqual([]);
  });

  test('is none of ours without an answer', () => {
    expect(midstream([INSERT[0]!, INSERT[0]!]).report.conversations).toEqual([]);
  });
});

describe('a capture that starts in mid-connection, on a named port', () => {
  test('reads the rest of an answer, and goes on at the next command', () => {
    const rest = together(S(9, textRow('x')), S(10, eof()));
    const analysis = midstream([rest, ...INSERT, ...SELECT], 3306);
    expect(storyOf(analysis.packets)).toEqual([
      'S9(?) TextRow',
      'S10 EOF',
      'C0(?) COM_QUERY',
      'S1 OK',
      'C0 COM_QUERY',
      ...SELECT_STORY,
    ]);
    expect(verdictOf(analysis)).toEqual([]);
  });

  test.each([3306, 4040])('knows a login without its greeting, on port %i', (port) => {
    const analysis = midstream([C(1, login()), S(2, ok()), ...INSERT], port);
    expect(storyOf(analysis.packets)).toEqual([
      'C1 HandshakeResponse41',
      'S2 OK',
      'C0 COM_QUERY',
      'S1 OK',
    ]);
    expect(analysis.report.conversations[0]!.login).toBe('ok');
    expect(verdictOf(analysis)).toEqual([]);
  });

  test('cannot know what the first packet of an idle connection is for', () => {
    const analysis = midstream([S(0, err(4031, 'The client was disconnected', 'HY000'))], 3306);
    expect(verdictOf(analysis)).toEqual([]);
  });

  test('learns from the first result whether EOF packets are sent', () => {
    const without = [
      C(0, query('select 1')),
      together(S(1, u8(1)), S(2, column()), S(3, textRow('1')), S(4, endOfRows())),
    ];
    const analysis = midstream([...without, ...without], 3306);
    const story = ['S1 ColumnCount', 'S2 ColumnDefinition', 'S3 TextRow', 'S4 OK'];
    expect(storyOf(analysis.packets)).toEqual([
      'C0(?) COM_QUERY',
      ...story,
      'C0 COM_QUERY',
      ...story,
    ]);
    expect(analysis.report.conversations[0]!.session.deprecateEof).toBe(true);
  });

  test('learns from an empty result, too', () => {
    const analysis = midstream(
      [
        C(0, query('select 1 limit 0')),
        together(S(1, u8(1)), S(2, column()), S(3, endOfRows())),
        ...INSERT,
      ],
      3306,
    );
    expect(storyOf(analysis.packets).slice(3)).toEqual(['S3 OK', 'C0 COM_QUERY', 'S1 OK']);
  });

  test('does not miss the end of a prepare whose last EOF may never come', () => {
    const analysis = midstream(
      [
        C(0, command(0x16, 'select ?')),
        together(S(1, prepareOk(1, 0)), S(2, column())),
        ...INSERT,
        ...INSERT,
      ],
      3306,
    );
    expect(storyOf(analysis.packets)).toEqual([
      'C0(?) COM_STMT_PREPARE',
      'S1 StmtPrepareOK',
      'S2 ColumnDefinition',
      'C0 COM_QUERY',
      'S1 OK',
      'C0 COM_QUERY',
      'S1 OK',
    ]);
    expect(verdictOf(analysis)).toEqual([]);
  });

  test('finds query attributes without knowing that they were agreed on', () => {
    const payload = queryWithAttributes('select 1', [
      { name: 'trace', type: 0xfd, value: lenencText('abc') },
    ]);
    const { packets } = midstream([C(0, payload), S(1, ok())], 3306);
    expect(packets[0]!.fields).toEqual({ sql: 'select 1', attributes: { trace: 'abc' } });
  });

  test('reads the same from small segments', () => {
    const script = [...INSERT, ...SELECT, ...INSERT];
    const whole = midstream(script, 3306);
    for (const segmentBytes of [7, 11, 40]) {
      const cut = play(script, { handshake: false, segmentBytes });
      expect(verdictOf(cut)).toEqual([]);
      expect(storyOf(cut.packets)).toEqual(storyOf(whole.packets));
    }
  });
});

describe('bytes that the capture does not have', () => {
  test('of an answer: goes on with what can only be the rest of it', () => {
    const analysis = play([
      ...CONNECT,
      ...INSERT,
      C(0, query('select n from items')),
      S(1, u8(1)),
      lost(S(2, column())),
      together(S(3, eof()), S(4, textRow('a')), S(5, eof())),
      ...INSERT,
      ...INSERT,
    ]);
    expect(storyOf(analysis.packets)).toEqual([
      ...CONNECT_STORY,
      'C0 COM_QUERY',
      'S1 OK',
      'C0 COM_QUERY',
      'S1 ColumnCount',
      'S3(?) EOF',
      'S4 TextRow',
      'S5 EOF',
      'C0 COM_QUERY',
      'S1 OK',
      'C0 COM_QUERY',
      'S1 OK',
    ]);
    expect(verdictOf(analysis)).toEqual([]);
    expect(analysis.report.capture.quality.gapBytes).toBe(4 + column().length);
  });

  test('of a command: goes on at the next one', () => {
    const analysis = play([
      ...CONNECT,
      lost(C(0, query('select n from items'))),
      together(S(1, u8(1)), S(2, column()), S(3, eof()), S(4, eof())),
      ...INSERT,
    ]);
    expect(storyOf(analysis.packets).slice(-2)).toEqual(['C0(?) COM_QUERY', 'S1 OK']);
    expect(verdictOf(analysis)).toEqual([]);
  });

  test('of the login: what follows is judged once some commands have waited for their answers', () => {
    const pings = (count: number) => Array.from({ length: count }, () => [C(0, ping), S(1, ok())]);
    const after = (count: number) =>
      play([
        S(0, greeting()),
        lost(C(1, login())),
        S(2, ok()),
        ...INSERT,
        ...pings(count).flat(),
        C(0, ping),
        S(7, ok()),
      ]);
    expect(storyOf(after(7).packets).slice(-2)).toEqual(['C0 COM_PING', 'S7(1) OK']);
    expect(verdictOf(after(7))).toEqual([
      'error sequence-mismatch frame 23 S7≠1 server-numbering possible',
    ]);
    // It may be the answer to something that was not seen.
    expect(verdictOf(after(6))).toEqual([]);
  });

  test('of the login are no login that never came', () => {
    const analysis = play([
      S(0, greeting()),
      lost(C(1, login())),
      S(2, ok()),
      ...INSERT,
      after(30, fin('server')),
    ]);
    expect(verdictOf(analysis)).toEqual([]);
    expect(analysis.report.conversations[0]!.login).toBe('ok');
  });

  test('of the answer to the login leave it unseen whether it went well', () => {
    const analysis = play([S(0, greeting()), C(1, login()), lost(S(2, ok())), ...INSERT]);
    expect(storyOf(analysis.packets).slice(2)).toEqual(['C0(?) COM_QUERY', 'S1 OK']);
    expect(analysis.report.conversations[0]!.login).toBe('unseen');
  });

  test('of the greeting: the connection is taken up at the login', () => {
    const analysis = play([lost(S(0, greeting())), C(1, login()), S(2, ok()), ...INSERT]);
    expect(storyOf(analysis.packets)).toEqual([
      'C1 HandshakeResponse41',
      'S2 OK',
      'C0 COM_QUERY',
      'S1 OK',
    ]);
    expect(verdictOf(analysis)).toEqual([]);
  });

  test('of a statement in parts do not hide the error that refuses it', () => {
    const part = concat(hex('ff ff ff 00'), command(0x03, 'insert into t values ('), zeros(500));
    const analysis = play([
      ...CONNECT,
      clientBytes(part),
      lost(clientBytes(zeros(60_000))),
      clientBytes(zeros(700)),
      S(2, err(1153, "Got a packet bigger than 'max_allowed_packet' bytes", '08S01')),
      rst('server'),
    ]);
    expect(storyOf(analysis.packets).slice(3)).toEqual(['S2(?) ERR']);
    expect(verdictOf(analysis)).toEqual(['error unread-error frame 9 S packet-too-large proven']);
  });

  test('of the client do not hide what the server says of its own accord', () => {
    const analysis = play([
      ...CONNECT,
      lost(C(0, ping)),
      S(1, ok()),
      after(30, S(0, err(4031, 'The client was disconnected', 'HY000'))),
      fin('server'),
    ]);
    expect(storyOf(analysis.packets).slice(3)).toEqual(['S1(?) OK', 'S0(?) ERR']);
    expect(verdictOf(analysis)).toEqual(['warning unread-error frame 8 S idle-timeout proven']);
  });

  test('of the login may be what asks for TLS', () => {
    const hello = serverBytes(hex('16 03 03 00 05 02 00 00 01 00'));
    const analysis = play([S(0, greeting()), lost(C(1, sslRequest())), hello]);
    expect(analysis.report.conversations[0]).toMatchObject({ login: 'encrypted' });
    expect(analysis.report.conversations[0]!.tls).not.toBeNull();
  });

  test('at the end of all are no fault of anybody', () => {
    const analysis = play([...CONNECT, C(0, ping), lost(S(1, ok())), C(0, ping)]);
    expect(verdictOf(analysis)).toEqual([]);
  });
});

test('a session keeps what it agreed on when bytes go missing', () => {
  const capabilities = CAN.LONG_PASSWORD | CAN.PROTOCOL_41 | CAN.DEPRECATE_EOF;
  const rows = [
    C(0, query('select 1')),
    together(S(1, u8(1)), S(2, column()), S(3, textRow('1')), S(4, endOfRows())),
  ];
  const analysis = play([
    S(0, greeting()),
    C(1, login({ capabilities })),
    S(2, ok()),
    C(0, ping),
    lost(S(1, ok())),
    ...rows,
  ]);
  expect(storyOf(analysis.packets).slice(-5)).toEqual([
    'C0(?) COM_QUERY',
    'S1 ColumnCount',
    'S2 ColumnDefinition',
    'S3 TextRow',
    'S4 OK',
  ]);
});

/** TCP's numbers, behind Ethernet and an IPv4 header without options. */
const NUMBERS_AT = 14 + 20 + 4;
const MONTH = 30 * 86_400;

describe('the same ends, used again without a SYN that was captured', () => {
  const script = [...CONNECT, ...INSERT, ...SELECT, ...INSERT];
  const later = 3 + CONNECT.length + INSERT.length;
  const again = (seconds: number) =>
    play(script, {
      mangle: (frames) =>
        frames.map((frame, i) => {
          if (i < later) return frame;
          const bytes = frame.bytes.slice();
          const view = new DataView(bytes.buffer);
          for (const at of [NUMBERS_AT, NUMBERS_AT + 4]) {
            view.setInt32(at, (view.getInt32(at) + 2_800_000_000) | 0);
          }
          return { ...frame, seconds: (frame.seconds ?? 0) + seconds, bytes };
        }),
    });

  test('are another connection of the same number, months later', () => {
    const { packets, report } = again(MONTH);
    expect(storyOf(packets)).toEqual([
      ...CONNECT_STORY,
      'C0 COM_QUERY',
      'S1 OK',
      'C0(?) COM_QUERY',
      ...SELECT_STORY,
      'C0 COM_QUERY',
      'S1 OK',
    ]);
    const { connections, quality } = report.capture;
    expect(report.conversations.map(({ connection }) => connection.number)).toEqual([0, 0]);
    expect([connections, quality.midstream, quality.retransmitted]).toEqual([2, 1, 0]);
  });

  test('are strays of what goes on, at once: their bytes are counted', () => {
    const { packets, report } = again(0);
    expect(packets).toHaveLength(CONNECT.length + INSERT.length);
    const bytes = [...SELECT, ...INSERT].reduce((sum, step) => sum + step.bytes.length, 0);
    const { skippedBytes, retransmitted, gapBytes } = report.capture.quality;
    expect([skippedBytes, retransmitted, gapBytes]).toEqual([bytes, 0, 0]);
  });
});
