import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { VIEWS } from '../../src/report/index.ts';
import type { OutputRecord } from '../../src/report/records.ts';
import {
  after,
  C,
  type CaptureOptions,
  clientBytes,
  fin,
  S,
  type Step,
  serverBytes,
} from '../build/conversation.ts';
import {
  CAN,
  CLIENT_CAPABILITIES,
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
import { type AnalyzeOptions, play } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest();

function recordsOf(
  view: 'connections' | 'check' | 'summary',
  script: Step[],
  options: CaptureOptions & AnalyzeOptions = {},
): OutputRecord[] {
  return [...VIEWS[view].records(play(script, { packets: false, ...options }).report, sha1)];
}

const connectionOf = (script: Step[], options?: CaptureOptions & AnalyzeOptions) =>
  recordsOf('connections', script, options)[0]!;

describe('a connection', () => {
  const capabilities = CLIENT_CAPABILITIES | CAN.CONNECT_WITH_DB;
  const script = [
    S(0, greeting()),
    C(1, login({ capabilities })),
    S(2, ok()),
    C(0, query('select')),
    S(1, err(1064, 'syntax', '42000')),
    C(0, quit),
    fin('client'),
  ];
  const bytes = (from: Step['from']) =>
    script.filter((step) => step.from === from).reduce((sum, step) => sum + step.bytes.length, 0);

  test('is a record with every key of the contract, in order', () => {
    expect(Object.entries(connectionOf(script))).toEqual([
      ['connection', 0],
      ['client', { address: '127.0.0.5', port: 50_000 }],
      ['server', { address: '127.0.0.9', port: 3306 }],
      ['protocol', 'MySQL'],
      ['outcome', 'data'],
      ['communityId', expect.stringMatching(/^1:[A-Za-z0-9+/]{27}=$/)],
      ['start', '2023-11-14T22:13:20.000000Z'],
      ['end', '2023-11-14T22:13:20.007000Z'],
      ['duration', 0.007],
      ['frames', 10],
      ['bytes', { client: bytes('client'), server: bytes('server') }],
      ['serverVersion', '8.0.36'],
      ['connectionId', 42],
      ['user', 'app'],
      ['database', 'shop'],
      ['authPlugin', 'mysql_native_password'],
      ['tls', null],
      ['compression', null],
      ['inferred', null],
      ['login', 'ok'],
      ['commands', 2],
      ['errors', 1],
      ['opened', 'handshake'],
      ['closed', 'quit'],
      [
        'quality',
        {
          gapBytes: 0,
          gaps: 0,
          retransmitted: 0,
          duplicates: 0,
          outOfOrder: 0,
          truncated: 0,
          badChecksums: 0,
          skippedBytes: 0,
          midstream: false,
          gapPlaces: [],
        },
      ],
      ['findings', []],
      ['legs', null],
    ]);
  });

  test('is the same record in the summary', () => {
    expect(recordsOf('summary', script)).toEqual(recordsOf('connections', script));
  });

  test('whose start was not captured says so', () => {
    const record = connectionOf([C(0, ping), S(1, ok())], { handshake: false });
    expect(record).toMatchObject({
      opened: 'midstream',
      login: 'unseen',
      serverVersion: null,
      user: null,
      client: { port: 50_000 },
    });
  });

  test('in TLS has what the clear part tells', () => {
    const tls = [
      S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.SSL })),
      C(1, sslRequest()),
      clientBytes('\u0016\u0003\u0001'),
    ];
    expect(connectionOf(tls)).toMatchObject({
      tls: { version: null, cipher: null, serverName: null, decrypted: false },
      login: 'encrypted',
      serverVersion: '8.0.36',
      user: null,
    });
  });

  test('that is compressed says how', () => {
    const compressed = [
      S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.COMPRESS })),
      C(1, login({ capabilities: CLIENT_CAPABILITIES | CAN.COMPRESS })),
      S(2, ok()),
    ];
    expect(connectionOf(compressed).compression).toBe('zlib');
  });

  test('has its findings', () => {
    const record = connectionOf([...CONNECT, C(0, ping), S(5, ok())]);
    const [finding] = recordsOf('check', [...CONNECT, C(0, ping), S(5, ok())]);
    const { id, rule, severity, frame, message } = finding!;
    const cause = { id: 'server-numbering', certainty: 'possible' };
    expect(record.findings).toEqual([{ id, rule, severity, frame, message, cause }]);
  });

  test('with another protocol on a named port is counted and closed like any other', () => {
    const http = [
      serverBytes('HTTP/1.1 400 Bad Request\r\n\r\n'),
      clientBytes('GET / HTTP/1.1\r\n\r\n'),
      fin('server'),
      fin('client'),
    ];
    expect(connectionOf(http)).toMatchObject({
      serverVersion: null,
      login: 'unseen',
      frames: 7,
      bytes: { client: 18, server: 28 },
      opened: 'handshake',
      closed: 'fin',
    });
  });

  test('on a named port in which nobody said anything is listed', () => {
    const [record] = recordsOf('connections', [fin('client'), fin('server')]);
    expect(record).toMatchObject({
      server: { port: 3306 },
      serverVersion: null,
      login: 'unseen',
      bytes: { client: 0, server: 0 },
      closed: 'fin',
    });
  });

  test('that the server closed when the login was due has a finding', () => {
    const { findings } = connectionOf([S(0, greeting()), fin('server')]);
    expect(findings).toMatchObject([{ severity: 'warning', cause: { id: 'login-unfinished' } }]);
  });
});

describe('a finding', () => {
  const [record] = recordsOf('check', [
    S(0, greeting()),
    after(2, S(1, err(1159, 'Got timeout reading communication packets', '08S01'))),
    fin('server'),
    after(1.5, C(1, login())),
  ]);

  test('is a record with every key of the contract, in order', () => {
    expect(Object.entries(record!)).toEqual([
      ['id', 0],
      ['rule', 'sequence-mismatch'],
      ['severity', 'error'],
      ['connection', 0],
      ['connections', [0]],
      ['client', { address: '127.0.0.5', port: 50_000 }],
      ['server', { address: '127.0.0.9', port: 3306 }],
      ['user', 'app'],
      ['clientName', null],
      ['frame', 5],
      ['file', null],
      ['frameInFile', null],
      ['time', '2023-11-14T22:13:22.001000Z'],
      ['relative', 2.001],
      ['from', 'server'],
      ['got', 1],
      ['expected', 2],
      ['message', 'Packet sequence number wrong - got 1 expected 2'],
      ['cause', { id: 'login-timeout', certainty: 'proven', summary: expect.any(String) }],
      [
        'evidence',
        [4, 5, 6, 7].map((frame) => ({
          frame,
          file: null,
          frameInFile: null,
          text: expect.stringMatching(/^[^A-Z].*[^.]$/),
        })),
      ],
      ['ruledOut', [{ id: 'login-held-up', text: expect.any(String) }]],
      ['consequences', []],
      ['advice', expect.stringMatching(/^Client: .* Server: .*\.$/)],
      ['fix', { client: expect.any(String), between: null, server: expect.stringMatching(/\.$/) }],
      ['drivers', expect.arrayContaining([{ driver: 'mysql2', text: expect.any(String) }])],
      ['occurrences', 1],
      ['fingerprint', 'login-timeout'],
      ['docs', 'docs/findings.md#login-timeout'],
    ]);
  });
});

test('the packets view has no records of its own: they are printed as they come', () => {
  expect(VIEWS.packets.records()).toEqual([]);
});
