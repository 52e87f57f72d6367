import { createHash } from 'node:crypto';
import { Analyzer } from '../../src/analysis/analyzer.ts';
import type { Frame } from '../../src/capture/frame.ts';
import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { UNPACKERS } from '../../src/io/unpackers.ts';
import type { DecodedPacket } from '../../src/mysql/dialogue.ts';
import type { Query, ResultSet } from '../../src/mysql/query.ts';
import { VIEWS } from '../../src/report/index.ts';
import { queryRecord, resultRecord } from '../../src/report/query-records.ts';
import { type OutputRecord, packetRecord } from '../../src/report/records.ts';
import { KeyLog } from '../../src/tls/key-log.ts';
import { type Capture, writePcap } from './capture.ts';
import type { Connections } from './streams.ts';

/** The recordings' server ports. */
const PORTS = [33061, 33062, 33071];

/** A capture to damage. */
export interface Subject {
  readonly capture: Capture;
  readonly connections: Connections;
  readonly keyLog: Uint8Array | null;
  /** Decode the values of rows, too. */
  readonly rows: boolean;
  /**
   * Whether text is UTF-8 also without what chose its character set. Where it is not, and the login or
   * SET NAMES is missing, what was said can only be compared by type, length and place.
   */
  readonly charsetsAreKnown: boolean;
}

/**
 * What mywire prints of a capture, a record each, as if it had been printed of the clean one: with
 * the clean capture's frame numbers, times and connection numbers, in the order of those frames.
 */
export interface Outcome {
  readonly packets: readonly OutputRecord[];
  readonly queries: readonly OutputRecord[];
  readonly results: readonly OutputRecord[];
  readonly connections: readonly OutputRecord[];
  /** Findings of severity error, in a line each; those of the damaged capture's own frames. */
  readonly errors: readonly string[];
}

export function outcomeOf(subject: Subject, capture = subject.capture): Outcome {
  const { capture: clean, connections, keyLog, rows } = subject;
  const packets: DecodedPacket[] = [];
  const queries: Query[] = [];
  const results: ResultSet[] = [];
  const keys = new KeyLog();
  if (keyLog !== null) keys.add(keyLog);
  const analyzer = new Analyzer({
    ports: PORTS,
    verifyChecksums: false,
    connections: null,
    rows,
    keyLog: keys,
    onPacket: (packet) => packets.push(packet),
    onQuery: (query) => queries.push(query),
    onResult: (result) => results.push(result),
    unpackers: UNPACKERS,
    tlsCrypto,
  });
  analyzer.push(writePcap(capture));
  const report = analyzer.finish();

  const digits = report.capture.first?.digits ?? -1;
  const frameAt = (number: number): Frame => {
    const origin = connections.firstLike(capture.frames[number - 1]!.origin);
    const { seconds, fraction } = clean.frames[origin - 1]!;
    return { number: origin, seconds, fraction, digits };
  };
  const frameOrNull = (frame: Frame | null) => frame && frameAt(frame.number);
  const first = report.capture.first && { ...frameAt(1), ...timeOf(clean, 0), number: 1 };
  const numbers = new Map(
    report.conversations.map(({ connection: { number, first } }) => [
      number,
      connections.of(frameAt(first.number).number)!,
    ]),
  );
  const placed = <T extends { connection: number; frame: Frame }>(each: T): T => ({
    ...each,
    connection: numbers.get(each.connection) ?? each.connection,
    frame: frameAt(each.frame.number),
  });

  return {
    packets: byFrame(
      packets.map((packet) =>
        packetRecord({ ...placed(packet), lastFrame: frameAt(packet.lastFrame.number) }, first),
      ),
    ),
    queries: byFrame(
      queries.map((query) => {
        const responses = query.responses.map((response) => ({
          ...response,
          frame: frameOrNull(response.frame),
          lastFrame: frameOrNull(response.lastFrame),
        }));
        const lastFrame = frameAt(query.lastFrame.number);
        return queryRecord({ ...placed(query), lastFrame, responses }, first);
      }),
    ),
    results: byFrame(results.map((result) => resultRecord(placed(result)))),
    connections: [...VIEWS.connections.records(report, sha1)]
      .map((record) => ({ ...record, connection: numbers.get(record.connection as number)! }))
      .sort((a, b) => a.connection - b.connection),
    errors: report.findings
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ rule, cause, connection, frame, got, expected }) =>
          `${rule} ${cause.id} connection ${connection} frame ${frame.number} got ${got} expected ${expected}`,
      ),
  };
}

function timeOf(clean: Capture, index: number) {
  const { seconds, fraction } = clean.frames[index]!;
  return { seconds, fraction };
}

/** Stable: what starts in one frame stays in order. */
function byFrame(records: OutputRecord[]): OutputRecord[] {
  return records.sort((a, b) => (a.frame as number) - (b.frame as number));
}

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash('sha1').update(bytes).digest();
}
