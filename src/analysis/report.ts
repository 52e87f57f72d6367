import type { Frame } from '../capture/frame.ts';
import type { FramePlaces } from '../capture/frame-places.ts';
import type { FileFault, FileNote } from '../capture/record.ts';
import type { Finding } from '../findings/finding.ts';
import type { Legs } from '../findings/legs.ts';
import type { Conversation } from '../mysql/conversation.ts';
import type { OtherServer } from './other-traffic.ts';
import type { Counts } from './quality.ts';

/** What was not told of any one direction of a connection. */
interface Flaws {
  /** Bytes that were captured but not read: behind missing ones nobody could tell where packets start. */
  readonly skippedBytes: number;
  /** MySQL packets that are not shaped as they must be, as far as that is looked at. */
  readonly malformed: number;
  /** MySQL connections whose start was not captured. */
  readonly midstream: number;
  /** MySQL connections of which only one direction was captured. */
  readonly oneSided: number;
  /** MySQL connections in TLS, and those of them that could not be decrypted. */
  readonly tls: number;
  readonly encrypted: number;
  /** MySQL connections that could not be read to the end. */
  readonly unread: number;
  /** Connections on a port named as MySQL's on which something else was said. */
  readonly notMysql: number;
  /** IP fragments whose datagram did not come together. */
  readonly fragments: number;
  /** Datagrams that were put together from fragments. */
  readonly joinedDatagrams: number;
  /** Packets left out because of a wrong checksum, of IPv4's header or TCP's; where that was asked for. */
  readonly badChecksums: number;
  /** Of them, those that hold what software leaves there for the network card to fill in. */
  readonly unfilledChecksums: number;
  /** Frames of link types that are not read, though they may hold IP. */
  readonly unknownLinkFrames: number;
  /** Frames that are a second or more earlier than the latest before them. */
  readonly timeReversals: number;
  /** Gaps declared because too much waited behind them, though the bytes might still have come. */
  readonly forcedGaps: number;
  /** Connections ended before they were over, because too many were open at once. */
  readonly connectionsLetGo: number;
  /** Connections to a port named as MySQL's on which nothing was said, beyond those that are listed. */
  readonly connectionsUnlisted: number;
}

export interface FramesOf {
  readonly protocol: string;
  readonly frames: number;
}

/** What was in the capture as a whole. */
export interface CaptureSummary {
  /** Read as one, by time. */
  readonly files: number;
  /** `pcap`, `pcapng`, or with commas between them where the files have several. */
  readonly format: string | null;
  /** Names of the link types of its frames. */
  readonly linkTypes: readonly string[];
  /** Where its frames are in the files. */
  readonly places: FramePlaces;
  readonly first: Frame | null;
  readonly last: Frame | null;
  /** The earliest and the latest, which are others where times go back. */
  readonly start: Frame | null;
  readonly end: Frame | null;
  readonly frames: number;
  readonly tcpSegments: number;
  /** TCP connections of any protocol. */
  readonly connections: number;
  readonly mysqlConnections: number;
  readonly mysqlPackets: number;
  /** Of the connections that are listed, and of the frames. */
  readonly quality: Counts & Flaws;
  /** Connections that are not MySQL, by server; the most first, and not all where there are many. */
  readonly otherServers: readonly OtherServer[];
  readonly otherConnections: number;
  /** Frames that hold no TCP, by what they hold; the most first. */
  readonly otherFrames: readonly FramesOf[];
  /** Frames of link types that are not read, though they may hold IP, by link type; the most first. */
  readonly unreadFrames: readonly FramesOf[];
}

/** Findings that are not told, by why. */
export interface Withheld {
  /** The user does not want to hear of them. */
  readonly ignored: number;
  /** They are in the baseline. */
  readonly known: number;
  /** Less severe than what is told. */
  readonly minor: number;
  /** More than were to be told. */
  readonly beyond: number;
}

/** Everything an analysis found, once the capture is at its end. */
export interface Report {
  readonly capture: CaptureSummary;
  /** MySQL connections, and others on a port named as MySQL's, by number. */
  readonly conversations: readonly Conversation[];
  /** Which of them carry one session. */
  readonly legs: Legs;
  /** By frame. */
  readonly findings: readonly Finding[];
  /** Beside these findings. */
  readonly withheld: Withheld;
  /** Only some connections were asked for. */
  readonly isFiltered: boolean;
  /** Of each file what stopped its reading before its end, if anything did. */
  readonly faults: readonly (FileFault | null)[];
  /** Of each file the places at which there is something to say, and reading went on. */
  readonly notes: readonly (readonly FileNote[])[];
}

/** Of each connection its findings, as their places in the report's list. */
export function findingsByConnection({ findings }: Report): ReadonlyMap<number, readonly number[]> {
  const byConnection = new Map<number, number[]>();
  for (const [id, { connections }] of findings.entries()) {
    for (const connection of connections) {
      const own = byConnection.get(connection);
      if (own === undefined) byConnection.set(connection, [id]);
      else own.push(id);
    }
  }
  return byConnection;
}
