import { Analyzer } from '../../src/analysis/analyzer.ts';
import type { Report } from '../../src/analysis/report.ts';
import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { UNPACKERS } from '../../src/io/unpackers.ts';
import type { Unpackers } from '../../src/mysql/compressed.ts';
import type { DecodedPacket } from '../../src/mysql/dialogue.ts';
import type { Query, ResultSet } from '../../src/mysql/query.ts';
import { KeyLog } from '../../src/tls/key-log.ts';
import { inChunks } from '../build/bytes.ts';
import { type CaptureOptions, capture, type Step } from '../build/conversation.ts';

export interface AnalyzeOptions {
  ports?: readonly number[];
  rows?: boolean;
  keyLog?: KeyLog;
  verifyChecksums?: boolean;
  connections?: readonly number[];
  /** Without them rows are counted in one loop and nothing is decoded that nobody asked for. */
  packets?: boolean;
  queries?: boolean;
  results?: boolean;
  unpackers?: Unpackers;
  /** The capture comes in chunks of at most this many bytes. */
  chunkBytes?: number;
}

export interface Analysis {
  packets: DecodedPacket[];
  /** Empty unless asked for. */
  queries: Query[];
  results: ResultSet[];
  /** Of the queries, how many were told before the capture was at its end. */
  toldEarly: number;
  report: Report;
}

/** The whole way from a capture's bytes to its report. */
export function analyze(bytes: Uint8Array, options: AnalyzeOptions = {}): Analysis {
  const packets: DecodedPacket[] = [];
  const queries: Query[] = [];
  const results: ResultSet[] = [];
  const analyzer = new Analyzer({
    ports: options.ports ?? [],
    verifyChecksums: options.verifyChecksums ?? false,
    connections: options.connections === undefined ? null : new Set(options.connections),
    rows: options.rows ?? false,
    keyLog: options.keyLog ?? new KeyLog(),
    tlsCrypto,
    onPacket: options.packets === false ? null : (packet) => packets.push(packet),
    onQuery: options.queries ? (query) => queries.push(query) : null,
    onResult: options.results ? (result) => results.push(result) : null,
    unpackers: options.unpackers ?? UNPACKERS,
  });
  for (const chunk of inChunks(bytes, options.chunkBytes ?? bytes.length)) analyzer.push(chunk);
  const toldEarly = queries.length;
  return { packets, queries, results, toldEarly, report: analyzer.finish() };
}

/** Analyses a script's capture. */
export function play(
  script: readonly Step[],
  options: CaptureOptions & AnalyzeOptions = {},
): Analysis {
  return analyze(capture(script, options), options);
}

/**
 * A packet in one word or two: who, sequence id, type; and in brackets the id its reader expects where
 * that is another (`?` where nobody can know).
 */
function lineOf(packet: DecodedPacket): string {
  const { fromClient, sequenceId, expectedSequenceId: expected, type } = packet;
  const note = expected === sequenceId ? '' : `(${expected ?? '?'})`;
  return `${fromClient ? 'C' : 'S'}${sequenceId}${note} ${type}`;
}

export function storyOf(packets: readonly DecodedPacket[]): string[] {
  return packets.map(lineOf);
}

/** What must not depend on how TCP cut the bytes. */
export function contentOf({ packets }: Analysis) {
  return packets.map(
    ({ connection, fromClient, type, sequenceId, expectedSequenceId, length, phase, fields }) => ({
      connection,
      fromClient,
      type,
      sequenceId,
      expectedSequenceId,
      length,
      phase,
      fields,
    }),
  );
}

/** Findings in one line each. */
export function verdictOf({ report }: Pick<Analysis, 'report'>): string[] {
  return report.findings.map(
    ({ rule, severity, frame, fromClient, got, expected, cause }) =>
      `${severity} ${rule} frame ${frame.number} ${fromClient ? 'C' : 'S'}${got ?? ''}${expected === null ? '' : `≠${expected}`} ${cause.id} ${cause.certainty}`,
  );
}

/** Those of them that say that something broke. */
export function breaksOf(analysis: Pick<Analysis, 'report'>): string[] {
  return verdictOf(analysis).filter((verdict) => verdict.startsWith('error'));
}
