import { describe, expect, test } from 'vitest';
import { Expectations } from '../../src/expect/index.ts';
import { parseWritten } from '../../src/io/read-written.ts';
import { after, C, fin, on, S, type Step } from '../build/conversation.ts';
import { column, endOfRows, err, login, ok, ping, query, quit, textRow } from '../build/mysql.ts';
import { type Analysis, play } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';

const DUPLICATE = err(1062, "Duplicate entry '1' for key 'PRIMARY'");
const DEADLOCK = err(1213, 'Deadlock found when trying to get lock');
const REFUSED = err(1045, "Access denied for user 'root'@'10.0.0.5'", '28000');

/** Two connections; the second leaves without a word. */
const SHOP: Step[] = [
  ...CONNECT,
  C(0, query('select id from items')),
  S(1, new Uint8Array([1])),
  S(2, column({ name: 'id' })),
  S(3, textRow('1')),
  S(4, textRow('2')),
  S(5, endOfRows()),
  C(0, query('insert into items values (1)')),
  after(0.5, S(1, DUPLICATE)),
  C(0, ping),
  S(1, ok()),
  C(0, quit),
  fin('client'),
  ...CONNECT.map((step) => on(1, step)),
  on(1, C(0, query('insert into items values (1)'))),
  on(1, S(1, DUPLICATE)),
  on(1, fin('client')),
];

const BY_ROOT: Step[] = [CONNECT[0]!, C(1, login({ user: 'root' })), S(2, REFUSED), fin('server')];

async function judged(text: string, { report, queries }: Analysis) {
  const expectations = new Expectations('expect.yaml', await parseWritten(text));
  for (const query of queries) expectations.onQuery?.(query);
  return expectations.findings(report);
}

/** What is not as expected: the message, and where it points. */
async function breaches(text: string, script = SHOP): Promise<string[]> {
  const findings = await judged(text, play(script, { queries: true, packets: false }));
  return findings.map(({ message, evidence, fromClient }) => {
    const frames = evidence.map(({ frame }) => frame.number).join(' ');
    return `${message} @ ${fromClient ? 'C' : 'S'} ${frames}`;
  });
}

describe('numbers', () => {
  test.each([
    'connections: 2',
    'connections: {min: 1}',
    'commands: 5',
    'queries: {max: 3}',
    'queries: {min: 1, max: 9}',
    'rows: 2',
    'errors: 2',
    'errors: {max: 2}',
  ])('are as expected: %s', async (text) => {
    expect(await breaches(text)).toEqual([]);
  });

  test.each([
    ['connections: 1', 'Expected connections: 1; found 2 @ C 19'],
    ['connections: {min: 3}', 'Expected connections: at least 3; found 2 @ C 27'],
    ['commands: {max: 4}', 'Expected commands: at most 4; found 5 @ C 25'],
    ['queries: 2', 'Expected queries: 2; found 3 @ C 25'],
    ['queries: {min: 4, max: 9}', 'Expected queries: 4 to 9; found 3 @ C 27'],
    ['rows: {max: 1}', 'Expected rows: at most 1; found 2 @ C 7'],
    ['errors: 0', 'Expected errors: 0; found 2 @ S 14 26'],
  ])('are not: %s', async (text, breach) => {
    expect(await breaches(text)).toEqual([breach]);
  });
});

describe('error codes', () => {
  test('all have to come, and no others', async () => {
    expect(await breaches('errors: [1062]')).toEqual([]);
    expect(await breaches('errors: []')).toEqual([
      'Expected errors: none; found 1062 (2 times) @ S 14 26',
    ]);
    expect(await breaches('errors: [1213]')).toEqual([
      'Expected errors: 1213; found no 1213 @ C 27',
      'Expected errors: 1213; found 1062 (2 times) @ S 14 26',
    ]);
  });

  test('may be those of a login, or such as nobody asked for', async () => {
    expect(await breaches('errors: [1045]', BY_ROOT)).toEqual([]);
    expect(await breaches('errors: []', BY_ROOT)).toEqual([
      'Expected errors: none; found 1045 @ S 6',
    ]);
    const full = [S(0, err(1040, 'Too many connections', null)), fin('server')];
    expect(await breaches('errors: [1040]', full)).toEqual([]);
    const killed = [...CONNECT, S(0, err(1927, 'Connection was killed', '70100')), fin('server')];
    expect(await breaches('errors: [1927]', killed)).toEqual([]);
  });

  test('of several errors each is told', async () => {
    const script = [
      ...CONNECT,
      C(0, query('a')),
      S(1, DEADLOCK),
      C(0, query('b')),
      S(1, DUPLICATE),
    ];
    expect(await breaches('errors: [1064]', script)).toHaveLength(3);
  });
});

describe('what must not come', () => {
  test.each([
    ['no: com-ping', ['Expected no: COM_PING; found 1 @ C 15']],
    ['no: [COM_PING, COM_FIELD_LIST]', ['Expected no: COM_PING; found 1 @ C 15']],
    ['no: /^select id/', ['Expected no: /^select id/; found 1 @ C 7']],
    ['no: /^SELECT/', []],
    [
      'no: ["/^INSERT/i", com-quit]',
      ['Expected no: /^INSERT/i; found 2 @ C 13 25', 'Expected no: COM_QUIT; found 1 @ C 17'],
    ],
    ['no: login-timeout', []],
  ])('%s', async (text, expected) => {
    expect(await breaches(text)).toEqual(expected);
  });

  test('may be a rule or a cause', async () => {
    const script = [...CONNECT, C(0, ping), S(7, ok())];
    for (const name of ['sequence-mismatch', 'server-numbering']) {
      expect(await breaches(`no: ${name}`, script)).toEqual([
        `Expected no: ${name}; found 1 @ S 8`,
      ]);
    }
  });
});

