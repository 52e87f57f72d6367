import type { CauseSpec } from '../cause.ts';
import { toldByError } from '../server-error.ts';

const WHY = 'the server sent an error that answers nothing';

/** An ERR that nobody asked for, of a code that is not known for it. */
export const serverError: CauseSpec = {
  id: 'server-error',
  rule: 'unread-error',
  severity: 'error',
  title: 'The server sent an error of its own accord.',
  advice: { server: "the error's own text is the reason; look into its error log at that time." },
  drivers: [],
  page: {
    about: [
      'Servers send an ERR without being asked only to say why they close. The text of this one says why.',
    ],
    lookAlikes: ['An ERR that answers a command is data: see `mywire queries`.'],
    ladder: [
      { from: 'server', text: 'ERR (0 or 1), closes' },
      { from: 'client', text: 'its next command (0)' },
    ],
    fixture: 'sequence/killed',
    twin: 'login/plain',
  },
  diagnose: (subject) => toldByError(subject, () => true, WHY),
};
