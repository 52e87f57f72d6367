import type { ServerError } from '../../mysql/facts.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import type { DriverText } from '../finding.ts';
import { loginEvidence, loginRefusedWith } from '../login-refusal.ts';
import { askedText, dueAuth, endOfWait, isOfLogin, waitEvidence } from '../turn.ts';
import { inOrder, lapse } from '../words.ts';

/** ER_NOT_SUPPORTED_AUTH_MODE, ER_SERVER_IS_IN_SECURE_AUTH_MODE, ER_PLUGIN_IS_NOT_LOADED */
const CODES = new Set([1251, 1275, 1524]);
/** What servers say of a client that has left, or says something else than its answer. */
const BROKEN_OFF = new Set([1156, 1158]);

const isMeant = ({ code }: ServerError) => CODES.has(code);

/** Client and server do not find a way to authenticate that both can. */
export const pluginUnsupported: CauseSpec = {
  id: 'plugin-unsupported',
  rule: 'login-refused',
  severity: 'warning',
  title: 'Client and server have no authentication plugin in common that the account could use.',
  advice: {
    client:
      'update the driver, or use one that knows the plugin of the account (mysql2 instead of mysql for caching_sha2_password); with caching_sha2_password in the clear a driver also needs RSA (pip install cryptography; allowPublicKeyRetrieval=true; get-server-public-key), or else TLS.',
    server:
      'give the account a plugin that the driver knows: ALTER USER app IDENTIFIED WITH mysql_native_password BY … (MySQL up to 8.4; MariaDB: IDENTIFIED VIA).',
  },
  drivers: [
    ...refusalTexts({
      code: 1251,
      sqlState: '08004',
      message:
        'Client does not support authentication protocol requested by server; consider upgrading MySQL client',
    }),
    ...switchTexts('caching_sha2_password'),
    ...fullAuthenticationTexts(),
  ],
  page: {
    about: [
      'Each account has an authentication plugin. When the client’s first guess is another one, the server asks it to switch (AuthSwitchRequest). A driver that does not know that plugin closes the connection and raises an error of its own; a client that has not said that it could switch at all is refused with ERR 1251.',
      'caching_sha2_password, the default of MySQL since 8.0, asks for the password itself when it has none cached (full authentication). A driver sends that only over TLS or under the server’s RSA key; if it has neither, it gives up: "Authentication requires secure connection", "Public Key Retrieval is not allowed", "\'cryptography\' package is required". It works again as soon as somebody else has logged in with that account, until the server restarts: so it seems to come and go.',
    ],
    lookAlikes: [
      'access-denied: the client has answered, and the server did not accept it.',
      'login-timeout: the client stays, and does not answer.',
    ],
    ladder: [
      { from: 'client', text: 'login (1), mysql_native_password' },
      { from: 'server', text: 'AuthSwitchRequest (2): client_ed25519' },
      { from: 'client', text: 'closes' },
    ],
    fixture: 'causes/plugin-unsupported-pymysql',
    twin: 'causes/access-denied-mysql',
  },
  diagnose: (subject) =>
    clientLeaves(subject) ??
    loginRefusedWith(subject, isMeant, ({ code, message }) => ({
      summary:
        code === 1524
          ? `The plugin that the account is to be authenticated with is not loaded on the server: '${message}'.`
          : "The account's authentication plugin is one that this client has not said it could use, so the server refused it without asking for the password.",
    })),
};

/** The server asks for an answer, and the client goes away. */
function clientLeaves(subject: Subject): Diagnosis | null {
  const { facts } = subject;
  const turn = dueAuth(subject);
  if (turn === null || facts.bytesMissing || !isOfLogin(turn)) return null;
  if (turn.error !== null && !BROKEN_OFF.has(turn.error.error?.code ?? 0)) return null;
  const end = endOfWait(subject, turn.asked.frame, turn.error);
  if (end.how === 'open' || !end.fromClient || end.frame.number < turn.asked.frame.number) {
    return null;
  }
  const { plugin, step } = turn;
  const asked = `the client ${askedText(turn)}`;
  return {
    frame: end.frame,
    fromClient: true,
    message: `The client left in the midst of the login, without an answer`,
    summary: `The server asked ${asked}, and ${lapse(turn.asked.frame, end.frame)} later ${end.text} without having answered: ${
      step === null
        ? `its driver does not know ${plugin}, or lacks what it needs for it.`
        : 'its driver sends a password neither in the clear nor, for lack of the key or of a library, under the server’s RSA key.'
    } The reason is in the error that the driver raised; the server sent none.`,
    certainty: 'likely',
    evidence: inOrder([...loginEvidence(subject), ...waitEvidence(turn, asked, end)]),
    drivers: step === null ? switchTexts(plugin!) : fullAuthenticationTexts(),
    key: step === null ? plugin! : `${plugin} ${step}`,
  };
}

function switchTexts(plugin: string): DriverText[] {
  return [
    {
      driver: 'mysql2',
      text: `Server requests authentication using unknown plugin ${plugin}. See TODO: add plugins doco here on how to configure or author authentication plugins.`,
    },
    plugin === 'client_ed25519'
      ? {
          driver: 'PyMySQL, aiomysql',
          text: "'pynacl' package is required for ed25519_password auth method",
        }
      : {
          driver: 'PyMySQL, aiomysql',
          text: `(2059, "Authentication plugin 'b'${plugin}'' not configured")`,
        },
    {
      driver: 'mysql, mariadb',
      text: `ERROR 2059 (HY000): Authentication plugin '${plugin}' cannot be loaded`,
    },
    { driver: 'go-sql-driver/mysql', text: 'this authentication plugin is not supported' },
  ];
}

function fullAuthenticationTexts(): DriverText[] {
  return [
    {
      driver: 'PyMySQL, aiomysql',
      text: "'cryptography' package is required for sha256_password or caching_sha2_password auth methods",
    },
    {
      driver: 'mysql',
      text: "ERROR 2061 (HY000): Authentication plugin 'caching_sha2_password' reported error: Authentication requires secure connection.",
    },
    { driver: 'Connector/J', text: 'Public Key Retrieval is not allowed' },
  ];
}
