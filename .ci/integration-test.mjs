// An application's test against a real server, as .ci/record-and-gate records it: node integration-test.mjs PORT [fault]
import { createConnection } from 'mysql2';

const [port, fault] = process.argv.slice(2);

const server = { host: '127.0.0.1', port: Number(port), user: 'app', password: 'no-secret' };
const connection = createConnection({ ...server, database: 'shop' }).promise();
await connection.query('CREATE TABLE orders (id INT PRIMARY KEY, item VARCHAR(40) NOT NULL)');
await connection.execute('INSERT INTO orders VALUES (?, ?)', [1, 'chair']);
const [rows] = await connection.execute('SELECT item FROM orders WHERE id = ?', [1]);
if (rows[0]?.item !== 'chair') throw new Error('the chair is not there');
const duplicate = await connection.query("INSERT INTO orders VALUES (1, 'table')").catch((e) => e);
if (duplicate.errno !== 1062) throw new Error('the second order 1 should have been refused');
await connection.query('DROP TABLE orders');

await connection.end();

if (fault === 'stall') {
  // Connected, and then the event loop stands still for longer than the server waits for the login (connect_timeout).
  const late = createConnection(server);
  late.stream.once('connect', () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3500);
  });
  const error = await new Promise((resolve) => late.once('error', resolve));
  process.stdout.write(`provoked: ${error.message}\n`);
  late.destroy();
}
