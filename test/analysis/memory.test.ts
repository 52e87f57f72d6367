import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { announcement, holes, synFlood } from './hostile.ts';

const ROOT = join(import.meta.dirname, '../..');
const REPORTER = pathToFileURL(join(import.meta.dirname, 'report-memory.mjs')).href;

const MAX_RSS_KIB = 400 * 1024;

/** Lets mywire read a capture from a pipe; what it printed, and its peak memory. */
async function run(view: string, capture: Iterable<Uint8Array>) {
  const args = ['--import', REPORTER, join(ROOT, 'bin/mywire.js'), view, '-'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
  const [input, output, , memory] = child.stdio as unknown as [Writable, Readable, null, Readable];
  const said = text(output);
  const peak = text(memory);
  const closed = once(child, 'close');
  for (const chunk of capture) {
    if (!input.write(chunk)) await once(input, 'drain');
  }
  input.end();
  const [status] = await closed;
  return { status, said: await said, kibibytes: Number(await peak) };
}

const MILLION = 1_000_000;

const CASES: [what: string, capture: () => Iterable<Uint8Array>, says: RegExp][] = [
  [
    'a million SYNs',
    () => synFlood(MILLION, false),
    /0 of 1000000 TCP connections.*999000 connections more without a single byte, not listed/s,
  ],
  [
    'a million SYNs with their answers',
    () => synFlood(MILLION, true),
    /2000000 frames.*0 of 1000000 TCP connections/s,
  ],
  [
    '4 GiB of which every other segment is missing',
    () => holes(33_038, 65_000),
    /2147405000 bytes missing.*gaps declared because too much waited/s,
  ],
  ['a packet of 16 MiB that never comes', () => announcement(), /1 of 1 TCP connection/],
];

describe.each(CASES)('%s', (_, capture, says) => {
  test.each(['check', 'connections'])(
    '%s stays below 400 MiB, and ends',
    async (view) => {
      const { status, said, kibibytes } = await run(view, capture());
      expect(status).toBe(0);
      expect(said).toMatch(says);
      expect(kibibytes).toBeLessThan(MAX_RSS_KIB);
      expect(kibibytes).toBeGreaterThan(0);
    },
    120_000,
  );
});
