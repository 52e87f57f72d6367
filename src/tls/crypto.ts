export type Hash = 'md5' | 'sha1' | 'sha256' | 'sha384';

export const HASH_BYTES: Record<Hash, number> = { md5: 16, sha1: 20, sha256: 32, sha384: 48 };

/** As OpenSSL names them. */
export type BulkCipher =
  | 'chacha20-poly1305'
  | `${'aes' | 'aria' | 'camellia'}-${'128' | '256'}-${'gcm' | 'ccm' | 'cbc'}`;

/** The primitives that reading TLS takes; the core has none of its own. */
export interface TlsCrypto {
  hmac(hash: Hash, key: Uint8Array, ...data: readonly Uint8Array[]): Uint8Array;
  /** What `bytes[start, end)`, the tag at its end, holds; null where the tag is not right. */
  openAead(
    cipher: BulkCipher,
    key: Uint8Array,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    tagBytes: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | null;
  /** Whole blocks in, as many out: the padding is left where it is. */
  decryptCbc(
    cipher: BulkCipher,
    key: Uint8Array,
    iv: Uint8Array,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array;
}
