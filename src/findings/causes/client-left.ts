import type { CauseSpec } from '../cause.ts';
import { endingOf, givenUpAt } from '../ending.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** C28: a client that leaves without a goodbye. */
export const clientLeft: CauseSpec = {
  id: 'client-left',
  rule: 'connection-closed',
  severity: 'info',
  title: 'The client left without COM_QUIT.',
  advice: {
    client:
      'harmless; to avoid it, and the server’s count of Aborted_clients, close connections before the process ends (connection.close(), pool.end()).',
  },
  drivers: [],
  page: {
    about: [
      'A client that has what it wants should say COM_QUIT. One whose process ends, or whose connection is thrown away by garbage collection, closes just so (FIN or RST). Nothing was outstanding, so nothing is lost but an open transaction, which is rolled back.',
      'MySQL from 8.0.24 on answers it with ERR 1158 "Got an error reading communication packets", which nobody reads, and may get a RST for it. Both are harmless, whatever the number of the ERR.',
    ],
    lookAlikes: [
      'client-gave-up: an answer was outstanding.',
      'idle-timeout, killed: the server closes first.',
      'server-read-error: ERR 1158 while the client is there.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'its answer (1…)' },
      { from: 'client', text: 'FIN, no COM_QUIT' },
      { from: 'server', text: 'ERR 1158 (0), closes; harmless' },
      { from: 'client', text: 'RST' },
    ],
    fixture: 'sequence/client-vanishes',
    twin: 'login/plain',
  },
  diagnose: ({ facts }) => {
    const { loginOk, clientPartial, isSettled, unread, farewell, lastReply, lastError } = facts;
    const ending = endingOf(facts);
    if (ending === null || !ending.byClient || ending.how === 'quit') return null;
    if (loginOk === null || clientPartial !== null || !isSettled || unread.length > 0) return null;
    if (givenUpAt(facts, ending) !== null) return null;
    const isReset = ending.how === 'reset';
    const idle =
      lastReply === null ? '' : `${lapse(lastReply, ending.frame)} after the last answer `;
    const evidence = [
      {
        frame: ending.frame,
        text: `${idle}the client ${isReset ? 'resets the connection' : 'closes without COM_QUIT'}`,
      },
    ];
    if (farewell !== null) {
      evidence.push({
        frame: farewell.frame,
        text: `the server sends ${describe(farewell)} to a client that has gone: harmless`,
      });
    }
    const said = farewell?.error ?? null;
    const open = facts.transaction !== null ? ' A transaction was open: it is rolled back.' : '';
    return {
      frame: ending.frame,
      fromClient: true,
      message: `The client ${isReset ? 'reset' : 'closed'} the idle connection without COM_QUIT`,
      summary: `Nothing was outstanding${lastError === null ? '' : ', the last answer was an ERR'}.${open}${said === null ? '' : ` The ERR ${said.code} that follows says only that the client has gone; nobody reads it, and its number means nothing.`}`,
      certainty: 'proven',
      evidence: inOrder(evidence),
    };
  },
};
