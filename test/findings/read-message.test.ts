import { describe, expect, test } from 'vitest';
import { DRIVER_ERRORS, ERRORS, SQL_STATES } from '../../src/findings/error-codes.ts';
import { LAST_MESSAGES, MESSAGES } from '../../src/findings/messages.ts';
import { NUMBERS } from '../../src/findings/numbers.ts';
import { EXPLAINED, mayHaveMessage, readMessage } from '../../src/findings/read-message.ts';

const NODE_TRACE = `
events.js:291
      throw er; // Unhandled 'error' event
      ^

Error: Packets out of order. Got: 80 Expected: 0
    at Parser.write (/app/node_modules/mysql/lib/protocol/Parser.js:42:19)
    at Protocol.write (/app/node_modules/mysql/lib/protocol/Protocol.js:38:16)
    at Socket.<anonymous> (/app/node_modules/mysql/lib/Connection.js:88:28) {
  code: 'PROTOCOL_PACKETS_OUT_OF_ORDER',
  fatal: true
}`;

const PYTHON_TRACE = `Traceback (most recent call last):
  File "/app/main.py", line 12, in <module>
  File "/usr/lib/python3/dist-packages/pymysql/connections.py", line 756, in _read_packet
    raise err.InternalError(
pymysql.err.InternalError: Packet sequence number wrong - got 1
    expected 2`;

