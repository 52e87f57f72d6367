/** What a text or a number means before anybody has seen the capture. */
export interface Meaning {
  readonly means: string;
  /** Ids, the most likely first. */
  readonly causes: readonly string[];
}

export const TWO_USERS: Meaning = {
  means:
    'Somebody wanted to use the connection while somebody else was still reading an answer from it. This driver noticed by itself; where it does not, answers are mixed up.',
  causes: ['shared-connection', 'cancelled-and-reused', 'used-after-quit'],
};

export const UNREAD: Meaning = {
  means:
    'The driver refuses to send a command because the answer to the one before has not been read to its end. That command is not on the wire.',
  causes: ['unread-result', 'shared-connection'],
};

export const BUSY_BUFFER: Meaning = {
  means:
    'The driver’s buffer still holds bytes that nobody has read: in a transaction (or on one sql.Conn) the rows of the query before were not read to their end or closed, or two goroutines use the same one.',
  causes: ['unread-result', 'shared-connection'],
};

export const OUT_OF_ORDER: Meaning = {
  means:
    'The driver read a packet with another sequence id than it expected, and does not say which. Mostly it is an ERR that had been waiting, whose text it hides.',
  causes: ['idle-timeout', 'shared-connection', 'login-timeout', 'killed'],
};

export const STRAY: Meaning = {
  means:
    'A packet came while the driver was waiting for none: mostly an ERR with which the server says why it closes an idle connection.',
  causes: ['idle-timeout', 'killed', 'server-stopped', 'stale-answer'],
};

export const WRONG_KIND: Meaning = {
  means:
    'mysqljs read a packet of a kind that its current step does not know. It finds the step by the name of a class: where a bundler has renamed classes (minification by webpack, Next.js, Electron), every packet is of the wrong kind, and the wire is right. Otherwise the answer is not shaped as the driver expects.',
  causes: ['driver-counter', 'eof-mismatch', 'shared-connection'],
};

export const NOT_MYSQL: Meaning = {
  means:
    'What came where the greeting was due is no greeting of a MySQL server, and the driver took its first bytes for a packet.',
  causes: ['not-mysql-server'],
};

export const PIPELINED: Meaning = {
  means:
    'The proxy got bytes from a client before it was through with the answer to its last command: two users of one connection, or commands that a driver sends ahead (pipelining).',
  causes: ['shared-connection', 'proxy-pipelining'],
};

export const NOBODY_THERE: Meaning = {
  means:
    'The host, or a firewall before it, answered the first packet with RST: nothing listens on that address and port, and no MySQL was ever spoken.',
  causes: ['nobody-listens'],
};

export const BEFORE_GREETING: Meaning = {
  means:
    'The connection was closed before a greeting had come: by a server that refuses it, by a proxy that has no server behind it, or by something that is no MySQL server.',
  causes: [
    'too-many-connections',
    'host-blocked',
    'host-not-allowed',
    'refused',
    'not-mysql-server',
  ],
};

export const AT_LOGIN: Meaning = {
  means:
    'The connection was closed while the driver waited for the reply to its login. A server that had waited too long for that login does so (from MySQL 8.0.24 on with ERR 1159), and so do servers that do not like what a proxy has sent.',
  causes: ['login-timeout', 'proxy-header', 'login-held-up', 'tls-failed'],
};

export const NO_TLS: Meaning = {
  means:
    'The driver had asked for TLS and then read something that is no TLS: mostly an ERR in plain text that the server had sent before, because it had waited too long for the login.',
  causes: ['login-timeout', 'tls-refused', 'not-mysql-server'],
};

export const SERVER_WITHOUT_TLS: Meaning = {
  means: 'The driver insists on TLS, and the server’s greeting does not offer it.',
  causes: ['tls-refused'],
};

export const UNTRUSTED: Meaning = {
  means: 'The driver does not trust the certificate that the server showed, and left.',
  causes: ['tls-failed'],
};

export const NO_PLUGIN: Meaning = {
  means: 'The server asked for an authentication plugin that the driver does not know.',
  causes: ['plugin-unsupported'],
};

export const UNANSWERED: Meaning = {
  means:
    'Nothing came for as long as the driver was told to wait: the server was busy with the query, or what either side sent was lost on the way.',
  causes: ['client-gave-up', 'unanswered', 'connection-dropped'],
};

export const BAD_IDLE: Meaning = {
  means:
    'The server had closed an idle connection (where something was read from it, it had said so in an ERR). The driver saw it in time and opened another one; nothing was lost.',
  causes: ['idle-timeout', 'killed', 'server-stopped'],
};

