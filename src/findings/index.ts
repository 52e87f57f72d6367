import type { Conversation } from '../mysql/conversation.ts';
import { Around } from './around.ts';
import { closedBetween, heldBetween, ofAllLegs } from './between.ts';
import type { CauseSpec, Diagnosis, Subject } from './cause.ts';
import { accessDenied } from './causes/access-denied.ts';
import { accountLocked } from './causes/account-locked.ts';
import { authUnanswered } from './causes/auth-unanswered.ts';
import { cancelledAndReused } from './causes/cancelled-and-reused.ts';
import { changeUserRefused } from './causes/change-user-refused.ts';
import { clearPassword } from './causes/clear-password.ts';
import { clientGaveUp } from './causes/client-gave-up.ts';
import { clientLeft } from './causes/client-left.ts';
import { clientNumbering } from './causes/client-numbering.ts';
import { clientPacketLimit } from './causes/client-packet-limit.ts';
import { commandOutOfTurn } from './causes/command-out-of-turn.ts';
import { compressedNumbering } from './causes/compressed-numbering.ts';
import { compressionMismatch } from './causes/compression-mismatch.ts';
import { connectionDropped } from './causes/connection-dropped.ts';
import { connectionPerQuery } from './causes/connection-per-query.ts';
import { endedByError } from './causes/ended-by-error.ts';
import { eofMismatch } from './causes/eof-mismatch.ts';
import { galeraLeft } from './causes/galera-left.ts';
import { healthCheck } from './causes/health-check.ts';
import { hostBlocked } from './causes/host-blocked.ts';
import { hostNotAllowed } from './causes/host-not-allowed.ts';
import { idleTimeout } from './causes/idle-timeout.ts';
import { infileAfterEnd } from './causes/infile-after-end.ts';
import { infileBrokenOff } from './causes/infile-broken-off.ts';
import { infileUnfinished } from './causes/infile-unfinished.ts';
import { killed } from './causes/killed.ts';
import { localInfile } from './causes/local-infile.ts';
import { loginFailed } from './causes/login-failed.ts';
import { loginHeldUp } from './causes/login-held-up.ts';
import { loginTimeout } from './causes/login-timeout.ts';
import { loginUnfinished } from './causes/login-unfinished.ts';
import { malformedAnswer } from './causes/malformed-answer.ts';
import { malformedCommand } from './causes/malformed-command.ts';
import { misnumberedByClient } from './causes/misnumbered-by-client.ts';
import { netWriteTimeout } from './causes/net-write-timeout.ts';
import { noPublicKey } from './causes/no-public-key.ts';
import { noTls } from './causes/no-tls.ts';
import { notMysqlClient } from './causes/not-mysql-client.ts';
import { notMysqlServer } from './causes/not-mysql-server.ts';
import { offlineMode } from './causes/offline-mode.ts';
import { packetTooLarge } from './causes/packet-too-large.ts';
import { passwordExpired } from './causes/password-expired.ts';
import { pluginUnsupported } from './causes/plugin-unsupported.ts';
import { proxyHeader } from './causes/proxy-header.ts';
import { proxyIdleTimeout } from './causes/proxy-idle-timeout.ts';
import { proxyPipelining } from './causes/proxy-pipelining.ts';
import { refused } from './causes/refused.ts';
import { replicationStopped } from './causes/replication-stopped.ts';
import { serverClosed } from './causes/server-closed.ts';
import { serverCrashed } from './causes/server-crashed.ts';
import { serverError } from './causes/server-error.ts';
import { serverNeverResets } from './causes/server-never-resets.ts';
import { serverNumbering } from './causes/server-numbering.ts';
import { serverReadError } from './causes/server-read-error.ts';
import { serverReadTimeout } from './causes/server-read-timeout.ts';
import { serverStopped } from './causes/server-stopped.ts';
import { sharedConnection } from './causes/shared-connection.ts';
import { staleAnswer } from './causes/stale-answer.ts';
import { staleMetadata } from './causes/stale-metadata.ts';
import { tlsFailed } from './causes/tls-failed.ts';
import { tlsNotSpoken } from './causes/tls-not-spoken.ts';
import { tlsRefused } from './causes/tls-refused.ts';
import { tlsRequired } from './causes/tls-required.ts';
import { tooManyConnections } from './causes/too-many-connections.ts';
import { unanswered } from './causes/unanswered.ts';
import { unknownDatabase } from './causes/unknown-database.ts';
import { usedAfterQuit } from './causes/used-after-quit.ts';
import { userLimit } from './causes/user-limit.ts';
import { wrongLength } from './causes/wrong-length.ts';
import { wrongSplitting } from './causes/wrong-splitting.ts';
import { partiesOf, serverOf } from './endpoints.ts';
import { CERTAINTIES, type Evidence, type Finding, SEVERITIES } from './finding.ts';
import type { Legs } from './legs.ts';
import { describe } from './words.ts';

