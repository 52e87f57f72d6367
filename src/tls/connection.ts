import { DecodeFault } from '../bytes/fault.ts';
import { earliest, type Frame } from '../capture/frame.ts';
import type { Arrival } from '../tcp/connection.ts';
import { ALERT_BYTES, decodeAlert, type TlsAlert } from './alert.ts';
import { type CipherSuite, cipherSuite } from './cipher-suites.ts';
import { HASH_BYTES, type TlsCrypto } from './crypto.ts';
import {
  type ClientHello,
  decodeClientHello,
  decodeServerHello,
  isRetryRequest,
  type ServerHello,
} from './hello.ts';
import type { KeyLog, SecretLabel } from './key-log.ts';
import { expandLabel, SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 } from './key-schedule.ts';
import { CLIENT_HELLO, FINISHED, KEY_UPDATE, MessageReader, SERVER_HELLO } from './messages.ts';
import { type Protection, protectionOf12, protectionOf13 } from './protection.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  HANDSHAKE,
  RECORD_HEADER_BYTES,
  RecordReader,
  type RecordSink,
} from './records.ts';
import { TlsTalk } from './talk.ts';

export const TLS_VERSIONS: ReadonlyMap<number, string> = new Map([
  [SSL_3_0, 'SSL 3.0'],
  [TLS_1_0, 'TLS 1.0'],
  [TLS_1_1, 'TLS 1.1'],
  [TLS_1_2, 'TLS 1.2'],
  [TLS_1_3, 'TLS 1.3'],
]);

/** Client records passed over as early data; far more than any server takes (OpenSSL: 16 KiB). */
const MAX_EARLY_BYTES = 1024 * 1024;

const ALERT_RECORD_BYTES = RECORD_HEADER_BYTES + ALERT_BYTES;

/** What is told of a connection's content. */
export interface TlsSink {
  /**
   * What one record held, `bytes[start, end)`, valid during the call. `first`: the arrival of the
   * record's first byte; `last`: of the bytes that completed it; `endOffset`: TCP stream offset behind it.
   */
  applicationData(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    first: Arrival,
    last: Arrival,
    endOffset: number,
  ): void;
  /** Content of that direction is missing, nobody knows how much; it goes on with the next record. */
  contentMissing(fromClient: boolean): void;
  /** Nothing more will come of that direction; `reason` is a sentence. */
  lost(fromClient: boolean, reason: string): void;
}

/** One direction. */
class Half {
  readonly fromClient: boolean;
  readonly records: RecordReader;
  readonly messages: MessageReader;
  protection: Protection | null = null;
  /** TLS 1.3: the protection is still that of the handshake. */
  isHandshaking = true;
  /** TLS 1.3: from which the protection was made, and the next will be at a KeyUpdate. */
  secret: Uint8Array | null = null;
  isLost = false;
  /** Of what cannot be decrypted, the last bytes, and where they came from: they may be an alert in the clear. */
  readonly tail = new Uint8Array(ALERT_RECORD_BYTES);
  tailFrame: Frame | null = null;

  constructor(fromClient: boolean, records: RecordReader, messages: MessageReader) {
    this.fromClient = fromClient;
    this.records = records;
    this.messages = messages;
  }

  get name(): string {
    return this.fromClient ? 'client' : 'server';
  }
}

/**
 * Reads a TLS 1.0 to 1.3 connection from the ordered bytes of both directions, from its first record on:
 * names what is negotiated and, with the secrets of a key log, decrypts. Whoever owns it lets go of it at
 * the connection's end.
 */
export class TlsConnection implements RecordSink {
  /** Negotiated, such as "TLS 1.3"; null until the ServerHello. */
  version: string | null = null;
  /** Negotiated, by its IANA name. */
  cipher: string | null = null;
  /** The host that the client names, if it does. */
  serverName: string | null = null;
  /** The first alert that could be read and is no mere close_notify. */
  alert: TlsAlert | null = null;
  /** What the client has sent since the ServerHello, records whole or not. */
  clientBytes = 0;
  /** Application data has been decrypted. */
  decrypted = false;
  /** Who spoke when, whether or not it can be read. */
  readonly talk = new TlsTalk();
  /** Why it is not, or no longer, decrypted; a sentence, or null. */
  fault: string | null = null;

