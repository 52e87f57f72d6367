import { secondsBetween } from '../../capture/frame.ts';
import type { CauseSpec } from '../cause.ts';
import { closingOf } from '../closing.ts';
import { lostTexts } from '../drivers.ts';
import { IDLE_LIMITS } from '../idle-limits.ts';
import { describe, inOrder, lapse } from '../words.ts';

/** Whoever forgets a connection does so because it is idle. */
const MIN_IDLE_SECONDS = 1;

/** Limits that are named: those next below the idle time. */
const NAMED = 2;

/** C9: what stands between has forgotten the connection. */
export const connectionDropped: CauseSpec = {
  id: 'connection-dropped',
  rule: 'connection-lost',
  severity: 'error',
  title: 'Something between client and server had forgotten the idle connection.',
  advice: {
    client:
      'keep pooled connections idle for less than the time-out of what is in between, check them on checkout, or send TCP keepalives more often than that (net.ipv4.tcp_keepalive_time, the driver’s keepalive option). Whether the command ran: it did not reach the server.',
    between:
      'raise the idle time-out of the firewall, NAT or load balancer above that of the pools.',
  },
  drivers: lostTexts('command', true),
  page: {
    about: [
      'Firewalls, NAT and load balancers keep a table of connections and drop those that were idle for too long, without telling anybody. Both ends think that the connection is there. The client’s next command meets something that has never heard of it, and that answers with a bare RST: one that acknowledges nothing. (One that drops in silence instead: unanswered.)',
      'Known limits: AWS Network Load Balancer and NAT gateway 350 s, Azure Load Balancer 240 s, Google Cloud 600 s, IPVS and Kubernetes 900 s, hardware firewalls 3600 s.',
    ],
    lookAlikes: [
      'idle-timeout of MariaDB: the RST comes by itself at the end of the time, before the next command.',
      'idle-timeout, killed, server-stopped: the server’s FIN or ERR stands before the command, and the RST only repeats that the connection is gone.',
      'A server’s host that has lost power or was replaced answers in the same way when it is back.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'server', text: 'its answer (1…)' },
      { from: 'client', text: 'idle', quiet: true },
      { from: 'between', text: 'forgets the connection', quiet: true },
      { from: 'client', text: 'COM_QUERY (0)' },
      { from: 'between', text: 'RST' },
    ],
    fixture: 'causes/firewall-forgets-mysql',
    twin: 'causes/firewall-keepalive',
  },
  diagnose: (subject) => {
    const { facts, around, conversation } = subject;
    const closing = closingOf(subject);
    if (closing === null || facts.reset === null || facts.reset.acknowledged >= 0) return null;
    const { ending, later, quietSince } = closing;
    if (ending.how !== 'reset' || later === null || quietSince === null) return null;
    if (later.frame.number > ending.frame.number || facts.loginOk === null) return null;
    const since = facts.lastReply ?? quietSince;
    const idle = secondsBetween(since, later.frame);
    if (idle === null || idle < MIN_IDLE_SECONDS) return null;
    const limits = IDLE_LIMITS.filter(({ seconds }) => seconds <= idle)
      .slice(-NAMED)
      .map(({ seconds, of }) => `${seconds} s: ${of}`);
    const known = limits.length === 0 ? '' : ` Limits next below that: ${limits.join('; ')}.`;
    const goesOn = around.goesOn(conversation, ending.frame);
    return {
      frame: ending.frame,
      fromClient: false,
      message: `After ${lapse(since, later.frame)} of silence the client’s ${later.type} was answered with RST`,
      summary: `The connection had been idle for ${lapse(since, later.frame)}. Neither side had closed it, but whoever answers the ${later.type} does not know the connection: it sends a bare RST, ${lapse(later.frame, ending.frame)} after the command. A firewall, NAT or load balancer between the two had dropped it${goesOn ? '' : ', or the server’s host was restarted'}.${known}${facts.transaction !== null ? ' A transaction was open; the server still holds its locks until it notices.' : ''}`,
      certainty: 'likely',
      evidence: inOrder([
        { frame: since, text: 'the last answer ends' },
        {
          frame: later.frame,
          text: `${lapse(since, later.frame)} later the client sends ${describe(later)}`,
        },
        {
          frame: ending.frame,
          text: 'a RST comes back that acknowledges nothing: its sender has no such connection',
        },
      ]),
      ruledOut: [
        {
          id: 'idle-timeout',
          text: 'no ERR, FIN or RST of the server stands before the command',
        },
        ...(goesOn
          ? [{ id: 'server-stopped', text: 'the server goes on speaking on other connections' }]
          : []),
      ],
    };
  },
};
