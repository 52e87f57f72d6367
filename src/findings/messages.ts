import { meaningOf, type Numbers, type NumbersMeaning } from './numbers.ts';

/**
 * A text that a driver, a server or a proxy prints, wherever its numbers and names stand: `{got}` and `{expected}` are
 * sequence ids, `{size}` a packet's length, `{n}` any number, `{…}` any words.
 */
export interface MessageSpec {
  readonly by: string;
  readonly text: string;
  /** It is about what a client sent. */
  readonly byServer?: true;
  /** What it means where its numbers do not say it. */
  readonly means?: string;
  /** Ids, the most likely first; of a text with sequence ids, the numbers tell. */
  readonly causes?: readonly string[];
}

/** An ERR that a server sends; drivers show its text, with or without its code. */
export interface ErrorSpec {
  readonly code: number;
  /** In English, with `{…}` as above. */
  readonly text: string;
  /** It comes before the login, where an ERR has no SQL state. */
  readonly beforeLogin?: true;
  readonly causes: readonly string[];
}

/** The peer is gone, and the driver cannot know why. */
const LOST_MEANS =
  'The connection was gone when the driver wanted to use it, or went while it did. It cannot know why; a capture can: who closed first, how long nothing had been said before, and whether the server left an ERR that nobody read.';
const LOST = [
  'idle-timeout',
  'killed',
  'server-stopped',
  'idle-connection-dropped',
  'server-write-timeout',
  'packet-too-large',
  'used-after-quit',
];

const TWO_USERS_MEANS =
  'Somebody wanted to use the connection while somebody else was still reading an answer from it. This driver noticed by itself; where it does not, answers are mixed up.';
const TWO_USERS = ['shared-connection', 'forked-connection', 'cancelled-query'];

const UNREAD_MEANS =
  'The driver refuses to send a command because the answer to the one before has not been read to its end. Nothing of that is on the wire.';
const UNREAD = ['unread-result', 'shared-connection'];

const AT_LOGIN_MEANS =
  'The server closed while the driver waited for the reply to its login. A server that had waited too long for that login does so (from MySQL 8.0.24 on with ERR 1159), and so do servers and proxies that do not like what they were sent.';
const AT_LOGIN = ['login-timeout', 'proxy-header', 'login-held-up'];

const AT_GREETING_MEANS =
  'The connection was closed before a greeting had come: by a server that refuses it, by a proxy that has no server behind it, or by something that is no MySQL server.';
const AT_GREETING = [
  'too-many-connections',
  'host-blocked',
  'host-not-allowed',
  'refused',
  'not-mysql-server',
];

const NUMBERS_HIDDEN_MEANS =
  'The driver read a packet with another sequence id than it expected, and does not say which. Mostly it is an ERR that had been waiting, whose text it hides.';
const NUMBERS_HIDDEN = ['idle-timeout', 'shared-connection', 'login-timeout', 'killed'];

const STRAY_MEANS =
  'A packet came while the driver was waiting for none: mostly an ERR with which the server says why it closes an idle connection.';
const STRAY = ['idle-timeout', 'killed', 'server-stopped', 'unasked-answer'];

const INCORRECT_SEQUENCE_MEANS =
  'mysqljs read a packet of a kind that its current step does not know. It finds the step by the name of a class: where a bundler has renamed classes (webpack, Next.js, Electron: minification), every packet is "wrong", and the wire is right. Otherwise the answer is not shaped as the driver expects.';
const INCORRECT_SEQUENCE = ['driver-fault', 'wrong-framing', 'shared-connection'];

const PIPELINED_MEANS =
  'The proxy got bytes from a client for whose answer it was not through: commands sent ahead (pipelining), or two users of one connection.';

