import { describe, expect, test } from 'vitest';
import { concat, hex, inChunks, u8, zeros } from '../build/bytes.ts';
import {
  blind,
  C,
  clientBytes,
  lost,
  S,
  type Step,
  serverBytes,
  together,
} from '../build/conversation.ts';
import {
  CAN,
  column,
  compressed,
  eof,
  err,
  ok,
  packet,
  ping,
  query,
  textRow,
  wire,
} from '../build/mysql.ts';
import { breaksOf, contentOf, play, storyOf, verdictOf } from './analyze.ts';
import { CONNECT, CONNECT_STORY, connectWith, numbered, times } from './legal-scripts.ts';

type Algorithm = 'zlib' | 'zstd';

const ALGORITHMS: readonly Algorithm[] = ['zlib', 'zstd'];
const CONNECTS = { zlib: connectWith(CAN.COMPRESS), zstd: connectWith(CAN.ZSTD) };

/** One compressed packet of the client or the server. */
const CC = (sequenceId: number, bytes: Uint8Array, algorithm: Algorithm | null = 'zlib') =>
  clientBytes(compressed(sequenceId, bytes, algorithm));
const SS = (sequenceId: number, bytes: Uint8Array, algorithm: Algorithm | null = 'zlib') =>
  serverBytes(compressed(sequenceId, bytes, algorithm));

const CONNECT_ZLIB = CONNECTS.zlib;
const packets = (...payloads: Uint8Array[]) =>
  concat(...payloads.map((payload, i) => packet(1 + i, payload)));
const ROWS = packets(u8(1), column(), eof(), textRow('one'), textRow('two'), eof());
const ASK = packet(0, query('select n from items'));
const PING = [CC(0, packet(0, ping), null), SS(1, packet(1, ok()), null)];

/** What is behind the login, without the numbers in it, which mean nothing. */
const typesOf = (script: readonly Step[], options = {}) => {
  const analysis = play(script, options);
  expect(storyOf(analysis.packets).slice(0, 3)).toEqual(CONNECT_STORY);
  expect(breaksOf(analysis)).toEqual([]);
  expect(analysis.report.conversations[0]!.unread).toBeNull();
  return analysis.packets.slice(3).map(({ type }) => type);
};

const ASKED = ['COM_QUERY', 'ColumnCount', 'ColumnDefinition', 'EOF', 'TextRow', 'TextRow', 'EOF'];
const PINGED = ['COM_PING', 'OK'];

describe.each(ALGORITHMS)('packets under %s', (algorithm) => {
  const connect = CONNECTS[algorithm];

  test('may be many in one compressed packet', () => {
    const { report, packets } = play([...connect, CC(0, ASK, null), SS(1, ROWS, algorithm)]);
    expect(packets.slice(3).map(({ type }) => type)).toEqual(ASKED);
    expect(report.findings).toEqual([]);
    expect(report.conversations[0]!.compression).toBe(algorithm);
    expect(packets.map(({ compressedSequenceId }) => compressedSequenceId)).toEqual([
      ...[null, null, null],
      ...[0, 1, 1, 1, 1, 1, 1],
    ]);
    expect(packets[3]).toMatchObject({ sequenceId: 0, expectedSequenceId: null });
  });

  test.each([1, 2, 3, 5, 7, 50])(
    'may lie across compressed ones of %i bytes, heads too',
    (size) => {
      const pieces = inChunks(ROWS, size);
      const script = [
        ...connect,
        ...inChunks(ASK, size).map((piece, i) => CC(i & 0xff, piece, i % 2 ? algorithm : null)),
        ...pieces.map((piece, i) =>
          SS((Math.ceil(ASK.length / size) + i) & 0xff, piece, i % 2 ? algorithm : null),
        ),
        ...PING,
      ];
      expect(typesOf(script, { rows: true })).toEqual([...ASKED, ...PINGED]);
    },
  );

  test.each([1, 2, 3, 7])('are the same in segments of %i bytes', (segmentBytes) => {
    const script = [
      ...connect,
      CC(0, ASK, algorithm),
      SS(1, ROWS.slice(0, 30), algorithm),
      SS(2, ROWS.slice(30), null),
      CC(0, packet(0, ping), null),
      SS(1, packet(1, ok()), null),
    ];
    const whole = play(script, { rows: true });
    expect(whole.packets.slice(3).map(({ type }) => type)).toEqual([...ASKED, ...PINGED]);
    const cut = play(script, { rows: true, segmentBytes });
    expect(contentOf(cut)).toEqual(contentOf(whole));
    expect(verdictOf(cut)).toEqual([]);
    const merged = play([...connect, CC(0, ASK, algorithm), together(script[4]!, script[5]!)], {
      rows: true,
    });
    expect(contentOf(merged)).toEqual(contentOf(whole).slice(0, 10));
  });

  test('are told with the frames that held their bytes', () => {
    const body = compressed(1, ROWS, algorithm);
    const script = [
      ...connect,
      CC(0, ASK, null),
      serverBytes(body.slice(0, 5)),
      serverBytes(body.slice(5, 12)),
      serverBytes(body.slice(12)),
    ];
    const { packets } = play(script);
    expect(
      packets.slice(3).map(({ frame, lastFrame }) => [frame.number, lastFrame.number]),
    ).toEqual([[7, 7], ...times(6, [8, 10])]);
  });

  test('of 16 MiB come through whole', () => {
    const part = 0xff_ffff;
    const sql = concat(query('insert '), new Uint8Array(part).fill(0x78));
    const stream = concat(packet(0, sql.slice(0, part)), packet(1, sql.slice(part)));
    const chunks = inChunks(stream, 9_000_000);
    const script = [
      ...connect,
      ...chunks.map((chunk, i) => CC(i, chunk, algorithm)),
      SS(chunks.length, packet(2, ok()), null),
      ...PING,
    ];
    const analysis = play(script);
    expect(verdictOf(analysis)).toEqual([]);
    const [asked, answered, ...rest] = analysis.packets.slice(3);
    expect(asked).toMatchObject({ type: 'COM_QUERY', length: sql.length });
    expect((asked!.fields.sql as string).length).toBe(sql.length - 1);
    expect(answered!.type).toBe('OK');
    expect(rest.map(({ type }) => type)).toEqual(PINGED);
  });
});

