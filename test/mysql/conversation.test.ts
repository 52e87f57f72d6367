import { beforeAll, describe, expect, test } from 'vitest';
import { concat, u8 } from '../build/bytes.ts';
import {
  C,
  type CaptureOptions,
  clientBytes,
  lost,
  S,
  type Step,
  serverBytes,
  together,
} from '../build/conversation.ts';
import {
  CAN,
  CLIENT_CAPABILITIES,
  column,
  compressed,
  eof,
  err,
  greeting,
  login,
  ok,
  packet,
  ping,
  query,
  SERVER_CAPABILITIES,
  sslRequest,
  textRow,
} from '../build/mysql.ts';
import { keyLogOf } from '../tls/replay.ts';
import { newServer, type Recording, record, type Talk } from '../tls/session.ts';
import { type AnalyzeOptions, contentOf, play, storyOf, verdictOf } from './analyze.ts';

const WITH_SSL = SERVER_CAPABILITIES | CAN.SSL | CAN.COMPRESS;
const OPENING = [S(0, greeting({ capabilities: WITH_SSL })), C(1, sslRequest())];
const OPENING_STORY = ['S0 HandshakeV10', 'C1 SSLRequest'];

const ROWS = concat(
  packet(1, u8(1)),
  packet(2, column()),
  packet(3, eof()),
  packet(4, textRow('one')),
  packet(5, eof()),
);
const LOGIN_STORY = ['C2 HandshakeResponse41', 'S3 OK'];
const TALK_STORY = [
  ...LOGIN_STORY,
  'C0 COM_QUERY',
  ...['S1 ColumnCount', 'S2 ColumnDefinition', 'S3 EOF', 'S4 TextRow', 'S5 EOF'],
  ...['C0 COM_PING', 'S1 OK'],
];

const loggedIn = (loginNumber: number, okNumber: number): Talk[number] => [
  packet(loginNumber, login({ capabilities: CLIENT_CAPABILITIES | CAN.SSL })),
  packet(okNumber, ok()),
];
const talk = (loginNumber = 2, okNumber = 3, pingNumber = 1): Talk => [
  loggedIn(loginNumber, okNumber),
  [packet(0, query('select n from items')), ROWS],
  [packet(0, ping), packet(pingNumber, ok())],
];

/** The recording's runs as steps of a capture. */
const stepsOf = ({ runs }: Recording): Step[] =>
  runs.map(({ fromClient, bytes }) => (fromClient ? clientBytes(bytes) : serverBytes(bytes)));

