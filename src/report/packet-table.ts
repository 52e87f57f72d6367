import type { Fields } from '../mysql/messages/message.ts';
import { captureText } from './capture-text.ts';
import { packetInfo } from './packet-info.ts';
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
    finish: (report) => `\n${captureText(report, layout)}`,
  };
}

function cellsOf(record: OutputRecord, typeWidth: number): string[] {
  const { sequenceId, expectedSequenceId, relative, problems } = record;
  const isOff = expectedSequenceId !== null && !follows(record);
  const notes = problems as string[];
  const info = packetInfo(record.type as string, record.fields as Fields);
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
