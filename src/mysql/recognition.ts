import type { Frame } from '../capture/frame.ts';
import { protocolOf } from '../protocols/index.ts';
import { type Arrival, type Connection, type Direction, other } from '../tcp/connection.ts';
import { HEADER_BYTES } from './framing.ts';
import {
  mayBeLogin,
  startsWithAnswer,
  startsWithCommand,
  startsWithCompressedAnswer,
  startsWithCompressedCommand,
  startsWithGreeting,
  startsWithLogin,
} from './recognize.ts';
import { ERR } from './transitions.ts';

/** Bytes held of a connection that is not yet known to be MySQL: a greeting, and a login sent before. */
export const MAX_EARLY_BYTES = 65_536;
/** Segments of a connection whose start is missing after which it is taken for something else. */
const MAX_EARLY_RUNS = 256;

/** Bytes copied to be looked at again. */
export interface Run extends Arrival {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

/** Whether a connection is MySQL. */
export interface Decision {
  /** Which endpoint is the client; null where this is another protocol. */
  readonly client: Direction | null;
  /** With what the runs start: where that is null, with anything. */
  readonly start: 'greeting' | 'login' | null;
  readonly midstream: boolean;
  /** What has come so far and is to be read. */
  readonly runs: readonly Run[];
  /** Another protocol's first bytes, on a port that is named as MySQL's. */
  readonly banner: Run | null;
  /** The name of that protocol, if it is known. */
  readonly protocol: string | null;
}

/** Holds a connection's first bytes until they tell whether it is MySQL, and which side is the client. */
export class Recognition {
  readonly #connection: Connection;
  readonly #ports: ReadonlySet<number>;
  #runs: Run[] = [];
  #bytes = 0;
  #midstream = false;

  constructor(connection: Connection, ports: ReadonlySet<number>) {
    this.#connection = connection;
    this.#ports = ports;
  }

  /** The first frame of what is held, or null. */
  get since(): Frame | null {
    return this.#runs[0]?.frame ?? null;
  }

