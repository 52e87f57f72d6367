import { statusNames } from '../constants/status.ts';
import type { Decode } from './message.ts';

/**
 * EOF_Packet, page_protocol_basic_eof_packet
 *
 *   int<1>  0xfe
 *   int<2>  warnings
 *   int<2>  status flags
 *
 * Servers before 4.1 send the header alone.
 */
export const eof: Decode = (c, fields) => {
  c.skip('header', 1);
  fields.warnings = 0;
  fields.statusFlags = [];
  if (c.left === 0) return;
  fields.warnings = c.u16('warnings');
  fields.statusFlags = statusNames(c.u16('statusFlags'));
  c.ends();
};
