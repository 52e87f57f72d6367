import { ascii, concat, u8, u16, uint, zeros } from '../build/bytes.ts';

/** Messages of TLS, written by hand from RFC 5246 and 8446. */

export const RECORD = { changeCipherSpec: 20, alert: 21, handshake: 22, data: 23 } as const;

export function tlsRecord(type: number, ...body: Uint8Array[]): Uint8Array {
  const content = concat(...body);
  return concat(u8(type, 3, 3), u16(content.length), content);
}

export function message(type: number, ...body: Uint8Array[]): Uint8Array {
  const content = concat(...body);
  return concat(u8(type), uint(content.length, 3, 'big'), content);
}

export function extension(type: number, data: Uint8Array): Uint8Array {
  return concat(u16(type), u16(data.length), data);
}

export function serverNameExtension(name: string): Uint8Array {
  const host = concat(u8(0), u16(name.length), ascii(name));
  return extension(0, concat(u16(host.length), host));
}

function extensionsOf(list: readonly Uint8Array[] | null): Uint8Array {
  if (list === null) return zeros(0);
  const all = concat(...list);
  return concat(u16(all.length), all);
}

export const CLIENT_RANDOM = new Uint8Array(32).fill(0xc1);

/** @param extensions  null for none at all, not even their length */
export function clientHello(extensions: readonly Uint8Array[] | null = null): Uint8Array {
  return message(
    1,
    u16(0x0303),
    CLIENT_RANDOM,
    concat(u8(4), zeros(4)),
    concat(u16(4), u16(0x1302), u16(0xc030)),
    u8(1, 0),
    extensionsOf(extensions),
  );
}

interface Choice {
  version?: number;
  cipher?: number;
  compression?: number;
  random?: Uint8Array;
  extensions?: readonly Uint8Array[] | null;
}

export function serverHello(choice: Choice = {}): Uint8Array {
  const { version = 0x0303, cipher = 0xc030, compression = 0, extensions = null } = choice;
  const random = choice.random ?? new Uint8Array(32).fill(0x5e);
  return message(
    2,
    u16(version),
    random,
    u8(0),
    u16(cipher),
    u8(compression),
    extensionsOf(extensions),
  );
}

/** supported_versions as a server says it. */
export const selectedVersion = (version: number) => extension(43, u16(version));
