import type { Cursor } from '../../bytes/cursor.ts';
import type { Answer } from '../answer.ts';
import { CLIENT_PROTOCOL_41, MARIADB_CLIENT_EXTENDED_METADATA } from '../constants/capabilities.ts';
import { collationName } from '../constants/collations.ts';
import { columnFlagNames, columnTypeName } from '../constants/column-types.ts';
import { namesCatalog } from '../recognize.ts';
import { isInferred, type Session } from '../session.ts';
import type { Decode, Fields } from './message.ts';

const NULL_VALUE = 0xfb;
const FILLER_BYTES = 2;
/** From their length to the filler. */
const FIXED_BYTES = 13;

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
export const columnDefinition: Decode = (c, fields, session, answer) => {
  // Servers go by the client's word; without it, only the new ones name the catalog.
  const { clientCapabilities } = session;
  const is41 =
    clientCapabilities === null
      ? namesCatalog(c.bytes, c.pos, c.end)
      : (clientCapabilities & CLIENT_PROTOCOL_41) !== 0;
  if (!is41) {
    columnDefinition320(c, fields, answer);
    return;
  }
  c.skip('catalog', c.length('catalog'));
  fields.schema = c.lenencText('schema');
  fields.table = c.lenencText('table');
  fields.orgTable = c.lenencText('orgTable');
  const name = c.lenencText('name');
  fields.name = name;
  fields.orgName = c.lenencText('orgName');
  const extendedType = hasExtendedType(c, session) ? readExtendedType(c) : null;
  fields.extendedType = extendedType;
  c.skip('fixedLength', 1);
  const collation = c.u16('collation');
  fields.collation = collationName(collation);
  const columnLength = c.u32('columnLength');
  fields.columnLength = columnLength;
  const type = c.u8('columnType');
  fields.columnType = columnTypeName(type);
  const flags = c.u16('flags');
  fields.flags = columnFlagNames(flags);
  const decimals = c.u8('decimals');
  fields.decimals = decimals;
  fields.defaultValue = null;
  if (!answer.definesParameter) {
    answer.columns?.push({ name, type, flags, collation, decimals, columnLength, extendedType });
  }
  c.skip('filler', FILLER_BYTES);
  if (c.left > 0) fields.defaultValue = defaultValue(c);
  c.ends();
};

/** Where the handshake was not captured, the length that is left without it tells. */
function hasExtendedType(c: Cursor, session: Session): boolean {
  if (isInferred(session)) {
    const length = c.bytes[c.pos];
    return (
      length !== undefined &&
      c.restLength > FIXED_BYTES &&
      c.restLength === 1 + length + FIXED_BYTES
    );
  }
  return (session.serverExtended & session.clientExtended & MARIADB_CLIENT_EXTENDED_METADATA) !== 0;
}

/**
 * Protocol::ColumnDefinition320, to clients before 4.1 (Protocol::send_fields, protocol.cc of 4.0)
 *
 *   string<lenenc>  table, name
 *   int<1> 3  int<3> column length   int<1> 1  int<1> type
 *   int<1> 2 or 3: bytes of what follows    int<1> or int<2> flags (if CLIENT_LONG_FLAG)   int<1> decimals
 *   string<lenenc>  default value (only in answer to COM_FIELD_LIST)
 */
function columnDefinition320(c: Cursor, fields: Fields, answer: Answer): void {
  fields.schema = null;
  fields.table = c.lenencText('table');
  fields.orgTable = null;
  const name = c.lenencText('name');
  fields.name = name;
  fields.orgName = null;
  fields.extendedType = null;
  fields.collation = null;
  c.skip('fixedLength', 1);
  const columnLength = c.u24('columnLength');
  fields.columnLength = columnLength;
  c.skip('fixedLength', 1);
  const type = c.u8('columnType');
  fields.columnType = columnTypeName(type);
  const flags = c.u8('fixedLength') === 2 ? c.u8('flags') : c.u16('flags');
  fields.flags = columnFlagNames(flags);
  const decimals = c.u8('decimals');
  fields.decimals = decimals;
  fields.defaultValue = c.left > 0 ? defaultValue(c) : null;
  c.ends();
  answer.columns?.push({
    name,
    type,
    flags,
    collation: null,
    decimals,
    columnLength,
    extendedType: null,
  });
}

function defaultValue(c: Cursor): string | null {
  if (c.bytes[c.pos] !== NULL_VALUE) return c.lenencText('defaultValue');
  c.skip('defaultValue', 1);
  return null;
}

/**
 * The name of the data type that the type byte cannot say, or its format; null where neither is sent.
 *
 *   int<lenenc> bytes of all, then pairs of  int<1> 0 type, 1 format   string<lenenc>
 */
function readExtendedType(c: Cursor): string | null {
  const end = c.length('extendedType') + c.pos;
  let name: string | null = null;
  while (c.pos < end) {
    c.skip('extendedType kind', 1);
    const text = c.lenencText('extendedType');
    name ??= text;
  }
  return name;
}
