import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { layoutFor } from '../src/cli/style.ts';
import { ascii, concat, hex, zeros } from './build/bytes.ts';
import { pcap, piecesOf } from './build/capture.ts';
import { after, C, capture, clientBytes, fin, on, S } from './build/conversation.ts';
import {
  AUTH_RESPONSE,
  authSwitch,
  CAN,
  err,
  greeting,
  login,
  ok,
  ping,
  query,
  quit,
  SCRAMBLE,
  SERVER_CAPABILITIES,
  sslRequest,
} from './build/mysql.ts';
import { CONNECT } from './mysql/legal-scripts.ts';

// These run bin/mywire.js as a user does, so they need `npm run build` first; `npm test` sees to it.

const ROOT = join(import.meta.dirname, '..');
const fixture = (name: string) => join(ROOT, 'fixtures', name, 'capture.pcap');

/** For files that tests make; inside the repository, and nobody commits it. */
const SCRATCH = mkdtempSync(join(ROOT, 'node_modules/.mywire-test-'));
afterAll(() => rmSync(SCRATCH, { recursive: true }));

let files = 0;
function file(content: Uint8Array | string): string {
  const path = join(SCRATCH, `file-${files++}`);
  writeFileSync(path, content);
  return path;
}

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

interface Surroundings {
  input?: Uint8Array;
  env?: Record<string, string>;
}

function mywire(args: readonly string[], { input, env = {} }: Surroundings = {}): Promise<Run> {
  return run(process.execPath, [join(ROOT, 'bin/mywire.js'), ...args], {
    ...(input && { input }),
    env,
  });
}

function run(command: string, args: readonly string[], { input, env }: Surroundings): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: SCRATCH, env: { PATH: process.env.PATH, ...env } });
    const out: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      const [stdout, stderr] = [out, errors].map((chunks) => Buffer.concat(chunks).toString());
      resolve({ status, stdout: stdout!, stderr: stderr! });
    });
    // Whoever refuses its input closes it early.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Captures by what the exit code should say of them. */
const CLEAN = capture([...CONNECT, C(0, query('select 1')), S(1, ok()), C(0, quit), fin('client')]);
const ERROR = capture([...CONNECT, C(0, ping), S(7, ok())]);
const WARNING = capture([
  ...CONNECT,
  after(28_800, S(0, err(4031, 'The client was disconnected by the server', 'HY000'))),
]);
const TLS = capture([
  S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.SSL })),
  C(1, sslRequest()),
  clientBytes(hex('16 0301 0001 00')),
]);
const NO_MYSQL = capture([clientBytes('GET / HTTP/1.1\r\n\r\n')], { port: 80 });
const HEADER_ONLY = pcap({});
const CUT = CLEAN.slice(0, -5);
const PNG = concat(hex('89504e47 0d0a1a0a 0000000d'), ascii('IHDR'), zeros(200));
const TCPDUMP_TEXT =
  '12:00:00.123456 IP 10.0.0.5.50000 > 10.0.0.9.3306: Flags [S], seq 1, length 0\n';

const VIEWS = ['summary', 'connections', 'packets', 'check'] as const;
const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
const viewArgs = (view: string) => (view === 'summary' ? [] : [view]);

