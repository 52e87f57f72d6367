import { Cursor } from '../bytes/cursor.ts';

const SERVER_NAME = 0;
const ENCRYPT_THEN_MAC = 22;
const EARLY_DATA = 42;
const SUPPORTED_VERSIONS = 43;

const RANDOM_BYTES = 32;

export interface ClientHello {
  readonly random: Uint8Array;
  /** The host that the client names (server_name), or null. */
  readonly serverName: string | null;
  readonly offersEarlyData: boolean;
}

export interface ServerHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly cipherSuite: number;
  readonly compressionMethod: number;
  readonly encryptThenMac: boolean;
}

/** The random that makes a ServerHello a HelloRetryRequest: SHA-256 of that name (RFC 8446, section 4.1.3). */
const RETRY_RANDOM = [
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
  0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

export function isRetryRequest({ random }: ServerHello): boolean {
  return RETRY_RANDOM.every((byte, i) => random[i] === byte);
}

/**
 *   u16 legacy_version  u8[32] random  u8 length, legacy_session_id  u16 length, cipher_suites
 *   u8 length, legacy_compression_methods  u16 length, extensions          RFC 8446, section 4.1.2
 */
export function decodeClientHello(bytes: Uint8Array, start: number, end: number): ClientHello {
  const hello = new Cursor().aim(bytes, start, end);
  hello.skip('legacy_version', 2);
  const random = bytesOf(hello, 'random', RANDOM_BYTES);
  hello.skip('legacy_session_id', hello.u8('length of legacy_session_id'));
  hello.skip('cipher_suites', hello.u16be('length of cipher_suites'));
  hello.skip('legacy_compression_methods', hello.u8('length of legacy_compression_methods'));
  let serverName: string | null = null;
  let offersEarlyData = false;
  eachExtension(hello, (type, extension) => {
    if (type === EARLY_DATA) offersEarlyData = true;
    if (type === SERVER_NAME) serverName = decodeServerName(extension);
  });
  return { random, serverName, offersEarlyData };
}

/**
 *   u16 legacy_version  u8[32] random  u8 length, legacy_session_id  u16 cipher_suite
 *   u8 legacy_compression_method  u16 length, extensions                   RFC 8446, section 4.1.3
 */
export function decodeServerHello(bytes: Uint8Array, start: number, end: number): ServerHello {
  const hello = new Cursor().aim(bytes, start, end);
  let version = hello.u16be('legacy_version');
  const random = bytesOf(hello, 'random', RANDOM_BYTES);
  hello.skip('legacy_session_id', hello.u8('length of legacy_session_id'));
  const cipherSuite = hello.u16be('cipher_suite');
  const compressionMethod = hello.u8('legacy_compression_method');
  let encryptThenMac = false;
  eachExtension(hello, (type, extension) => {
    if (type === ENCRYPT_THEN_MAC) encryptThenMac = true;
    if (type === SUPPORTED_VERSIONS) version = extension.u16be('selected_version');
  });
  return { version, random, cipherSuite, compressionMethod, encryptThenMac };
}

/** u16 length of all, then each: u16 extension_type  u16 length, extension_data. None at all before TLS 1.2. */
function eachExtension(hello: Cursor, take: (type: number, extension: Cursor) => void): void {
  if (hello.left === 0) return;
  const all = hello.span('extensions', hello.u16be('length of extensions'));
  const list = new Cursor().aim(all.bytes, all.start, all.end);
  const extension = new Cursor();
  while (list.left > 0) {
    const type = list.u16be('extension_type');
    const data = list.span('extension_data', list.u16be('length of extension_data'));
    take(type, extension.aim(data.bytes, data.start, data.end));
  }
}

/** u16 length of the list, then: u8 name_type = host_name (0)  u16 length, HostName        RFC 6066, section 3 */
function decodeServerName(extension: Cursor): string {
  extension.skip('length of server_name_list', 2);
  extension.skip('name_type', 1);
  return extension.text('HostName', extension.u16be('length of HostName'));
}

function bytesOf(cursor: Cursor, field: string, length: number): Uint8Array {
  const { bytes, start, end } = cursor.span(field, length);
  return bytes.slice(start, end);
}
