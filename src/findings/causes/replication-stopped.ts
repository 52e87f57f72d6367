import type { Noted, Replica } from '../../mysql/facts.ts';
import type { Asking } from '../around.ts';
import type { CauseSpec, Subject } from '../cause.ts';
import { clientHostOf } from '../endpoints.ts';
import type { Evidence } from '../finding.ts';
import { describe, inOrder } from '../words.ts';

/** The server takes two connections for the same replica, and keeps the younger. */
const TWICE = /same server_uuid|same server_id|server_uuid\/server_id/i;

/** Texts of ERR 1236 and its like, and what to do about each. */
const REASONS: readonly { readonly text: RegExp; readonly why: string; readonly advice: string }[] =
  [
    {
      text: TWICE,
      why: 'another replica has connected under the same server_id or server_uuid, and the server keeps one stream for each',
      advice:
        'give each replica a server_id of its own; where a data directory was copied, delete its auto.cnf, so that it makes a new server_uuid. Readers of the binary log (canal, Debezium, gh-ost, python-mysql-replication) need one of their own, too.',
    },
    {
      text: /purged|could not find (first|next) log|could not find gtid state/i,
      why: 'what the replica has yet to read is no longer among the server’s binary logs',
      advice:
        'set the replica up anew from a backup, or start it at a position that still exists; keep binary logs for longer than any replica is away (binlog_expire_logs_seconds, expire_logs_days).',
    },
    {
      text: /max_allowed_packet/i,
      why: 'an event is larger than the server may send, or the position is not the start of one',
      advice:
        'raise max_allowed_packet on the server (and replica_max_allowed_packet on the replica); check the position that the replica asked for.',
    },
    {
      text: /not (open|enabled)|log-bin/i,
      why: 'the server writes no binary log',
      advice: 'switch the binary log on at the server (log_bin), or read from another server.',
    },
  ];

/** C29: an ERR ends a stream of the binary log. */
export const replicationStopped: CauseSpec = {
  id: 'replication-stopped',
  rule: 'replication-stopped',
  severity: 'warning',
  also: [{ rule: 'replication-stopped', severity: 'info', when: 'the replica itself came back' }],
  title: 'The server ended a replication stream with an error.',
  advice: {
    client:
      'look at the replica’s own state (SHOW REPLICA STATUS: Last_IO_Error), and at the position or GTID set that it asked for.',
  },
  drivers: [
    {
      driver: 'MySQL and MariaDB replicas',
      text: 'Got fatal error 1236 from master when reading data from binary log',
    },
    { driver: 'python-mysql-replication', text: 'pymysql.err.OperationalError: (1236, …)' },
    { driver: 'go-mysql (canal, gh-ost)', text: 'ERROR 1236 (HY000)' },
  ],
  page: {
    about: [
      'After COM_BINLOG_DUMP the server sends events for as long as the connection lasts. What ends it with a text is an ERR, mostly 1236 (ER_MASTER_FATAL_ERROR_READING_BINLOG): the position or the GTIDs that the replica asks for are gone, another replica has the same server_id or server_uuid, an event is too large.',
      'Two replicas with one server_id throw each other out: each reconnects, and with that ends the other’s stream, for ever.',
    ],
    lookAlikes: [
      'killed, server-stopped: the stream ends without an ERR.',
      'A replica that left its stream (STOP REPLICA, a network that broke) and comes back: the server, which has not noticed, ends the old stream with the same text, and nobody reads it. Told as no more than info.',
      'An EOF at the end of a stream that was asked for with BINLOG_DUMP_NON_BLOCK: that is its end.',
      'Numbers that wrap, heartbeats, and the fresh start at 1 behind an event that asks for a semi-sync acknowledgment are all legal.',
    ],
    ladder: [
      { from: 'client', text: 'COM_BINLOG_DUMP (0)' },
      { from: 'server', text: 'events (1 2 3 …)' },
      { from: 'server', text: 'ERR 1236' },
    ],
    fixture: 'replication/two-readers-mysql',
    twin: 'replication/mysql',
  },
  diagnose: (subject) => {
    const { streamError } = subject.facts;
    if (streamError === null) return null;
    const { packet, request } = streamError;
    const { code, message } = packet.error;
    const isTwice = TWICE.test(message);
    const asking = isTwice
      ? subject.around.replicaBefore(subject.conversation, packet.frame)
      : null;
    const back = isTwice ? comeBack(subject, packet, asking) : null;
    const reason = REASONS.find(({ text }) => text.test(message));
    const why = back === null ? reason?.why : LEFT;
    const next =
      back === null ? 'the replica gets no more changes until it can go on' : 'nothing is lost';
    return {
      frame: packet.frame,
      fromClient: false,
      message: `The server ended the replication stream: ERR ${code} '${message}'`,
      summary: `The server stopped sending events with ERR ${code} '${message}'${why === undefined ? '' : `: ${why}`}. The protocol worked as designed; ${next}.`,
      certainty: 'proven',
      evidence: inOrder([
        ...(request === null
          ? []
          : [
              {
                frame: request.frame,
                text: `the client asks for events: ${describe(request)}`,
              },
            ]),
        ...(asking === null ? [] : [asks(asking)]),
        ...(back ?? []),
        { frame: packet.frame, text: `the server sends ${describe(packet)}` },
      ]),
      ...(back !== null && { severity: 'info' as const, advice: NOTHING_TO_DO }),
      ...(back === null && reason !== undefined && { advice: { client: reason.advice } }),
      key: `${code}${back !== null ? ' again' : reason === undefined ? '' : ` ${REASONS.indexOf(reason)}`}`,
    };
  },
};

const NOTHING_TO_DO = {
  client:
    'nothing, where the replica was stopped and started on purpose; where it was not, find why it gave its stream up (its own error log, the network between).',
};

const LEFT =
  'the replica had left this stream and asked for a new one, and the server ended what was left of the old one';

/** Whether nobody was there any more to read why the stream ended: what shows it, or null. */
function comeBack(
  { conversation, facts }: Subject,
  { frame, endOffset }: Noted,
  asking: Asking | null,
): Evidence[] | null {
  const { clientFin, reset, clientHad } = facts;
  if (clientFin !== null && (clientFin.number < frame.number || clientHad < endOffset)) {
    return [{ frame: clientFin, text: 'the client closes the connection' }];
  }
  if (reset?.byClient && reset.acknowledged < endOffset) {
    return [{ frame: reset.frame, text: 'the client knows no such connection' }];
  }
  // Gone without a word: it never acknowledges what came last, and its host asks on another connection.
  const { client, connection } = conversation;
  if (client === null || asking === null || facts.bytesMissing) return null;
  const isSilent = connection.halves[1 - client]!.acknowledged < endOffset;
  return isSilent && clientHostOf(asking.conversation) === clientHostOf(conversation) ? [] : null;
}

function asks({ conversation, replica }: Asking): Evidence {
  const host = clientHostOf(conversation);
  return {
    frame: replica.dump.frame,
    text: `${host} asks for events on connection ${conversation.connection.number}, ${identityOf(replica)}`,
  };
}

function identityOf({ serverId, uuid, host }: Replica): string {
  const parts = [
    serverId === null ? '' : `server_id ${serverId}`,
    uuid === null ? '' : `server_uuid ${uuid}`,
    host === '' ? '' : `report_host ${host}`,
  ];
  return `with ${parts.filter((part) => part !== '').join(', ')}`;
}
