import { secondsBetween } from '../../capture/frame.ts';
import type { Overlap } from '../../mysql/facts.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { endingOf } from '../ending.ts';
import { firstMismatch, wrongNumber } from '../mismatch.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** Servers answer what drivers send ahead (a reset, SET NAMES) at once. */
const UNANSWERED_SECONDS = 1;

/** C22: commands sent ahead, and what stands between cannot cope with them. */
export const proxyPipelining: CauseSpec = {
  id: 'proxy-pipelining',
  rule: 'sequence-mismatch',
  severity: 'error',
  title: 'The driver sends commands ahead (pipelining), and the server side cannot cope with it.',
  advice: {
    client:
      'switch off sending ahead: Pipelining=False (MySqlConnector), pipelining: false (MariaDB Connector/Node.js), disablePipeline=true (MariaDB Connector/J from 3.0 on; before, usePipelineAuth=false and useBatchMultiSend=false).',
    between:
      'update the proxy or server; MySQL and MariaDB themselves answer commands that were sent ahead, each answer numbered from 1.',
  },
  drivers: [{ driver: 'MySqlConnector', text: 'Packet received out-of-order. Expected 1; got 2.' }],
  page: {
    about: [
      'Some drivers send the next command without waiting for the answer to the one before: MySqlConnector sends COM_RESET_CONNECTION and SET NAMES together when it takes a connection from its pool, MariaDB’s drivers send whole batches so. MySQL and MariaDB read one command after the other, and number each answer from 1.',
      'Proxies that read all that has come as one command go on counting from the first answer (the second starts at 2), or answer the first command alone and leave the driver waiting (Aurora MySQL 5.7, ProxySQL, ShardingSphere have done so).',
    ],
    lookAlikes: [
      'server-never-resets: also where commands waited for their answers.',
      'shared-connection: two users; the numbers are right.',
    ],
    ladder: [
      { from: 'client', text: 'COM_RESET_CONNECTION (0) and COM_QUERY (0) together' },
      { from: 'server', text: 'OK (1)' },
      { from: 'server', text: 'OK (2), where 1 is due' },
      { from: 'client', text: 'reads it: got 2 expected 1', quiet: true },
    ],
    fixture: 'causes/server-numbers-on-when-pipelined',
    twin: 'causes/server-correct-pipelined',
  },
  diagnose: (subject) => misnumbered(subject) ?? neverAnswered(subject),
};

/** The answer to the second command goes on counting from the first. */
function misnumbered(subject: Subject): Diagnosis | null {
  const mismatch = firstMismatch(subject);
  if (mismatch === null || mismatch.packet.fromClient || !mismatch.continues) return null;
  const ahead = subject.facts.overlaps.find(({ command }) => command === mismatch.readFor);
  if (ahead === undefined) return null;
  const { got, expected, packet } = mismatch;
  return wrongNumber(mismatch, subject, {
    summary: `The ${ahead.command.type} was sent ahead, before the answer to the ${ahead.before.type} had come. Its own answer goes on counting from that one (got ${got}) instead of starting at ${expected}: what stands between, a proxy or a server of another make, takes the two for one.`,
    certainty: 'likely',
    evidence: inOrder([
      ...together(ahead),
      {
        frame: packet.frame,
        text: `the server side answers the second with ${describe(packet)}, where ${expected} is due`,
      },
    ]),
    key: 'goes-on',
  });
}

/** The first command is answered, and the one sent with it never. */
function neverAnswered({ facts }: Subject): Diagnosis | null {
  const { pending } = facts;
  const ending = endingOf(facts);
  if (pending === null || pending.answered || ending === null || facts.bytesMissing) return null;
  const ahead = facts.overlaps.find(({ command }) => command === pending.request);
  // Two users of one connection send apart.
  if (ahead === undefined || ahead.command.frame.number !== ahead.before.frame.number) return null;
  const { before, beforeAnswer, command } = ahead;
  if (beforeAnswer === null || facts.lastRequest !== before) return null;
  const waited = secondsBetween(beforeAnswer, ending.frame);
  if (waited === null || waited < UNANSWERED_SECONDS) return null;
  return {
    frame: command.frame,
    fromClient: true,
    message: `A ${command.type} that was sent together with a ${before.type} was never answered`,
    summary: `The client sent a ${before.type} and a ${command.type} together, without waiting in between. The first was answered, the second not for ${lapse(beforeAnswer, ending.frame)}, and then the connection ended. A proxy or server that takes all that has come for one command does that; the statement may also have been slow.`,
    certainty: 'possible',
    evidence: inOrder([
      ...together(ahead),
      { frame: beforeAnswer, text: `the server side answers the ${before.type}, and nothing more` },
      {
        frame: ending.frame,
        text: `${lapse(beforeAnswer, ending.frame)} later the ${ending.byClient ? 'client' : 'server'} ends the connection`,
      },
    ]),
    drivers: [],
    key: 'unanswered',
  };
}

function together({ before, command }: Overlap) {
  if (before.frame.number === command.frame.number) {
    return [
      {
        frame: command.frame,
        text: `the client sends ${describe(before)} and ${describe(command)} together`,
      },
    ];
  }
  return [
    { frame: before.frame, text: `the client sends ${describe(before)}` },
    { frame: command.frame, text: `without waiting for the answer it sends ${describe(command)}` },
  ];
}
