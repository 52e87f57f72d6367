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