/** The driver cannot know why. */
export const LOST: Meaning = {
  means:
    'The connection was gone when the driver wanted to use it, or went while it did. The driver cannot know why. A capture can: who closed first, how long nothing had been said before, and whether the server left an ERR that nobody read.',
  causes: [
    'idle-timeout',
    'proxy-idle-timeout',
    'connection-dropped',
    'killed',
    'server-stopped',
    'server-crashed',
    'net-write-timeout',
    'packet-too-large',
    'used-after-quit',
    'server-closed',
  ],
};

export const CLOSED_BEFORE: Meaning = {
  means:
    'The driver itself had closed the connection after an earlier error: that one tells more. It also comes where one user of a connection closes what another one is using.',
  causes: ['shared-connection', 'idle-timeout', 'killed'],
};

export const UNREACHABLE: Meaning = {
  means:
    'Nothing answered the driver’s attempt to connect for as long as it was told to wait: a firewall or a security group swallows the packets, the host is down, or the address is another’s. A server whose queue of new connections is full (back_log) keeps silent, too.',
  causes: ['server-unreachable'],
};

export const REFUSED_OR_SILENT: Meaning = {
  means:
    'The connection was not made: where it failed at once, nothing listens there; where it took as long as the connect time-out, nothing answered. libmariadb shows 115 (in progress) for both.',
  causes: ['nobody-listens', 'server-unreachable'],
};

export const NOT_CONNECTED: Meaning = {
  means:
    'The connection was not made, or ended before the login was through; the text does not say how. Where it failed at once, nothing listens there, or the server refused; where it took long, nothing answered, or the login did not get through.',
  causes: [
    'nobody-listens',
    'server-unreachable',
    'login-timeout',
    'too-many-connections',
    'proxy-header',
    'not-mysql-server',
  ],
};

export const UNKNOWN_HOST: Meaning = {
  means:
    'The name of the host was not found: nothing was sent to any server. Check the name, and the resolver of the host or the container that the client runs on.',
  causes: [],
};

export const NO_SOCKET: Meaning = {
  means:
    'The driver was told “localhost”, or a path, and looked for the server’s Unix socket: there is none (2), nobody listens on it (111), or it may not be opened (13). It runs elsewhere, not at all, or with another socket; 127.0.0.1 in place of localhost makes the driver use TCP.',
  causes: ['nobody-listens'],
};

export const NO_FREE_CONNECTION: Meaning = {
  means:
    'All connections of the pool were in use for as long as the caller was told to wait. The server is not asked for this, and says nothing.',
  causes: ['pool-exhausted'],
};

export const POOL_OR_SERVER: Meaning = {
  means:
    'The pool had no connection to give for as long as the caller was told to wait: all were in use, or no new one could be made. What is logged before it tells which.',
  causes: ['pool-exhausted', 'nobody-listens', 'server-unreachable', 'too-many-connections'],
};

export const UNREAD_OR_TWO_USERS: Meaning = {
  means:
    'The driver refuses a command because it still waits for the answer to another one on the same connection: a result that was not read, a time-out in mid-answer, or a second thread.',
  causes: ['shared-connection', 'unread-result', 'cancelled-and-reused'],
};

export const TOO_LONG: Meaning = {
  means:
    'A packet is longer than the driver itself allows (its own max_allowed_packet, which need not be the server’s). It refuses to send such a one, or to read it.',
  causes: ['packet-too-large', 'client-packet-limit'],
};

export const TOO_LONG_TO_READ: Meaning = {
  means:
    'The answer holds a packet that is longer than the client’s own max_allowed_packet, so it gave up in the middle.',
  causes: ['client-packet-limit'],
};

export const MISSHAPEN: Meaning = {
  means:
    'The driver read a packet that is not shaped as it expects: bytes are missing, or left over, or it is of another kind. Somebody in between, or a second user of the connection, is behind it more often than the server.',
  causes: [
    'eof-mismatch',
    'malformed-answer',
    'wrong-length',
    'shared-connection',
    'stale-answer',
    'not-mysql-server',
  ],
};

export const NEW_METADATA: Meaning = {
  means:
    'A prepared statement’s result has other columns than it was prepared with: the table was altered meanwhile, or a proxy answered from what it had remembered.',
  causes: ['stale-metadata'],
};

export const TLS_BROKE: Meaning = {
  means:
    'The TLS handshake did not come to its end. The text behind it says why: a certificate that is not trusted, a version or suite that one side does not have, a connection that was closed (a server that had waited too long for the login closes, too).',
  causes: ['tls-failed', 'login-timeout', 'tls-refused'],
};

export const NEEDS_TLS_OR_KEY: Meaning = {
  means:
    'The server asked for the password itself (caching_sha2_password or sha256_password, and it had no cached one), and the driver sends that only inside TLS, or encrypted with the server’s public key, which it was not allowed to fetch. Use TLS, or let it (allowPublicKeyRetrieval, get_server_public_key).',
  causes: ['plugin-unsupported', 'login-failed'],
};

