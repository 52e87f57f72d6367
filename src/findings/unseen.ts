import type { CauseText } from './cause.ts';

/** C16: the driver itself refuses a command while a result is still to be read. */
const unreadResult: CauseText = {
  id: 'unread-result',
  rule: 'commands-out-of-sync',
  severity: 'error',
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
  rule: 'sequence-mismatch',
  severity: 'error',
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

/**
 * What makes drivers complain and leaves nothing wrong on the wire: no capture shows it, so nothing is diagnosed,
 * and a clean capture is what speaks for it.
 */
export const UNSEEN_CAUSES: readonly CauseText[] = [unreadResult, driverCounter];