/**
 * Why conversations break, in the order in which it is weighed: not MySQL at all, an error that the server sent
 * of its own accord, two users, the end of the connection, framing, and numbers last. Of one connection the
 * first that fits is told; the rest follows from it. (A defect of the capture comes before them all: what follows
 * missing bytes is never noted as anybody's fault.) One line adds a cause.
 */
const BREAKS: readonly CauseSpec[] = [
  wrongLength,
  notMysqlServer,
  notMysqlClient,
  tooManyConnections,
  hostBlocked,
  hostNotAllowed,
  refused,
  proxyHeader,
  galeraLeft,
  killed,
  loginTimeout,
  loginHeldUp,
  authUnanswered,
  userLimit,
  noPublicKey,
  accessDenied,
  unknownDatabase,
  accountLocked,
  passwordExpired,
  tlsRequired,
  tlsNotSpoken,
  tlsFailed,
  tlsRefused,
  pluginUnsupported,
  changeUserRefused,
  healthCheck,
  idleTimeout,
  offlineMode,
  serverCrashed,
  serverStopped,
  packetTooLarge,
  serverReadTimeout,
  serverReadError,
  infileUnfinished,
  usedAfterQuit,
  cancelledAndReused,
  sharedConnection,
  netWriteTimeout,
  clientPacketLimit,
  connectionDropped,
  unanswered,
  proxyIdleTimeout,
  compressionMismatch,
  eofMismatch,
  malformedAnswer,
  malformedCommand,
  staleAnswer,
  compressedNumbering,
  wrongSplitting,
  infileAfterEnd,
  infileBrokenOff,
  commandOutOfTurn,
  proxyPipelining,
  misnumberedByClient,
  serverError,
  clientNumbering,
  serverNeverResets,
  serverNumbering,
  staleMetadata,
  replicationStopped,
  loginFailed,
  endedByError,
  serverClosed,
  clientGaveUp,
  clientLeft,
  loginUnfinished,
];

/** What only both ends of a session show that goes through something: the client's leg and the server's. */
const BETWEEN: readonly [CauseSpec, (client: Subject, server: Subject) => Diagnosis | null][] = [
  [loginHeldUp, heldBetween],
  [proxyIdleTimeout, closedBetween],
];

/** What works and is a risk, or costs more than it need: told beside whatever broke. One line adds one. */
const HABITS: readonly CauseSpec[] = [clearPassword, localInfile, noTls, connectionPerQuery];

/** All that a finding may be put down to. */
export const CAUSES: readonly CauseSpec[] = [...BREAKS, ...HABITS];

/** Judges all connections of a capture, the legs of one session together; in no order. */
export function findingsOf(conversations: readonly Conversation[], legs: Legs): Finding[] {
  const around = new Around(conversations);
  const groups: Group[] = [];
  /** Of what is told once for each server, by that and the fingerprint. */
  const shared = new Map<string, Group>();
  const add = (finding: Finding, { isShared }: CauseSpec, server: string): void => {
    // Fifty refused logins are one wrong password.
    const isTogether = isShared || finding.severity !== 'error';
    const key = `${server} ${finding.fingerprint}`;
    const known = isTogether ? shared.get(key) : undefined;
    if (known === undefined) {
      const group = {
        told: finding,
        connections: [...finding.connections],
        occurrences: finding.occurrences,
      };
      if (isTogether) shared.set(key, group);
      groups.push(group);
      return;
    }
    // What is gravest tells it.
    if (isGraver(finding, known.told)) known.told = finding;
    known.connections.push(...finding.connections);
    known.occurrences += finding.occurrences;
  };
  for (const conversation of conversations) {
    const chain = legs.of(conversation);
    if (chain[0] !== conversation) continue;
    const subjects = chain.map((leg) => subjectOf(leg, around));
    const root = rootOfSession(subjects);
    if (root !== null) add(...root);
    const habits = new Set<CauseSpec>();
    for (const subject of subjects) {
      for (const cause of HABITS) {
        // Both legs of a session show what its client is used to do.
        const diagnosis = habits.has(cause) ? null : cause.diagnose(subject);
        if (diagnosis === null) continue;
        habits.add(cause);
        add(findingFrom(cause, diagnosis, subject), cause, serverOf(subject.conversation));
      }
    }
  }
  return groups.map(({ told, ...all }) => ({ ...told, ...all }));
}

/** One fault, and all connections that show it. */
interface Group {
  told: Finding;
  readonly connections: number[];
  occurrences: number;
}

function subjectOf(conversation: Conversation, around: Around): Subject {
  const { connection, facts, session } = conversation;
  return { connection: connection.number, conversation, facts, session, around };
}

