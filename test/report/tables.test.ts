import { describe, expect, test } from 'vitest';
import { VIEWS, type ViewName } from '../../src/report/index.ts';
import { packetRecord } from '../../src/report/records.ts';
import { fold, renderTable } from '../../src/report/table.ts';
import { hex, u8 } from '../build/bytes.ts';
import {
  after,
  C,
  type CaptureOptions,
  clientBytes,
  fin,
  on,
  S,
  type Step,
  serverBytes,
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
  packet,
  query,
  SERVER_CAPABILITIES,
  sslRequest,
  textRow,
} from '../build/mysql.ts';
import { type AnalyzeOptions, play } from '../mysql/analyze.ts';
import { CONNECT, LEGAL, numbered } from '../mysql/legal-scripts.ts';
import { clientHello, tlsRecord } from '../tls/build.ts';
import { body, coloured, plain, tooWide } from './layout.ts';

const WITH_DATABASE = CLIENT_CAPABILITIES | CAN.CONNECT_WITH_DB;

/** A view of a script, as the command line prints it. */
async function show(
  view: ViewName,
  script: Step[],
  layout = plain(null),
  options: CaptureOptions & AnalyzeOptions = {},
): Promise<string> {
  const { packets, report } = play(script, { rows: true, ...options });
  const renderer = await VIEWS[view].table(layout);
  return [
    renderer.start(),
    ...(view === 'packets'
      ? packets.map((packet) => renderer.record(packetRecord(packet, report.capture.first)))
      : []),
    await renderer.finish(report),
  ].join('');
}

const connectAs = (user: string, database: string, version = '8.0.36') => [
  S(0, greeting({ version })),
  C(1, login({ capabilities: WITH_DATABASE, user, database })),
  S(2, ok()),
];

const LONG_SQL = `select ${Array.from({ length: 60 }, (_, i) => `column_${i}`).join(', ')} from t`;

const LATE_LOGIN = [
  S(0, greeting({ version: '5.5.5-10.11.19-MariaDB-0+deb12u1' })),
  after(
    2.004,
    S(
      1,
      err(1159, 'Got timeout reading communication packets, which is longer than usual', '08S01'),
    ),
  ),
  fin('server'),
  after(1.5, C(1, login({ user: 'application_user_of_the_shop' }))),
];

/** Scripts whose text is wide in every way. */
const WIDE: [name: string, script: Step[], options?: CaptureOptions & AnalyzeOptions][] = [
  ['a long statement', [...CONNECT, C(0, query(LONG_SQL)), S(1, ok())]],
  ['a long error', [...CONNECT, C(0, query('x')), S(1, err(1064, LONG_SQL, '42000'))]],
  [
    'long names',
    connectAs('u'.repeat(80), 'd'.repeat(64), `8.0.36-${'enterprise-commercial-'.repeat(4)}`),
  ],
  ['a late login', LATE_LOGIN],
  [
    'an idle timeout',
    [
      ...CONNECT,
      S(0, err(4031, 'The client was disconnected by the server because of inactivity.', 'HY000')),
    ],
  ],
  ['a server that counts wrongly', [...CONNECT, C(0, query(LONG_SQL)), S(9, ok())]],
  [
    'another protocol',
    [serverBytes(`HTTP/1.1 400 Bad Request\r\nServer: ${'x'.repeat(200)}\r\n\r\n`)],
  ],
  [
    'wide characters',
    connectAs('\u6570\u636e\u5e93\u7528\u6237'.repeat(8), '\u5546\u5e97'.repeat(20)),
  ],
  [
    'a statement of wide characters',
    [...CONNECT, C(0, query(`select '${'\u4e2d\u6587'.repeat(60)}'`)), S(1, ok())],
  ],
  ['a statement of emoji', [...CONNECT, C(0, query('\u{1f600}'.repeat(60))), S(1, ok())]],
  [
    'many connections',
    Array.from({ length: 12 }, (_, i) => connectAs(`user${i}`, 'shop').map((s) => on(i, s))).flat(),
  ],
  [
    'what cannot be read',
    [
      S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.SSL })),
      C(1, sslRequest()),
      clientBytes(hex('16 0301 0001 00')),
    ],
  ],
];

