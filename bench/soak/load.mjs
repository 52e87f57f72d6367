/**
 * Clean traffic of Node's drivers for soak.sh: node load.mjs PORT SECONDS mariadb|mysql [tls]
 * Each kind of work is repeated, with a pause, until the time is over; an error of any kind ends it with status 1.
 */
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(`${process.env.NODE_PATH}/`);
const mysql2 = require('mysql2/promise');
const mysqljs = require('mysql');
const mariadb = require('mariadb');

const [port, seconds, family, tls] = process.argv.slice(2);
const until = Date.now() + Number(seconds) * 1000;
const server = {
  host: '127.0.0.1',
  port: Number(port),
  user: 'app',
  password: 'not-a-secret',
  database: 'shop',
  connectTimeout: 60_000, // many processes start at once on few cores
  ...(tls === undefined ? {} : { ssl: { rejectUnauthorized: false } }),
};
const old = { ...server, user: 'old' };
const PAUSE = 2000;
/** A table of this process's own: nothing waits for another's locks. */
const pages = `pages_${process.pid}`;
let runs = 0;

const everywhere = {
  pooled,
  outParameters,
  changeUser,
  fileFromClient,
  compressed,
  shortConnections,
  transactions,
  pipelined,
  streamed,
};
/** The old driver cannot log in with MySQL's only plugin. */
const works = family === 'mariadb' ? { ...everywhere, bulk, oldDriver } : everywhere;

await Promise.all(Object.entries(works).map(([name, work]) => repeat(name, work)));
process.stdout.write(`${runs} runs of ${Object.keys(works).join(', ')} on port ${port}\n`);

async function repeat(name, work) {
  const step = await work();
  while (Date.now() < until) {
    try {
      await step();
    } catch (error) {
      process.stderr.write(`${name} on port ${port}: ${error.stack}\n`);
      process.exit(1);
    }
    runs++;
    await sleep(PAUSE);
  }
  await step.end?.();
}

/** A step, and what closes what it works with. */
function withEnd(step, end) {
  return Object.assign(step, { end });
}

async function pooled() {
  const pool = mysql2.createPool({ ...server, connectionLimit: 5 });
  const step = () =>
    Promise.all(
      [1, 50, 600, 7].map(async (limit) => {
        await pool.query(
          'SELECT n, REPEAT(?, 20) AS text, NULL AS nothing FROM numbers WHERE n <= ?',
          ['x', limit],
        );
        await pool.execute('SELECT * FROM items WHERE id = ?', [limit]);
      }),
    );
  return withEnd(step, () => pool.end());
}

async function outParameters() {
  const connection = await mysql2.createConnection(server);
  const step = async () => {
    await connection.query('CALL two_results()');
    await connection.query('CALL added(1, 2, @sum, @text)');
    await connection.query('SELECT @sum, @text');
    await connection.execute('CALL added(?, ?, ?, ?)', [3, 4, 0, '']);
    await connection.execute('CALL rows_and_sum(?, ?)', [5, 0]);
  };
  return withEnd(step, () => connection.end());
}

async function changeUser() {
  const connection = await mysql2.createConnection(server);
  const step = async () => {
    await connection.changeUser({ user: 'other', password: 'also-not-a-secret', database: 'shop' });
    await connection.query('SELECT CURRENT_USER()');
    await connection.changeUser({ user: 'app', password: 'not-a-secret', database: 'shop' });
    await connection.ping();
  };
  return withEnd(step, () => connection.end());
}

async function fileFromClient() {
  const connection = await mysql2.createConnection(server);
  await connection.query('CREATE TEMPORARY TABLE loaded (id INT, page VARCHAR(20))');
  const step = async () => {
    const lines = Buffer.from(Array.from({ length: 5000 }, (_, i) => `${i}\tpage ${i}\n`).join(''));
    await connection.query({
      sql: "LOAD DATA LOCAL INFILE 'pages.tsv' INTO TABLE loaded",
      infileStreamFactory: () => Readable.from([lines]),
    });
    await connection.query({
      sql: "LOAD DATA LOCAL INFILE 'none.tsv' INTO TABLE loaded",
      infileStreamFactory: () => Readable.from([]),
    });
    await connection.query('TRUNCATE loaded');
  };
  return withEnd(step, () => connection.end());
}

