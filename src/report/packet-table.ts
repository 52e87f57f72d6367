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
      return `${fields.serverVersion} connection ${fields.connectionId} ${fields.authPlugin ?? ''}`;
    case 'HandshakeResponse41':
      return `user ${fields.user} database ${fields.database ?? '-'} ${fields.authPlugin ?? ''}`;
    case 'AuthSwitchRequest':
      return String(fields.authPlugin);
    case 'OK':
      return `affected ${fields.affectedRows} warnings ${fields.warnings} ${fields.info ?? ''}`;
    case 'ERR':
      return `${fields.code} ${fields.sqlState ?? ''} ${fields.message}`;
    case 'EOF':
      return `warnings ${fields.warnings}`;
    case 'ColumnCount':
      return `${fields.columns} columns`;
    case 'ColumnDefinition':
      return `${fields.name} ${fields.columnType}`;
    case 'TextRow':
      return fields.values === undefined ? '' : JSON.stringify(fields.values);
    case 'COM_QUERY':
      return String(fields.sql);
    case 'COM_INIT_DB':
      return String(fields.schema);
    case 'LocalInfileRequest':
      return String(fields.fileName);
    case 'Statistics':
      return String(fields.text);
    default:
      return '';
  }
}
