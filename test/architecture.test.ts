import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

/** Data flows down this list, and imports only point up it: each part may use what stands before it. */
const ORDER = [
  'bytes',
  'written',
  'protocols',
  'capture',
  'link',
  'ip',
  'tunnel',
  'tcp',
  'tls',
  'mysql',
  'findings',
  'analysis',
  'report',
  'expect',
  'io',
  'cli',
  'cli.ts',
];

/** Parts that do no I/O and know nothing of Node. */
const CORE = ORDER.slice(0, ORDER.indexOf('io'));

/** Parts that another may not use although they stand before it: siblings, not layers. */
const FORBIDDEN: [from: string, to: string][] = [
  ['link', 'capture'],
  ['ip', 'capture'],
  ['ip', 'link'],
  ['tunnel', 'capture'],
  ['tcp', 'link'],
  ['tcp', 'tunnel'],
  ['tls', 'link'],
  ['tls', 'ip'],
  ['mysql', 'link'],
  ['mysql', 'ip'],
  ['mysql', 'tunnel'],
  ['io', 'mysql'],
  ['io', 'tcp'],
  ['io', 'report'],
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
);

const imports = files.flatMap((file) => {
  const source = readFileSync(join(SRC, file), 'utf8');
  const found = source.matchAll(
    /^(?:import|export)\b[^;']*?\bfrom '([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map(([, from, dynamic]) => ({ file, target: from ?? dynamic! }));
});

const partOf = (path: string) => path.split('/')[0]!;

test('every part of src stands in the order', () => {
  expect([...new Set(files.map(partOf))].sort()).toEqual([...ORDER].sort());
});

test('imports only point to the same part or to one before it', () => {
  const wrong = imports
    .filter(({ target }) => target.startsWith('.'))
    .map(({ file, target }) => ({ file, to: relative(SRC, join(SRC, dirname(file), target)) }))
    .filter(({ file, to }) => {
      const [from, into] = [partOf(file), partOf(to)];
      const isBackward = ORDER.indexOf(into) > ORDER.indexOf(from);
      return isBackward || FORBIDDEN.some(([a, b]) => a === from && b === into);
    });
  expect(wrong).toEqual([]);
});

test('the core imports neither Node nor anything that reads or writes', () => {
  const outside = imports.filter(
    ({ file, target }) => CORE.includes(partOf(file)) && !target.startsWith('.'),
  );
  expect(new Set(outside.map(({ file, target }) => `${file} ${target}`))).toEqual(
    new Set(['report/table.ts get-east-asian-width', 'report/table.ts cli-table3']),
  );
});
