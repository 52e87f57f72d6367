import type { CauseText } from './cause.ts';
import { errorTexts } from './drivers.ts';

/** C16: the driver itself refuses a command while a result is still to be read. */
const unreadResult: CauseText = {
  id: 'unread-result',
  rule: null,
  severity: null,
  title:
    'A result was not read to its end before the next command: the driver refuses it, and sends nothing.',
  advice: {
    client:
      'read every result to its end before the next command: fetch all rows, call nextset()/next_result() until there is none (a CALL always ends with one more OK), close the cursor; with unbuffered cursors (SSCursor, MYSQLI_USE_RESULT, PDO::MYSQL_ATTR_USE_BUFFERED_QUERY=false) use a second connection for what runs meanwhile.',
  },
  drivers: [
    {
      driver: 'libmysqlclient, mysqlnd (error 2014)',
      text: "Commands out of sync; you can't run this command now",
    },
    {
      driver: 'PDO',
      text: 'Cannot execute queries while other unbuffered queries are active.',
    },
    { driver: 'mysql-connector-python', text: 'Unread result found' },
    { driver: 'go-sql-driver/mysql', text: 'busy buffer' },
    {
      driver: 'Connector/J',
      text: 'No statements may be issued when any streaming result sets are open and in use on a given connection.',
    },
  ],
  page: {
    about: [
      'A connection answers one command after the other, so the rows of one result must be read before the next command. libmysqlclient, mysqlnd and others check that themselves: error 2014 is raised in the program, and the statement never reaches the wire. The capture shows an answer that was complete, or that the client reads slowly, and then nothing.',
      'It comes from a loop that stops at the first row, a multi-statement or a CALL whose further results were not fetched, or an unbuffered cursor that is still open.',
    ],
    lookAlikes: [
      'shared-connection: two users; there the second command is on the wire.',
      'stale-answer: the server sent a packet too many.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'result (1 2 3 …)' },
      { from: 'client', text: 'reads some of it; refuses the next command by itself', quiet: true },
    ],
    fixture: 'causes/unread-php',
    twin: 'causes/unread-drained-php',
  },
};

/** C32: the driver's own counter. */
const driverCounter: CauseText = {
  id: 'driver-counter',
  rule: null,
  severity: null,
  title: 'The driver counted wrongly itself: all numbers on the wire are right.',
  advice: {
    client:
      'update the driver (PyMySQL 0.7.7 and 0.7.8 had such a fault); do not use its private methods, and do not let a bundler rename its classes (webpack, Next.js, Electron: leave mysqljs/mysql out of minification); if it is up to date, report this capture to its authors, and look for a second user of the connection that took turns by chance.',
  },
  drivers: [
    { driver: 'PyMySQL, aiomysql', text: 'Packet sequence number wrong - got 1 expected 2' },
    { driver: 'mysqljs/mysql', text: 'Packets out of order. Got: 1 Expected: 2' },
    { driver: 'mysqljs/mysql', text: 'Received packet in the wrong sequence.' },
  ],
  page: {
    about: [
      'A driver compares each packet’s number with a counter of its own. When every number on the wire is right, no packet came unasked, and no command left before the answer to the one before it, then it was the counter: a fault of the driver (PyMySQL 0.7.7 and 0.7.8; mysqljs with pause() and resume()), code that a bundler has minified (mysqljs finds what to do with a packet by the names of classes: "Received packet in the wrong sequence"), code that uses its private methods, or two threads that never overlapped on the wire.',
      '"got N expected N" with equal numbers is always a second thread or task: the counter changed between the comparison and the message.',
    ],
    lookAlikes: [
      'shared-connection: commands overlap.',
      'A capture with missing bytes or in undecrypted TLS: nothing can be said.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'OK (1), as is due' },
      { from: 'client', text: 'expects another number: its own mistake', quiet: true },
    ],
    fixture: 'causes/server-correct-pymysql',
    twin: 'sequence/never-resets',
  },
};

