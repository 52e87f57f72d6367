import type { Span } from '../../bytes/cursor.ts';
import { CLIENT_SSL } from '../constants/capabilities.ts';
import { type AuthKind, type AuthStep, negotiated, type Session } from '../session.ts';
import type { Fields } from './message.ts';

/** `mayBeClear`: the connection is in TLS, or the bytes end as a password in the clear does, with a zero. */
type Tell = (
  length: number,
  first: number,
  step: AuthStep | null,
  mayBeClear: boolean,
) => AuthKind | null;

const SCRAMBLE_BYTES = 20;
const SHA2_SCRAMBLE_BYTES = 32;
const ED25519_SIGNATURE_BYTES = 64;
/** The client's own scramble and the signature of both sides'. */
const PARSEC_RESPONSE_BYTES = 32 + ED25519_SIGNATURE_BYTES;
const CACHING_SHA2_KEY_REQUEST = 0x02;
const SHA256_KEY_REQUEST = 0x01;

/** Only RSA's blobs are that long: a password would have 127 characters or more. */
const isRsa = (length: number) => length >= 128 && length % 64 === 0;
const always = (kind: AuthKind): Tell => {
  return () => kind;
};
const ofLength = (expected: number, kind: AuthKind): Tell => {
  return (length) => (length === expected ? kind : null);
};

/** By auth plugin: the client's sides of sql-common/client.cc, client_authentication.cc and MariaDB's. */
export const AUTH_PLUGINS: Readonly<Partial<Record<string, Tell>>> = {
  mysql_old_password: always('scramble'),
  mysql_native_password: ofLength(SCRAMBLE_BYTES, 'scramble'),
  mysql_clear_password: always('cleartextPassword'),
  dialog: always('cleartextPassword'),
  client_ed25519: ofLength(ED25519_SIGNATURE_BYTES, 'signature'),
  parsec: ofLength(PARSEC_RESPONSE_BYTES, 'signature'),
  auth_gssapi_client: always('token'),
  authentication_kerberos_client: always('token'),
  authentication_ldap_sasl_client: always('token'),
  authentication_windows_client: always('token'),
  authentication_oci_client: always('signature'),
  // One byte tells whether the device supports resident keys.
  authentication_webauthn_client: (length) => (length > 1 ? 'signature' : null),
  authentication_fido_client: always('signature'),
  authentication_openid_connect_client: always('idToken'),
  // Over TLS the password itself, else a request for the key; both end in what the key encrypts.
  sha256_password: (length, first, step, mayBeClear) => {
    if (length === 1 && first === SHA256_KEY_REQUEST) return 'publicKeyRequest';
    if (step === 'publicKey' || isRsa(length)) return 'encryptedPassword';
    return mayBeClear ? 'cleartextPassword' : null;
  },
  caching_sha2_password: (length, first, step, mayBeClear) => {
    if (step === 'publicKey') return 'encryptedPassword';
    if (step !== 'fullAuthentication') return length === SHA2_SCRAMBLE_BYTES ? 'scramble' : null;
    if (length === 1 && first === CACHING_SHA2_KEY_REQUEST) return 'publicKeyRequest';
    if (isRsa(length)) return 'encryptedPassword';
    return mayBeClear ? 'cleartextPassword' : null;
  },
};

/** Null where the plugin, or what it makes of such bytes, is not known. */
export function authKind(
  session: Session,
  { bytes, start, end }: Span,
  length = end - start,
): AuthKind | null {
  const { authPlugin, authStep } = session;
  const tell =
    authPlugin !== null && Object.hasOwn(AUTH_PLUGINS, authPlugin)
      ? AUTH_PLUGINS[authPlugin]
      : null;
  if (!tell) return null;
  if (length === 0 || (length === 1 && bytes[start] === 0)) return 'empty';
  const mayBeClear = negotiated(session, CLIENT_SSL) === true || bytes[end - 1] === 0;
  return tell(length, bytes[start]!, authStep, mayBeClear);
}

export function isCleartext(kind: AuthKind | null): boolean {
  return kind === 'cleartextPassword' || kind === 'idToken';
}

/** Sets `cleartext` where a login or COM_CHANGE_USER carries the password itself. */
export function flagCleartext(fields: Fields, session: Session, response: Span): void {
  if (isCleartext(authKind(session, response))) fields.cleartext = true;
}
