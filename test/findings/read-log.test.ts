import { expect, test } from 'vitest';
import { LogReader } from '../../src/findings/read-log.ts';

function read(...pieces: readonly string[]) {
  const reader = new LogReader();
  for (const piece of pieces) reader.push(piece);
  const { lines, messages } = reader.end();
  return {
    lines,
    messages: messages.map(({ reading, line, times }) => [reading.causes[0]?.id, line, times]),
  };
}

test('nothing in it', () => {
  expect(read()).toEqual({ lines: 0, messages: [] });
  expect(read('the cat\nsat on the mat\n')).toEqual({ lines: 2, messages: [] });
});

test('what tells most comes first, and of that what is there most often', () => {
  const log = [
    ...Array(5).fill('Error: read ECONNRESET'),
    'Deadlock found when trying to get lock; try restarting transaction',
    ...Array(3).fill('ERROR 1040 (08004): Too many connections'),
  ].join('\n');
  expect(read(log)).toEqual({
    lines: 9,
    messages: [
      ['too-many-connections', 7, 3],
      ['deadlock', 6, 1],
      ['idle-timeout', 1, 5],
    ],
  });
});

test('a stack trace is one message, whatever journalctl puts before its lines', () => {
  const trace = [
    'Error: Packets out of order. Got: 80 Expected: 0',
    '    at Parser.write (Parser.js:42:19) {',
    "  code: 'PROTOCOL_PACKETS_OUT_OF_ORDER',",
    '}',
    'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
    '',
    'The last packet successfully received from the server was 9 milliseconds ago.',
    'Caused by: java.net.ConnectException: Connection refused',
  ];
  const expected = {
    lines: 8,
    messages: [
      ['not-mysql-server', 1, 1],
      ['nobody-listens', 5, 1],
    ],
  };
  expect(read(trace.join('\n'))).toEqual(expected);
  const stamped = trace.map((line) => `May 01 12:00:00 web app[17]: ${line}\n`);
  expect(read(stamped.join(''))).toEqual(expected);
});

test('other numbers are another message', () => {
  const log =
    'Packets out of order. Got: 1 Expected: 2\nPackets out of order. Got: 0 Expected: 1\n';
  expect(read(log.repeat(2)).messages).toEqual([
    ['login-timeout', 1, 2],
    ['idle-timeout', 2, 2],
  ]);
});

test('however the pieces are cut', () => {
  const log = `${'nothing\n'.repeat(30)}MySQL server has gone away\n${'nothing\n'.repeat(30)}`;
  for (let at = 0; at <= log.length; at += 7) {
    expect(read(log.slice(0, at), log.slice(at))).toEqual({
      lines: 61,
      messages: [['idle-timeout', 31, 1]],
    });
  }
});

test('behind many megabytes, and in a line without an end', () => {
  const piece = 'x'.repeat(100_000);
  const pieces = Array(50).fill(piece);
  expect(read(...pieces, '\nERROR 1040 (08004)\n').messages).toEqual([
    ['too-many-connections', 2, 1],
  ]);
  expect(read(...pieces, ' Too many connections ', ...pieces).messages).toEqual([
    ['too-many-connections', 1, 1],
  ]);
});
