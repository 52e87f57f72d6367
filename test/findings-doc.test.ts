import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CauseText } from '../src/findings/cause.ts';
import { CAUSES } from '../src/findings/index.ts';
import { EXPLAINED } from '../src/findings/read-message.ts';
import { explainMarkdown } from '../src/report/explain-markdown.ts';

// The verdicts are those of bin/mywire.js, which needs `npm run build` first; `npm test` sees to it.

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'fixtures');
const CAPTURES = ['capture.pcap', 'capture.pcapng', 'capture.pcap.gz'];

/** `npm run golden` writes the page anew. */
test('docs/findings.md is what the causes make it', async () => {
  const page = explainMarkdown({ kind: 'all' });
  await expect(page).toMatchFileSnapshot(join(ROOT, 'docs/findings.md'));
});

/** Of causes that a capture cannot show, the fixture must have no finding. */
describe('a fixture has what it is to show, its twin has not', () => {
  test.each(EXPLAINED)('$id', (cause) => {
    expect(faultOf(cause)).toBeNull();
  });
});

function faultOf({ id, page }: CauseText): string | null {
  const { fixture, twin } = page;
  const missing = [fixture, twin].filter((name) => captureOf(name) === null);
  if (missing.length > 0) return `no fixture ${missing.join(', ')}`;
  const first = causesIn(fixture)[0] ?? null;
  const expected = CAUSES.some((cause) => cause.id === id) ? id : null;
  if (first !== expected) return `${fixture} shows ${first ?? 'nothing'}`;
  return causesIn(twin).includes(id) ? `${twin} has it, too` : null;
}

function captureOf(fixture: string): string | null {
  return CAPTURES.map((file) => join(FIXTURES, fixture, file)).find(existsSync) ?? null;
}

/** The causes of a fixture's findings, the gravest first. */
function causesIn(fixture: string): string[] {
  const keyLog = join(FIXTURES, fixture, 'keys.log');
  const options = existsSync(keyLog) ? ['--keylog', keyLog] : [];
  const run = spawnSync(
    process.execPath,
    [
      join(ROOT, 'bin/mywire.js'),
      'check',
      '--json',
      '-p',
      '33061',
      ...options,
      captureOf(fixture)!,
    ],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  const { check } = JSON.parse(run.stdout) as {
    check: { severity: string; cause: { id: string } }[];
  };
  const severities = ['error', 'warning', 'info'];
  return check
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
    .map(({ cause }) => cause.id);
}
