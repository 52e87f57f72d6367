import type { Frame } from '../capture/frame.ts';
import type { Facts, Noted } from '../mysql/facts.ts';

/** Who ended a connection first, and how. */
export interface Ending {
  readonly byClient: boolean;
  /** `quit`: the client said goodbye. */
  readonly how: 'quit' | 'fin' | 'reset';
  readonly frame: Frame;
}

/** Streams of events, which have no end that their reader waits for. */
const STREAMS = /^COM_(BINLOG_DUMP|BINLOG_DUMP_GTID|TABLE_DUMP|CLONE)$/;

export function isStream(request: Noted): boolean {
  return STREAMS.test(request.type);
}

/** What a client that hangs up was waiting for. */
export interface GivenUp {
  readonly request: Noted;
  readonly isLogin: boolean;
  /** Some of the answer had come. */
  readonly answered: boolean;
}

/** What was outstanding when the client closed, if it closed first: its FIN or RST tells what it had received. */
export function givenUpAt({ pending, ...facts }: Facts, { frame }: Ending): GivenUp | null {
  if (pending !== null) return pending.request.frame.number < frame.number ? pending : null;
  const { lastRequest, lastReply, lastReplyEnd, clientHad, login } = facts;
  if (hasReadOn(facts)) return null;
  if (lastRequest === null || lastReply === null || lastRequest.frame.number > frame.number) {
    return null;
  }
  const lacked = clientHad < 0 ? lastReply.number > frame.number : clientHad < lastReplyEnd;
  if (!lacked) return null;
  return { request: lastRequest, isLogin: lastRequest === login, answered: false };
}

/** The client had closed only its own side, and took all of the last answer. */
function hasReadOn({ clientFin, clientReceived, lastReplyEnd, reset }: Omit<Facts, 'pending'>) {
  return clientFin !== null && reset?.byClient !== true && clientReceived >= lastReplyEnd;
}

/** How much of the client's stream the server had when it ended the connection; -1 where that is not known. */
export function receivedAtEnd({ reset, serverFinAcknowledged }: Facts, how: Ending['how']): number {
  return how === 'reset' ? (reset?.acknowledged ?? -1) : serverFinAcknowledged;
}

/** Null where the capture does not have the end. What the server had received when it closed its FIN tells. */
export function endingOf(facts: Facts): Ending | null {
  const { quit, clientFin, serverFin, reset, serverFinAcknowledged: known } = facts;
  const endings: Ending[] = [];
  if (quit !== null) endings.push({ byClient: true, how: 'quit', frame: quit.frame });
  if (clientFin !== null) endings.push({ byClient: true, how: 'fin', frame: clientFin });
  const knewOfFin = known > facts.clientEnd;
  const knewOfQuit = quit !== null && known >= quit.endOffset;
  if (serverFin !== null && !knewOfFin && !knewOfQuit) {
    endings.push({ byClient: false, how: 'fin', frame: serverFin });
  }
  if (reset !== null) {
    endings.push({ byClient: reset.byClient, how: 'reset', frame: reset.frame });
  }
  let first: Ending | null = null;
  for (const ending of endings) {
    if (first === null || ending.frame.number < first.frame.number) first = ending;
  }
  return first;
}
