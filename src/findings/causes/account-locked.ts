import type { ServerError } from '../../mysql/facts.ts';
import type { CauseSpec } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { loginRefusedWith } from '../login-refusal.ts';

/** After too many wrong passwords: MySQL's FAILED_LOGIN_ATTEMPTS, MariaDB's max_password_errors. */
const WRONG_PASSWORDS = new Set([3955, 4150]);
/** By ALTER USER … ACCOUNT LOCK: MySQL's number, MariaDB's. */
const LOCKED = new Set([3118, 4151]);

const isMeant = ({ code }: ServerError) => LOCKED.has(code) || WRONG_PASSWORDS.has(code);

export const accountLocked: CauseSpec = {
  id: 'account-locked',
  rule: 'login-refused',
  severity: 'warning',
  title: 'The account is locked.',
  advice: {
    client:
      'stop what retries with a wrong password: it locks the account again as soon as it is opened.',
    server:
      'ALTER USER … ACCOUNT UNLOCK opens it; on MariaDB, FLUSH PRIVILEGES forgets wrong passwords.',
  },
  drivers: [
    ...refusalTexts({
      code: 3118,
      sqlState: 'HY000',
      message: "Access denied for user 'app'@'10.0.0.5'. Account is locked.",
    }),
    ...refusalTexts({
      code: 4151,
      sqlState: 'HY000',
      message: 'Access denied, this account is locked',
    }),
  ],
  page: {
    about: [
      'An administrator has locked the account (ALTER USER … ACCOUNT LOCK), or too many wrong passwords in a row have: MySQL’s FAILED_LOGIN_ATTEMPTS (ERR 3955), MariaDB’s max_password_errors (ERR 4150). In the second case something still logs in with an old password: mostly a process that nobody has told of the new one.',
    ],
    lookAlikes: ['access-denied: name, password or host are not right, and nothing is locked.'],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'login (1)' },
      { from: 'server', text: 'ERR 3118 or 4151 (2), closes' },
    ],
    fixture: 'causes/account-locked-mysql',
    twin: 'causes/access-denied-mysql',
  },
  diagnose: (subject) =>
    loginRefusedWith(subject, isMeant, ({ code, message }) => ({
      summary: WRONG_PASSWORDS.has(code)
        ? `The server has blocked the account because of too many wrong passwords in a row: '${message}'.`
        : `Somebody has locked the account (ALTER USER … ACCOUNT LOCK): '${message}'.`,
    })),
};
