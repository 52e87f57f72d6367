import { spawn, spawnSync } from 'node:child_process';
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
type Drive = (port: number, turns: AsyncIterable<Turn>) => Promise<string[]>;

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

/** One process for all: it takes longer to start than to do what it is asked. It ends when its stdin does. */
function drivePymysql(python: string): Drive {
  const script = join(import.meta.dirname, 'drive-pymysql.py');
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async (question: object | null): Promise<string | null> => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const { done, value } = await answers.next();
    if (done) throw new Error(`${script} has ended`);
    return JSON.parse(value);
  };
  return async (port, turns) => {
    const texts: string[] = [];
    const succeeds = async (question: object) => {
      const text = await ask(question);
      if (text !== null) texts.push(text);
      return text === null;
    };
    if (await succeeds({ ...ACCOUNT, port })) {
      for await (const turn of turns) await succeeds(turn);
    }
    await ask(null);
    return texts;
  };
}

export interface Driver {
  /** As findings call it. */
  readonly name: string;
  /** Null where it is not on this machine. */
  readonly drive: Drive | null;
  /** It reads what comes while no command is running; else its process is kept from that until it has sent the next. */
  readonly isIdle: boolean;
}

const inMysql2 = driveNode(mysql2.createConnection);
const inMysqljs = driveNode(mysql.createConnection);
const inPymysql = PYTHON === undefined ? null : drivePymysql(PYTHON);

export const DRIVERS: readonly Driver[] = [
  { name: 'mysql2', drive: inMysql2, isIdle: false },
  { name: 'mysql2 while idle', drive: inMysql2, isIdle: true },
  { name: 'mysqljs/mysql', drive: inMysqljs, isIdle: false },
  { name: 'mysqljs/mysql while idle', drive: inMysqljs, isIdle: true },
  { name: 'PyMySQL', drive: inPymysql, isIdle: false },
];