describe.concurrent('help and version', () => {
  test.each(['--help', '-h', 'check --help', 'packets -h'])(
    '%s is printed on request',
    async (args) => {
      const { status, stdout, stderr } = await mywire(args.split(' '));
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: mywire/);
      expect(stdout).toContain('--port');
    },
  );

  test('names every view, every exit code and an example', async () => {
    const { stdout } = await mywire(['--help']);
    for (const said of ['connections', 'packets', 'check', '--fail-on', '--strict', 'tcpdump']) {
      expect(stdout).toContain(said);
    }
    for (const code of [0, 1, 2, 3]) expect(stdout).toMatch(new RegExp(`^  ${code}  \\w`, 'm'));
  });

  test.each(['--version', '-V'])('%s is that of the package', async (option) => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(await mywire([option])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe.concurrent('a wrong command line', () => {
  const WRONG: string[][] = [
    [],
    ['check'],
    ['--nonsense', 'f.pcap'],
    ['check', '--nonsense', 'f.pcap'],
    ['--format', 'xml', 'f.pcap'],
    ['--format'],
    ['--fail-on', 'everything', 'f.pcap'],
    ['--color', 'sometimes', 'f.pcap'],
    ['--connection', 'x', 'f.pcap'],
    ['--connection', '-1', 'f.pcap'],
    ['--connection', '1.5', 'f.pcap'],
    ['--connection', '', 'f.pcap'],
    ['--port', '0', 'f.pcap'],
    ['--port', '65536', 'f.pcap'],
    ['--port', '3306,,3307', 'f.pcap'],
    ['--port', '0x10', 'f.pcap'],
    ['connections', '--rows', 'f.pcap'],
  ];
  test.each(WRONG.map((args) => [args.join(' ') || '(nothing)', args] as const))(
    'ends with exit code 2 and says why: %s',
    async (_, args) => {
      const { status, stdout, stderr } = await mywire(args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(args.length === 0 ? /^Usage: mywire/ : /^error: .+\n.*mywire --help/s);
      expect(stderr).not.toMatch(/\n {4}at /);
    },
  );
});

describe.concurrent('a view that is mistyped', () => {
  test.each([
    [['pakets', 'f.pcap'], 'pakets: no such file, and no view; did you mean `packets`?'],
    [['conections'], 'conections: no such file, and no view; did you mean `connections`?'],
    [['--json', 'chekc', '-'], 'chekc: no such file, and no view; did you mean `check`?'],
    [['f.pcap', 'check'], 'check: no such file; a view stands before the files: mywire check FILE'],
  ])('is told from a file: %j', async (args, says) => {
    expect(await mywire(args)).toEqual({ status: 2, stdout: '', stderr: `mywire: ${says}\n` });
  });

  test('may be the name of a file', async () => {
    writeFileSync(join(SCRATCH, 'packet'), CLEAN);
    expect(await mywire(['packet'])).toMatchObject({ status: 0, stderr: '' });
  });
});

describe.concurrent('several files', () => {
  /** A session in three files, the second of them of another form. */
  const LONG = capture([
    ...CONNECT,
    ...Array(20)
      .fill([C(0, ping), S(1, ok())])
      .flat(),
    C(0, quit),
  ]);
  const [header, ...records] = piecesOf(LONG);
  const PARTS = [
    concat(header!, ...records.slice(0, 10)),
    new Uint8Array(gzipSync(concat(header!, ...records.slice(10, 11)))),
    concat(header!, ...records.slice(11)),
  ];

  test.each(VIEWS)('in any order are as the one that they were: %s', async (view) => {
    const [first, second, third] = PARTS.map(file);
    const args = [...viewArgs(view), '--ndjson'];
    const whole = await mywire([...args, '-'], { input: LONG });
    expect(await mywire([...args, first!, second!, third!])).toEqual(whole);
    expect(await mywire([...args, third!, first!, second!])).toEqual(whole);
    expect(await mywire([...args, third!, '-', second!], { input: PARTS[0]! })).toEqual(whole);
  });

  test('are counted', async () => {
    const { stdout } = await mywire(['check', '--json', ...PARTS.map(file), file(HEADER_ONLY)]);
    expect(JSON.parse(stdout).capture).toMatchObject({ files: 4, format: 'pcap', frames: 47 });
    const text = await mywire(['check', ...PARTS.map(file)]);
    expect(text.stdout).toContain('Capture: 3 files, pcap (Ethernet), 47 frames (47 TCP) in');
  });

  test('that cannot be read are named, and the others are read', async () => {
    const [first, second, third] = PARTS.map(file);
    const [cut, png, empty] = [file(CUT), file(PNG), file('')];
    const args = ['nosuchfile', png, third!, cut, second!, SCRATCH, first!, empty];
    const { status, stdout, stderr } = await mywire(['check', '--json', ...args]);
    expect(status).toBe(2);
    expect(JSON.parse(stdout).capture).toMatchObject({ files: 8, frames: 47 + 9 });
    expect(stderr.split('\n').map((line) => line.split(': ').slice(0, 3).join(': '))).toEqual([
      'mywire: nosuchfile: no such file',
      expect.stringContaining(`mywire: ${png}: not a pcap or pcapng capture but a PNG image`),
      `mywire: ${cut}: the file is cut off after frame 9`,
      `mywire: ${SCRATCH}: a directory, not a file`,
      `mywire: ${empty}: an empty file (0 bytes), not a capture`,
      '',
    ]);
  });

  test('of which none can be read print nothing', async () => {
    expect(await mywire(['nosuchfile', 'norsuchthat'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'mywire: nosuchfile: no such file\nmywire: norsuchthat: no such file\n',
    });
  });

  test('are named once each', async () => {
    const path = file(CLEAN);
    const link = `${path}-link`;
    symlinkSync(path, link);
    const twice = await mywire([path, file(ERROR), path]);
    expect(twice).toEqual({
      status: 2,
      stdout: '',
      stderr: `mywire: ${path}: given twice; name it once\n`,
    });
    const { status, stderr } = await mywire([path, link]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `mywire: ${link}: the same file as ${path}; name it once\n`,
    });
    expect((await mywire(['-', '-'], { input: CLEAN })).stderr).toContain('given twice');
  });

  test('are not written over', async () => {
    const [first, second] = [file(CLEAN), file(ERROR)];
    const { status, stderr } = await mywire(['-o', second, first, second]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `mywire: ${second}: is the capture itself; write to another file\n`,
    });
    expect(readFileSync(second)).toEqual(Buffer.from(ERROR));
  });

  test('that overlap are bounded in number', async () => {
    const paths = Array.from({ length: 66 }, () => file(CLEAN));
    const { status, stderr } = await mywire(['check', ...paths]);
    expect(status).toBe(2);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^mywire: \S+: not read: 64 other files .* `mergecap -w all.pcapng FILES`$/,
    );
  });
});

describe.concurrent('what cannot be read', () => {
  /** One line, which names the file and says what to do or what is wrong. */
  const UNREADABLE: [what: string, path: () => string, line: RegExp, status: number][] = [
    ['a missing file', () => 'nosuchfile', /^mywire: nosuchfile: no such file\n$/, 2],
    ['a directory', () => SCRATCH, /^mywire: \S+: a directory, not a file\n$/, 2],
    ['a PNG image', () => file(PNG), /^mywire: \S+: not a .*PNG image; .*tcpdump -w.*\n$/, 2],
    ['an empty file', () => file(''), /^mywire: \S+: an empty file .*\n$/, 2],
    ['the start of a header', () => file(HEADER_ONLY.slice(0, 10)), /^mywire: .*cut off.*\n$/, 2],
    ['tcpdump’s text', () => file(TCPDUMP_TEXT), /^mywire: .*tcpdump prints; .*tcpdump -w.*\n$/, 2],
    ['two bytes', () => file('ab'), /^mywire: \S+: not a pcap or pcapng capture .*\n$/, 2],
    ['a cut file', () => file(CUT), /^mywire: \S+: the file is cut off after frame \d+: .*\n$/, 2],
    [
      'a header alone',
      () => file(HEADER_ONLY),
      /^mywire: \S+: a capture with a header and .*\n$/,
      0,
    ],
    [
      'a cut gzip file',
      () => file(gzipSync(CLEAN).subarray(0, -20)),
      /^mywire: \S+: reading stopped after frame \d+: the gzip data is cut off or damaged .*\n$/,
      2,
    ],
    ['gzip of a PNG image', () => file(gzipSync(PNG)), /^mywire: \S+: not a .*PNG image.*\n$/, 2],
    [
      'a gzip header alone',
      () => file(hex('1f8b0800 00000000 0003')),
      /^mywire: \S+: the gzip data is cut off or damaged .*\n$/,
      2,
    ],
  ];

  test.each(UNREADABLE)('%s gives one line and its exit code', async (_, path, line, status) => {
    const made = path();
    const runs = await Promise.all([mywire([made]), mywire(['packets', '--json', made])]);
    for (const ended of runs) {
      expect(ended.stderr).toMatch(line);
      expect(ended.stderr.split('\n')).toHaveLength(2);
      expect(ended.status).toBe(status);
    }
    // Nothing, or a whole document.
    if (runs[1].stdout !== '') JSON.parse(runs[1].stdout);
  });

  test('a cut file is read as far as it goes', async () => {
    const { stdout } = await mywire(['packets', '--ndjson', file(CUT)]);
    expect(stdout.trimEnd().split('\n')).toHaveLength(6);
  });

  test('stdin is called by its name', async () => {
    const { status, stderr } = await mywire(['-'], { input: new Uint8Array(0) });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'mywire: standard input: an empty file (0 bytes), not a capture\n',
    });
  });

  test.each(['no\u001b[31msuch', 'no\nsuch', 'no\u202esuch', `${'x'.repeat(300)}\u001b[31m`])(
    'controls in a file’s name do not reach the terminal: %j',
    async (name) => {
      for (const path of [name, join(ROOT, 'package.json', name)]) {
        const { status, stderr } = await mywire([path]);
        expect(status).toBe(2);
        expect(stderr).toMatch(/^mywire: [^\0-\x1f\x7f-\x9f\u202e]*\n$/);
      }
    },
  );

  test('--quiet leaves out the note, not the error', async () => {
    expect((await mywire(['-q', file(HEADER_ONLY)])).stderr).toBe('');
    expect((await mywire(['-q', 'nosuchfile'])).stderr).not.toBe('');
  });
});

