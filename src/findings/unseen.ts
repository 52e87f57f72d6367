import type { CauseText } from './cause.ts';

/** C16: the driver refuses, and nothing of it reaches the wire. */
const unreadResult: CauseText = {
  id: 'unread-result',
  rule: 'commands-out-of-sync',
  severity: 'error',
  title: 'The program sends a command before it has read all of the answer to the one before.',
  advice: {
    client:
      'read every answer to its end before the next command: fetch all rows or close the cursor; after CALL and multi-statements go through all results (nextset(), next_result(): a procedure always ends with one more); in Go, rows.Close() before the next query of a transaction; buffer results (mysqli_store_result, PDO::MYSQL_ATTR_USE_BUFFERED_QUERY), or take a second connection.',
  },
  drivers: [
    {
      driver: 'libmysqlclient, mysqlnd',
      text: "Commands out of sync; you can't run this command now",
    },
    { driver: 'mysql-connector-python', text: 'Unread result found' },
    {
      driver: 'PHP PDO',
      text: 'Cannot execute queries while other unbuffered queries are active',
    },
    { driver: 'go-sql-driver/mysql', text: 'busy buffer' },
  ],
  page: {
    about: [
      'An answer that is not read to its end stays in the connection, and the next answer comes behind it. Drivers that know that refuse to send: libmysqlclient and mysqlnd say 2014, "Commands out of sync". The command never reaches the wire, so a capture shows nothing wrong: mywire finds nothing, and that is the sign. `mywire queries` shows which command was the last one before the error, and how many rows or results it had.',
      'Other drivers read the rest themselves and throw it away, and then only the time is lost. Those that do neither read it as the next command’s answer.',
    ],
    lookAlikes: [
      'shared-connection: two users of one connection get the same error by chance; there the capture shows commands that left before the answer to the one before had come.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0): SELECT' },
      { from: 'server', text: 'all of its rows (1 2 3 …)' },
      { from: 'client', text: 'the program reads the first row', quiet: true },
      { from: 'client', text: 'wants the next query: 2014, nothing is sent', quiet: true },
    ],
    fixture: 'causes/unread-php',
    twin: 'causes/unread-drained-php',
  },
};

/** C32: the driver counts wrongly, or its code was changed under it. */
const driverFault: CauseText = {
  id: 'driver-fault',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'All numbers on the wire are right; the driver itself lost count.',
  advice: {
    client:
      'update the driver; do not minify it (webpack, Next.js, esbuild: keep class names, or leave mysql out of the bundle); do not use what is private in it (its packet reader, its socket, `_next_seq_id`).',
  },
  drivers: [{ driver: 'mysqljs/mysql', text: 'Received packet in the wrong sequence.' }],
  page: {
    about: [
      'When the capture is whole, every sequence id in it is right, no command overlaps with another one’s answer and no ERR was waiting, then what is wrong is inside the client.',
      'Known faults: mysqljs/mysql finds its handlers by the names of classes, which minifying bundlers change ("Received packet in the wrong sequence"); PyMySQL 0.7.7 and 0.7.8 lost count themselves; programs that use a driver’s private parts lose it for them.',
    ],
    lookAlikes: [
      'shared-connection: two users that always happen to take turns leave no trace in the capture, either. Equal numbers ("got 7 expected 7") are theirs.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'answer (1 2 3 …), as it should be' },
      { from: 'client', text: 'counts otherwise, or takes no EOF for one', quiet: true },
    ],
    fixture: 'commands/all-mariadb',
    twin: 'sequence/never-resets',
  },
};

/** Causes that leave nothing on the wire: nobody can find them, only explain them. */
export const UNSEEN: readonly CauseText[] = [unreadResult, driverFault];
