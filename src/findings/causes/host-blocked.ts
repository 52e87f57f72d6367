import type { CauseSpec, Subject } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import type { Evidence } from '../finding.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import { refusedWith } from '../refusal.ts';
import { isSilent } from '../visits.ts';
import { several } from '../words.ts';

/** Connections that led to it and are shown. */
const SHOWN = 3;

/** C7: 1129. */
export const hostBlocked: CauseSpec = {
  id: 'host-blocked',
  rule: 'connection-refused',
  severity: 'warning',
  also: [READ_AS_ANSWER],
  title: "The server has blocked the client's host after too many connects that came to nothing.",
  advice: {
    between:
      'find what connects from that host without logging in, and make it log in and quit: a health check or load balancer that only opens the port or speaks HTTP or TLS, a port scanner.',
    server:
      'FLUSH HOSTS (from MySQL 8.4 on: TRUNCATE TABLE performance_schema.host_cache) lets the host in again; max_connect_errors says how many broken connects it takes (100 by default).',
  },
  drivers: refusalTexts({
    code: 1129,
    sqlState: null,
    message:
      "Host '10.0.0.5' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'",
  }),
  page: {
    about: [
      'For each host the server counts the connects that end in the middle of the handshake: nothing sent after the greeting, bytes that are no login, a login that never comes. A login that succeeds starts the count again. Once it has reached max_connect_errors, every connect from that host is refused with ERR 1129 in place of the greeting, whoever it comes from, until somebody flushes the host cache.',
      'Wrong passwords do not count. It is mostly a health check: each of its connects is harmless, and a hundred of them without a login between lock out the application on the same host, or behind the same load balancer. The loopback address is never blocked, and with skip_name_resolve no host is.',
    ],
    lookAlikes: [
      'host-not-allowed: ERR 1130; no account allows the host, and nothing has to be unblocked.',
      'health-check: the connects that lead to it.',
    ],
    ladder: [
      { from: 'client', text: 'health check: connects and leaves, again and again' },
      { from: 'client', text: 'application: connects' },
      { from: 'server', text: 'ERR 1129 (0) in place of the greeting, closes' },
    ],
    fixture: 'causes/host-blocked-mysql',
    twin: 'refused/host-not-allowed',
  },
  diagnose: (subject) =>
    refusedWith(
      subject,
      ({ code }) => code === 1129,
      () => ({ summary: ledTo(subject), evidence: brokenConnects(subject) }),
    ),
};

function ledTo({ around, conversation }: Subject): string {
  const { broken, silent } = around.visits.hostOf(conversation);
  if (broken === 0) {
    return 'What led to it is not in this capture: connects from that host that ended before a login.';
  }
  const silence = silent === 0 ? '' : ` (${silent} of them without a byte from the client)`;
  return `The capture shows what led to it: ${several(broken, 'connection')} from the same host ended before a login was through${silence}.`;
}

function brokenConnects({ around, conversation, facts }: Subject): Evidence[] {
  const { firstBroken } = around.visits.hostOf(conversation);
  const before = firstBroken.filter(
    (broken) => broken.facts.greeting!.frame.number < facts.greeting!.frame.number,
  );
  return before.slice(0, SHOWN).map((broken) => ({
    frame: broken.facts.greeting!.frame,
    text: `on connection ${broken.connection.number} the server greets, and ${brokenText(broken)}`,
  }));
}

function brokenText(conversation: Subject['conversation']): string {
  if (isSilent(conversation)) return 'the client leaves without a byte';
  const { mismatches, login } = conversation.facts;
  const protocol = mismatches.find(({ banner }) => banner !== '')?.protocol;
  if (protocol) return `the client speaks ${protocol}`;
  return login === null ? 'no login comes' : 'the login breaks off';
}
