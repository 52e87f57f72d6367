import { CLIENT_OPTIONAL_RESULTSET_METADATA } from '../constants/capabilities.ts';
import { negotiated } from '../session.ts';
import type { Decode } from './message.ts';

/**
 * The first packet of a text or binary result set, page_protocol_com_query_response_text_resultset
 *
 *   int<1>       metadata follows      (if CLIENT_OPTIONAL_RESULTSET_METADATA)
 *   int<lenenc>  columns
 *   int<1>       metadata follows      (if MARIADB_CLIENT_CACHE_METADATA)
 */
export const columnCount: Decode = (c, fields, session, answer) => {
  fields.metadataFollows = true;
  if (negotiated(session, CLIENT_OPTIONAL_RESULTSET_METADATA)) {
    fields.metadataFollows = c.u8('metadataFollows') !== 0;
  }
  fields.columns = c.lenenc('columns');
  // MariaDB's flag shows by its presence, also where the handshake was not captured.
  if (c.left > 0) fields.metadataFollows = c.u8('metadataFollows') !== 0;
  // Where the definitions are left out, those of the statement's PREPARE stand.
  answer.columns = fields.metadataFollows ? [] : (answer.statement?.columns ?? null);
};
