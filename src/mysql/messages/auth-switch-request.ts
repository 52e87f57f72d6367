import type { Cursor } from '../../bytes/cursor.ts';
import type { Session } from '../session.ts';
import type { Decode, Fields } from './message.ts';

/**
 * Protocol::AuthSwitchRequest, page_protocol_connection_phase_packets_protocol_auth_switch_request
 *
 *   int<1>     0xfe
 *   string<0>  auth plugin
 *   string<$>  data of the auth plugin
 *
 * A lone 0xfe asks for the pre-4.1 password hash (Protocol::OldAuthSwitchRequest).
 */
export const authSwitchRequest: Decode = (c, fields, session) => {
  c.skip('header', 1);
  if (c.left > 0) {
    pluginRequest(c, fields, session);
  } else {
    fields.authPlugin = session.authPlugin = 'mysql_old_password';
    fields.authDataLength = 0;
    session.authStep = null;
  }
};

/**
 * Protocol::AuthNextFactorRequest,
 * page_protocol_connection_phase_packets_protocol_auth_next_factor_request
 *
 *   int<1>     0x02
 *   string<0>  auth plugin
 *   string<$>  data of the auth plugin
 */
export const authNextFactor: Decode = (c, fields, session) => {
  c.skip('header', 1);
  pluginRequest(c, fields, session);
};

/** Of most plugins' data, a scramble, only the length is told. */
function pluginRequest(c: Cursor, fields: Fields, session: Session): void {
  const plugin = c.nulOrRestText('authPlugin');
  fields.authPlugin = session.authPlugin = plugin;
  fields.authDataLength = c.restLength;
  session.authStep = null;
  if (c.left === 0) return;
  switch (plugin) {
    case 'dialog':
      dialogQuestion(c, fields);
      break;
    case 'auth_gssapi_client':
      // string<0> server principal   string<0> mechanism (only where the server runs on Windows)
      fields.serverPrincipal = c.nulOrRestText('serverPrincipal');
      fields.mechanism = c.nulOrRestText('mechanism') || null;
      break;
    case 'authentication_kerberos_client':
      // int<2> length  server principal   int<2> length  realm
      fields.serverPrincipal = c.text('serverPrincipal', c.u16('serverPrincipal length'));
      fields.realm = c.text('realm', c.u16('realm length'));
      break;
    case 'authentication_ldap_sasl_client':
      fields.mechanism = c.nulOrRestText('mechanism');
      break;
    case 'authentication_webauthn_client':
      // int<1> capability flag, then as FIDO
      c.skip('capabilityFlag', 1);
      relyingParty(c, fields);
      break;
    case 'authentication_fido_client':
      relyingParty(c, fields);
      break;
  }
}

/** string<lenenc> challenge   string<lenenc> relying party id */
function relyingParty(c: Cursor, fields: Fields): void {
  c.skip('challenge', c.length('challenge'));
  fields.relyingPartyId = c.lenencText('relyingPartyId');
}

/** First byte of a question: what is asked for, and its lowest bit for the last one. */
const QUESTIONS: readonly (string | undefined)[] = [undefined, 'ordinary', 'password'];

/** int<1> kind of question   string<$> prompt (mysql/auth_dialog_client.h) */
export function dialogQuestion(c: Cursor, fields: Fields): void {
  if (c.left === 0) return;
  const kind = c.u8('question');
  fields.question = QUESTIONS[kind >> 1] ?? null;
  fields.isLast = (kind & 1) !== 0;
  fields.prompt = c.nulOrRestText('prompt');
}
