import { spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { createGzip, gzipSync, constants as zlib } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { u8 } from './build/bytes.ts';
import { piecesOf } from './build/capture.ts';
import { C, capture, fin, S } from './build/conversation.ts';
import { LiveRun } from './build/live.ts';
import { column, eof, ok, ping, query, quit, textRow } from './build/mysql.ts';
import { CONNECT } from './mysql/legal-scripts.ts';

// These run bin/mywire.js as a user does, so they need `npm run build` first; `npm test` sees to it.

const SCRATCH = mkdtempSync(join(import.meta.dirname, '../node_modules/.mywire-live-'));
afterAll(() => rmSync(SCRATCH, { recursive: true }));

const SELECT = [C(0, query('select 1')), S(1, u8(1)), S(2, column()), S(3, eof())];
const ROWS = [S(4, textRow('1')), S(5, eof())];
const SESSION = capture([
  ...CONNECT,
  C(0, ping),
  S(1, ok()),
  ...SELECT,
  ...ROWS,
  C(0, quit),
  fin('client'),
]);
/** The handshake's. */
const TCP_FRAMES = 3;

/** By view, the step (a frame each) with which each of its records is complete. */
const COMPLETE = {
  packets: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  queries: [5, 11, 12],
  results: [11],
};
type Streaming = keyof typeof COMPLETE;

/** Writes the session frame by frame, each when what the one before made complete has been printed. */
async function feed(run: LiveRun, input: Writable, view: Streaming, title: 0 | 1): Promise<void> {
  for (const [frame, piece] of piecesOf(SESSION).entries()) {
    input.write(piece);
    const records = COMPLETE[view].filter((step) => step + TCP_FRAMES <= frame).length;
    if (records > 0) expect(await run.lines(records + title)).toHaveLength(records + title);
  }
  input.end();
}

describe.concurrent('each record is shown when it is complete', () => {
  test.each<Streaming>(['packets', 'queries', 'results'])('%s, as NDJSON', async (view) => {
    const run = new LiveRun([view, '--ndjson', '-']);
    await feed(run, run.stdin, view, 0);
    const { status, stderr, stdout } = await run.ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(COMPLETE[view].length);
  });

  test.each<Streaming>(['packets', 'queries'])('%s, as a table', async (view) => {
    const run = new LiveRun([view, '-']);
    await feed(run, run.stdin, view, 1);
    expect(await run.ended).toMatchObject({ status: 0, stderr: '' });
  });

  test('from /dev/stdin', async () => {
    const run = new LiveRun(['packets', '--ndjson', '/dev/stdin']);
    await feed(run, run.stdin, 'packets', 0);
    expect(await run.ended).toMatchObject({ status: 0, stderr: '' });
  });

  test('from a named pipe', async () => {
    const path = join(SCRATCH, 'fifo');
    spawnSync('mkfifo', [path]);
    const run = new LiveRun(['packets', '--ndjson', path]);
    await feed(run, createWriteStream(path), 'packets', 0);
    expect(await run.ended).toMatchObject({ status: 0, stderr: '' });
  });

  test('from a gzip that is flushed behind each frame', async () => {
    const run = new LiveRun(['packets', '--ndjson', '-']);
    const gzip = createGzip({ flush: zlib.Z_SYNC_FLUSH });
    gzip.pipe(run.stdin);
    await feed(run, gzip, 'packets', 0);
    expect(await run.ended).toMatchObject({ status: 0, stderr: '' });
  });

  test('beside a file of before', async () => {
    const path = join(SCRATCH, 'before.pcap');
    const before = piecesOf(SESSION).slice(0, 6);
    writeFileSync(path, Buffer.concat(before));
    const run = new LiveRun(['packets', '--ndjson', path, '-']);
    const [header, ...records] = piecesOf(SESSION);
    run.stdin.write(header!);
    for (const [i, record] of records.slice(5).entries()) {
      run.stdin.write(record);
      // A file's first record waits for the second's header, whose place tells the kind of pcap.
      if (i === 0) continue;
      expect(await run.lines(Math.min(i + 3, 12))).toHaveLength(Math.min(i + 3, 12));
    }
    run.stdin.end();
    const { status, stdout } = await run.ended;
    expect(status).toBe(0);
    const frames = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).frame);
    expect(frames).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });
});

