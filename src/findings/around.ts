import { type Frame, NO_FRAME, secondsBetween } from '../capture/frame.ts';
import type { Conversation } from '../mysql/conversation.ts';
import type { ClusterOrder, Facts, Kill, Noted, Replica } from '../mysql/facts.ts';
import { closingOf, isIdle } from './closing.ts';
import { type Ending, endingOf, isStream } from './ending.ts';
import { serverOf } from './endpoints.ts';
import { serverKindOf } from './server-kind.ts';
import { Visits } from './visits.ts';

/** What a server stops or crashes on, it closes within so many seconds. */
const TOGETHER_SECONDS = 1;
/** What MySQL has stopped at work, it lets go at once; what idles, so many seconds later. */
const IDLE_AFTER_SECONDS = { least: 1.9, most: 2.2 };
/** Of connections that closed together, as many are looked at: they show it, however many there were. */
const MAX_TOGETHER = 64;

/** What is killed ends at once where it idles, and a statement where it next looks whether it is. */
const MAX_KILLING_SECONDS = 60;
const MAX_AT_ONCE_SECONDS = 0.1;
/** In place of the number of a connection whose greeting was not captured. */
const UNKNOWN = -1;

/** A Galera node leaves within so many seconds of being told to, and somebody comes back to it within so many. */
const MAX_LEAVING_SECONDS = 60;
const MAX_NOT_READY_SECONDS = 600;
/** Whole seconds that may lie between the ends of connections that a server stops. */
const MAX_STEP = 3;
/** A server that closes sooner behind an answer closes because of what it was told meanwhile. */
export const AT_WORK_SECONDS = 0.05;

/** Of those that closed in one second, as many are looked at. */
const MAX_LOOKED_AT = 2 * MAX_TOGETHER;

/** ER_SERVER_SHUTDOWN, ER_SERVER_OFFLINE_MODE: what they say holds for all connections of the server. */
export const SHUTTING_DOWN = 1053;
export const OFFLINE = 3032;

/** A packet of another connection, and which. */
interface Elsewhere<T> {
  readonly connection: number;
  readonly by: Conversation;
  readonly what: T;
}

/** A KILL, and on which connection it was sent. */
export type Killer = Elsewhere<Kill>;

interface Closed {
  readonly connection: number;
  readonly ending: Ending;
  /** In the midst of an answer. */
  readonly isCutShort: boolean;
  /** At work, or right behind an answer. */
  readonly isAtWork: boolean;
}

/** A connection that idled until its server closed it, and for how many seconds. */
interface Idled {
  readonly connection: number;
  readonly frame: Frame;
  readonly seconds: number;
}

interface Greeted {
  readonly frame: Frame;
  readonly id: number;
  /** Of this and all before. */
  readonly highest: number;
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
  /** By server and its number of the connection, or the user; in order of frames. */
  readonly #kills = new Map<string, Elsewhere<Kill>[]>();
  readonly #shutdowns = new Map<string, Elsewhere<Noted>[]>();
  readonly #clusterOrders = new Map<string, Elsewhere<ClusterOrder>[]>();
  readonly #notReady = new Map<string, Elsewhere<Noted>[]>();
  /** What a server has said of itself: by server and code. */
  readonly #said = new Map<string, Elsewhere<Noted>[]>();
  /** Closed by the server: by server and second. */
  readonly #closed = new Map<string, Closed[]>();
  readonly #closedByNumber = new Map<number, Closed>();
  /** Closed while idle, with FIN and without a word: by server, the first of them. */
  readonly #idled = new Map<string, Idled[]>();
  /** By server; in order of frames. */
  readonly #replicas = new Map<string, Asking[]>();
  /** By server; in order of their starts, with the last that the server said on any up to there. */
  readonly #lives = new Map<string, Life[]>();
  /** By server: greetings in order of frames, with the highest number of a connection up to there. */
  readonly #greetings = new Map<string, Greeted[]>();

  /** Who comes how often. */
  readonly visits: Visits;
  /** The last frame that any of them has. */
  end: Frame = NO_FRAME;