/** What users paste, and the id of the cause that they are told first. */
const PASTED: readonly (readonly [message: string, cause: string])[] = [
  // The catalogue's numbers.
  ['Packets out of order. Got: 1 Expected: 0', 'too-many-connections'],
  ['Packets out of order. Got: 1 Expected: 2', 'login-timeout'],
  [NODE_TRACE, 'not-mysql-server'],
  ['Packets out of order. Got: 45 Expected: 0', 'not-mysql-server'],
  ['Packet sequence number wrong - got 32 expected 0', 'not-mysql-server'],
  ['Packet sequence number wrong - got 82 expected 0', 'not-mysql-server'],
  ['pymysql.err.InternalError: Packet sequence number wrong - got 0 expected 1', 'idle-timeout'],
  ['Error: Packets out of order. Got: 0 Expected: 2', 'idle-timeout'],
  ['Packets out of order. Got: 0 Expected: 7', 'idle-timeout'],
  ['Packet sequence number wrong - got 1 expected 7', 'shared-connection'],
  ['Packet sequence number wrong - got 7 expected 7', 'shared-connection'],
  ['Packet sequence number wrong - got 101 expected 3', 'shared-connection'],
  ['Packet sequence number wrong - got 255 expected 2', 'shared-connection'],
  ['Packets out of order. Got: 2 Expected: 3', 'packet-too-large'],
  ['Packets out of order. Got: 2 Expected: 7', 'packet-too-large'],
  ['Packets out of order. Got: 4 Expected: 1', 'server-never-resets'],
  ['Warning: got packets out of order. Expected 1 but received 28', 'server-never-resets'],
  ['Warning: got packets out of order. Expected 1 but received 2', 'server-never-resets'],

  // Python
  [PYTHON_TRACE, 'login-timeout'],
  ["(2013, 'Lost connection to MySQL server during query')", 'idle-timeout'],
  ["pymysql.err.InterfaceError: (0, '')", 'shared-connection'],
  [
    'RuntimeError: readexactly() called while another coroutine is already waiting for incoming data',
    'shared-connection',
  ],
  ["AttributeError: 'NoneType' object has no attribute 'settimeout'", 'shared-connection'],
  [`(2003, "Can't connect to MySQL server on '127.0.0.1'")`, 'login-timeout'],
  ["OperationalError: (1040, 'ny connections')", 'too-many-connections'],
  ['mysql.connector.errors.OperationalError: MySQL Connection not available', 'idle-timeout'],
  ['mysql.connector.errors.InternalError: Unread result found', 'unread-result'],
  ['ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1007)', 'login-timeout'],

  // Node.js
  ['Error: Received packet in the wrong sequence.', 'driver-counter'],
  ["{ code: 'PROTOCOL_INCORRECT_PACKET_SEQUENCE', fatal: true }", 'driver-counter'],
  ['Error: Received packet with no active sequence.', 'idle-timeout'],
  ['Cannot enqueue Query after fatal error.', 'shared-connection'],
  ['Warning: got packets out of order. Expected 2 but received 1', 'login-timeout'],
  ['Error: Unexpected packet while no commands in the queue', 'idle-timeout'],
  ["Can't add new command when connection is in closed state", 'shared-connection'],
  ['Error: Connection lost: The server closed the connection.', 'idle-timeout'],
  ['Error: read ECONNRESET', 'idle-timeout'],
  ['Error: write EPIPE', 'idle-timeout'],
  ['(conn:-1, no: 45009, SQLState: 08S01) socket has unexpectedly been closed', 'idle-timeout'],
  [
    'Packet size 5526600 exceeds maxAllowedPacket (1048576) permitted before authentication completed',
    'not-mysql-server',
  ],
  [
    '(conn=12, no: 4031, SQLState: HY000) The client was disconnected by the server because of inactivity. See wait_timeout and interactive_timeout for configuring this behavior. ER_REFERENCED_TRG_DOES_NOT_EXIST',
    'idle-timeout',
  ],

  // Go
  ["commands out of sync. You can't run this command now", 'idle-timeout'],
  ['commands out of sync. Did you run multiple statements at once?', 'server-never-resets'],
  [
    '[mysql] 2024/05/01 12:00:00 packets.go:66: unexpected sequence nr: expected 1, got 0',
    'idle-timeout',
  ],
  ['[mysql] 2021/05/18 17:55:03 packets.go:447: busy buffer', 'unread-result'],
  [
    '[mysql] packets.go:122: closing bad idle connection: unexpected read from socket',
    'idle-timeout',
  ],
  ['[mysql] packets.go:122: closing bad idle connection: EOF', 'idle-timeout'],
  ['invalid connection', 'idle-timeout'],
  ['invalid sequence 1 != 2', 'login-timeout'],
  ['invalid sequence 8 != 1: connection was bad', 'server-never-resets'],
  ['invalid compressed sequence 2 != 1', 'compressed-numbering'],

  // .NET, Java, Rust, Ruby
  [
    'MySqlConnector.Protocol.MySqlProtocolException: Packet received out-of-order. Expected 1; got 2.',
    'server-never-resets',
  ],
  ['java.io.IOException: Packets received out of order', 'idle-timeout'],
  ['Packets out of order, expected packet # 1, but received packet # 0', 'idle-timeout'],
  [
    'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
    'idle-timeout',
  ],
  ['CodecError { Packets out of sync }', 'idle-timeout'],
  ['DriverError { PacketOutOfOrder }', 'idle-timeout'],
  ['invalid packet: sequence number mismatch(1 != 2(expected))', 'login-timeout'],

  // C and PHP
  [
    "ERROR 2013 (HY000): Lost connection to MySQL server at 'reading authorization packet', system error: 2",
    'login-timeout',
  ],
  [
    "Lost connection to server at 'reading authorization packet', system error: 11",
    'login-timeout',
  ],
  [
    "ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial communication packet', system error: 0",
    'too-many-connections',
  ],
  ["ERROR 2014 (HY000): Commands out of sync; you can't run this command now", 'unread-result'],
  ['ERROR 2006 (HY000): MySQL server has gone away', 'idle-timeout'],
  [
    'PHP Warning:  Packets out of order. Expected 1 received 0. Packet size=145 in /app/a.php on line 7',
    'idle-timeout',
  ],
  ['Packets out of order. Expected 2 received 1. Packet size=50', 'login-timeout'],
  ['Packets out of order. Expected 2 received 1. Packet size=52', 'proxy-header'],
  ['Packets out of order. Expected 0 received 1. Packet size=23', 'too-many-connections'],
  ['Packets out of order. Expected 0 received 80. Packet size=5526600', 'not-mysql-server'],
  ['Packets out of order. Expected 3 received 2. Packet size=60', 'packet-too-large'],
  ['Packets out of order. Expected 1 received 0. Packet size=30', 'killed'],
  ['Packets out of order. Expected 11 received 1. Packet size=7', 'shared-connection'],
  ['Warning: Error while reading greeting packet. PID=4711', 'too-many-connections'],
  ['Socket#27 has already been bound to another coroutine#45', 'shared-connection'],

  // Servers and proxies
  ['ERROR 1156 (08S01): Got packets out of order', 'client-numbering'],
  ['2024-05-01T12:00:00.000000Z 12 [Note] Got packets out of order', 'client-numbering'],
  [
    "[Warning] Aborted connection 12 to db: 'shop' user: 'app' host: 'web' (Got timeout reading communication packets)",
    'idle-timeout',
  ],
  [
    "2026-05-01 12:00:00 12 [Warning] Aborted connection 12 to db: 'unconnected' user: 'unauthenticated' host: '10.0.0.5' (Got timeout reading communication packets)",
    'login-timeout',
  ],
  [
    "[Note] [MY-010914] [Server] Aborted connection 12 to db: 'shop' user: 'app' host: 'web' (Got timeout writing communication packets).",
    'client-gave-up',
  ],
  [
    "[Warning] Aborted connection 7 to db: 'unconnected' user: 'unauthenticated' host: 'lb' (This connection closed normally without authentication)",
    'health-check',
  ],
  [
    "[Warning] Aborted connection 12 to db: 'shop' user: 'app' host: 'web' (Got an error reading communication packets)",
    'client-left',
  ],
  ['[server:3]invalid sequence 0 != 1', 'client-numbering'],
  ['invalid sequence, expected 1 got 32', 'not-mysql-client'],
  [
    "Client ('app'@'10.0.0.1') sent packet with unexpected sequence number. Expected 1, got 0.",
    'client-numbering',
  ],
  ['invalid compressed sequence, expected 1, actual 0', 'compressed-numbering'],
  [
    'MySQL_Session.cpp:3364:handler(): [ERROR] Unexpected packet from client 10.222.10.5 . Session_status: 6',
    'shared-connection',
  ],
  [
    'mysql_data_stream.cpp:227:check_data_flow(): Session=0x7ff550c52600 -- Data at both ends of a MySQL data stream: IN <1 bytes 0 packets>',
    'shared-connection',
  ],
  ['[WARNING] Closing unhealthy client connection 10.0.0.1:44000', 'client-gave-up'],
  ['mysql_proxy: ignoring out-of-sync packet', 'shared-connection'],
  ['Sequence ID of MySQL command packet must be `0`.', 'wrong-splitting'],

  // What servers say themselves
  ["Host 'web' is not allowed to connect to this MariaDB server", 'host-not-allowed'],
  [
    "Host '10.0.0.5' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'",
    'host-blocked',
  ],
  ['(1040, "Zu viele Verbindungen")', 'too-many-connections'],
  ["Got a packet bigger than 'max_allowed_packet' bytes", 'packet-too-large'],
  ['ERROR 1053 (08S01): Server shutdown in progress', 'server-stopped'],
  ['Proxy header is not accepted from 10.1.2.3', 'proxy-header'],
  [
    'ERROR 1213 (40001): Deadlock found when trying to get lock; try restarting transaction',
    'deadlock',
  ],
  ["(1205, 'Lock wait timeout exceeded; try restarting transaction')", 'lock-wait'],
  ['Error Code: 1205. Überschrittene Wartezeit', 'lock-wait'],
  [
    'ERROR 1243 (HY000): Unknown prepared statement handler (3) given to EXECUTE',
    'malformed-command',
  ],
  ['Error 1835 (HY000): Malformed communication packet', 'malformed-command'],
  [
    'ERROR 9001 (HY000): Max connect timeout reached while reaching hostgroup 10 after 10000ms',
    'server-unreachable',
  ],
  [
    'SQLSTATE[HY000]: General error: 9002 Max connect failure while reaching hostgroup 10',
    'server-unreachable',
  ],
  [
    'Connection killed by MaxScale: Router could not recover from connection errors',
    'server-stopped',
  ],
  [
    'Lost connection to backend server: network error (server1: 104, Connection reset by peer)',
    'server-stopped',
  ],

  ['ERROR 1210 (HY000): Incorrect arguments to mysqld_stmt_execute', 'malformed-command'],
  ['WSREP has not yet prepared node for application use', 'galera-left'],
  [
    'ERROR 4082 (HY000): Connection closed. Connection memory limit 2097152 bytes exceeded. Consumed 2342880 bytes.',
    'ended-by-error',
  ],
  [
    "Aborted connection 9 to db: 'shop' (Got timeout reading communication packets)",
    'idle-timeout',
  ],
  [
    "Aborted connection 9 to db: 'unconnected' user: 'unauthenticated' host: 'lb' real ip: '10.0.0.5' (Got timeout reading communication packets)",
    'login-timeout',
  ],

  // Not connected
  [
    `(2003, "Can't connect to MySQL server on '10.0.0.9' ([Errno 111] Connection refused)")`,
    'nobody-listens',
  ],
  [`(2003, "Can't connect to MySQL server on '10.0.0.9' (timed out)")`, 'server-unreachable'],
  [
    "ERROR 2003 (HY000): Can't connect to MySQL server on '10.0.0.9:3306' (110)",
    'server-unreachable',
  ],
  ["ERROR 2003 (HY000): Can't connect to MySQL server on '10.0.0.9:3306' (111)", 'nobody-listens'],
  ["ERROR 2002 (HY000): Can't connect to server on '10.0.0.9' (115)", 'nobody-listens'],
  [
    "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (2)",
    'nobody-listens',
  ],
  ['PDOException: SQLSTATE[HY000] [2002] Connection refused', 'nobody-listens'],
  ['PDOException: SQLSTATE[HY000] [2002] Connection timed out', 'server-unreachable'],
  ['mysqli_real_connect(): (HY000/2002): No such file or directory', 'nobody-listens'],
  ['dial tcp 10.0.0.9:3306: connect: connection refused', 'nobody-listens'],
  ['dial tcp 10.0.0.9:3306: i/o timeout', 'server-unreachable'],
  ['Error: connect ETIMEDOUT', 'server-unreachable'],
  ['Error: connect ECONNREFUSED 127.0.0.1:3306', 'nobody-listens'],
  [
    '(conn:-1, no: 45012, SQLState: 08S01) Connection timeout: failed to create socket after 1001ms',
    'server-unreachable',
  ],
  [
    'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.',
    'nobody-listens',
  ],
  [
    'CommunicationsException: Communications link failure\nCaused by: java.net.ConnectException: Connection refused',
    'nobody-listens',
  ],
  ['java.net.SocketTimeoutException: Connect timed out', 'server-unreachable'],
  ['(DBConnection.ConnectionError) (db:3306) connection refused - :econnrefused', 'nobody-listens'],
  ['Unable to connect to any of the specified MySQL hosts.', 'nobody-listens'],
  [
    'Trilogy::BaseConnectionError: trilogy_connect - unable to connect to db:3306',
    'nobody-listens',
  ],

  // Pools
  [
    'java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.',
    'pool-exhausted',
  ],
  [
    'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00',
    'pool-exhausted',
  ],
  ['pool timed out while waiting for an open connection', 'pool-exhausted'],
  [
    '(conn:-1, no: 45028, SQLState: HY000) pool timeout: failed to retrieve a connection from pool after 501ms',
    'pool-exhausted',
  ],
  ['Connect Timeout expired. All pooled connections are in use.', 'pool-exhausted'],
  [
    'ActiveRecord::ConnectionTimeoutError: could not obtain a connection from the pool within 5.000 seconds',
    'pool-exhausted',
  ],
  [
    '(DBConnection.ConnectionError) connection not available and request was dropped from queue after 2986ms',
    'pool-exhausted',
  ],

  // Gave up, or lost
  ["(2013, 'Lost connection to MySQL server during query (timed out)')", 'client-gave-up'],
  ['read tcp 10.0.0.5:40000->10.0.0.9:3306: i/o timeout', 'client-gave-up'],
  ['Timeout waiting for a response from the last query. (waited 5 seconds)', 'client-gave-up'],
  ['MySqlException: The Command Timeout expired before the operation completed.', 'client-gave-up'],
  ['[mysql] 2026/05/01 12:00:00 packets.go:37: unexpected EOF', 'idle-timeout'],
  ['driver: bad connection', 'idle-timeout'],
  ['trilogy_query_recv: TRILOGY_CLOSED_CONNECTION', 'idle-timeout'],
  ['trilogy_query_recv: TRILOGY_INVALID_SEQUENCE_ID', 'idle-timeout'],
  ["error: Connection closed\n code: 'ERR_MYSQL_CONNECTION_CLOSED'", 'idle-timeout'],
  ['expected to read 4 bytes, got 0 bytes at EOF', 'idle-timeout'],
  ['Driver error: `Connection to the server is closed.', 'idle-timeout'],
  ['MySqlConnectionClosedException: Connection unexpectedly closed', 'idle-timeout'],
  ['MySqlException: Failed to read the result set.', 'idle-timeout'],
  ['PHP Warning:  Error while sending QUERY packet. PID=4711 in /app/a.php', 'idle-timeout'],
  ['(DBConnection.ConnectionError) tcp recv (idle): closed', 'idle-timeout'],
  ['DBD::mysql::st execute failed: MySQL server has gone away', 'idle-timeout'],
  ['This connection is in use by: #<Thread:0x00007f run>', 'shared-connection'],

  // TLS, shapes
  [
    'ERROR 2026 (HY000): SSL connection error: error:0A000126:SSL routines::unexpected eof while reading',
    'tls-failed',
  ],
  ['ERROR 2026 (HY000): TLS/SSL error: self-signed certificate in certificate chain', 'tls-failed'],
  [
    'ERROR 2026 (HY000): TLS/SSL error: SSL is required, but the server does not support it',
    'tls-refused',
  ],
  [
    'ERROR 2057 (HY000): The number of columns in the result set differs from the number of bound buffers.',
    'stale-metadata',
  ],
  ['ERROR 2027 (HY000): Malformed packet', 'eof-mismatch'],
  ["ERROR 2020 (HY000): Got packet bigger than 'max_allowed_packet' bytes", 'client-packet-limit'],

  // Numbers and names alone
  ['1040', 'too-many-connections'],
  ['1130', 'host-not-allowed'],
  ['1205', 'lock-wait'],
  ['1213', 'deadlock'],
  ['2002', 'nobody-listens'],
  ['2003', 'nobody-listens'],
  ['2006', 'idle-timeout'],
  ['2013', 'idle-timeout'],
  ['2014', 'unread-result'],
  ['2026', 'tls-failed'],
  ['2057', 'stale-metadata'],
  ['4031', 'idle-timeout'],
  ['45009', 'idle-timeout'],
  ['45011', 'idle-timeout'],
  ['9001', 'server-unreachable'],
  ['08S01', 'idle-timeout'],
  ['ER_CON_COUNT_ERROR', 'too-many-connections'],
  ['CR_SERVER_LOST', 'idle-timeout'],
  ["{ code: 'ER_LOCK_DEADLOCK', errno: 1213, sqlState: '40001' }", 'deadlock'],
];