describe('the counter of compressed packets', () => {
  test('goes on around 256', () => {
    const rows = times(600, packet(9, textRow('row')));
    const script = [
      ...CONNECT_ZLIB,
      CC(0, ASK),
      SS(1, packets(u8(1), column(), eof())),
      ...rows.map((row, i) => SS((2 + i) & 0xff, row, null)),
      SS(602 & 0xff, packet(9, eof())),
      ...PING,
    ];
    expect(verdictOf(play(script, { rows: true }))).toEqual([]);
    expect(typesOf(script)).toHaveLength(4 + 600 + 1 + 2);
  });

  test('is not that of the rows, when those are only counted', () => {
    const answer = [u8(1), column(), eof(), ...times(600, textRow('row')), eof()];
    const numberedRows = answer.map((payload, i) => packet((1 + i) & 0xff, payload));
    const script = [
      ...CONNECT_ZLIB,
      CC(0, ASK),
      SS(1, concat(...numberedRows.slice(0, 300))),
      SS(2, concat(...numberedRows.slice(300))),
    ];
    for (const options of [{}, { queries: true }, { results: true }]) {
      expect(verdictOf(play(script, { packets: false, ...options }))).toEqual([]);
    }
  });

  test('goes on through LOCAL INFILE, on both sides', () => {
    const script = [
      ...CONNECT_ZLIB,
      CC(0, packet(0, query('load data local infile "x" into table t'))),
      SS(1, packet(1, concat(u8(0xfb), new TextEncoder().encode('x')))),
      CC(2, packet(2, new Uint8Array(200).fill(0x61))),
      CC(3, concat(packet(3, new Uint8Array(200).fill(0x62)), packet(4, zeros(0)))),
      SS(4, packet(5, ok({ affected: 2 }))),
      ...PING,
    ];
    const FILE = 'LocalInfileData';
    expect(typesOf(script)).toEqual([
      ...['COM_QUERY', 'LocalInfileRequest', FILE, FILE, FILE, 'OK'],
      ...PINGED,
    ]);
    const wrong = play(script.map((step, i) => (i === 5 ? CC(0, packet(2, u8(1))) : step)));
    expect(breaksOf(wrong)[0]).toBe(
      'error sequence-mismatch frame 9 C0≠2 compressed-numbering proven',
    );
  });

  test('starts again with each command that was sent ahead', () => {
    const script = [
      ...CONNECT_ZLIB,
      together(CC(0, ASK), CC(0, packet(0, ping)), CC(0, packet(0, ping))),
      blind(SS(1, ROWS)),
      blind(SS(1, packet(1, ok()))),
      SS(1, packet(1, ok())),
    ];
    expect(typesOf(script)).toEqual([
      'COM_QUERY',
      ...['COM_PING', 'COM_PING'],
      ...ASKED.slice(1),
      ...['OK', 'OK'],
    ]);
  });

  test('starts again with each command of one compressed packet', () => {
    const script = [
      ...CONNECT_ZLIB,
      CC(0, concat(packet(0, ping), packet(0, ping))),
      SS(1, packet(1, ok())),
      SS(1, packet(1, ok())),
    ];
    expect(typesOf(script)).toEqual(['COM_PING', 'COM_PING', 'OK', 'OK']);
  });

  test.each([
    ['of the server: 0 for 1', [CC(0, ASK), SS(0, ROWS)], 'frame 8 S0≠1'],
    ['of the server: 2 for 1', [CC(0, ASK), SS(2, ROWS)], 'frame 8 S2≠1'],
    [
      'of the server: none for the second',
      [CC(0, ASK), SS(1, ROWS.slice(0, 30)), SS(1, ROWS.slice(30))],
      'frame 9 S1≠2',
    ],
    [
      'of the server: one left out',
      [CC(0, ASK), SS(1, ROWS.slice(0, 30)), SS(3, ROWS.slice(30))],
      'frame 9 S3≠2',
    ],
    ['of the server: never reset', [...PING, CC(0, ASK), SS(2, ROWS)], 'frame 10 S2≠1'],
    ['of the client: never reset', [...PING, CC(2, ASK), SS(3, ROWS)], 'frame 9 C2≠0'],
    [
      'of the client: not counted on in one command',
      [CC(0, ASK.slice(0, 9)), CC(0, ASK.slice(9)), SS(1, ROWS)],
      'frame 8 C0≠1',
    ],
  ] satisfies [string, Step[], string][])('is wrong: that %s', (_, script, where) => {
    const { packets, report } = play([...CONNECT_ZLIB, ...script, ...PING]);
    expect(verdictOf({ report })).toEqual([
      `error sequence-mismatch ${where} compressed-numbering proven`,
    ]);
    // What the packets say does not depend on it.
    expect(packets.slice(-2).map(({ type }) => type)).toEqual(PINGED);
  });

  test('is all that anybody looks at', () => {
    const script = [
      ...CONNECT_ZLIB,
      CC(0, packet(77, query('select n from items'))),
      SS(
        1,
        concat(
          packet(3, u8(1)),
          packet(3, column()),
          packet(250, eof()),
          packet(0, textRow('a')),
          packet(1, textRow('b')),
          packet(1, eof()),
        ),
      ),
      CC(0, packet(9, ping)),
      SS(1, packet(0, ok())),
    ];
    expect(typesOf(script)).toEqual([...ASKED, ...PINGED]);
  });

  test('does not start with the login: what is before its OK counts as ever', () => {
    const { packets } = play([...CONNECT_ZLIB, ...PING]);
    expect(storyOf(packets).slice(0, 3)).toEqual(CONNECT_STORY);
    expect(packets[2]!.compressedSequenceId).toBeNull();
  });

  test('is not there where only one side can', () => {
    const half = [...CONNECT.slice(0, 1), ...CONNECT_ZLIB.slice(1), C(0, ping), S(1, ok())];
    expect(storyOf(play(half).packets).slice(3)).toEqual(['C0 COM_PING', 'S1 OK']);
  });
});

