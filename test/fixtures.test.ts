import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'fixtures');
const NAMES = ['capture.pcap', 'capture.pcapng', 'capture.pcap.gz'];

/** What a user has to say beside the file's name. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'sequence/not-mysql': ['--port', '33061'],
};

/** Above this many packets the list is a table, a line each, without their fields. */
const MAX_FULL_PACKETS = 120;

const cases = readdirSync(FIXTURES)
  .filter((theme) => theme !== 'record' && !theme.includes('.'))
  .flatMap((theme) => readdirSync(join(FIXTURES, theme)).map((name) => `${theme}/${name}`))
  .map((name) => ({
    name,
    capture: NAMES.map((file) => join(FIXTURES, name, file)).find(existsSync)!,
  }));

function optionsOf(name: string): readonly string[] {
  const keyLog = join(FIXTURES, name, 'keys.log');
  return existsSync(keyLog) ? ['--keylog', keyLog] : (OPTIONS[name] ?? []);
}

function mywire(view: string[], capture: string, name: string): string {
  const run = spawnSync(
    process.execPath,
    [join(ROOT, 'bin/mywire.js'), ...view, ...optionsOf(name), capture],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const stderr = run.stderr.replaceAll(ROOT, '');
  return `${run.stdout}${stderr === '' ? '' : `stderr: ${stderr}`}exit ${run.status}\n`;
}

/**
 * What mywire says of every recorded capture. `npm run golden` writes the expected files anew: read the
 * difference before you commit it.
 */
describe.each(cases)('$name', ({ name, capture }) => {
  const expected = (file: string) => join(FIXTURES, name, 'expected', file);

  test('the summary', async () => {
    await expect(mywire([], capture, name)).toMatchFileSnapshot(expected('summary.txt'));
  });

  test('the connections', async () => {
    const text = mywire(['connections', '--json'], capture, name);
    await expect(text).toMatchFileSnapshot(expected('connections.txt'));
  });

  test('the packets', async () => {
    const full = mywire(['packets', '--ndjson'], capture, name);
    const isShort = full.split('\n').length <= MAX_FULL_PACKETS && !name.endsWith('16mib');
    const text = isShort ? full : cutLines(mywire(['packets'], capture, name));
    await expect(text).toMatchFileSnapshot(expected('packets.txt'));
  });

  test('the queries', async () => {
    const text = mywire(['queries', '--ndjson'], capture, name);
    await expect(cutLines(text)).toMatchFileSnapshot(expected('queries.txt'));
  });

  test('the results', async () => {
    const text = mywire(['results', '--ndjson'], capture, name);
    await expect(cutLines(text)).toMatchFileSnapshot(expected('results.txt'));
  });
});

/** Statements and rows of 16 MiB are not what a golden file is for. */
function cutLines(text: string): string {
  return text.replaceAll(/^(.{4000}).+$/gm, '$1 …');
}
