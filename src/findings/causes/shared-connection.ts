import { secondsBetween } from '../../capture/frame.ts';
import type { Overlap } from '../../mysql/facts.ts';
import type { CauseSpec, Subject } from '../cause.ts';
import { type Ending, endingOf } from '../ending.ts';
import type { Evidence } from '../finding.ts';
import { waitsForAnswers } from '../pipelining.ts';
import { describe, inOrder, lapse, several } from '../words.ts';

/** Overlaps that are shown. */
const SHOWN = 2;

/** C12, C13, C15: a command left before the answer to the one before it had been read. */
export const sharedConnection: CauseSpec = {
  id: 'shared-connection',
  rule: 'commands-out-of-sync',
  severity: 'error',
  title: 'Two users share one connection: threads, tasks, or processes after a fork.',
  advice: {
    client:
      'give each thread, task and process a connection of its own, from a pool; never use one in two asyncio tasks at once (asyncio.gather); connect after fork(), not before (gunicorn --preload, celery prefork: engine.dispose() in the child); close a connection whose query was cancelled or timed out, instead of putting it back.',
  },
  drivers: [
    {
      driver: 'PyMySQL, aiomysql',
      text: 'Packet sequence number wrong - got 1 expected 7 (any numbers, even equal ones)',
    },
    {
      driver: 'asyncio',
      text: 'readexactly() called while another coroutine is already waiting for incoming data',
    },
    {
      driver: 'PyMySQL',
      text: "AttributeError: 'NoneType' object has no attribute 'settimeout'",
    },
    {
      driver: 'libmysqlclient, mysqlnd',
      text: "Commands out of sync; you can't run this command now",
    },
    { driver: 'Swoole', text: 'Socket#27 has already been bound to another coroutine#45' },
  ],
  page: {
    about: [
      'A driver sends a command and reads the packets that come next as its answer. When somebody else sends a command on the same connection meanwhile, two readers share what comes: one reads the other’s answer, or half of it. The numbers on the wire are all right; each answer counts from 1. Still the drivers complain about wrong ones, because the counter that a reader compares with is moved on by the other one. "got 7 expected 7" is proof of it: the counter changed between the comparison and the message.',
      'Worse than the errors are the answers that happen to fit: a query gets the rows of another one, and nobody notices.',
      'What shows it is overlap. Each TCP segment acknowledges what its sender had received: when the segment with the second command acknowledges less than the whole answer to the first one, it left before that answer had come. Where both users happen to take turns, nothing shows.',
    ],
    lookAlikes: [
      'Pipelining: MariaDB’s connectors, MySqlConnector and HAProxy send ahead on purpose and match the answers in order. They are known by their connection attributes; without these, several commands in one segment are taken for that.',
      'client-gave-up: a query was cancelled and the driver closed the connection, as it should.',
    ],
    ladder: [
      { from: 'client', text: 'task A: COM_QUERY (0)' },
      { from: 'client', text: 'task B: COM_QUERY (0), before A has its answer' },
      { from: 'server', text: 'answer to A (1 2 3 …)' },
      { from: 'client', text: 'B reads it', quiet: true },
      { from: 'server', text: 'answer to B (1 2 3 …)' },
    ],
    fixture: 'sequence/shared-by-threads',
    twin: 'pipelining/by-hand-mariadb',
  },
  diagnose: (subject) => {
    const { facts, session } = subject;
    const { clientName } = session;
    const waits = waitsForAnswers(clientName);
    const overlaps = facts.overlaps.filter(isApart);
    const first = overlaps[0];
    if (waits === false || first === undefined) return null;
    const ending = endingOf(facts);
    const broke = ending !== null && breaksOff(subject, ending);
    const isSure = waits === true || broke;
    const { command, before } = first;
    const evidence = inOrder([
      ...overlaps.slice(0, SHOWN).flatMap(overlapEvidence),
      ...brokeOff(ending, broke),
    ]);
    const gap = secondsBetween(before.frame, command.frame);
    const who = clientName === null ? 'The client' : `${clientName}, which waits for each answer,`;
    return {
      frame: command.frame,
      fromClient: true,
      message: `A ${command.type} was sent before the answer to the ${before.type} before it had been read`,
      summary: `${who} sent ${several(facts.overlapCount, 'command')} while the answer to the one before was still to come: two users (threads, tasks, processes after a fork) have the same connection, or one gave up waiting and used it again. All sequence ids are right, and each answer goes to whoever reads next: drivers report wrong numbers, or hand out another query's rows without a word.`,
      certainty: waits === true ? 'proven' : broke ? 'likely' : 'possible',
      severity: isSure ? 'error' : 'info',
      evidence,
      ruledOut: [
        {
          id: 'pipelining',
          text:
            waits === true
              ? `the driver names itself ${clientName}, and that sends nothing ahead`
              : 'the commands were sent apart from each other, not together',
        },
        ...(gap !== null && gap < CANCEL_SECONDS
          ? [
              {
                id: 'cancelled query',
                text: `only ${lapse(before.frame, command.frame)} lie between the two commands: nobody had waited for long`,
              },
            ]
          : []),
      ],
      occurrences: facts.overlapCount,
    };
  },
};

/** Nobody gives up on a query sooner. */
const CANCEL_SECONDS = 0.1;

/**
 * What a client writes together it sends ahead on purpose, and so MariaDB's library what it executes right behind
 * the PREPARE.
 */
function isApart({ command, before }: Overlap): boolean {
  if (command.frame.number === before.frame.number) return false;
  return before.type !== 'COM_STMT_PREPARE' || command.type !== 'COM_STMT_EXECUTE';
}

function overlapEvidence({ command, before, answerEnd }: Overlap): Evidence[] {
  return [
    { frame: before.frame, text: `the client sends ${describe(before)}` },
    {
      frame: command.frame,
      text: `${lapse(before.frame, command.frame)} later it sends ${describe(command)}; ${
        answerEnd === null
          ? 'the answer to the first has not ended by then'
          : `its segment acknowledges ${answerEnd - command.acknowledged} bytes less than that answer has`
      }`,
    },
  ];
}

/** The client hung up with answers outstanding, or without a goodbye: something had gone wrong there. */
function breaksOff({ facts }: Subject, ending: Ending): boolean {
  return (
    ending.byClient && ending.how !== 'quit' && (facts.pending !== null || ending.how === 'reset')
  );
}

function brokeOff(ending: Ending | null, broke: boolean): Evidence[] {
  if (ending === null || !broke) return [];
  return [
    {
      frame: ending.frame,
      text: `the client ${ending.how === 'reset' ? 'resets the connection, with bytes unread' : 'closes without COM_QUIT'}`,
    },
  ];
}
