import type { Conversation } from '../mysql/conversation.ts';
import type { Facts } from '../mysql/facts.ts';
import { serverOf } from './endpoints.ts';

/**
 * Legs of one session: client and proxy, proxy and load balancer, load balancer and server, and one more. What shows
 * the same greeting more often than that makes none of its own for each connection.
 */
const MAX_LEGS = 4;

type Mark = keyof Facts['marks'];

/**
 * Connections that carry one session: what stands between client and server (a proxy, a load balancer, address
 * translation, a forwarded port) passes on what both say, and the capture has it on both of its sides. They are known by the
 * greeting, or the login that answers it: no two sessions share the random bytes in them.
 */
export class Legs {
  /** By connection number; from the client's to the server's. */
  readonly #legs = new Map<number, readonly Conversation[]>();

  constructor(conversations: readonly Conversation[]) {
    for (const mark of ['greeting', 'login'] as const) {
      for (const alike of groupsOf(conversations, mark)) {
        if (alike.length < 2 || alike.length > MAX_LEGS) continue;
        const legs = inOrder(alike, mark);
        if (legs.some(({ connection }) => this.#legs.has(connection.number))) continue;
        if (!legs.every((leg, i) => i === 0 || isBehind(legs[i - 1]!, leg))) continue;
        for (const { connection } of legs) this.#legs.set(connection.number, legs);
      }
    }
  }

  /** All legs of a connection's session, from the client's to the server's; itself where it is the only one. */
  of(conversation: Conversation): readonly Conversation[] {
    return this.#legs.get(conversation.connection.number) ?? [conversation];
  }

  /** The numbers of `of`, or null where there is but one. */
  numbersOf(conversation: Conversation): readonly number[] | null {
    const legs = this.of(conversation);
    return legs.length === 1 ? null : legs.map(({ connection }) => connection.number);
  }
}

function groupsOf(conversations: readonly Conversation[], mark: Mark): Iterable<Conversation[]> {
  const groups = new Map<number, Conversation[]>();
  for (const conversation of conversations) {
    const known = conversation.facts.marks[mark];
    if (known === null) continue;
    const group = groups.get(known);
    if (group === undefined) groups.set(known, [conversation]);
    else group.push(conversation);
  }
  return groups.values();
}

/** The server's leg has the greeting first, the client's the login. */
function inOrder(legs: Conversation[], mark: Mark): readonly Conversation[] {
  const at = (leg: Conversation) => frameOf(leg, mark);
  return legs.sort((a, b) => (mark === 'login' ? at(a) - at(b) : at(b) - at(a)));
}

/**
 * Whether `behind` can be the next leg towards the server: it was opened for the other, and goes elsewhere. To the same
 * server it leads only where addresses are translated, and numbers are not.
 */
function isBehind(leg: Conversation, behind: Conversation): boolean {
  if (leg.connection.first.number > behind.connection.first.number) return false;
  if (!comesFirst(behind, leg, 'greeting') || !comesFirst(leg, behind, 'login')) return false;
  return serverOf(leg) !== serverOf(behind) || baseOf(leg) === baseOf(behind);
}

/** Whether both have the same, one before the other; where a leg has none, nothing speaks against it. */
function comesFirst(one: Conversation, other: Conversation, mark: Mark): boolean {
  const [mine, its] = [one.facts.marks[mark], other.facts.marks[mark]];
  if (mine === null || its === null) return true;
  return mine === its && frameOf(one, mark) < frameOf(other, mark);
}

function frameOf({ facts }: Conversation, mark: Mark): number {
  return facts[mark]?.frame.number ?? 0;
}

/** Initial sequence number of the server. */
function baseOf({ client, connection }: Conversation): number {
  return connection.halves[1 - (client ?? 0)]!.baseSequence;
}
