import type { CauseSpec } from '../cause.ts';

/** A password that anybody on the way can read. */
export const clearPassword: CauseSpec = {
  id: 'clear-password',
  rule: 'risky-habit',
  severity: 'warning',
  title: 'A password was sent in the clear, without TLS.',
  advice: {
    client:
      'switch TLS on for this connection, and let the driver send passwords in the clear only over TLS (go-sql-driver: allowCleartextPasswords only with tls=true).',
    server:
      'require TLS of the account (ALTER USER … REQUIRE SSL), and change the password: whoever has this capture can read it.',
  },
  drivers: [],
  page: {
    about: [
      'Some plugins need the password itself on the server: PAM and LDAP (mysql_clear_password, dialog). Without TLS it crosses the network as it is. Whoever captures it, or gets hold of the capture, has the password; mywire shows its length and never the password.',
    ],
    lookAlikes: [
      'mysql_native_password and its like send a scramble, caching_sha2_password the password under an RSA key: neither can be read.',
    ],
    ladder: [
      { from: 'client', text: 'login (1)' },
      { from: 'server', text: 'AuthSwitchRequest (2): mysql_clear_password' },
      { from: 'client', text: 'the password (3), in the clear' },
    ],
    fixture: 'causes/cleartext-without-tls',
    twin: 'causes/cleartext-within-tls',
  },
  diagnose: ({ facts, session }) => {
    const { clearPassword: sent } = facts;
    if (sent === null) return null;
    const { user } = session;
    return {
      frame: sent.frame,
      fromClient: true,
      message: 'A password was sent in the clear',
      summary: `The client sent the password${user === null ? '' : ` of '${user}'`} as it is, on a connection without TLS: everybody on the way, and everybody who has this capture, can read it.`,
      certainty: 'proven',
      evidence: [
        {
          frame: sent.frame,
          text: `the client sends its password in the clear, in ${sent.type}`,
        },
      ],
      ...(user !== null && { key: `as=${user}` }),
    };
  },
};