describe('a pasted message leads to its cause', () => {
  test.each(PASTED)('%s', (message, cause) => {
    expect(readMessage(message)?.causes[0]?.id).toBe(cause);
    // A number alone is one only where there is nothing else, as no line of a log is.
    if (!/^\w{4,5}$/.test(message)) expect(mayHaveMessage(message.toLowerCase())).toBe(true);
  });
});

test.each([
  [
    'ERROR 9006 (Y0000): ProxySQL Error: connection is locked to hostgroup 10 but trying to reach hostgroup 11',
    'mysql-set_query_lock_on_hostgroup',
  ],
  ['(2005, "Unknown MySQL server host \'db\' (-2)")', 'name of the host'],
  [
    'ERROR 1969 (70100): Query execution was interrupted (max_statement_time exceeded)',
    'max_statement_time',
  ],
])('%s: no cause of its own, but what it means', (message, said) => {
  expect(readMessage(message)?.means).toContain(said);
});

test.each(['Copyright (2013) by nobody', '2003 rows were read', 'listening on port 2006'])(
  'a number that is no error’s is none: %s',
  (text) => {
    expect(readMessage(text)).toBeNull();
  },
);

test('a text that nobody prints is none', () => {
  expect(readMessage('the cat sat on the mat')).toBeNull();
  expect(readMessage('')).toBeNull();
});

test('the numbers are those of the message, in the driver’s own order', () => {
  expect(readMessage('got packets out of order. Expected 5 but received 4')?.numbers).toEqual({
    got: 4,
    expected: 5,
    byServer: false,
  });
});

test('mysqlnd’s length and number are the bytes it read', () => {
  const http = readMessage('Packets out of order. Expected 0 received 80. Packet size=5526600');
  expect(http?.means).toContain('"HTTP"');
  const idle = readMessage('Packets out of order. Expected 1 received 0. Packet size=145');
  expect(idle?.means).toContain('ERR 4031');
});

test('every cause that a message leads to can be explained', () => {
  const named = [
    ...[...MESSAGES, ...LAST_MESSAGES].flatMap(({ meaning }) => meaning?.causes ?? []),
    ...DRIVER_ERRORS.flatMap(({ meaning }) => meaning.causes),
    ...[...SQL_STATES.values(), ...ERRORS, ...NUMBERS].flatMap(({ causes }) => causes),
  ];
  const missing = new Set(named.filter((id) => !EXPLAINED.some((cause) => cause.id === id)));
  expect([...missing]).toEqual([]);
});
