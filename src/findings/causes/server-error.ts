import type { CauseSpec } from '../cause.ts';
import { lostTexts } from '../drivers.ts';
import { OF_TOLD } from '../outcomes.ts';
import { toldByError } from '../server-error.ts';

const WHY = 'the server sent an error that answers nothing';

/** An ERR that nobody asked for, of a code that is not known for it. */
export const serverError: CauseSpec = {
  id: 'server-error',
  rule: 'unread-error',
  severity: 'error',
  also: OF_TOLD,
  title: 'The server sent an error of its own accord.',
  advice: {
    client: 'reconnect; the error’s text, which the driver may hide, is the reason.',
    server: 'the error’s own text is the reason; see its error log at that time.',
  },
  drivers: lostTexts('idle', false),
  page: {
    about: [
      'Servers and proxies send an ERR without being asked only to say why they close. It carries the server’s own counter, mostly 0 or 1; a driver that takes it for the answer to its next command finds a wrong number, and hides the text.',
    ],
    lookAlikes: ['An ERR that answers a command is data: see `mywire queries --errors`.'],
    ladder: [
      { from: 'server', text: 'ERR (0 or 1), closes' },
      { from: 'client', text: 'its next command (0)' },
    ],
    fixture: 'built/proxy-loses-server',
    twin: 'causes/wait-timeout-mysql',
  },
  diagnose: (subject) =>
    // Whoever stops the server is told so.
    subject.facts.shutdown === null ? toldByError(subject, () => true, WHY) : null,
};
