import { Cursor } from '../bytes/cursor.ts';
import { DecodeFault } from '../bytes/fault.ts';
import type { Answer } from './answer.ts';
import { commandNamed } from './commands/index.ts';
import { MESSAGES } from './messages/index.ts';
import type { Decode, Fields } from './messages/message.ts';
import type { Packet, PacketType } from './packet.ts';
import type { Session } from './session.ts';

/** One cursor serves every packet: decoding is synchronous and never nests. */
const cursor = new Cursor();

/** Decodes a packet as far as it goes into `fields`; returns what stopped it, or null. */
export function decodePacket(
  type: PacketType,
  packet: Packet,
  session: Session,
  answer: Answer,
  fields: Fields,
): DecodeFault | null {
  const decode = decoderOf(type);
  if (decode === undefined) return null;
  let fault: DecodeFault | null = null;
  cursor.aim(packet.bytes, packet.start, packet.end, packet.length - keptOf(packet));
  cursor.charset = packet.fromClient ? session.clientCharset : session.resultsCharset;
  try {
    decode(cursor, fields, session, answer);
  } catch (error) {
    if (!(error instanceof DecodeFault)) throw error;
    fault = error;
  }
  for (const [field, base64] of cursor.invalidText) fields[`${field}Base64`] = base64;
  return fault;
}

function decoderOf(type: PacketType): Decode | undefined {
  return MESSAGES[type] ?? commandNamed(type)?.decode;
}

/** What is wrong with a packet that has been decoded, in sentences. */
export function problemsOf(type: PacketType, fault: DecodeFault | null, packet: Packet): string[] {
  const problems = fault === null ? [] : [fault.toString()];
  const kept = keptOf(packet);
  // Of what is never decoded (the bytes of a file), nothing need be kept.
  if (kept < packet.length && decoderOf(type) !== undefined) {
    problems.push(`only the first ${kept} of ${packet.length} payload bytes were kept`);
  }
  return problems;
}

function keptOf({ start, end }: Packet): number {
  return end - start;
}
