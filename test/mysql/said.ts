import { createHash } from 'node:crypto';
import { captureRecord, connectionRecords, findingRecords } from '../../src/report/records.ts';
import { bigintAsText } from '../../src/report/value-text.ts';
import { type AnalyzeOptions, analyze } from './analyze.ts';

type Listeners = Required<Pick<AnalyzeOptions, 'packets' | 'queries' | 'results' | 'rows'>>;

/** Everybody who may listen while a capture is read, and nobody: each view and `--expect` is one of these. */
export const LISTENERS: readonly Listeners[] = Array.from({ length: 16 }, (_, bits) => ({
  packets: (bits & 1) !== 0,
  queries: (bits & 2) !== 0,
  results: (bits & 4) !== 0,
  rows: (bits & 8) !== 0,
}));

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest();

/** All that is said of a capture beside its packets and commands, and what that rests on; a line each. */
export function saidOf(bytes: Uint8Array, options: AnalyzeOptions): string[] {
  const { report } = analyze(bytes, options);
  return [
    captureRecord(report, []),
    ...findingRecords(report),
    ...connectionRecords(report, sha1),
    ...report.conversations.map(({ facts, packets, session }) => ({
      facts,
      packets,
      user: session.currentUser,
      schema: session.schema,
      charsets: [session.clientCharset.name, session.resultsCharset.name],
    })),
  ].map((value) => JSON.stringify(value, bigintAsText));
}
