import type { CauseSpec } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { loginRefusedWith } from '../login-refusal.ts';

/** ER_HANDSHAKE_ERROR */
const BAD_HANDSHAKE = 1043;

/** Any other ERR that answers a login; whatever has a cause of its own is weighed before. */
export const loginFailed: CauseSpec = {
  id: 'login-failed',
  rule: 'login-refused',
  severity: 'warning',
  title: 'The server refused the login.',
  advice: { server: "the error's own text is the reason; see the server's error log, too." },
  drivers: refusalTexts({
    code: 3032,
    sqlState: 'HY000',
    message: 'The server is currently in offline mode',
  }),
  page: {
    about: [
      'A login may fail for many more reasons than a wrong password: the server is in offline mode (3032), init_connect fails, a plugin of a proxy or of a cloud provider says no. The text of the error is the reason.',
    ],
    lookAlikes: ['access-denied and the other causes that have codes of their own.'],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'login (1)' },
      { from: 'server', text: 'ERR (2), closes' },
    ],
    fixture: 'causes/client-query-for-a-login-mysql',
    twin: 'login/plain',
  },
  diagnose: (subject) =>
    loginRefusedWith(
      subject,
      () => true,
      ({ code, message }) => ({
        summary:
          code === BAD_HANDSHAKE
            ? 'The server could not read the login: what came in its place is none, or is cut short. A client library that is made by hand, or a proxy, sends it wrongly.'
            : `The server answered the login with ERR ${code} '${message}'.`,
      }),
    ),
};
