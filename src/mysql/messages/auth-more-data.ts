import type { Cursor } from '../../bytes/cursor.ts';
import type { AuthStep, Session } from '../session.ts';
import { dialogQuestion } from './auth-switch-request.ts';
import type { Decode, Fields } from './message.ts';

const HEADER = 0x01;
const FAST_AUTH_SUCCESS = 0x03;
const FULL_AUTHENTICATION = 0x04;
/** `-` of `-----BEGIN PUBLIC KEY-----` */
const PEM_DASH = 0x2d;
const PARSEC_PBKDF2 = 0x50;

/**
 * Protocol::AuthMoreData, page_protocol_connection_phase_packets_protocol_auth_more_data
 *
 *   int<1>     0x01      (MariaDB: only before data that starts with 0x00, 0x01, 0xfe or 0xff)
 *   string<$>  data of the auth plugin
 */
export const authMoreData: Decode = (c, fields, session) => {
  if (c.left === 0 || c.bytes[c.pos] === HEADER) c.skip('header', 1);
  fields.authDataLength = c.restLength;
  session.authStep = null;
  if (session.authPlugin === 'dialog') dialogQuestion(c, fields);
  else if (session.authPlugin === 'parsec') extSalt(c, fields);
  else if (session.authPlugin?.includes('sha2')) sha2Step(c, fields, session);
};

/** caching_sha2_password and sha256_password: int<1> step, or a public key in PEM. */
function sha2Step(c: Cursor, fields: Fields, session: Session): void {
  const step = stepOf(c);
  session.authStep = step;
  fields.step = step;
  if (step === 'publicKey') fields.publicKeyLength = c.restLength;
}

function stepOf(c: Cursor): AuthStep | null {
  const first = c.left > 0 ? c.bytes[c.pos] : -1;
  if (first === PEM_DASH) return 'publicKey';
  if (c.restLength !== 1) return null;
  if (first === FAST_AUTH_SUCCESS) return 'fastAuthSuccess';
  return first === FULL_AUTHENTICATION ? 'fullAuthentication' : null;
}

/** int<1> 'P': PBKDF2   int<1> iterations: 1024 times two to the power of it   string<$> salt */
function extSalt(c: Cursor, fields: Fields): void {
  if (c.left === 0 || c.bytes[c.pos] !== PARSEC_PBKDF2) return;
  c.skip('algorithm', 1);
  fields.iterationFactor = c.u8('iterationFactor');
  fields.saltLength = c.restLength;
}
