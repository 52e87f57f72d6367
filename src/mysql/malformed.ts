import type { DecodeFault } from '../bytes/fault.ts';
import { hexText } from '../bytes/text.ts';
import type { Column } from './column.ts';
import type { Malformed, Noted, ServerError } from './facts.ts';
import type { Packet } from './packet.ts';

/** Payload kept for evidence when nobody prints packets: an error message, a status. */
export const EVIDENCE_BYTES = 1024;

/**
 * Whether all of a packet is at hand, whatever somebody wants to see of it: it came in one piece, or is so short that
 * it is always kept.
 */
export function isWhole({ start, end, length, isCut }: Packet): boolean {
  // What came in one piece lies behind its header.
  const isInPlace = start > 0;
  return !isCut && end - start === length && (isInPlace || length <= EVIDENCE_BYTES);
}

/** Bytes shown before and from the place on where something is wrong. */
const BYTES_BEFORE = 4;
const BYTES_FROM = 12;

/** Packets with credentials, of which only these fields are shown. */
const SECRETS: ReadonlySet<Noted['type']> = new Set<Noted['type']>([
  'HandshakeResponse41',
  'HandshakeResponse320',
  'AuthData',
  'COM_CHANGE_USER',
]);
const NO_SECRET = /^(attribute|collation)/;

/** @param request  what an answer answers; null for a command */
export function malformed(
  noted: Noted,
  packet: Packet,
  fault: DecodeFault,
  request: Noted | null,
): Malformed {
  const isSecret = SECRETS.has(noted.type) && !NO_SECRET.test(fault.field);
  return {
    packet: noted,
    request,
    what: fault.toString(),
    field: fault.field,
    bytes: isSecret ? '' : bytesAround(packet, fault.offset),
    isLeftOver: fault.isLeftOver,
    refusal: null,
  };
}

/** The bytes around a place, in hex: a bar stands before it. */
function bytesAround({ bytes, start, end }: Packet, offset: number): string {
  const at = Math.min(end, start + offset);
  const before = hexText(bytes.subarray(Math.max(start, at - BYTES_BEFORE), at));
  return `${before} | ${hexText(bytes.subarray(at, Math.min(end, at + BYTES_FROM)))}`.trim();
}

/** A column of which no more is known than its type. */
export function typeAlone(type: number): Column {
  return {
    name: '',
    type,
    flags: 0,
    collation: null,
    decimals: 0,
    columnLength: 0,
    extendedType: null,
  };
}

/** By code: to which commands an ERR says that the server can make nothing of them; any statement may have caused it else. */
const COMPLAINTS: Readonly<Partial<Record<number, (command: string, message: string) => boolean>>> =
  {
    // ER_UNKNOWN_COM_ERROR; a Galera node that is not ready says the same number.
    1047: (command, message) => command !== 'COM_QUERY' && !/wsrep/i.test(message),
    // ER_WRONG_ARGUMENTS, to a function of the server that reads executes
    1210: (command, message) => command.startsWith('COM_STMT_') && /stmt|execute/i.test(message),
    // ER_UNKNOWN_STMT_HANDLER
    1243: (command) => command.startsWith('COM_STMT_'),
    // ER_MALFORMED_PACKET
    1835: () => true,
  };

export function isComplaint({ code, message }: ServerError, { type }: Noted): boolean {
  return COMPLAINTS[code]?.(type, message) ?? false;
}
