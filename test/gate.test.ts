import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { after, C, capture, clientBytes, fin, on, S, type Step } from './build/conversation.ts';
import { err, greeting, login, ok, ping, query, quit } from './build/mysql.ts';
import { analyze } from './mysql/analyze.ts';
import { CONNECT } from './mysql/legal-scripts.ts';

// These run bin/mywire.js as a CI job does, so they need `npm run build` first; `npm test` sees to it.

const ROOT = join(import.meta.dirname, '..');

/** The working directory: inside the repository, and nobody commits it. */
const directory = mkdtempSync(join(ROOT, 'node_modules/.mywire-gate-'));
afterAll(() => rmSync(directory, { recursive: true }));

const CLEAN = [...CONNECT, C(0, query('select 1')), S(1, ok()), C(0, quit), fin('client')];
/** The greeting, and then nothing for longer than the server waits. */
const LATE = [
  S(0, greeting()),
  after(10, S(1, err(1159, 'Got timeout reading communication packets', '08S01'))),
  fin('server'),
  after(3, C(1, login())),
];
const WRONG = [...CONNECT, C(0, ping), S(7, ok())];
const HTTP = [clientBytes('GET / HTTP/1.1\r\n\r\n')];
const FILES: Record<string, Uint8Array> = {
  'clean.pcap': capture(CLEAN),
  'late.pcap': capture(LATE),
  // Another recording of it: other ports and frames, another time that the client took.
  'late-again.pcap': capture(
    [...CLEAN, ...LATE.slice(0, -1).map(alsoOn(7)), after(5, alsoOn(7)(LATE.at(-1)!))],
    { port: 3307 },
  ),
  'both.pcap': capture([...LATE, ...WRONG.map(alsoOn(1))]),
  'http.pcap': capture(HTTP, { port: 80 }),
};

function alsoOn(connection: number): (step: Step) => Step {
  return (step) => on(connection, step);
}

beforeEach(() => {
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
  for (const [name, bytes] of Object.entries(FILES)) write(name, bytes);
});

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(directory, name), content);
}

const read = (name: string) => readFileSync(join(directory, name), 'utf8');

/** A command line of words. */
function mywire(line: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'bin/mywire.js'), ...line.split(' ')],
    { cwd: directory, encoding: 'utf8', env: { PATH: process.env.PATH } },
  );
  return { status, stdout, stderr };
}

const rulesIn = (json: string) =>
  JSON.parse(json).check.map(({ rule }: { rule: string }) => rule) as string[];

describe('findings that are ignored', () => {
  test('fail nothing, and tables say how many there are', () => {
    const { status, stdout, stderr } = mywire('check --ignore login-timeout late.pcap');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Not shown: 1 finding by --ignore\n/);
    expect(stdout).not.toContain('No findings');
  });

  test('are told of on standard error where the format has no place for it', () => {
    const ended = mywire('check --json --ignore login-timeout@0,killed both.pcap');
    expect(ended).toMatchObject({
      status: 1,
      stderr: 'mywire: both.pcap: not shown: 1 finding by --ignore\n',
    });
    expect(rulesIn(ended.stdout)).toEqual(['sequence-mismatch']);
    expect(mywire('check -q --json --ignore login-timeout late.pcap').stderr).toBe('');
  });

  test('have a name', () => {
    expect(mywire('check --ignore login-timout late.pcap')).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('did you mean "login-timeout"?'),
    });
    const { status, stderr } = mywire('check --fail-on-rule nonsense late.pcap');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('No rule or cause is called "nonsense"'),
    });
  });
});

describe('findings that are shown', () => {
  test('are so many at most, while all count', () => {
    const { status, stdout } = mywire('check --max-findings 1 both.pcap');
    expect(status).toBe(1);
    expect(stdout.match(/^ERROR/gm)).toHaveLength(1);
    expect(stdout).toContain('… and 1 more\n');
    expect(mywire('check --max-findings 0 --json both.pcap')).toMatchObject({
      status: 1,
      stderr: 'mywire: both.pcap: not shown: 2 findings beyond --max-findings\n',
    });
  });

  test('--fail-on-rule fails what --fail-on lets pass', () => {
    expect(mywire('check --fail-on never late.pcap').status).toBe(0);
    expect(mywire('check --fail-on never --fail-on-rule login-timeout late.pcap').status).toBe(1);
    expect(mywire('packets --fail-on never --fail-on-rule killed late.pcap').status).toBe(0);
  });
});

