import type { ServerError } from '../mysql/facts.ts';
import type { DriverText } from './finding.ts';

/** What each driver prints when a server's packet carries `got` where it expects `expected`. */
export function readerTexts(got: number, expected: number, length: number): DriverText[] {
  const python = `Packet sequence number wrong - got ${got} expected ${expected}`;
  return [
    // They take a 0 for a server that has gone away.
    ...(got === 0
      ? [
          {
            driver: 'PyMySQL, aiomysql, asyncmy',
            text: "(2013, 'Lost connection to MySQL server during query')",
          },
          { driver: 'older versions of these', text: python },
        ]
      : [{ driver: 'PyMySQL, aiomysql, asyncmy', text: python }]),
    { driver: 'mysqljs/mysql', text: `Packets out of order. Got: ${got} Expected: ${expected}` },
    {
      driver: 'mysql2',
      text: `Warning: got packets out of order. Expected ${expected} but received ${got}`,
    },
    {
      driver: 'go-sql-driver/mysql',
      text:
        got < expected
          ? "commands out of sync. You can't run this command now"
          : 'commands out of sync. Did you run multiple statements at once?',
    },
    { driver: 'go-mysql', text: `invalid sequence ${got} != ${expected}` },
    {
      driver: 'MySqlConnector',
      text: `Packet received out-of-order. Expected ${expected}; got ${got}.`,
    },
    {
      driver: 'PHP mysqlnd',
      text: `Packets out of order. Expected ${expected} received ${got}. Packet size=${length}`,
    },
    { driver: 'libmysqlclient 8', text: 'ERROR 2013 (HY000): Lost connection to MySQL server' },
  ];
}

/** The same of a compressed packet; the drivers that are not here do not look at its number. */
export function compressedTexts(got: number, expected: number): DriverText[] {
  return [
    { driver: 'go-mysql', text: `invalid compressed sequence ${got} != ${expected}` },
    {
      driver: 'TiProxy',
      text: `invalid compressed sequence, expected ${expected}, actual ${got}`,
    },
    {
      driver: 'MySqlConnector',
      text: `Packet received out-of-order. Expected ${expected}; got ${got}.`,
    },
    { driver: 'libmysqlclient 8', text: 'ERROR 2013 (HY000): Lost connection to MySQL server' },
  ];
}

/** What the server says, and the client's driver then prints, when a client's packet is misnumbered. */
export const SERVER_TEXTS: readonly DriverText[] = [
  { driver: 'the server', text: 'ERROR 1156 (08S01): Got packets out of order' },
];

/** The names that mysqljs/mysql puts before the texts of errors in the midst of connecting. */
const MYSQLJS_NAMES: ReadonlyMap<number, string> = new Map([
  [1040, 'ER_CON_COUNT_ERROR'],
  [1044, 'ER_DBACCESS_DENIED_ERROR'],
  [1045, 'ER_ACCESS_DENIED_ERROR'],
  [1049, 'ER_BAD_DB_ERROR'],
  [1129, 'ER_HOST_IS_BLOCKED'],
  [1130, 'ER_HOST_NOT_PRIVILEGED'],
  [1203, 'ER_TOO_MANY_USER_CONNECTIONS'],
  [1226, 'ER_USER_LIMIT_REACHED'],
  [1251, 'ER_NOT_SUPPORTED_AUTH_MODE'],
  [1524, 'ER_PLUGIN_IS_NOT_LOADED'],
  [1698, 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR'],
  [1862, 'ER_MUST_CHANGE_PASSWORD_LOGIN'],
  [3118, 'ER_ACCOUNT_HAS_BEEN_LOCKED'],
  [3159, 'ER_SECURE_TRANSPORT_REQUIRED'],
]);

/** Bytes of '#' and SQLSTATE, which PyMySQL cuts off whether or not they are there. */
const SQLSTATE_BYTES = 6;

/** What drivers print for an ERR in the midst of connecting; before the login it has no SQLSTATE. */
export function errorTexts({ code, sqlState, message }: ServerError): DriverText[] {
  const isEarly = sqlState === null;
  const python = isEarly ? message.slice(SQLSTATE_BYTES) : message;
  const name = MYSQLJS_NAMES.get(code);
  return [
    { driver: 'PyMySQL, aiomysql', text: `(${code}, ${pythonString(python)})` },
    ...(isEarly
      ? [{ driver: 'newer PyMySQL, mysqlclient', text: `(${code}, ${pythonString(message)})` }]
      : []),
    ...(name === undefined ? [] : [{ driver: 'mysqljs/mysql', text: `${name}: ${message}` }]),
    { driver: 'mysql2', text: message },
    { driver: 'mysql, mariadb', text: `ERROR ${code} (${sqlState ?? 'HY000'}): ${message}` },
    {
      driver: 'go-sql-driver/mysql',
      text: `Error ${code}${isEarly ? '' : ` (${sqlState})`}: ${message}`,
    },
    { driver: 'PDO', text: `SQLSTATE[HY000] [${code}] ${message}` },
    ...(isEarly
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

/**
 * What drivers make of another protocol's first bytes: those that check a packet's number as soon as they have its
 * header complain about `got`, and the others wait for the `length` bytes that the header spells.
 */
export function foreignTexts(got: number, length: number): DriverText[] {
  const waiting = [
    { driver: 'mysql2', text: 'Connection lost: The server closed the connection.' },
    {
      driver: 'libmariadb',
      text: "Lost connection to server at 'handshake: reading initial communication packet'",
    },
  ];
  if (got === 0) return waiting;
  return [
    ...readerTexts(got, 0, length).filter(
      ({ driver }) => driver !== 'mysql2' && !driver.startsWith('libmysqlclient'),
    ),
    {
      driver: 'libmysqlclient',
      text: "Lost connection to MySQL server at 'reading initial communication packet'",
    },
    ...waiting,
  ];
}
