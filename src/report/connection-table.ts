import { findingsByConnection, type Report } from '../analysis/report.ts';
import { secondsBetween } from '../capture/frame.ts';
import type { Conversation } from '../mysql/conversation.ts';
import { endpointText } from './addresses.ts';
import type { Layout } from './renderer.ts';
import { type Column, renderTable } from './table.ts';

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

export function connectionTable(report: Report, layout: Layout): Promise<string> {
  const findings = findingsByConnection(report);
  const rows = report.conversations.map((conversation) =>
    rowOf(conversation, findings.get(conversation.connection.number)?.length ?? 0),
  );
  return renderTable(COLUMNS, rows, layout);
}

function rowOf(conversation: Conversation, findings: number): string[] {
  const { connection, session } = conversation;
  const client = conversation.client ?? 0;
  const seconds = secondsBetween(connection.first, connection.last);
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
    notes(conversation, findings).join(', '),
  ];
}

function notes(conversation: Conversation, findings: number): string[] {
  const { connection, compression, status, tls, unread } = conversation;
  const gaps = connection.halves[0].gapBytes + connection.halves[1].gapBytes;
  const list: string[] = [];
  if (findings > 0) list.push(findings === 1 ? '1 finding' : `${findings} findings`);
  if (tls !== null) list.push(tls.decrypted ? (tls.version ?? 'TLS') : hiddenBy(tls.fault));
  if (compression !== null) list.push(compression);
  if (unread !== null) list.push(unread);
  if (status === 'other') list.push('not MySQL');
  if (status === 'undecided') list.push('no MySQL seen');
  if (conversation.midstream) list.push('start not captured');
  if (gaps > 0) list.push(`${gaps} bytes missing`);
  return list;
}

/** The reason is TLS's own; its commonest says what helps. */
function hiddenBy(fault: string | null): string {
  return fault === null ? 'TLS, not decrypted' : `TLS, not decrypted: ${fault}`;
}
