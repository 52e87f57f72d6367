import { UTF8 } from '../../bytes/charset.ts';
import type { Cursor } from '../../bytes/cursor.ts';
import { CLIENT_PROTOCOL_41, CLIENT_SESSION_TRACK } from '../constants/capabilities.ts';
import { SERVER_SESSION_STATE_CHANGED, statusNames } from '../constants/status.ts';
import { isOldOk } from '../recognize.ts';
import { apply, hasStatusFlags, negotiated, type Session } from '../session.ts';
import { OK } from '../transitions.ts';
import { type Decode, setRead } from './message.ts';

/**
 * OK_Packet, page_protocol_basic_ok_packet
 *
 *   int<1>          0x00, or 0xfe in place of a result set's last EOF
 *   int<lenenc>     affected rows
 *   int<lenenc>     last insert id
 *   int<2>          status flags       (if CLIENT_PROTOCOL_41 or CLIENT_TRANSACTIONS)
 *   int<2>          warnings           (if CLIENT_PROTOCOL_41)
 *   string<lenenc>  info
 *   string<lenenc>  session state      (if CLIENT_SESSION_TRACK and SERVER_SESSION_STATE_CHANGED)
 *
 * Without CLIENT_SESSION_TRACK the documentation has the info run to the packet's end; the servers
 * still write its length first (net_send_ok).
 */
export const ok: Decode = (c, fields, session) => {
  // Servers go by the client's word; without it, what fills the packet tells.
  const { clientCapabilities } = session;
  const isOld =
    clientCapabilities === null
      ? isOldOk(c.bytes, c.pos, c.end)
      : (clientCapabilities & CLIENT_PROTOCOL_41) === 0;
  const header = c.u8('header');
  fields.affectedRows = c.lenenc('affectedRows');
  fields.lastInsertId = c.lenenc('lastInsertId');
  const hasStatus = hasStatusFlags(session) && !(clientCapabilities === null && c.left === 0);
  const status = hasStatus ? c.u16('statusFlags') : 0;
  fields.statusFlags = statusNames(status);
  const isDue = c.left > 0 || negotiated(session, CLIENT_PROTOCOL_41) === true;
  fields.warnings = !isOld && isDue ? c.u16('warnings') : 0;
  fields.info = '';
  fields.sessionState = null;
  const agreed = negotiated(session, CLIENT_SESSION_TRACK);
  const hasState = agreed !== false && (status & SERVER_SESSION_STATE_CHANGED) !== 0;
  // MariaDB sets the flag in the OK that ends a result, too, and has nothing to tell there (vitess#11795).
  const isPromised = agreed === true && hasState && (header === OK || !isMariaDb(session));
  if (isPromised) c.begins('sessionState');
  if (c.left === 0) return;
  if (agreed === false && !infoFillsPacket(c)) {
    fields.info = c.restText('info');
    return;
  }
  fields.info = c.lenencText('info');
  if (hasState && (c.left > 0 || isPromised)) {
    const changes: Record<string, unknown>[] = [];
    fields.sessionState = changes;
    sessionState(c, changes);
    for (const change of changes) follow(session, change);
  }
  c.ends();
};

function isMariaDb({ serverVersion }: Session): boolean {
  return serverVersion?.includes('MariaDB') === true;
}

/** What a change means for what comes after it. */
function follow(session: Session, { type, name, value }: Record<string, unknown>): void {
  if (type === 'SESSION_TRACK_SCHEMA') apply(session, { schema: (value as string) || null });
  if (name === 'character_set_client') apply(session, { clientCharset: value as string });
  if (name === 'character_set_results') apply(session, { resultsCharset: value as string });
}

/** Whether the next byte is the length of all that follows it. */
function infoFillsPacket(c: Cursor): boolean {
  const first = c.bytes[c.pos]!;
  if (first < 0xfb) return first === c.restLength - 1;
  return first === 0xfc && c.left > 3;
}

/** enum_session_state_type, mysql_com.h; the last is MariaDB's, where it is built in. */
export const SESSION_TRACK = new Map([
  [0, 'SESSION_TRACK_SYSTEM_VARIABLES'],
  [1, 'SESSION_TRACK_SCHEMA'],
  [2, 'SESSION_TRACK_STATE_CHANGE'],
  [3, 'SESSION_TRACK_GTIDS'],
  [4, 'SESSION_TRACK_TRANSACTION_CHARACTERISTICS'],
  [5, 'SESSION_TRACK_TRANSACTION_STATE'],
  [12, 'SESSION_TRACK_USER_VARIABLES'],
]);
const SYSTEM_VARIABLES = 0;
const STATE_CHANGE = 2;
const GTIDS = 3;
const USER_VARIABLES = 12;

/** int<lenenc> bytes of all changes, then changes of  int<1> type  int<lenenc> length  data */
function sessionState(c: Cursor, changes: Record<string, unknown>[]): void {
  // The servers store it as they have it, whatever the set of results (Session_sysvars_tracker::store).
  c.charset = UTF8;
  const end = c.length('sessionState') + c.pos;
  while (c.pos < end) {
    const type = c.u8('sessionState type');
    const changeEnd = c.length('sessionState length') + c.pos;
    const name = SESSION_TRACK.get(type) ?? `SESSION_TRACK_${type}`;
    if (type === SYSTEM_VARIABLES || type === USER_VARIABLES) {
      // One change may carry several variables: MariaDB puts all of them into one.
      while (c.pos < changeEnd) {
        const change = { type: name };
        setRead(c, change, 'name', c.lenencText('sessionState variable'));
        // A user variable that is NULL has no value.
        const isNull = type === USER_VARIABLES && c.pos >= changeEnd;
        setRead(c, change, 'value', isNull ? null : c.lenencText('sessionState value'));
        changes.push(change);
      }
    } else if (SESSION_TRACK.has(type)) {
      if (type === GTIDS) c.skip('sessionState encoding', 1);
      const change = { type: name };
      // Against the documentation, no length of its own stands before the one that is but '1' or '0'.
      const length = type === STATE_CHANGE ? changeEnd - c.pos : c.length('sessionState value');
      setRead(c, change, 'value', c.text('sessionState value', length));
      changes.push(change);
    } else {
      changes.push({ type: name, length: changeEnd - c.pos });
    }
    if (changeEnd > c.pos) c.skip('sessionState rest', changeEnd - c.pos);
  }
}