  /** Another protocol that what has come so far looks like. */
  get protocol(): string | null {
    const { initiator } = this.#connection;
    for (const direction of [initiator ?? 0, other(initiator ?? 0)]) {
      const head = headOf(this.#runs.filter((run) => run.direction === direction));
      const side = direction === initiator ? 'client' : 'server';
      const found = protocolOf(head, initiator === null ? null : side);
      if (found !== null) return found;
    }
    return null;
  }

  /** Bytes are missing: what follows is the middle of a conversation. */
  startOver(): void {
    this.#midstream = true;
    this.#runs = [];
    this.#bytes = 0;
  }

  /** Takes the next bytes; null while they do not tell. */
  offer(run: Run): Decision | null {
    this.#runs.push(run);
    this.#bytes += run.bytes.length;
    this.#midstream ||= !hasStart(this.#connection);
    const decision = this.#midstream ? this.#fromMiddle(run) : this.#fromStart(run);
    if (decision !== null) return decision;
    const isFull =
      this.#bytes > MAX_EARLY_BYTES || (this.#midstream && this.#runs.length > MAX_EARLY_RUNS);
    return isFull ? this.#refuse() : null;
  }

  #fromStart(run: Run): Decision | null {
    const client = this.#connection.initiator!;
    // What the client says first tells nothing, and may come in many pieces.
    if (run.direction === client) return null;
    const head = headOf(this.#runs.filter(({ direction }) => direction !== client));
    const verdict = startsWithGreeting(head, 0, head.length);
    if (verdict === 'yes') return this.#accept(client, 'greeting', this.#runs);
    return verdict === 'no' ? this.#refuse() : null;
  }

  #fromMiddle(run: Run): Decision | null {
    const { bytes, direction } = run;
    const server = serverByPort(this.#connection, this.#ports);
    const maybeServer = server === null || server === direction;
    // An ERR is no greeting here: it may answer anything; nor is a row that looks like one.
    const isGreeting =
      bytes[HEADER_BYTES] !== ERR &&
      bytes[HEADER_BYTES - 1] === 0 &&
      startsWithGreeting(bytes, 0, bytes.length) === 'yes';
    if (maybeServer && isGreeting) {
      return this.#accept(other(direction), 'greeting', [run]);
    }
    if (server !== direction && startsWithLogin(bytes, 0, bytes.length)) {
      return this.#accept(direction, 'login', [run]);
    }
    if (server !== null) return this.#accept(other(server), null, this.#runs);
    // On a port that nobody named: a command, and an answer right behind it.
    const runs = this.#runs;
    const answerAt = runs.findLastIndex((early) => early.direction !== direction) + 1;
    if (answerAt === 0 || !answers(headOf(runs.slice(answerAt)))) return null;
    const turnAt =
      runs.findLastIndex((early, i) => i < answerAt && early.direction === direction) + 1;
    // What was asked came in one segment, or in several of which the first is the turn's first.
    for (const askedAt of [answerAt - 1, turnAt]) {
      const asked = runs[askedAt]!;
      const isAnswered = asked.acknowledged < 0 || asked.acknowledged === runs[answerAt]!.offset;
      if (isAnswered && asks(headOf(runs.slice(askedAt, answerAt)))) {
        return this.#accept(asked.direction, null, runs.slice(askedAt));
      }
    }
    return null;
  }

  #accept(client: Direction, start: Decision['start'], runs: readonly Run[]): Decision {
    return { client, start, midstream: this.#midstream, runs, banner: null, protocol: null };
  }

  #refuse(): Decision {
    const server = this.#midstream ? null : serverByPort(this.#connection, this.#ports);
    const said = (direction: Direction | null) =>
      this.#runs.filter((run) => run.direction === direction);
    const runs = said(server);
    const client = headOf(server === null ? [] : said(other(server)));
    const banner = { ...runs[0]!, bytes: headOf(runs) };
    // A client that spoke first, and no login, is no driver that could be confused.
    return {
      client: null,
      start: null,
      midstream: this.#midstream,
      runs: [],
      banner: banner.bytes.length > 3 && mayBeLogin(client) ? banner : null,
      protocol: this.protocol,
    };
  }
}

function asks(bytes: Uint8Array): boolean {
  const end = bytes.length;
  return (
    startsWithCommand(bytes, 0, end) === 'yes' ||
    startsWithCompressedCommand(bytes, 0, end) === 'yes'
  );
}

function answers(bytes: Uint8Array): boolean {
  const end = bytes.length;
  return startsWithAnswer(bytes, 0, end) || startsWithCompressedAnswer(bytes, 0, end);
}

/** Whether it is known which side is the client, and where the server's stream starts. */
function hasStart({ halves, initiator }: Connection): boolean {
  return initiator !== null && halves[other(initiator)].synSeen;
}

/** Which endpoint listens on one of the ports; null where neither does. */
export function serverByPort(
  { endpoints, initiator }: Connection,
  ports: ReadonlySet<number>,
): Direction | null {
  if (initiator !== 1 && ports.has(endpoints[1].port)) return 1;
  return initiator !== 0 && ports.has(endpoints[0].port) ? 0 : null;
}

/** The runs without their first `length` bytes. */
export function behind(runs: readonly Run[], length: number): Run[] {
  const rest: Run[] = [];
  let skip = length;
  for (const run of runs) {
    const passed = Math.min(skip, run.bytes.length);
    skip -= passed;
    if (passed < run.bytes.length) {
      rest.push({ ...run, offset: run.offset + passed, bytes: run.bytes.subarray(passed) });
    }
  }
  return rest;
}

/** The first bytes of a stream that came in runs. */
export function headOf(runs: readonly Run[]): Uint8Array {
  if (runs.length <= 1) return runs[0]?.bytes ?? new Uint8Array(0);
  const bytes = new Uint8Array(runs.reduce((total, run) => total + run.bytes.length, 0));
  let at = 0;
  for (const run of runs) {
    bytes.set(run.bytes, at);
    at += run.bytes.length;
  }
  return bytes;
}
