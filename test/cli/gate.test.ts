import { describe, expect, test } from 'vitest';
import { failures, gate, type Terms } from '../../src/cli/gate.ts';
import { finding } from '../build/finding.ts';

const FINDINGS = [
  finding({ number: 1, severity: 'info', rule: 'risky-habit', cause: 'no-tls' }),
  finding({ number: 2, severity: 'warning', rule: 'login-refused', cause: 'access-denied' }),
  finding({ number: 3, severity: 'error', cause: 'login-timeout', connection: 3 }),
  finding({ number: 4, severity: 'error', cause: 'proxy-header', connection: 4 }),
];

function judged(terms: Partial<Terms>, findings = FINDINGS) {
  const { told, withheld, fails } = gate(findings, {
    isFailure: failures('error', []),
    ignored: [],
    known: new Set(),
    severity: 'info',
    maxFindings: Number.POSITIVE_INFINITY,
    ...terms,
  });
  const reasons = Object.entries(withheld).filter(([, number]) => number > 0);
  return { told: told.map(({ frame }) => frame.number), ...Object.fromEntries(reasons), fails };
}

const all = (name: string) => ({ name, connection: null });

describe('what fails the run', () => {
  test.each([
    ['error', [], true],
    ['never', [], false],
    ['never', ['no-tls'], true],
    ['never', ['risky-habit'], true],
    ['never', ['idle-timeout'], false],
  ] as const)('--fail-on %s, --fail-on-rule %j: %s', (failOn, names, fails) => {
    expect(judged({ isFailure: failures(failOn, names) }).fails).toBe(fails);
  });

  test.each([
    ['info', 'info', true],
    ['info', 'warning', false],
    ['warning', 'warning', true],
    ['warning', 'error', false],
    ['error', 'warning', true],
  ] as const)('%s at --fail-on %s: %s', (severity, failOn, fails) => {
    expect(failures(failOn, [])(finding({ severity }))).toBe(fails);
  });
});

describe('what is ignored', () => {
  test('neither counts nor is told', () => {
    const ignored = [all('sequence-mismatch')];
    expect(judged({ ignored })).toEqual({ told: [1, 2], ignored: 2, fails: false });
  });

  test('may be a cause, or of one connection', () => {
    const ignored = [all('proxy-header'), { name: 'sequence-mismatch', connection: 3 }];
    expect(judged({ ignored })).toEqual({ told: [1, 2], ignored: 2, fails: false });
    const other = [{ name: 'login-timeout', connection: 4 }];
    expect(judged({ ignored: other })).toEqual({ told: [1, 2, 3, 4], fails: true });
  });

  test('of several connections is so on all of them', () => {
    const shared = [finding({ connections: [3, 7] })];
    const on = (connection: number) => ({ name: 'login-timeout', connection });
    expect(judged({ ignored: [on(3)] }, shared)).toEqual({ told: [1], fails: true });
    expect(judged({ ignored: [on(7), on(3)] }, shared)).toEqual({
      told: [],
      ignored: 1,
      fails: false,
    });
  });

  test('is so before a rule makes it fail', () => {
    const terms = { isFailure: failures('error', ['no-tls']), ignored: [all('no-tls')] };
    expect(judged(terms, FINDINGS.slice(0, 1))).toEqual({ told: [], ignored: 1, fails: false });
  });
});

test('what is in the baseline neither counts nor is told', () => {
  const known = new Set(['login-timeout', 'proxy-header', 'something-else']);
  expect(judged({ known })).toEqual({ told: [1, 2], known: 2, fails: false });
});

describe('what is told', () => {
  test('has a severity', () => {
    expect(judged({ severity: 'warning' })).toEqual({ told: [2, 3, 4], minor: 1, fails: true });
  });

  test('is what fails the run, however severe', () => {
    const isFailure = failures('never', ['no-tls']);
    expect(judged({ severity: 'error', isFailure })).toEqual({
      told: [1, 3, 4],
      minor: 1,
      fails: true,
    });
  });

  test('is bounded in number: the most severe, in their order', () => {
    expect(judged({ maxFindings: 3 })).toEqual({ told: [2, 3, 4], beyond: 1, fails: true });
    expect(judged({ maxFindings: 1 })).toEqual({ told: [3], beyond: 3, fails: true });
    expect(judged({ maxFindings: 0 })).toEqual({ told: [], beyond: 4, fails: true });
    const isFailure = failures('never', ['no-tls']);
    expect(judged({ maxFindings: 2, isFailure })).toEqual({
      told: [1, 3],
      beyond: 2,
      fails: true,
    });
  });
});
