import type { ServerError } from '../../mysql/facts.ts';
import type { CauseSpec } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { loginRefusedWith } from '../login-refusal.ts';

/** ER_MUST_CHANGE_PASSWORD, ER_MUST_CHANGE_PASSWORD_LOGIN */
const isMeant = ({ code }: ServerError) => code === 1820 || code === 1862;

export const passwordExpired: CauseSpec = {
  id: 'password-expired',
  rule: 'login-refused',
  severity: 'warning',
  title: 'The password of the account has expired.',
  advice: {
    client:
      'set a new password with a client that can, such as mysql (ALTER USER USER() IDENTIFIED BY …), and give it to the application.',
    server:
      'ALTER USER … PASSWORD EXPIRE NEVER, or default_password_lifetime = 0, keeps the passwords of applications from expiring.',
  },
  drivers: refusalTexts({
    code: 1862,
    sqlState: 'HY000',
    message:
      'Your password has expired. To log in you must change it using a client that supports expired passwords.',
  }),
  page: {
    about: [
      'The password was right and is too old (PASSWORD EXPIRE, default_password_lifetime). Clients that say so (CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS, as the mysql client does) are let in to change it and get ERR 1820 for anything else; all others are refused with ERR 1862 while disconnect_on_expired_password is on.',
    ],
    lookAlikes: ['access-denied, account-locked.'],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'login (1)' },
      { from: 'server', text: 'ERR 1862 (2), closes' },
    ],
    fixture: 'causes/password-expired-mysql',
    twin: 'causes/access-denied-mysql',
  },
  diagnose: (subject) =>
    loginRefusedWith(subject, isMeant, () => ({
      summary:
        'The password was right, but it has expired, and this client has not said that it could change one.',
    })),
};
