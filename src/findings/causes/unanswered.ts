import { type Frame, secondsBetween } from '../../capture/frame.ts';
import type { HalfStream } from '../../tcp/connection.ts';
import type { CauseSpec, Subject } from '../cause.ts';
import { describe, inOrder, lapse, several } from '../words.ts';

/** Some loss is repaired by the second try; what is tried so often for so long does not arrive. */
const MIN_RETRANSMISSIONS = 3;
const MIN_SECONDS = 1;

/** What either side sends does not arrive any more. */
export const unanswered: CauseSpec = {
  id: 'unanswered',
  rule: 'connection-lost',
  severity: 'error',
  title:
    'What is sent does not arrive any more: it is sent again and again and never acknowledged.',
  advice: {
    client:
      'set a read timeout, so that it notices; keep idle connections for less than the time-out of what is in between, or send TCP keepalives more often than that.',
    between:
      'look for what drops packets in silence: a firewall, NAT or load balancer whose idle time-out is over, a route or tunnel that has changed, a smaller MTU on the way. Capture on both sides of it.',
  },
  drivers: [
    {
      driver: 'PyMySQL',
      text: "(2013, 'Lost connection to MySQL server during query (timed out)')",
    },
    {
      driver: 'PyMySQL, with TCP_USER_TIMEOUT or after many minutes',
      text: "(2013, 'Lost connection to MySQL server during query ([Errno 110] Connection timed out)')",
    },
    { driver: 'mysqljs/mysql, mysql2', text: 'read ETIMEDOUT' },
    { driver: 'libmysqlclient', text: 'Lost connection to MySQL server during query' },
    { driver: 'go-sql-driver/mysql', text: 'i/o timeout' },
  ],
  page: {
    about: [
      'TCP sends again what the other side does not acknowledge, each time after a longer pause. When a connection that worked stops being acknowledged at all, something on the way drops its packets in silence: mostly a firewall or load balancer whose idle time-out is over (Azure’s drops without a word after 240 s), or the other host is gone. Without a read timeout the driver waits for many minutes.',
      'Where only one direction is dropped, the capture beside the server shows the answers being repeated, and the one beside the client the commands.',
    ],
    lookAlikes: [
      'Some packets were lost: the second or third try is acknowledged, and the conversation goes on.',
      'connection-dropped: a RST comes back.',
      'A capture of one direction alone has no acknowledgments at all.',
    ],
    ladder: [
      { from: 'client', text: 'idle', quiet: true },
      { from: 'client', text: 'COM_QUERY (0)', lost: true },
      { from: 'client', text: 'the same again, and again', lost: true },
      { from: 'client', text: 'gives up: timed out', quiet: true },
    ],
    fixture: 'causes/firewall-swallows',
    twin: 'causes/firewall-swallows-not',
  },
  diagnose: (subject) => ofClient(subject) ?? ofServer(subject),
};

function ofClient(subject: Subject) {
  const { facts } = subject;
  const { pending } = facts;
  if (pending === null || pending.answered || pending.isLogin || pending.more > 0) return null;
  const { request } = pending;
  const half = halfOf(subject, true);
  if (half.acknowledged >= request.endOffset) return null;
  const since = facts.lastReply;
  const idle = since === null ? '' : `, after ${lapse(since, request.frame)} of silence`;
  return lostOnTheWay(subject, half, request.frame, true, {
    what: `its ${request.type}${idle},`,
    text: `the client sends ${describe(request)}`,
  });
}

function ofServer(subject: Subject) {
  const { lastReply, lastRequest, loginOk } = subject.facts;
  const half = halfOf(subject, false);
  if (lastReply === null || lastRequest === null || loginOk === null) return null;
  if (half.lastData?.number !== lastReply.number) return null;
  return lostOnTheWay(subject, half, lastReply, false, {
    what: `the answer to the ${lastRequest.type}`,
    text: `the server answers ${describe(lastRequest)}`,
  });
}

function lostOnTheWay(
  { conversation, facts }: Subject,
  half: HalfStream,
  frame: Frame,
  fromClient: boolean,
  { what, text }: { what: string; text: string },
) {
  const { last } = conversation.connection;
  const seconds = secondsBetween(frame, last);
  const isTried = half.retransmitted >= MIN_RETRANSMISSIONS;
  if (!facts.isSettled || !isTried || half.acknowledged >= half.offset) return null;
  // What acknowledges nothing at all may not be in the capture.
  if (half.acknowledged <= 0 || seconds === null || seconds < MIN_SECONDS) return null;
  const [sender, reader] = fromClient ? ['client', 'server'] : ['server', 'client'];
  return {
    frame,
    fromClient,
    message: `What the ${sender} sends does not reach the ${reader} any more`,
    summary: `The ${sender} sent ${what} and again and again: ${several(half.retransmitted, 'retransmission')} within ${lapse(frame, last)}, of which the ${reader} acknowledged none, though it had acknowledged everything before. Something between the two drops the packets in silence, or the ${reader}’s host is gone.`,
    certainty: 'likely',
    evidence: inOrder([
      { frame, text: `${text}; nothing acknowledges it` },
      { frame: { ...last }, text: `${lapse(frame, last)} later the capture has the last of it` },
    ]),
    ruledOut: [
      {
        id: 'connection-dropped',
        text: 'no RST came back',
      },
    ],
  } as const;
}

function halfOf({ conversation }: Subject, ofClient: boolean): HalfStream {
  const client = conversation.client ?? 0;
  return conversation.connection.halves[ofClient ? client : 1 - client]!;
}