describe.each(['summary', 'connections', 'packets', 'check'] as const)('the %s', (view) => {
  test.each(WIDE)('of %s fits 80 columns', async (_, script, options) => {
    expect(tooWide(await show(view, script, plain(80), options), 80)).toEqual([]);
  });

  test.each(WIDE)('of %s fits 120 columns', async (_, script, options) => {
    expect(tooWide(await show(view, script, plain(120), options), 120)).toEqual([]);
  });

  test.each(WIDE)('of %s is not cut where there is no terminal', async (_, script, options) => {
    expect(await show(view, script, plain(null), options)).not.toContain('\u2026');
  });

  test.each(WIDE)('of %s has neither holes nor halves', async (_, script, options) => {
    for (const width of [null, 80, 81, 82, 83]) {
      const text = await show(view, script, plain(width), options);
      expect(text).not.toMatch(/undefined|NaN|\[object|null/);
      expect(text).not.toMatch(/\p{Surrogate}/u);
      expect(text.endsWith('\n')).toBe(true);
      expect(text).not.toMatch(/[ \t]\n/);
    }
  });
});

test('what is cut says so', async () => {
  const script = [...CONNECT, C(0, query(LONG_SQL)), S(1, ok())];
  const lines = (await show('packets', script, plain(80))).split('\n');
  const statement = lines.find((text) => text.includes('COM_QUERY'))!;
  expect(statement).toHaveLength(80);
  expect(statement.endsWith('\u2026')).toBe(true);
});

test('a statement is whole where there is no terminal', async () => {
  const script = [...CONNECT, C(0, query(LONG_SQL)), S(1, ok())];
  expect(await show('packets', script)).toContain(LONG_SQL);
});

test('names are whole where there is no terminal, in any script', async () => {
  const user = '\u6570\u636e\u5e93\u7528\u6237';
  const database = '\u0e01\u0e38\u0e49\u0e07\u5546\u5e97';
  const text = await show('connections', connectAs(user, database));
  expect(text).toContain(user);
  expect(text).toContain(database);
});

describe('controls in the traffic', () => {
  const NASTY = 'a\u001b[31mb\r\nc\u009b2Jd\u202ee\u200bf\0g\u{e0041}h\u2028i';
  const SAFE = 'a\\x1b[31mb\\r\\nc\\x9b2Jd\\u{202e}e\\u{200b}f\\0g\\u{e0041}h\\u{2028}i';
  const script = [
    S(0, greeting({ version: `8.0 ${NASTY.replace('\0', '')}` })),
    C(1, login({ capabilities: WITH_DATABASE, user: 'u\u001bu', database: 'd\u202ed' })),
    S(2, ok()),
    C(0, query(NASTY)),
    S(1, err(1064, NASTY, 'H\u001b[2J')),
    C(0, query('select 1')),
    ...numbered(S, 1, [u8(1), column({ name: NASTY }), eof(), textRow(NASTY), eof()]),
    C(9, query(NASTY)),
    S(0, err(4031, NASTY, 'HY000')),
  ];

  test.each(['summary', 'connections', 'packets', 'check'] as const)(
    'never reach the terminal by way of the %s',
    async (view) => {
      for (const width of [null, 80]) {
        expect(await show(view, script, plain(width))).not.toMatch(
          /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/u,
        );
      }
    },
  );

  test('are shown as escapes', async () => {
    expect(await show('packets', script)).toContain(SAFE);
  });

  test('of a banner are shown as escapes, too', async () => {
    const text = await show('check', [serverBytes('220 \u001b[2Jhello\u202e\u009b\r\n')]);
    expect(text).not.toMatch(/[\x1b\x9b\u202e]/);
    expect(text).toContain('220');
  });
});

describe('the packets', () => {
  test('show a wrong number beside the one that was expected', async () => {
    expect(await show('packets', LATE_LOGIN)).toMatch(/ server +1\u22602 .*ERR +1159 08S01/);
  });

  test('do not call a packet of several parts wrong', async () => {
    const parts = (sequenceId: number, length: number) => [
      u8(length & 0xff, (length >> 8) & 0xff, length >> 16, sequenceId),
      new Uint8Array(length).fill(0x61),
    ];
    const bytes = [...parts(0, 0xff_ffff), ...parts(1, 0)];
    const script = [...CONNECT, ...bytes.map(clientBytes), S(2, err(1105, 'no'))];
    expect(await show('packets', script)).not.toContain('\u2260');
  });

  test('of every kind have a line each, without holes', async () => {
    for (const { script, story } of LEGAL) {
      const lines = body(await show('packets', script))
        .trimEnd()
        .split('\n')
        .slice(1);
      expect(lines).toHaveLength(story.length);
      lines.forEach((text, i) => {
        expect(text).toContain(story[i]!.split(' ')[1]);
        expect(text).not.toMatch(/undefined|NaN|\[object/);
      });
    }
  });

  test('that are cut short have no holes either', async () => {
    const short = (type: Uint8Array, sequenceId: number) => serverBytes(packet(sequenceId, type));
    const script = [
      ...CONNECT,
      C(0, query('a')),
      short(u8(0xff), 1),
      C(0, query('b')),
      short(hex('00 fe 00 00 00 00 00'), 1),
      C(0, query('c')),
      ...numbered(S, 1, [u8(0xfc)]),
      C(0, query('d')),
      ...numbered(S, 1, [u8(1), hex('03 64'), eof(), eof()]),
    ];
    const text = await show('packets', script);
    expect(text).toContain('are left');
    expect(text).not.toMatch(/undefined|NaN/);
  });

  test('say what is wrong with them', async () => {
    const text = await show('packets', [...CONNECT, C(0, query('a')), S(1, hex('ff 01'))]);
    expect(text).toContain('code at offset 1 needs 2 bytes, 1 are left');
  });
});

describe('the summary', () => {
  test('begins with what went wrong', async () => {
    const text = await show('summary', LATE_LOGIN);
    expect(text.startsWith('ERROR  Packet sequence number wrong - got 1 expected 2\n')).toBe(true);
    expect(text).toContain('Capture: pcap (Ethernet), ');
    expect(text).toContain('conn');
  });

  test('says what the verdict cannot rest on', async () => {
    const tls = [
      S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.SSL })),
      C(1, sslRequest()),
      clientBytes(tlsRecord(22, clientHello())),
    ];
    expect(await show('summary', tls)).toContain('1 connection went on in TLS');
    expect(await show('summary', [serverBytes('x')], plain(null), { port: 9 })).toContain('--port');
  });

  test('marks severity and titles, and nothing of the traffic', async () => {
    const text = await show('summary', LATE_LOGIN, coloured);
    expect(text).toContain('\x1b[31m\x1b[1mERROR\x1b[0m\x1b[0m  \x1b[1mPacket sequence number');
    expect(text).toContain('\x1b[1mconn\x1b[0m');
    expect(text.replaceAll(/\x1b\[\d+m/g, '')).toBe(await show('summary', LATE_LOGIN));
  });
});

