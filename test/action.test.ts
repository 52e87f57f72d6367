import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { C, capture, on, S } from './build/conversation.ts';
import { ok, ping } from './build/mysql.ts';
import { CONNECT } from './mysql/legal-scripts.ts';

// This runs the script of action.yml as GitHub's runner does, so it needs `npm run build` first.

const ROOT = join(import.meta.dirname, '..');
const text = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const action = parse(text) as {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: { id?: string; run?: string; env?: Record<string, string> }[] };
};
const step = action.runs.steps.find(({ id }) => id === 'check')!;

const directory = mkdtempSync(join(ROOT, 'node_modules/.mywire-action-'));
afterAll(() => rmSync(directory, { recursive: true }));

const CLEAN = capture([...CONNECT, C(0, ping), S(1, ok())]);
const WRONG = capture([...CONNECT, C(0, ping), S(7, ok())].map((step) => on(1, step)));

beforeEach(() => {
  rmSync(directory, { recursive: true });
  mkdirSync(join(directory, 'recorded/more'), { recursive: true });
  writeFileSync(join(directory, 'recorded/a b.pcap'), CLEAN);
  writeFileSync(join(directory, 'recorded/more/$(touch gotcha).pcap'), WRONG);
  writeFileSync(join(directory, 'output'), '');
});

function run(inputs: Record<string, string>) {
  const values: Record<string, string> = {
    'github.action_path': ROOT,
    ...Object.fromEntries(
      Object.entries(action.inputs).map(([name, { default: value = '' }]) => [
        `inputs.${name}`,
        inputs[name] ?? value,
      ]),
    ),
  };
  const env = Object.fromEntries(
    Object.entries(step.env!).map(([name, value]) => [
      name,
      value.replace(/\$\{\{ (\S+) \}\}/, (_, of: string) => values[of]!),
    ]),
  );
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run!],
    {
      cwd: directory,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        GITHUB_OUTPUT: join(directory, 'output'),
        GITHUB_STEP_SUMMARY: join(directory, 'summary'),
        ...env,
      },
    },
  );
  return { status, stdout, stderr, outputs: outputsIn(read('output')) };
}

const read = (name: string) => readFileSync(join(directory, name), 'utf8');

function outputsIn(file: string): Record<string, string> {
  const found = file.matchAll(/^(?:([\w-]+)=(.*)|([\w-]+)<<(\S+)\n([\s\S]*?)^\4)$/gm);
  return Object.fromEntries(
    [...found].map(([, short, value, long, , lines]) => [short ?? long!, value ?? lines!]),
  );
}

describe('the action', () => {
  test('names only what it has', () => {
    for (const [, name] of text.matchAll(/inputs\.([\w-]+)/g)) {
      expect(Object.keys(action.inputs)).toContain(name);
    }
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.check.outputs.${name} }}`);
      expect(step.run).toMatch(new RegExp(`\\b${name}(=|<<)`));
    }
  });

  test('fails for a fault, with annotations and a summary, and says what it read', () => {
    const ended = run({ capture: 'recorded/**/*.pcap' });
    expect(ended).toMatchObject({ status: 1, stderr: '' });
    expect(ended.stdout).toMatch(/^::error /m);
    expect(ended.outputs).toEqual({
      'exit-code': '1',
      captures: 'recorded/a b.pcap\nrecorded/more/$(touch gotcha).pcap\n',
      files: '',
    });
    expect(read('summary')).toContain('mywire: 1 error');
    expect(() => read('gotcha')).toThrow('no such file');
  });

  test('passes with what was asked for', () => {
    writeFileSync(join(directory, 'expect.yaml'), 'connections: 1\n');
    const ended = run({
      capture: 'recorded/a b.pcap',
      format: 'table',
      output: 'junit=my wire.xml\nsarif=mywire.sarif',
      expect: 'expect.yaml',
      'fail-on': 'info',
      args: '--strict\n--port\n3307',
    });
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('No findings.') });
    expect(ended.outputs).toEqual({
      'exit-code': '0',
      captures: 'recorded/a b.pcap\n',
      files: 'my wire.xml\nmywire.sarif\n',
    });
    expect(read('my wire.xml')).toContain('<testsuites');
  });

  test('names a pattern that matches nothing', () => {
    expect(run({ capture: 'recorded/*.pcapng' })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('recorded/*.pcapng: no such file'),
      outputs: { 'exit-code': '2' },
    });
  });
});
