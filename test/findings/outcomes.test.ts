import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runView } from '../../src/cli/run-view.ts';
import type { CauseText } from '../../src/findings/cause.ts';
import { EXPLAINED } from '../../src/findings/read-message.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const CAPTURE = /^capture\.(pcap|pcapng|pcap\.gz)$/;

const scratch = mkdtempSync(join(tmpdir(), 'mywire-outcomes-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Told {
  readonly rule: string;
  readonly severity: string;
  readonly cause: { readonly id: string };
  readonly evidence: readonly { readonly frame: number }[];
}

async function check(folder: string, capture: string): Promise<Told[]> {
  const output = join(scratch, 'output');
  const keylog = join(folder, 'keys.log');
  const options = {
    ndjson: true,
    quiet: true,
    port: [33061],
    output: [output],
    ...(existsSync(keylog) && { keylog }),
  } as const;
  await runView('check', [capture], options, { version: '0', homepage: null });
  const lines = readFileSync(output, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line)).filter(({ cause }) => cause !== undefined);
}

test('rule and severity of every finding are ones that its page names, its proof is in the order of frames', async () => {
  const unnamed: string[] = [];
  const disordered: string[] = [];
  for (const theme of readdirSync(FIXTURES, { withFileTypes: true })) {
    if (!theme.isDirectory() || theme.name === 'record') continue;
    for (const name of readdirSync(join(FIXTURES, theme.name))) {
      const folder = join(FIXTURES, theme.name, name);
      const file = readdirSync(folder).find((one) => CAPTURE.test(one))!;
      for (const { rule, severity, cause, evidence } of await check(folder, join(folder, file))) {
        if (!names(cause.id, rule, severity)) {
          unnamed.push(`${cause.id}: ${rule}, ${severity} (${theme.name}/${name})`);
        }
        if (evidence.some(({ frame }, i) => i > 0 && frame < evidence[i - 1]!.frame)) {
          disordered.push(`${cause.id} (${theme.name}/${name})`);
        }
      }
    }
  }
  expect({ unnamed, disordered }).toEqual({ unnamed: [], disordered: [] });
}, 120_000);

function names(id: string, rule: string, severity: string): boolean {
  const cause: CauseText | undefined = EXPLAINED.find((one) => one.id === id);
  const outcomes = cause === undefined ? [] : [cause, ...(cause.also ?? [])];
  return outcomes.some((one) => one.rule === rule && one.severity === severity);
}
