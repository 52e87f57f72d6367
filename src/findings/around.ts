import { type Frame, frameOf, NO_FRAME, secondsBetween } from '../capture/frame.ts';
import type { Conversation } from '../mysql/conversation.ts';
import type { Kill, Noted, Replica } from '../mysql/facts.ts';
import { type Ending, endingOf, isStream } from './ending.ts';
import { serverOf } from './endpoints.ts';
import { Visits } from './visits.ts';

/** What a server stops or crashes on, it closes within so many seconds. */
const TOGETHER_SECONDS = 1;
/** Of connections that closed together, as many are looked at: they show it, however many there were. */
const MAX_TOGETHER = 64;

/** ER_SERVER_SHUTDOWN, ER_SERVER_OFFLINE_MODE: what they say holds for all connections of the server. */
export const SHUTTING_DOWN = 1053;
export const OFFLINE = 3032;

/** A packet of another connection, and which. */
interface Elsewhere<T> {
  readonly connection: number;
  readonly user: string | null;
  readonly what: T;
}

interface Closed {
  readonly connection: number;
  readonly ending: Ending;
  /** In the midst of an answer. */
  readonly isCutShort: boolean;
}

/** A replica that asks for the binary log. */
export interface Asking {
  readonly conversation: Conversation;
  readonly replica: Replica & { readonly dump: Noted };
}

/** When a connection began and when its server said something last. */
interface Life {
  readonly start: number;
  readonly spoke: Frame;
}

/** What happened on the other connections to the same server: who killed whom, what closed together. */
export class Around {
  /** Of connections: by server and its number of them; in order of frames. */
  readonly #kills = new Map<string, Elsewhere<Kill>[]>();
  readonly #shutdowns = new Map<string, Elsewhere<Noted>[]>();
  /** What a server has said of itself: by server and code. */
  readonly #said = new Map<string, Elsewhere<Noted>[]>();
  /** Closed by the server: by server and second. */
  readonly #closed = new Map<string, Closed[]>();
  /** By server; in order of frames. */
  readonly #replicas = new Map<string, Asking[]>();
  /** By server; in order of their starts, with the last that the server said on any up to there. */
  readonly #lives = new Map<string, Life[]>();

  /** Who comes how often. */
  readonly visits: Visits;
  /** The last frame that any of them has. */
  end: Frame = NO_FRAME;