/** Nobody has the address and port, or the socket. */
const nobodyListens: CauseText = {
  id: 'nobody-listens',
  rule: null,
  severity: null,
  title: 'No server listens there: the connection is refused before any MySQL is spoken.',
  advice: {
    client:
      'check host and port; in a container “localhost” is the container itself, and the service’s name is what reaches the other one; wait for the server’s port in scripts that start both.',
    between: 'a firewall that rejects answers with RST, too: see whether the server saw the SYN.',
    server:
      'see whether it runs (its log says “ready for connections”, and on which port), and its bind_address and skip_networking: 127.0.0.1 is reached from the same host only.',
  },
  drivers: [
    {
      driver: 'PyMySQL, aiomysql',
      text: '(2003, "Can\'t connect to MySQL server on … ([Errno 111] Connection refused)")',
    },
    { driver: 'mysql2, mysqljs/mysql', text: 'connect ECONNREFUSED' },
    { driver: 'go-sql-driver/mysql', text: 'dial tcp …: connect: connection refused' },
    { driver: 'PDO', text: 'SQLSTATE[HY000] [2002] Connection refused' },
    { driver: 'libmysqlclient', text: "Can't connect to MySQL server on … (111)" },
    { driver: 'libmariadb', text: "Can't connect to server on … (115)" },
  ],
  page: {
    about: [
      'The SYN of the connect is answered with RST: the host is there, and no process listens on that port. The driver fails at once.',
      'A driver that is told “localhost” mostly does not use TCP but a Unix socket, which no capture shows; if the file is not there it says 2002 and the path.',
    ],
    lookAlikes: [
      'server-unreachable: nothing answers at all, and the driver waits for its connect time-out.',
      'refused: the connection is made, and an ERR comes in place of the greeting.',
    ],
    ladder: [
      { from: 'client', text: 'SYN' },
      { from: 'server', text: 'RST: nobody listens on this port' },
    ],
    fixture: 'causes/connect-refused',
    twin: 'causes/connect-ignored',
  },
};

/** What is sent to it is not answered. */
const serverUnreachable: CauseText = {
  id: 'server-unreachable',
  rule: null,
  severity: null,
  title: 'Nothing answers the attempt to connect: the packets are swallowed on the way.',
  advice: {
    client:
      'check the address (a server that moved, a name that still leads to the old one) and from where it may be reached: try from another host.',
    between:
      'a firewall, a security group or a network policy that drops packets is the usual cause; see on the server whether the SYN arrives, and whether its SYN-ACK finds the way back.',
    server:
      'if the SYN arrives and nothing is sent, its queue is full: see back_log, net.core.somaxconn, and ListenOverflows in netstat -s.',
  },
  drivers: [
    {
      driver: 'PyMySQL, aiomysql',
      text: '(2003, "Can\'t connect to MySQL server on … (timed out)")',
    },
    { driver: 'mysql2, mysqljs/mysql', text: 'connect ETIMEDOUT' },
    { driver: 'go-sql-driver/mysql', text: 'dial tcp …: i/o timeout' },
    { driver: 'PDO', text: 'SQLSTATE[HY000] [2002] Connection timed out' },
    { driver: 'libmysqlclient', text: "Can't connect to MySQL server on … (110)" },
    { driver: 'MySqlConnector', text: 'Connect Timeout expired.' },
  ],
  page: {
    about: [
      'The client sends its SYN again and again, one, two, four seconds apart, and nothing comes back until its connect time-out is over.',
      'A capture on the client shows only that. One on the server, too, tells where the packets are lost: no SYN there means on the way, SYN-ACKs there mean on the way back.',
    ],
    lookAlikes: [
      'nobody-listens: RST comes back at once.',
      'login-timeout: the connection is made and the greeting comes; what is missing is the login.',
    ],
    ladder: [
      { from: 'client', text: 'SYN', lost: true },
      { from: 'client', text: 'SYN again', lost: true },
      { from: 'client', text: 'gives up: timed out', quiet: true },
    ],
    fixture: 'causes/connect-ignored',
    twin: 'causes/connect-refused',
  },
};

/** Queued for, in the client's process. */
const poolExhausted: CauseText = {
  id: 'pool-exhausted',
  rule: null,
  severity: null,
  title: 'All connections of the client’s pool are in use: the server is not even asked.',
  advice: {
    client:
      'find who holds connections for long: queries without an index, transactions that stay open while something else is waited for, connections that are never given back (HikariCP leakDetectionThreshold; SQLAlchemy: use “with”; database/sql: close rows). Only then make the pool larger, and keep the sum of all pools below max_connections.',
  },
  drivers: [
    { driver: 'HikariCP', text: 'Connection is not available, request timed out after 30000ms' },
    { driver: 'SQLAlchemy', text: 'QueuePool limit of size 5 overflow 10 reached' },
    {
      driver: 'ActiveRecord',
      text: 'could not obtain a connection from the pool within 5.000 seconds',
    },
    { driver: 'sqlx', text: 'pool timed out while waiting for an open connection' },
    {
      driver: 'mariadb (Node.js)',
      text: 'pool timeout: failed to retrieve a connection from pool after 10000ms',
    },
  ],
  page: {
    about: [
      'Whoever asks a pool for a connection waits until one is given back, and gives up after the pool’s own time-out. Nothing is sent for it, so no capture shows the waiting.',
      'What a capture does show is what the connections do meanwhile: `mywire queries` has how long each statement took, `mywire connections` how many were open, and long pauses within a transaction are a program that holds one and does something else.',
    ],
    lookAlikes: [
      'too-many-connections: the server refuses, with ERR 1040.',
      'server-unreachable: the pool cannot make the connections that it is to give.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY, on the only connection' },
      { from: 'client', text: 'another one waits for it, and gives up', quiet: true },
      { from: 'server', text: 'result' },
    ],
    fixture: 'causes/pool-exhausted',
    twin: 'causes/pool-not-exhausted',
  },
};

