import type { Fields } from '../mysql/messages/message.ts';
import type { OutputRecord } from './records.ts';
import type { Layout, Renderer } from './renderer.ts';
import { streamLine } from './table.ts';

const TITLES = ['frame', 'time', 'conn', 'from', 'seq', 'length', 'type', 'info'];
const WIDTHS = [7, 12, 5, 6, 5, 8, 20];
const ALIGNS = ['right', 'right', 'right', 'left', 'right', 'right', 'left'] as const;

/** A line a packet, printed as it comes: the columns' widths cannot wait for the last packet. */
export function packetTable(layout: Layout): Renderer {
  return {
    start: () =>
      layout.style.bold(streamLine(TITLES, WIDTHS, ALIGNS, layout).trimEnd()).concat('\n'),
    record: (record) => streamLine(cellsOf(record), WIDTHS, ALIGNS, layout),
    finish: () => '',
  };
}

function cellsOf(record: OutputRecord): string[] {
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
    record.type as string,
    notes.length === 0 ? info : `${info} [${notes.join('; ')}]`,
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
