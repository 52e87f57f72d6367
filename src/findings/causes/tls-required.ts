import type { ServerError } from '../../mysql/facts.ts';
import type { CauseSpec } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { loginRefusedWith } from '../login-refusal.ts';

/** ER_SECURE_TRANSPORT_REQUIRED; MariaDB has no number of its own for it from 10.5 to 11.3 and says 1045. */
const isMeant = ({ code }: ServerError) => code === 3159;

export const tlsRequired: CauseSpec = {
  id: 'tls-required',
  rule: 'login-refused',
  severity: 'warning',
  title: 'The server takes logins over TLS only, and this one was in the clear.',
  advice: {
    client:
      'switch TLS on: ssl_ca or ssl in PyMySQL, ssl in mysql2 and mysqljs, tls=true in go-sql-driver/mysql, sslMode=REQUIRED in Connector/J, --ssl-mode=REQUIRED (mysql), --ssl (mariadb).',
    server: 'require_secure_transport = ON asks for it.',
  },
  drivers: refusalTexts({
    code: 3159,
    sqlState: 'HY000',
    message:
      'Connections using insecure transport are prohibited while --require_secure_transport=ON.',
  }),
  page: {
    about: [
      'With require_secure_transport = ON the server refuses every login over TCP without TLS. It says so only behind the login: by then the client’s scramble has been sent in the clear. MariaDB answers with ERR 1045 (Access denied) instead in many versions, and so do both servers for an account that REQUIREs SSL; then nothing on the wire tells it from a wrong password.',
    ],
    lookAlikes: [
      'access-denied: ERR 1045, which may mean the same.',
      'tls-failed: the client did start TLS, and it broke off.',
    ],
    ladder: [
      { from: 'server', text: 'greeting (0), offers TLS' },
      { from: 'client', text: 'login (1), in the clear' },
      { from: 'server', text: 'ERR 3159, closes' },
    ],
    fixture: 'causes/tls-required-mysql',
    twin: 'causes/tls-required-not-mysql',
  },
  diagnose: (subject) =>
    loginRefusedWith(subject, isMeant, () => ({
      summary:
        'The client logged in without TLS, and the server (require_secure_transport) lets nobody in without.',
    })),
};