export const HOLDING_TOO_LONG: Meaning = {
  means:
    'The pool takes a connection back that somebody has held for longer than is allowed, and closes it: a slow query, or a program that waits while it holds one.',
  causes: ['client-gave-up', 'pool-exhausted'],
};

export const OWN_LIMIT: Meaning = {
  means:
    'The driver closed its own connection because it had been open, or idle, for as long as it is told to keep one. Nothing is wrong; a query that was to use it is to be sent again.',
  causes: ['client-left'],
};

export const AGED: Meaning = {
  means:
    'The driver found that the connection had been idle for longer than the server keeps idle ones (wait_timeout): it was closed long before.',
  causes: ['idle-timeout', 'proxy-idle-timeout', 'connection-dropped'],
};

export const NEVER_HEARD: Meaning = {
  means:
    'The driver has not read one packet from the server: the connection was not made, or it was closed before the greeting.',
  causes: [
    'nobody-listens',
    'server-unreachable',
    'too-many-connections',
    'host-blocked',
    'refused',
    'not-mysql-server',
  ],
};

export const SILENT_CLIENT: Meaning = {
  means:
    'The server waited for the next command of a client that had logged in, for as long as wait_timeout (interactive_timeout, idle_transaction_timeout) allows, and closed the connection. Had the client been in the midst of a packet, it would be net_read_timeout.',
  causes: ['idle-timeout', 'server-read-timeout', 'connection-dropped'],
};

export const SILENT_BEFORE_LOGIN: Meaning = {
  means:
    'The server waited for the login of a client that had connected, for as long as connect_timeout allows, and closed the connection.',
  causes: ['login-timeout', 'login-held-up', 'not-mysql-client'],
};

export const LEFT_BEFORE_LOGIN: Meaning = {
  means:
    'A client connected and closed before it had logged in: a health check that only opens a TCP connection, a port scan, or a driver that does not like the certificate or the plugin that it was offered. The server counts these, and blocks the host after max_connect_errors of them.',
  causes: ['health-check', 'tls-failed', 'plugin-unsupported', 'client-gave-up'],
};

export const LEFT_WITHOUT_QUIT: Meaning = {
  means:
    'A client closed the connection without COM_QUIT: its process ended, or it gave up waiting; or a firewall or proxy in between cut it.',
  causes: ['client-left', 'client-gave-up', 'connection-dropped', 'proxy-idle-timeout'],
};

export const GONE_WHILE_WRITING: Meaning = {
  means:
    'The server could not send an answer: the client had gone, or did not read for as long as net_write_timeout allows.',
  causes: ['client-gave-up', 'net-write-timeout', 'client-left'],
};

export const NO_BACKEND: Meaning = {
  means:
    'The proxy had no connection to a server for the query in time: its servers are down or shunned, or all connections that it may open to them are in use. The client’s leg of it is in order; record between the proxy and its servers.',
  causes: ['server-unreachable', 'nobody-listens', 'pool-exhausted', 'too-many-connections'],
};

export const BACKEND_LOST: Meaning = {
  means:
    'The proxy lost the connection to its server, and closes the client’s. Why, the client’s leg cannot show: record between the proxy and the server.',
  causes: ['server-stopped', 'idle-timeout', 'killed', 'server-crashed', 'connection-dropped'],
};

export const LOCKED_ON_HOSTGROUP: Meaning = {
  means:
    'ProxySQL keeps this session on one group of servers, because a SET that it does not know could not be repeated on another one, and the rules send this query elsewhere. Nothing is wrong with any packet: use another SET, add it to the rules, or set mysql-set_query_lock_on_hostgroup=0.',
  causes: [],
};

export const NOT_IN_THE_CLUSTER: Meaning = {
  means:
    'This node of a Galera cluster has left it, or has not come back yet, and refuses statements until it has (wsrep_ready). See the server’s log for why; a proxy in front should not send anything to it.',
  causes: ['galera-left'],
};

export const REJECTED: Meaning = {
  means: 'The server turned the connection away before the login; the text beside it says why.',
  causes: ['too-many-connections', 'host-not-allowed', 'host-blocked', 'refused'],
};

export const DENIED: Meaning = {
  means: 'The server did not accept the login.',
  causes: ['access-denied', 'account-locked'],
};

export const ROLLED_BACK: Meaning = {
  means:
    'The server rolled the transaction back so that another one could go on; the whole of it is to be tried again.',
  causes: ['deadlock'],
};

export const KILLED: Meaning = {
  means: 'Somebody ended the query, or the connection, with KILL.',
  causes: ['killed', 'server-stopped'],
};

export const WRAPPED_BY_AIOMYSQL: Meaning = {
  means:
    'The connection could not be made, or, with older versions of aiomysql, broke before the login was through.',
  causes: ['login-timeout', 'proxy-header', 'nobody-listens', 'not-mysql-server'],
};
