import type { Noted } from '../mysql/facts.ts';
import type { Diagnosis, Subject } from './cause.ts';
import { serverEndTexts } from './closing.ts';
import { cutOffTexts, errorTexts, idleTexts, refusalTexts } from './drivers.ts';
import type { Evidence } from './finding.ts';
import { firstMismatch, wrongNumber } from './mismatch.ts';
import { capitalised, describe, inOrder, lapse, sentWithoutHaving } from './words.ts';

/**
 * An ERR that the server sent of its own accord, before or without reading a command (C8, C10, C17): an ERR
 * continues the server's own counter, so a driver that takes it for an answer finds a number that is too
 * small, and hides the text. `why` completes "the server sent it because …".
 */
export function toldByError(
  subject: Subject,
  isMeant: (error: NonNullable<Noted['error']>) => boolean,
  why: string,
): Diagnosis | null {
  return readAsAnswer(subject, isMeant, why) ?? unread(subject, isMeant, why);
}

/** Somebody read it where the reply to something was due. */
function readAsAnswer(
  subject: Subject,
  isMeant: (error: NonNullable<Noted['error']>) => boolean,
  why: string,
): Diagnosis | null {
  const mismatch = firstMismatch(subject);
  if (mismatch === null || mismatch.packet.fromClient) return null;
  const { packet, readFor, stale } = mismatch;
  const { error } = packet;
  if (error === null || !isMeant(error)) return null;
  const evidence: Evidence[] = [
    { frame: packet.frame, text: `the server sends ${describe(packet)}` },
  ];
  if (readFor !== null) {
    const late = readFor.frame.number > packet.frame.number;
    const had = sentWithoutHaving(readFor, packet) === false;
    evidence.push({
      frame: readFor.frame,
      text: late
        ? `${lapse(packet.frame, readFor.frame)} later the client sends its ${readFor.type} (sequence id ${readFor.sequenceId})${had ? ', acknowledging the ERR it has not read' : ''}`
        : `the client sends its ${readFor.type} (sequence id ${readFor.sequenceId})${stale ? '; the ERR acknowledges nothing of it' : ''}`,
    });
  }
  return wrongNumber(mismatch, subject, {
    summary: `The packet is ERR ${error.code} '${error.message}': ${why}. An ERR carries the server's own counter, so the driver, which expected the reply to its ${readFor?.type ?? 'command'}, saw sequence id ${packet.sequenceId} and hid the message.`,
    certainty: stale ? 'proven' : 'likely',
    evidence: inOrder([...evidence, ...serverCloses(subject)]),
    key: String(error.code),
  });
}

/** Its number breaks nothing, or nobody read it; then it says why the server closed. */
function unread(
  { facts }: Subject,
  isMeant: (error: NonNullable<Noted['error']>) => boolean,
  why: string,
): Diagnosis | null {
  const found = facts.unread.find(({ packet }) => packet.error !== null && isMeant(packet.error));
  if (found === undefined) return null;
  const { packet, interrupted, idleExpected, readBy } = found;
  const evidence: Evidence[] = [];
  if (facts.login === null && facts.greeting !== null) {
    evidence.push({
      frame: facts.greeting.frame,
      text: `the server greets, ${lapse(facts.greeting.frame, packet.frame)} before the error`,
    });
  }
  if (interrupted !== null) {
    evidence.push({ frame: interrupted.frame, text: 'the client starts to send a packet' });
  }
  evidence.push({ frame: packet.frame, text: `the server sends ${describe(packet)}` });
  if (readBy !== null) {
    evidence.push({ frame: readBy.frame, text: `the client then sends its ${readBy.type}` });
  }
  const outcome =
    interrupted !== null
      ? 'The client was still sending: its driver may report a broken pipe or a lost connection and never show the error.'
      : readBy !== null
        ? `The client sent its ${readBy.type} all the same, and reads this error, or a closed connection, instead of an answer.`
        : facts.bytesMissing
          ? 'Whether the client used the connection again is not in the capture.'
          : 'The client sent nothing after that.';
  return {
    frame: packet.frame,
    fromClient: false,
    message: `The server ended the conversation with ${describe(packet)}`,
    summary: `${capitalised(why)}. ${outcome}`,
    certainty: 'proven',
    evidence: inOrder(evidence),
    severity: interrupted !== null || readBy !== null ? 'error' : 'warning',
    occurrences: facts.unread.length,
    key: String(packet.error!.code),
    ...(interrupted !== null
      ? { drivers: cutOffTexts(packet.error) }
      : idleExpected !== null && { drivers: idleTexts(packet, idleExpected) }),
  };
}

/** It is the proper answer to a command, and the server closed behind it. */
export function answeredByError(
  { facts, conversation }: Subject,
  isMeant: (error: NonNullable<Noted['error']>) => boolean,
  why: string,
): Diagnosis | null {
  const { lastError, lastRequest, serverFin, reset, isSettled, pending } = facts;
  if (lastError === null || lastError.error === null || !isMeant(lastError.error)) return null;
  // Whatever is missing of the client: it is the last that the server said.
  const { halves } = conversation.connection;
  const server = halves[1 - (conversation.client ?? 0)]!;
  if (!isSettled && facts.lastReplyEnd !== server.offset) return null;
  const end = serverFin ?? (reset?.byClient === false ? reset.frame : null);
  if (end === null || end.number < lastError.frame.number) return null;
  const evidence: Evidence[] = [
    { frame: lastError.frame, text: `the server answers with ${describe(lastError)}` },
    {
      frame: end,
      text: `${lapse(lastError.frame, end)} later the server ${serverFin === null ? 'resets' : 'closes'} the connection`,
    },
  ];
  if (lastRequest !== null) {
    evidence.push({ frame: lastRequest.frame, text: `the client sends ${describe(lastRequest)}` });
  }
  const later = pending !== null && pending.request.frame.number > end.number ? pending : null;
  if (later !== null) {
    evidence.push({
      frame: later.request.frame,
      text: `the client sends ${describe(later.request)}`,
    });
  }
  const { code, message } = lastError.error;
  const isLogin =
    lastError === facts.loginError || (lastRequest !== null && lastRequest === facts.login);
  return {
    frame: lastError.frame,
    fromClient: false,
    message: `The server answered with ERR ${code} '${message}' and ended the connection`,
    summary: `${capitalised(why)}. The driver shows the error${isLogin ? '' : later === null ? ', and whatever uses the connection next finds it gone' : `; the ${later.request.type} that the client sent next found the connection gone`}.${facts.transaction === null ? '' : ' The transaction that was open has been rolled back.'}`,
    certainty: 'proven',
    evidence: inOrder(evidence),
    ...(isLogin ? { rule: 'login-refused', severity: 'warning' } : { rule: 'connection-lost' }),
    drivers: isLogin
      ? refusalTexts(lastError.error)
      : [...errorTexts(lastError.error), ...serverEndTexts(facts, serverFin === null)],
    key: String(code),
  };
}

export function serverCloses({ facts }: Subject): Evidence[] {
  return facts.serverFin === null ? [] : [{ frame: facts.serverFin, text: 'the server closes' }];
}
