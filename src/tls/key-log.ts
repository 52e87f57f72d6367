/** What a line of a key log names, as far as reading records takes. */
const LABELS = [
  'CLIENT_RANDOM',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
] as const;

export type SecretLabel = (typeof LABELS)[number];

/** As binary strings: a tenth of what a typed array costs. */
type Secrets = Partial<Record<SecretLabel, string>>;

/** Connections whose secrets are kept, the latest: some 120 MB at most. */
const MAX_CONNECTIONS = 262_144;

/** Longer lines are none of ours: label, random and the longest secret, in hex. */
const MAX_LINE_BYTES = 256;

const LINE = /^(\w+) ([0-9a-f]{64}) ((?:[0-9a-f]{2}){32,48})\s*$/i;

const NEWLINE = 0x0a;

/**
 * Secrets of TLS connections by client random, from NSS key logs (draft-ietf-tls-keylogfile):
 *
 *   <label> <client random in hex> <secret in hex>
 *
 * Lines that are something else are passed over: comments, other labels, damage.
 */
export class KeyLog {
  readonly #secrets = new Map<string, Secrets>();

  /** Connections of which a secret is known. */
  get size(): number {
    return this.#secrets.size;
  }

  /** Takes whole lines, the last one's end may be missing. */
  add(text: Uint8Array): void {
    for (let start = 0; start < text.length; ) {
      const newline = text.indexOf(NEWLINE, start);
      const end = newline < 0 ? text.length : newline;
      if (end - start <= MAX_LINE_BYTES) this.#line(latin1(text.subarray(start, end)));
      start = end + 1;
    }
  }

  knows(clientRandom: Uint8Array): boolean {
    return this.#secrets.has(latin1(clientRandom));
  }

  find(clientRandom: Uint8Array, label: SecretLabel): Uint8Array | null {
    const secret = this.#secrets.get(latin1(clientRandom))?.[label];
    return secret === undefined ? null : Uint8Array.from(secret, (c) => c.charCodeAt(0));
  }

  #line(line: string): void {
    const found = LINE.exec(line);
    if (found === null) return;
    const [, label, random, secret] = found as unknown as [string, SecretLabel, string, string];
    if (!LABELS.includes(label)) return;
    const key = fromHex(random);
    let secrets = this.#secrets.get(key);
    if (secrets === undefined) {
      secrets = {};
      this.#secrets.set(key, secrets);
      if (this.#secrets.size > MAX_CONNECTIONS) {
        this.#secrets.delete(this.#secrets.keys().next().value!);
      }
    }
    secrets[label] = fromHex(secret);
  }
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** A binary string: one character a byte. */
function fromHex(hex: string): string {
  let binary = '';
  for (let at = 0; at < hex.length; at += 2) {
    binary += String.fromCharCode(Number.parseInt(hex.slice(at, at + 2), 16));
  }
  return binary;
}
