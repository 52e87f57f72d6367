/** What a text or a number means before anybody has seen the capture. */
export interface Meaning {
  readonly means: string;
  /** Ids, the most likely first. */
  readonly causes: readonly string[];
}

/**
 * A text that a driver, a server or a proxy prints, wherever its numbers and names stand: `{got}` and `{expected}` are
 * sequence ids, `{size}` a packet's length, `{n}` any number, `{…}` any words.
 */
export interface MessageSpec {
  readonly by: string;
  readonly text: string;
  /** Null where its sequence ids tell. */
  readonly meaning: Meaning | null;
  /** It is about what a client sent. */
  readonly byServer?: true;
}

const TWO_USERS: Meaning = {
  means:
    'Somebody wanted to use the connection while somebody else was still reading an answer from it. This driver noticed by itself; where it does not, answers are mixed up.',
  causes: ['shared-connection', 'cancelled-and-reused', 'used-after-quit'],
};

const UNREAD: Meaning = {
  means:
    'The driver refuses to send a command because the answer to the one before has not been read to its end. That command is not on the wire.',
  causes: ['unread-result', 'shared-connection'],
};

const BUSY_BUFFER: Meaning = {
  means:
    'The driver’s buffer still holds bytes that nobody has read: in a transaction (or on one sql.Conn) the rows of the query before were not read to their end or closed, or two goroutines use the same one.',
  causes: ['unread-result', 'shared-connection'],
};

const OUT_OF_ORDER: Meaning = {
  means:
    'The driver read a packet with another sequence id than it expected, and does not say which. Mostly it is an ERR that had been waiting, whose text it hides.',
  causes: ['idle-timeout', 'shared-connection', 'login-timeout', 'killed'],
};

const STRAY: Meaning = {
  means:
    'A packet came while the driver was waiting for none: mostly an ERR with which the server says why it closes an idle connection.',
  causes: ['idle-timeout', 'killed', 'server-stopped', 'stale-answer'],
};

const WRONG_KIND: Meaning = {
  means:
    'mysqljs read a packet of a kind that its current step does not know. It finds the step by the name of a class: where a bundler has renamed classes (minification by webpack, Next.js, Electron), every packet is of the wrong kind, and the wire is right. Otherwise the answer is not shaped as the driver expects.',
  causes: ['driver-counter', 'eof-mismatch', 'shared-connection'],
};

const NOT_MYSQL: Meaning = {
  means:
    'What came where the greeting was due is no greeting of a MySQL server, and the driver took its first bytes for a packet.',
  causes: ['not-mysql-server'],
};

const PIPELINED: Meaning = {
  means:
    'The proxy got bytes from a client before it was through with the answer to its last command: two users of one connection, or commands that a driver sends ahead (pipelining).',
  causes: ['shared-connection', 'proxy-pipelining'],
};

const NOBODY_THERE: Meaning = {
  means:
    'Nothing listens on that address and port: the host, or a firewall, answered the first packet with RST, and no MySQL was ever spoken. Check host and port, whether the server runs, and its bind_address and skip_networking.',
  causes: [],
};

