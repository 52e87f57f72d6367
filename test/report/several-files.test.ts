import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CliOptions } from '../../src/cli/options.ts';
import { runView } from '../../src/cli/run-view.ts';

/** Its greeting is in frame 4, the ERR in frame 6, the login in frame 10. */
const CAPTURE = join(import.meta.dirname, '../../fixtures/sequence/late-login-mysql/capture.pcap');
const HEADER = 24;
const RECORD = 16;
/** Frames of the first file. */
const CUT = 5;

const scratch = mkdtempSync(join(tmpdir(), 'mywire-several-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const files = ['a.pcap', 'b.pcap'].map((name) => join(scratch, name));

beforeAll(() => {
  const bytes = readFileSync(CAPTURE);
  let at = HEADER;
  for (let frame = 0; frame < CUT; frame++) at += RECORD + bytes.readUInt32LE(at + 8);
  writeFileSync(files[0]!, bytes.subarray(0, at));
  writeFileSync(files[1]!, Buffer.concat([bytes.subarray(0, HEADER), bytes.subarray(at)]));
});

async function check(options: CliOptions): Promise<string> {
  const output = join(scratch, 'output');
  await runView('check', files, { ...options, output: [output] }, { version: '0', homepage: null });
  return readFileSync(output, 'utf8');
}

test('a frame is named by its number in all of them, and by its file and its number there', async () => {
  const record = JSON.parse((await check({ ndjson: true })).split('\n')[0]!);
  const [, file] = files;
  expect(record).toMatchObject({ frame: 6, file, frameInFile: 1 });
  expect(
    record.evidence.map(({ frame, file, frameInFile }: typeof record) => [
      frame,
      file,
      frameInFile,
    ]),
  ).toEqual([
    [4, files[0], 4],
    [6, file, 1],
    [8, file, 3],
    [10, file, 5],
  ]);
});

test('in tables by the last part of its name', async () => {
  const text = await check({});
  expect(text).toContain('frame 6 (b.pcap 1) from');
  expect(text).toMatch(/^ {4}frame {2}4 \(a\.pcap 4\) {2}the server greets/m);
  expect(text).toMatch(/^ {4}frame 10 \(b\.pcap 5\) {2}only now/m);
});

test('in SARIF its file is its place', async () => {
  const { runs } = JSON.parse(await check({ format: 'sarif' }));
  const [{ locations, codeFlows }] = runs[0].results;
  const indexOf = (at: { physicalLocation: { artifactLocation: { index: number } } }) =>
    at.physicalLocation.artifactLocation.index;
  expect(locations.map(indexOf)).toEqual([1]);
  const [{ threadFlows }] = codeFlows;
  expect(threadFlows[0].locations.map((at: { location: never }) => indexOf(at.location))).toEqual([
    0, 1, 1, 1,
  ]);
});
