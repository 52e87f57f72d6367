import type { Span } from '../../bytes/cursor.ts';
import type { DecodeEvent } from './event.ts';
import { hexText, paddedText } from './reads.ts';

/** XID_EVENT, class Xid_event: int<8> the storage engine's number of the transaction */
export const xidEvent: DecodeEvent = (c, fields) => {
  fields.xid = c.u64('xid');
};

/** xa.h, MAXGTRIDSIZE and MAXBQUALSIZE */
const MAX_XID_PART_BYTES = 64;

/**
 * XA_PREPARE_LOG_EVENT, class XA_prepare_event
 *
 *   int<1> one phase   int<4> format id   int<4> gtrid's length   int<4> bqual's length   gtrid   bqual
 */
export const xaPrepareLogEvent: DecodeEvent = (c, fields) => {
  fields.onePhase = c.u8('onePhase') !== 0;
  fields.xid = null;
  const formatId = c.u32('formatId') | 0;
  const gtridLength = c.u32('gtridLength');
  const bqualLength = c.u32('bqualLength');
  // Nobody's transaction, and a text of any length.
  if (gtridLength > MAX_XID_PART_BYTES || bqualLength > MAX_XID_PART_BYTES) return;
  const gtrid = c.span('gtrid', gtridLength);
  const bqual = c.span('bqual', bqualLength);
  // As XA RECOVER FORMAT='SQL' and the binary log's own XA statements write it.
  fields.xid = `${hexLiteral(gtrid)},${hexLiteral(bqual)},${formatId}`;
};

function hexLiteral({ bytes, start, end }: Span): string {
  return `X'${hexText(bytes, start, end)}'`;
}

const PAYLOAD_SIZE = 1;
const COMPRESSION_TYPE = 2;
const UNCOMPRESSED_SIZE = 3;
const COMPRESSION_TYPES: Readonly<Record<number, string>> = { 0: 'ZSTD', 255: 'NONE' };

/**
 * TRANSACTION_PAYLOAD_EVENT, class Transaction_payload_event
 *
 *   fields, each  int<lenenc> type   int<lenenc> length   int<lenenc> value
 *   int<lenenc>   0: the end          the payload: the transaction's events
 */
export const transactionPayloadEvent: DecodeEvent = (c, fields) => {
  fields.payloadSize = null;
  fields.compressionType = null;
  fields.uncompressedSize = null;
  for (;;) {
    const type = c.length('payloadField');
    if (type === 0) return;
    const length = c.length('payloadField');
    if (type === PAYLOAD_SIZE) fields.payloadSize = c.lenenc('payloadSize');
    else if (type === UNCOMPRESSED_SIZE) fields.uncompressedSize = c.lenenc('uncompressedSize');
    else if (type === COMPRESSION_TYPE) {
      const compression = c.length('compressionType');
      fields.compressionType = COMPRESSION_TYPES[compression] ?? `COMPRESSION_${compression}`;
    } else c.skip('payloadField', length);
  }
};

const VIEW_ID_BYTES = 40;

/** VIEW_CHANGE_EVENT, class View_change_event: string<40> view id, NUL-padded   int<8> number   … */
export const viewChangeEvent: DecodeEvent = (c, fields) => {
  fields.viewId = paddedText(c, 'viewId', VIEW_ID_BYTES);
  fields.sequenceNumber = c.u64('sequenceNumber');
};