describe('what cannot be unpacked', () => {
  const garbage = (length: number, announced: number) =>
    concat(wire.n24(length), u8(1), wire.n24(announced), new Uint8Array(length).fill(0x5a));
  const pressed = compressed(1, ROWS, 'zlib');
  const announcing = (length: number) =>
    concat(pressed.slice(0, 4), wire.n24(length), pressed.slice(7));

  test.each([
    ['garbage', garbage(20, 40), 'zlib'],
    ['garbage', garbage(20, 40), 'zstd'],
    ['nothing', concat(wire.n24(0), u8(1), wire.n24(40)), 'zlib'],
    ['nothing', concat(wire.n24(0), u8(1), wire.n24(40)), 'zstd'],
    ['more than was announced', announcing(ROWS.length - 1), 'zlib'],
    ['less than was announced', announcing(ROWS.length + 1), 'zlib'],
    [
      'a stream without its end',
      concat(wire.n24(pressed.length - 9), pressed.slice(3, -2)),
      'zlib',
    ],
    ['another algorithm', pressed, 'zstd'],
  ] as const)('ends the connection with a sentence: %s under %s%s', (_, bytes, ...rest) => {
    const algorithm = rest[0] as Algorithm;
    const script = [
      ...CONNECTS[algorithm],
      CC(0, ASK, null),
      serverBytes(bytes),
      ...PING,
      serverBytes(bytes),
    ];
    for (const segmentBytes of [65_000, 1]) {
      const { packets, report } = play(script, { segmentBytes });
      expect(packets.slice(3).map(({ type }) => type)).toEqual(['COM_QUERY']);
      const { unread, compression, status } = report.conversations[0]!;
      expect(unread).toMatch(
        /^frame \d+: a compressed packet of the server cannot be unpacked: \S.*$/,
      );
      if (segmentBytes > 1) expect(unread).toMatch(/^frame 8: /);
      expect([compression, status]).toEqual([algorithm, 'mysql']);
      expect(report.findings.map(({ cause }) => cause.id)).toEqual(['compression-mismatch']);
    }
  });

  test('is named as the side that sent it', () => {
    const { report } = play([...CONNECT_ZLIB, clientBytes(garbage(9, 9))]);
    expect(report.conversations[0]!.unread).toMatch(/a compressed packet of the client cannot/);
  });

  test('a compressed packet may be empty', () => {
    const script = [...CONNECT_ZLIB, CC(0, ASK), SS(1, zeros(0), null), SS(2, ROWS), ...PING];
    expect(typesOf(script)).toEqual([...ASKED, ...PINGED]);
  });
});

