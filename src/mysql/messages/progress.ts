import type { Decode } from './message.ts';

/**
 * MariaDB's progress report: an ERR's header and code, and then (net_send_progress_packet, protocol.cc)
 *
 *   int<1>          0xff      int<2>  0xffff
 *   int<1>          number of strings: 1
 *   int<1>          stage     int<1>  max stage
 *   int<3>          progress in thousandths of a per cent
 *   string<lenenc>  info
 */
export const progress: Decode = (c, fields) => {
  c.skip('header', 3);
  c.skip('strings', 1);
  fields.stage = c.u8('stage');
  fields.maxStage = c.u8('maxStage');
  fields.percent = c.u24('progress') / 1000;
  fields.info = c.lenencText('info');
};
