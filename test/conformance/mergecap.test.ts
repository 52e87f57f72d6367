import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { CaptureReader } from '../../src/capture/reader.ts';
import { type Packet, type PcapFile, pcap } from '../build/capture.ts';

// These run bin/mywire.js as a user does, so they need `npm run build` first; `npm test` sees to it.

const ROOT = join(import.meta.dirname, '../..');
const SCRATCH = mkdtempSync(join(tmpdir(), 'mywire-mergecap-'));
afterAll(() => rmSync(SCRATCH, { recursive: true }));

const isMissing = spawnSync('mergecap', ['--version']).error !== undefined;
if (isMissing) process.stderr.write('mergecap: tests are skipped, it is not installed\n');

const RECORDINGS = ['login/plain', 'prepared/cursor', 'pipelining/mariadb-node'];
const FORMS: (PcapFile & { packed?: true })[] = [
  {},
  { order: 'big' },
  { nanoseconds: true },
  { order: 'big', nanoseconds: true, packed: true },
  { packed: true },
  {},
];

function framesOf(name: string): Packet[] {
  const frames: Packet[] = [];
  const reader = new CaptureReader(({ bytes, start, end, originalLength }) =>
    frames.push({ bytes: bytes.slice(start, end), originalLength }),
  );
  reader.push(readFileSync(join(ROOT, 'fixtures', name, 'capture.pcap')));
  return frames;
}

/**
 * Recordings as if they had been made at the same time, their frames dealt to two files each. No two
 * frames have the same time: there mywire does otherwise, because mergecap then turns their order round.
 */
function dealt(): string[] {
  const files: Packet[][] = FORMS.map(() => []);
  for (const [recording, name] of RECORDINGS.entries()) {
    for (const [i, frame] of framesOf(name).entries()) {
      const file = 2 * recording + (Math.floor(i / 3) % 2);
      const micros = i * 10 + recording;
      const fraction = FORMS[file]!.nanoseconds ? micros * 1000 + 7 : micros;
      files[file]!.push({ ...frame, seconds: 1_700_000_000, fraction });
    }
  }
  return files.map((packets, i) => {
    const path = join(SCRATCH, `part-${i}`);
    const bytes = pcap(FORMS[i]!, ...packets);
    writeFileSync(path, FORMS[i]!.packed ? gzipSync(bytes) : bytes);
    return path;
  });
}

function mywire(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'bin/mywire.js'), ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

describe.skipIf(isMissing)('several files are as what mergecap makes of them', () => {
  const paths = isMissing ? [] : dealt();
  const merged = join(SCRATCH, 'merged.pcapng');
  if (!isMissing) execFileSync('mergecap', ['-w', merged, ...paths]);

  test.each(['packets', 'queries', 'results', 'connections', 'check'])('%s', (view) => {
    const ours = mywire([view, '--ndjson', ...paths]);
    expect(ours).toEqual(mywire([view, '--ndjson', merged]));
    expect(mywire([view, '--ndjson', ...paths.toReversed()])).toEqual(ours);
    expect(ours.stdout === '').toBe(view === 'check');
  });
});
