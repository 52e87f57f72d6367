import type { Mismatch } from '../../mysql/facts.ts';
import type { Explain, Explanation } from '../causes/cause.ts';
import { compressedNumbering } from '../causes/compressed-numbering.ts';
import { earlyError } from '../causes/early-error.ts';
import { infileBrokenOff } from '../causes/infile-broken-off.ts';
import { loginTimeout } from '../causes/login-timeout.ts';
import { misnumbered } from '../causes/misnumbered.ts';
import { notMysql } from '../causes/not-mysql.ts';
import { proxyHeader } from '../causes/proxy-header.ts';
import { refused } from '../causes/refused.ts';
import { compressedTexts, readerTexts, SERVER_TEXTS } from '../drivers.ts';
import type { DriverText, Rule } from '../finding.ts';

/** In the order in which causes are weighed; the last fits everything. */
const CAUSES: readonly Explain[] = [
  notMysql,
  compressedNumbering,
  refused,
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
    // Another protocol's fourth byte can happen to be the right number.
    const isWrong = got !== expected;
    let explanation: Explanation | null = null;
    for (const explain of CAUSES) explanation ??= explain(first, subject);
    return [
      {
        rule: this.code,
        severity: 'error',
        connection: subject.connection,
        frame: packet.frame,
        fromClient: packet.fromClient,
        got: isWrong ? got : null,
        expected: isWrong ? expected : null,
        message: isWrong
          ? `Packet sequence number wrong - got ${got} expected ${expected}`
          : `The ${packet.fromClient ? 'client' : 'server'} does not speak MySQL`,
        ...explanation!,
        drivers: driverTexts(first, subject.facts.serverFin !== null),
        occurrences: subject.facts.mismatchCount,
      },
    ];
  },
};

function driverTexts(mismatch: Mismatch, serverCloses: boolean): readonly DriverText[] {
  const { packet, got, expected } = mismatch;
  if (got === expected) return [];
  if (packet.fromClient) return SERVER_TEXTS;
  return packet.type === 'CompressedPacket'
    ? compressedTexts(got, expected)
    : readerTexts(mismatch, serverCloses);
}