  constructor(conversations: readonly Conversation[]) {
    this.visits = new Visits(conversations);
    for (const conversation of conversations) {
      const { connection, facts } = conversation;
      if (connection.last.number > this.end.number) this.end = frameOf(connection.last);
      const { user } = conversation.session;
      const server = serverOf(conversation);
      for (const what of facts.kills) {
        if (what.isQuery) continue;
        const key = `${server} ${what.connectionId}`;
        add(this.#kills, key, { connection: connection.number, user, what });
      }
      if (facts.shutdown !== null) {
        add(this.#shutdowns, server, { connection: connection.number, user, what: facts.shutdown });
      }
      if (facts.replica?.dump) {
        const replica = { ...facts.replica, dump: facts.replica.dump };
        add(this.#replicas, server, { conversation, replica });
      }
      const { greeting, loginError, lastError, unread } = facts;
      for (const what of [greeting, loginError, lastError, ...unread.map((u) => u.packet)]) {
        const code = what?.error?.code;
        if (code !== SHUTTING_DOWN && code !== OFFLINE) continue;
        add(this.#said, `${server} ${code}`, { connection: connection.number, user, what: what! });
      }
      const ending = endingOf(facts);
      if (ending !== null && !ending.byClient) {
        const key = `${server} ${ending.frame.seconds}`;
        const { pending, serverPartial } = facts;
        const isCutShort =
          serverPartial !== null || (pending?.answered && !isStream(pending.request));
        add(this.#closed, key, {
          connection: connection.number,
          ending,
          isCutShort: isCutShort === true,
        });
      }
      const spoke = connection.halves[1 - (conversation.client ?? 0)]!.lastData;
      if (spoke !== null) {
        add(this.#lives, server, { start: connection.first.number, spoke });
      }
    }
    for (const kills of this.#kills.values()) {
      kills.sort((a, b) => a.what.request.frame.number - b.what.request.frame.number);
    }
    for (const replicas of this.#replicas.values()) {
      replicas.sort((a, b) => a.replica.dump.frame.number - b.replica.dump.frame.number);
    }
    for (const [server, lives] of this.#lives) this.#lives.set(server, furthest(lives));
  }

  /** The last KILL that named this connection before `end`, or null. */
  killOf(conversation: Conversation, end: Frame): Elsewhere<Kill> | null {
    const { connectionId } = conversation.session;
    if (connectionId === null) return null;
    const kills = this.#kills.get(`${serverOf(conversation)} ${connectionId}`) ?? [];
    const before = countUpTo(kills, ({ what }) => what.request.frame.number <= end.number);
    return kills[before - 1] ?? null;
  }

  /** What told the server to stop before `end`, or null. */
  shutdownBefore(conversation: Conversation, end: Frame): Elsewhere<Noted> | null {
    const asked = this.#shutdowns.get(serverOf(conversation)) ?? [];
    return asked.findLast(({ what }) => what.frame.number <= end.number) ?? null;
  }

  /** Where the server said so of itself within so many seconds of `end`, or null. */
  saidNear(
    conversation: Conversation,
    code: number,
    end: Frame,
    seconds: number,
  ): Elsewhere<Noted> | null {
    const said = this.#said.get(`${serverOf(conversation)} ${code}`) ?? [];
    const isNear = ({ what }: Elsewhere<Noted>) =>
      Math.abs(secondsBetween(end, what.frame) ?? Number.POSITIVE_INFINITY) <= seconds;
    return said.find(isNear) ?? null;
  }

  /**
   * What asked for the binary log right before `end` under the identity of this replica, so that the server takes it
   * for the same one: by its server_uuid, of those that have one, or its server_id. Null if nothing did.
   */
  replicaBefore(conversation: Conversation, end: Frame): Asking | null {
    const own = conversation.facts.replica;
    const replicas = this.#replicas.get(serverOf(conversation)) ?? [];
    const before = countUpTo(replicas, ({ replica }) => replica.dump.frame.number <= end.number);
    for (let at = before - 1; at >= 0; at--) {
      const asking = replicas[at]!;
      const ago = secondsBetween(asking.replica.dump.frame, end);
      if (ago !== null && ago > TOGETHER_SECONDS) return null;
      const isSame =
        own === null ||
        (own.uuid !== null && asking.replica.uuid !== null
          ? own.uuid === asking.replica.uuid
          : own.serverId === asking.replica.serverId);
      if (isSame && asking.conversation !== conversation) return asking;
    }
    return null;
  }

  /** Whether the server spoke on connections that it already had at `end`, more than a second after it. */
  goesOn(conversation: Conversation, end: Frame): boolean {
    const lives = this.#lives.get(serverOf(conversation)) ?? [];
    const known = countUpTo(lives, ({ start }) => start < end.number);
    const spoke = lives[known - 1]?.spoke;
    const later = spoke === undefined ? null : secondsBetween(end, spoke);
    return later !== null && later > TOGETHER_SECONDS;
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

function furthest(lives: readonly Life[]): Life[] {
  let spoke: Frame | null = null;
  return [...lives]
    .sort((a, b) => a.start - b.start)
    .map((life) => {
      if (spoke === null || life.spoke.number > spoke.number) spoke = life.spoke;
      return { start: life.start, spoke };
    });
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** How many of a sorted list come before the first that is not meant. */
function countUpTo<T>(sorted: readonly T[], isMeant: (each: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isMeant(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
