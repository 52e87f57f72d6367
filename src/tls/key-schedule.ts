import type { Hash, TlsCrypto } from './crypto.ts';

/** The versions as they stand on the wire. */
export const SSL_3_0 = 0x0300;
export const TLS_1_0 = 0x0301;
export const TLS_1_1 = 0x0302;
export const TLS_1_2 = 0x0303;
export const TLS_1_3 = 0x0304;

/**
 * HKDF-Expand-Label with an empty context (RFC 8446, section 7.1), for lengths up to the hash's own:
 *
 *   HMAC(secret, u16 length  u8 size, "tls13 " + label  u8 size of context = 0  u8 block number = 1)
 */
export function expandLabel(
  crypto: TlsCrypto,
  hash: Hash,
  secret: Uint8Array,
  label: string,
  length: number,
): Uint8Array {
  const name = ascii(`tls13 ${label}`);
  const info = Uint8Array.of(0, length, name.length, ...name, 0, 1);
  return crypto.hmac(hash, secret, info).subarray(0, length);
}

/** The key block of TLS 1.0 to 1.2 (RFC 5246, section 6.3), from which all keys of a connection are cut. */
export function keyBlock(
  crypto: TlsCrypto,
  version: number,
  hash: Hash,
  masterSecret: Uint8Array,
  serverRandom: Uint8Array,
  clientRandom: Uint8Array,
  length: number,
): Uint8Array {
  const seed = Uint8Array.of(...ascii('key expansion'), ...serverRandom, ...clientRandom);
  if (version >= TLS_1_2) return expand(crypto, hash, masterSecret, seed, length);
  // RFC 4346, section 5: each half of the secret has its own hash.
  const half = masterSecret.length / 2;
  const block = expand(crypto, 'md5', masterSecret.subarray(0, half), seed, length);
  const other = expand(crypto, 'sha1', masterSecret.subarray(half), seed, length);
  return block.map((byte, i) => byte ^ other[i]!);
}

/** P_hash (RFC 5246, section 5): HMAC(secret, A(i) + seed) for A(i) = HMAC(secret, A(i - 1)), A(0) = seed. */
function expand(
  crypto: TlsCrypto,
  hash: Hash,
  secret: Uint8Array,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const out = new Uint8Array(length);
  let a = seed;
  for (let at = 0; at < length; ) {
    a = crypto.hmac(hash, secret, a);
    const block = crypto.hmac(hash, secret, a, seed).subarray(0, length - at);
    out.set(block, at);
    at += block.length;
  }
  return out;
}

function ascii(text: string): number[] {
  return [...text].map((c) => c.charCodeAt(0));
}
