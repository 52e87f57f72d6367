import type { Connection, HalfStream } from '../tcp/connection.ts';

/** What is counted of each direction of a connection, told of each connection and of all. One line adds a counter. */
const COUNTERS = {
  /** Bytes that the capture does not have, and in how many places. */
  gapBytes: (half) => half.gapBytes,
  gaps: (half) => half.gaps,
  retransmitted: (half) => half.retransmitted,
  /** Frames that the capture has twice. */
  duplicates: (half) => half.duplicates,
  outOfOrder: (half) => half.outOfOrder,
  /** Segments that the snap length cut. */
  truncated: (half) => half.truncated,
  /** Segments left out because their checksum is wrong, where that was asked for. */
  badChecksums: (half) => half.badChecksums,
} as const satisfies Record<string, (half: HalfStream) => number>;

type Counter = keyof typeof COUNTERS;
export type Counts = Readonly<Record<Counter, number>>;

/** The sums over some connections. */
export function countsOf(connections: readonly Connection[]): Counts {
  const halves = connections.flatMap((connection) => connection.halves);
  const sums = Object.entries(COUNTERS).map(([name, of]) => [
    name,
    halves.reduce((sum, half) => sum + of(half), 0),
  ]);
  return Object.fromEntries(sums) as Counts;
}
