import { outcomeOf } from '../analysis/other-traffic.ts';
import { countsOf } from '../analysis/quality.ts';
import { type CaptureSummary, findingsByConnection, type Report } from '../analysis/report.ts';
import { type Frame, lapseBetween, secondsBetween, timeText } from '../capture/frame.ts';
import type { FramePlaces } from '../capture/frame-places.ts';
import type { Evidence, Finding } from '../findings/finding.ts';
import type { Conversation } from '../mysql/conversation.ts';
import type { DecodedPacket } from '../mysql/dialogue.ts';
import { isInferred } from '../mysql/session.ts';
import type { Direction, Endpoint } from '../tcp/connection.ts';
import { addressText, communityId, type Sha1 } from './addresses.ts';
import { adviceRecord, adviceText } from './advice.ts';
import { docsOf } from './docs.ts';
import { gapPlaces } from './gap-places.ts';
import type { CaptureName } from './renderer.ts';

/**
 * The records of the output contract (docs/output.md), as every format shows them. Keys always stand
 * in the same order, and a fact that is absent is null.
 */
export type OutputRecord = Readonly<Record<string, unknown>>;

export function packetRecord(packet: DecodedPacket, first: Frame | null): OutputRecord {
  return {
    connection: packet.connection,
    frame: packet.frame.number,
    lastFrame: packet.lastFrame.number,
    time: timeText(packet.frame),
    relative: relative(packet.frame, first),
    from: packet.fromClient ? 'client' : 'server',
    sequenceId: packet.sequenceId,
    expectedSequenceId: packet.expectedSequenceId,
    length: packet.length,
    type: packet.type,
    phase: packet.phase,
    fields: packet.fields,
    problems: packet.problems,
    compressedSequenceId: packet.compressedSequenceId,
  };
}

/** All findings, each with its place among them as its id. */
export function* findingRecords({ findings, capture }: Report): Iterable<OutputRecord> {
  for (const [id, finding] of findings.entries()) {
    yield { id, ...findingRecord(finding, capture) };
  }
}

/** What a connection says of a finding that it shares with others: enough to choose by, and where the rest stands. */
function findingReference(id: number, { rule, severity, frame, message, cause }: Finding) {
  return {
    id,
    rule,
    severity,
    frame: frame.number,
    message,
    cause: { id: cause.id, certainty: cause.certainty },
  };
}

/** What tells where and when a frame was recorded. */
export type Recorded = Pick<CaptureSummary, 'first' | 'places'>;

export function findingRecord(finding: Finding, { first, places }: Recorded): OutputRecord {
  const { parties } = finding;
  const evidenceRecord = ({ frame, text }: Evidence) => ({
    frame: frame.number,
    ...placeRecord(frame, places),
    text,
  });
  return {
    rule: finding.rule,
    severity: finding.severity,
    connection: finding.connection,
    connections: finding.connections,
    client: parties === null ? null : endpointRecord(parties.client),
    server: parties === null ? null : endpointRecord(parties.server),
    user: parties?.user ?? null,
    clientName: parties?.driver ?? null,
    frame: finding.frame.number,
    ...placeRecord(finding.frame, places),
    time: timeText(finding.frame),
    relative: relative(finding.frame, first),
    from: finding.fromClient ? 'client' : 'server',
    got: finding.got,
    expected: finding.expected,
    message: finding.message,
    cause: finding.cause,
    evidence: finding.evidence.map(evidenceRecord),
    ruledOut: finding.ruledOut,
    consequences: finding.consequences.map(evidenceRecord),
    advice: adviceText(finding.advice),
    fix: adviceRecord(finding.advice),
    drivers: finding.drivers,
    occurrences: finding.occurrences,
    fingerprint: finding.fingerprint,
    docs: docsOf(finding.cause.id),
  };
}

/** Of several files the frame's own, and its number there. */
function placeRecord({ number }: Frame, places: FramePlaces): OutputRecord {
  const place = places.of(number);
  return { file: place?.file ?? null, frameInFile: place?.frame ?? null };
}

