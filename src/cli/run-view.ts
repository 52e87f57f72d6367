import { createHash } from 'node:crypto';
import { constants } from 'node:os';
import { Analyzer } from '../analysis/analyzer.ts';
import type { Report } from '../analysis/report.ts';
import { CaptureFiles } from '../io/capture-files.ts';
import { identityOf } from '../io/file-identity.ts';
import { InputError } from '../io/input-error.ts';
import { Interrupt } from '../io/interrupt.ts';
import { isPipe } from '../io/read-capture.ts';
import { readKeyLog } from '../io/read-key-log.ts';
import { tlsCrypto } from '../io/tls-crypto.ts';
import { UNPACKERS } from '../io/unpackers.ts';
import { OutputError, PipeClosed } from '../io/write-output.ts';
import { captureText } from '../report/capture-text.ts';
import { VIEWS, type ViewName } from '../report/index.ts';
import { framesText, otherTrafficText, UNREAD_HINT } from '../report/no-mysql.ts';
import { queryRecord, resultRecord } from '../report/query-records.ts';
import { packetRecord } from '../report/records.ts';
import type { Setting } from '../report/renderer.ts';
import { faultText, unsoundness } from '../report/soundness.ts';
import { withheldText } from '../report/withheld.ts';
import { KeyLog } from '../tls/key-log.ts';
import { captureNames } from './capture-names.ts';
import { complain } from './complain.ts';
import { Judge } from './judge.ts';
import type { CliOptions } from './options.ts';
import { mistakeInTargets, Outputs, type Target, targetsOf } from './outputs.ts';
import { similar } from './similar.ts';
import { layoutFor } from './style.ts';

/** The exit codes of the output contract (docs/output.md). */
export const EXIT = { clean: 0, findings: 1, failure: 2, unsound: 3 } as const;

const VIEW_NAMES = Object.keys(VIEWS).filter((name) => name !== 'summary');

/** What the package says of itself. */
export type About = Pick<Setting, 'version' | 'homepage'>;

/** Reads a capture, prints one view of it, and returns the exit code. Throws a `UserFileError`. */
export async function runView(
  view: ViewName,
  paths: readonly string[],
  options: CliOptions,
  about: About,
): Promise<number> {
  const targets = targetsOf(options);
  const mistake = mistakeIn(view, paths, options, targets);
  if (mistake !== null) {
    complain(...mistake);
    return EXIT.failure;
  }
  let keyLog = new KeyLog();
  if (options.keylog !== undefined) {
    try {
      keyLog = readKeyLog(options.keylog);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      complain(options.keylog, error.message);
      return EXIT.failure;
    }
  }
  const judge = await Judge.of(options);
  const captures = captureNames(paths);
  const outputs = await Outputs.of(view, targets, options, {
    ...about,
    captures,
    hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, 32),
    fails: (finding) => judge.isFailure(finding),
    isStrict: options.strict === true,
  });
  const interrupt = new Interrupt();
  const files = new CaptureFiles(paths, interrupt);
  const analyzer = new Analyzer({
    starts: await files.starts(),
    names: captures.map(({ name }) => name),
    ports: options.port ?? [],
    connections: options.connection === undefined ? null : new Set(options.connection),
    rows: options.rows === true || view === 'results',
    verifyChecksums: options.verifyChecksums === true,
    onPacket:
      view === 'packets' ? (packet) => outputs.print(packetRecord(packet, analyzer.first)) : null,
    onQuery:
      view !== 'queries'
        ? judge.onQuery
        : (query) => {
            judge.onQuery?.(query);
            outputs.print(queryRecord(query, analyzer.first));
          },
    onResult: view === 'results' ? (result) => outputs.print(resultRecord(result)) : null,
    unpackers: UNPACKERS,
    keyLog,
    tlsCrypto,
  });
  let report: Report | null = null;
  /** Says what there is to say beside the output; null before all has been read. */
  let concluded: (() => number) | null = null;
  try {
    for (let file = analyzer.wanted; file !== null; file = analyzer.wanted) {
      const chunk = await files.next(file);
      if (!(chunk instanceof Uint8Array)) analyzer.end(file, chunk);
      else if (!analyzer.push(chunk, file)) await files.close(file);
      if (outputs.isWaiting && analyzer.first !== null) await outputs.flush();
    }
    interrupt.dispose();
    const judged = judge.judge(analyzer.finish());
    report = judged;
    concluded = () => {
      const code = conclude(paths, judged, judge, targets, options);
      return files.wasInterrupted ? codeOf(interrupt) : code;
    };
    if (judged.faults.includes(null) || judged.capture.frames > 0) {
      await outputs.flush();
      for (const record of VIEWS[view].records(judged, sha1)) {
        outputs.print(record);
        if (outputs.isFull) await outputs.flush();
      }
      await outputs.finish(judged);
    }
    if (interrupt.requested && targets.every(({ format }) => format !== 'table')) {
      await noteSummary(judged, options);
    }
    return concluded();
  } catch (error) {
    if (error instanceof PipeClosed) {
      // Ctrl-C has ended who read the output, too: `| jq`.
      if (interrupt.requested) await noteSummary(report ?? analyzer.finish(), options);
      // Whoever has read enough of it has not changed the verdict.
      if (concluded !== null) return concluded();
      return interrupt.requested && !paths.every(isPipe) ? codeOf(interrupt) : EXIT.clean;
    }
    if (!(error instanceof OutputError)) throw error;
    complain(error.path ?? 'standard output', error.message);
    return EXIT.failure;
  } finally {
    interrupt.dispose();
    await files.closeAll();
  }
}