const BEFORE_GREETING: Meaning = {
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

const AT_LOGIN: Meaning = {
  means:
    'The connection was closed while the driver waited for the reply to its login. A server that had waited too long for that login does so (from MySQL 8.0.24 on with ERR 1159), and so do servers that do not like what a proxy has sent.',
  causes: ['login-timeout', 'proxy-header', 'login-held-up', 'tls-failed'],
};

const NO_TLS: Meaning = {
  means:
    'The driver had asked for TLS and then read something that is no TLS: mostly an ERR in plain text that the server had sent before, because it had waited too long for the login.',
  causes: ['login-timeout', 'tls-refused', 'not-mysql-server'],
};

const SERVER_WITHOUT_TLS: Meaning = {
  means: 'The driver insists on TLS, and the server’s greeting does not offer it.',
  causes: ['tls-refused'],
};

const UNTRUSTED: Meaning = {
  means: 'The driver does not trust the certificate that the server showed, and left.',
  causes: ['tls-failed'],
};

const NO_PLUGIN: Meaning = {
  means: 'The server asked for an authentication plugin that the driver does not know.',
  causes: ['plugin-unsupported'],
};

const UNANSWERED: Meaning = {
  means:
    'Nothing came for as long as the driver was told to wait: the server was busy with the query, or what either side sent was lost on the way.',
  causes: ['client-gave-up', 'unanswered', 'connection-dropped'],
};

const BAD_IDLE: Meaning = {
  means:
    'The server had closed an idle connection (where something was read from it, it had said so in an ERR). The driver saw it in time and opened another one; nothing was lost.',
  causes: ['idle-timeout', 'killed', 'server-stopped'],
};

/** The driver cannot know why. */
const LOST: Meaning = {
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

const CLOSED_BEFORE: Meaning = {
  means:
    'The driver itself had closed the connection after an earlier error: that one tells more. It also comes where one user of a connection closes what another one is using.',
  causes: ['shared-connection', 'idle-timeout', 'killed'],
};

/** The first that is found in a text counts: special ones before general ones. */
export const MESSAGES: readonly MessageSpec[] = [
  {
    by: 'PyMySQL, aiomysql, asyncmy, trio-mysql',
    text: 'Packet sequence number wrong - got {got} expected {expected}',
    meaning: null,
  },
  {
    by: 'PHP mysqlnd',
    text: 'Packets out of order. Expected {expected} received {got}. Packet size={size}',
    meaning: null,
  },
  {
    by: 'mysqljs/mysql',
    text: 'Packets out of order. Got: {got} Expected: {expected}',
    meaning: null,
  },
  {
    by: 'mysql2',
    text: 'got packets out of order. Expected {expected} but received {got}',
    meaning: null,
  },
  {
    by: 'MySqlConnector',
    text: 'Packet received out-of-order. Expected {expected}; got {got}',
    meaning: null,
  },
  {
    by: 'Connector/J',
    text: 'Packets out of order, expected packet # {expected}, but received packet # {got}',
    meaning: null,
  },
  {
    by: 'go-sql-driver/mysql',
    text: 'unexpected sequence nr: expected {expected}, got {got}',
    meaning: null,
  },
  {
    by: 'ruby-mysql',
    text: 'sequence number mismatch({got} != {expected}(expected))',
    meaning: null,
  },
  {
    by: 'MaxScale',
    text: 'packet with unexpected sequence number. Expected {expected}, got {got}',
    meaning: null,
    byServer: true,
  },
  {
    by: 'Vitess',
    text: 'invalid sequence, expected {expected} got {got}',
    meaning: null,
    byServer: true,
  },
  {
    by: 'TiDB',
    text: '[server:3]invalid sequence {got} != {expected}',
    meaning: null,
    byServer: true,
  },
  {
    by: 'TiProxy',
    text: 'invalid compressed sequence, expected {expected}, actual {got}',
    meaning: {
      means:
        'Under compression the counter of the compressed packets is the one that is read, and this one is not what TiProxy had come to.',
      causes: ['compressed-numbering', 'client-numbering'],
    },
    byServer: true,
  },
  {
    by: 'go-mysql (canal, gh-ost, PeerDB)',
    text: 'invalid compressed sequence {got} != {expected}',
    meaning: {
      means:
        'Under compression the counter of the compressed packets is the one that is read, and this one is not what go-mysql had come to.',
      causes: ['compressed-numbering', 'shared-connection'],
    },
  },
  {
    by: 'go-mysql (canal, gh-ost, PeerDB)',
    text: 'invalid sequence {got} != {expected}',
    meaning: null,
  },

  { by: 'asyncio', text: 'called while another coroutine is already waiting', meaning: TWO_USERS },
  {
    by: 'PyMySQL',
    text: "'NoneType' object has no attribute 'settimeout'",
    meaning: TWO_USERS,
  },
  { by: 'Swoole', text: 'has already been bound to another coroutine', meaning: TWO_USERS },
  { by: 'MySqlConnector', text: 'This MySqlConnection is already in use', meaning: TWO_USERS },

  { by: 'MySQL clients', text: "Authentication plugin '{…}' cannot be loaded", meaning: NO_PLUGIN },
  { by: 'mysql2', text: 'Server requests authentication using unknown plugin', meaning: NO_PLUGIN },

  { by: 'mysqljs/mysql', text: 'Received packet in the wrong sequence', meaning: WRONG_KIND },
  { by: 'mysqljs/mysql', text: 'PROTOCOL_INCORRECT_PACKET_SEQUENCE', meaning: WRONG_KIND },
  { by: 'mysqljs/mysql', text: 'Received packet with no active sequence', meaning: STRAY },
  { by: 'mysqljs/mysql', text: 'PROTOCOL_STRAY_PACKET', meaning: STRAY },
  { by: 'mysql2', text: 'Unexpected packet while no commands in the queue', meaning: STRAY },
  { by: 'mysql2', text: 'PROTOCOL_UNEXPECTED_PACKET', meaning: STRAY },

  {
    by: 'mariadb (Node.js)',
    text: 'exceeds maxAllowedPacket ({n}) permitted before authentication',
    meaning: NOT_MYSQL,
  },
  { by: 'go-sql-driver/mysql', text: 'unsupported protocol version {n}', meaning: NOT_MYSQL },
  { by: 'MySQL', text: 'Protocol mismatch; server version = {n}', meaning: NOT_MYSQL },

  {
    by: 'go-sql-driver/mysql',
    text: 'Did you run multiple statements at once',
    meaning: {
      means:
        'The sequence id was larger than go-sql-driver expected, or more came than it had asked for.',
      causes: ['server-never-resets', 'shared-connection', 'not-mysql-server'],
    },
  },
  { by: 'go-sql-driver/mysql', text: 'closing bad idle connection', meaning: BAD_IDLE },
  { by: 'go-sql-driver/mysql', text: 'busy buffer', meaning: BUSY_BUFFER },
  {
    by: 'go-sql-driver/mysql',
    text: "commands out of sync. You can't run this command now",
    meaning: OUT_OF_ORDER,
  },

  { by: 'libmysqlclient, mysqlnd', text: 'Commands out of sync', meaning: UNREAD },
  { by: 'mysql-connector-python', text: 'Unread result found', meaning: UNREAD },
  {
    by: 'PHP PDO',
    text: 'Cannot execute queries while other unbuffered queries are active',
    meaning: UNREAD,
  },
  {
    by: 'PHP PDO',
    text: 'Cannot execute queries while there are pending result sets',
    meaning: UNREAD,
  },
  {
    by: 'Connector/NET',
    text: 'There is already an open DataReader associated with this Connection',
    meaning: UNREAD,
  },
  { by: 'Connector/J', text: 'Streaming result set {…} is still active', meaning: UNREAD },

  { by: 'Connector/J', text: 'Packets received out of order', meaning: OUT_OF_ORDER },
  { by: 'mysql, mysql_async (Rust)', text: 'Packets out of sync', meaning: OUT_OF_ORDER },
  { by: 'mysql, mysql_async (Rust)', text: 'PacketOutOfOrder', meaning: OUT_OF_ORDER },
  { by: 'mysqljs/mysql', text: 'PROTOCOL_PACKETS_OUT_OF_ORDER', meaning: OUT_OF_ORDER },
  {
    by: 'TiProxy',
    text: 'invalid sequence',
    meaning: {
      means: 'A packet, of the client’s or of the server’s, has not the number that is due.',
      causes: ['client-numbering', 'server-numbering', 'shared-connection'],
    },
    byServer: true,
  },

  {
    by: 'ShardingSphere',
    text: 'Sequence ID of MySQL command packet must be',
    meaning: {
      means:
        'ShardingSphere took something for a command that has not the number 0. Mostly it is the second part of a statement of more than 16 MiB, which older versions do not put together.',
      causes: ['wrong-splitting', 'client-numbering'],
    },
    byServer: true,
  },
  { by: 'ProxySQL', text: 'Unexpected packet from client', meaning: PIPELINED, byServer: true },
  {
    by: 'ProxySQL',
    text: 'Data at both ends of a MySQL data stream',
    meaning: PIPELINED,
    byServer: true,
  },
  {
    by: 'ProxySQL',
    text: 'Closing unhealthy client connection',
    meaning: {
      means: 'A client had gone, or had sent something while it was not its turn.',
      causes: ['client-gave-up', 'shared-connection'],
    },
    byServer: true,
  },
  {
    by: 'Envoy',
    text: 'mysql_proxy: ignoring out-of-sync packet',
    meaning: {
      means:
        'Envoy’s filter saw another number than it expected, and only does not count that packet: commands sent ahead, or two users of one connection.',
      causes: ['shared-connection', 'proxy-pipelining', 'client-numbering'],
    },
    byServer: true,
  },

  {
    by: 'libmysqlclient, libmariadb',
    text: "at 'reading authorization packet'",
    meaning: AT_LOGIN,
  },
  {
    by: 'libmysqlclient, libmariadb',
    text: 'reading initial communication packet',
    meaning: BEFORE_GREETING,
  },
  {
    by: 'libmysqlclient',
    text: "at 'waiting for initial communication packet'",
    meaning: BEFORE_GREETING,
  },
  { by: 'PHP mysqlnd', text: 'Error while reading greeting packet', meaning: BEFORE_GREETING },
  { by: 'MySQL clients', text: 'server does not support SSL', meaning: SERVER_WITHOUT_TLS },
  { by: 'mysql2, mysqljs/mysql', text: 'HANDSHAKE_NO_SSL_SUPPORT', meaning: SERVER_WITHOUT_TLS },
  { by: 'MySQL clients', text: 'certificate verify failed', meaning: UNTRUSTED },
  { by: 'Node.js', text: 'self-signed certificate', meaning: UNTRUSTED },
  { by: 'Node.js', text: 'unable to verify the first certificate', meaning: UNTRUSTED },
  { by: 'OpenSSL', text: 'wrong version number', meaning: NO_TLS },
  { by: 'OpenSSL', text: 'WRONG_VERSION_NUMBER', meaning: NO_TLS },
];

/** Looked for after what servers say: drivers print them beside better texts, too. */
export const LAST_MESSAGES: readonly MessageSpec[] = [
  { by: 'mariadb (Node.js)', text: 'socket has unexpectedly been closed', meaning: LOST },
  { by: 'mysql2', text: 'when connection is in closed state', meaning: CLOSED_BEFORE },
  { by: 'mysqljs/mysql', text: 'Cannot enqueue {…} after fatal error', meaning: CLOSED_BEFORE },
  { by: 'PyMySQL, aiomysql', text: "(0, '')", meaning: CLOSED_BEFORE },
  {
    by: 'mysql2, mysqljs/mysql',
    text: 'Connection lost: The server closed the connection',
    meaning: LOST,
  },
  { by: 'mysql2, mysqljs/mysql', text: 'PROTOCOL_CONNECTION_LOST', meaning: LOST },
  { by: 'Connector/J', text: 'Communications link failure', meaning: LOST },
  {
    by: 'Connector/J',
    text: 'The last packet successfully received from the server was',
    meaning: LOST,
  },
  { by: 'MariaDB Connector/J', text: 'unexpected end of stream, read', meaning: LOST },
  { by: 'mysql-connector-python', text: 'MySQL Connection not available', meaning: LOST },
  { by: 'go-sql-driver/mysql', text: 'invalid connection', meaning: LOST },
  { by: 'go-sql-driver/mysql', text: 'driver: bad connection', meaning: LOST },
  { by: 'go-mysql', text: 'connection was bad', meaning: LOST },
  { by: 'libmysqlclient, PyMySQL, mysqlnd', text: 'server has gone away', meaning: LOST },
  { by: 'libmysqlclient, PyMySQL', text: 'Lost connection to MySQL server', meaning: LOST },
  { by: 'libmariadb', text: 'Lost connection to server', meaning: LOST },
  { by: 'any', text: 'Connection refused', meaning: NOBODY_THERE },
  { by: 'Node.js', text: 'ECONNREFUSED', meaning: NOBODY_THERE },
  { by: 'libmysqlclient, libmariadb', text: '(111)', meaning: NOBODY_THERE },
  {
    by: 'PyMySQL, aiomysql, libmysqlclient',
    text: "Can't connect to MySQL server on",
    meaning: {
      means:
        'The connection could not be made, or, with older versions of aiomysql, broke before the login was through.',
      causes: ['login-timeout', 'proxy-header', 'not-mysql-server'],
    },
  },
  { by: 'mysqljs/mysql', text: 'PROTOCOL_SEQUENCE_TIMEOUT', meaning: UNANSWERED },
  { by: 'MySQL clients', text: 'read timed out', meaning: UNANSWERED },
  { by: 'Node.js', text: 'ETIMEDOUT', meaning: UNANSWERED },
  { by: 'Node.js', text: 'ECONNRESET', meaning: LOST },
  { by: 'Node.js', text: 'EPIPE', meaning: LOST },
  { by: 'any', text: 'Connection reset by peer', meaning: LOST },
  { by: 'any', text: 'Broken pipe', meaning: LOST },
];

/** An ERR that a server sends; drivers show its text, with or without its code. */
export interface ErrorSpec {
  readonly code: number;
  /** Of the English message, with `{…}` as above. */
  readonly text: string;
  /** It comes before the login, where an ERR has no SQL state. */
  readonly beforeLogin?: true;
  readonly causes: readonly string[];
}

/** What servers say in an ERR that is more than the answer to a statement. */
export const ERRORS: readonly ErrorSpec[] = [
  {
    code: 4031,
    text: 'The client was disconnected by the server because of inactivity. See wait_timeout and interactive_timeout for configuring this behavior.',
    causes: ['idle-timeout'],
  },
  {
    code: 1040,
    text: 'Too many connections',
    beforeLogin: true,
    causes: ['too-many-connections'],
  },
  {
    code: 1129,
    text: 'is blocked because of many connection errors',
    beforeLogin: true,
    causes: ['host-blocked'],
  },
  { code: 1130, text: 'Proxy header is not accepted from 127.0.0.1', causes: ['proxy-header'] },
  { code: 1130, text: 'Proxy header is not accepted from', causes: ['proxy-header'] },
  {
    code: 1130,
    text: 'is not allowed to connect to this',
    beforeLogin: true,
    causes: ['host-not-allowed'],
  },
  {
    code: 1153,
    text: "Got a packet bigger than 'max_allowed_packet' bytes",
    causes: ['packet-too-large'],
  },
  {
    code: 1156,
    text: 'Got packets out of order',
    causes: [
      'client-numbering',
      'proxy-header',
      'not-mysql-client',
      'infile-broken-off',
      'wrong-splitting',
      'misnumbered-by-client',
    ],
  },
  {
    code: 1159,
    text: 'Got timeout reading communication packets',
    causes: ['login-timeout', 'login-held-up', 'idle-timeout', 'server-read-timeout'],
  },
  {
    code: 1158,
    text: 'Got an error reading communication packets',
    causes: ['client-left', 'client-gave-up', 'server-read-error'],
  },
  {
    code: 1161,
    text: 'Got timeout writing communication packets',
    causes: ['net-write-timeout'],
  },
  {
    code: 1160,
    text: 'Got an error writing communication packets',
    causes: ['client-gave-up', 'client-left', 'net-write-timeout'],
  },
  { code: 1927, text: 'Connection was killed', causes: ['killed', 'server-stopped'] },
  { code: 1317, text: 'Query execution was interrupted', causes: ['killed'] },
  { code: 1053, text: 'Server shutdown in progress', causes: ['server-stopped'] },
  {
    code: 3032,
    text: 'The server is currently in offline mode',
    causes: ['offline-mode'],
  },
  {
    code: 1043,
    text: 'Bad handshake',
    causes: ['tls-failed', 'login-timeout', 'not-mysql-client'],
  },
  { code: 1045, text: 'Access denied for user', causes: ['access-denied'] },
  { code: 1698, text: 'Access denied for user', causes: ['access-denied'] },
  { code: 1049, text: 'Unknown database', causes: ['unknown-database'] },
  {
    code: 1203,
    text: "more than 'max_user_connections' active connections",
    causes: ['user-limit'],
  },
  { code: 1226, text: "has exceeded the '{…}' resource", causes: ['user-limit'] },
  { code: 1820, text: 'You must reset your password', causes: ['password-expired'] },
  { code: 1862, text: 'Your password has expired', causes: ['password-expired'] },
  { code: 3118, text: 'Account is locked', causes: ['account-locked'] },
  { code: 4151, text: 'this account is locked', causes: ['account-locked'] },
  {
    code: 3159,
    text: 'Connections using insecure transport are prohibited',
    causes: ['tls-required'],
  },
  {
    code: 1251,
    text: 'Client does not support authentication protocol requested by server',
    causes: ['plugin-unsupported'],
  },
  {
    code: 1236,
    text: 'fatal error {n} from master when reading data',
    causes: ['replication-stopped'],
  },
  {
    code: 4052,
    text: 'A slave with the same server_uuid/server_id is already connected',
    causes: ['replication-stopped'],
  },
];
