import { mayChangeSession } from './commands/com-query.ts';
import { SERVER_SESSION_STATE_CHANGED } from './constants/status.ts';
import { type Exchange, statusOf } from './exchange.ts';
import { MAX_PART_LENGTH } from './framing.ts';
import type { Packet, PacketType } from './packet.ts';
import { isInferred, type Session } from './session.ts';
import { EOF, ERR, OK } from './transitions.ts';

/**
 * Whether a packet says something on which the meaning of later ones or a finding rests: it is decoded whoever listens,
 * so that no view knows more of a connection than another. Rows, events and what is prepared are not among
 * it: nothing but what the views show of them rests on them.
 */
export function settles(
  type: PacketType,
  packet: Packet,
  session: Session,
  exchange: Exchange | null,
): boolean {
  // Asked of every packet but rows, so no look into a set.
  switch (type) {
    case 'HandshakeV10':
    case 'HandshakeV9':
    case 'SSLRequest':
    case 'HandshakeResponse41':
    case 'HandshakeResponse320':
    case 'AuthSwitchRequest':
    case 'AuthMoreData':
    case 'AuthNextFactor':
    case 'AuthData':
    case 'COM_CHANGE_USER':
    case 'COM_INIT_DB':
    case 'COM_RESET_CONNECTION':
      return true;
    case 'COM_QUERY':
      return isInferred(session) || mayChangeSession(packet, session);
    case 'OK':
      return (statusOf(type, packet, session) & SERVER_SESSION_STATE_CHANGED) !== 0;
    case 'ColumnCount':
      return isInferred(session) || exchange?.command === null;
    case 'ColumnDefinition':
      // By them the first row of an answer whose command is missing is told to be text or binary.
      return exchange?.command === null;
    default:
      return false;
  }
}

/** COM_INIT_DB, COM_CHANGE_USER */
const INIT_DB = 0x02;
const CHANGE_USER = 0x11;

/**
 * Whether a packet may turn out to be one of these, or an ERR, by its first byte: as much of it is kept whoever
 * listens. A COM_QUERY is not among them: of it the beginning settles all there is.
 */
export function maySettle(packet: Packet, head: Exchange | undefined): boolean {
  const { fromClient, first, length } = packet;
  if (head?.state === 'auth') return true;
  if (fromClient) return first === INIT_DB || first === CHANGE_USER;
  if (first === ERR) return true;
  // A row may start with the length of a text of 16 MiB.
  if (first === EOF) return length < MAX_PART_LENGTH;
  if (first === OK) return head === undefined || !BEGIN_WITH_ZERO.has(head.state);
  return head?.command === null && head.state === 'definitions';
}

/** States in which it is a row or an event. */
const BEGIN_WITH_ZERO: ReadonlySet<Exchange['state']> = new Set([
  'textRows',
  'binaryRows',
  'anyRows',
  'binlog',
]);
