import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { decodeBaseline } from '../src/cli/baseline.ts';
import { decodeConfig } from '../src/cli/config.ts';
import { addOptions } from '../src/cli/options.ts';
import { Expectations } from '../src/expect/index.ts';
import { parseWritten } from '../src/io/read-written.ts';

const doc = readFileSync(join(import.meta.dirname, '../docs/ci.md'), 'utf8');
const sections = new Map(doc.split(/^## /m).map((text) => [text.split('\n')[0]!, text]));

/** The block of a section, by its language. */
function block(title: string, language: string): string {
  const section = [...sections].find(([heading]) => heading.startsWith(title))![1];
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(section)![1]!;
}

test('the baseline is one', async () => {
  expect(decodeBaseline(await parseWritten(block('Known findings', 'json')))).toHaveLength(1);
});

test('the configuration is one', async () => {
  const { options } = addOptions(new Command());
  const config = decodeConfig(await parseWritten(block('Options in a file', 'yaml')), options);
  expect(config).toMatchObject({ failOn: 'warning', port: [3306, 3307] });
});

test('the expectations are some, and every key of them is described', async () => {
  const title = 'What the traffic must be like';
  const written = await parseWritten(block(title, 'yaml'));
  expect(() => new Expectations('f', written)).not.toThrow();
  const section = [...sections].find(([heading]) => heading.startsWith(title))![1];
  const described = [...section.matchAll(/^\| (`.*?) +\|/gm)]
    .flatMap(([, cell]) => cell!.split(', '))
    .map((name) => name.replaceAll('`', ''));
  const all = {
    kind: 'mapping',
    line: 1,
    entries: [{ key: '?', line: 1, value: written }],
  } as const;
  const known = await Promise.resolve()
    .then(() => new Expectations('f', all))
    .catch((fault) => fault.unknown.known);
  expect(described.sort()).toEqual(known.toSorted());
});

test.each(['GitHub Actions', 'GitLab CI'])('what is for %s is YAML', (title) => {
  expect(Object.keys(parse(block(title, 'yaml')))).toHaveLength(1);
});
