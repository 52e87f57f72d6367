import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

// These run bin/mywire.js as a reader does, so they need `npm run build` first; `npm test` sees to it.

const ROOT = join(import.meta.dirname, '..');
const MYWIRE = join(ROOT, 'bin/mywire.js');

/** The fixtures that the documents' captures are. */
const CAPTURES: Readonly<Record<string, string>> = {
  'late-login.pcap': 'fixtures/sequence/late-login-mysql/capture.pcap',
  'hole.pcap': 'fixtures/capture/frame-missing/capture.pcap',
};

interface Example {
  readonly document: string;
  readonly command: string;
  /** With "…" for lines that are left out. */
  readonly printed: readonly string[];
}

/** The blocks of a document that begin with a command and show what it prints. */
function examplesIn(document: string): Example[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(/^```\w*\n\$ mywire (.*)\n([\s\S]*?)^```$/gm)].map(
    ([, command, printed]) => ({
      document,
      command: command!,
      printed: printed!.trimEnd().split('\n'),
    }),
  );
}

function wordsOf(command: string): string[] {
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare!,
  );
  return words.map((word) => CAPTURES[word] ?? word);
}

/** The first line of an example that is not printed where it stands; null where all are. */
function firstWrong(printed: readonly string[], lines: readonly string[]): string | null {
  let at = 0;
  let isFree = false;
  for (const line of printed) {
    if (line.trim() === '…') {
      isFree = true;
      continue;
    }
    const found = isFree ? lines.indexOf(line, at) : lines[at] === line ? at : -1;
    if (found < 0) return line;
    at = found + 1;
    isFree = false;
  }
  return isFree || lines.slice(at).join('') === '' ? null : lines[at]!;
}

const documents = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
const examples = documents.filter((name) => name.endsWith('.md')).flatMap(examplesIn);

test('there are some, and their captures are there', () => {
  expect(examples.length).toBeGreaterThanOrEqual(3);
  for (const path of Object.values(CAPTURES)) expect(existsSync(join(ROOT, path))).toBe(true);
});

describe('what the documents show is what is printed', () => {
  test.each(examples)('$document: mywire $command', ({ command, printed }) => {
    const { stdout } = spawnSync(process.execPath, [MYWIRE, ...wordsOf(command)], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(firstWrong(printed, stdout.split('\n'))).toBeNull();
  });
});