/** ERR 1213, which answers a statement as it should. */
const deadlock: CauseText = {
  id: 'deadlock',
  rule: null,
  severity: null,
  title: 'Two transactions wait for each other’s locks: the server rolls one of them back.',
  advice: {
    client:
      'try the whole transaction again, not only its last statement: all of it was rolled back. Take locks in the same order everywhere, keep transactions short, and have an index for what is updated, or more rows are locked than are meant.',
    server:
      'SHOW ENGINE INNODB STATUS has the last deadlock with both statements; innodb_print_all_deadlocks=ON logs each.',
  },
  drivers: errorTexts({
    code: 1213,
    sqlState: '40001',
    message: 'Deadlock found when trying to get lock; try restarting transaction',
  }),
  page: {
    about: [
      'One transaction has locked a row that the other one wants, and wants one that the other one has locked. InnoDB sees it at once and answers the statement of one of them with ERR 1213; its transaction is rolled back, and the other goes on.',
      'To the protocol that is an answer like any other, so `mywire check` finds nothing; `mywire queries` shows the statement, its ERR, and what both connections had sent before.',
    ],
    lookAlikes: [
      'lock-wait: the other transaction does not wait for this one, it only takes too long (ERR 1205).',
    ],
    ladder: [
      { from: 'client', text: 'UPDATE, of a row that the other one has' },
      { from: 'server', text: 'ERR 1213: rolled back, as the answer' },
    ],
    fixture: 'causes/deadlock-mariadb',
    twin: 'causes/deadlock-not-mariadb',
  },
};

/** ERR 1205, which answers a statement as it should. */
const lockWait: CauseText = {
  id: 'lock-wait',
  rule: null,
  severity: null,
  title: 'A statement waited for another transaction’s lock until the server gave it up.',
  advice: {
    client:
      'find the transaction that holds the lock: mostly one that was begun and not ended (autocommit off, an exception without ROLLBACK, a program that waits for something else meanwhile). This one was not rolled back, only its statement was: roll back or try again.',
    server:
      'look who blocks whom while it lasts (SELECT * FROM sys.innodb_lock_waits, or SHOW ENGINE INNODB STATUS); innodb_lock_wait_timeout is how long is waited (50 s by default).',
  },
  drivers: errorTexts({
    code: 1205,
    sqlState: 'HY000',
    message: 'Lock wait timeout exceeded; try restarting transaction',
  }),
  page: {
    about: [
      'Another transaction has locked what the statement wants. After innodb_lock_wait_timeout the server answers with ERR 1205. Only this statement is undone, its transaction goes on and keeps its own locks (unless innodb_rollback_on_timeout is set).',
      'To the protocol that is an answer like any other, so `mywire check` finds nothing; `mywire queries` shows how long it took, and which connection had a transaction open all the while.',
    ],
    lookAlikes: ['deadlock: both wait for each other; ERR 1213 comes at once.'],
    ladder: [
      { from: 'client', text: 'UPDATE, of a row that another one has' },
      { from: 'client', text: 'waits for innodb_lock_wait_timeout', quiet: true },
      { from: 'server', text: 'ERR 1205, as the answer' },
    ],
    fixture: 'causes/lock-wait-mariadb',
    twin: 'causes/deadlock-not-mariadb',
  },
};

/**
 * What makes drivers complain and leaves nothing wrong on the wire: no capture shows it, so nothing is diagnosed,
 * and a clean capture is what speaks for it.
 */
export const UNSEEN_CAUSES: readonly CauseText[] = [
  unreadResult,
  driverCounter,
  nobodyListens,
  serverUnreachable,
  poolExhausted,
  deadlock,
  lockWait,
];
