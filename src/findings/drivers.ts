import type { Mismatch, Noted, ServerError } from '../mysql/facts.ts';
import { ERROR_NAMES } from './error-codes.ts';
import type { DriverText } from './finding.ts';

/*
 * `test/replay/` holds the texts of mysql2, mysqljs/mysql and PyMySQL against the drivers themselves. By hand against
 * the same server: aiomysql 0.1.1 and 0.3.2, PyMySQL 1.0.2 and 1.2.0, mysqlnd of PHP 8.2, libmariadb 3.3, libmysqlclient
 * 9.7, go-sql-driver/mysql 1.5, mariadb (Node.js) 3.4. `test/replay/recorded.test.ts` holds what the clients of the
 * fixtures printed against them all. After their sources: go-mysql (packet/conn.go), asyncmy (connection.pyx), mysqlnd
 * under compression (mysqlnd_protocol_frame_codec.c), MySqlConnector (ProtocolUtility.cs), newer go-sql-driver/mysql.
 */

const PYTHON = 'PyMySQL, aiomysql, asyncmy';
const LOST_IN_PYTHON = "(2013, 'Lost connection to MySQL server during query')";
const LOST_IN_NODE = 'Connection lost: The server closed the connection.';

/**
 * What each driver prints when it reads a packet of the server's with another number than it expects. `serverCloses`:
 * it does so afterwards.
 */
export function readerTexts(mismatch: Mismatch, serverCloses: boolean): DriverText[] {
  const { got, expected, packet } = mismatch;
  const error = packet.error?.message;
  return [
    ...pythonTexts(got, expected),
    ...nodeTexts(mismatch, serverCloses),
    ...goTexts(mismatch),
    { driver: 'go-mysql', text: `invalid sequence ${got} != ${expected}` },
    // An ERR it shows whatever its number; versions before 0.57 do not.
    ...(error === undefined ? [] : [{ driver: 'MySqlConnector', text: error }]),
    {
      driver: error === undefined ? 'MySqlConnector' : 'older MySqlConnector',
      text: inMySqlConnector(got, expected),
    },
    inMysqlnd(mismatch),
    {
      driver: 'libmysqlclient',
      text:
        expected === 0
          ? "Lost connection to MySQL server at 'reading initial communication packet'"
          : 'Lost connection to MySQL server during query',
    },
    // It does not look at the number.
    ...(error === undefined || expected === 0 ? [] : [{ driver: 'libmariadb', text: error }]),
  ];
}

const GO_OUT_OF_SYNC = "commands out of sync. You can't run this command now";

function goTexts({ got, expected, packet }: Mismatch): DriverText[] {
  return [
    {
      driver: 'go-sql-driver/mysql',
      text:
        got < expected
          ? GO_OUT_OF_SYNC
          : 'commands out of sync. Did you run multiple statements at once?',
    },
    // An ERR it shows whatever its number.
    {
      driver: 'newer go-sql-driver/mysql',
      text: packet.error === null ? GO_OUT_OF_SYNC : inGo(packet.error),
    },
  ];
}

function inMySqlConnector(got: number, expected: number): string {
  return `Packet received out-of-order. Expected ${expected}; got ${got}.`;
}

function inMysqlnd({ got, expected, packet }: Mismatch): DriverText {
  return {
    driver: 'PHP mysqlnd',
    text: `Packets out of order. Expected ${expected} received ${got}. Packet size=${packet.length}`,
  };
}

function pythonTexts(got: number, expected: number): DriverText[] {
  const wrong = `Packet sequence number wrong - got ${got} expected ${expected}`;
  // They take a 0 for a server that has gone away.
  return got === 0
    ? [
        { driver: PYTHON, text: LOST_IN_PYTHON },
        { driver: 'older versions of these', text: wrong },
      ]
    : [{ driver: PYTHON, text: wrong }];
}

function nodeTexts(mismatch: Mismatch, serverCloses: boolean): DriverText[] {
  const { got, expected, packet, banner, idleExpected = null } = mismatch;
  const mysqljs = {
    driver: 'mysqljs/mysql',
    text: `Packets out of order. Got: ${got} Expected: ${expected}`,
  };
  if (banner !== '' && packet.length > 0) {
    // mysql2 waits for the packet that the banner seems to announce, mostly of some megabytes.
    return serverCloses ? [mysqljs, { driver: 'mysql2', text: LOST_IN_NODE }] : [mysqljs];
  }
  return [
    mysqljs,
    {
      driver: 'mysql2',
      text: `Warning: got packets out of order. Expected ${expected} but received ${got}`,
    },
    ...(packet.error === null ? [] : [{ driver: 'mysql2', text: packet.error.message }]),
    ...(idleExpected === null ? [] : idleTexts(packet, idleExpected)),
  ];
}

