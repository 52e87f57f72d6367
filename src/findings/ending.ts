import type { Frame } from '../capture/frame.ts';
import type { Facts } from '../mysql/facts.ts';

/** Who ended a connection first, and how. */
export interface Ending {
  readonly byClient: boolean;
  /** `quit`: the client said goodbye. */
  readonly how: 'quit' | 'fin' | 'reset';
  readonly frame: Frame;
}

/** Null where the capture does not have the end. What the server had received when it closed its FIN tells. */
export function endingOf(facts: Facts): Ending | null {
  const { quit, clientFin, serverFin, reset, serverFinAcknowledged: known } = facts;
  const endings: Ending[] = [];
  if (quit !== null) endings.push({ byClient: true, how: 'quit', frame: quit.frame });
  if (clientFin !== null) endings.push({ byClient: true, how: 'fin', frame: clientFin });
  const knewOfFin = clientFin !== null && known > facts.clientFinOffset;
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
