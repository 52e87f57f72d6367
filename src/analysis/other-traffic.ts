import { type Connection, type Direction, type Endpoint, other } from '../tcp/connection.ts';

/** How far a TCP connection came. */
export type Outcome =
  /** Both sides were seen, and at least one said something. */
  | 'data'
  /** Something was said, and only one direction of the traffic is in the capture. */
  | 'oneSided'
  /** No payload: a health check, a port scan, or nobody had anything to say. */
  | 'silent'
  /** The SYN was answered with RST. */
  | 'refused'
  /** The SYN was not answered. */
  | 'unanswered';

export function outcomeOf({ halves, initiator, reader, reset }: Connection): Outcome {
  if (reader !== null) return halves.some(({ frames }) => frames === 0) ? 'oneSided' : 'data';
  if (initiator === null) return 'silent';
  const answerer = other(initiator);
  const { frames, synSeen } = halves[answerer];
  if (frames === 0) return 'unanswered';
  return reset?.by === answerer && !synSeen ? 'refused' : 'silent';
}

/** Connections to one endpoint that are alike, none of them MySQL. */
export interface OtherServer {
  readonly server: Endpoint;
  /** What it looks like; null where that is not known. */
  readonly protocol: string | null;
  readonly outcome: Outcome;
  /** The first of them. */
  first: number;
  connections: number;
  /** Payload of both directions. */
  bytes: number;
}

/** Kept while they are counted: a scan of every port must not fill the memory. */
const MAX_SERVERS = 4096;
/** Told of, those with the most connections first. */
const MAX_TOLD = 20;

/** What there was of TCP beside MySQL, by server. */
export class OtherTraffic {
  /** All of them. */
  connections = 0;
  readonly #servers = new Map<string, OtherServer>();
  /** A flood adds a million that are alike: their key is made once. */
  #last: OtherServer | null = null;

  add(connection: Connection, protocol: string | null): void {
    this.connections++;
    const { endpoints, halves } = connection;
    const server = endpoints[serverOf(connection)];
    const outcome = outcomeOf(connection);
    const last = this.#last;
    const isAlike =
      last !== null &&
      last.outcome === outcome &&
      last.protocol === protocol &&
      last.server.port === server.port &&
      last.server.address.every((byte, i) => byte === server.address[i]);
    const entry = isAlike ? last : this.#entryOf(server, protocol, outcome, connection.number);
    if (entry === null) return;
    this.#last = entry;
    entry.first = Math.min(entry.first, connection.number);
    entry.connections++;
    entry.bytes += halves[0].bytesSeen + halves[1].bytesSeen;
  }

  #entryOf(
    server: Endpoint,
    protocol: string | null,
    outcome: Outcome,
    first: number,
  ): OtherServer | null {
    const key = `${server.address} ${server.port} ${outcome} ${protocol}`;
    let entry = this.#servers.get(key);
    if (entry === undefined) {
      if (this.#servers.size >= MAX_SERVERS) return null;
      entry = { server, protocol, outcome, first, connections: 0, bytes: 0 };
      this.#servers.set(key, entry);
    }
    return entry;
  }

  get servers(): OtherServer[] {
    const all = [...this.#servers.values()];
    return all
      .sort((a, b) => b.connections - a.connections || a.first - b.first)
      .slice(0, MAX_TOLD);
  }
}

/** Whoever did not connect; where that was not captured, the lower port, as clients take high ones. */
function serverOf({ endpoints, initiator }: Connection): Direction {
  if (initiator !== null) return other(initiator);
  return endpoints[0].port < endpoints[1].port ? 0 : 1;
}
