import type { Cursor } from '../../bytes/cursor.ts';
import { hexText, narrow, varlen } from './reads.ts';

const UUID_BYTES = 16;
/** Format of a set in which sources may have tags (MySQL 8.3, Gtid_format::tagged). */
const TAGGED = 1;

/**
 * A set of GTIDs (rpl_gtid_set.cc, Gtid_set::encode), as text: uuid:1-5:7:tag:1-3,uuid:…
 *
 *   int<8>  number of sources; in the tagged format the highest and lowest byte are 1 and the rest is it
 *   each:   uuid, 16 bytes   tag (tagged format only): varlen length, characters
 *           int<8> number of intervals   each: int<8> first, int<8> behind the last
 */
export function gtidSet(c: Cursor): string {
  const low = c.u32('gtidSet');
  const high = c.u32('gtidSet');
  const isTagged = high >>> 24 === TAGGED;
  const count = isTagged
    ? (high & 0xff_ffff) * 0x100_0000 + (low >>> 8)
    : high * 0x1_0000_0000 + low;
  let text = '';
  let lastUuid = '';
  for (let i = 0; i < count; i++) {
    const uuid = uuidText(c, 'gtidSet');
    if (uuid !== lastUuid) text += text === '' ? uuid : `,${uuid}`;
    lastUuid = uuid;
    const tag = isTagged ? c.text('gtidSet', Number(varlen(c, 'gtidSet'))) : '';
    c.takeInvalid();
    if (tag !== '') text += `:${tag}`;
    text += intervals(c);
  }
  return text;
}

function intervals(c: Cursor): string {
  let text = '';
  for (let left = Number(c.u64('gtidSet')); left > 0; left--) {
    const first = c.u64('gtidSet');
    const last = narrow(BigInt(c.u64('gtidSet')) - 1n);
    text += first === last ? `:${first}` : `:${first}-${last}`;
  }
  return text;
}

export function uuidText(c: Cursor, field: string): string {
  const { bytes, start, end } = c.span(field, UUID_BYTES);
  return formatUuid(hexText(bytes, start, end));
}

export function formatUuid(hex: string): string {
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
