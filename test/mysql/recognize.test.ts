import { describe, expect, test } from 'vitest';
import {
  startOfLogin,
  startsWithAnswer,
  startsWithCommand,
  startsWithCompressedAnswer,
  startsWithCompressedCommand,
  startsWithGreeting,
} from '../../src/mysql/recognize.ts';
import { amid, ascii, concat, hex, u8, zeros } from '../build/bytes.ts';
import {
  column,
  command,
  compressed,
  err,
  greeting,
  lenencText,
  login,
  ok,
  packet,
  ping,
  query,
  queryWithAttributes,
  quit,
  textRow,
  wire,
} from '../build/mysql.ts';

/** In the middle of other bytes, which must not matter. */
function at<T>(recognise: (bytes: Uint8Array, start: number, end: number) => T, of: Uint8Array): T {
  const { bytes, start, end } = amid(of);
  return recognise(bytes, start, end);
}

describe('a greeting', () => {
  const GREETINGS: [string, Uint8Array][] = [
    ['of MySQL 8', packet(0, greeting())],
    ['of MySQL 9.7', packet(0, greeting({ version: '9.7.4', plugin: 'caching_sha2_password' }))],
    ['of MariaDB', packet(0, greeting({ version: '5.5.5-10.11.19-MariaDB-0+deb12u1' }))],
    ['of protocol 9', packet(0, concat(u8(9), ascii('3.20.32\0'), zeros(20)))],
    ['that is an ERR', packet(0, err(1040, 'Too many connections', null))],
    ['that is an ERR numbered 1', packet(1, err(1130, "Host 'x' is not allowed", null))],
    ['that is an ERR with an SQLSTATE', packet(0, err(1040, 'Too many connections', '08004'))],
    ['whose number is wrong', packet(7, greeting())],
  ];

  test.each(GREETINGS)('%s is one', (_, bytes) => {
    expect(at(startsWithGreeting, bytes)).toBe('yes');
  });

  test.each(GREETINGS)('%s is never refused while it arrives, and soon known', (_, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      const verdict = at(startsWithGreeting, bytes.slice(0, length));
      expect(verdict, `${length} bytes`).toBe(length < 8 ? 'more' : verdict);
      expect(verdict).not.toBe('no');
      if (length >= 10) expect(verdict, `${length} bytes`).toBe('yes');
    }
  });

  const OTHERS: [string, Uint8Array][] = [
    ['HTTP', ascii('HTTP/1.1 400 Bad Request\r\n')],
    ['SSH', ascii('SSH-2.0-OpenSSH_9.2p1\r\n')],
    ['SMTP', ascii('220 mail.example.com ESMTP\r\n')],
    ['POP3', ascii('+OK ready\r\n')],
    ['Redis', ascii('-ERR unknown command\r\n')],
    ['a TLS alert', hex('15 0303 0002 0246')],
    ['a TLS ServerHello', concat(hex('16 0303 0040 02 00003c 0303'), zeros(60))],
    ['the MySQL X protocol', hex('05000000 0b 08051a00')],
    ['the Sphinx API', hex('00000001')],
    ['PostgreSQL', hex('45 00000064 53 46 41 54 41 4c 00')],
    ['zeros', zeros(40)],
    ['0xff', new Uint8Array(40).fill(0xff)],
    ['a result set', concat(packet(1, u8(1)), packet(2, column()))],
    ['an OK', packet(2, ok())],
    ['a greeting without a version', packet(0, concat(u8(10, 0), zeros(60)))],
    ['an ERR with a code below 768', packet(0, err(255, 'no such code', null))],
    ['a greeting of 5000 bytes', packet(0, concat(u8(10), ascii('8.0'.repeat(1667))))],
  ];
  test.each(OTHERS)('%s is none', (_, bytes) => {
    expect(at(startsWithGreeting, bytes)).toBe('no');
  });
});

