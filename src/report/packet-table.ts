import type { Fields } from '../mysql/messages/message.ts';
import type { OutputRecord } from './records.ts';
import type { Layout, Renderer } from './renderer.ts';
import { streamLine } from './table.ts';

const TITLES = ['frame', 'time', 'conn', 'from', 'seq', 'length', 'type and what it says'];
const WIDTHS = [6, 11, 4, 6, 5, 7];
const ALIGNS = ['right', 'right', 'right', 'left', 'right', 'right'] as const;
/** Most types' names; a longer one pushes what follows it. */
const TYPE_WIDTH = 18;
/** From this width on there is room to line up what follows the types. */
const ROOMY = 100;

/** A line a packet, printed as it comes: the columns' widths cannot wait for the last packet. */
export function packetTable(layout: Layout): Renderer {
  const typeWidth = layout.width === null || layout.width >= ROOMY ? TYPE_WIDTH : 0;
  return {
    start: () =>
      layout.style.bold(streamLine(TITLES, WIDTHS, ALIGNS, layout).trimEnd()).concat('\n'),
    record: (record) => streamLine(cellsOf(record, typeWidth), WIDTHS, ALIGNS, layout),
    finish: () => '',
  };
}

function cellsOf(record: OutputRecord, typeWidth: number): string[] {
  const { sequenceId, expectedSequenceId, relative, problems } = record;
  const isOff = expectedSequenceId !== null && !follows(record);
  const notes = problems as string[];
  const info = infoOf(record.type as string, record.fields as Fields);
  return [
    String(record.frame),
    relative === null ? '-' : (relative as number).toFixed(6),
    String(record.connection),
    record.from as string,
    isOff ? `${sequenceId}≠${expectedSequenceId}` : String(sequenceId),
    String(record.length),
    `${(record.type as string).padEnd(typeWidth)}  ${notes.length === 0 ? info : `${info} [${notes.join('; ')}]`}`,
  ];
}

/** Every 16 MiB part has an id of its own, and the record shows the last one's. */
const PART_BYTES = 0xff_ffff;

function follows({ sequenceId, expectedSequenceId, length }: OutputRecord): boolean {
  const parts = Math.floor((length as number) / PART_BYTES);
  return (((expectedSequenceId as number) + parts) & 0xff) === sequenceId;
}

/** What a reader of the list wants to see of a packet. */
function infoOf(type: string, fields: Fields): string {
  switch (type) {
    case 'HandshakeV10':
      return `${show(fields.serverVersion)} connection ${show(fields.connectionId)} ${show(fields.authPlugin)}`;
    case 'HandshakeResponse41':
      return `user ${show(fields.user)} database ${show(fields.database)} ${show(fields.authPlugin)}`;
    case 'AuthSwitchRequest':
      return show(fields.authPlugin);
    case 'OK':
      return `affected ${show(fields.affectedRows)} warnings ${show(fields.warnings)} ${show(fields.info)}`;
    case 'ERR':
      return `${show(fields.code)} ${show(fields.sqlState)} ${show(fields.message)}`;
    case 'EOF':
      return `warnings ${show(fields.warnings)}`;
    case 'ColumnCount':
      return `${show(fields.columns)} columns`;
    case 'ColumnDefinition':
      return `${show(fields.name)} ${show(fields.columnType)}`;
    case 'TextRow':
      return fields.values === undefined ? '' : JSON.stringify(fields.values);
    case 'COM_QUERY':
      return show(fields.sql);
    case 'COM_INIT_DB':
      return show(fields.schema);
    case 'LocalInfileRequest':
      return show(fields.fileName);
    case 'Statistics':
      return show(fields.text);
    case 'COM_BINLOG_DUMP':
    case 'SemiSyncAck':
      return `${show(fields.fileName)} ${show(fields.position)}`;
    case 'COM_BINLOG_DUMP_GTID':
      return show(fields.gtidSet);
    case 'BinlogEvent':
      return binlogInfo(fields);
    default:
      return '';
  }
}

function binlogInfo({
  eventType,
  gtid,
  sql,
  nextFile,
  fileName,
  schema,
  table,
  rows,
}: Fields): string {
  const name = show(eventType);
  if (table !== undefined) return `${name} ${show(schema)}.${show(table)}`;
  if (rows !== undefined) return `${name} ${show(rows)} rows`;
  const about = gtid ?? sql ?? nextFile ?? fileName;
  return about === undefined ? name : `${name} ${show(about)}`;
}

function show(value: unknown): string {
  return value === undefined || value === null ? '-' : String(value);
}