test('--require-mysql tells a recording without MySQL from a clean one', () => {
  expect(mywire('check --require-mysql clean.pcap').status).toBe(0);
  const { status, stderr } = mywire('check --require-mysql http.pcap');
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: expect.stringMatching(/^mywire: http\.pcap: no MySQL in it: .*127\.0\.0\.9:80 .*\n$/),
  });
  expect(mywire('check --require-mysql -q http.pcap')).toMatchObject({ status: 3, stderr: '' });
});

describe('a baseline', () => {
  test('is made, and lets the same fault pass in another recording', () => {
    expect(mywire('check --baseline known.json --update-baseline late.pcap')).toMatchObject({
      status: 0,
      stderr: 'mywire: known.json: 1 known finding: 1 new, 0 removed\n',
    });
    const { status, stdout, stderr } = mywire(
      'check --baseline known.json -p 3307 late-again.pcap',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Not shown: 1 finding in the baseline\n/);
    expect(mywire('check --baseline known.json both.pcap').status).toBe(1);
  });

  test('says what is no longer found, and keeps the reason of what is', () => {
    mywire('check --baseline known.json --update-baseline both.pcap');
    const before = JSON.parse(read('known.json'));
    for (const entry of before.findings) entry.reason = `see ${entry.cause}`;
    write('known.json', JSON.stringify(before));
    expect(mywire('check --baseline known.json late.pcap')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/known\.json: no longer found: "server-numbering.*--update/),
    });
    expect(mywire('check --baseline known.json --update-baseline late.pcap').stderr).toBe(
      'mywire: known.json: 1 known finding: 0 new, 1 removed\n',
    );
    expect(JSON.parse(read('known.json')).findings).toEqual([
      expect.objectContaining({ cause: 'login-timeout', reason: 'see login-timeout' }),
    ]);
    expect(readdirSync(directory).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  test('is not written from a capture that could not be read to its end', () => {
    write('cut.pcap', FILES['late.pcap']!.slice(0, -5));
    expect(mywire('check --baseline known.json --update-baseline cut.pcap').status).toBe(2);
    expect(readdirSync(directory)).not.toContain('known.json');
  });

  test.each([
    ['--baseline none.json late.pcap', 'none.json: no such file; --update-baseline makes it'],
    ['--update-baseline late.pcap', '--update-baseline: which baseline? --baseline FILE names it'],
    [
      '--baseline k --update-baseline -c 0 late.pcap',
      '--update-baseline: not with --connection: the findings of all others would go',
    ],
    ['--baseline mywire.txt late.pcap', 'mywire.txt:2: unknown key "fndings" in a baseline; did'],
    ['--baseline no/where/b --update-baseline late.pcap', 'no/where/b: cannot write: ENOENT'],
  ])('that cannot be used ends with exit code 2: %s', (line, says) => {
    write('mywire.txt', '{"schema": "mywire/baseline/1",\n"fndings": []}');
    const { status, stderr } = mywire(`check ${line}`);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining(`mywire: ${says}`),
    });
  });
});

/** Recordings of what another one shows, too: `again-NAME`. */
const RECORDINGS = ['sequence', 'causes']
  .map((theme) => join(ROOT, 'fixtures', theme))
  .flatMap((theme) =>
    existsSync(theme) ? readdirSync(theme).map((name) => join(theme, name)) : [],
  );
const AGAIN = RECORDINGS.filter((path) => basename(path).startsWith('again-')).map((again) => {
  const first = RECORDINGS.find(
    (path) => basename(path) === basename(again).slice('again-'.length),
  );
  return [basename(again), first!, again] as const;
});

