import { expect, test } from 'vitest';
import { C, S } from '../build/conversation.ts';
import { ok, query } from '../build/mysql.ts';
import { play } from './analyze.ts';
import { CONNECT } from './legal-scripts.ts';

/** What a finding says of a statement that was answered with a wrong number. */
function named(sql: string): string {
  const { report } = play([...CONNECT, C(0, query(sql)), S(9, ok())]);
  return report.findings[0]!.evidence[0]!.text;
}

test('a finding names the statement', () => {
  expect(named('select 1')).toBe('the client sends COM_QUERY select 1 (sequence id 0)');
});

test('on one line, and no more than its beginning', () => {
  const text = named(`select\n\t1, '${'x'.repeat(500)}'`);
  expect(text).toMatch(/^the client sends COM_QUERY select 1, 'x{70,90} \.\.\. \(sequence id 0\)$/);
});

test.each([
  "create user a identified by 'secret-word'",
  `create user a identified by '${'secret-word'.repeat(20)}'`,
  "set password = 'secret-word'",
])('never its secrets: %s', (sql) => {
  expect(named(sql)).not.toContain('secret-word');
});
