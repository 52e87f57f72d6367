/** Runs one command to its end and says what it cost. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Measurement {
  wallSeconds: number;
  /** User + system time; null where GNU time is not installed. */
  cpuSeconds: number | null;
  /** Peak resident set, in bytes; null where GNU time is not installed. */
  peakBytes: number | null;
  status: number;
}

const GNU_TIME = '/usr/bin/time';
const gnuTimeWorks = spawnSync(GNU_TIME, ['-f', '%e', 'true']).status === 0;

/** The first line of `tool --version`, or null when the tool is not installed. */
export function versionOf(tool: string, args: string[] = []): string | null {
  const { error, stdout, stderr } = spawnSync(tool, [...args, '--version'], { encoding: 'utf8' });
  if (error) return null;
  return (stdout || stderr).split('\n')[0]?.trim() || 'unknown version';
}

/**
 * Output goes to /dev/null, so that no reader of a pipe competes for the processor. Throws when
 * the command ends with a status not in `goodStatuses`: a failed run has no meaningful time.
 */
export function measure(command: string[], goodStatuses: number[]): Measurement {
  const scratch = mkdtempSync(join(tmpdir(), 'mywire-bench-'));
  try {
    return measureIn(scratch, command, goodStatuses);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function measureIn(scratch: string, command: string[], goodStatuses: number[]): Measurement {
  const costsFile = join(scratch, 'costs');
  const errorsFile = join(scratch, 'errors');
  const errors = openSync(errorsFile, 'w');
  // GNU time starts the command from a tiny process. Started by us directly, the command would
  // inherit our own peak memory as its first value.
  const timed = gnuTimeWorks ? [GNU_TIME, '-o', costsFile, '-f', '%U %S %M', ...command] : command;
  const [program = '', ...args] = timed;
  const started = process.hrtime.bigint();
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', errors] });
  const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  closeSync(errors);
  if (status === null || !goodStatuses.includes(status)) {
    const said = readFileSync(errorsFile, 'utf8').slice(-2000);
    throw new Error(`\`${command.join(' ')}\` ended with status ${status}:\n${said}`);
  }
  return { wallSeconds, ...readCosts(costsFile), status };
}

function readCosts(file: string): Pick<Measurement, 'cpuSeconds' | 'peakBytes'> {
  if (!gnuTimeWorks) return { cpuSeconds: null, peakBytes: null };
  // A status other than 0 puts a sentence before the line with the numbers.
  const line = readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
  const [user = 0, system = 0, kibibytes = 0] = line.split(' ').map(Number);
  return { cpuSeconds: user + system, peakBytes: kibibytes * 1024 };
}