describe.concurrent('the exit code', () => {
  const CODES: [what: string, bytes: Uint8Array, args: string[], status: number][] = [
    ['a clean capture', CLEAN, [], 0],
    ['a clean capture', CLEAN, ['--strict'], 0],
    ['a clean capture', CLEAN, ['--fail-on', 'info'], 0],
    ['an error', ERROR, [], 1],
    ['an error', ERROR, ['--fail-on', 'warning'], 1],
    ['an error', ERROR, ['--fail-on', 'never'], 0],
    ['an error', ERROR, ['--strict'], 1],
    ['a connection that is not there', ERROR, ['--connection', '1'], 2],
    ['a warning', WARNING, [], 0],
    ['a warning', WARNING, ['--fail-on', 'error'], 0],
    ['a warning', WARNING, ['--fail-on', 'warning'], 1],
    ['a warning', WARNING, ['--fail-on', 'info'], 1],
    ['nothing but TLS', TLS, [], 0],
    ['nothing but TLS', TLS, ['--strict'], 3],
    ['no MySQL', NO_MYSQL, [], 0],
    ['no MySQL', NO_MYSQL, ['--strict'], 3],
    ['a header alone', HEADER_ONLY, ['--strict'], 3],
    ['a cut capture', CUT, [], 2],
    ['a cut capture', CUT, ['--strict'], 2],
    ['a cut capture with an error', concat(ERROR, zeros(3)), ['--fail-on', 'never'], 2],
  ];
  test.each(
    CODES.map(
      ([what, bytes, args, status]) => [what, args.join(' '), status, bytes, args] as const,
    ),
  )('of %s with "%s" is %i', async (_what, _args, status, bytes, args) => {
    // Findings decide about it in every view, whether it shows them or not.
    const view = args.length === 1 ? 'packets' : 'check';
    expect((await mywire([view, ...args, '-'], { input: bytes })).status).toBe(status);
  });

  test.each([
    ['capture/frame-missing', 3],
    ['capture/snaplen-96', 3],
    ['login/plain', 0],
    ['sequence/late-login-mysql', 1],
    ['capture/cut-off', 2],
  ])('of %s with --strict is %i', async (name, status) => {
    expect((await mywire(['check', '--strict', fixture(name)])).status).toBe(status);
  });
});

