import type { CauseSpec } from '../cause.ts';

/** The client reads its files to the server. */
export const localInfile: CauseSpec = {
  id: 'local-infile',
  rule: 'risky-habit',
  severity: 'info',
  title: 'The client serves files to the server (LOAD DATA LOCAL INFILE).',
  advice: {
    client:
      'allow LOCAL INFILE only where it is needed, and only for the file in question: local_infile off, infileStreamFactory (mysql2) with a check of the name, RegisterLocalFile (go-sql-driver), allowLoadLocalInfileInPath (Connector/J); over TLS with a verified certificate.',
    server: 'local_infile = OFF refuses such statements.',
  },
  drivers: [],
  page: {
    about: [
      'It is the server that asks for the file, by name, in answer to a statement; the client sends what was asked for. A server that is not what it seems, or somebody between without TLS, can ask for any file that the client’s process may read, whatever the statement was.',
      'For loads that are meant it works as designed, and the finding is an info: it says that this client would serve. Where the client’s statement did not ask for a load at all, the finding is a warning.',
    ],
    lookAlikes: [
      'A client that refuses: it answers the request with an empty packet, and no file leaves it.',
      'infile-broken-off: a client that answers with something else.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0): LOAD DATA LOCAL INFILE' },
      { from: 'server', text: 'request for the file (1)' },
      { from: 'client', text: 'its bytes (2…)' },
    ],
    fixture: 'infile/local',
    twin: 'causes/infile-denied-by-mysql2',
  },
  diagnose: ({ facts, conversation }) => {
    const { infile } = facts;
    if (infile === null) return null;
    const isUnasked = infile.statement !== null && !mayLoad(infile.statement);
    return {
      frame: infile.frame,
      fromClient: true,
      severity: isUnasked ? 'warning' : 'info',
      message: isUnasked
        ? 'The server asked for a file that the statement does not speak of, and the client sent it'
        : 'The client sent a file that the server asked for',
      summary: `The client serves LOCAL INFILE: it sent the server the file that this asked for in answer to a ${infile.type}. A server that is not what it seems could ask for any file the client may read${conversation.tls === null ? ', and so could anybody between: the connection is not encrypted' : ''}.`,
      certainty: 'proven',
      evidence: [
        {
          frame: infile.frame,
          text: `the server answers this ${infile.type} with a request for a file, and the client sends it`,
        },
      ],
    };
  },
};

/** Whether the beginning of a statement leaves it open that a file is to be loaded: the rest of one that is cut may say so. */
function mayLoad(statement: string): boolean {
  return /\bload\b/i.test(statement) || statement.endsWith('...');
}
