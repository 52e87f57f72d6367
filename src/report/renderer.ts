import type { Report } from '../analysis/report.ts';
import type { Finding } from '../findings/finding.ts';
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
  /** Columns of the terminal; null where there is none, and lines are not to be cut. */
  readonly width: number | null;
  /** Long tables and lists are shown whole. */
  readonly all: boolean;
}

const same = (text: string) => text;

/** For what folds lines itself. */
export const PLAIN: Layout = {
  style: { bold: same, red: same, yellow: same, green: same, cyan: same },
  width: Number.POSITIVE_INFINITY,
  all: false,
};

/** A capture that is read, as the user named it and as a URI reference. */
export interface CaptureName {
  readonly name: string;
  readonly uri: string;
}

/** What a renderer is told of the run, beside its records. */
export interface Setting {
  readonly layout: Layout;
  /** Read as one, in the order of the command line. */
  readonly captures: readonly CaptureName[];
  /** Of mywire. */
  readonly version: string;
  /** Where mywire's documentation is; null as long as it is nowhere. */
  readonly homepage: string | null;
  /** Hex digits that are the same for the same text in every run. */
  readonly hash: (text: string) => string;
  /** Whether it ends the run with exit code 1. */
  readonly fails: (finding: Finding) => boolean;
  /** Whether a capture that cannot support a clean verdict does with 3. */
  readonly isStrict: boolean;
}

/**
 * Turns one view's records into text, piece by piece, so that a view of any size is never held whole.
 */
export interface Renderer {
  start(): string;
  record(record: OutputRecord): string;
  /** `report` is complete by now. In pieces where there may be many of them. */
  finish(report: Report): string | Promise<string> | Iterable<string>;
}
