import type { CipherSuite } from './cipher-suites.ts';
import { HASH_BYTES, type Hash, type TlsCrypto } from './crypto.ts';
import { expandLabel, keyBlock, TLS_1_0 } from './key-schedule.ts';
import { RECORD_HEADER_BYTES } from './records.ts';

/** What one direction's records are protected with, from one change of keys to the next. */
export interface Protection {
  /**
   * What the record `bytes[start, end)`, with its header, holds; null where it does not authenticate.
   * Only a record that does is counted.
   */
  open(bytes: Uint8Array, start: number, end: number): Uint8Array | null;
  /** Counts a record whose bytes are missing; false where the next cannot be read without it. */
  passOver(): boolean;
}

type Bulk = NonNullable<CipherSuite['bulk']>;

const NONCE_BYTES = 12;
const BLOCK_BYTES = 16;

/** The implicit part of the nonce, which comes from the key block. */
const SALT_BYTES = { GCM: 4, CCM: 4, POLY1305: NONCE_BYTES, CBC: 0 };

/** TLS 1.3: from a traffic secret (RFC 8446, section 7.3). */
export function protectionOf13(
  crypto: TlsCrypto,
  suite: CipherSuite,
  bulk: Bulk,
  secret: Uint8Array,
): Protection {
  const key = expandLabel(crypto, suite.hash, secret, 'key', bulk.keyBytes);
  const iv = expandLabel(crypto, suite.hash, secret, 'iv', NONCE_BYTES);
  return new AeadProtection(crypto, bulk, suite.tagBytes, key, iv, true);
}

/**
 * TLS 1.0 to 1.2: from the master secret (RFC 5246, section 6.3). The key block holds
 *
 *   client MAC key  server MAC key  client key  server key  client IV  server IV
 */
export function protectionOf12(
  crypto: TlsCrypto,
  suite: CipherSuite,
  bulk: Bulk,
  of: {
    readonly version: number;
    readonly masterSecret: Uint8Array;
    readonly clientRandom: Uint8Array;
    readonly serverRandom: Uint8Array;
    readonly encryptThenMac: boolean;
    readonly fromClient: boolean;
  },
): Protection {
  const isCbc = suite.mode === 'CBC';
  const hasChainedIv = isCbc && of.version <= TLS_1_0;
  const macBytes = isCbc ? HASH_BYTES[suite.mac] : 0;
  const ivBytes = hasChainedIv ? BLOCK_BYTES : SALT_BYTES[suite.mode!];
  const { version, masterSecret, serverRandom, clientRandom, fromClient } = of;
  const length = 2 * (macBytes + bulk.keyBytes + ivBytes);
  const block = keyBlock(
    crypto,
    version,
    suite.hash,
    masterSecret,
    serverRandom,
    clientRandom,
    length,
  );
  let at = 0;
  const cut = (size: number) => {
    const own = fromClient ? at : at + size;
    at += 2 * size;
    return block.slice(own, own + size);
  };
  const macKey = cut(macBytes);
  const key = cut(bulk.keyBytes);
  const iv = cut(ivBytes);
  if (!isCbc) return new AeadProtection(crypto, bulk, suite.tagBytes, key, iv, false);
  const { mac } = suite;
  return new CbcProtection(
    crypto,
    bulk,
    { hash: mac, key: macKey, isOutside: of.encryptThenMac },
    key,
    hasChainedIv ? iv : null,
  );
}

/** A record's number since the last change of keys: u64 big-endian, as all of TLS is. */
class Sequence {
  readonly bytes = new Uint8Array(8);

  increment(): void {
    for (let i = 7; i >= 0; i--) {
      this.bytes[i] = (this.bytes[i]! + 1) & 0xff;
      if (this.bytes[i] !== 0) return;
    }
  }

  /** What a record of TLS 1.0 to 1.2 is authenticated with: u64 sequence  u8 type  u16 version  u16 length. */
  header(bytes: Uint8Array, start: number, length: number): Uint8Array {
    return Uint8Array.of(
      ...this.bytes,
      bytes[start]!,
      bytes[start + 1]!,
      bytes[start + 2]!,
      length >> 8,
      length & 0xff,
    );
  }
}

/** AEAD of TLS 1.3 (RFC 8446, section 5.2) and 1.2 (RFC 5288: GCM, 6655: CCM, 7905: ChaCha20). */
class AeadProtection implements Protection {
  readonly #crypto: TlsCrypto;
  readonly #bulk: Bulk;
  readonly #tagBytes: number;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  readonly #is13: boolean;
  readonly #sequence = new Sequence();
  readonly #nonce = new Uint8Array(NONCE_BYTES);

