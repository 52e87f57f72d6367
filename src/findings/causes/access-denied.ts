import { CLIENT_SSL } from '../../mysql/constants/capabilities.ts';
import type { ServerError } from '../../mysql/facts.ts';
import type { CauseSpec, Subject } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import type { Advice } from '../finding.ts';
import { hasSentPassword, loginRefusedWith } from '../login-refusal.ts';
import { several } from '../words.ts';

/** ER_DBACCESS_DENIED_ERROR */
const NO_DATABASE = 1044;
/** Of ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR, and MySQL's internal ER_ACCESS_DENIED_FOR_USER_ACCOUNT */
const NO_LOGIN = new Set([1045, 1698]);

const isMeant = ({ code }: ServerError) => code === NO_DATABASE || NO_LOGIN.has(code);

/** The name, the password, or the host is not right. */
export const accessDenied: CauseSpec = {
  id: 'access-denied',
  rule: 'login-refused',
  severity: 'warning',
  title: 'The server does not accept the user, password and host together.',
  advice: {
    client:
      'check the user, the password and the server it is meant for, and whether the driver was given a password at all.',
    server:
      "the account is the one whose name and host fit best: see SELECT user, host, plugin FROM mysql.user WHERE user = the name in the error, and SHOW GRANTS for the account that you find; one for 'localhost' may win over one for '%'.",
  },
  drivers: [
    ...refusalTexts({
      code: 1045,
      sqlState: '28000',
      message: "Access denied for user 'app'@'10.0.0.5' (using password: YES)",
    }),
    ...refusalTexts({
      code: 1044,
      sqlState: '42000',
      message: "Access denied for user 'app'@'%' to database 'shop'",
    }),
    ...refusalTexts({
      code: 1698,
      sqlState: '28000',
      message: "Access denied for user 'root'@'localhost'",
    }),
  ],
  page: {
    about: [
      'ERR 1045 answers a login whose password is wrong, whose user does not exist, or whose account is for another host: the server does not say which. Behind "using password" it says whether the client sent one at all. ERR 1698 answers an account that logs in without passwords (auth_socket, unix_socket), ERR 1044 one that may not use the database the login names.',
      'MariaDB says "using password: NO" for plugins whose answer it does not count as one (PARSEC): the packets show what was sent. The same ERR 1045 answers an account that REQUIREs SSL when the login is in the clear, and, on MariaDB, every login in the clear under require_secure_transport.',
    ],
    lookAlikes: [
      'host-not-allowed: no account at all fits the host; the server refuses before it greets.',
      'plugin-unsupported: the client goes away before it has answered for the password.',
      'no-public-key: the same error in place of the server’s RSA key; no password was sent.',
      'change-user-refused: the same error for COM_CHANGE_USER on a connection that was open.',
    ],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'login (1)' },
      { from: 'server', text: 'ERR 1045 (2), closes' },
    ],
    fixture: 'causes/access-denied-mysql',
    twin: 'login/plain',
  },
  diagnose: (subject) =>
    loginRefusedWith(subject, isMeant, ({ code, message }) => {
      const { database } = subject.session;
      if (code === NO_DATABASE) {
        return {
          summary: `The password was right, but the account may not use the database that the login names: '${message}'.`,
          advice: {
            client: 'check the name of the database.',
            server: `grant what is missing: GRANT … ON ${database ?? 'the database'}.* TO the account that the error names.`,
          },
          key: `database=${database ?? ''}`,
        };
      }
      return {
        summary: `${whyText(message, subject)}${hintText(subject)}`,
        advice: { ...accessDenied.advice, ...accountAdvice(message) },
      };
    }),
};

/** Where to look, with the name and the host that the server says it saw. */
function accountAdvice(message: string): Advice {
  const [, user, host] = /'([^']*)'@'([^']*)'/.exec(message) ?? [];
  if (user === undefined) return {};
  return {
    server: `the account is the one of that name whose host fits '${host}' best: see SELECT user, host, plugin FROM mysql.user WHERE user = '${user}', and SHOW GRANTS FOR '${user}'@ the host that you find; one for 'localhost' may win over one for '%'.`,
  };
}

function isSha2(plugin: string | null): boolean {
  return plugin?.includes('sha2') === true;
}

function whyText(message: string, { session, conversation }: Subject): string {
  const { user, authPlugin, authResponseKind, authResponseLength } = session;
  const who = user === null ? 'the user' : `user '${user}'`;
  if (authResponseKind === 'cleartextPassword' && conversation.tls === null && isSha2(authPlugin)) {
    return `The client sent the password of ${who} as it is, without TLS. There ${authPlugin} takes it only under the server's RSA key: what comes in the clear is refused, right or wrong.`;
  }
  const isShown = hasSentPassword(session) === true;
  const belied =
    isShown && /using password: NO/.test(message)
      ? ` "using password: NO" is not so: the client's answer for it (${authPlugin}) is in the capture, of ${several(authResponseLength!, 'byte')}.`
      : '';
  return isShown || /using password: YES/.test(message)
    ? `The client sent a password for ${who}, and the server did not accept it: the password is wrong, or no account of that name allows the client's host.${belied}`
    : `The client sent no password for ${who}, and the account needs one, or no account of that name allows the client's host.`;
}

function hintText({ session, conversation }: Subject): string {
  const offered = ((session.serverCapabilities ?? 0) & CLIENT_SSL) !== 0;
  return conversation.tls === null && offered
    ? ' The login was in the clear although the server offers TLS: an account that REQUIREs SSL is refused with the same error, whatever the password.'
    : '';
}
