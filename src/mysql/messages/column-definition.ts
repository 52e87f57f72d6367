import { MARIADB_CLIENT_EXTENDED_METADATA } from '../constants/capabilities.ts';
import { collationName } from '../constants/collations.ts';
import { columnFlagNames, columnTypeName } from '../constants/column-types.ts';
import type { Decode } from './message.ts';

/**
 * Protocol::ColumnDefinition41, page_protocol_com_query_response_text_resultset_column_definition
 *
 *   string<lenenc>  catalog, schema, table, orgTable, name, orgName
 *   string<lenenc>  MariaDB: extended type information (if MARIADB_CLIENT_EXTENDED_METADATA)
 *   int<lenenc>     length of the fixed fields: 12
 *   int<2>  collation   int<4> column length   int<1> type   int<2> flags   int<1> decimals
 *   string<2>       filler
 *   string<lenenc>  default value (only in answer to COM_FIELD_LIST)
 */
export const columnDefinition: Decode = (c, fields, session) => {
  c.skip('catalog', c.length('catalog'));
  fields.schema = c.lenencText('schema');
  fields.table = c.lenencText('table');
  fields.orgTable = c.lenencText('orgTable');
  fields.name = c.lenencText('name');
  fields.orgName = c.lenencText('orgName');
  if (session.serverExtended & session.clientExtended & MARIADB_CLIENT_EXTENDED_METADATA) {
    c.skip('extendedMetadata', c.length('extendedMetadata'));
  }
  c.skip('fixedLength', 1);
  fields.collation = collationName(c.u16('collation'));
  fields.columnLength = c.u32('columnLength');
  fields.columnType = columnTypeName(c.u8('columnType'));
  fields.flags = columnFlagNames(c.u16('flags'));
  fields.decimals = c.u8('decimals');
};