/** Texts that name sequence ids, and those that hide them. Special ones before general ones. */
export const MESSAGES: readonly MessageSpec[] = [
  {
    by: 'PyMySQL, aiomysql, asyncmy, trio-mysql',
    text: 'Packet sequence number wrong - got {got} expected {expected}',
  },
  {
    by: 'PHP mysqlnd',
    text: 'Packets out of order. Expected {expected} received {got}. Packet size={size}',
  },
  { by: 'mysqljs/mysql', text: 'Packets out of order. Got: {got} Expected: {expected}' },
  { by: 'mysql2', text: 'got packets out of order. Expected {expected} but received {got}' },
  {
    by: 'MySqlConnector',
    text: 'Packet received out-of-order. Expected {expected}; got {got}',
  },
  {
    by: 'Connector/J',
    text: 'Packets out of order, expected packet # {expected}, but received packet # {got}',
  },
  {
    by: 'MaxScale',
    text: 'packet with unexpected sequence number. Expected {expected}, got {got}',
    byServer: true,
  },
  { by: 'go-sql-driver/mysql', text: 'unexpected sequence nr: expected {expected}, got {got}' },
  {
    by: 'TiProxy',
    text: 'invalid compressed sequence, expected {expected}, actual {got}',
    byServer: true,
  },
  { by: 'TiDB', text: '[server:3]invalid sequence {got} != {expected}', byServer: true },
  { by: 'Vitess', text: 'invalid sequence, expected {expected} got {got}', byServer: true },
  {
    by: 'go-mysql',
    text: 'invalid compressed sequence {got} != {expected}',
    means:
      'Under compression the counter of the compressed packets is the one that is read; this one is not what go-mysql had come to.',
    causes: ['compressed-numbering', 'shared-connection'],
  },
  { by: 'go-mysql (canal, gh-ost)', text: 'invalid sequence {got} != {expected}' },
  { by: 'ruby-mysql', text: 'sequence number mismatch({got} != {expected}(expected))' },
  {
    by: 'asyncio (aiomysql, asyncmy)',
    text: 'readexactly() called while another coroutine is already waiting',
    means: TWO_USERS_MEANS,
    causes: TWO_USERS,
  },
  {
    by: 'asyncio (aiomysql, asyncmy)',
    text: 'read() called while another coroutine is already waiting',
    means: TWO_USERS_MEANS,
    causes: TWO_USERS,
  },
  {
    by: 'PyMySQL',
    text: "'NoneType' object has no attribute 'settimeout'",
    means: TWO_USERS_MEANS,
    causes: TWO_USERS,
  },
  {
    by: 'Swoole',
    text: 'has already been bound to another coroutine',
    means: TWO_USERS_MEANS,
    causes: TWO_USERS,
  },
  {
    by: 'mysql-connector-python',
    text: 'Unread result found',
    means: UNREAD_MEANS,
    causes: UNREAD,
  },
  {
    by: 'mysqljs/mysql',
    text: 'PROTOCOL_INCORRECT_PACKET_SEQUENCE',
    means: INCORRECT_SEQUENCE_MEANS,
    causes: INCORRECT_SEQUENCE,
  },
  {
    by: 'mysqljs/mysql',
    text: 'Received packet in the wrong sequence',
    means: INCORRECT_SEQUENCE_MEANS,
    causes: INCORRECT_SEQUENCE,
  },
  {
    by: 'mysqljs/mysql',
    text: 'PROTOCOL_STRAY_PACKET',
    means: STRAY_MEANS,
    causes: STRAY,
  },
  {
    by: 'mysqljs/mysql',
    text: 'Received packet with no active sequence',
    means: STRAY_MEANS,
    causes: STRAY,
  },
  {
    by: 'mysqljs/mysql',
    text: 'PROTOCOL_PACKETS_OUT_OF_ORDER',
    means: NUMBERS_HIDDEN_MEANS,
    causes: NUMBERS_HIDDEN,
  },
  {
    by: 'mysql2',
    text: 'PROTOCOL_UNEXPECTED_PACKET',
    means: STRAY_MEANS,
    causes: STRAY,
  },
  {
    by: 'mysql2',
    text: 'Unexpected packet while no commands in the queue',
    means: STRAY_MEANS,
    causes: STRAY,
  },
  {
    by: 'mariadb (Node.js)',
    text: 'exceeds maxAllowedPacket ({n}) permitted before authentication',
    means:
      'The first four bytes that came were taken for a packet header, and announce megabytes: what listens there does not speak MySQL.',
    causes: ['not-mysql-server'],
  },
  {
    by: 'MySQL client library',
    text: 'unsupported protocol version {n}',
    means:
      'What came where the greeting was due starts with another version number than 10 (11: MySQL’s X protocol, port 33060).',
    causes: ['not-mysql-server'],
  },
  {
    by: 'go-sql-driver/mysql',
    text: 'Did you run multiple statements at once',
    means:
      'The sequence id was larger than go-sql-driver expected, or there was more to read than it had asked for.',
    causes: ['server-never-resets', 'shared-connection', 'not-mysql-server'],
  },
  {
    by: 'go-sql-driver/mysql',
    text: 'closing bad idle connection: unexpected read',
    means:
      'Something was waiting on an idle connection: an ERR with which the server said why it closed it. The driver has opened another connection, and nothing was lost.',
    causes: ['idle-timeout', 'killed', 'server-stopped'],
  },
  {
    by: 'go-sql-driver/mysql',
    text: 'closing bad idle connection',
    means:
      'The server had closed an idle connection. The driver has opened another one, and nothing was lost.',
    causes: ['idle-timeout', 'killed', 'server-stopped'],
  },
  {
    by: 'go-sql-driver/mysql',
    text: 'busy buffer',
    means:
      'The driver’s buffer still holds bytes that nobody has read: in a transaction (or on one sql.Conn) the rows of the query before were not read to their end or closed, or two goroutines use the same one.',
    causes: ['unread-result', 'shared-connection'],
  },
  {
    by: 'go-sql-driver/mysql',
    text: "commands out of sync. You can't run this command now",
    means:
      'The sequence id was smaller than go-sql-driver expected. Mostly it is an ERR that had been waiting (0 where 1 was due), whose text it hides.',
    causes: NUMBERS_HIDDEN,
  },
  {
    by: 'libmysqlclient, libmariadb, mysqlnd',
    text: 'Commands out of sync',
    means: UNREAD_MEANS,
    causes: UNREAD,
  },
  {
    by: 'PHP PDO',
    text: 'Cannot execute queries while other unbuffered queries are active',
    means: UNREAD_MEANS,
    causes: UNREAD,
  },
  {
    by: 'PHP PDO',
    text: 'Cannot execute queries while there are pending result sets',
    means: UNREAD_MEANS,
    causes: UNREAD,
  },
  {
    by: 'MySqlConnector',
    text: 'This MySqlConnection is already in use',
    means: UNREAD_MEANS,
    causes: UNREAD,
  },
  {
    by: 'Connector/NET',
    text: 'There is already an open DataReader associated with this Connection',
    means: UNREAD_MEANS,
    causes: UNREAD,
  },
  {
    by: 'Connector/J',
    text: 'Streaming result set {…} is still active',
    means: UNREAD_MEANS,
    causes: UNREAD,
  },
  {
    by: 'Connector/J',
    text: 'Packets received out of order',
    means: NUMBERS_HIDDEN_MEANS,
    causes: NUMBERS_HIDDEN,
  },
  {
    by: 'mysql, mysql_async (Rust)',
    text: 'Packets out of sync',
    means: NUMBERS_HIDDEN_MEANS,
    causes: NUMBERS_HIDDEN,
  },
  {
    by: 'mysql, mysql_async (Rust)',
    text: 'PacketOutOfOrder',
    means: NUMBERS_HIDDEN_MEANS,
    causes: NUMBERS_HIDDEN,
  },
  {
    by: 'mysql, mysql_async (Rust)',
    text: 'Packet out of order',
    means: NUMBERS_HIDDEN_MEANS,
    causes: NUMBERS_HIDDEN,
  },
  {
    by: 'TiProxy',
    text: 'invalid sequence',
    means: NUMBERS_HIDDEN_MEANS,
    causes: NUMBERS_HIDDEN,
  },
  {
    by: 'ShardingSphere',
    text: 'Sequence ID of MySQL command packet must be',
    byServer: true,
    means:
      'ShardingSphere read something as a new command that has not number 0. Mostly it is the second part of a statement of more than 16 MiB, which older versions do not put together.',
    causes: ['wrong-splitting', 'client-numbering'],
  },
  {
    by: 'ProxySQL',
    text: 'Unexpected packet from client',
    byServer: true,
    means: PIPELINED_MEANS,
    causes: ['shared-connection', 'pipelining-broken'],
  },
  {
    by: 'ProxySQL',
    text: 'Data at both ends of a MySQL data stream',
    byServer: true,
    means: PIPELINED_MEANS,
    causes: ['shared-connection', 'pipelining-broken'],
  },
  {
    by: 'ProxySQL',
    text: 'Closing unhealthy client connection',
    byServer: true,
    means: 'A client had gone, or had sent something while it was not its turn.',
    causes: ['client-gave-up', 'shared-connection'],
  },
  {
    by: 'Envoy',
    text: 'mysql_proxy: ignoring out-of-sync packet',
    byServer: true,
    means:
      'Envoy’s filter saw a number that it did not expect, and only does not count the packet. It does not know pipelining, nor anything behind TLS or compression.',
    causes: ['shared-connection', 'pipelining-broken', 'client-numbering'],
  },
  {
    by: 'libmysqlclient, libmariadb',
    text: "at 'reading authorization packet'",
    means: AT_LOGIN_MEANS,
    causes: AT_LOGIN,
  },
  {
    by: 'libmysqlclient, libmariadb',
    text: "at 'waiting for initial communication packet'",
    means: AT_GREETING_MEANS,
    causes: AT_GREETING,
  },
  {
    by: 'libmysqlclient, libmariadb',
    text: "at 'reading initial communication packet'",
    means: AT_GREETING_MEANS,
    causes: AT_GREETING,
  },
  {
    by: 'libmariadb',
    text: "at 'handshake: reading initial communication packet'",
    means: AT_GREETING_MEANS,
    causes: AT_GREETING,
  },
  {
    by: 'PHP mysqlnd',
    text: 'Error while reading greeting packet',
    means: AT_GREETING_MEANS,
    causes: AT_GREETING,
  },
  {
    by: 'OpenSSL',
    text: 'wrong version number',
    means:
      'The driver asked for TLS and then read something that is no TLS: mostly an ERR in plain text that the server had sent before, because it had waited too long for the login.',
    causes: ['login-timeout', 'tls-not-supported', 'not-mysql-server'],
  },
  {
    by: 'TLS libraries',
    text: 'ERR_SSL_WRONG_VERSION_NUMBER',
    means:
      'The driver asked for TLS and then read something that is no TLS: mostly an ERR in plain text that the server had sent before, because it had waited too long for the login.',
    causes: ['login-timeout', 'tls-not-supported', 'not-mysql-server'],
  },
];

