import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { CliOptions } from '../src/cli/options.ts';
import { runView } from '../src/cli/run-view.ts';
import type { ViewName } from '../src/report/index.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'fixtures');
const NAMES = ['capture.pcap', 'capture.pcapng', 'capture.pcap.gz'];

/** What a user has to say beside the file's name. */
const OPTIONS: readonly [name: RegExp, options: CliOptions][] = [
  [/^(sequence\/not-mysql|causes\/(http|ssh|smtp|redis)-server-.*)$/, { port: [33061] }],
];

/** Themes whose captures are about what is found: what else they show, others show, too. */
const VERDICTS = new Set(['causes']);

/** Above this many packets the list is a table, a line each, without their fields. */
const MAX_FULL_PACKETS = 120;

const cases = readdirSync(FIXTURES)
  .filter((theme) => theme !== 'record' && !theme.includes('.'))
  .flatMap((theme) => readdirSync(join(FIXTURES, theme)).map((name) => `${theme}/${name}`))
  .map((name) => ({
    name,
    capture: NAMES.map((file) => join(FIXTURES, name, file)).find(existsSync)!,
  }));

function optionsOf(name: string): CliOptions {
  const keyLog = join(FIXTURES, name, 'keys.log');
  return existsSync(keyLog)
    ? { keylog: keyLog }
    : (OPTIONS.find(([names]) => names.test(name))?.[1] ?? {});
}

const scratch = mkdtempSync(join(tmpdir(), 'mywire-fixtures-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** What the command line prints, without a process of its own for each of a thousand runs. */
async function mywire(
  view: ViewName,
  capture: string,
  name: string,
  options: CliOptions = {},
): Promise<string> {
  const output = join(scratch, 'output');
  const complaints = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const all = { ...optionsOf(name), ...options, output: [output] };
  const code = await runView(view, [capture], all, { version: '0', homepage: null });
  const stderr = complaints.mock.calls.map(([text]) => text).join('');
  complaints.mockRestore();
  const said = stderr === '' ? '' : `stderr: ${stderr}`;
  return `${readFileSync(output, 'utf8')}${said}exit ${code}\n`.replaceAll(ROOT, '');
}

/**
 * What mywire says of every recorded capture. `npm run golden` writes the expected files anew: read the
 * difference before you commit it.
 */
describe.each(cases)('$name', ({ name, capture }) => {
  const expected = (file: string) => join(FIXTURES, name, 'expected', file);

  test('the summary', async () => {
    await expect(await mywire('summary', capture, name)).toMatchFileSnapshot(
      expected('summary.txt'),
    );
  });

  test('the packets', async () => {
    const full = await mywire('packets', capture, name, { ndjson: true });
    const isShort = full.split('\n').length <= MAX_FULL_PACKETS && !name.endsWith('16mib');
    const text = isShort ? full : cutLines(await mywire('packets', capture, name));
    await expect(text).toMatchFileSnapshot(expected('packets.txt'));
  });

  if (VERDICTS.has(name.split('/')[0]!)) return;

  test('the connections', async () => {
    const text = await mywire('connections', capture, name, { json: true });
    await expect(text).toMatchFileSnapshot(expected('connections.txt'));
  });

  test('the queries', async () => {
    const text = await mywire('queries', capture, name, { ndjson: true });
    await expect(cutLines(text)).toMatchFileSnapshot(expected('queries.txt'));
  });

  test('the results', async () => {
    const text = await mywire('results', capture, name, { ndjson: true });
    await expect(cutLines(text)).toMatchFileSnapshot(expected('results.txt'));
  });
});

/** Statements and rows of 16 MiB are not what a golden file is for. */
function cutLines(text: string): string {
  return text.replaceAll(/^(.{4000}).+$/gm, '$1 …');
}
