import { type Outcome, outcomeOf } from '../analysis/other-traffic.ts';
import { countsOf } from '../analysis/quality.ts';
import { findingsByConnection, type Report } from '../analysis/report.ts';
import { lapseBetween } from '../capture/frame.ts';
import { SEVERITIES } from '../findings/finding.ts';
import type { Legs } from '../findings/legs.ts';
import type { Conversation } from '../mysql/conversation.ts';
import { endpointText } from './addresses.ts';
import { count } from './count.ts';
import type { Layout } from './renderer.ts';
import { type Column, renderTable, restText } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'conn', align: 'right' },
  { title: 'client', min: 13, keepEnd: true },
  { title: 'server', min: 13, keepEnd: true },
  { title: 'version', min: 8, drop: 4 },
  { title: 'user', min: 6 },
  { title: 'database', min: 6, drop: 1 },
  { title: 'login' },
  { title: 'cmds', align: 'right' },
  { title: 'errs', align: 'right' },
  { title: 'seconds', align: 'right', drop: 2 },
  { title: 'closed', drop: 3 },
  { title: 'notes', min: 9 },
];

/** Connections that a table shows where there are more, and how many of these for what was found on them. */
const MAX_ROWS = 100;
const MAX_GRAVE_ROWS = 50;

type FindingsByConnection = ReturnType<typeof findingsByConnection>;

export async function connectionTable(report: Report, layout: Layout): Promise<string> {
  const findings = findingsByConnection(report);
  const shown = layout.all ? report.conversations : foremost(report, findings);
  const rows = shown.map((conversation) => {
    const own = findings.get(conversation.connection.number)?.length ?? 0;
    return rowOf(conversation, own, report.legs);
  });
  const rest = report.conversations.length - shown.length;
  return (await renderTable(COLUMNS, rows, layout)) + restText(rest, 'connection');
}

/** The first of them, and those with the gravest findings; by number. */
function foremost(
  { conversations, findings }: Report,
  byConnection: FindingsByConnection,
): readonly Conversation[] {
  if (conversations.length <= MAX_ROWS) return conversations;
  const chosen = new Set<Conversation>();
  const choose = (isMeant: (own: readonly number[]) => boolean, room: number) => {
    for (const conversation of conversations) {
      if (chosen.size >= room) return;
      if (isMeant(byConnection.get(conversation.connection.number) ?? [])) chosen.add(conversation);
    }
  };
  for (const severity of SEVERITIES.toReversed()) {
    choose((own) => own.some((id) => findings[id]!.severity === severity), MAX_GRAVE_ROWS);
  }
  choose(() => true, MAX_ROWS);
  return conversations.filter((conversation) => chosen.has(conversation));
}

function rowOf(conversation: Conversation, findings: number, legs: Legs): string[] {
  const { connection, session } = conversation;
  const client = conversation.client ?? 0;
  const seconds = lapseBetween(connection.first, connection.last);
  return [
    String(connection.number),
    endpointText(connection.endpoints[client]!),
    endpointText(connection.endpoints[1 - client]!),
    session.serverVersion ?? '-',
    session.user ?? '-',
    session.database ?? '-',
    conversation.login,
    String(conversation.commands),
    String(conversation.errors),
    seconds === null ? '-' : seconds.toFixed(3),
    conversation.closed,
    notes(conversation, findings, legs).join(', '),
  ];
}

function notes(conversation: Conversation, findings: number, legs: Legs): string[] {
  const { connection, compression, status, tls, unread } = conversation;
  const { gapBytes } = countsOf([connection]);
  const list: string[] = [];
  if (findings > 0) list.push(count(findings, 'finding'));
  const others = legs.of(conversation).filter((leg) => leg !== conversation);
  if (others.length > 0)
    list.push(`one session with ${others.map(({ connection: c }) => c.number).join(', ')}`);
  if (tls !== null) list.push(tls.decrypted ? (tls.version ?? 'TLS') : hiddenBy(tls.fault));
  if (compression !== null) list.push(compression);
  if (unread !== null) list.push(unread);
  const strange = strangeness(conversation);
  if (strange !== null) list.push(strange);
  if (status === 'mysql' && outcomeOf(connection) === 'oneSided') list.push(UNDECIDED.oneSided);
  if (conversation.midstream) list.push('start not captured');
  if (gapBytes > 0) list.push(`${count(gapBytes, 'byte')} missing`);
  return list;
}

/** Where nothing told that it is MySQL. */
const UNDECIDED: Readonly<Record<Outcome, string>> = {
  data: 'no MySQL seen',
  oneSided: 'only one direction captured',
  silent: 'nothing was said',
  refused: 'refused by the server',
  unanswered: 'the server never answered',
};

/** What it is instead of MySQL, as far as that is known. */
function strangeness({ connection, protocol, status }: Conversation): string | null {
  if (status === 'mysql') return null;
  if (protocol !== null) return `not MySQL: ${protocol}`;
  return status === 'other' ? 'not MySQL' : UNDECIDED[outcomeOf(connection)];
}

/** The reason is TLS's own; its commonest says what helps. */
function hiddenBy(fault: string | null): string {
  return fault === null ? 'TLS, not decrypted' : `TLS, not decrypted: ${fault}`;
}
