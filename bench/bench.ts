/**
 * Compares `mywire check` with tcpdump and tshark over one large capture, and writes RESULTS.md.
 *
 *   npm run bench -- [--capture FILE] [--port N] [--runs N] [--date YYYY-MM-DD]
 *
 * Without --capture it records one (see record.sh; root, once) and keeps it in bench/.cache.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Measurement, measure, versionOf } from './measure.ts';
import { repeatCapture } from './repeat.ts';
import { limitsOf, megabytes, type Report, type Row, render } from './results.ts';

const BENCH = fileURLToPath(new URL('.', import.meta.url));
const MYWIRE = fileURLToPath(new URL('../bin/mywire.js', import.meta.url));
const CACHE = join(BENCH, '.cache');
/** record.sh's server port. */
const DEFAULT_PORT = 33071;
/** How many times longer the capture is that shows whether memory grows. */
const LONGER = 4;
/** tshark takes long enough to be steady. */
const SLOW_RUNS = 2;

/** Findings (status 1) are an answer, not a failure. */
const MYWIRE_STATUSES = [0, 1];

interface Options {
  capture: string;
  port: number;
  runs: number;
  date: string;
}

/** What a reader has to know to judge the numbers. */
interface Circumstances extends Options {
  frames: number | null;
  /** Load average before the first run. */
  load: number;
}

interface Contestant {
  name: string;
  command: string[];
  capture: string;
  runs: number;
  goodStatuses: number[];
  skipped: string | null;
}

/** The capture LONGER times, or why there is none. */
interface LongCapture {
  path: string;
  /** Frames in one copy, so in the original; null when there is no copy. */
  frames: number | null;
  skipped: string | null;
}

function main(): void {
  const options = readOptions();
  if (!existsSync(MYWIRE)) throw new Error(`${MYWIRE} does not exist yet`);
  provideCapture(options.capture);
  const long = makeLongCapture(options);
  try {
    compare(options, long);
  } finally {
    rmSync(long.path, { force: true });
  }
}

function compare(options: Options, long: LongCapture): void {
  const contestants = makeContestants(options, long);
  const load = loadavg()[0] ?? 0;
  warmUp(options.capture);
  const rows = runAlternating(Object.values(contestants), options.runs);
  const text = render(makeReport(contestants, rows, { ...options, frames: long.frames, load }));
  writeFileSync(join(BENCH, 'RESULTS.md'), text);
  process.stdout.write(text);
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      capture: { type: 'string', default: join(CACHE, 'big.pcap') },
      port: { type: 'string', default: String(DEFAULT_PORT) },
      runs: { type: 'string', default: '5' },
      date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    },
  });
  const { capture, date } = values;
  return {
    capture,
    date,
    port: toCount('--port', values.port),
    runs: toCount('--runs', values.runs),
  };
}

function toCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`${option}: not a count: ${text}`);
  return count;
}

/** Records the default capture when it is missing. One that was named must exist. */
function provideCapture(capture: string): void {
  if (existsSync(capture)) return;
  if (capture !== join(CACHE, 'big.pcap')) throw new Error(`${capture} does not exist`);
  log(`recording ${capture}`);
  mkdirSync(CACHE, { recursive: true });
  const { status } = spawnSync(join(BENCH, 'record.sh'), [capture], { stdio: 'inherit' });
  if (status === 0) return;
  throw new Error('no capture: run bench/record.sh as root once, or name one with --capture');
}

/** Made anew each time: a few seconds, and never of another capture with the same name. */
function makeLongCapture({ capture, port }: Options): LongCapture {
  mkdirSync(CACHE, { recursive: true });
  const path = join(CACHE, 'long.pcap');
  log(`writing ${path}, ${LONGER} times ${capture}`);
  try {
    const frames = repeatCapture(capture, path, LONGER, port);
    return { path, frames, skipped: null };
  } catch (error) {
    return { path, frames: null, skipped: `cannot be repeated: ${(error as Error).message}` };
  }
}

