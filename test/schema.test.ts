import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SCHEMAS = join(ROOT, 'docs/schema');

/** One capture of each theme and all of the broken ones: between them they have every kind of record. */
const captures = readdirSync(join(ROOT, 'fixtures'))
  .filter((theme) => theme !== 'record' && !theme.includes('.'))
  .flatMap((theme) => {
    const cases = readdirSync(join(ROOT, 'fixtures', theme)).sort();
    return (theme === 'sequence' ? cases : cases.slice(-1)).map((name) => join(theme, name));
  })
  .flatMap((name) =>
    readdirSync(join(ROOT, 'fixtures', name))
      .filter((file) => /\.pcap(ng)?$/.test(file))
      .map((file) => join(ROOT, 'fixtures', name, file)),
  );

const ajv = new Ajv2020({ allowUnionTypes: true, strictTypes: false });

describe.each(readdirSync(SCHEMAS))('%s', (file) => {
  const schema = JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8'));
  const view = file.replace('.json', '');
  const validate = ajv.compile(schema);

  test('every fixture gives a document that it describes', () => {
    for (const capture of captures) {
      const args = [...(view === 'summary' ? [] : [view]), '--json', '--port', '33061', capture];
      const { stdout } = spawnSync(process.execPath, [join(ROOT, 'bin/mywire.js'), ...args], {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      });
      validate(JSON.parse(stdout));
      expect(validate.errors, capture).toBeNull();
    }
  });
});
