import { createHash } from 'node:crypto';
import { Analyzer } from '../analysis/analyzer.ts';
import type { Report } from '../analysis/report.ts';
import { escapeText } from '../bytes/text.ts';
import { SEVERITIES } from '../findings/finding.ts';
import { InputError, readCapture } from '../io/read-capture.ts';
import { readKeyLog } from '../io/read-key-log.ts';
import { tlsCrypto } from '../io/tls-crypto.ts';
import { UNPACKERS } from '../io/unpackers.ts';
import { isSameFile, Output, OutputError, PipeClosed } from '../io/write-output.ts';
import { FORMATS, type FormatName, VIEWS, type ViewName } from '../report/index.ts';
import { queryRecord, resultRecord } from '../report/query-records.ts';
import { type OutputRecord, packetRecord } from '../report/records.ts';
import { unsoundness } from '../report/soundness.ts';
import { KeyLog } from '../tls/key-log.ts';
import type { CliOptions } from './options.ts';
import { layoutFor } from './style.ts';

/** The exit codes of the output contract (docs/output.md). */
export const EXIT = { clean: 0, findings: 1, failure: 2, unsound: 3 } as const;

/** Characters of output joined before they are written; no string may have more than half a billion. */
const MAX_PIECE = 1024 * 1024;

/** Reads a capture, prints one view of it, and returns the exit code. */
export async function runView(view: ViewName, path: string, options: CliOptions): Promise<number> {
  if (options.output !== undefined && isSameFile(path, options.output)) {
    complain(options.output, 'is the capture itself; write to another file');
    return EXIT.failure;
  }
  let keyLog = new KeyLog();
  if (options.keylog !== undefined) {
    if (options.output !== undefined && isSameFile(options.keylog, options.output)) {
      complain(options.output, 'is the key log; write to another file');
      return EXIT.failure;
    }
    try {
      keyLog = readKeyLog(options.keylog);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      complain(options.keylog, error.message);
      return EXIT.failure;
    }
  }
  const layout = await layoutFor(options.color, options.output !== undefined);
  const renderer = FORMATS[formatOf(options)](view, layout);
  const output = new Output(options.output ?? null);
  const texts = [renderer.start()];
  const add = (text: string): void => {
    const last = texts.at(-1);
    if (last === undefined || last.length + text.length > MAX_PIECE) texts.push(text);
    else texts[texts.length - 1] = last + text;
  };
  const print = (record: OutputRecord): void => add(renderer.record(record));
  const analyzer = new Analyzer({
    ports: options.port ?? [],
    connections: options.connection === undefined ? null : new Set(options.connection),
    rows: options.rows === true || view === 'results',
    verifyChecksums: options.verifyChecksums === true,
    onPacket: view === 'packets' ? (packet) => print(packetRecord(packet, analyzer.first)) : null,
    onQuery: view === 'queries' ? (query) => print(queryRecord(query, analyzer.first)) : null,
    onResult: view === 'results' ? (result) => print(resultRecord(result)) : null,
    unpackers: UNPACKERS,
    keyLog,
    tlsCrypto,
  });
  const flush = async () => {
    for (const text of texts.splice(0)) await output.write(text);
  };
  try {
    let failure: InputError | null = null;
    try {
      for await (const chunk of readCapture(path)) {
        analyzer.push(chunk);
        if (texts.length > 0 && analyzer.first !== null) await flush();
        if (analyzer.stopped) break;
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failure = error;
    }
    const report = analyzer.finish();
    const isReadable = failure === null && report.fault === null;
    if (isReadable || report.capture.frames > 0) {
      await flush();
      for (const record of VIEWS[view].records(report, sha1)) {
        print(record);
        await flush();
      }
      add(await renderer.finish(report));
      await flush();
      await output.close();
    }
    return conclude(path, report, failure, options);
  } catch (error) {
    if (error instanceof PipeClosed) return EXIT.clean;
    if (!(error instanceof OutputError)) throw error;
    complain(options.output ?? 'standard output', error.message);
    return EXIT.failure;
  }
}

function conclude(
  path: string,
  report: Report,
  failure: InputError | null,
  options: CliOptions,
): number {
  const { capture, fault } = report;
  if (failure !== null) {
    complain(path, failure.message);
    return EXIT.failure;
  }
  if (fault !== null) {
    complain(path, fault.offset === 0 ? fault.message : `${fault.message} (byte ${fault.offset})`);
    return EXIT.failure;
  }
  const missing = options.connection?.find((number) => number >= capture.connections);
  if (missing !== undefined) {
    const last = capture.connections - 1;
    complain(path, `no connection ${missing}: ${last < 0 ? 'it has none' : `its last is ${last}`}`);
    return EXIT.failure;
  }
  if (capture.frames === 0 && !options.quiet) {
    complain(
      path,
      'a capture with a header and no frames behind it: its filter matched nothing, or it was stopped at once',
    );
  }
  const failOn = options.failOn ?? 'error';
  const limit = failOn === 'never' ? SEVERITIES.length : SEVERITIES.indexOf(failOn);
  if (report.findings.some(({ severity }) => SEVERITIES.indexOf(severity) >= limit)) {
    return EXIT.findings;
  }
  const reasons = options.strict ? unsoundness(report) : [];
  if (reasons.length === 0) return EXIT.clean;
  if (!options.quiet) {
    complain(path, `the capture cannot support a clean verdict: ${reasons.join('; ')}`);
  }
  return EXIT.unsound;
}

function formatOf(options: CliOptions): FormatName {
  if (options.format !== undefined) return options.format;
  if (options.ndjson) return 'ndjson';
  return options.json ? 'json' : 'table';
}

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash('sha1').update(bytes).digest();
}

/** One line on standard error. */
function complain(where: string, message: string): void {
  const name = where === '-' ? 'standard input' : escapeText(where);
  process.stderr.write(`mywire: ${name}: ${escapeText(message)}\n`);
}