  constructor(conversations: readonly Conversation[]) {
    this.visits = new Visits(conversations);
    const greeted = new Set<string>();
    for (const conversation of conversations) {
      const { connectionId } = conversation.session;
      if (connectionId !== null) greeted.add(killKey(serverOf(conversation), connectionId));
    }
    for (const conversation of conversations) {
      const { connection, facts } = conversation;
      if (connection.last.number > this.end.number) this.end = { ...connection.last };
      const from = { connection: connection.number, by: conversation };
      const server = serverOf(conversation);
      for (const what of facts.kills) {
        if (what.isQuery) continue;
        const { of } = what;
        const isKnown = typeof of === 'string' || greeted.has(killKey(server, of));
        add(this.#kills, killKey(server, isKnown ? of : UNKNOWN), { ...from, what });
      }
      if (facts.shutdown !== null) {
        add(this.#shutdowns, server, { ...from, what: facts.shutdown });
      }
      const { clusterOrder, notReady } = facts;
      if (clusterOrder !== null) {
        add(this.#clusterOrders, server, { ...from, what: clusterOrder });
      }
      if (notReady !== null) add(this.#notReady, server, { ...from, what: notReady });
      if (facts.replica?.dump) {
        const replica = { ...facts.replica, dump: facts.replica.dump };
        add(this.#replicas, server, { conversation, replica });
      }
      const { greeting, loginError, lastError, unread } = facts;
      for (const what of [greeting, loginError, lastError, ...unread.map((u) => u.packet)]) {
        const code = what?.error?.code;
        if (code !== SHUTTING_DOWN && code !== OFFLINE) continue;
        add(this.#said, `${server} ${code}`, { ...from, what: what! });
      }
      const ending = endingOf(facts);
      if (ending !== null && !ending.byClient) {
        const key = `${server} ${ending.frame.seconds}`;
        const closing = closingOf({ facts, conversation });
        const seconds = closing?.quiet ?? null;
        const closed = {
          connection: connection.number,
          ending,
          isCutShort: isCutShort(facts),
          isAtWork: closing === null || closing.busy !== null || (seconds ?? 0) <= AT_WORK_SECONDS,
        };
        add(this.#closed, key, closed);
        this.#closedByNumber.set(connection.number, closed);
        const idled = this.#idled.get(server);
        if (
          closing !== null &&
          ending.how === 'fin' &&
          isIdle({ facts }, closing) &&
          seconds !== null &&
          (idled?.length ?? 0) < MAX_TOGETHER
        ) {
          add(this.#idled, server, {
            connection: connection.number,
            frame: ending.frame,
            seconds,
          });
        }
      }
      const { connectionId } = conversation.session;
      if (greeting !== null && connectionId !== null) {
        const greeted = { frame: greeting.frame, id: connectionId, highest: connectionId };
        add(this.#greetings, server, greeted);
      }
      const spoke = connection.halves[1 - (conversation.client ?? 0)]!.lastData;
      if (spoke !== null) {
        add(this.#lives, server, { start: connection.first.number, spoke });
      }
    }
    for (const kills of this.#kills.values()) {
      kills.sort((a, b) => frameOf(a).number - frameOf(b).number);
    }
    for (const replicas of this.#replicas.values()) {
      replicas.sort((a, b) => a.replica.dump.frame.number - b.replica.dump.frame.number);
    }
    for (const said of this.#notReady.values()) {
      said.sort((a, b) => a.what.frame.number - b.what.frame.number);
    }
    for (const [server, lives] of this.#lives) this.#lives.set(server, furthest(lives));
    for (const [server, greetings] of this.#greetings) {
      this.#greetings.set(server, highest(greetings));
    }
  }

  /**
   * The last KILL before `end` that named this connection or its user, or null. Of a connection whose greeting was not
   * captured: one right before `end` that named none of those that were.
   */
  killOf(conversation: Conversation, end: Frame): Killer | null {
    const { connection, session } = conversation;
    const { connectionId, currentUser, user } = session;
    const server = serverOf(conversation);
    const id = connectionId ?? UNKNOWN;
    let last: Killer | null = null;
    for (const victim of [id, currentUser ?? user]) {
      if (victim === null) continue;
      const kills = this.#kills.get(killKey(server, victim)) ?? [];
      const kill = kills[countUpTo(kills, (kill) => frameOf(kill).number <= end.number) - 1];
      if (kill === undefined || frameOf(kill).number < connection.first.number) continue;
      const seconds = secondsBetween(frameOf(kill), end) ?? 0;
      if (seconds > (victim === UNKNOWN ? MAX_AT_ONCE_SECONDS : MAX_KILLING_SECONDS)) continue;
      if (last === null || frameOf(kill).number > frameOf(last).number) last = kill;
    }
    return last;
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

  /** What told a Galera node of another cluster shortly before `end`, or null. */
  clusterOrderBefore(conversation: Conversation, end: Frame): Elsewhere<ClusterOrder> | null {
    const orders = this.#clusterOrders.get(serverOf(conversation)) ?? [];
    return (
      orders.find(({ what }) => isWithin(what.request.frame, end, MAX_LEAVING_SECONDS)) ?? null
    );
  }

  /** Where a Galera node then said that it is not ready, or null. */
  notReadyAfter(conversation: Conversation, end: Frame): Elsewhere<Noted> | null {
    const said = this.#notReady.get(serverOf(conversation)) ?? [];
    const next = said[countUpTo(said, ({ what }) => what.frame.number < end.number)];
    return next !== undefined && isWithin(end, next.what.frame, MAX_NOT_READY_SECONDS)
      ? next
      : null;
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

  /**
   * Whether, more than a second after `end`, the server spoke on connections that it already had, or greeted a new one
   * with a number higher than all before: one that was started anew counts from the start.
   */
  goesOn(conversation: Conversation, end: Frame): boolean {
    if (this.#nextGreeting(conversation, end)?.goesOn) return true;
    const lives = this.#lives.get(serverOf(conversation)) ?? [];
    const known = countUpTo(lives, ({ start }) => start < end.number);
    const spoke = lives[known - 1]?.spoke;
    const later = spoke === undefined ? null : secondsBetween(end, spoke);
    return later !== null && later > TOGETHER_SECONDS;
  }

  /** The first greeting of a server that counts its connections anew, more than a second after `end`; or null. */
  startedAnew(conversation: Conversation, end: Frame): Frame | null {
    const next = this.#nextGreeting(conversation, end);
    return next === null || next.goesOn ? null : next.frame;
  }

  #nextGreeting(conversation: Conversation, end: Frame) {
    const greetings = this.#greetings.get(serverOf(conversation)) ?? [];
    const isBefore = ({ frame }: Greeted) =>
      frame.number < end.number || (secondsBetween(end, frame) ?? 0) <= TOGETHER_SECONDS;
    const known = countUpTo(greetings, isBefore);
    const [last, next] = [greetings[known - 1], greetings[known]];
    if (last === undefined || next === undefined) return null;
    return { frame: next.frame, goesOn: next.id > last.highest };
  }

  /**
   * Other connections that the same server closed within a second of `end`, or in the two steps of a MySQL that is
   * told to stop: the first of them.
   */
  closedWith(conversation: Conversation, end: Frame): readonly Closed[] {
    const server = serverOf(conversation);
    const own = conversation.connection.number;
    const self = this.#closedByNumber.get(own);
    const mayStep = serverKindOf(conversation.session)?.isMariaDb === false;
    const reach = mayStep ? MAX_STEP : 1;
    const near: Closed[] = [];
    for (let second = end.seconds - reach; second <= end.seconds + reach; second++) {
      for (const closed of (this.#closed.get(`${server} ${second}`) ?? []).slice(
        0,
        MAX_LOOKED_AT,
      )) {
        if (near.length === MAX_TOGETHER) return near;
        const apart = secondsBetween(end, closed.ending.frame);
        if (apart === null || closed.connection === own) continue;
        const isNear = Math.abs(apart) <= TOGETHER_SECONDS;
        if (isNear || (mayStep && isStep(self, closed, apart))) near.push(closed);
      }
    }
    return near;
  }

  /** Other connections that the same server closed while they were idle, at other times: the first of them. */
  idledBeside(conversation: Conversation, end: Frame): readonly Idled[] {
    const idled = this.#idled.get(serverOf(conversation)) ?? [];
    return idled.filter(({ connection, frame }) => {
      const apart = secondsBetween(end, frame);
      return (
        connection !== conversation.connection.number && Math.abs(apart ?? 0) > AT_WORK_SECONDS
      );
    });
  }
}

function isWithin(from: Frame, to: Frame, most: number): boolean {
  const seconds = secondsBetween(from, to);
  return seconds !== null && seconds >= 0 && seconds <= most;
}

function killKey(server: string, of: number | string): string {
  return `${server} ${typeof of} ${of}`;
}

function frameOf({ what }: Killer): Frame {
  return what.request.frame;
}

/** An answer was being sent, and it was not the client's turn. */
export function isCutShort({ pending, serverPartial }: Facts): boolean {
  if (serverPartial !== null) return true;
  return (
    pending?.answered === true &&
    !pending.isLogin &&
    !pending.waitsForClient &&
    !isStream(pending.request)
  );
}

/** The two steps of a MySQL that is told to stop: `then` closed so many seconds after `first`. */
function isStep(self: Closed | undefined, closed: Closed, apart: number): boolean {
  const { least, most } = IDLE_AFTER_SECONDS;
  const [first, then] = apart > 0 ? [self, closed] : [closed, self];
  const isLater = Math.abs(apart) >= least && Math.abs(apart) <= most;
  return isLater && first?.isAtWork === true && then?.isAtWork === false;
}

function highest(greetings: readonly Greeted[]): Greeted[] {
  let highest = -1;
  return [...greetings]
    .sort((a, b) => a.frame.number - b.frame.number)
    .map((greeted) => {
      highest = Math.max(highest, greeted.id);
      return { ...greeted, highest };
    });
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
