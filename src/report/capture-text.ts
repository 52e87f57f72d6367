import type { CaptureSummary, Report } from '../analysis/report.ts';
import { lapseBetween, timeText } from '../capture/frame.ts';
import { count } from './count.ts';
import { gapPlaces, gapsText } from './gap-places.ts';
import { hintsText, otherTrafficText } from './no-mysql.ts';
import type { Layout } from './renderer.ts';
import { limitsOf } from './soundness.ts';
import { hang } from './table.ts';

/** What the capture holds and how good it is: the end of every table view. */
export function captureText(report: Report, { width }: Layout): string {
  const { capture, conversations, isFiltered } = report;
  const isEmpty = capture.mysqlConnections === 0 && !isFiltered;
  const limits = limitsOf(report);
  const line = (label: string, text: string) => hang(`${label}: `, text, width);
  return [
    line('Capture', sizeText(capture)),
    line(
      'MySQL',
      `${capture.mysqlConnections} of ${count(capture.connections, 'TCP connection')}, ${count(capture.mysqlPackets, 'packet')} decoded`,
    ),
    conversations.length === 0 ? '' : line('Quality', qualityText(capture)),
    gapsText(gapPlaces(conversations), capture.quality.gaps, width),
    limits.length === 0 ? '' : line('Limits', limits.join('; ')),
    isEmpty ? line('No MySQL', otherTrafficText(capture)) : '',
    isEmpty ? line('Try', hintsText(capture)) : '',
  ].join('');
}

function sizeText(capture: CaptureSummary): string {
  const { files, format, linkTypes, frames, tcpSegments } = capture;
  const { start: earliest, end } = capture;
  const seconds = earliest === null || end === null ? null : lapseBetween(earliest, end);
  const start = earliest === null ? null : timeText(earliest);
  const links = linkTypes.length === 0 ? '' : ` (${linkTypes.join(', ')})`;
  const lapse = seconds === null ? '' : ` in ${seconds.toFixed(3)} s`;
  const from = start === null ? '' : ` from ${start}`;
  const several = files === 1 ? '' : `${count(files, 'file')}, `;
  return `${several}${format ?? 'nothing'}${links}, ${count(frames, 'frame')} (${tcpSegments} TCP)${lapse}${from}`;
}

type Quality = CaptureSummary['quality'];

/** What is malformed, and what TCP and IP had to mend, where there was any. One line adds a counter. */
const MENDED: readonly ((quality: Quality) => [number: number, text: string])[] = [
  ({ malformed: n }) => [n, `${count(n, 'packet')} malformed`],
  ({ retransmitted: n }) => [n, `${count(n, 'segment')} retransmitted`],
  ({ outOfOrder: n }) => [n, `${n} out of order`],
  ({ duplicates: n }) => [n, `${count(n, 'frame')} captured twice`],
  ({ joinedDatagrams: n }) => [n, `${count(n, 'packet')} put together from IP fragments`],
];

function qualityText({ quality }: CaptureSummary): string {
  const { gapBytes, gaps } = quality;
  const missing = gapBytes === 0 ? 'nothing' : count(gapBytes, 'byte');
  const where = gaps > 1 ? ` in ${gaps} places` : '';
  const mended = MENDED.map((of) => of(quality)).filter(([number]) => number > 0);
  return [`${missing} missing${where}`, ...mended.map(([, text]) => text)].join(', ');
}