describe.concurrent('Ctrl-C', () => {
  const FRAMES = piecesOf(SESSION);
  /** Up to the row of the result set, and some of the next frame. */
  const CUT = [...FRAMES.slice(0, TCP_FRAMES + 11), FRAMES[TCP_FRAMES + 11]!.subarray(0, 30)];

  /** A run that has shown something of what it was given, and waits for more. */
  async function started(args: readonly string[], parts: readonly Uint8Array[], lines: number) {
    const run = new LiveRun(args);
    for (const part of parts) run.stdin.write(part);
    await run.lines(lines);
    return run;
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('ends NDJSON by %s, with a summary', async (signal) => {
    const run = await started(['packets', '--ndjson', '-'], CUT, 10);
    run.kill(signal);
    const { status, stdout, stderr } = await run.ended;
    expect(status).toBe(0);
    const packets = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(packets.map(({ frame }) => frame)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(stderr).toMatch(/^Capture: pcap \(Ethernet\), 13 frames .*\nMySQL: 1 of 1 TCP/);
  });

  test('leaves a whole JSON document', async () => {
    const run = await started(['queries', '--json', '-'], CUT, 1);
    run.kill('SIGINT');
    const { status, stdout } = await run.ended;
    const { queries, capture } = JSON.parse(stdout);
    expect({ status, frames: capture.frames }).toEqual({ status: 0, frames: 13 });
    expect(queries.map(({ complete }: { complete: boolean }) => complete)).toEqual([true, false]);
  });

  test('says nothing beside the records with --quiet', async () => {
    const run = await started(['packets', '--ndjson', '-q', '-'], CUT, 10);
    run.kill('SIGINT');
    expect(await run.ended).toMatchObject({ status: 0, stderr: '' });
  });

  test('waits for what the writer of a pipe still has', async () => {
    const broken = piecesOf(capture([...CONNECT, C(0, ping), S(7, ok())]));
    const run = await started(['packets', '--ndjson', '-'], broken.slice(0, 8), 4);
    run.kill('SIGINT');
    run.stdin.end(broken[8]);
    const { status, stdout } = await run.ended;
    expect(stdout.trimEnd().split('\n')).toHaveLength(5);
    // As of any capture: the finding decides.
    expect(status).toBe(1);
  });

  test('a second time does not wait', async () => {
    const run = await started(['packets', '--ndjson', '-'], CUT, 10);
    run.kill('SIGINT');
    run.kill('SIGTERM');
    const { status, stdout } = await run.ended;
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(10);
  });

  test('cuts a gzip, which is no fault of it', async () => {
    const run = new LiveRun(['packets', '--ndjson', '-']);
    const gzip = createGzip({ flush: zlib.Z_SYNC_FLUSH });
    gzip.pipe(run.stdin);
    for (const part of CUT) gzip.write(part);
    await run.lines(10);
    run.kill('SIGINT');
    const { status, stderr } = await run.ended;
    expect(status).toBe(0);
    expect(stderr).toMatch(/^Capture: .*\nMySQL: .*\nQuality: nothing missing\n$/);
  });

  test('ends all of several files', async () => {
    const path = join(SCRATCH, 'beside.pcap');
    writeFileSync(path, SESSION);
    const run = await started(['packets', '--ndjson', '-', path], CUT, 1);
    run.kill('SIGINT');
    const { status, stderr } = await run.ended;
    expect(status).toBe(0);
    expect(stderr).toContain('Capture: 2 files, pcap');
  });
});

describe.concurrent('Ctrl-C while a file is read', () => {
  const [header, ...frames] = piecesOf(SESSION);
  /** Much more than pipes and buffers hold of what is told of them. */
  const PINGS = 20_000;
  const LONG = capture([
    ...CONNECT,
    ...Array(PINGS)
      .fill([C(0, ping), S(1, ok())])
      .flat(),
  ]);
  const path = join(SCRATCH, 'long.pcap');
  writeFileSync(path, LONG);
  writeFileSync(`${path}.gz`, gzipSync(LONG, { level: 0 }));

  /** A run that waits for whoever takes what it prints when the signal comes. */
  async function interrupted(args: readonly string[], signal: NodeJS.Signals = 'SIGINT') {
    const run = new LiveRun(args);
    await run.lines(1);
    run.read(false);
    run.kill(signal);
    run.read(true);
    return run.ended;
  }

  test.each([
    ['SIGINT', path, 130],
    ['SIGTERM', path, 143],
    ['SIGINT', `${path}.gz`, 130],
  ] as const)('%s: %s', async (signal, file, code) => {
    const { status, stdout, stderr } = await interrupted(['packets', '--json', file], signal);
    const { capture } = JSON.parse(stdout);
    const told = `reading stopped after frame ${capture.frames}: interrupted by ${signal}`;
    expect(capture.frames).toBeLessThan(2 * PINGS);
    expect(capture.faults).toEqual([{ file, message: told, offset: null, frames: capture.frames }]);
    expect(status).toBe(code);
    expect(stderr).toContain(`mywire: ${file}: ${told}\n`);
    expect(stderr).toContain(`Limits: ${told}`);
  });

  test('writes no baseline', async () => {
    const baseline = join(SCRATCH, 'baseline.json');
    const { status, stderr } = await interrupted([
      ...['packets', '--ndjson', '--baseline', baseline, '--update-baseline', path],
    ]);
    expect(status).toBe(130);
    expect(stderr).toContain('baseline.json: not written: not all was read');
    expect(existsSync(baseline)).toBe(false);
  });

  test('beside a pipe', async () => {
    const run = new LiveRun(['packets', '--ndjson', '-', path]);
    for (const piece of [header!, ...frames.slice(0, 5)]) run.stdin.write(piece);
    await run.lines(1);
    run.kill('SIGINT');
    const { status, stderr } = await run.ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(/^mywire: .*long\.pcap: .*interrupted by SIGINT$/m);
  });
});
