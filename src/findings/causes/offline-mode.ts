import { OFFLINE } from '../around.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { closingEvidence, closingOf, lostOrClosed, outcomeOf, textsOf } from '../closing.ts';
import { errorTexts, lostTexts } from '../drivers.ts';
import { OF_ANSWERED, OF_CLOSING, OF_TOLD } from '../outcomes.ts';
import { answeredByError, toldByError } from '../server-error.ts';
import { describe, inOrder } from '../words.ts';

/** From the first connection that it ends to the first login that it refuses. */
const NEAR_SECONDS = 60;

const WHY = 'the server was put into offline mode, in which it serves administrators only';

/** C10: offline_mode. */
export const offlineMode: CauseSpec = {
  id: 'offline-mode',
  rule: 'unread-error',
  severity: 'error',
  also: [...OF_TOLD, ...OF_ANSWERED, ...OF_CLOSING],
  isShared: true,
  title: 'The server was put into offline mode.',
  advice: {
    client: 'connect to another server of the group, or wait; retrying at once meets the same.',
    server:
      'offline_mode is ON: an administrator has set it, or Group Replication did when the server left the group (group_replication_exit_state_action = OFFLINE_MODE). SET GLOBAL offline_mode = OFF ends it.',
  },
  drivers: [
    ...errorTexts({
      code: OFFLINE,
      sqlState: 'HY000',
      message: 'The server is currently in offline mode',
    }),
    ...lostTexts('idle', false),
  ],
  page: {
    about: [
      'In offline mode MySQL ends the connections of all users without CONNECTION_ADMIN (SUPER), mostly without a packet, and refuses their logins with ERR 3032.',
    ],
    lookAlikes: ['server-stopped: the server itself goes away, and connecting fails as well.'],
    ladder: [
      { from: 'server', text: 'ERR 3032 (0), closes' },
      { from: 'client', text: 'COM_QUERY (0)' },
    ],
    fixture: 'causes/offline-mode-mysql',
    twin: 'causes/shutdown-mysql',
  },
  diagnose: (subject) => {
    const isMeant = ({ code }: { code: number }) => code === OFFLINE;
    return (
      toldByError(subject, isMeant, WHY) ??
      answeredByError(subject, isMeant, WHY) ??
      silent(subject)
    );
  },
};

/** It says so to others only. */
function silent(subject: Subject): Diagnosis | null {
  const { around, conversation } = subject;
  const closing = closingOf(subject);
  if (closing === null || closing.ending.how !== 'fin') return null;
  const { frame } = closing.ending;
  const said = around.saidNear(conversation, OFFLINE, frame, NEAR_SECONDS);
  if (said === null || around.killOf(conversation, frame) !== null) return null;
  return {
    frame,
    fromClient: false,
    message: 'The server was put into offline mode and closed the connection',
    summary: `The server closed this connection without a word; on connection ${said.connection} it says why (frame ${said.what.frame.number}): it was put into offline mode. ${outcomeOf(subject, closing)}`,
    certainty: 'likely',
    evidence: inOrder([
      ...closingEvidence(subject, closing),
      {
        frame: said.what.frame,
        text: `on connection ${said.connection} the server sends ${describe(said.what)}`,
      },
    ]),
    drivers: textsOf(closing),
    ...lostOrClosed(closing),
  };
}
