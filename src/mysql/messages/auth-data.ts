import type { Decode } from './message.ts';

/** Bytes the client sends for its auth plugin: a credential, so only their length is told. */
export const authData: Decode = (c, fields) => {
  fields.authResponseLength = c.left;
};
