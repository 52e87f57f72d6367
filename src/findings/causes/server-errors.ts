/** An error that a server sends of its own accord, without or before reading a command. */
interface ServerErrorCause {
  readonly id: string;
  readonly why: string;
  readonly advice: string;
}

/** By code. */
export const SERVER_ERRORS: Readonly<Record<number, ServerErrorCause | undefined>> = {
  4031: {
    id: 'idle-timeout',
    why: 'the connection had been idle for longer than wait_timeout (or interactive_timeout), and the server closed it',
    advice:
      "Client: keep pooled connections for less than the server's wait_timeout (SQLAlchemy pool_recycle, a pool's max idle time or lifetime), and check them on checkout (pool_pre_ping). Server: wait_timeout and interactive_timeout say how long idle connections live. Retrying is safe: the server had closed before it read the command.",
  },
  1927: {
    id: 'killed',
    why: 'somebody killed the connection (KILL, or a shutdown)',
    advice: 'Find who ran KILL, or restarted the server, at that time; then reconnect.',
  },
  1053: {
    id: 'shutdown',
    why: 'the server was shutting down',
    advice: 'The server was stopped or restarted; reconnect, and retry what had not committed.',
  },
  3032: {
    id: 'offline-mode',
    why: 'the server was put into offline mode',
    advice: 'An administrator set offline_mode; connect to another server, or wait.',
  },
  1158: {
    id: 'server-read-error',
    why: 'the server failed to read from the connection',
    advice: 'Look at what stands between client and server, and at the network itself.',
  },
  1159: {
    id: 'server-read-timeout',
    why: 'the server waited too long for the rest of what the client was sending (connect_timeout, net_read_timeout)',
    advice:
      'Find what kept the client from sending: a stalled process, or a proxy or network between.',
  },
  1153: {
    id: 'packet-too-large',
    why: "the statement is larger than the server's max_allowed_packet, and the server refused it before it had read all of it",
    advice:
      'Server: raise max_allowed_packet. Client: raise its own limit too, or send less in one statement.',
  },
  1156: {
    id: 'misnumbered-by-client',
    why: 'the server found a wrong sequence id, or bytes that are no MySQL packet, in what it was sent',
    advice:
      'Look at what the client, or a proxy between, sent just before: its sequence ids, a PROXY header, a health check.',
  },
};