function makeContestants({ capture, port, runs }: Options, long: LongCapture) {
  const check = (file: string) => [process.execPath, MYWIRE, 'check', file];
  const tshark = ['tshark', '-r', capture, '-d', `tcp.port==${port},mysql`];
  const slow = Math.min(runs, SLOW_RUNS);
  const base = { capture, runs, goodStatuses: [0] };
  return {
    cat: { ...base, name: '`cat` (floor)', command: ['cat', capture], skipped: null },
    mywire: {
      ...base,
      name: '`mywire check`',
      command: check(capture),
      goodStatuses: MYWIRE_STATUSES,
      skipped: null,
    },
    tcpdump: {
      ...base,
      name: '`tcpdump -w /dev/null tcp`',
      command: ['tcpdump', '-r', capture, '-w', '/dev/null', 'tcp'],
      skipped: unlessInstalled('tcpdump'),
    },
    mywireLong: {
      name: `\`mywire check\`, capture ${LONGER} times as long`,
      command: check(long.path),
      capture: long.path,
      runs: slow,
      goodStatuses: MYWIRE_STATUSES,
      skipped: long.skipped,
    },
    expert: {
      ...base,
      name: '`tshark -q -z expert`',
      command: [...tshark, '-q', '-z', 'expert'],
      runs: slow,
      skipped: unlessInstalled('tshark'),
    },
    fields: {
      ...base,
      name: '`tshark -Y mysql -T fields -e mysql.query`',
      command: [...tshark, '-Y', 'mysql', '-T', 'fields', '-e', 'mysql.query'],
      runs: slow,
      skipped: unlessInstalled('tshark'),
    },
  } satisfies Record<string, Contestant>;
}

function unlessInstalled(tool: string): string | null {
  return versionOf(tool) === null ? 'not installed' : null;
}

/**
 * Brings the capture into the page cache and makes sure that mywire understands it: finding no
 * MySQL in it would be fast too. --strict ends with status 3 then.
 */
function warmUp(capture: string): void {
  log('warm-up');
  measure(['cat', capture], [0]);
  measure([process.execPath, MYWIRE, 'check', '--strict', capture], MYWIRE_STATUSES);
}

/** A B C D, A B C D, …: whatever slows the machine for a while hits all of them. */
function runAlternating(contestants: Contestant[], rounds: number): Map<Contestant, Row> {
  const runs = new Map<Contestant, Measurement[]>(contestants.map((one) => [one, []]));
  for (let round = 0; round < rounds; round++) {
    log(`round ${round + 1} of ${rounds}`);
    for (const one of contestants) {
      if (one.skipped !== null || round >= one.runs) continue;
      runs.get(one)!.push(measure(one.command, one.goodStatuses));
    }
  }
  return new Map(contestants.map((one) => [one, toRow(one, runs.get(one)!)]));
}

function toRow({ name, capture, skipped }: Contestant, runs: Measurement[]): Row {
  const bytes = skipped === null ? statSync(capture).size : 0;
  return { name, bytes, runs, skipped };
}

function makeReport(
  contestants: ReturnType<typeof makeContestants>,
  rows: Map<Contestant, Row>,
  circumstances: Circumstances,
): Report {
  const row = (one: Contestant) => rows.get(one)!;
  const { mywire, mywireLong, tcpdump, expert } = contestants;
  return {
    date: circumstances.date,
    environment: environment(circumstances, row(mywire)),
    notes: [
      'All commands in turn, round after round (A B C D, A B C D, …), page cache warm, output ' +
        'to /dev/null. tshark and the long capture run in the first two rounds only.',
      'Medians of wall time and of user + system time; the highest peak of resident memory.',
      '1 MB is 1,000,000 bytes.',
      'tcpdump copies packets and decodes nothing above TCP; `tshark -z expert` dissects ' +
        'everything and prints a summary.',
    ],
    rows: [...rows.values()],
    limits: limitsOf({
      mywire: row(mywire),
      mywireLong: row(mywireLong),
      tcpdump: row(tcpdump),
      expert: row(expert),
    }),
  };
}

function environment(circumstances: Circumstances, mywire: Row): [string, string][] {
  const { capture, frames, load } = circumstances;
  const size = statSync(capture).size.toLocaleString('en');
  const processors = cpus();
  const statuses = [...new Set(mywire.runs.map((run) => run.status))].join(', ');
  return [
    ['machine', `${processors.length} × ${processors[0]?.model.trim()}`],
    ['memory', `${megabytes(totalmem())} MB`],
    ['system', `${distribution()}, kernel ${release()}`],
    ['load average at the start', load.toFixed(2)],
    [
      'capture',
      `${basename(capture)}, ${size} bytes, ${frames?.toLocaleString('en') ?? '?'} frames`,
    ],
    ['mywire', `${versionOf(process.execPath, [MYWIRE])}, exit status of check: ${statuses}`],
    ['Node.js', process.version],
    ['tcpdump', versionOf('tcpdump') ?? 'not installed'],
    ['tshark', versionOf('tshark') ?? 'not installed'],
  ];
}

function distribution(): string {
  if (!existsSync('/etc/os-release')) return process.platform;
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
}

function log(text: string): void {
  process.stderr.write(`${text}\n`);
}

try {
  main();
} catch (error) {
  log(`bench: ${(error as Error).message}`);
  process.exitCode = 2;
}