  readonly #keys: KeyLog;
  readonly #crypto: TlsCrypto;
  readonly #sink: TlsSink;
  readonly #client: Half;
  readonly #server: Half;
  #clientHello: ClientHello | null = null;
  #serverHello: ServerHello | null = null;
  #suite: CipherSuite | null = null;
  /** Bytes that the client may still send as early data (0-RTT), which is not decrypted. */
  #earlyLeft = 0;

  constructor(keys: KeyLog, crypto: TlsCrypto, sink: TlsSink) {
    this.#keys = keys;
    this.#crypto = crypto;
    this.#sink = sink;
    this.#client = this.#newHalf(true);
    this.#server = this.#newHalf(false);
  }

  /** Nothing will be decrypted any more, in either direction: its bytes are not wanted. */
  get closed(): boolean {
    return this.#client.isLost && this.#server.isLost;
  }

  /** The first frame of a record that has not come whole, or null. */
  get since(): Frame | null {
    return earliest(this.#client.records.since, this.#server.records.since);
  }

  /** Takes the next bytes of one direction, valid only during the call. */
  push(fromClient: boolean, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (fromClient && this.#serverHello !== null) this.clientBytes += end - start;
    if (!this.decrypted) this.talk.push(fromClient, bytes, start, end, arrival);
    const half = this.#half(fromClient);
    if (half.isLost) keepTail(half, bytes, start, end, arrival.frame);
    else half.records.push(bytes, start, end, arrival);
  }

  /** Nothing more will come: lets go of what had begun. */
  end(): void {
    this.#plainAlert(this.#client);
    this.#plainAlert(this.#server);
    this.#client.records.stop();
    this.#server.records.stop();
  }

  /** The next `length` bytes of one direction are missing. */
  gap(fromClient: boolean, length: number): void {
    const half = this.#half(fromClient);
    half.tail.fill(0);
    this.talk.isBroken = true;
    if (half.isLost || half.records.gap(length)) return;
    this.#giveUp(
      half,
      `${length} bytes of the ${half.name} are missing from the capture, and with them where its next TLS record starts`,
    );
  }

  record(
    fromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    first: Arrival,
    last: Arrival,
    endOffset: number,
  ): void {
    const half = this.#half(fromClient);
    const type = bytes[start]!;
    if (this.#isEarlyData(half, type)) {
      this.#passEarlyData(end - start);
      return;
    }
    if (!this.#isEncrypted(half, type)) {
      const body = start + RECORD_HEADER_BYTES;
      if (type === APPLICATION_DATA) {
        this.#giveUp(half, `frame ${last.frame.number} has data before there are keys for it`);
      } else this.#content(half, type, bytes, body, end, first, last, endOffset);
      return;
    }
    if (half.protection === null && !this.#startHandshakeKeys(half)) return;
    const opened =
      half.protection!.open(bytes, start, end) ?? this.#openLater(half, bytes, start, end);
    if (opened !== null) {
      this.#opened(half, type, opened, first, last, endOffset);
    } else if (fromClient && half.isHandshaking && end - start <= this.#earlyLeft) {
      this.#passEarlyData(end - start);
    } else {
      this.#giveUp(
        half,
        `the ${half.name}'s TLS record that ends in frame ${last.frame.number} does not authenticate: it is damaged, or the secrets in the key log are not this connection's`,
      );
    }
  }

  damagedRecord(fromClient: boolean, type: number): void {
    const half = this.#half(fromClient);
    half.messages.reset();
    if (this.#serverHello === null) {
      this.#giveUp(half, `bytes of the ${half.name}'s TLS hello are missing from the capture`);
      return;
    }
    if (!this.#isEncrypted(half, type)) return;
    if (half.protection === null && !this.#startHandshakeKeys(half)) return;
    if (!half.protection!.passOver()) {
      this.#giveUp(
        half,
        `bytes of a TLS record of the ${half.name} are missing from the capture, and in TLS 1.0 each record takes the one before`,
      );
    } else if (type === APPLICATION_DATA && !(this.#is13 && half.isHandshaking)) {
      this.#sink.contentMissing(fromClient);
    }
  }

  notRecord(fromClient: boolean, { frame }: Arrival): void {
    const half = this.#half(fromClient);
    const reason = `what the ${half.name} sends in frame ${frame.number} is no TLS record`;
    if (this.#serverHello === null) this.#giveUpBoth(reason);
    else this.#giveUp(half, reason);
  }

  #newHalf(fromClient: boolean): Half {
    const half: Half = new Half(
      fromClient,
      new RecordReader(fromClient, this),
      new MessageReader((type, bytes, start, end) => this.#message(half, type, bytes, start, end)),
    );
    return half;
  }

  #half(fromClient: boolean): Half {
    return fromClient ? this.#client : this.#server;
  }

  get #is13(): boolean {
    return this.#serverHello?.version === TLS_1_3;
  }

  /** In TLS 1.3 the record's type tells, before that a ChangeCipherSpec has. */
  #isEncrypted(half: Half, type: number): boolean {
    return this.#is13 ? type === APPLICATION_DATA : half.protection !== null;
  }

  /** Early data that comes before the ServerHello; what comes behind it, its failing to open tells. */
  #isEarlyData(half: Half, type: number): boolean {
    const isEarly = half.fromClient && this.#serverHello === null && this.#earlyLeft > 0;
    return isEarly && type === APPLICATION_DATA;
  }