/** What broke a session, of which there are mostly one leg, and at which server it shows. */
function rootOfSession(subjects: readonly Subject[]): [Finding, CauseSpec, string] | null {
  const [client, ...behind] = subjects as [Subject, ...Subject[]];
  const server = behind.at(-1);
  if (server === undefined) {
    const root = rootOf(client);
    return root === null ? null : [...root, serverOf(client.conversation)];
  }
  for (const [cause, diagnose] of BETWEEN) {
    const diagnosis = diagnose(client, server);
    if (diagnosis === null) continue;
    const finding = findingFrom(cause, diagnosis, client);
    return [ofAllLegs(finding, client, subjects), cause, serverOf(server.conversation)];
  }
  let told: [Finding, CauseSpec, Subject] | null = null;
  for (const subject of subjects) {
    const root = rootOf(subject);
    if (root !== null && (told === null || tellsMore(root[0], told[0]))) told = [...root, subject];
  }
  if (told === null) return null;
  return [ofAllLegs(told[0], told[2], subjects), told[1], serverOf(server.conversation)];
}

/** Whether a leg's finding tells more than that of a leg nearer to the client: the cause comes from the server's side. */
function tellsMore(finding: Finding, nearer: Finding): boolean {
  if (finding.severity !== nearer.severity) return isGraver(finding, nearer);
  if (finding.cause.id === nearer.cause.id) return false;
  const [own, other] = [finding, nearer].map(({ cause }) => CERTAINTIES.indexOf(cause.certainty));
  return own! >= other!;
}

/** The first of what is gravest. */
function rootOf(subject: Subject): [Finding, CauseSpec] | null {
  let root: [Finding, CauseSpec] | null = null;
  for (const cause of BREAKS) {
    const diagnosis = cause.diagnose(subject);
    if (diagnosis === null) continue;
    const finding = findingFrom(cause, diagnosis, subject);
    if (finding.severity === 'error') return [finding, cause];
    if (root === null || isGraver(finding, root[0])) root = [finding, cause];
  }
  return root;
}

function isGraver({ severity }: Finding, other: Finding): boolean {
  return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(other.severity);
}

function findingFrom(cause: CauseSpec, diagnosis: Diagnosis, subject: Subject): Finding {
  const { got = null, expected = null, certainty, summary, evidence } = diagnosis;
  return {
    rule: got === null ? (diagnosis.rule ?? cause.rule) : 'sequence-mismatch',
    severity: diagnosis.severity ?? cause.severity,
    connection: subject.connection,
    connections: [subject.connection],
    parties: partiesOf(subject.conversation),
    frame: diagnosis.frame,
    fromClient: diagnosis.fromClient,
    got,
    expected,
    message: diagnosis.message,
    cause: { id: cause.id, certainty, summary },
    evidence,
    ruledOut: diagnosis.ruledOut ?? [],
    consequences: consequencesOf(subject, diagnosis),
    advice: diagnosis.advice ?? cause.advice,
    drivers: diagnosis.drivers ?? cause.drivers,
    occurrences: diagnosis.occurrences ?? 1,
    fingerprint: fingerprintOf(cause, diagnosis, subject),
  };
}

/** Before the login is through, whether its name was captured is chance. */
function fingerprintOf(
  { id, isShared }: CauseSpec,
  { key }: Diagnosis,
  { facts, session }: Subject,
): string {
  // What happened to the server happened to all, whatever each of them saw of it.
  if (isShared) return id;
  const parts = [id];
  if (key !== undefined) parts.push(key);
  if (facts.loginOk !== null) {
    if (session.user !== null) parts.push(`user=${session.user}`);
    if (session.database !== null) parts.push(`database=${session.database}`);
  }
  return parts.join(' ');
}

/** What else went wrong on the connection afterwards. */
function consequencesOf({ facts }: Subject, { frame, evidence }: Diagnosis): Evidence[] {
  const told = new Set(evidence.map((e) => e.frame.number));
  const after = (at: { number: number }) => at.number > frame.number && !told.has(at.number);
  const consequences: Evidence[] = [];
  for (const { packet, got, expected } of facts.mismatches) {
    if (!after(packet.frame)) continue;
    const what = packet.error === null ? `sequence id ${got}` : describe(packet);
    consequences.push({
      frame: packet.frame,
      text: `the ${packet.fromClient ? 'server' : 'client'} reads ${what} where ${expected} is due`,
    });
  }
  const { serverFin, reset, clientFin, quit } = facts;
  if (reset !== null && after(reset.frame)) {
    const who = reset.byClient ? 'client' : 'server';
    consequences.push({ frame: reset.frame, text: `the ${who} resets the connection` });
  } else if (
    quit === null &&
    serverFin !== null &&
    after(serverFin) &&
    (clientFin === null || serverFin.number < clientFin.number)
  ) {
    consequences.push({ frame: serverFin, text: 'the server closes the connection' });
  }
  return consequences.sort((a, b) => a.frame.number - b.frame.number);
}
