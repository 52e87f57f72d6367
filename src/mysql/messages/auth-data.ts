import { authKind, isCleartext } from './auth-response.ts';
import type { Decode } from './message.ts';

/** Bytes the client sends for its auth plugin: a credential, so only what they are and their length. */
export const authData: Decode = (c, fields, session) => {
  const length = c.restLength;
  const kind = authKind(session, c.span('authResponse', c.left), length);
  fields.kind = session.authResponseKind = kind;
  fields.cleartext = kind === null ? null : isCleartext(kind);
  fields.authResponseLength = session.authResponseLength = length;
};
