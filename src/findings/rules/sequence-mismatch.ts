import type { Explain, Explanation } from '../causes/cause.ts';
import { earlyError } from '../causes/early-error.ts';
import { infileBrokenOff } from '../causes/infile-broken-off.ts';
import { loginTimeout } from '../causes/login-timeout.ts';
import { misnumbered } from '../causes/misnumbered.ts';
import { notMysql } from '../causes/not-mysql.ts';
import { proxyHeader } from '../causes/proxy-header.ts';
import { readerTexts, SERVER_TEXTS } from '../drivers.ts';
import type { Rule } from '../finding.ts';

/** In the order in which causes are weighed; the last fits everything. */
const CAUSES: readonly Explain[] = [
  notMysql,
  proxyHeader,
  loginTimeout,
  infileBrokenOff,
  earlyError,
  misnumbered,
];

/**
 * A packet whose sequence id is not the one its reader expects. One finding a connection: what goes
 * wrong first makes the rest go wrong too.
 */
export const sequenceMismatch: Rule = {
  code: 'sequence-mismatch',
  check(subject) {
    const first = subject.facts.mismatches[0];
    if (first === undefined) return [];
    const { packet, got, expected } = first;
    let explanation: Explanation | null = null;
    for (const explain of CAUSES) explanation ??= explain(first, subject);
    return [
      {
        rule: this.code,
        severity: 'error',
        connection: subject.connection,
        frame: packet.frame,
        fromClient: packet.fromClient,
        got,
        expected,
        message: `Packet sequence number wrong - got ${got} expected ${expected}`,
        ...explanation!,
        drivers: packet.fromClient ? SERVER_TEXTS : readerTexts(got, expected, packet.length),
        occurrences: subject.facts.mismatchCount,
      },
    ];
  },
};
