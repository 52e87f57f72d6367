import { type Frame, secondsBetween } from '../capture/frame.ts';
import type { Conversation } from '../mysql/conversation.ts';
import type { Diagnosis, Subject } from './cause.ts';
import {
  closingEvidence,
  closingOf,
  howOf,
  lostOrClosed,
  onTheSecond,
  outcomeOf,
  textsOf,
} from './closing.ts';
import { lostTexts } from './drivers.ts';
import { endingOf } from './ending.ts';
import type { Evidence, Finding } from './finding.ts';
import { firstMismatch, wrongNumber } from './mismatch.ts';
import { describe, inOrder, lapse } from './words.ts';

/** ER_NET_READ_INTERRUPTED */
const READ_TIMEOUT = 1159;

/** No server has a shorter connect_timeout, and nothing that stands between a shorter timer for who is idle. */
const MIN_TIMER_SECONDS = 1;

/** The login left the client in time, and no login had come to the server when it gave up. */
export function heldBetween(client: Subject, server: Subject): Diagnosis | null {
  const { login, loginOk, greeting } = client.facts;
  const { facts } = server;
  if (login === null || loginOk !== null || facts.greeting === null || facts.bytesMissing) {
    return null;
  }
  const told = [...facts.unread, ...facts.mismatches]
    .map(({ packet }) => packet)
    .find(({ error }) => error?.code === READ_TIMEOUT);
  const ending = endingOf(facts);
  const end = told?.frame ?? (ending === null || ending.byClient ? null : ending.frame);
  if (end === null || login.frame.number > end.number) return null;
  if (facts.login !== null && facts.login.frame.number < end.number) return null;
  const waited = secondsBetween(facts.greeting.frame, end);
  if (waited === null || waited < MIN_TIMER_SECONDS) return null;
  const after = lapse(facts.greeting.frame, end);
  const gaveUp =
    told === undefined
      ? `the server ${ending!.how === 'reset' ? 'resets' : 'closes'} that connection`
      : `the server sends ${describe(told)}`;
  const evidence: Evidence[] = [
    {
      frame: facts.greeting.frame,
      text: `on connection ${server.connection} the server greets (sequence id 0); the login is due`,
    },
    {
      frame: login.frame,
      text: `on connection ${client.connection} the client sends its ${nameOf(login.type)} (sequence id ${login.sequenceId})${greeting === null ? '' : `, ${lapse(greeting.frame, login.frame)} after the greeting came`}`,
    },
    {
      frame: end,
      text: `on connection ${server.connection}, where no login has come, ${gaveUp}, ${after} after its greeting`,
    },
  ];
  const explained = {
    summary: `The client sent its ${nameOf(login.type)} in time on connection ${client.connection}. On connection ${server.connection}, which leads on to the server, it had not come when that gave up after ${after} (connect_timeout). What stands between the two took the login and did not pass it on in time.`,
    certainty: 'proven',
    ruledOut: [
      {
        id: 'login-timeout',
        text: `the login left ${lapse(login.frame, end)} before the server gave up`,
      },
    ],
  } as const;
  const mismatch = firstMismatch(client);
  if (mismatch !== null && mismatch.readFor === login && mismatch.packet.error !== null) {
    evidence.push({
      frame: mismatch.packet.frame,
      text: `on connection ${client.connection} that comes to the client: ${describe(mismatch.packet)}`,
    });
    return wrongNumber(mismatch, client, { ...explained, evidence: inOrder(evidence) });
  }
  const passed = client.facts.unread.find(({ packet }) => packet.error !== null)?.packet;
  const closed = endingOf(client.facts)?.frame ?? null;
  const frame = passed?.frame ?? closed ?? end;
  if (frame !== end) {
    evidence.push({
      frame,
      text: `on connection ${client.connection} ${passed === undefined ? 'the client’s connection is closed' : `that comes to the client: ${describe(passed)}`}`,
    });
  }
  return {
    frame,
    fromClient: false,
    message: `The server gave up waiting for the login after ${after}, though the client had sent it`,
    ...explained,
    evidence: inOrder(evidence),
    drivers: lostTexts('login', client.facts.reset?.byClient === false),
  };
}

