import type { Finding } from '../../src/findings/finding.ts';

/** A finding of which only some things matter. */
export function finding(
  facts: Partial<Omit<Finding, 'cause'>> & { cause?: string; number?: number } = {},
): Finding {
  const { cause = 'login-timeout', number = 1, connection = 0, ...rest } = facts;
  return {
    rule: 'sequence-mismatch',
    severity: 'error',
    connection,
    connections: [connection],
    parties: null,
    frame: { number, seconds: 0, fraction: 0, digits: 6 },
    fromClient: false,
    got: null,
    expected: null,
    message: 'something broke',
    cause: { id: cause, certainty: 'proven', summary: 'because' },
    evidence: [],
    ruledOut: [],
    consequences: [],
    advice: {},
    drivers: [],
    occurrences: 1,
    fingerprint: cause,
    ...rest,
  };
}
