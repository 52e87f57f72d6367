import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import mysql from 'mysql';
import mysql2 from 'mysql2';
import { vi } from 'vitest';

/** A statement to run, and whether the server will have closed before it. */
export interface Turn {
  readonly sql: string;
  readonly afterClose: boolean;
}

/** Connects, runs the statements as they come, and returns all that the driver's user gets to see. */
export type Drive = (port: number, turns: AsyncIterable<Turn>) => Promise<string[]>;

const ACCOUNT = { user: 'app', password: 'wrong horse battery', database: 'shop' };
const NO_TIMEOUT = 0;

/** What the two drivers in Node.js have in common. */
interface NodeConnection {
  connect(done: (error: Error | null) => void): void;
  query(sql: string, done: (error: Error | null) => void): void;
  on(event: 'error' | 'end', listener: (error?: Error) => void): void;
  destroy(): void;
}

function driveNode(connectTo: (port: number) => NodeConnection): Drive {
  return async (port, turns) => {
    const texts: string[] = [];
    const stderr = vi.spyOn(console, 'error').mockImplementation((text) => texts.push(`${text}`));
    const note = (error?: Error | null) => {
      if (error) texts.push(error.message);
    };
    const connection = connectTo(port);
    const ended = new Promise<void>((resolve) => connection.on('end', () => resolve()));
    const failed = new Promise<void>((resolve) => connection.on('error', () => resolve()));
    connection.on('error', note);
    const called = (call: (done: (error: Error | null) => void) => void) =>
      new Promise<boolean>((resolve) => {
        call((error) => {
          note(error);
          resolve(error === null);
        });
      });
    if (await called((done) => connection.connect(done))) {
      for await (const { sql, afterClose } of turns) {
        if (afterClose) await Promise.race([ended, failed]);
        await called((done) => connection.query(sql, done));
      }
    }
    connection.destroy();
    stderr.mockRestore();
    return texts;
  };
}

export const driveMysql2 = driveNode((port) =>
  mysql2.createConnection({ ...ACCOUNT, host: '127.0.0.1', port, connectTimeout: NO_TIMEOUT }),
);

export const driveMysqljs = driveNode((port) =>
  mysql.createConnection({ ...ACCOUNT, host: '127.0.0.1', port, connectTimeout: NO_TIMEOUT }),
);

/** The first Python that has PyMySQL: Debian's package is in its own Python, which need not come first. */
export const PYTHON = ['python3', '/usr/bin/python3'].find(
  (python) => spawnSync(python, ['-c', 'import pymysql']).status === 0,
);

export const drivePymysql: Drive = async (port, turns) => {
  const script = join(import.meta.dirname, 'drive-pymysql.py');
  const child = spawn(PYTHON!, [script, JSON.stringify({ ...ACCOUNT, port })]);
  const exited = once(child, 'exit');
  child.stdin.on('error', () => {});
  const texts: string[] = [];
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answered = async () => {
    const { done, value } = await answers.next();
    if (done) throw new Error(`${script} exited`);
    const text: string | null = JSON.parse(value);
    if (text !== null) texts.push(text);
    return text === null;
  };
  if (await answered()) {
    for await (const turn of turns) {
      child.stdin.write(`${JSON.stringify(turn)}\n`);
      await answered();
    }
  }
  child.stdin.end();
  await exited;
  return texts;
};
