import { type Frame, secondsBetween } from '../capture/frame.ts';
import type { Conversation } from '../mysql/conversation.ts';
import type { Kill, Noted } from '../mysql/facts.ts';
import { type Ending, endingOf } from './ending.ts';
import { serverOf } from './endpoints.ts';
import { Visits } from './visits.ts';

/** What a server stops or crashes on, it closes within so many seconds. */
const TOGETHER_SECONDS = 1;
/** Of connections that closed together, as many are looked at: they show it, however many there were. */
const MAX_TOGETHER = 64;

/** A statement of another connection, and which. */
interface Elsewhere<T> {
  readonly connection: number;
  readonly what: T;
}

interface Closed {
  readonly connection: number;
  readonly ending: Ending;
}

/** What happened on the other connections to the same server: who killed whom, what closed together. */
export class Around {
  readonly #kills = new Map<string, Elsewhere<Kill>[]>();
  readonly #shutdowns = new Map<string, Elsewhere<Noted>[]>();
  /** Closed by the server: by server and second. */
  readonly #closed = new Map<string, Closed[]>();

  /** Who comes how often. */
  readonly visits: Visits;

  constructor(conversations: readonly Conversation[]) {
    this.visits = new Visits(conversations);
    for (const conversation of conversations) {
      const { connection, facts } = conversation;
      const server = serverOf(conversation);
      for (const what of facts.kills) {
        add(this.#kills, server, { connection: connection.number, what });
      }
      if (facts.shutdown !== null) {
        add(this.#shutdowns, server, { connection: connection.number, what: facts.shutdown });
      }
      const ending = endingOf(facts);
      if (ending !== null && !ending.byClient) {
        const key = `${server} ${ending.frame.seconds}`;
        add(this.#closed, key, { connection: connection.number, ending });
      }
    }
  }

  /** The last KILL that named this connection before `end`, or null. */
  killOf(conversation: Conversation, end: Frame): Elsewhere<Kill> | null {
    const { connectionId } = conversation.session;
    if (connectionId === null) return null;
    const kills = this.#kills.get(serverOf(conversation)) ?? [];
    const meant = kills.filter(
      ({ what }) =>
        what.connectionId === connectionId &&
        !what.isQuery &&
        what.request.frame.number <= end.number,
    );
    return meant.at(-1) ?? null;
  }

  /** What told the server to stop before `end`, or null. */
  shutdownBefore(conversation: Conversation, end: Frame): Elsewhere<Noted> | null {
    const asked = this.#shutdowns.get(serverOf(conversation)) ?? [];
    return asked.findLast(({ what }) => what.frame.number <= end.number) ?? null;
  }

  /** Other connections that the same server closed within a second of `end`: the first of them. */
  closedWith(conversation: Conversation, end: Frame): readonly Closed[] {
    const server = serverOf(conversation);
    const near: Closed[] = [];
    for (const second of [end.seconds - 1, end.seconds, end.seconds + 1]) {
      for (const closed of this.#closed.get(`${server} ${second}`) ?? []) {
        if (near.length === MAX_TOGETHER) return near;
        const apart = secondsBetween(end, closed.ending.frame);
        const isNear = apart !== null && Math.abs(apart) <= TOGETHER_SECONDS;
        if (isNear && closed.connection !== conversation.connection.number) near.push(closed);
      }
    }
    return near;
  }
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
