import type { CauseSpec } from '../cause.ts';
import { errorTexts } from '../drivers.ts';
import { endingOf } from '../ending.ts';
import type { Evidence } from '../finding.ts';
import { describe, lapse } from '../words.ts';

/** C33: another user on a connection that is open, refused. */
export const changeUserRefused: CauseSpec = {
  id: 'change-user-refused',
  rule: 'login-refused',
  severity: 'warning',
  title: 'The server refused to change the user of an open connection.',
  advice: {
    client:
      'check user and password of the change (changeUser, mysql_change_user, a pool that resets its connections so); close the connection after a failed change instead of using it again.',
    server: 'see the error itself: it is the same as for a login.',
  },
  drivers: errorTexts({
    code: 1045,
    sqlState: '28000',
    message: "Access denied for user 'app'@'10.0.0.5' (using password: YES)",
  }),
  page: {
    about: [
      'COM_CHANGE_USER logs in again on a connection that is open. When it fails, MySQL closes the connection behind the ERR. MariaDB answers about a second late, to slow down who guesses passwords, and leaves the connection open, for the user it had before; after three failures it refuses the command altogether (ERR 1047).',
      'A client that has sent the next command meanwhile is not out of sync: the late ERR goes on counting from the change (3), and the command’s answer starts at 1.',
    ],
    lookAlikes: ['access-denied: the same at the start of a connection.'],
    ladder: [
      { from: 'client', text: 'COM_CHANGE_USER (0)' },
      { from: 'server', text: 'AuthSwitchRequest (1)' },
      { from: 'client', text: 'answer (2)' },
      { from: 'server', text: 'ERR 1045 (3); MySQL closes, MariaDB does not' },
    ],
    fixture: 'commands/change-user-mysql',
    twin: 'causes/access-denied-mysql',
  },
  diagnose: ({ facts }) => {
    const { changeUserRefused: refused } = facts;
    if (refused === null) return null;
    const { request, refusal } = refused;
    const error = refusal.error!;
    const ending = endingOf(facts);
    const closes =
      ending !== null && !ending.byClient && ending.frame.number > refusal.frame.number;
    const evidence: Evidence[] = [
      { frame: request.frame, text: 'the client asks for another user (COM_CHANGE_USER)' },
      {
        frame: refusal.frame,
        text: `${lapse(request.frame, refusal.frame)} later the server sends ${describe(refusal)}`,
      },
    ];
    if (closes) evidence.push({ frame: ending.frame, text: 'the server closes the connection' });
    return {
      frame: refusal.frame,
      fromClient: false,
      message: `The server refused to change the user: ERR ${error.code} '${error.message}'`,
      summary: `The client asked for another user on the connection it had (COM_CHANGE_USER), and the server refused with ERR ${error.code} '${error.message}'${
        closes
          ? ' and closed the connection, as MySQL does: whatever the client sends on it next is lost.'
          : '. The connection goes on as the user it had before.'
      }`,
      certainty: 'proven',
      evidence,
      drivers: errorTexts(error),
      key: String(error.code),
    };
  },
};
