import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { CliOptions } from '../src/cli/options.ts';
import { runView } from '../src/cli/run-view.ts';
import { readKeyLog } from '../src/io/read-key-log.ts';
import {
  FORMATS,
  type FormatName,
  VERDICT_VIEWS,
  VIEWS,
  type ViewName,
} from '../src/report/index.ts';
import { LISTENERS, saidOf } from './mysql/said.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const NAMES = ['capture.pcap', 'capture.pcapng', 'capture.pcap.gz'];

/** A larger one is read four ways instead of sixteen, which tell the others' faults, too, and take less time. */
const MAX_LISTENED_BYTES = 3000;
const FEW = [0, 1, 6, 15].map((bits) => LISTENERS[bits]!);

const fixtures = readdirSync(FIXTURES)
  .filter((theme) => theme !== 'record' && !theme.includes('.'))
  .flatMap((theme) => readdirSync(join(FIXTURES, theme)).map((name) => `${theme}/${name}`));

const captureOf = (name: string) =>
  NAMES.map((file) => join(FIXTURES, name, file)).find(existsSync)!;

describe('the same is said of every fixture, whoever listens', () => {
  test.each(fixtures)('%s', (name) => {
    const path = captureOf(name);
    const file = readFileSync(path);
    const bytes = new Uint8Array(path.endsWith('.gz') ? gunzipSync(file) : file);
    const keys = join(FIXTURES, name, 'keys.log');
    // Each reading adds the capture's own secrets to its log.
    const options = () => ({
      ports: [33_061],
      ...(existsSync(keys) && { keyLog: readKeyLog(keys) }),
    });
    const said = saidOf(bytes, { ...options(), ...LISTENERS[0]! });
    for (const listeners of bytes.length > MAX_LISTENED_BYTES ? FEW : LISTENERS) {
      expect(saidOf(bytes, { ...options(), ...listeners }), JSON.stringify(listeners)).toEqual(
        said,
      );
    }
  });
});

const scratch = mkdtempSync(join(tmpdir(), 'mywire-views-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** What the command line prints, and the exit code. */
async function run(view: ViewName, name: string, options: CliOptions) {
  const output = join(scratch, 'output');
  const complaints = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const all = { quiet: true, config: false, port: [33_061], output: [output], ...options } as const;
  const code = await runView(view, [captureOf(name)], all, { version: '0', homepage: null });
  complaints.mockRestore();
  return { code, text: readFileSync(output, 'utf8') };
}

/** A late ERR, one by two users, nothing wrong, and an error whose text another character set tells. */
const SHOWN = [
  'sequence/late-login-mysql',
  'sequence/never-resets',
  'login/plain',
  'charsets/mariadb',
];

/** One that listens to nothing, and two that listen to every command. */
const EXPECTATIONS = [
  'connections: { min: 0 }\n',
  'no: [COM_FIELD_LIST]\n',
  'commands: { min: 0 }\n',
];

const views = Object.keys(VIEWS) as ViewName[];
const formats = Object.keys(FORMATS) as FormatName[];
const pairs = views.flatMap((view) =>
  formats
    .filter((format) => FORMATS[format].isVerdict === undefined || VERDICT_VIEWS.includes(view))
    .map((format) => [view, format] as const),
);

describe.each(SHOWN)('%s', (name) => {
  test.each(pairs)('is shown by %s as %s', async (view, format) => {
    const { code, text } = await run(view, name, { format });
    const verdict = await run('check', name, { format: 'json' });
    expect(code).toBe(verdict.code);
    expect(text).not.toMatch(/\bundefined\b|\bNaN\b|\[object /);
    if (format === 'json') {
      const { findings } = JSON.parse(text);
      if (findings !== undefined) expect(findings).toEqual(JSON.parse(verdict.text).check);
    }
  });

  test.each(views)('has the same records in %s whatever is expected', async (view) => {
    const plain = await run(view, name, { format: 'json' });
    for (const [i, expectation] of EXPECTATIONS.entries()) {
      const path = join(scratch, `expect-${i}.yaml`);
      writeFileSync(path, expectation);
      expect(await run(view, name, { format: 'json', expect: path })).toEqual(plain);
    }
  });

  test('has the same findings with the rows and all of a table', async () => {
    const [some, all] = [
      await run('check', name, {}),
      await run('check', name, { all: true, rows: true }),
    ];
    expect(all).toEqual(some);
  });
});