  #passEarlyData(length: number): void {
    this.#earlyLeft = Math.max(0, this.#earlyLeft - length);
    this.#sink.contentMissing(true);
  }

  #opened(
    half: Half,
    outerType: number,
    bytes: Uint8Array,
    first: Arrival,
    last: Arrival,
    endOffset: number,
  ): void {
    let type = outerType;
    let end = bytes.length;
    if (this.#is13) {
      // TLSInnerPlaintext: content  u8 type  zeros (RFC 8446, section 5.4).
      while (end > 0 && bytes[end - 1] === 0) end--;
      if (end === 0) return;
      type = bytes[--end]!;
    }
    this.#content(half, type, bytes, 0, end, first, last, endOffset);
  }

  #content(
    half: Half,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    first: Arrival,
    last: Arrival,
    endOffset: number,
  ): void {
    switch (type) {
      case CHANGE_CIPHER_SPEC:
        // In TLS 1.3, and before its version is known, it only pleases middleboxes.
        if (this.#serverHello !== null && !this.#is13) this.#changeCipher(half);
        break;
      case ALERT:
        this.#noteAlert(decodeAlert(half.fromClient, bytes, start, end, last.frame));
        break;
      case HANDSHAKE:
        half.messages.push(bytes, start, end);
        break;
      case APPLICATION_DATA:
        if (start === end) break;
        this.decrypted = true;
        this.#sink.applicationData(half.fromClient, bytes, start, end, first, last, endOffset);
        break;
    }
  }

  /** Where nothing is decrypted, the last word may still be an alert in the clear. */
  #plainAlert({ fromClient, tail, tailFrame }: Half): void {
    // What is encrypted is longer than its content.
    const isPlain =
      tail[0] === ALERT &&
      TLS_VERSIONS.has((tail[1]! << 8) | tail[2]!) &&
      ((tail[3]! << 8) | tail[4]!) === ALERT_BYTES;
    if (!isPlain || tailFrame === null) return;
    this.#noteAlert(decodeAlert(fromClient, tail, RECORD_HEADER_BYTES, tail.length, tailFrame));
  }

  #noteAlert(alert: TlsAlert | null): void {
    if (alert?.description !== 'close_notify') this.alert ??= alert;
  }

  #message(half: Half, type: number, bytes: Uint8Array, start: number, end: number): void {
    try {
      if (type === CLIENT_HELLO && half.fromClient) {
        this.#clientHello = decodeClientHello(bytes, start, end);
        this.serverName = this.#clientHello.serverName;
        this.#earlyLeft = this.#clientHello.offersEarlyData ? MAX_EARLY_BYTES : 0;
      } else if (type === SERVER_HELLO && !half.fromClient) {
        this.#readServerHello(decodeServerHello(bytes, start, end));
      }
    } catch (fault) {
      if (!(fault instanceof DecodeFault)) throw fault;
      this.#giveUpBoth(`the ${half.name}'s TLS hello cannot be read: ${fault}`);
      return;
    }
    if (!this.#is13 || half.protection === null) return;
    if (type === FINISHED && half.isHandshaking) this.#startApplicationKeys(half);
    else if (type === KEY_UPDATE && !half.isHandshaking) this.#updateKeys(half);
  }

  #readServerHello(hello: ServerHello): void {
    if (isRetryRequest(hello)) return;
    const { version, cipherSuite: code } = hello;
    this.#serverHello = hello;
    this.#suite = cipherSuite(code);
    this.version = TLS_VERSIONS.get(version) ?? `0x${version.toString(16).padStart(4, '0')}`;
    this.cipher = this.#suite.name;
  }

  /** Why this connection cannot be decrypted whatever comes, or null. */
  #obstacle(): string | null {
    const { version, compressionMethod } = this.#serverHello!;
    if (version < TLS_1_0 || version > TLS_1_3) return `${this.version} cannot be decrypted`;
    if (this.#suite!.bulk === null) return `cipher suite ${this.cipher} cannot be decrypted`;
    if (compressionMethod !== 0) return 'compression inside TLS cannot be undone';
    if (this.#clientHello === null) return 'the ClientHello is missing from the capture';
    if (this.#keys.size === 0) return 'no key log was given';
    if (this.#keys.knows(this.#clientHello.random)) return null;
    return 'the key log has no secret of this connection';
  }

  /** The secret that the label names, or null where decrypting ends because there is none. */
  #find(half: Half, label: SecretLabel): Uint8Array | null {
    const obstacle = this.#obstacle();
    if (obstacle !== null) {
      this.#giveUpBoth(obstacle);
      return null;
    }
    const secret = this.#keys.find(this.#clientHello!.random, label);
    if (secret === null) this.#giveUp(half, `the key log lacks the ${label} of this connection`);
    return secret;
  }

  /** TLS 1.0 to 1.2: the next record is the first under the keys just agreed on. */
  #changeCipher(half: Half): void {
    const masterSecret = this.#find(half, 'CLIENT_RANDOM');
    if (masterSecret === null) return;
    const suite = this.#suite!;
    const { version, random: serverRandom, encryptThenMac } = this.#serverHello!;
    half.protection = protectionOf12(this.#crypto, suite, suite.bulk!, {
      version,
      masterSecret,
      clientRandom: this.#clientHello!.random,
      serverRandom,
      encryptThenMac,
      fromClient: half.fromClient,
    });
  }

  #startHandshakeKeys(half: Half): boolean {
    const label = half.fromClient
      ? 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
      : 'SERVER_HANDSHAKE_TRAFFIC_SECRET';
    const secret = this.#find(half, label);
    if (secret !== null) this.#protect13(half, secret);
    return secret !== null;
  }

  #startApplicationKeys(half: Half): void {
    const secret = this.#find(half, applicationLabel(half));
    half.isHandshaking = false;
    if (secret !== null) this.#protect13(half, secret);
  }

  #updateKeys(half: Half): void {
    const { hash } = this.#suite!;
    const secret = half.secret!;
    this.#protect13(half, expandLabel(this.#crypto, hash, secret, 'traffic upd', HASH_BYTES[hash]));
  }

  #protect13(half: Half, secret: Uint8Array): void {
    const suite = this.#suite!;
    half.secret = secret;
    half.protection = protectionOf13(this.#crypto, suite, suite.bulk!, secret);
  }

  /** TLS 1.3: a record that is missing may have held the Finished, behind which the application's keys begin. */
  #openLater(half: Half, bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    if (!this.#is13 || !half.isHandshaking) return null;
    const { protection, secret } = half;
    const later = this.#keys.find(this.#clientHello!.random, applicationLabel(half));
    if (later === null) return null;
    this.#protect13(half, later);
    const opened = half.protection!.open(bytes, start, end);
    if (opened === null) {
      half.protection = protection;
      half.secret = secret;
    } else half.isHandshaking = false;
    return opened;
  }

  #giveUp(half: Half, reason: string): void {
    // Without the ServerHello, nobody knows what the client's records are.
    if (!half.fromClient && this.#serverHello === null) this.#giveUpBoth(reason);
    else this.#end(half, reason);
  }

  #giveUpBoth(reason: string): void {
    this.#end(this.#client, reason);
    this.#end(this.#server, reason);
  }

  #end(half: Half, reason: string): void {
    if (half.isLost) return;
    this.fault ??= reason;
    half.isLost = true;
    half.protection = null;
    half.records.stop();
    half.messages.reset();
    this.#sink.lost(half.fromClient, reason);
  }
}

function applicationLabel({ fromClient }: Half): SecretLabel {
  return fromClient ? 'CLIENT_TRAFFIC_SECRET_0' : 'SERVER_TRAFFIC_SECRET_0';
}

function keepTail(half: Half, bytes: Uint8Array, start: number, end: number, frame: Frame): void {
  const { tail } = half;
  const from = Math.max(start, end - tail.length);
  tail.copyWithin(0, end - from);
  tail.set(bytes.subarray(from, end), tail.length - (end - from));
  half.tailFrame = frame;
}