describe('the check', () => {
  test('of a sound capture says so', async () => {
    expect(await show('check', CONNECT, coloured)).toContain('\x1b[32mNo findings.');
  });

  test('of a capture without MySQL does not call it sound', async () => {
    const text = await show('check', [serverBytes('x')], plain(null), { port: 9 });
    expect(text).not.toContain('No findings.');
  });
});

describe('a table', () => {
  const columns = [{ title: 'a' }, { title: 'name', align: 'right' as const, min: 8 }];

  test('is as wide as its cells', async () => {
    expect(
      await renderTable(
        columns,
        [
          ['x', 'y'],
          ['long cell', 'z'],
        ],
        plain(null),
      ),
    ).toBe(['a          name', 'x             y', 'long cell     z', ''].join('\n'));
  });

  test('without rows has its titles', async () => {
    expect(await renderTable(columns, [], plain(null))).toBe('a  name\n');
  });

  test('cuts what may be cut, and no more than it must', async () => {
    const text = await renderTable(columns, [['x', 'y'.repeat(40)]], plain(20));
    expect(text.split('\n')[1]).toBe(`x  ${'y'.repeat(16)}\u2026`);
  });
});

describe('folded text', () => {
  test.each([
    [null, '  one two three four\n'],
    [12, '  one two\n  three four\n'],
    [9, '  one two\n  three\n  four\n'],
    [1, '  one\n  two\n  three\n  four\n'],
  ])('has lines of at most %i columns', (width, expected) => {
    expect(fold('one two three four', '  ', width)).toBe(expected);
  });

  test('has no line breaks of its own', () => {
    expect(fold('one\ntwo', '', null)).toBe('one\\ntwo\n');
  });
});