/** The connections, and of the findings what is said of them there. */
export function* connectionRecords(report: Report, sha1: Sha1): Iterable<OutputRecord> {
  const own = findingsByConnection(report);
  for (const conversation of report.conversations) {
    const ids = own.get(conversation.connection.number) ?? [];
    yield {
      ...connectionRecord(conversation, sha1),
      findings: ids.map((id) => findingReference(id, report.findings[id]!)),
      legs: report.legs.numbersOf(conversation),
    };
  }
}

function connectionRecord(conversation: Conversation, sha1: Sha1): OutputRecord {
  const { connection, session } = conversation;
  const clientIndex: Direction = conversation.client ?? 0;
  const client = connection.halves[clientIndex]!;
  const server = connection.halves[1 - clientIndex]!;
  const duration = lapseBetween(connection.first, connection.last);
  return {
    connection: connection.number,
    client: endpointRecord(connection.endpoints[clientIndex]!),
    server: endpointRecord(connection.endpoints[1 - clientIndex]!),
    protocol: conversation.status === 'mysql' ? 'MySQL' : conversation.protocol,
    outcome: outcomeOf(connection),
    communityId: communityId(connection.endpoints[0], connection.endpoints[1], sha1),
    start: timeText(connection.first),
    end: timeText(connection.last),
    duration,
    frames: connection.segments,
    bytes: { client: client.bytesSeen, server: server.bytesSeen },
    serverVersion: session.serverVersion,
    connectionId: session.connectionId,
    user: session.user,
    database: session.database,
    authPlugin: session.authPlugin,
    tls: tlsRecord(conversation.tls),
    compression: conversation.compression,
    inferred: inferredRecord(conversation),
    login: conversation.login,
    commands: conversation.commands,
    errors: conversation.errors,
    opened: conversation.seenFromStart ? 'handshake' : 'midstream',
    closed: conversation.closed,
    quality: {
      ...countsOf([connection]),
      skippedBytes: conversation.skippedBytes,
      midstream: !conversation.seenFromStart,
      gapPlaces: gapPlaces([conversation]),
    },
  };
}

function tlsRecord(tls: Conversation['tls']): OutputRecord | null {
  if (tls === null) return null;
  const { version, cipher, serverName, decrypted } = tls;
  return { version, cipher, serverName, decrypted };
}

/** Places of missing bytes in the record of the capture; those of connections have all that are kept. */
const MAX_GAP_PLACES = 20;

/** What the packets showed where the capture does not have the handshake that says it; else null. */
function inferredRecord({ session, compression, status }: Conversation): OutputRecord | null {
  if (status !== 'mysql' || !isInferred(session)) return null;
  return { deprecateEof: session.deprecateEof, ...session.inferred, compression };
}

export function captureRecord(
  { capture, conversations, faults, notes }: Report,
  captures: readonly CaptureName[],
): OutputRecord {
  const { start, end } = capture;
  // Each packet has its problems in a record of its own, and what is wrong stands in the findings.
  const { malformed: _, ...quality } = capture.quality;
  return {
    files: capture.files,
    format: capture.format,
    linkTypes: capture.linkTypes,
    start: start === null ? null : timeText(start),
    end: end === null ? null : timeText(end),
    duration: start === null || end === null ? null : lapseBetween(start, end),
    frames: capture.frames,
    tcpSegments: capture.tcpSegments,
    connections: capture.connections,
    mysqlConnections: capture.mysqlConnections,
    mysqlPackets: capture.mysqlPackets,
    quality: {
      ...quality,
      gapPlaces: gapPlaces(conversations).slice(0, MAX_GAP_PLACES),
    },
    otherProtocols: capture.otherServers.map(({ server, first: _, ...rest }) => ({
      server: endpointRecord(server),
      ...rest,
    })),
    otherFrames: capture.otherFrames,
    unreadFrames: capture.unreadFrames,
    faults: faults.flatMap((fault, file) =>
      fault === null ? [] : [{ file: captures[file]?.name ?? null, ...fault }],
    ),
    notes: notes.flatMap((own, file) =>
      own.map(({ isUnsound: _, ...note }) => ({ file: captures[file]?.name ?? null, ...note })),
    ),
  };
}

export function relative(frame: Frame, first: Frame | null): number | null {
  return first === null ? null : secondsBetween(first, frame);
}

function endpointRecord({ address, port }: Endpoint): { address: string; port: number } {
  return { address: addressText(address), port };
}
