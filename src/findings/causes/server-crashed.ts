import { isCutShort } from '../around.ts';
import type { CauseSpec } from '../cause.ts';
import { closingEvidence, closingOf, lostOrClosed, outcomeOf, textsOf } from '../closing.ts';
import { lostTexts } from '../drivers.ts';
import { CLOSED_UNUSED } from '../outcomes.ts';
import { inOrder, several } from '../words.ts';
import { togetherEvidence } from './server-stopped.ts';

/** C10: the server's process ended without closing anything itself. */
export const serverCrashed: CauseSpec = {
  id: 'server-crashed',
  rule: 'connection-lost',
  severity: 'error',
  also: [CLOSED_UNUSED],
  isShared: true,
  title: 'The server’s process ended in the midst of its work.',
  advice: {
    client:
      'reconnect with a pause between the tries; find out whether what was running took effect before repeating it.',
    server:
      'see its error log and that of the system at that time: a signal (SIGKILL, SIGSEGV), the kernel’s out-of-memory killer (dmesg), a container’s memory limit.',
  },
  drivers: lostTexts('midAnswer', false),
  page: {
    about: [
      'When a server’s process ends, the kernel closes its connections: all within the same moment, and those on which an answer was being sent in the middle of it, mostly in the middle of a packet. A server that is stopped in good order ends its answers, or sends ERR 1053.',
    ],
    lookAlikes: [
      'server-stopped: no answer is cut off, or somebody told the server to stop.',
      'net-write-timeout: one connection only, whose client had stopped reading.',
      'client-gave-up: the client closes, in the midst of the answer.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'half of the answer (1 2 3 …)' },
      { from: 'server', text: 'FIN, on this connection and on all others' },
    ],
    fixture: 'causes/crash-mysql',
    twin: 'causes/client-dies-mysql',
  },
  diagnose: (subject) => {
    const { around, conversation, facts } = subject;
    const closing = closingOf(subject);
    if (closing === null || !closing.isLoggedIn) return null;
    const { frame } = closing.ending;
    const together = around.closedWith(conversation, frame);
    const isCut = isCutShort(facts);
    if (together.length === 0 || around.goesOn(conversation, frame)) return null;
    if (!isCut && !together.some(({ isCutShort }) => isCutShort)) return null;
    if (around.shutdownBefore(conversation, frame) !== null) return null;
    const number = together.length + 1;
    return {
      frame,
      fromClient: false,
      message: `The server’s end of ${several(number, 'connection')} went away at once, in the midst of an answer`,
      summary: `Within a second the server’s side of ${several(number, 'connection')} was closed, ${isCut ? 'this one' : 'one of them'} in the midst of an answer, and the capture has none that went on: its process was killed or crashed. ${outcomeOf(subject, closing)}`,
      certainty: 'likely',
      evidence: inOrder([
        ...closingEvidence(subject, closing),
        ...togetherEvidence(subject, closing),
      ]),
      ruledOut: [
        {
          id: 'server-stopped',
          text: 'a server that stops in good order ends its answers or sends ERR 1053',
        },
        { id: 'killed', text: 'several connections ended within the same second' },
      ],
      drivers: textsOf(closing),
      ...lostOrClosed(closing),
    };
  },
};