test.each(AGAIN)('%s has the fingerprints of the first recording', (_, first, again) => {
  const [before, after] = [first, again].map((path) => {
    const options = { packets: false, ports: [33061, 33062] };
    const { report } = analyze(readFileSync(join(path, 'capture.pcap')), options);
    return report.findings.map(({ fingerprint }) => fingerprint);
  });
  expect(after).toEqual(before);
  expect(after).not.toEqual([]);
});

describe('a configuration', () => {
  test('in the working directory is read, and the command line wins', () => {
    write('mywire.yaml', 'fail-on: never\nformat: json\nmax-findings: 0\n');
    const { status, stdout } = mywire('check late.pcap');
    expect(status).toBe(0);
    expect(rulesIn(stdout)).toEqual([]);
    expect(mywire('check --fail-on error late.pcap').status).toBe(1);
    expect(mywire('check --ndjson --max-findings 9 late.pcap').stdout).toMatch(/^\{"id":0,"rule":/);
    expect(mywire('--fail-on error check late.pcap').status).toBe(1);
    expect(mywire('check --no-config late.pcap')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^ERROR/),
    });
  });

  test('says how the verdict is written, not other views', () => {
    write('mywire.yaml', 'format: markdown\noutput: junit=mywire.xml\n');
    expect(mywire('check late.pcap').stdout).toMatch(/^## mywire/);
    expect(read('mywire.xml')).toContain('<testsuites');
    expect(mywire('packets clean.pcap')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('HandshakeV10'),
    });
  });

  test('may be named', () => {
    write('ci.json', '{"ignore": ["login-timeout"], "expect": "e.yaml"}');
    write('e.yaml', 'connections: 1\n');
    expect(mywire('check --config ci.json late.pcap').status).toBe(0);
  });

  test.each([
    ['fail_on: error\n', 'mywire.yaml:1: unknown key "fail_on" in the configuration; did you'],
    ['strict: true\nfail-on: fatal', 'mywire.yaml:2: "fail-on" is "fatal": Allowed choices are'],
  ])('that is wrong ends with exit code 2: %j', (text, says) => {
    write('mywire.yaml', text);
    const { status, stdout, stderr } = mywire('check clean.pcap');
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining(`mywire: ${says}`),
    });
  });

  test('is one, and is there where it is named', () => {
    expect(mywire('check --config no.yaml clean.pcap')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'mywire: no.yaml: no such file\n',
    });
    write('mywire.yaml', '');
    write('.mywire.json', '{}');
    expect(mywire('check clean.pcap').stderr).toBe(
      'mywire: mywire.yaml, .mywire.json: several configuration files: keep one\n',
    );
  });
});

describe('expectations', () => {
  test('that are not met are findings', () => {
    write('e.yaml', 'connections: 1\nno: com-query\nuser: app\n');
    const { status, stdout, stderr } = mywire('check --json --expect e.yaml clean.pcap');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout).check).toMatchObject([
      {
        rule: 'expectation',
        severity: 'error',
        connection: 0,
        frame: 7,
        message: 'Expected no: COM_QUERY; found 1',
        cause: { id: 'expectation', summary: expect.stringContaining('line 2 of e.yaml') },
      },
    ]);
    expect(mywire('queries --expect e.yaml clean.pcap').status).toBe(1);
    expect(mywire('check --expect e.yaml --ignore expectation clean.pcap').status).toBe(0);
  });

  test('that are met are none', () => {
    write('e.yaml', 'connections: 1\nqueries: {max: 1}\nerrors: []\nlogins: ok\nclosed: quit\n');
    for (const view of ['check', 'queries', 'packets']) {
      expect(mywire(`${view} --expect e.yaml clean.pcap`).status, view).toBe(0);
    }
  });

  test('never go into a baseline', () => {
    write('e.yaml', 'connections: 5\n');
    const line = 'check --expect e.yaml --baseline b.json --update-baseline late.pcap';
    expect(mywire(line).status).toBe(1);
    expect(JSON.parse(read('b.json')).findings).toHaveLength(1);
  });

  test('that make no sense end with exit code 2', () => {
    write('e.yaml', 'connections: 1\nqueris: 1\n');
    expect(mywire('check --expect e.yaml clean.pcap')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'mywire: e.yaml:2: unknown key "queris" in the expectations; did you mean "queries"?\n',
    });
  });
});
