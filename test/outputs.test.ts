import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { captureNames } from '../src/cli/capture-names.ts';
import { targetsOf } from '../src/cli/outputs.ts';

// These run bin/mywire.js as a user does, so they need `npm run build` first; `npm test` sees to it.

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'fixtures');
const MYWIRE = join(ROOT, 'bin/mywire.js');
const LATE = join(FIXTURES, 'sequence/late-login-mysql/capture.pcap');
const CLEAN = join(FIXTURES, 'login/plain/capture.pcap');

/** For files that tests make; inside the repository, and nobody commits it. */
const SCRATCH = mkdtempSync(join(ROOT, 'node_modules/.mywire-test-'));
afterAll(() => rmSync(SCRATCH, { recursive: true }));

let files = 0;
const target = (content?: string): string => {
  const path = join(SCRATCH, `output-${files++}`);
  if (content !== undefined) writeFileSync(path, content);
  return path;
};
const read = (path: string) => readFileSync(path, 'utf8');

function mywire(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MYWIRE, ...args], {
    cwd: SCRATCH,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env,
  });
  return { status, stdout, stderr };
}

describe('what is written where', () => {
  const stdout = { path: null, appends: false };
  const file = (path: string) => ({ path, appends: false });

  test.each([
    ['nothing said', {}, [{ format: 'table', ...stdout }]],
    ['a format', { format: 'csv' }, [{ format: 'csv', ...stdout }]],
    ['a file', { output: ['a'] }, [{ format: 'table', ...file('a') }]],
    ['a format and a file', { json: true, output: ['a'] }, [{ format: 'json', ...file('a') }]],
    [
      'a file with its format',
      { output: ['junit=a.xml'] },
      [
        { format: 'table', ...stdout },
        { format: 'junit', ...file('a.xml') },
      ],
    ],
    [
      'several',
      { format: 'ndjson', output: ['junit=a.xml', 'sarif=b', 'c.json'] },
      [
        { format: 'junit', ...file('a.xml') },
        { format: 'sarif', ...file('b') },
        { format: 'ndjson', ...file('c.json') },
      ],
    ],
    ['a file with =', { output: ['a=b'] }, [{ format: 'table', ...file('a=b') }]],
    ['a file that begins with =', { output: ['=b'] }, [{ format: 'table', ...file('=b') }]],
    ['no property', { output: ['toString=b'] }, [{ format: 'table', ...file('toString=b') }]],
  ] as const)('%s', (_, options, targets) => {
    expect(targetsOf(options, {})).toEqual(targets);
  });

  test('GitHub has a job summary beside annotations, if it says where', () => {
    const env = { GITHUB_STEP_SUMMARY: '/summary' };
    expect(targetsOf({ format: 'github' }, env)).toEqual([
      { format: 'github', ...stdout },
      { format: 'markdown', path: '/summary', appends: true },
    ]);
    expect(targetsOf({ format: 'github' }, {})).toHaveLength(1);
    expect(targetsOf({ format: 'json' }, env)).toHaveLength(1);
  });
});

test.each([
  ['in the working directory', 'a.pcap', 'a.pcap'],
  ['below it', './a b/c#1?.pcap', 'a%20b/c%231%3F.pcap'],
  ['below it, by its whole path', join(process.cwd(), 'a.pcap'), 'a.pcap'],
  ['with a colon', 'a:b.pcap', 'a%3Ab.pcap'],
  ['elsewhere', '/captures/a b.pcap', 'file:///captures/a%20b.pcap'],
  ['that is standard input', '-', 'stdin'],
])('a capture %s has a URI', (_, path, uri) => {
  expect(captureNames([path])[0]!.uri).toBe(uri);
});

describe('several outputs', () => {
  test('hold what each would hold alone, and standard output has its own', () => {
    const formats = ['json', 'ndjson', 'csv', 'sarif', 'junit', 'github', 'markdown', 'table'];
    const paths = formats.map(() => target());
    const outputs = formats.flatMap((format, i) => ['-o', `${format}=${paths[i]}`]);
    const all = mywire(['check', ...outputs, LATE]);
    expect(all).toEqual(mywire(['check', LATE]));
    for (const [i, format] of formats.entries()) {
      expect(read(paths[i]!), format).toBe(mywire(['check', '-f', format, LATE]).stdout);
    }
  });

  test('of a view that streams', () => {
    const [json, csv] = [target(), target()];
    const { status, stdout } = mywire(['packets', '-o', `csv=${csv}`, '-o', json, '--json', CLEAN]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(read(json)).toBe(mywire(['packets', '--json', CLEAN]).stdout);
    expect(read(csv)).toBe(mywire(['packets', '-f', 'csv', CLEAN]).stdout);
  });

  test('are written to the end when nobody reads standard output any more', async () => {
    const path = target();
    const args = [MYWIRE, 'packets', '--ndjson', '-o', `csv=${path}`, LATE];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status).toBe(1);
    expect(read(path)).toBe(mywire(['packets', '-f', 'csv', LATE]).stdout);
  });

  test('leave their files alone when there is nothing to write', () => {
    const path = target('yesterday');
    expect(mywire(['check', '-o', `junit=${path}`, 'nosuchfile']).status).toBe(2);
    expect(read(path)).toBe('yesterday');
  });

  test('that cannot be written are named', () => {
    const path = join(SCRATCH, 'no/where');
    const { status, stderr } = mywire(['check', '-o', `junit=${path}`, '-o', target(), CLEAN]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^mywire: .*no\/where: cannot write.*\n$/);
  });

  test('append the job summary to what is there', () => {
    const path = target('before\n');
    const { stdout } = mywire(['check', '-f', 'github', LATE], { GITHUB_STEP_SUMMARY: path });
    expect(stdout).toMatch(/^::error /);
    expect(read(path)).toBe(`before\n${mywire(['check', '-f', 'markdown', LATE]).stdout}`);
  });
});

