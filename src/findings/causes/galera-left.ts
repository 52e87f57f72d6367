import type { CauseSpec } from '../cause.ts';
import { closingEvidence, closingOf, lostOrClosed, outcomeOf, textsOf } from '../closing.ts';
import { errorTexts, lostTexts } from '../drivers.ts';
import { CLOSED_UNUSED } from '../outcomes.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** A Galera node that is without its cluster ends all connections, and serves nobody until it is back. */
export const galeraLeft: CauseSpec = {
  id: 'galera-left',
  rule: 'connection-lost',
  severity: 'error',
  also: [CLOSED_UNUSED],
  isShared: true,
  title: 'The Galera node left its cluster, and ended all connections.',
  advice: {
    client:
      'connect to another node; this one accepts logins and answers with ERR 1047 until it is part of a cluster again. What had not been committed is lost.',
    between:
      'let the health check ask for wsrep_ready (or wsrep_local_state = 4), not only for a login: a node that has left its cluster still accepts logins.',
    server:
      "see SHOW STATUS LIKE 'wsrep_%' (wsrep_cluster_status, wsrep_ready) and its error log at that time: a network split, a node that was told to leave, a provider that gave up.",
  },
  drivers: [
    ...lostTexts('idle', false),
    ...errorTexts({
      code: 1047,
      sqlState: '08S01',
      message: 'WSREP has not yet prepared node for application use',
    }),
  ],
  page: {
    about: [
      'A node of a Galera cluster that loses its cluster (a split network without a majority, a wrong wsrep_cluster_address, a provider that gives up) closes the connections of all clients with a bare FIN, busy ones too. Its process goes on: it accepts logins, numbers them on, and answers what needs data with ERR 1047 "WSREP has not yet prepared node for application use".',
    ],
    lookAlikes: [
      'server-stopped: the process ends; nobody is greeted, or numbers start anew.',
      'killed: one connection only.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'between', text: 'the node is without its cluster', quiet: true },
      { from: 'server', text: 'FIN, on all connections' },
      { from: 'client', text: 'a new connection: login (1), COM_QUERY (0)' },
      { from: 'server', text: 'ERR 1047 (1): WSREP' },
    ],
    fixture: 'causes/galera-leaves',
    twin: 'causes/shutdown-mariadb',
  },
  diagnose: (subject) => {
    const { around, conversation } = subject;
    const closing = closingOf(subject);
    if (closing === null || closing.ending.how !== 'fin') return null;
    const { frame } = closing.ending;
    if (around.killOf(conversation, frame) !== null) return null;
    const refusal = around.notReadyAfter(conversation, frame);
    const order = around.clusterOrderBefore(conversation, frame);
    if (refusal === null && order === null) return null;
    const evidence = closingEvidence(subject, closing);
    const said: string[] = [];
    if (order !== null) {
      const { request, text } = order.what;
      evidence.push({
        frame: request.frame,
        text: `connection ${order.connection} tells the node so: ${text}`,
      });
      said.push(
        `${lapse(request.frame, frame)} before, connection ${order.connection} had changed what cluster it is of (frame ${request.frame.number})`,
      );
    }
    if (refusal !== null) {
      evidence.push({
        frame: refusal.what.frame,
        text: `on connection ${refusal.connection} the server sends ${describe(refusal.what)}`,
      });
      said.push(
        `${lapse(frame, refusal.what.frame)} later it says on connection ${refusal.connection} that it is not ready (ERR 1047, frame ${refusal.what.frame.number})`,
      );
    }
    return {
      frame,
      fromClient: false,
      message: 'The Galera node left its cluster and closed the connection',
      summary: `The server closed this connection without a word; ${said.join(', and ')}. Its process goes on. ${outcomeOf(subject, closing)}`,
      certainty: refusal !== null && order !== null ? 'proven' : 'likely',
      evidence: inOrder(evidence),
      ruledOut:
        refusal === null
          ? []
          : [{ id: 'server-stopped', text: 'the server goes on, and accepts logins' }],
      drivers: textsOf(closing),
      ...lostOrClosed(closing),
    };
  },
};
