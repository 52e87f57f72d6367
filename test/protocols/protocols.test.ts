import { describe, expect, test } from 'vitest';
import { adviceOn, protocolOf, type Side } from '../../src/protocols/index.ts';
import { hex } from '../build/bytes.ts';
import { raw } from '../build/mysql.ts';
import { LEGAL } from '../mysql/legal-scripts.ts';

/** What either side of each protocol says first: by its specification, or as its servers send it. */
const FIRST_BYTES: [name: string, side: Side, bytes: string | Uint8Array][] = [
  ['TLS', 'client', hex('16 0301 0200 01 0001fc 0303')],
  ['TLS', 'server', hex('16 0303 007a 02 000076 0303')],
  ['TLS', 'server', hex('15 0303 0002 02 28')],
  ['TLS', 'client', hex('17 0303 0045 1234')],
  ['MySQL X protocol', 'server', hex('05000000 0b 08051a00')],
  ['MySQL X protocol', 'client', hex('12000000 02 0a0f0a03746c73')],
  ['MySQL X protocol', 'client', hex('1c000000 04 0a05504c41494e12')],
  ['Sphinx API', 'server', hex('00000001')],
  ['Sphinx API', 'client', hex('00000001')],
  ['Sphinx API', 'client', hex('00000001 0000 0119 00000024 00000000')],
  ['HTTP', 'client', 'GET /health HTTP/1.1\r\nHost: db\r\n\r\n'],
  ['HTTP', 'client', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP', 'server', 'HTTP/1.1 400 Bad Request\r\n'],
  ['HTTP', 'server', hex('000012 04 00 00000000 0003 00000064')],
  ['SSH', 'client', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['SSH', 'server', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'],
  ['PostgreSQL', 'client', hex('00000008 04d2162f')],
  ['PostgreSQL', 'client', hex('00000008 04d21630')],
  ['PostgreSQL', 'client', hex('00000010 04d2162e 00000001 00000002')],
  ['PostgreSQL', 'client', hex('00000029 00030000 7573657200')],
  ['PostgreSQL', 'server', hex('52 00000008 00000000')],
  ['PostgreSQL', 'server', hex('4e 52 00000017 0000000a')],
  ['PostgreSQL', 'server', 'E\0\0\0\u0064SFATAL\0'],
  ['Redis', 'client', '*1\r\n$4\r\nPING\r\n'],
  ['Redis', 'client', 'PING\r\n'],
  ['Redis', 'server', '+PONG\r\n'],
  ['Redis', 'server', '-NOAUTH Authentication required.\r\n'],
  ['MongoDB', 'client', hex('3a000000 01000000 00000000 d4070000')],
  ['MongoDB', 'client', hex('3a000000 01000000 00000000 dd070000')],
  ['MongoDB', 'server', hex('3a000000 11000000 01000000 01000000')],
  ['TDS (SQL Server)', 'client', hex('12 01 002f 0000 01 00 0000')],
  ['TDS (SQL Server)', 'server', hex('04 01 002b 0000 01 00 0000')],
  ['TNS (Oracle)', 'client', hex('00f1 0000 01 00 0000 013a 012c')],
  ['TNS (Oracle)', 'server', hex('0020 0000 02 00 0000 0139')],
  ['AMQP', 'client', hex('414d5150 00000901')],
  ['AMQP', 'server', hex('01 0000 000001f0 000a 000a 0009')],
  ['MQTT', 'client', hex('10 1b 0004 4d515454 04')],
  ['MQTT', 'server', hex('20 02 00 00')],
  ['Kafka', 'client', hex('00000024 0012 0003 00000001')],
  ['CQL (Cassandra)', 'client', hex('04 00 0000 05 00000000')],
  ['CQL (Cassandra)', 'server', hex('84 00 0000 06 00000031')],
  ['memcached', 'client', 'stats\r\n'],
  ['memcached', 'client', 'get some-key\r\n'],
  ['NATS', 'server', 'INFO {"server_id":"x"}\r\n'],
  ['SMTP', 'server', '220 mail.example.com ESMTP Postfix\r\n'],
  ['SMTP', 'client', 'EHLO client.example.com\r\n'],
  ['SMTP or FTP', 'server', '220 (vsFTPd 3.0.5)\r\n'],
  ['POP3', 'server', '+OK Dovecot ready.\r\n'],
  ['IMAP', 'server', '* OK [CAPABILITY IMAP4rev1] ready\r\n'],
  ['LDAP', 'client', hex('30 0c 02 01 01 60 07 02 01 03 04 00 80 00')],
  ['LDAP', 'server', hex('30 0c 02 01 01 61 07 0a 01 00 04 00 04 00')],
  ['SMB', 'client', hex('000000b4 fe534d42 4000')],
  ['RDP', 'client', hex('03 00 0013 0e e0 0000 0000 00')],
  ['VNC', 'server', 'RFB 003.008\n'],
  ['BGP', 'client', hex(`${'ff'.repeat(16)} 001d 01 04`)],
  ['Telnet', 'server', hex('fffd18 fffd20')],
  ['DNS', 'client', hex('001d 1234 0120 0001 0000 0000 0001 03777777')],
  ['DNS', 'server', hex('002d 1234 8180 0001 0001 0000 0000 03777777')],
  ['PROXY protocol', 'client', 'PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n'],
  ['PROXY protocol', 'client', hex('0d0a0d0a000d0a515549540a 21 11 000c')],
];

/** What may stand in MySQL's own stream. */
const AROUND_MYSQL = [null, 'PROXY protocol', 'TLS'];

describe('a stream', () => {
  test.each(FIRST_BYTES)('of %s is known by what its %s says first: %o', (name, side, bytes) => {
    expect(protocolOf(raw(bytes), side)).toBe(name);
    expect(protocolOf(raw(bytes), null)).toBe(name);
  });

  test('that says little or nothing, or anything else, is nobody’s', () => {
    for (const bytes of ['', 'G', 'hello', '\0\0\0\0\0\0\0\0\0\0\0\0', 'getting nowhere']) {
      expect(protocolOf(raw(bytes), null)).toBeNull();
    }
  });

  test('of MySQL is none of them, wherever one starts to listen', () => {
    for (const { script } of LEGAL) {
      for (const { bytes, from } of script) {
        for (const side of [from, null]) expect(AROUND_MYSQL).toContain(protocolOf(bytes, side));
      }
    }
  });
});

test('what is MySQL’s and cannot be read comes with advice', () => {
  expect(adviceOn('MySQL X protocol')).toContain('3306');
  expect(adviceOn('TLS')).toContain('greeting');
  expect(adviceOn('SSH')).toBeNull();
});
