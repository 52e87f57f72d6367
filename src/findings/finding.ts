import type { Frame } from '../capture/frame.ts';
import type { Endpoint } from '../tcp/connection.ts';

export const SEVERITIES = ['info', 'warning', 'error'] as const;

/**
 * `error`: the conversation broke; a driver raises a protocol or lost-connection error, or answers are
 * lost or mixed up. `warning`: refused, risky or costly, while the protocol worked as designed. `info`:
 * limits what can be said.
 */
export type Severity = (typeof SEVERITIES)[number];

export const CERTAINTIES = ['possible', 'likely', 'proven'] as const;

/** `proven`: the bytes leave no other reading. */
export type Certainty = (typeof CERTAINTIES)[number];

/** One thing that happened, and where to see it. */
export interface Evidence {
  readonly frame: Frame;
  readonly text: string;
}

interface Cause {
  readonly id: string;
  readonly certainty: Certainty;
  readonly summary: string;
}

/** Another cause that would look alike, and what in this capture speaks against it. */
export interface Alternative {
  /** Of the cause that was ruled out. */
  readonly id: string;
  readonly text: string;
}

/** Who has to change what; a side that cannot help it has nothing. */
export interface Advice {
  readonly client?: string;
  /** A proxy, a load balancer, a firewall; the network. */
  readonly between?: string;
  readonly server?: string;
}

export interface DriverText {
  readonly driver: string;
  readonly text: string;
}

/** Who speaks with whom. */
export interface Parties {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly user: string | null;
  /** The driver's own name for itself. */
  readonly driver: string | null;
}

/** What was found: data, from which every renderer makes its own words and shapes. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** The first that shows it. */
  readonly connection: number;
  /** All that show it, by number. */
  readonly connections: readonly number[];
  /** Of that connection; null where it has none. */
  readonly parties: Parties | null;
  readonly frame: Frame;
  readonly fromClient: boolean;
  /** Sequence ids, or null for what is not about them. */
  readonly got: number | null;
  readonly expected: number | null;
  readonly message: string;
  readonly cause: Cause;
  readonly evidence: readonly Evidence[];
  readonly ruledOut: readonly Alternative[];
  /** What else went wrong because of it. */
  readonly consequences: readonly Evidence[];
  readonly advice: Advice;
  readonly drivers: readonly DriverText[];
  /** How often the capture shows the same fault. */
  readonly occurrences: number;
  /**
   * What a second recording of the same fault shares with the first: no frames, ports, times or addresses. Parts of
   * it, joined with spaces.
   */
  readonly fingerprint: string;
}