describe('where bytes are missing', () => {
  const whole = [CC(0, ASK), SS(1, ROWS)];

  test('of the server, it goes on with the next command', () => {
    const script = [
      ...CONNECT_ZLIB,
      CC(0, ASK),
      SS(1, ROWS.slice(0, 40)),
      lost(SS(2, ROWS.slice(40))),
      ...PING,
      ...whole,
    ];
    expect(typesOf(script)).toEqual([
      ...['COM_QUERY', 'ColumnCount', 'ColumnDefinition'].slice(0, 2),
      ...PINGED,
      ...ASKED,
    ]);
  });

  test('of a compressed packet, the rest of it is passed over', () => {
    const answer = compressed(1, ROWS, 'zlib');
    const script = [
      ...CONNECT_ZLIB,
      CC(0, ASK),
      serverBytes(answer.slice(0, 20)),
      lost(serverBytes(answer.slice(20, 40))),
      serverBytes(answer.slice(40)),
      ...PING,
      ...whole,
    ];
    expect(typesOf(script)).toEqual(['COM_QUERY', ...PINGED, ...ASKED]);
  });

  test('of the client, it goes on with the next command', () => {
    const script = [...CONNECT_ZLIB, lost(CC(0, ASK)), SS(1, ROWS), ...PING, ...whole];
    const types = typesOf(script);
    expect(types.slice(-9)).toEqual([...PINGED, ...ASKED]);
  });

  test('at the end of both, nothing is said of it', () => {
    const script = [...CONNECT_ZLIB, CC(0, ASK), lost(SS(1, ROWS)), lost(CC(0, ASK)), ...PING];
    expect(typesOf(script)).toEqual(['COM_QUERY', ...PINGED]);
  });
});

describe('a connection whose login was not captured', () => {
  test.each(ALGORITHMS)('is known by its first packet that is packed with %s', (algorithm) => {
    const script = [
      CC(0, ASK, null),
      SS(1, ROWS, algorithm),
      CC(0, packet(0, ping), null),
      SS(1, packet(1, ok()), null),
    ];
    for (const port of [3306, 4406]) {
      const { packets, report } = play(script, { handshake: false, port });
      expect(packets.map(({ type }) => type)).toEqual([...ASKED, ...PINGED]);
      expect(report.conversations[0]!.compression).toBe(algorithm);
      expect(report.conversations[0]!.midstream).toBe(true);
      expect(report.findings).toEqual([]);
    }
  });

  test('may begin with a command that is packed', () => {
    for (const algorithm of ALGORITHMS) {
      const script = [CC(0, ASK, algorithm), SS(1, ROWS, algorithm)];
      const { packets } = play(script, { handshake: false, port: 4406 });
      expect(packets.map(({ type }) => type)).toEqual(ASKED);
    }
  });

  test('may begin in the middle of an answer', () => {
    const answer = compressed(1, ROWS, 'zlib');
    const { packets } = play([serverBytes(answer.slice(9)), ...PING], { handshake: false });
    expect(packets.map(({ type }) => type)).toEqual(PINGED);
  });

  test('is all that may be taken for compressed: a login says what was agreed on', () => {
    // The rest of a statement, with 0 for its fourth byte and "x" for its eighth.
    const rest = concat(hex('11223300 445566 78'), zeros(50));
    const script = [
      ...CONNECT,
      lost(clientBytes(packet(0, query('x'.repeat(60))).slice(0, 10))),
      clientBytes(rest),
      C(0, ping),
      S(1, ok()),
    ];
    expect(typesOf(script)).toEqual(PINGED);
  });

  test('is plain where it looks plain', () => {
    const script = [
      C(0, query('exec x')),
      ...numbered(S, 1, [u8(1), column(), eof(), textRow('x'), eof()]),
      C(0, query('x')),
      S(1, err(1064, 'syntax', '42000')),
    ];
    const { packets, report } = play(script, { handshake: false });
    expect(packets).toHaveLength(8);
    expect(report.conversations[0]!.compression).toBeNull();
  });
});

test('bytes that are no compressed packets at all end nothing but the connection', () => {
  const { report } = play([
    ...CONNECT_ZLIB,
    clientBytes(hex('00')),
    serverBytes(new Uint8Array(3000).fill(0xff)),
    clientBytes(new Uint8Array(3000)),
  ]);
  expect(report.conversations).toHaveLength(1);
});
