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

interface Options {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** 0: none. */
  connectTimeout: number;
}

type Done = (error: (Error & { readonly fatal?: boolean }) | null) => void;

/** What the two drivers in Node.js have in common. */
interface NodeConnection {
  connect(done: Done): void;
  query(sql: string, done: Done): void;
  on(event: 'error', listener: (error: Error) => void): void;
  destroy(): void;
}

function driveNode(createConnection: (options: Options) => NodeConnection): Drive {
  return async (port, turns) => {
    const texts: string[] = [];
    const stderr = vi.spyOn(console, 'error').mockImplementation((text) => texts.push(`${text}`));
    const connection = createConnection({ ...ACCOUNT, host: '127.0.0.1', port, connectTimeout: 0 });
    const failed = new Promise<void>((resolve) => {
      connection.on('error', (error) => {
        texts.push(error.message);
        resolve();
      });
    });
    const succeeds = (call: (done: Done) => void) =>
      new Promise<boolean>((resolve) => {
        call((error) => {
          if (error !== null) texts.push(error.message);
          if (error?.fatal) isOver = true;
          resolve(error === null);
        });
      });
    let isOver = false;
    if (await succeeds((done) => connection.connect(done))) {
      for await (const { sql, afterClose } of turns) {
        if (afterClose && !isOver) await failed;
        await succeeds((done) => connection.query(sql, done));
      }
    }
    connection.destroy();
    stderr.mockRestore();
    return texts;
  };
}

/** The first Python that has PyMySQL: Debian's package is in its own Python, which need not come first. */
const PYTHON = ['python3', '/usr/bin/python3'].find(
  (python) => spawnSync(python, ['-c', 'import pymysql']).status === 0,
);

function drivePymysql(python: string): Drive {
  const script = join(import.meta.dirname, 'drive-pymysql.py');
  return async (port, turns) => {
    const child = spawn(python, [script, JSON.stringify({ ...ACCOUNT, port })]);
    const exited = once(child, 'exit');
    const texts: string[] = [];
    const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
    const succeeds = async () => {
      const { done, value } = await answers.next();
      if (done) throw new Error(`${script} has ended`);
      const text: string | null = JSON.parse(value);
      if (text !== null) texts.push(text);
      return text === null;
    };
    if (await succeeds()) {
      for await (const turn of turns) {
        child.stdin.write(`${JSON.stringify(turn)}\n`);
        await succeeds();
      }
    }
    child.stdin.end();
    await exited;
    return texts;
  };
}

/** By the name that findings give them; null where a driver is not on this machine. */
export const DRIVERS: readonly { readonly name: string; readonly drive: Drive | null }[] = [
  { name: 'mysql2', drive: driveNode(mysql2.createConnection) },
  { name: 'mysqljs/mysql', drive: driveNode(mysql.createConnection) },
  { name: 'PyMySQL', drive: PYTHON === undefined ? null : drivePymysql(PYTHON) },
];