describe('a command', () => {
  const COMMANDS: [string, Uint8Array][] = [
    ['COM_QUIT', quit],
    ['COM_PING', ping],
    ['COM_STATISTICS', u8(0x09)],
    ['COM_RESET_CONNECTION', u8(0x1f)],
    ['COM_QUERY', query('select 1')],
    ['COM_QUERY of one letter', query('s')],
    ['COM_QUERY that starts with a comment', query('/* app */ select 1')],
    ['COM_QUERY that starts with a line comment', query('-- app\nselect 1')],
    ['COM_QUERY that starts with a bracket', query('(select 1)')],
    ['COM_QUERY that starts with a newline', query('\n select 1')],
    ['COM_QUERY with no attributes', queryWithAttributes('select 1')],
    [
      'COM_QUERY with an attribute',
      queryWithAttributes('select 1', [{ name: 'a', type: 0xfd, value: lenencText('b') }]),
    ],
    ['COM_STMT_PREPARE', command(0x16, 'select ?')],
    ['COM_STMT_EXECUTE', command(0x17, hex('01000000 00 01000000'))],
    ['COM_STMT_CLOSE', command(0x19, wire.n32(1))],
    ['COM_STMT_RESET', command(0x1a, wire.n32(1))],
    ['COM_STMT_FETCH', command(0x1c, hex('01000000 02000000'))],
    ['COM_SET_OPTION', command(0x1b, wire.n16(0))],
    ['COM_PROCESS_KILL', command(0x0c, wire.n32(7))],
    ['COM_INIT_DB', command(0x02, 'shop')],
  ];
  test.each(COMMANDS)('%s is one', (_, payload) => {
    expect(at(startsWithCommand, packet(0, payload))).toBe('yes');
  });

  test('may have another behind it', () => {
    const two = concat(packet(0, u8(0x1f)), packet(0, query('set names utf8mb4')));
    expect(at(startsWithCommand, two)).toBe('yes');
    expect(at(startsWithCommand, concat(packet(0, ping), packet(0, quit)))).toBe('yes');
  });

  test('may be a statement that goes on in the next segment', () => {
    expect(at(startsWithCommand, packet(0, query('select 1, 2, 3')).slice(0, 9))).toBe('yes');
    expect(at(startsWithCommand, concat(hex('ffffff 00 03'), ascii('insert')))).toBe('yes');
  });

  const OTHERS: [string, Uint8Array][] = [
    ['a packet numbered 1', packet(1, query('select 1'))],
    ['COM_QUIT with bytes behind it that are no packet', hex('01000000 01 0000')],
    [
      'COM_PING with a packet behind it that is no command',
      concat(packet(0, ping), packet(3, ping)),
    ],
    ['an unknown command', packet(0, u8(0x40))],
    ['an empty packet', packet(0, zeros(0))],
    ['COM_PING with something behind it', packet(0, u8(0x0e, 0x01))],
    ['COM_STMT_CLOSE of a wrong length', packet(0, command(0x19, zeros(5)))],
    ['COM_INIT_DB that is longer than the segment', packet(0, command(0x02, 'shop')).slice(0, -1)],
    ['COM_QUERY of no text', packet(0, query(hex('ff00')))],
    ['COM_STMT_EXECUTE that is too short', packet(0, command(0x17, zeros(4)))],
    ['four bytes', hex('01000000')],
    ['nothing', zeros(0)],
    ['rows', concat(packet(0, textRow('a')), packet(1, textRow('b')))],
    ['HTTP', ascii('GET / HTTP/1.1\r\n\r\n')],
  ];
  test.each(OTHERS)('%s is none', (_, bytes) => {
    expect(at(startsWithCommand, bytes)).not.toBe('yes');
  });
});

describe('an answer', () => {
  const ANSWERS: [string, Uint8Array][] = [
    ['an OK', packet(1, ok())],
    ['an ERR', packet(1, err(1064, 'syntax', '42000'))],
    ['a count of columns', concat(packet(1, u8(2)), packet(2, column()))],
    ['a line of statistics', packet(1, ascii('Uptime: 5'))],
  ];
  test.each(ANSWERS)('%s is one', (_, bytes) => {
    expect(at(startsWithAnswer, bytes)).toBe(true);
  });

  const OTHERS: [string, Uint8Array][] = [
    ['an OK numbered 2', packet(2, ok())],
    ['an OK that is too short', packet(1, u8(0, 0, 0))],
    ['an ERR that is too short', packet(1, u8(0xff, 0, 4))],
    ['an empty packet', packet(1, zeros(0))],
    ['a packet that is longer than the segment', packet(1, ascii('Uptime: 5')).slice(0, -1)],
    ['HTTP', ascii('HTTP/1.1 200 OK\r\n')],
    ['nothing', zeros(0)],
  ];
  test.each(OTHERS)('%s is none', (_, bytes) => {
    expect(at(startsWithAnswer, bytes)).toBe(false);
  });
});