/** Why a command line that could be parsed makes no sense: of what, and a sentence. */
function mistakeIn(
  view: ViewName,
  paths: readonly string[],
  { keylog, baseline, expect, updateBaseline, connection }: CliOptions,
  targets: readonly Target[],
): [where: string, message: string] | null {
  if (updateBaseline && baseline === undefined) {
    return ['--update-baseline', 'which baseline? --baseline FILE names it'];
  }
  if (updateBaseline && connection !== undefined) {
    return ['--update-baseline', 'not with --connection: the findings of all others would go'];
  }
  const mistake = mistakeInTargets(view, targets, [
    ...paths.map((path) => [path, 'the capture itself'] as const),
    ...(keylog === undefined ? [] : [[keylog, 'the key log'] as const]),
    ...(baseline === undefined ? [] : [[baseline, 'the baseline'] as const]),
    ...(expect === undefined ? [] : [[expect, 'what is expected'] as const]),
  ]);
  if (mistake !== null) return mistake;
  const named = new Map<string, string>();
  for (const path of paths) {
    const identity = identityOf(path);
    const meant = identity === null && view === 'summary' ? similar(path, VIEW_NAMES) : null;
    if (meant === path) {
      return [path, `no such file; a view stands before the files: mywire ${path} FILE`];
    }
    if (meant !== null) return [path, `no such file, and no view; did you mean \`${meant}\`?`];
    if (identity === null) continue;
    // Rather refused than read: every frame of it would pass for a retransmission.
    if (named.has(identity)) {
      const before = named.get(identity)!;
      return [
        path,
        `${before === path ? 'given twice' : `the same file as ${before}`}; name it once`,
      ];
    }
    named.set(identity, path);
  }
  return null;
}

function conclude(
  paths: readonly string[],
  report: Report,
  judge: Judge,
  targets: readonly Target[],
  options: CliOptions,
): number {
  for (const [file, fault] of report.faults.entries()) {
    if (fault !== null) complain(paths[file]!, faultText(fault));
  }
  const isTold = targets.some(({ format }) => format === 'table');
  if (!isTold && !options.quiet) {
    for (const [file, notes] of report.notes.entries()) {
      for (const note of notes) complain(paths[file]!, faultText(note));
    }
  }
  if (report.faults.some((fault) => fault !== null)) {
    if (options.updateBaseline) complain(options.baseline!, 'not written: not all was read');
    return EXIT.failure;
  }
  const { capture } = report;
  const where = paths.length === 1 ? paths[0]! : `${paths.length} files`;
  if (capture.frames > 0 && capture.quality.unknownLinkFrames === capture.frames) {
    complain(
      where,
      `no frame of it can be read: ${framesText(capture.unreadFrames)}. ${UNREAD_HINT}`,
    );
    return EXIT.failure;
  }
  const missing = options.connection?.find((number) => number >= capture.connections);
  if (missing !== undefined) {
    const last = capture.connections - 1;
    const limit = last < 0 ? 'there is none' : `the last is ${last}`;
    complain(where, `no connection ${missing}: ${limit}`);
    return EXIT.failure;
  }
  if (capture.frames === 0 && !options.quiet) {
    complain(
      where,
      capture.format === null
        ? 'interrupted before anything had come'
        : 'a capture with a header and no frames behind it: its filter matched nothing, or it was stopped at once',
    );
  }
  const withheld = withheldText(report.withheld);
  if (withheld !== null && !isTold && !options.quiet) {
    complain(where, `not shown: ${withheld}`);
  }
  const ofBaseline = judge.settleBaseline(report);
  if (ofBaseline !== null && !options.quiet) complain(options.baseline!, ofBaseline);
  if (judge.fails) return EXIT.findings;
  if (options.requireMysql && capture.mysqlConnections === 0) {
    if (!options.quiet) complain(where, `no MySQL in it: ${otherTrafficText(capture)}`);
    return EXIT.unsound;
  }
  const reasons = options.strict ? unsoundness(report) : [];
  if (reasons.length === 0) return EXIT.clean;
  if (!options.quiet) {
    complain(where, `the capture cannot support a clean verdict: ${reasons.join('; ')}`);
  }
  return EXIT.unsound;
}

/** As a shell has it of a program that a signal has ended. */
function codeOf({ signal }: Interrupt): number {
  return 128 + constants.signals[signal ?? 'SIGINT'];
}

/** What was seen before an interrupt, where the format has no place for it. */
async function noteSummary(report: Report, { quiet }: CliOptions): Promise<void> {
  if (!quiet) process.stderr.write(captureText(report, await layoutFor('never', true)));
}

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash('sha1').update(bytes).digest();
}
