import type { Frame } from '../capture/frame.ts';
import { Connection, type Direction, type Endpoint } from './connection.ts';

/**
 * The current connection of every pair of endpoints, found without making a key per segment: a hash
 * that is the same in both directions leads to a chain, and the endpoints decide.
 */
export class FlowTable {
  /** Direction of the segment last looked up. */
  direction: Direction = 0;
  /** Connections so far; the next one's number. */
  count = 0;
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

  /** Makes the connection of a segment, in place of the `previous` one of these endpoints, if any. */
  open(
    bytes: Uint8Array,
    addresses: number,
    addressLength: number,
    sourcePort: number,
    destinationPort: number,
    frame: Frame,
    previous: Connection | null,
  ): Connection {
    const source = endpoint(bytes, addresses, addressLength, sourcePort);
    const destination = endpoint(bytes, addresses + addressLength, addressLength, destinationPort);
    const opened = new Connection(this.count++, [source, destination], frame);
    const hash = hashOf(bytes, addresses, addressLength, sourcePort, destinationPort);
    const head = this.#chains.get(hash) ?? null;
    opened.chained = previous === null ? head : without(head, previous);
    this.#chains.set(hash, opened);
    this.#last = opened;
    this.direction = 0;
    return opened;
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

function endpoint(bytes: Uint8Array, at: number, length: number, port: number): Endpoint {
  return { address: bytes.slice(at, at + length), port };
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

function hashOf(
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
