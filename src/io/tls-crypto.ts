import { type CipherGCMTypes, createDecipheriv, createHmac } from 'node:crypto';
import type { TlsCrypto } from '../tls/crypto.ts';
import { plain } from './plain.ts';

/** The primitives of TLS, by Node's OpenSSL. */
export const tlsCrypto: TlsCrypto = {
  hmac(hash, key, ...data) {
    const hmac = createHmac(hash, key);
    for (const part of data) hmac.update(part);
    return plain(hmac.digest());
  },

  openAead(cipher, key, nonce, additionalData, tagBytes, bytes, start, end) {
    const textEnd = end - tagBytes;
    // All AEAD ciphers have the same interface; the types tell them apart by name.
    const decipher = createDecipheriv(cipher as CipherGCMTypes, key, nonce, {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(bytes.subarray(textEnd, end));
    decipher.setAAD(additionalData, { plaintextLength: textEnd - start });
    try {
      const opened = decipher.update(bytes.subarray(start, textEnd));
      decipher.final();
      return plain(opened);
    } catch {
      return null;
    }
  },

  decryptCbc(cipher, key, iv, bytes, start, end) {
    const decipher = createDecipheriv(cipher, key, iv).setAutoPadding(false);
    return plain(decipher.update(bytes.subarray(start, end)));
  },
};
