import type { Connection, Direction, Endpoint } from './connection.ts';

/**
 * The current connection of every pair of endpoints, found without making a key per segment: a hash
 * that is the same in both directions leads to a chain, and the endpoints decide.
 */
export class FlowTable {
  /** Direction of the segment last looked up. */
  direction: Direction = 0;
  size = 0;
  readonly #chains = new Map<number, Connection>();
  /** Traffic comes in bursts, so the last connection is often the next one. */
  #last: Connection | null = null;

  /** The connection of a segment whose addresses stand at `addresses`, or null if there is none yet. */
  find(
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    sourcePort: number,
    destinationPort: number,
  ): Connection | null {
    const last = this.#last;
    if (
      last !== null &&
      this.#matches(last, bytes, addresses, addressLength, sourcePort, destinationPort)
    ) {
      return last;
    }
    const hash = hashOf(bytes, addresses, addressLength, sourcePort, destinationPort);
    let found = this.#chains.get(hash) ?? null;
    while (
      found !== null &&
      !this.#matches(found, bytes, addresses, addressLength, sourcePort, destinationPort)
    ) {
      found = found.chained;
    }
    if (found !== null) this.#last = found;
    return found;
  }

  /** Adds the connection of the segment last looked up, or puts it in place of the one that was found. */
  add(connection: Connection, previous: Connection | null = null): void {
    if (previous !== null) this.remove(previous);
    const hash = hashOfConnection(connection);
    connection.chained = this.#chains.get(hash) ?? null;
    this.#chains.set(hash, connection);
    this.#last = connection;
    this.size++;
  }

  remove(connection: Connection): void {
    const hash = hashOfConnection(connection);
    const rest = without(this.#chains.get(hash) ?? null, connection);
    if (rest === null) this.#chains.delete(hash);
    else this.#chains.set(hash, rest);
    if (this.#last === connection) this.#last = null;
    this.size--;
  }

  *[Symbol.iterator](): Generator<Connection> {
    for (const head of this.#chains.values()) {
      for (let at: Connection | null = head; at !== null; at = at.chained) yield at;
    }
  }

  #matches(
    connection: Connection,
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    sourcePort: number,
    destinationPort: number,
  ): boolean {
    const [first, second] = connection.endpoints;
    if (
      first.port === sourcePort &&
      second.port === destinationPort &&
      sameAddress(first.address, bytes, addresses, addressLength) &&
      sameAddress(second.address, bytes, addresses + addressLength, addressLength)
    ) {
      this.direction = 0;
      return true;
    }
    if (
      first.port === destinationPort &&
      second.port === sourcePort &&
      sameAddress(second.address, bytes, addresses, addressLength) &&
      sameAddress(first.address, bytes, addresses + addressLength, addressLength)
    ) {
      this.direction = 1;
      return true;
    }
    return false;
  }
}

function sameAddress(address: Uint8Array, bytes: Uint8Array, at: number, length: number): boolean {
  if (address.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (address[i] !== bytes[at + i]) return false;
  }
  return true;
}

/** The endpoints of a segment, whoever sent it first. */
export function endpointsOf(
  bytes: Uint8Array,
  addresses: number,
  addressLength: number,
  sourcePort: number,
  destinationPort: number,
): [Endpoint, Endpoint] {
  return [
    { address: addressAt(bytes, addresses, addressLength), port: sourcePort },
    { address: addressAt(bytes, addresses + addressLength, addressLength), port: destinationPort },
  ];
}

/** Enough for the hosts of a capture: each has one copy of its address, however many connections it has. */
const MAX_KNOWN_ADDRESSES = 4096;

/** Addresses met last, by their hashes. */
const known: (Uint8Array | undefined)[] = new Array(MAX_KNOWN_ADDRESSES);

function addressAt(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const place = endHash(bytes, at, length, 0) & (MAX_KNOWN_ADDRESSES - 1);
  const last = known[place];
  if (last !== undefined && sameAddress(last, bytes, at, length)) return last;
  const address = bytes.slice(at, at + length);
  known[place] = address;
  return address;
}

/** The chain starting at `head`, less one member. */
function without(head: Connection | null, member: Connection): Connection | null {
  if (head === member) return member.chained;
  for (let at = head; at !== null; at = at.chained) {
    if (at.chained === member) {
      at.chained = member.chained;
      break;
    }
  }
  return head;
}

function hashOfConnection({ endpoints: [first, second] }: Connection): number {
  return (
    (endHash(first.address, 0, first.address.length, first.port) +
      endHash(second.address, 0, second.address.length, second.port)) |
    0
  );
}

export function hashOf(
  bytes: Uint8Array,
  addresses: number,
  addressLength: number,
  sourcePort: number,
  destinationPort: number,
): number {
  // A sum of the two ends' hashes is the same for both directions.
  return (
    (endHash(bytes, addresses, addressLength, sourcePort) +
      endHash(bytes, addresses + addressLength, addressLength, destinationPort)) |
    0
  );
}

/** FNV-1a over the address, finished as MurmurHash3 does so that neighbouring ports spread. */
function endHash(bytes: Uint8Array, at: number, length: number, port: number): number {
  let hash = 0x811c9dc5 ^ port;
  for (let i = at; i < at + length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
