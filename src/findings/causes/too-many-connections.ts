import type { ServerError } from '../../mysql/facts.ts';
import type { CauseSpec, Subject } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { loginRefusedWith } from '../login-refusal.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import { refusedWith } from '../refusal.ts';
import { several } from '../words.ts';

/** ER_CON_COUNT_ERROR */
const isMeant = ({ code }: ServerError) => code === 1040;

/** C7: 1040, mostly in place of the greeting. */
export const tooManyConnections: CauseSpec = {
  id: 'too-many-connections',
  rule: 'connection-refused',
  severity: 'warning',
  also: [READ_AS_ANSWER],
  title: 'The server has no room for another connection.',
  advice: {
    client:
      'use a pool with an upper limit, close what is opened, and add up the limits of all processes: their sum must stay below max_connections.',
    server:
      'look who holds the connections (SHOW PROCESSLIST: mostly Sleep); lower wait_timeout if they are forgotten ones, or raise max_connections if they are needed.',
  },
  drivers: refusalTexts({ code: 1040, sqlState: null, message: 'Too many connections' }),
  page: {
    about: [
      'A server accepts max_connections connections (151 by default) and one more for an administrator. The next one is refused with ERR 1040 in place of the greeting. Mostly nobody needs that many: connections are opened and not closed, or each of many worker processes has a pool of its own.',
      'An ERR before the login has no SQLSTATE, which PyMySQL up to 1.1.1 cuts off all the same: it shows "ny connections". Some versions of MariaDB 10.2 to 10.4 number the ERR 1 where 0 is due; then drivers say "got 1 expected 0" and hide the text.',
    ],
    lookAlikes: [
      'user-limit: one account has reached its own limit; the server greets first.',
      'host-blocked, host-not-allowed: an ERR in place of the greeting, too, of another code.',
    ],
    ladder: [
      { from: 'client', text: 'connects' },
      { from: 'server', text: 'ERR 1040 (0) in place of the greeting, closes' },
    ],
    fixture: 'refused/too-many-connections',
    twin: 'causes/user-connections-mysql',
  },
  diagnose: (subject) =>
    refusedWith(subject, isMeant, () => ({ summary: openText(subject) })) ??
    loginRefusedWith(subject, isMeant, ({ message }) => ({
      summary:
        `The server refused the login with '${message}': only an administrator could still have had a connection. ${openText(subject)}`.trim(),
    })),
};

function openText({ around, conversation, facts }: Subject): string {
  const open = around.visits.openAt(conversation, (facts.loginError ?? facts.greeting!).frame);
  return open === 0
    ? ''
    : `At that time the capture shows ${several(open, 'connection')} to it open.`;
}