/**
 * Of a packet that came while no command was running, what the drivers print that do not wait for the next one, unless
 * something keeps their process from reading: by then the counter stands at `idleExpected`.
 */
export function idleTexts({ sequenceId, error }: Noted, idleExpected: number): DriverText[] {
  return [
    {
      driver: 'mysqljs/mysql while idle',
      text:
        sequenceId === idleExpected
          ? 'Received packet with no active sequence.'
          : `Packets out of order. Got: ${sequenceId} Expected: ${idleExpected}`,
    },
    {
      driver: 'mysql2 while idle',
      text: error?.message ?? 'Unexpected packet while no commands in the queue',
    },
  ];
}

/** The same of a compressed packet; the drivers that are not here do not look at its number. */
export function compressedTexts(mismatch: Mismatch): DriverText[] {
  const { got, expected } = mismatch;
  return [
    { driver: 'go-mysql', text: `invalid compressed sequence ${got} != ${expected}` },
    {
      driver: 'TiProxy',
      text: `invalid compressed sequence, expected ${expected}, actual ${got}`,
    },
    { driver: 'MySqlConnector', text: inMySqlConnector(got, expected) },
    inMysqlnd(mismatch),
    { driver: 'libmysqlclient', text: 'Lost connection to MySQL server during query' },
  ];
}

/** What the server says, and the client's driver then prints, when a client's packet is misnumbered; what proxies log. */
export function serverTexts(got: number, expected: number): DriverText[] {
  return [
    { driver: 'the server', text: 'ERROR 1156 (08S01): Got packets out of order' },
    {
      driver: 'MaxScale',
      text: `sent packet with unexpected sequence number. Expected ${expected}, got ${got}.`,
    },
    { driver: 'Vitess', text: `invalid sequence, expected ${expected} got ${got}` },
    { driver: 'TiDB', text: `invalid sequence ${got} != ${expected}` },
    { driver: 'ShardingSphere', text: 'Sequence ID of MySQL command packet must be `0`.' },
  ];
}

/**
 * What a driver was waiting for when the server closed: its greeting, the reply to the login, the answer to a command or
 * the rest of it; or for nothing: it meets the closed connection with its login (`beforeLogin`), or its next command (`idle`).
 */
export type LostPhase = 'greeting' | 'beforeLogin' | 'login' | 'command' | 'midAnswer' | 'idle';

/** What each driver prints when the server closes; `isReset`: with RST, not FIN. */
export function lostTexts(phase: LostPhase, isReset: boolean): DriverText[] {
  const inNode = isReset ? 'read ECONNRESET' : LOST_IN_NODE;
  return [
    ...lostInPython(phase, isReset),
    { driver: 'mysql2, mysqljs/mysql', text: inNode },
    ...(phase === 'idle' ? lostWhileIdle(isReset) : LOST[phase]),
    { driver: 'PHP mysqlnd', text: 'MySQL server has gone away' },
    {
      driver: 'mariadb (Node.js)',
      text: isReset ? 'read ECONNRESET' : 'socket has unexpectedly been closed',
    },
  ];
}

function lostInPython(phase: LostPhase, isReset: boolean): DriverText[] {
  if (!isReset) return [{ driver: PYTHON, text: LOST_IN_PYTHON }];
  // PyMySQL finds out when it sends, asyncio's drivers when they read.
  return [
    ...(phase === 'idle' || phase === 'beforeLogin'
      ? [{ driver: 'PyMySQL', text: goneInPython(RESET_IN_PYTHON) }]
      : []),
    ...(phase === 'idle'
      ? []
      : [
          {
            driver: phase === 'beforeLogin' ? 'aiomysql, asyncmy' : PYTHON,
            text: "(2013, 'Lost connection to MySQL server during query ([Errno 104] Connection reset by peer)')",
          },
        ]),
  ];
}

const RESET_IN_PYTHON = "ConnectionResetError(104, 'Connection reset by peer')";

function goneInPython(exception: string): string {
  return `(2006, "MySQL server has gone away (${exception})")`;
}

/**
 * What a driver prints that is still sending when the server closes: `error`, if it gets to read what the server said,
 * or what its next write or read meets.
 */
export function cutOffTexts(error: ServerError | null): DriverText[] {
  return [
    ...(error === null ? [] : errorTexts(error)),
    { driver: 'PyMySQL', text: goneInPython("BrokenPipeError(32, 'Broken pipe')") },
    { driver: 'PyMySQL', text: goneInPython(RESET_IN_PYTHON) },
    { driver: 'mysql2, mysqljs/mysql', text: 'write EPIPE' },
    ...lostTexts('command', true),
  ];
}

