import type { Decode } from './message.ts';

/** COM_STATISTICS answers with a string and nothing else (page_protocol_com_statistics). */
export const statistics: Decode = (c, fields) => {
  fields.text = c.restText('text');
};

/**
 * LOCAL INFILE Request, page_protocol_com_query_response_local_infile_request
 *
 *   int<1>     0xfb
 *   string<$>  file name
 */
export const localInfileRequest: Decode = (c, fields) => {
  c.skip('header', 1);
  fields.fileName = c.restText('fileName');
};
