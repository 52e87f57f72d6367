import { authKind, isCleartext } from './auth-response.ts';
import type { Decode } from './message.ts';

/** Bytes the client sends for its auth plugin: a credential, so only what they are and their length. */
export const authData: Decode = (c, fields, session) => {
  const response = c.span('authResponse', c.left);
  const kind = authKind(session, response);
  fields.kind = kind;
  fields.cleartext = kind === null ? null : isCleartext(kind);
  fields.authResponseLength = response.end - response.start;
};
