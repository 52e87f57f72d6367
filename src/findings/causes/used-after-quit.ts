import type { CauseSpec } from '../cause.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** C14: one holder of a shared connection quits, and another one goes on. */
export const usedAfterQuit: CauseSpec = {
  id: 'used-after-quit',
  rule: 'commands-out-of-sync',
  severity: 'error',
  title: 'A connection was used after it had been quit: two processes hold it.',
  advice: {
    client:
      'connect after fork(), not before: a child that exits closes the connection it inherited (gunicorn --preload, celery prefork, multiprocessing, pcntl_fork); call engine.dispose(close=False) or its like in the child. In threads: do not close a connection that others still use.',
  },
  drivers: [
    { driver: 'PyMySQL, aiomysql', text: "(2013, 'Lost connection to MySQL server during query')" },
    { driver: 'libmysqlclient, mysqlnd', text: 'MySQL server has gone away' },
  ],
  page: {
    about: [
      'COM_QUIT ends a connection. Whoever sends it sends nothing more. A command that follows comes from somebody else with the same socket: mostly the parent of a forked child, which has closed what it inherited when it exited. The server has hung up, so that command meets a reset.',
    ],
    lookAlikes: ['killed, idle-timeout: the server closes, and no COM_QUIT stands before it.'],
    ladder: [
      { from: 'client', text: 'child: COM_QUIT (0)' },
      { from: 'server', text: 'closes' },
      { from: 'client', text: 'parent: COM_QUERY (0)' },
      { from: 'server', text: 'RST' },
    ],
    fixture: 'causes/client-after-quit-mysql',
    twin: 'causes/quits-at-once',
  },
  diagnose: ({ facts }) => {
    const { quit, afterQuit, serverFin, reset } = facts;
    if (quit === null || afterQuit === null) return null;
    const evidence = [
      { frame: quit.frame, text: 'the client sends COM_QUIT' },
      {
        frame: afterQuit.frame,
        text: `${lapse(quit.frame, afterQuit.frame)} later it sends ${describe(afterQuit)} all the same`,
      },
    ];
    if (serverFin !== null) evidence.push({ frame: serverFin, text: 'the server closes' });
    if (reset !== null && !reset.byClient) {
      evidence.push({ frame: reset.frame, text: 'the server resets the connection' });
    }
    return {
      frame: afterQuit.frame,
      fromClient: true,
      message: `A ${afterQuit.type} was sent on a connection that had been quit`,
      summary: `The client said goodbye (COM_QUIT) and still sent a ${afterQuit.type} ${lapse(quit.frame, afterQuit.frame)} later. No driver does that: two holders share the connection, and one of them, mostly a forked child that exits, has closed it for both.`,
      certainty: 'proven',
      evidence: inOrder(evidence),
      ruledOut: [
        { id: 'killed', text: `the client itself asked for the end (frame ${quit.frame.number})` },
      ],
    };
  },
};