describe('a mistake', () => {
  function mistake(args: readonly string[]): string {
    const { status, stdout, stderr } = mywire(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^mywire: .*\n$/);
    return stderr;
  }

  test.each(
    ['sarif', 'junit', 'github', 'markdown'].flatMap((format) =>
      ['packets', 'queries', 'results', 'connections'].map((view) => [view, format] as const),
    ),
  )('is to ask for %s as %s', (view, format) => {
    expect(mistake([view, '-f', format, CLEAN])).toContain('mywire check');
    expect(mistake([view, '-o', `${format}=${target()}`, CLEAN])).toContain('mywire check');
  });

  test('is an output without a file', () => {
    expect(mistake(['check', '-o', 'junit=', CLEAN])).toContain('names no file');
  });

  test('is to write over the capture, whatever its name', () => {
    const [capture, link, symlink] = [target(read(CLEAN)), target(), target()];
    linkSync(capture, link);
    symlinkSync(capture, symlink);
    for (const path of [capture, link, symlink]) {
      expect(mistake(['check', '-o', `sarif=${path}`, capture])).toContain('is the capture itself');
    }
  });

  test('is to name a file for two outputs', () => {
    const [there, missing] = [target('x'), target()];
    for (const path of [there, missing, `${SCRATCH}/./${missing.slice(SCRATCH.length)}`]) {
      const args = ['-o', `sarif=${path}`, '-o', `junit=${path.replace('/./', '/')}`];
      expect(mistake(['check', ...args, CLEAN])).toContain('is named for two outputs');
    }
    const link = target();
    symlinkSync(there, link);
    expect(mistake(['check', '-o', `sarif=${there}`, '-o', link, CLEAN])).toContain('two outputs');
    expect(read(there)).toBe('x');
    expect(existsSync(missing)).toBe(false);
  });
});

describe('every fixture that has findings', () => {
  const schemas = join(ROOT, 'test/schema');
  const sarif = JSON.parse(read(join(schemas, 'sarif-2.1.0.json')));
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(sarif);
  const xsd = read(join(schemas, 'junit-10.xsd'));

  const names = readdirSync(FIXTURES)
    .filter((theme) => theme !== 'record' && !theme.includes('.'))
    .flatMap((theme) => readdirSync(join(FIXTURES, theme)).map((name) => join(theme, name)))
    .filter((name) =>
      /^(ERROR|WARNING|INFO) /m.test(read(join(FIXTURES, name, 'expected/summary.txt'))),
    );

  test.each(names)('%s', async (name) => {
    const capture = readdirSync(join(FIXTURES, name)).find((file) => file.startsWith('capture.'))!;
    const [json, junit] = [target(), target()];
    const { stdout } = mywire([
      ...['check', '--port', '33061', '-f', 'sarif', '-o', `junit=${junit}`, '-o', `json=${json}`],
      join(FIXTURES, name, capture),
    ]);
    const findings = JSON.parse(read(json)).check as { cause: { id: string }; severity: string }[];
    const document = JSON.parse(stdout);
    validate(document);
    expect(validate.errors).toBeNull();
    const [{ results, tool }] = document.runs;
    expect(results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(
      findings.map(({ cause }) => cause.id),
    );
    for (const { ruleId, ruleIndex } of results) {
      expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    }
    const xml = read(junit);
    const linted = await validateXML({
      xml: [{ fileName: 'a.xml', contents: xml }],
      schema: [xsd],
    });
    expect(linted.errors).toEqual([]);
    const errors = findings.filter(({ severity }) => severity === 'error');
    const failed = new Set(errors.map(({ cause }) => cause.id)).size;
    expect(xml).toContain(` failures="${failed}" `);
  });
});
