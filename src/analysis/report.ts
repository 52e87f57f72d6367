import type { Frame } from '../capture/frame.ts';
import type { CaptureFault } from '../capture/record.ts';
import type { Finding } from '../findings/finding.ts';
import type { Conversation } from '../mysql/conversation.ts';

/** What was in the capture as a whole. */
export interface CaptureSummary {
  readonly format: 'pcap' | 'pcapng' | null;
  /** Names of the link types of its frames. */
  readonly linkTypes: readonly string[];
  readonly first: Frame | null;
  readonly last: Frame | null;
  readonly frames: number;
  readonly tcpSegments: number;
  /** TCP connections of any protocol. */
  readonly connections: number;
  readonly mysqlConnections: number;
  readonly mysqlPackets: number;
  readonly gapBytes: number;
  /** Frames that the capture has twice. */
  readonly duplicates: number;
  readonly retransmitted: number;
  readonly outOfOrder: number;
  readonly truncated: number;
  /** IP fragments, which are not put together. */
  readonly fragments: number;
  /** Frames of link types that mywire does not know. */
  readonly unknownLinkFrames: number;
  /** Gaps declared because too much waited behind them, though the bytes might still have come. */
  readonly forcedGaps: number;
  /** Connections ended before they were over, because too many were open at once. */
  readonly connectionsLetGo: number;
  /** Connections to a port named as MySQL's on which nothing was said, beyond those that are listed. */
  readonly connectionsUnlisted: number;
}

/** Everything an analysis found, once the capture is at its end. */
export interface Report {
  readonly capture: CaptureSummary;
  /** MySQL connections, and others on a port named as MySQL's, by number. */
  readonly conversations: readonly Conversation[];
  /** By frame. */
  readonly findings: readonly Finding[];
  /** Only some connections were asked for. */
  readonly isFiltered: boolean;
  /** What stopped the reading before the capture's end, if anything did. */
  readonly fault: CaptureFault | null;
}

export function findingsByConnection(report: Report): ReadonlyMap<number, readonly Finding[]> {
  const byConnection = new Map<number, Finding[]>();
  for (const finding of report.findings) {
    const own = byConnection.get(finding.connection);
    if (own === undefined) byConnection.set(finding.connection, [finding]);
    else own.push(finding);
  }
  return byConnection;
}
