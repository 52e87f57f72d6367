import type { ServerError } from '../../mysql/facts.ts';
import type { CauseSpec } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { loginRefusedWith } from '../login-refusal.ts';

/** ER_BAD_DB_ERROR */
const isMeant = ({ code }: ServerError) => code === 1049;

export const unknownDatabase: CauseSpec = {
  id: 'unknown-database',
  rule: 'login-refused',
  severity: 'warning',
  title: 'The login names a database that the server does not have.',
  advice: {
    client:
      'check the name of the database (its case counts on Linux), and the server it is meant for.',
    server: 'create it (CREATE DATABASE), or let migrations run before the application connects.',
  },
  drivers: refusalTexts({ code: 1049, sqlState: '42000', message: "Unknown database 'shop'" }),
  page: {
    about: [
      'The password was right: the server looks for the database only after that. It closes the connection all the same, because the login asked for both. On Linux the names of databases are case-sensitive.',
    ],
    lookAlikes: [
      'access-denied: ERR 1044; the database may be there, and the account may not use it.',
    ],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'login (1), database shop' },
      { from: 'server', text: 'ERR 1049 (2), closes' },
    ],
    fixture: 'causes/unknown-database-mysql',
    twin: 'causes/database-denied-mysql',
  },
  diagnose: (subject) =>
    loginRefusedWith(subject, isMeant, () => {
      const { database } = subject.session;
      const name = database === null ? 'the database' : `the database '${database}'`;
      return {
        summary: `User and password were accepted; ${name} that the login names does not exist on this server.`,
        key: `database=${database ?? ''}`,
      };
    }),
};
