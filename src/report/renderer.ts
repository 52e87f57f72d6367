import type { Report } from '../analysis/report.ts';
import type { OutputRecord } from './records.ts';

/** Colours and weights, given from outside; plain text where the output has none. */
export interface Style {
  bold(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

export interface Layout {
  readonly style: Style;
  /** Columns of the terminal; null where lines are not to be cut. */
  readonly width: number | null;
}

/**
 * Turns one view's records into text, piece by piece, so that a view of any size is never held whole.
 */
export interface Renderer {
  start(): string;
  record(record: OutputRecord): string;
  /** `report` is complete by now. */
  finish(report: Report): string | Promise<string>;
}