const withKeys = (recording: Recording, options: CaptureOptions & AnalyzeOptions = {}) => ({
  keyLog: keyLogOf(recording.keyLog),
  rows: true,
  ...options,
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('%s in a conversation', (version) => {
  const options = { minVersion: version, maxVersion: version } as const;
  let session: Recording;
  beforeAll(async () => {
    session = await record(newServer(), options, talk());
  });

  test('holds a login numbered 2, and what follows it', () => {
    const analysis = play([...OPENING, ...stepsOf(session)], withKeys(session));
    expect(storyOf(analysis.packets)).toEqual([...OPENING_STORY, ...TALK_STORY]);
    expect(verdictOf(analysis)).toEqual([]);
    const { login, tls, unread } = analysis.report.conversations[0]!;
    expect([login, tls!.decrypted, unread]).toEqual(['ok', true, null]);
  });

  test('may start in the segment of the SSLRequest', () => {
    const [hello, ...rest] = stepsOf(session);
    const script = [OPENING[0]!, together(OPENING[1]!, hello!), ...rest];
    const analysis = play(script, withKeys(session));
    expect(storyOf(analysis.packets)).toEqual([...OPENING_STORY, ...TALK_STORY]);
    expect(verdictOf(analysis)).toEqual([]);
  });

  test.each([1, 7, 100])('is the same in segments of %i bytes', (segmentBytes) => {
    const script = [...OPENING, ...stepsOf(session)];
    const whole = play(script, withKeys(session));
    expect(contentOf(play(script, withKeys(session, { segmentBytes })))).toEqual(contentOf(whole));
  });

  test('names the frames of the records', () => {
    const { packets } = play([...OPENING, ...stepsOf(session)], withKeys(session));
    const rows = packets.filter(({ fromClient }) => !fromClient).slice(2, 7);
    const [first] = rows;
    for (const { frame, lastFrame } of rows) {
      expect([frame.number, lastFrame.number]).toEqual([first!.frame.number, first!.frame.number]);
    }
  });

  test('is opaque without its keys', () => {
    const analysis = play([...OPENING, ...stepsOf(session)]);
    expect(storyOf(analysis.packets)).toEqual(OPENING_STORY);
    expect(verdictOf(analysis)).toEqual([]);
    expect(analysis.report.conversations[0]).toMatchObject({ login: 'encrypted', commands: 0 });
  });

  test('goes on behind a record of which bytes are missing', () => {
    const steps = stepsOf(session);
    const rows = steps.findLastIndex(
      (step) => step.from === 'server' && step.bytes.length > ROWS.length,
    );
    const { bytes } = steps[rows]!;
    const script = [
      ...OPENING,
      ...steps.slice(0, rows),
      serverBytes(bytes.slice(0, 10)),
      lost(serverBytes(bytes.slice(10, 60))),
      serverBytes(bytes.slice(60)),
      ...steps.slice(rows + 1),
    ];
    const analysis = play(script, withKeys(session));
    expect(storyOf(analysis.packets).slice(4)).toEqual(['C0 COM_QUERY', 'C0(?) COM_PING', 'S1 OK']);
    expect(verdictOf(analysis)).toEqual([]);
  });

  test('numbers its login 2: 1 is wrong', async () => {
    const wrong = await record(newServer(), options, talk(1, 2));
    const analysis = play([...OPENING, ...stepsOf(wrong)], withKeys(wrong));
    expect(storyOf(analysis.packets).slice(2, 4)).toEqual(['C1(2) HandshakeResponse41', 'S2 OK']);
    const [finding] = analysis.report.findings;
    expect(finding).toMatchObject({ rule: 'sequence-mismatch', got: 1, expected: 2 });
    expect(finding!.fromClient).toBe(true);
  });

  test('shows a wrong number of an answer', async () => {
    const wrong = await record(newServer(), options, talk(2, 3, 0));
    const analysis = play([...OPENING, ...stepsOf(wrong)], withKeys(wrong));
    expect(storyOf(analysis.packets).at(-1)).toBe('S0(1) OK');
    const [finding] = analysis.report.findings;
    expect(finding).toMatchObject({ rule: 'sequence-mismatch', got: 0, expected: 1 });
    expect(finding!.fromClient).toBe(false);
  });

  test('may hold compression', async () => {
    const capabilities = CLIENT_CAPABILITIES | CAN.SSL | CAN.COMPRESS;
    const packed = await record(newServer(), options, [
      [packet(2, login({ capabilities })), packet(3, ok())],
      [compressed(0, packet(0, query('select n from items')), 'zlib'), compressed(1, ROWS, 'zlib')],
      [compressed(0, packet(0, ping), null), compressed(1, packet(1, ok()), null)],
    ]);
    for (const segmentBytes of [65_000, 33]) {
      const analysis = play(
        [...OPENING.slice(0, 1), C(1, sslRequest({ capabilities })), ...stepsOf(packed)],
        withKeys(packed, { segmentBytes }),
      );
      expect(analysis.packets.slice(2).map(({ type }) => type)).toEqual(
        TALK_STORY.map((line) => line.split(' ')[1]),
      );
      expect(verdictOf(analysis)).toEqual([]);
      expect(analysis.report.conversations[0]!.compression).toBe('zlib');
    }
  });

  test('may end with a refused login', async () => {
    const refused = await record(newServer(), options, [
      [loggedIn(2, 3)[0], packet(3, err(1045, 'Access denied', '28000'))],
    ]);
    const { packets, report } = play([...OPENING, ...stepsOf(refused)], withKeys(refused));
    expect(storyOf(packets).slice(2)).toEqual(['C2 HandshakeResponse41', 'S3 ERR']);
    expect(report.conversations[0]!.login).toBe('failed');
  });
});

describe('an ERR in the clear instead of the ServerHello', () => {
  const hello = clientBytes(concat(u8(0x16, 3, 1, 0, 0x40, 1), new Uint8Array(63)));
  const message = 'Bad handshake';

  test('is read, numbered 2', () => {
    for (const script of [
      [...OPENING, S(2, err(1043, message, '08S01'))],
      [...OPENING, hello, S(2, err(1043, message, '08S01'))],
      [OPENING[0]!, together(OPENING[1]!, hello), S(2, err(1043, message, '08S01'))],
    ]) {
      const analysis = play(script);
      expect(storyOf(analysis.packets)).toEqual([...OPENING_STORY, 'S2 ERR']);
      expect(analysis.packets.at(-1)!.fields).toMatchObject({ code: 1043, message });
    }
  });

  test('is compared with the number that the client expects', () => {
    const analysis = play([...OPENING, hello, S(1, err(1043, message, '08S01'))]);
    expect(storyOf(analysis.packets).at(-1)).toBe('S1(2) ERR');
  });

  test('is not looked for behind the first record', () => {
    const analysis = play([
      ...OPENING,
      hello,
      serverBytes(concat(u8(0x15, 3, 3, 0, 2, 2, 40))),
      S(2, err(1043, message, '08S01')),
    ]);
    expect(storyOf(analysis.packets)).toEqual(OPENING_STORY);
  });
});
