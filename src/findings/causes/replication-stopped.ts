import type { CauseSpec } from '../cause.ts';
import { describe, inOrder } from '../words.ts';

/** Texts of ERR 1236 and its like, and what to do about each. */
const REASONS: readonly { readonly text: RegExp; readonly why: string; readonly advice: string }[] =
  [
    {
      text: /same server_uuid|same server_id|server_uuid\/server_id/i,
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
      'An EOF at the end of a stream that was asked for with BINLOG_DUMP_NON_BLOCK: that is its end.',
      'Numbers that wrap, heartbeats, and the fresh start at 1 after a semi-sync acknowledgment are all legal.',
    ],
    ladder: [
      { from: 'client', text: 'COM_BINLOG_DUMP (0)' },
      { from: 'server', text: 'events (1 2 3 …)' },
      { from: 'server', text: 'ERR 1236' },
    ],
    fixture: 'built/replication-stopped',
    twin: 'replication/mysql',
  },
  diagnose: ({ facts }) => {
    const { streamError } = facts;
    if (streamError === null) return null;
    const { packet, request } = streamError;
    const { code, message } = packet.error;
    const reason = REASONS.find(({ text }) => text.test(message));
    return {
      frame: packet.frame,
      fromClient: false,
      message: `The server ended the replication stream: ERR ${code} '${message}'`,
      summary: `The server stopped sending events with ERR ${code} '${message}'${reason === undefined ? '' : `: ${reason.why}`}. The protocol worked as designed; the replica gets no more changes until it can go on.`,
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
        { frame: packet.frame, text: `the server sends ${describe(packet)}` },
      ]),
      ...(reason !== undefined && { advice: { client: reason.advice } }),
      key: `${code}${reason === undefined ? '' : ` ${REASONS.indexOf(reason)}`}`,
    };
  },
};