/** In TLS, MariaDB's thread pool closes on a compressed packet that comes in two records, as mysql2 sends it. */
async function compressed() {
  const connection = await mysql2.createConnection({ ...server, compress: tls === undefined });
  const step = async () => {
    await connection.query('SELECT n, REPEAT("compressible ", 40) FROM numbers');
    await connection.execute('SELECT * FROM items WHERE id > ?', [0]);
  };
  return withEnd(step, () => connection.end());
}

async function shortConnections() {
  return async () => {
    const connection = await mysql2.createConnection(server);
    await connection.query('SELECT 1');
    await connection.end();
  };
}

async function transactions() {
  const pool = mysql2.createPool({ ...server, connectionLimit: 2 });
  await pool.query(`CREATE TABLE ${pages} (id INT PRIMARY KEY, page VARCHAR(20))`);
  const step = async () => {
    const connection = await pool.getConnection();
    const row = runs;
    await connection.beginTransaction();
    await connection.execute(`INSERT INTO ${pages} VALUES (?, ?)`, [row, 'a page']);
    await connection.execute(`UPDATE ${pages} SET page = ? WHERE id = ?`, ['another', row]);
    await connection.commit();
    await connection.execute(`DELETE FROM ${pages} WHERE id = ?`, [row]);
    connection.release();
  };
  return withEnd(step, () => pool.end());
}

async function pipelined() {
  const connection = await mariadb.createConnection({
    ...server,
    allowPublicKeyRetrieval: true,
    pipelining: true,
  });
  const step = () =>
    Promise.all([
      connection.query('SELECT 1'),
      connection.query('SELECT n FROM numbers WHERE n < 50'),
      connection.execute('SELECT name FROM items WHERE id = ?', [2]),
      connection.query('DO 1'),
      connection.ping(),
    ]);
  return withEnd(step, () => connection.end());
}

async function bulk() {
  const pool = mariadb.createPool({
    ...server,
    connectionLimit: 3,
    minimumIdle: 1,
    pingTimeout: 60_000,
  });
  await pool.query(`CREATE TABLE ${pages}_bulk (id INT PRIMARY KEY, page VARCHAR(20))`);
  const step = async () => {
    const rows = Array.from({ length: 200 }, (_, i) => [i, `page ${i}`]);
    await pool.batch(`INSERT INTO ${pages}_bulk VALUES (?, ?)`, rows);
    await pool.query(`DELETE FROM ${pages}_bulk WHERE page LIKE ?`, ['page %']);
  };
  return withEnd(step, () => pool.end());
}

async function streamed() {
  const connection = await mariadb.createConnection({
    ...server,
    allowPublicKeyRetrieval: true,
    compress: true,
  });
  const step = async () => {
    for await (const _ of connection.queryStream('SELECT * FROM numbers'));
    await connection.reset();
  };
  return withEnd(step, () => connection.end());
}

/** Slow to read: the rows come while it pauses. */
async function oldDriver() {
  const pool = mysqljs.createPool({ ...old, connectionLimit: 2 });
  const step = () =>
    new Promise((resolve, reject) => {
      pool.getConnection((refused, connection) => {
        if (refused) return reject(refused);
        connection
          .query('SELECT n, REPEAT("slow ", 200) FROM numbers')
          .on('error', reject)
          .on('result', (row) => {
            if (row.n % 200 !== 0) return;
            connection.pause();
            setTimeout(() => connection.resume(), 30);
          })
          .on('end', () => {
            connection.release();
            resolve();
          });
      });
    });
  return withEnd(step, () => new Promise((resolve) => pool.end(resolve)));
}
