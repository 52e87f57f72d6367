import { secondsBetween } from '../../capture/frame.ts';
import type { CauseSpec } from '../cause.ts';
import type { Evidence } from '../finding.ts';
import { several } from '../words.ts';

/** So many make a habit. */
const MIN_CONNECTIONS = 20;
/** Of the user's connections from that host. */
const MIN_SHARE = 0.8;
/** What comes more seldom is a monitor, or costs nothing worth telling. */
const MAX_INTERVAL_SECONDS = 1;

/** A connection for each query. */
export const connectionPerQuery: CauseSpec = {
  id: 'connection-per-query',
  rule: 'risky-habit',
  severity: 'warning',
  title: 'The application opens a connection for each query.',
  advice: {
    client:
      'keep connections: a pool (SQLAlchemy, mysql2.createPool, HikariCP), persistent connections in PHP (PDO::ATTR_PERSISTENT, p: in mysqli), CONN_MAX_AGE in Django.',
    between: 'a proxy that pools connections (ProxySQL, MaxScale) spares the server most of it.',
  },
  drivers: [],
  page: {
    about: [
      'Each connection costs a TCP handshake, the greeting, a login with its hashing (RSA or TLS on top), often a SET NAMES, and on the server a thread. For one short query that is mostly more than the query itself; under load it fills max_connections, and the client’s ports with TIME_WAIT.',
    ],
    lookAlikes: [
      'A monitor that looks in every second or less often.',
      'HAProxy’s mysql-check, which logs in and asks nothing.',
    ],
    ladder: [
      { from: 'client', text: 'connects, logs in' },
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'client', text: 'COM_QUIT (0)' },
      { from: 'client', text: 'connects again, logs in, for the next query' },
    ],
    fixture: 'causes/connection-per-query',
    twin: 'causes/pooled',
  },
  diagnose: ({ conversation, facts, around }) => {
    if (facts.loginOk === null) return null;
    const stay = around.visits.stayOf(conversation);
    const { short, logins, firstShort, lastShort, connectSeconds, querySeconds } = stay;
    // Told once, where it starts.
    if (firstShort[0] !== conversation) return null;
    if (short < MIN_CONNECTIONS || short < logins * MIN_SHARE) return null;
    const lasted = secondsBetween(conversation.connection.first, lastShort!.connection.first);
    if (lasted === null || lasted / (short - 1) > MAX_INTERVAL_SECONDS) return null;
    const next = firstShort[1]!;
    const evidence: Evidence[] = [
      { frame: conversation.connection.first, text: 'the client connects' },
      { frame: facts.loginOk.frame, text: 'the login is through' },
      { frame: facts.lastRequest!.frame, text: `it sends its last ${facts.lastRequest!.type}` },
      { frame: facts.quit!.frame, text: 'it quits' },
      {
        frame: next.connection.first,
        text: `it connects again (connection ${next.connection.number})`,
      },
    ];
    return {
      frame: conversation.connection.first,
      fromClient: true,
      message: `${several(short, 'connection')} for a query or two each`,
      summary: `Of ${several(logins, 'connection')} of this user from one host, ${short} were opened for one or two statements and quit again. Connecting took ${timeText(connectSeconds)} in all, the statements ${timeText(querySeconds)}.`,
      certainty: 'proven',
      evidence: evidence.sort((a, b) => a.frame.number - b.frame.number),
      occurrences: short,
    };
  },
};

function timeText(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
