import type { Frame } from '../capture/frame.ts';
import { secondsBetween } from '../capture/frame.ts';
import type { Conversation } from '../mysql/conversation.ts';
import { endingOf } from './ending.ts';
import { clientHostOf, serverOf } from './endpoints.ts';

/** Connections of a kind that are kept: the first few show it. */
const MAX_KEPT = 8;
/** Besides its query a driver may set something up; COM_QUIT is the third. */
const MAX_SHORT_COMMANDS = 3;

/** What one host does at one server. */
export class Host {
  connects = 0;
  /** Ended before the login was through, and not by a refusal: what the server counts towards max_connect_errors. */
  broken = 0;
  readonly firstBroken: Conversation[] = [];
  /** Ended by the client right after the greeting, without a byte. */
  silent = 0;
}

/** What one user does from one host at one server. */
export class Stay {
  logins = 0;
  /** For a query or two, and then quit. */
  short = 0;
  readonly firstShort: Conversation[] = [];
  lastShort: Conversation | null = null;
  /** Of the short ones: up to the server's OK, and from there to the last answer. */
  connectSeconds = 0;
  querySeconds = 0;
}

/** Who comes to the servers of a capture, how often, and for what. */
export class Visits {
  readonly #hosts = new Map<string, Host>();
  readonly #stays = new Map<string, Stay>();
  /** By server: the frames in which connections open and close. */
  readonly #opens = new Map<string, { readonly from: number[]; readonly to: number[] }>();

  constructor(conversations: readonly Conversation[]) {
    for (const conversation of conversations) {
      const { greeting, loginError } = conversation.facts;
      if (greeting === null || greeting.error !== null) continue;
      // Who is refused takes nobody's place.
      if (loginError === null) this.#open(conversation, greeting.frame);
      this.#countHost(conversation);
      if (conversation.facts.loginOk !== null) this.#countStay(conversation);
    }
    for (const { from, to } of this.#opens.values()) {
      from.sort((a, b) => a - b);
      to.sort((a, b) => a - b);
    }
  }

  hostOf(conversation: Conversation): Host {
    return entryOf(this.#hosts, hostKey(conversation), () => new Host());
  }

  stayOf(conversation: Conversation): Stay {
    return entryOf(this.#stays, stayKey(conversation), () => new Stay());
  }

  /** How many connections to the same server were open when `frame` came, as far as the capture shows. */
  openAt(conversation: Conversation, { number }: Frame): number {
    const opens = this.#opens.get(serverOf(conversation));
    return opens === undefined ? 0 : below(opens.from, number) - below(opens.to, number);
  }

  #open(conversation: Conversation, { number }: Frame): void {
    const opens = entryOf(this.#opens, serverOf(conversation), () => ({ from: [], to: [] }));
    opens.from.push(number);
    const ending = endingOf(conversation.facts);
    if (ending !== null) opens.to.push(ending.frame.number);
  }

  #countHost(conversation: Conversation): void {
    const host = this.hostOf(conversation);
    host.connects++;
    if (isSilent(conversation)) host.silent++;
    if (!isBrokenOff(conversation)) return;
    host.broken++;
    if (host.firstBroken.length < MAX_KEPT) host.firstBroken.push(conversation);
  }

  #countStay(conversation: Conversation): void {
    const stay = this.stayOf(conversation);
    stay.logins++;
    if (!isShort(conversation)) return;
    stay.short++;
    stay.lastShort = conversation;
    if (stay.firstShort.length < MAX_KEPT) stay.firstShort.push(conversation);
    const { loginOk, lastReply } = conversation.facts;
    stay.connectSeconds += secondsBetween(conversation.connection.first, loginOk!.frame) ?? 0;
    stay.querySeconds += secondsBetween(loginOk!.frame, lastReply!) ?? 0;
  }
}

/** Up to a packet's header the bytes do not tell what they are. */
const MAX_SILENT_BYTES = 4;

/** Whether a client came, was greeted, and left without a login, or a byte that would tell more. */
export function isSilent(conversation: Conversation): boolean {
  const { facts, midstream } = conversation;
  if (facts.greeting === null || facts.login !== null || facts.bytesMissing || midstream) {
    return false;
  }
  const ending = endingOf(facts);
  return ending?.byClient === true && bytesOfClient(conversation) <= MAX_SILENT_BYTES;
}

/** What the client has sent in all. */
export function bytesOfClient({ connection, client }: Conversation): number {
  return connection.halves[client!]!.bytesSeen;
}

/** Errors with which a server answers what is no login, or none in time. */
const BROKEN_LOGIN = new Set([1156, 1158, 1159]);

function isBrokenOff({ facts, tls, midstream }: Conversation): boolean {
  const { loginOk, loginError, bytesMissing } = facts;
  if (loginOk !== null || tls !== null || bytesMissing || midstream) return false;
  if (loginError?.error !== null && loginError?.error !== undefined) {
    return BROKEN_LOGIN.has(loginError.error.code);
  }
  return endingOf(facts) !== null;
}

function isShort({ facts, commands }: Conversation): boolean {
  const { quit, lastRequest, lastReply, bytesMissing } = facts;
  return (
    quit !== null &&
    lastReply !== null &&
    lastRequest !== facts.login &&
    commands <= MAX_SHORT_COMMANDS &&
    !bytesMissing
  );
}

function hostKey(conversation: Conversation): string {
  return `${clientHostOf(conversation)} ${serverOf(conversation)}`;
}

function stayKey(conversation: Conversation): string {
  return `${hostKey(conversation)} ${conversation.session.user ?? ''}`;
}

function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T {
  let entry = map.get(key);
  if (entry === undefined) {
    entry = make();
    map.set(key, entry);
  }
  return entry;
}

/** How many of the sorted numbers are smaller. */
function below(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
