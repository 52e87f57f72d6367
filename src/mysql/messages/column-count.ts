import { isInferred } from '../session.ts';
import type { Decode } from './message.ts';

/**
 * The first packet of a text or binary result set, page_protocol_com_query_response_text_resultset
 *
 *   int<lenenc>  columns
 *   int<1>       metadata follows      (if CLIENT_OPTIONAL_RESULTSET_METADATA, or
 *                                      MariaDB's MARIADB_CLIENT_CACHE_METADATA)
 *
 * The documentation has MySQL's flag before the count; the servers write it behind
 * (Protocol_classic::start_result_metadata). It shows by its presence.
 */
export const columnCount: Decode = (c, fields, session, answer) => {
  fields.metadataFollows = true;
  fields.columns = c.lenenc('columns');
  if (isInferred(session)) session.inferred.optionalMetadata = c.left > 0;
  if (c.left > 0) fields.metadataFollows = c.u8('metadataFollows') !== 0;
  // Where the definitions are left out, those of the statement's PREPARE stand, unless it has changed since.
  const known = answer.statement?.columns ?? null;
  const stand = known?.length === fields.columns ? known : null;
  answer.columns = fields.metadataFollows ? [] : stand;
  c.ends();
};
