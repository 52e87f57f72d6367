import type { Evidence } from '../finding.ts';
import { describe, type Explain, lapse, sentWithoutHaving } from './cause.ts';

/** ER_NET_READ_INTERRUPTED */
export const READ_TIMEOUT = 1159;

/**
 * C1, C3: the server waited for the login for connect_timeout, said so in an ERR that continues its own
 * counter, and closed. The client sent its login all the same, and read the ERR as the reply to it.
 */
export const loginTimeout: Explain = (mismatch, { facts }) => {
  const { packet, readFor } = mismatch;
  const { greeting } = facts;
  if (packet.error?.code !== READ_TIMEOUT || greeting === null) return null;
  if (readFor === null || readFor !== facts.login) return null;
  const waited = lapse(greeting.frame, packet.frame);
  const evidence: Evidence[] = [
    { frame: greeting.frame, text: 'the server greets (sequence id 0); the login is due' },
  ];
  const error = {
    frame: packet.frame,
    text: `${waited} later the server sends ${describe(packet)}: its own counter, one past ${packet.sequenceId === 1 ? 'its greeting' : 'what it had read last'}`,
  };
  const closes =
    facts.serverFin === null ? [] : [{ frame: facts.serverFin, text: 'the server closes' }];
  if (mismatch.stale && packet.frame.number < readFor.frame.number) {
    const had = sentWithoutHaving(readFor, packet) === false;
    const late = lapse(greeting.frame, readFor.frame);
    evidence.push(error, ...closes, {
      frame: readFor.frame,
      text: had
        ? `only now, ${late} after the greeting, the client sends its login (sequence id ${readFor.sequenceId}); it acknowledges the ERR, so that had long arrived: the delay was inside the client's process`
        : `only now, ${late} after the greeting, the client sends its login (sequence id ${readFor.sequenceId})`,
    });
    return {
      cause: {
        id: 'login-timeout',
        certainty: had ? 'proven' : 'likely',
        summary: `The client sent its login ${late} after the greeting. The server had given up after ${waited} (connect_timeout), sent ERR ${READ_TIMEOUT} with its own sequence id ${packet.sequenceId} and closed. The driver then read that stale ERR where it expected the reply to its login.`,
      },
      evidence: inOrder(evidence),
      advice: `Client: find what kept the process from sending its login for ${late} after the greeting: a blocked event loop (a synchronous call in async code), a starved or suspended process, a long garbage collection; in asyncio, run with PYTHONASYNCIODEBUG=1, or move the blocking call to a thread. Server: connect_timeout is about ${waited}; raising it only hides the stall. Retrying the connect is safe: nothing was executed.`,
    };
  }
  evidence.push(
    {
      frame: readFor.frame,
      text: `the client sends its login (sequence id ${readFor.sequenceId}) in time`,
    },
    {
      frame: packet.frame,
      text: `${waited} after the greeting the server sends ${describe(packet)}${mismatch.stale ? ', which acknowledges nothing of the login' : ''}`,
    },
    ...closes,
  );
  return {
    cause: {
      id: 'login-held-up',
      certainty: mismatch.stale ? 'proven' : 'likely',
      summary: `The client sent its login in time, but the server never received it: after ${waited} (connect_timeout) it gave up with ERR ${READ_TIMEOUT}, numbered ${packet.sequenceId} by its own counter.`,
    },
    evidence: inOrder(evidence),
    advice:
      'Something between the two held the login back: look at the proxy, load balancer or firewall on the way, and capture on both sides of it.',
  };
};

function inOrder(evidence: Evidence[]): Evidence[] {
  return evidence.sort((a, b) => a.frame.number - b.frame.number);
}