/** The peer is gone: said last, as drivers say it beside better texts, too. */
const LOST_MESSAGES: readonly (readonly [by: string, text: string])[] = [
  ['mariadb (Node.js)', 'socket has unexpectedly been closed'],
  ['mysql2', "Can't add new command when connection is in closed state"],
  ['mysqljs/mysql', 'Cannot enqueue {…} after fatal error'],
  ['mysqljs/mysql', 'Cannot enqueue {…} after being destroyed'],
  ['mysql2, mysqljs/mysql', 'Connection lost: The server closed the connection'],
  ['mysql2, mysqljs/mysql', 'PROTOCOL_CONNECTION_LOST'],
  ['Connector/J', 'Communications link failure'],
  ['Connector/J, MariaDB Connector/J', 'The last packet successfully received from the server was'],
  ['MariaDB Connector/J', 'unexpected end of stream, read {n} bytes from {n}'],
  ['MySqlConnector', "Couldn't connect to server"],
  ['mysql-connector-python', 'MySQL Connection not available'],
  ['go-sql-driver/mysql', 'invalid connection'],
  ['go-sql-driver/mysql', 'driver: bad connection'],
  ['go-mysql', 'connection was bad'],
  ['libmysqlclient, PyMySQL, mysqlnd', 'MySQL server has gone away'],
  ['libmariadb', 'Server has gone away'],
  ['libmysqlclient, PyMySQL', 'Lost connection to MySQL server'],
  ['libmariadb', 'Lost connection to server'],
  ['PyMySQL, aiomysql', "InterfaceError: (0, '')"],
  ['Node.js', 'ECONNRESET'],
  ['Node.js', 'EPIPE'],
  ['any', 'Connection reset by peer'],
  ['any', 'Broken pipe'],
];
