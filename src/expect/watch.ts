import type { Report } from '../analysis/report.ts';
import type { Frame } from '../capture/frame.ts';
import type { Query } from '../mysql/query.ts';

/** Something in the capture that an expectation speaks of. */
export interface Place {
  readonly connection: number;
  readonly frame: Frame;
  readonly fromClient: boolean;
  readonly text: string;
}

/** An expectation that is not met. */
export interface Breach {
  /** What was expected, behind its key: `at most 100`. */
  readonly expected: string;
  /** What there was instead. */
  readonly found: string;
  /** What tells it from other breaches of the same expectation; nothing that another recording would change. */
  readonly key: string;
  /** The first of them; none where something is missing. */
  readonly places: readonly Place[];
}

/** One expectation, while a capture is read. */
export interface Watch {
  /** Told of every command with its answer, by frame; absent where the report says enough. */
  onQuery?(query: Query): void;
  breaches(report: Report): Breach[];
}

/** Places that are shown of one breach. */
export const MAX_PLACES = 10;

/** Counts places, and keeps the first of them. */
export class Places {
  readonly first: Place[] = [];
  total = 0;

  add(make: () => Place): void {
    if (this.total++ < MAX_PLACES) this.first.push(make());
  }
}

/** Characters of a statement that show which it is. */
const MAX_SQL = 120;

export function placeOf(query: Query, what: string): Place {
  const { connection, frame } = query;
  return { connection, frame, fromClient: true, text: what + statementOf(query) };
}

/** "COM_QUERY SELECT 1" */
export function statementOf({ command, sql }: Query): string {
  if (sql === null) return command;
  return `${command} ${sql.length <= MAX_SQL ? sql : `${sql.slice(0, MAX_SQL)}…`}`;
}