describe('durations', () => {
  test('are those of commands', async () => {
    expect(await breaches('maxDuration: 0.5')).toEqual([]);
    expect(await breaches('maxDuration: 0.4')).toEqual([
      'Expected maxDuration: 0.4 s; found 0.5 s @ C 13',
    ]);
    expect(await breaches('maxDuration: 0.001')).toEqual([
      'Expected maxDuration: 0.001 s; found 0.5 s, and 1 more above it @ C 7 13',
    ]);
  });
});

describe('every connection', () => {
  test.each([
    'user: app',
    'user: [app, root]',
    'tls: false',
    'compression: none',
    'logins: ok',
    'closed: [quit, fin]',
  ])('is as expected: %s', async (text) => {
    expect(await breaches(text)).toEqual([]);
  });

  test.each([
    ['user: root', 'Expected user: root; found app (2 of 2 connections) @ C 1 19'],
    ['database: shop', 'Expected database: shop; found none seen (2 of 2 connections) @ C 1 19'],
    ['tls: true', 'Expected tls: true; found false (2 of 2 connections) @ C 1 19'],
    [
      'compression: [zlib, zstd]',
      'Expected compression: zlib or zstd; found none (2 of 2 connections) @ C 1 19',
    ],
    ['closed: quit', 'Expected closed: quit; found fin (1 of 2 connections) @ C 19'],
  ])('is not: %s', async (text, breach) => {
    expect(await breaches(text)).toEqual([breach]);
  });

  test('has to show it', async () => {
    const midstream = play([C(0, ping), S(1, ok())], { handshake: false, queries: true });
    const findings = await judged('user: app\nlogins: [ok, unseen]', midstream);
    expect(findings.map(({ message }) => message)).toEqual([
      'Expected user: app; found none seen (1 of 1 connection)',
    ]);
  });
});

describe('a finding of it', () => {
  test('says what was expected, where that stands, and where it is not so', async () => {
    const [finding] = await judged('\nno: com-ping', play(SHOP, { queries: true }));
    expect(finding).toMatchObject({
      rule: 'expectation',
      severity: 'error',
      connection: 0,
      connections: [0],
      fromClient: true,
      message: 'Expected no: COM_PING; found 1',
      cause: {
        id: 'expectation',
        certainty: 'proven',
        summary: 'The capture is not as line 2 of expect.yaml says: "no: com-ping".',
      },
      evidence: [{ text: 'COM_PING' }],
      fingerprint: 'expectation no COM_PING',
    });
  });

  test('shows the first places of many', async () => {
    const pings = Array(50)
      .fill([C(0, ping), S(1, ok())])
      .flat();
    const [finding] = await judged('no: com-ping', play([...CONNECT, ...pings], { queries: true }));
    expect(finding!.message).toBe('Expected no: COM_PING; found 50');
    expect(finding!.evidence).toHaveLength(10);
  });

  test('needs no connection, nor a frame', async () => {
    const [finding] = await judged('connections: 1', play([], { queries: true }));
    expect(finding).toMatchObject({ connection: 0, frame: { number: 0, digits: -1 } });
  });
});

test('commands are looked at only where an expectation needs them', async () => {
  const needs = async (text: string) =>
    new Expectations('f', await parseWritten(text)).onQuery !== null;
  expect(await needs('connections: 1\nuser: app\nno: killed')).toBe(false);
  for (const text of ['queries: 1', 'errors: 0', 'no: com-quit', 'maxDuration: 1', 'no: /x/']) {
    expect(await needs(text), text).toBe(true);
  }
});

test.each([
  ['conections: 3', 1, /unknown key "conections" in the expectations/],
  ['connections: three', 1, /must be a whole number or \{min: …, max: …\}, not "three"/],
  ['connections: -1', 1, /must be a whole number/],
  ['connections: {}', 1, /neither min nor max/],
  ['connections: {min: 3, max: 2}', 1, /min above its max/],
  ['connections:\n  mix: 3', 2, /unknown key "mix" in "connections"/],
  ['errors: [duplicate]', 1, /an error code is a number such as 1062, not "duplicate"/],
  ['errors: [70000]', 1, /an error code/],
  ['no: com-fieldlist', 1, /"com-fieldlist" is no command, rule or cause/],
  ['no: /(/', 1, /Invalid regular expression/],
  ['no: {a: b}', 1, /"no" lists names, not keys with values/],
  ['maxDuration: fast', 1, /must be seconds, such as 0.2, not "fast"/],
  ['tls: TLSv1.3', 1, /"tls" must be one of true, false, or a list of such, not "TLSv1.3"/],
  ['logins: OK', 1, /"logins" must be one of ok, failed/],
  ['user:', 1, /"user" must be a text, or a list of such, not nothing/],
])('an expectation that makes no sense says where: %j', async (text, line, message) => {
  const made = parseWritten(text).then((written) => new Expectations('f', written));
  await expect(made).rejects.toMatchObject({ line, message: expect.stringMatching(message) });
});
