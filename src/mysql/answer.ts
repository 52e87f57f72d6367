import type { Column } from './column.ts';
import type { Statement } from './statement.ts';

/** What the session becomes once the server says OK to a command. */
export interface Effect {
  readonly schema?: string | null;
  readonly user?: string;
  /** Names of the character sets of what is sent and of what comes back. */
  readonly clientCharset?: string;
  readonly resultsCharset?: string;
  /** Id of a collation that settles both. */
  readonly collation?: number;
  /** The session starts anew: its prepared statements are gone. */
  readonly reset?: true;
}

/** What a command was about, and how far its answer has come: what the packets of both mean depends on it. */
export interface Answer {
  /** Of the prepared-statement commands. */
  statement: Statement | null;
  /** Columns of the result set in progress; null where their definitions were left out or not seen. */
  columns: Column[] | null;
  /** How many there are, their definitions seen or not; 0 where that is not known. */
  readonly columnCount: number;
  /** The definition at hand is of a parameter, not of a column. */
  readonly definesParameter: boolean;
  effect: Effect | null;
}

/** For packets that belong to no exchange. */
export function noAnswer(): Answer {
  return { statement: null, columns: null, columnCount: 0, definesParameter: false, effect: null };
}
