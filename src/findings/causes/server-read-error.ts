import type { CauseSpec } from '../cause.ts';
import { cutOffTexts } from '../drivers.ts';
import { OF_ANSWERED, OF_TOLD } from '../outcomes.ts';
import { answeredByError, toldByError } from '../server-error.ts';

/** ER_NET_READ_ERROR, ER_NET_ERROR_ON_WRITE */
const ERRORS: ReadonlySet<number> = new Set([1158, 1160]);

const WHY = 'the server failed to read from the connection, or to write to it';

/** ER_NET_READ_ERROR in the midst of what a client sends. */
export const serverReadError: CauseSpec = {
  id: 'server-read-error',
  rule: 'unread-error',
  severity: 'error',
  also: [...OF_TOLD, ...OF_ANSWERED],
  title: 'The server failed to read from the connection.',
  advice: {
    client: 'reconnect; what it was sending has not been executed.',
    between:
      'look at what stands between client and server, and at the network itself: something ended the connection towards the server and not towards the client. Capture on both sides of it.',
    server: 'Aborted_clients counts these; its error log names the host and the user.',
  },
  drivers: cutOffTexts({
    code: 1158,
    sqlState: '08S01',
    message: 'Got an error reading communication packets',
  }),
  page: {
    about: [
      'ERR 1158 says that the connection broke while the server was reading: for the server the client had gone. When the client has not closed in this capture, something in between did so towards the server.',
    ],
    lookAlikes: [
      'client-left: a client closes without COM_QUIT, and MySQL from 8.0.24 on then sends ERR 1158 to nobody, which is harmless.',
      'server-read-timeout: ERR 1159, after a wait.',
    ],
    ladder: [
      { from: 'client', text: 'half of a command' },
      { from: 'between', text: 'closes towards the server', quiet: true },
      { from: 'server', text: 'ERR 1158, closes' },
    ],
    fixture: 'built/cut-off-towards-server',
    twin: 'sequence/client-vanishes',
  },
  diagnose: (subject) => {
    const isMeant = ({ code }: { code: number }) => ERRORS.has(code);
    const { facts, conversation } = subject;
    // MySQL says so to a client that left, too: what the client did has to be in the capture.
    if (facts.lastRequest === null && (facts.bytesMissing || conversation.midstream)) return null;
    return toldByError(subject, isMeant, WHY) ?? answeredByError(subject, isMeant, WHY);
  },
};
