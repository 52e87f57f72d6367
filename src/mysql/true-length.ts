import { noAnswer } from './answer.ts';
import { commandOf } from './commands/index.ts';
import { decodePacket } from './decode.ts';
import { HEADER_BYTES, u24 } from './framing.ts';
import type { Packet, PacketType } from './packet.ts';
import type { Session } from './session.ts';
import { isPlain } from './shape.ts';

/** A header that is off by more than this is no slip in counting. */
const MAX_OFF = 4096;

/** What has a shape of its own, by which it can be told where it ends. */
const SELF_ENDING: ReadonlySet<PacketType> = new Set<PacketType>([
  'OK',
  'ColumnCount',
  'ColumnDefinition',
  'StmtPrepareOK',
  'TextRow',
  'BinaryRow',
]);

/**
 * How long a server's packet would have to be for its own shape to be right and the next packet to start behind it, with
 * the number that is due; null where no length does that. Only what came together with it is looked at.
 */
export function lengthByShape(
  type: PacketType,
  packet: Packet,
  session: Session,
  isPlainRow: (bytes: Uint8Array, start: number, end: number) => boolean,
): number | null {
  const { bytes, start, end, limit, length } = packet;
  if (!SELF_ENDING.has(type)) return null;
  const isRow = type.endsWith('Row');
  const last = Math.min(limit, start + length + MAX_OFF);
  for (let at = Math.max(start + 1, end - MAX_OFF); at <= last; at++) {
    if (at === end || !startsNext(bytes, at, limit, packet.sequenceId)) continue;
    const isRight = isRow
      ? isPlainRow(bytes, start, at)
      : isPlain(type, { ...packet, end: at, length: at - start }, session);
    if (isRight) return at - start;
  }
  return null;
}

/** Whether the next packet starts at `at`, or nothing more has come. */
function startsNext(bytes: Uint8Array, at: number, limit: number, sequenceId: number): boolean {
  if (at === limit) return true;
  const body = at + HEADER_BYTES;
  return (
    body <= limit && bytes[at + 3] === ((sequenceId + 1) & 0xff) && body + u24(bytes, at) <= limit
  );
}

/** Commands that are text up to their end, which so can be of any length. */
const TEXT_COMMANDS: ReadonlySet<PacketType> = new Set<PacketType>([
  'COM_QUERY',
  'COM_STMT_PREPARE',
  'COM_INIT_DB',
]);

/**
 * How long a client's packet is if all that was sent at once belongs to it, in place of what its header says; null where
 * what stands behind it starts another packet, or nothing shows that it does not. A login must then be whole; of text, no
 * more can be told than that a header made of text would announce megabytes.
 */
export function lengthOfAllSent(type: PacketType, packet: Packet, session: Session): number | null {
  const { bytes, start, end, limit } = packet;
  if (end === limit || startsCommand(bytes, end, limit)) return null;
  const carried = limit - start;
  if (TEXT_COMMANDS.has(type)) return isText(bytes, end, limit) ? carried : null;
  if (type !== 'HandshakeResponse41') return null;
  const whole = { ...packet, end: limit, length: carried };
  const fault = decodePacket(type, whole, { ...session }, noAnswer(), {});
  return fault === null ? carried : null;
}

function startsCommand(bytes: Uint8Array, at: number, limit: number): boolean {
  const body = at + HEADER_BYTES;
  return limit > body && bytes[body - 1] === 0 && commandOf(bytes[body]!) !== undefined;
}

const FIRST_TEXT = 0x09;

/** Whether no header stands there: its length would have a zero, or its number. */
function isText(bytes: Uint8Array, at: number, limit: number): boolean {
  for (let i = at; i < Math.min(limit, at + HEADER_BYTES); i++) {
    if (bytes[i]! < FIRST_TEXT) return false;
  }
  return true;
}
