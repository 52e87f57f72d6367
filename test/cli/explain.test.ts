import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXPLAINED } from '../../src/findings/read-message.ts';

// These run bin/mywire.js as a user does, so they need `npm run build` first; `npm test` sees to it.

const MYWIRE = join(import.meta.dirname, '../../bin/mywire.js');

function explain(words: readonly string[], input = '') {
  return spawnSync(process.execPath, [MYWIRE, 'explain', ...words], { encoding: 'utf8', input });
}

describe('mywire explain', () => {
  test('lists every cause', () => {
    const { stdout, status } = explain([]);
    expect(status).toBe(0);
    for (const { id, severity } of EXPLAINED) {
      expect(stdout).toMatch(new RegExp(`^  ${id} +${severity ?? ''} `, 'm'));
    }
  });

  test('says what a message means, the likeliest cause in full, and how to record', () => {
    const { stdout, status } = explain(['Packets out of order. Got: 1 Expected: 2']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^mysqljs\/mysql: Packets out of order\. Got: 1 Expected: 2\n/);
    expect(stdout).toMatch(/^Most likely\n\nlogin-timeout: /m);
    expect(stdout).toContain('|<----------------------- greeting (0)');
    expect(stdout).toMatch(/^ {2}login-held-up: /m);
    expect(stdout).toMatch(
      /^ {2}sudo tcpdump .* -w capture\.pcap .*\n {2}mywire check capture\.pcap/m,
    );
  });

  test('takes a message without quotes', () => {
    const words = 'Packet sequence number wrong - got 1 expected 2'.split(' ');
    expect(explain(words).stdout).toBe(explain([words.join(' ')]).stdout);
  });

  test('finds a message in a log', () => {
    const log = `${'nothing here\n'.repeat(1000)}Error: read ECONNRESET\n    at TCP.onStreamRead\n`;
    const { stdout, status } = explain(['-'], log);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Node\.js: ECONNRESET\n {2}once in 1002 lines, in line 1001\n/);
  });

  test('says what else a log has, and how often', () => {
    const log = [
      ...Array(3).fill('Error: read ECONNRESET'),
      ...Array(2).fill('(1040, "Too many connections")'),
      "(1213, 'Deadlock found when trying to get lock; try restarting transaction')",
    ].join('\n');
    const { stdout } = explain(['-'], log);
    expect(stdout).toMatch(
      /^the server, in ERR 1040: .*\n {2}2 times in 6 lines, first in line 4\n/,
    );
    expect(stdout).toContain(`What else it has
  1 ×  the server, in ERR 1213: Deadlock found when trying to get lock (line 6):
       deadlock
  3 ×  Node.js: ECONNRESET (line 1): idle-timeout
`);
    const { log: record } = JSON.parse(explain(['--json', '-'], log).stdout);
    expect(record.lines).toBe(6);
    expect(record.messages[2]).toMatchObject({ line: 1, times: 3 });
  });

  test.each([
    ['', 'is empty: there is no message in it'],
    ['the cat\nsat\n', 'no message of a driver that mywire knows in 2 lines'],
  ])('nothing in the log %j', (log, said) => {
    const { stdout, stderr, status } = explain(['-'], log);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(stderr).toContain(said);
  });

  test('explains a rule by its causes', () => {
    expect(explain(['commands-out-of-sync']).stdout).toMatch(/^ {2}shared-connection +error /m);
  });

  test('as JSON', () => {
    const { stdout } = explain(['--json', 'invalid sequence 0 != 1']);
    const { schema, message, explain: causes } = JSON.parse(stdout);
    expect(schema).toBe('mywire/explain/1');
    expect(message).toMatchObject({ by: expect.stringContaining('go-mysql'), got: 0, expected: 1 });
    expect(causes[0]).toMatchObject({
      id: 'idle-timeout',
      docs: 'docs/findings.md#idle-timeout',
    });
  });

  test.each([
    [['lgoin-timeout'], 'did you mean `login-timeout`?'],
    [['the', 'cat', 'sat'], 'no cause, no rule, and no message'],
    [[MYWIRE], 'is a file: `mywire check FILE`'],
  ])('refuses %j', (words, said) => {
    const { stdout, stderr, status } = explain(words);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(stderr).toContain(said);
  });

  test('escapes what would change the terminal', () => {
    const { stdout } = explain(['Packets out of order. Got: 1 \u001b[31m Expected: 2']);
    expect(stdout).toBe('');
    const { stderr } = explain(['\u001b[31m']);
    expect(stderr).not.toContain('\u001b');
  });
});
