import type { CauseSpec } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { loginRefusedWith } from '../login-refusal.ts';

/** The client asked for the server's RSA key, and the server has none. */
export const noPublicKey: CauseSpec = {
  id: 'no-public-key',
  rule: 'login-refused',
  severity: 'warning',
  title: 'The server has no RSA key to send, and without TLS the client cannot send its password.',
  advice: {
    client: 'connect with TLS: over it the password needs no RSA key.',
    server:
      'give it a pair of keys, which MySQL makes at its start (caching_sha2_password_auto_generate_rsa_keys = ON, with a data directory that it can write to) and for which MariaDB wants files (caching_sha2_password_private_key_path, caching_sha2_password_public_key_path); see its error log at its start. Or switch TLS on.',
  },
  drivers: refusalTexts({
    code: 1045,
    sqlState: '28000',
    message: "Access denied for user 'app'@'10.0.0.5' (using password: YES)",
  }),
  page: {
    about: [
      'When caching_sha2_password asks for the password itself (01 04, full authentication) and there is no TLS, the client asks for the server’s public key, to encrypt the password with. A server that has none, because its key files are missing or could not be read or made, refuses the login then and there, with ERR 1045: the same text as for a wrong password.',
      'The password was never sent, so it cannot be wrong. The same login works over TLS, and, as long as the server has the password cached, without it.',
    ],
    lookAlikes: [
      'access-denied: the ERR comes behind the password.',
      'plugin-unsupported: the client gives up by itself, because it may not ask for the key.',
    ],
    ladder: [
      { from: 'server', text: '01 04 (2): full authentication' },
      { from: 'client', text: 'request for the public key (3)' },
      { from: 'server', text: 'ERR 1045 (4), where the key is due' },
    ],
    fixture: 'causes/no-key-mysql',
    twin: 'causes/access-denied-mysql',
  },
  diagnose: (subject) => {
    const { session } = subject;
    if (session.authResponseKind !== 'publicKeyRequest') return null;
    return loginRefusedWith(
      subject,
      ({ code }) => code === 1045,
      () => ({
        summary: `The client asked for the server’s public key, to send the password of ${session.authPlugin} under it, and got the ERR in place of the key: the server has none. No password was sent, so none was wrong, whatever the text says.`,
      }),
    );
  },
};