describe('under compression', () => {
  const ASK = packet(0, query('select 1'));
  const ROWS = concat(packet(1, u8(1)), packet(2, column()));

  test.each(['zlib', 'zstd', null] as const)(
    'a command and an answer are known: %s',
    (algorithm) => {
      expect(at(startsWithCompressedCommand, compressed(0, ASK, algorithm))).toBe('yes');
      expect(at(startsWithCompressedAnswer, compressed(1, ROWS, algorithm))).toBe(true);
    },
  );

  test('the outer number is that of a command, or of an answer', () => {
    for (const algorithm of ['zlib', 'zstd', null] as const) {
      expect(at(startsWithCompressedCommand, compressed(1, ASK, algorithm))).not.toBe('yes');
      expect(at(startsWithCompressedAnswer, compressed(0, ROWS, algorithm))).toBe(false);
      expect(at(startsWithCompressedAnswer, compressed(2, ROWS, algorithm))).toBe(false);
    }
  });

  test('what is sent as it is must be a command, or an answer', () => {
    expect(at(startsWithCompressedCommand, compressed(0, packet(0, u8(0x40)), null))).not.toBe(
      'yes',
    );
    expect(at(startsWithCompressedCommand, compressed(0, packet(1, ping), null))).not.toBe('yes');
    expect(at(startsWithCompressedCommand, compressed(0, zeros(0), null))).not.toBe('yes');
    expect(at(startsWithCompressedAnswer, compressed(1, packet(0, ok()), null))).toBe(false);
  });

  test('several packets may lie in one, and one may go on in the next segment', () => {
    const two = concat(packet(0, ping), packet(0, quit));
    expect(at(startsWithCompressedCommand, compressed(0, two, null))).toBe('yes');
    const long = compressed(0, packet(0, query('select 1, 2, 3')), null);
    expect(at(startsWithCompressedCommand, long.slice(0, 16))).toBe('yes');
  });

  test('plain commands and answers are none', () => {
    for (const payload of [
      query('select 1'),
      query('exec x'),
      query('execute s'),
      queryWithAttributes('select 1'),
      command(0x17, hex('01000000 00 01000000')),
      command(0x18, hex('01000000 0000 78')),
      ping,
      quit,
    ]) {
      expect(at(startsWithCompressedCommand, packet(0, payload))).not.toBe('yes');
    }
    for (const payload of [ok(), err(1064, 'x', '42000'), column(), textRow('x'), u8(1)]) {
      expect(at(startsWithCompressedAnswer, packet(1, payload))).toBe(false);
    }
  });

  test('other protocols are none', () => {
    for (const text of ['GET / HTTP/1.1\r\n\r\n', 'SSH-2.0-x\r\n', '220 x\r\n', 'x']) {
      expect(at(startsWithCompressedCommand, ascii(text))).not.toBe('yes');
      expect(at(startsWithCompressedAnswer, ascii(text))).toBe(false);
    }
    for (let length = 0; length < 40; length++) {
      expect(at(startsWithCompressedCommand, zeros(length))).not.toBe('yes');
      expect(at(startsWithCompressedAnswer, zeros(length))).toBe(false);
    }
  });
});

describe('a login', () => {
  const V1 = ascii('PROXY TCP4 192.0.2.7 192.0.2.1 51000 3306\r\n');
  const V2 = hex('0d0a0d0a000d0a515549540a 21 11 000c c0000207 c0000201 c738 0cea');
  const HEADERS: [string, Uint8Array][] = [
    ['version 1', V1],
    ['version 1, UNKNOWN', ascii('PROXY UNKNOWN\r\n')],
    ['version 1, of 107 bytes', ascii(`PROXY TCP6 ${'f'.repeat(94)}\r\n`)],
    ['version 2', V2],
    ['version 2, LOCAL, without addresses', hex('0d0a0d0a000d0a515549540a 20 00 0000')],
  ];
  test.each(HEADERS)('starts behind a PROXY header of %s', (_, header) => {
    expect(startOfLogin(concat(header, packet(1, login())))).toBe(header.length);
    expect(startOfLogin(header)).toBe(header.length);
  });

  test.each(HEADERS)('is not known to start while a PROXY header of %s arrives', (_, header) => {
    for (let length = 0; length < header.length; length++) {
      expect(startOfLogin(header.slice(0, length)), `${length} bytes`).toBe('more');
    }
  });

  test('starts at once without a PROXY header', () => {
    const bytes = packet(1, login());
    for (let length = 0; length <= bytes.length; length++) {
      expect(startOfLogin(bytes.slice(0, length))).toBe(length < 4 ? 'more' : 0);
    }
  });

  test.each([
    ['an HTTP request', ascii('GET / HTTP/1.1\r\n')],
    ['an HTTP POST', ascii('POST / HTTP/1.1\r\n')],
    ['a TLS ClientHello', hex('16 0301 0200 01 0001fc 0303')],
    ['SSH', ascii('SSH-2.0-OpenSSH_9.2p1\r\n')],
    ['a PROXY line that never ends', ascii(`PROXY TCP4 ${'1'.repeat(120)}`)],
    ['blank lines', ascii('\r\n\r\n\r\n')],
  ])('does not start in %s', (_, bytes) => {
    expect(startOfLogin(bytes)).toBe('foreign');
  });
});
