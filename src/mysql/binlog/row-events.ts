import type { Cursor, Span } from '../../bytes/cursor.ts';
import { flagNames } from '../constants/flags.ts';
import type { Fields } from '../messages/message.ts';
import type { DecodeEvent } from './event.ts';
import { compressedLengths } from './query-events.ts';
import { u48 } from './reads.ts';
import { type BinlogState, postHeaderLength } from './state.ts';
import { readColumns, type Table, UNKNOWN_WIDTH } from './table.ts';

/** Before 5.1.4 table ids had 4 bytes, and the fixed part, with 2 of flags, 6. */
const LENGTH_WITH_SHORT_ID = 6;
/** Servers have no wider tables. */
const MAX_COLUMNS = 4096;
/** Tables of one statement that are remembered: MySQL joins no more than 61. */
const MAX_TABLES = 64;

/** Table_map_event and Rows_event, their flags by bit; the last one is MariaDB's. */
const TABLE_FLAGS = ['TM_BIT_LEN_EXACT_F', 'TM_REFERRED_FK_DB_F', 'TM_GENERATED_INVISIBLE_PK_F'];
const ROWS_FLAGS = [
  'STMT_END_F',
  'NO_FOREIGN_KEY_CHECKS_F',
  'RELAXED_UNIQUE_CHECKS_F',
  'COMPLETE_ROWS_F',
  'USE_SQL_FOREIGN_KEY_F',
  '',
  '',
  'NO_CHECK_CONSTRAINT_CHECKS_F',
];
const STMT_END_F = 1;

/**
 * TABLE_MAP_EVENT, class Table_map_event
 *
 *   int<6> table id   int<2> flags   string<lenenc> schema, NUL   string<lenenc> table, NUL
 *   int<lenenc> number of columns   int<1> × columns: types   string<lenenc> metadata
 *   NULL bitmap, (columns + 7) / 8 bytes   optional metadata
 */
export const tableMapEvent: DecodeEvent = (c, fields, binlog, head) => {
  const id = tableId(c, fields, binlog, head.type);
  fields.tableFlags = flagNames(TABLE_FLAGS, c.u16('tableFlags'));
  fields.schema = c.lenencText('schema');
  c.skip('schemaEnd', 1);
  fields.table = c.lenencText('table');
  c.skip('tableEnd', 1);
  const count = c.length('columns');
  fields.columns = count;
  fields.columnTypes = null;
  const { bytes, start, end } = c.span('columnTypes', count);
  const metadataEnd = c.length('metadata') + c.pos;
  if (count > MAX_COLUMNS) return;
  c.end = Math.min(metadataEnd, c.end);
  const { table, columnTypes } = readColumns(c, bytes.subarray(start, end));
  fields.columnTypes = columnTypes;
  if (binlog.tables.size >= MAX_TABLES) binlog.tables.clear();
  binlog.tables.set(id, table);
};

function tableId(c: Cursor, fields: Fields, binlog: BinlogState, type: number): number {
  const isShort = postHeaderLength(binlog, type) === LENGTH_WITH_SHORT_ID;
  const id = isShort ? c.u32('tableId') : u48(c, 'tableId');
  fields.tableId = id;
  return id;
}

/** The version of the event, the images that a row has (of version 0: bitmaps), and how they are stored. */
interface RowsKind {
  readonly version: 0 | 1 | 2;
  readonly images: 1 | 2;
  readonly partial?: boolean;
  readonly compressed?: boolean;
}

/**
 * WRITE_ROWS_EVENT, UPDATE_ROWS_EVENT, DELETE_ROWS_EVENT, class Rows_event
 *
 *   int<6> table id   int<2> flags   int<2> length of extra data, its own included, extra data (v2)
 *   int<lenenc> number of columns    bitmap of the columns present     another, of the second image
 *   each row:   one image, or two, before and after, in an update
 *
 * Before 5.1.18 (version 0) an update had one bitmap, too, and rows start with as many bytes of NULLs as the
 * table itself has, which its map does not tell (class Old_rows_log_event): they are not counted.
 *
 * Of a compressed event (MariaDB) the rows are compressed as QUERY_COMPRESSED_EVENT's statement is.
 */
export function rowsEvent(kind: RowsKind): DecodeEvent {
  return (c, fields, binlog, head) => {
    const id = tableId(c, fields, binlog, head.type);
    const flags = c.u16('rowsFlags');
    fields.rowsFlags = flagNames(ROWS_FLAGS, flags);
    const table = binlog.tables.get(id);
    // As a replica does: the next statement maps its own tables.
    if (flags & STMT_END_F) binlog.tables.clear();
    if (kind.version === 2) c.skip('extraData', c.u16('extraDataLength') - 2);
    const columns = c.length('columns');
    fields.columns = columns;
    fields.rows = null;
    const bitmaps: Span[] = [];
    for (let i = 0; i < kind.images; i++) {
      bitmaps.push(c.span('columnsPresent', Math.ceil(columns / 8)));
    }
    if (kind.compressed) compressedLengths(c, fields, head);
    else if (head.isCut || kind.version === 0) return;
    else if (c.left === 0) fields.rows = 0;
    else if (table?.widths.length === columns) fields.rows = countRows(c, table, bitmaps, kind);
  };
}

/** A row's image: the widths of the columns that are in it. */
interface Image {
  readonly widths: readonly number[];
  /** Its JSON values may be differences: an image of PARTIAL_UPDATE_ROWS_EVENT. */
  readonly mayBePartial: boolean;
}

function countRows(
  c: Cursor,
  table: Table,
  bitmaps: readonly Span[],
  kind: RowsKind,
): number | null {
  const images = bitmaps.map(
    (bitmap, i): Image => ({
      widths: presentWidths(table, bitmap),
      mayBePartial: kind.partial === true && i === 1,
    }),
  );
  if (images.some(({ widths }) => widths.includes(UNKNOWN_WIDTH))) return null;
  let rows = 0;
  while (c.left > 0) {
    const { pos } = c;
    for (const image of images) skipImage(c, table, image);
    // Without columns a row takes no bytes: nobody can tell how many there are.
    if (c.pos === pos) return null;
    rows++;
  }
  return rows;
}

function presentWidths(table: Table, { bytes, start }: Span): number[] {
  const widths: number[] = [];
  for (const [i, width] of table.widths.entries()) {
    if ((bytes[start + (i >> 3)]! >> (i & 7)) & 1) widths.push(width);
  }
  return widths;
}

const PARTIAL_JSON_UPDATES = 1;

/**
 *   int<lenenc> options   bitmap of the JSON columns that are differences   (if partial, and asked for)
 *   bitmap of the NULLs   the values of the others
 */
function skipImage(c: Cursor, table: Table, { widths, mayBePartial }: Image): void {
  if (mayBePartial && c.length('valueOptions') & PARTIAL_JSON_UPDATES) {
    c.skip('partialColumns', Math.ceil(table.jsonColumns / 8));
  }
  const nulls = c.pos;
  c.skip('nulls', Math.ceil(widths.length / 8));
  for (let i = 0; i < widths.length; i++) {
    if ((c.bytes[nulls + (i >> 3)]! >> (i & 7)) & 1) continue;
    const width = widths[i]!;
    c.skip('value', width >= 0 ? width : valueLength(c, -width));
  }
}

function valueLength(c: Cursor, width: number): number {
  switch (width) {
    case 1:
      return c.u8('valueLength');
    case 2:
      return c.u16('valueLength');
    case 3:
      return c.u24('valueLength');
    default:
      return c.u32('valueLength');
  }
}