/** What the next command then meets. */
function lostWhileIdle(isReset: boolean): DriverText[] {
  return [
    { driver: 'mysql2', text: "Can't add new command when connection is in closed state" },
    { driver: 'mysqljs/mysql', text: 'Cannot enqueue Query after fatal error.' },
    { driver: 'mariadb (Node.js)', text: 'Cannot execute new commands: connection closed' },
    {
      driver: 'libmysqlclient',
      text: isReset ? 'MySQL server has gone away' : 'Lost connection to MySQL server during query',
    },
    {
      driver: 'libmariadb',
      text: isReset ? 'Server has gone away' : 'Lost connection to server during query',
    },
    {
      // It looks before it takes a connection from the pool, and opens another.
      driver: 'go-sql-driver/mysql',
      text: `closing bad idle connection: ${isReset ? 'connection reset by peer' : 'EOF'}`,
    },
  ];
}

const AT_LOGIN: readonly DriverText[] = [
  {
    driver: 'libmysqlclient 8',
    text: "Lost connection to MySQL server at 'reading authorization packet'",
  },
  { driver: 'libmysqlclient 9', text: 'Lost connection to MySQL server during query' },
  {
    driver: 'libmariadb',
    text: "Lost connection to server at 'reading authorization packet'",
  },
  { driver: 'go-sql-driver/mysql', text: 'invalid connection' },
];

const DURING_QUERY: readonly DriverText[] = [
  { driver: 'libmysqlclient', text: 'Lost connection to MySQL server during query' },
  { driver: 'libmariadb', text: 'Lost connection to server during query' },
  { driver: 'go-sql-driver/mysql', text: 'invalid connection' },
];

/** Of the drivers whose words depend on the phase alone. */
const LOST: Readonly<Record<Exclude<LostPhase, 'idle'>, readonly DriverText[]>> = {
  greeting: [
    {
      driver: 'libmysqlclient',
      text: "Lost connection to MySQL server at 'reading initial communication packet'",
    },
    {
      driver: 'libmariadb',
      text: "Lost connection to server at 'handshake: reading initial communication packet'",
    },
    { driver: 'go-sql-driver/mysql', text: 'driver: bad connection' },
    { driver: 'PHP mysqlnd', text: 'Error while reading greeting packet' },
  ],
  beforeLogin: AT_LOGIN,
  login: AT_LOGIN,
  command: DURING_QUERY,
  midAnswer: DURING_QUERY,
};

/** Younger than mysqljs/mysql, which names them all alike. */
const UNKNOWN_TO_MYSQLJS: readonly number[] = [1927, 1969, 4031, 4081, 4082, 4151];

/** The name that mysqljs/mysql puts before the text of an error. */
function mysqljsName(code: number): string | undefined {
  return UNKNOWN_TO_MYSQLJS.includes(code) ? 'UNKNOWN_CODE_PLEASE_REPORT' : ERROR_NAMES.get(code);
}

/** Bytes of '#' and SQLSTATE, which PyMySQL cuts off whether or not they are there. */
const SQLSTATE_BYTES = 6;

/** What drivers print for an ERR that they read as the answer it is; before the login it has no SQLSTATE. */
export function errorTexts({ code, sqlState, message }: ServerError): DriverText[] {
  const isEarly = sqlState === null;
  const python = isEarly ? message.slice(SQLSTATE_BYTES) : message;
  const name = mysqljsName(code);
  return [
    { driver: 'PyMySQL, aiomysql', text: `(${code}, ${pythonString(python)})` },
    ...(isEarly
      ? [{ driver: 'newer PyMySQL, mysqlclient', text: `(${code}, ${pythonString(message)})` }]
      : []),
    ...(name === undefined ? [] : [{ driver: 'mysqljs/mysql', text: `${name}: ${message}` }]),
    { driver: 'mysql2', text: message },
    { driver: 'mysql, mariadb', text: `ERROR ${code} (${sqlState ?? 'HY000'}): ${message}` },
    { driver: 'go-sql-driver/mysql', text: inGo({ code, sqlState, message }) },
  ];
}

function inGo({ code, sqlState, message }: ServerError): string {
  const state = sqlState === null ? '' : ` (${sqlState})`;
  return `Error ${code}${state}: ${message}`;
}

/** The same in the midst of connecting. */
export function refusalTexts(error: ServerError): DriverText[] {
  const { code, sqlState, message } = error;
  return [
    ...errorTexts(error),
    { driver: 'PDO', text: `SQLSTATE[HY000] [${code}] ${message}` },
    ...(sqlState === null
      ? [
          {
            driver: 'Connector/J',
            text: `Data source rejected establishment of connection,  message from server: "${message}"`,
          },
        ]
      : []),
  ];
}

/** As Python's repr() writes it. */
function pythonString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}