describe.concurrent('--strict', () => {
  const WHY: [what: string, bytes: Uint8Array, why: string][] = [
    ['nothing but TLS', TLS, 'all MySQL went on in TLS, not decrypted'],
    ['no MySQL', NO_MYSQL, 'no MySQL was found'],
  ];
  test.each(WHY)('says why of %s, in one line that --quiet leaves out', async (_, input, why) => {
    const { status, stderr } = await mywire(['check', '--strict', '-'], { input });
    expect(status).toBe(3);
    expect(stderr).toBe(
      `mywire: standard input: the capture cannot support a clean verdict: ${why}\n`,
    );
    const quiet = await mywire(['check', '--strict', '--quiet', '-'], { input });
    expect({ status: quiet.status, stderr: quiet.stderr }).toEqual({ status: 3, stderr: '' });
  });

  test('says nothing of a sound capture', async () => {
    const { status, stderr } = await mywire(['check', '--strict', '-'], { input: CLEAN });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe.concurrent('options', () => {
  test('may stand before or behind the view', async () => {
    const path = file(ERROR);
    const runs = await Promise.all([
      mywire(['check', path, '--json', '--fail-on', 'never']),
      mywire(['--json', '--fail-on', 'never', 'check', path]),
      mywire(['--json', 'check', '--fail-on', 'never', path]),
      mywire(['check', '--format', 'json', path, '--fail-on=never']),
      mywire(['-f', 'json', '--fail-on', 'never', 'check', path]),
    ]);
    for (const ended of runs) expect(ended).toEqual(runs[0]);
    expect(runs[0]!.status).toBe(0);
    expect(JSON.parse(runs[0]!.stdout).schema).toBe('mywire/check/1');
  });

  test('--connection picks connections', async () => {
    const bytes = capture([0, 1, 2].flatMap((number) => CONNECT.map((step) => on(number, step))));
    const connectionsOf = async (...args: string[]) => {
      const { stdout } = await mywire(['packets', '--ndjson', ...args, '-'], { input: bytes });
      const lines = stdout.split('\n').filter(Boolean);
      return [...new Set(lines.map((line) => JSON.parse(line).connection))];
    };
    expect(await connectionsOf()).toEqual([0, 1, 2]);
    expect(await connectionsOf('-c', '1')).toEqual([1]);
    expect(await connectionsOf('--connection', '0,2')).toEqual([0, 2]);
    expect(await connectionsOf('-c', '0', '-c', '1')).toEqual([0, 1]);
    expect(await connectionsOf('-c', '9')).toEqual([]);
  });

  test('--port names servers of other protocols, too', async () => {
    const bytes = capture([S(0, ascii('never a greeting'))], { port: 8080 });
    const findings = async (...args: string[]) =>
      (await mywire(['check', '--ndjson', ...args, '-'], { input: bytes })).stdout.split('\n')
        .length - 1;
    expect(await findings()).toBe(0);
    expect(await findings('--port', '8080')).toBe(1);
    expect(await findings('--port', '1,8080')).toBe(1);
  });

  test('--rows shows values', async () => {
    const rows = async (...args: string[]) => {
      const { stdout } = await mywire(['packets', '--ndjson', ...args, fixture('login/plain')]);
      const packets = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      return packets.filter(({ type }) => type === 'TextRow').map(({ fields }) => fields);
    };
    expect((await rows()).every((fields) => Object.keys(fields).length === 0)).toBe(true);
    expect((await rows('--rows')).some(({ values }) => values.includes(null))).toBe(true);
  });

  const KEY_LINE = `CLIENT_RANDOM ${'0a'.repeat(32)} ${'0b'.repeat(48)}\n`;

  test('--keylog may be given for every view', async () => {
    const args = ['--keylog', file(KEY_LINE), file(TLS)];
    for (const view of VIEWS) {
      const { status, stderr } = await mywire([...viewArgs(view), ...args]);
      expect({ status, stderr }, view).toEqual({ status: 0, stderr: '' });
    }
  });

  test.each([
    ['that is missing', () => 'nosuchfile', 'nosuchfile: no such file'],
    ['that is a directory', () => SCRATCH, 'a directory, not a file'],
    [
      'without a key',
      () => file('# nothing\n'),
      'no key log: it has no line such as CLIENT_RANDOM',
    ],
  ])('a --keylog %s is one line and exit code 2', async (_, path, says) => {
    const { status, stdout, stderr } = await mywire(['--keylog', path(), file(TLS)]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^mywire: .*\n$/);
    expect(stderr).toContain(says);
  });

  test('-o does not write over the key log', async () => {
    const keyLog = file(KEY_LINE);
    const { status, stderr } = await mywire(['--keylog', keyLog, '-o', keyLog, file(TLS)]);
    expect(status).toBe(2);
    expect(stderr).toContain('is the key log; write to another file');
    expect(readFileSync(keyLog, 'utf8')).toBe(KEY_LINE);
  });

  test('-o writes what stdout would have had, and nothing to stdout', async () => {
    const path = file(ERROR);
    for (const args of [['check'], ['packets', '--json'], ['connections', '--ndjson']]) {
      const target = join(SCRATCH, `output-${args.join('')}`);
      const [plain, written] = [
        await mywire([...args, path]),
        await mywire([...args, '-o', target, path]),
      ];
      expect(written).toEqual({ ...plain, stdout: '' });
      expect(readFileSync(target, 'utf8')).toBe(plain.stdout);
    }
  });

  test('-o into nowhere is one line and exit code 2', async () => {
    const { status, stdout, stderr } = await mywire(['-o', join(SCRATCH, 'no/where'), file(CLEAN)]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^mywire: .*cannot write.*\n$/);
  });

  test('-o leaves a file as it was when there is nothing to write', async () => {
    for (const input of ['nosuchfile', file(PNG)]) {
      const target = file('yesterday');
      expect((await mywire(['-o', target, input])).status).toBe(2);
      expect(readFileSync(target, 'utf8')).toBe('yesterday');
    }
  });

  test('-o does not write over the capture that is read', async () => {
    const path = file(CLEAN);
    const { status, stderr } = await mywire(['-o', path, path]);
    expect(readFileSync(path)).toEqual(Buffer.from(CLEAN));
    expect(status).toBe(2);
    expect(stderr).toMatch(/^mywire: .+\n$/);
  });

  const COLOURS: [args: string[], env: Record<string, string>, coloured: boolean][] = [
    [[], {}, false],
    [['--color', 'always'], {}, true],
    [['--color', 'always'], { NO_COLOR: '1' }, true],
    [['--color', 'never'], { FORCE_COLOR: '1' }, false],
    [['--color', 'auto'], { FORCE_COLOR: '1' }, true],
    [[], { FORCE_COLOR: '1' }, true],
    [[], { FORCE_COLOR: '0' }, false],
    [[], { NO_COLOR: '1' }, false],
    [[], { NO_COLOR: '', FORCE_COLOR: '' }, false],
  ];
  test.each(COLOURS)('%j with %j decide about colours', async (args, env, coloured) => {
    const { stdout } = await mywire(['check', ...args, '-'], { input: ERROR, env });
    expect(stdout.includes('\u001b[')).toBe(coloured);
  });

  test('--color always leaves JSON as it is', async () => {
    const { stdout } = await mywire(['check', '--json', '--color', 'always', '-'], {
      input: ERROR,
    });
    expect(stdout).not.toContain('\u001b');
  });
});

describe('a terminal', () => {
  const terminal = { isTTY: true, columns: 100 };
  const LAYOUTS: [
    what: string,
    args: Parameters<typeof layoutFor>,
    coloured: boolean,
    width: number | null,
  ][] = [
    ['of 100 columns', [undefined, false, {}, terminal], true, 100],
    ['of unknown width', [undefined, false, {}, { isTTY: true }], true, 80],
    ['that is dumb', [undefined, false, { TERM: 'dumb' }, terminal], false, 100],
    ['under NO_COLOR', [undefined, false, { NO_COLOR: '1' }, terminal], false, 100],
    ['under an empty NO_COLOR', [undefined, false, { NO_COLOR: '' }, terminal], true, 100],
    ['with --color never', ['never', false, {}, terminal], false, 100],
    ['that a file is written beside', [undefined, true, {}, terminal], false, null],
    ['that is none', [undefined, false, {}, {}], false, null],
    ['that is none, with --color always', ['always', false, {}, {}], true, null],
  ];
  test.each(LAYOUTS)('%s', async (_, args, coloured, width) => {
    const layout = await layoutFor(...args);
    expect(layout.style.bold('x').includes('\u001b')).toBe(coloured);
    expect(layout.width).toBe(width);
  });
});

describe.concurrent('the output', () => {
  const NAMES = ['login/plain', 'sequence/late-login-mysql', 'prepared/cursor'];

  test.each(
    VIEWS.flatMap((view, i) =>
      FORMATS.map((format, j) => [view, format, NAMES[(i + j) % 3]!] as const),
    ),
  )('of %s as %s is the same from a path, stdin and gzip: %s', async (view, format, name) => {
    const path = fixture(name);
    const bytes = readFileSync(path);
    const args = [...viewArgs(view), '--format', format];
    const half = bytes.length >> 1;
    const members = concat(gzipSync(bytes.subarray(0, half)), gzipSync(bytes.subarray(half)));
    const runs = await Promise.all([
      mywire([...args, path]),
      mywire([...args, '-'], { input: bytes }),
      mywire([...args, file(gzipSync(bytes))]),
      mywire([...args, '-'], { input: members }),
    ]);
    for (const ended of runs) expect(ended).toEqual(runs[0]);
    expect(runs[0].stderr).toBe('');
    expect(runs[0].stdout === '').toBe(
      view === 'check' && format === 'ndjson' && runs[0].status === 0,
    );
  });

  test('of two runs is the same', async () => {
    const path = fixture('pipelining/mariadb-node');
    expect(await mywire([path])).toEqual(await mywire([path]));
  });

  test.each(VIEWS)('of %s has the same records as JSON and as NDJSON', async (view) => {
    for (const name of ['login/mysql9', 'sequence/wrong-number']) {
      const args = [...viewArgs(view), fixture(name)];
      const [json, ndjson] = await Promise.all([
        mywire([...args, '--json']),
        mywire([...args, '--ndjson']),
      ]);
      const document = JSON.parse(json.stdout);
      expect(document.schema).toBe(`mywire/${view}/1`);
      // What connections name by their ids stands once.
      const findings = view === 'summary' || view === 'connections' ? ['findings'] : [];
      expect(Object.keys(document)).toEqual(['schema', view, ...findings, 'capture']);
      const lines = ndjson.stdout.split('\n').slice(0, -1);
      expect(document[view]).toEqual(lines.map((line) => JSON.parse(line)));
    }
  });

  test('ends quietly when its reader goes away', async () => {
    const many = Array.from({ length: 3000 }, () => [C(0, query('select 1')), S(1, ok())]).flat();
    const path = file(capture([...CONNECT, ...many]));
    const bin = join(ROOT, 'bin/mywire.js');
    const pipeline = '{ "$0" "$1" packets --ndjson "$2"; echo "exit $?" >&2; } | head -1';
    const ended = await run('sh', ['-c', pipeline, process.execPath, bin, path], {});
    expect(ended.stderr).toBe('exit 0\n');
    expect(JSON.parse(ended.stdout).type).toBe('HandshakeV10');
  });

  test('of a pipe that brings its bytes one by one is the same', async () => {
    const bin = join(ROOT, 'bin/mywire.js');
    const slow = 'dd bs=1 2>/dev/null < "$2" | "$0" "$1" packets --ndjson -';
    const path = file(CLEAN);
    const [drip, whole] = await Promise.all([
      run('sh', ['-c', slow, process.execPath, bin, path], {}),
      mywire(['packets', '--ndjson', path]),
    ]);
    expect(drip).toEqual(whole);
  });

  test('of a compressed fixture of 16 MiB packets is whole', async () => {
    const path = `${fixture('results/16mib')}.gz`;
    const input = gunzipSync(readFileSync(path));
    const [packed, unpacked] = await Promise.all([
      mywire(['connections', '--json', path]),
      mywire(['connections', '--json', '-'], { input }),
    ]);
    expect(packed).toEqual(unpacked);
    expect(JSON.parse(packed.stdout).connections[0]).toMatchObject({ login: 'ok', findings: [] });
  });
});

describe.concurrent('credentials', () => {
  /** Everything that mywire says of a capture, rows and all. */
  async function everything(path: string): Promise<string> {
    const views = [[], ['--json'], ['packets', '--rows'], ['packets', '--rows', '--ndjson']];
    const runs = await Promise.all(views.map((args) => mywire([...args, path])));
    return runs.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  }

  /** Bytes in the ways in which an output might show them. */
  const shapes = (bytes: Uint8Array) => {
    const buffer = Buffer.from(bytes);
    return [
      buffer.toString('latin1'),
      buffer.toString('utf8'),
      buffer.toString('hex'),
      buffer.toString('base64').replace(/=+$/, ''),
      JSON.stringify(buffer.toString('latin1')).slice(1, -1),
    ];
  };

  const PLUGINS = ['mysql_native_password\0', 'caching_sha2_password\0'];

  /** The second part of every scramble: what stands before the plugin's name in the greeting. */
  function scrambles(bytes: Buffer): Buffer[] {
    return PLUGINS.flatMap((plugin) => {
      const at = bytes.indexOf(plugin, 0, 'latin1');
      return at < 13 ? [] : [bytes.subarray(at - 13, at - 1)];
    });
  }

  test.each([
    'login/plain',
    'login/failed',
    'login/mysql9',
    'compressed/zlib',
    'sequence/late-login-mysql',
  ])('of %s are in no output', async (name) => {
    const bytes = readFileSync(fixture(name));
    const said = await everything(fixture(name));
    const found = scrambles(bytes);
    expect(found.length).toBeGreaterThan(0);
    for (const secret of found) {
      for (const shape of shapes(secret)) expect(said).not.toContain(shape);
    }
    for (const password of ['not-a-secret', 'wrong-password']) {
      expect(said).not.toContain(password);
    }
  });

  test('of a connection that shows all of them are in no output', async () => {
    const path = file(
      capture([
        S(0, greeting()),
        C(1, login()),
        S(2, authSwitch('mysql_clear_password')),
        C(3, concat(ascii('cleartext-hunter2'), zeros(1))),
        S(4, ok()),
        C(0, query("create user u identified by 'hunter2'")),
        S(1, err(1396, "Operation CREATE USER failed for 'u'@'%'")),
        C(0, query("set password = 'hunter2'")),
        S(1, ok()),
        C(0, query("select password('hunter2')")),
        S(5, ok()),
      ]),
    );
    const said = await everything(path);
    for (const secret of [...SCRAMBLE.map(ascii), AUTH_RESPONSE, ascii('hunter2')]) {
      for (const shape of shapes(secret)) expect(said).not.toContain(shape);
    }
  });
});

test('an older Node is told of in one sentence', async () => {
  // Loaded before, it says that it is another version.
  const older = join(SCRATCH, 'older.cjs');
  writeFileSync(
    older,
    "Object.defineProperty(process, 'versions', { value: { node: '16.20.2' } });",
  );
  const { status, stdout, stderr } = await run(
    process.execPath,
    ['--require', older, join(ROOT, 'bin/mywire.js'), '--version'],
    {},
  );
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^mywire: needs Node 20 or newer; this is Node 16\.20\.2 \(.+\)\n$/);
});

test('controls in the name of a file reach no terminal', async () => {
  const path = join(SCRATCH, 'a\x1b[31m\u202eb\n.pcap');
  writeFileSync(path, readFileSync(fixture('sequence/late-login-mysql')).subarray(0, -3));
  for (const format of ['table', 'json', 'ndjson', 'csv', 'sarif', 'junit', 'markdown', 'github']) {
    const { stdout, stderr } = await mywire(['check', '--format', format, path]);
    expect(stdout + stderr, format).not.toMatch(/\x1b|\u202e/);
    expect(stderr, format).toMatch(
      /^mywire: .*a\\x1b\[31m\\u\{202e\}b\\n\.pcap: the file is cut off/m,
    );
  }
  const missing = await mywire([`${path}x`]);
  expect(missing.stderr).toMatch(/^mywire: .*\\x1b.*: no such file\n$/);
});