/** What stands between has closed the client's leg, while nobody had closed the server's. */
export function closedBetween(client: Subject, server: Subject): Diagnosis | null {
  const closing = closingOf(client);
  if (closing === null || client.facts.login === null) return null;
  const { ending, busy } = closing;
  const other = endingOf(server.facts);
  const isOther = other !== null && !other.byClient && other.frame.number < ending.frame.number;
  if (isOther || server.facts.bytesMissing) return null;
  // What it had passed on to the server, that was working on.
  const isPassedOn = server.conversation.commands >= client.conversation.commands;
  const since = client.facts.lastReply ?? client.facts.loginOk?.frame ?? null;
  const idleTo = busy === null ? ending.frame : busy.request.frame;
  const idle = since === null ? null : secondsBetween(since, idleTo);
  if (since === null || idle === null || idle < MIN_TIMER_SECONDS) return null;
  if (busy !== null && isPassedOn) return null;
  const stays = stayOf(server, ending.frame);
  return {
    frame: ending.frame,
    fromClient: false,
    message: `What stands between client and server closed the connection after ${lapse(since, idleTo)} without a command`,
    summary: `Nothing was said for ${lapse(since, idleTo)}, then the server’s side of connection ${client.connection} ${howOf(closing)}. That was not the server: connection ${server.connection}, which leads on to it, ${stays}. ${busy === null ? outcomeOf(client, closing) : `The client was waiting for the answer to its ${busy.request.type}, which never appeared there.`}`,
    // Who closed it is certain; that a timer did, where the time is one that a timer would have.
    certainty: onTheSecond(idle) === null ? 'likely' : 'proven',
    evidence: inOrder([
      ...closingEvidence(client, closing)
        .filter(({ frame }) => frame.number !== ending.frame.number)
        .map((one) => on(client.connection, one)),
      {
        frame: ending.frame,
        text: `on connection ${client.connection} the server’s side ${howOf(closing)} (${ending.how === 'reset' ? 'RST' : 'FIN'}) without a word`,
      },
      ...(server.facts.lastReply === null
        ? []
        : [
            {
              frame: server.facts.lastReply,
              text: `on connection ${server.connection}, which ${stays}, the server ends its last answer`,
            },
          ]),
    ]),
    ruledOut: [
      { id: 'idle-timeout', text: `the server’s own connection ${stays}` },
      { id: 'killed', text: `the server’s own connection ${stays}` },
    ],
    drivers: textsOf(closing),
    ...lostOrClosed(closing),
  };
}

/** What became of the server's leg: it was not the server that ended it. */
function stayOf({ facts }: Subject, end: Frame): string {
  const ending = endingOf(facts);
  if (ending === null) return 'stays open';
  const when = lapse(ending.frame.number < end.number ? ending.frame : end, ending.frame);
  return ending.byClient
    ? 'is closed from its client’s side'
    : `is closed by the server only ${when} later`;
}

/** A finding of one leg as one of its session: all legs, and how the others ended. */
export function ofAllLegs(finding: Finding, of: Subject, subjects: readonly Subject[]): Finding {
  const told = new Set(finding.evidence.map(({ frame }) => frame.number));
  const others = subjects.filter((subject) => subject !== of);
  const evidence = others
    .flatMap((subject) => legEvidence(subject.conversation, subject === subjects[0]))
    .filter(({ frame }) => !told.has(frame.number));
  const names = finding.evidence.map((one) => on(of.connection, one));
  return {
    ...finding,
    connections: subjects.map(({ connection }) => connection),
    evidence: inOrder([...names, ...evidence]),
    consequences: finding.consequences.filter(
      ({ frame }) => !evidence.some((e) => e.frame.number === frame.number),
    ),
  };
}

/** How another leg of the session ended. */
function legEvidence({ connection, facts }: Conversation, isClients: boolean): Evidence[] {
  const ending = endingOf(facts);
  if (ending === null) return [];
  const { frame, byClient, how } = ending;
  const [client, server] = isClients
    ? ['the client', 'what stands between']
    : ['what stands between', 'the server'];
  const does = { quit: 'says goodbye (COM_QUIT)', fin: 'closes (FIN)', reset: 'resets' }[how];
  const text = `on connection ${connection.number}, ${isClients ? 'the client’s leg' : 'another leg'} of the same session, ${byClient ? client : server} ${does}`;
  return [{ frame, text }];
}

/** Evidence that names its connection, once. */
function on(connection: number, { frame, text }: Evidence): Evidence {
  return {
    frame,
    text: text.startsWith('on connection ') ? text : `on connection ${connection}: ${text}`,
  };
}

function nameOf(type: string): string {
  return type === 'SSLRequest' ? 'request for TLS' : 'login';
}