  constructor(
    crypto: TlsCrypto,
    bulk: Bulk,
    tagBytes: number,
    key: Uint8Array,
    iv: Uint8Array,
    is13: boolean,
  ) {
    this.#crypto = crypto;
    this.#bulk = bulk;
    this.#tagBytes = tagBytes;
    this.#key = key;
    this.#iv = iv;
    this.#is13 = is13;
  }

  open(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    const sequence = this.#sequence;
    const tagBytes = this.#tagBytes;
    const nonce = this.#nonce;
    const iv = this.#iv;
    // An IV shorter than a nonce is the nonce's start, and the record brings the rest.
    const explicitBytes = NONCE_BYTES - iv.length;
    const body = start + RECORD_HEADER_BYTES;
    const text = body + explicitBytes;
    const length = end - text - tagBytes;
    if (length < 0) return null;
    nonce.set(iv);
    nonce.set(bytes.subarray(body, text), iv.length);
    if (explicitBytes === 0) {
      const { bytes: number } = sequence;
      for (let i = 0; i < number.length; i++) nonce[NONCE_BYTES - number.length + i]! ^= number[i]!;
    }
    const additional = this.#is13
      ? bytes.subarray(start, body)
      : sequence.header(bytes, start, length);
    const { cipher } = this.#bulk;
    const opened = this.#crypto.openAead(
      cipher,
      this.#key,
      nonce,
      additional,
      tagBytes,
      bytes,
      text,
      end,
    );
    if (opened !== null) sequence.increment();
    return opened;
  }

  passOver(): boolean {
    this.#sequence.increment();
    return true;
  }
}

interface Mac {
  readonly hash: Hash;
  readonly key: Uint8Array;
  /** Of the ciphertext, behind it (RFC 7366), not inside it. */
  readonly isOutside: boolean;
}

/**
 * CBC of TLS 1.0 to 1.2 (RFC 5246, section 6.2.3.2):
 *
 *   IV (from 1.1 on)  encrypted: content  MAC  padding  u8 padding length         the MAC of the content
 *   IV (from 1.1 on)  encrypted: content  padding  u8 padding length   MAC        encrypt_then_mac
 */
class CbcProtection implements Protection {
  readonly #crypto: TlsCrypto;
  readonly #bulk: Bulk;
  readonly #mac: Mac;
  readonly #macBytes: number;
  readonly #key: Uint8Array;
  readonly #sequence = new Sequence();
  /** TLS 1.0: the last block of the record before is the next one's IV. */
  #chainedIv: Uint8Array | null;

  constructor(
    crypto: TlsCrypto,
    bulk: Bulk,
    mac: Mac,
    key: Uint8Array,
    chainedIv: Uint8Array | null,
  ) {
    this.#crypto = crypto;
    this.#bulk = bulk;
    this.#mac = mac;
    this.#macBytes = HASH_BYTES[mac.hash];
    this.#key = key;
    this.#chainedIv = chainedIv;
  }

  open(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    const { isOutside } = this.#mac;
    const body = start + RECORD_HEADER_BYTES;
    const text = this.#chainedIv === null ? body + BLOCK_BYTES : body;
    const textEnd = isOutside ? end - this.#macBytes : end;
    const length = textEnd - text;
    if (length < BLOCK_BYTES || length % BLOCK_BYTES !== 0) return null;
    if (isOutside && !this.#authenticates(bytes, start, bytes, body, textEnd)) return null;
    const iv = this.#chainedIv ?? bytes.subarray(body, text);
    const opened = this.#crypto.decryptCbc(this.#bulk.cipher, this.#key, iv, bytes, text, textEnd);
    const padding = opened[length - 1]!;
    const contentEnd = length - padding - 1 - (isOutside ? 0 : this.#macBytes);
    if (contentEnd < 0) return null;
    for (let i = length - padding - 1; i < length; i++) if (opened[i] !== padding) return null;
    if (!isOutside && !this.#authenticates(bytes, start, opened, 0, contentEnd)) {
      return null;
    }
    if (this.#chainedIv !== null) this.#chainedIv = bytes.slice(textEnd - BLOCK_BYTES, textEnd);
    this.#sequence.increment();
    return opened.subarray(0, contentEnd);
  }

  passOver(): boolean {
    this.#sequence.increment();
    return this.#chainedIv === null;
  }

  /** Whether `content[from, to)` of the record at `start` is followed by its MAC. */
  #authenticates(
    bytes: Uint8Array,
    start: number,
    content: Uint8Array,
    from: number,
    to: number,
  ): boolean {
    const { hash, key } = this.#mac;
    const header = this.#sequence.header(bytes, start, to - from);
    const mac = this.#crypto.hmac(hash, key, header, content.subarray(from, to));
    return mac.every((byte, i) => byte === content[to + i]);
  }
}
