import type { Difference } from './observation.ts';

/** A difference that stays: mostly because mywire is right, or because both are. */
interface KnownDifference extends Difference {
  readonly capture: string;
  readonly right: 'mywire' | 'both' | 'tshark';
  /** What proves it: bytes of the capture, or the specification. */
  readonly why: string;
}

const PARTS =
  'A payload of 0xffffff bytes goes on in the next packet (page_protocol_basic_packets, "Sending More Than 16Mb"). tshark takes each part for a packet; mywire shows the whole packet once, with the id and the frame of its last part, as its contract says.';
const CUT_STATEMENT = `${PARTS} The statement that tshark shows ends where the first part does: 0xffffff less the command byte.`;

const LOST_FRAME =
  'small-mtu without its frame 20, whose 524 bytes tshark waits for to the end of the capture. Frames 20 and 21 are 21 and 22 there, and hold the same packets: the last 70 rows and the EOF.';
const CUT_FRAME =
  'tshark stops putting the stream together behind a frame that the snap length cut; the IP length says how many bytes are missing, so mywire goes on behind them.';

/** Where one connection ends and the next begins, by the case of `port-reuse.ts`. */
export const REUSE_DIFFERENCES: Readonly<Record<string, readonly Difference[]>> = {
  // tshark gives all that follows a SYN to its connection. Frames 7 and 8 go on with the old one's numbers; only
  // frame 9 answers the SYN. A SYN on an open connection does not end it (RFC 5961, section 4).
  'a SYN with another number, the old connection still talking': [
    { what: 'stream 0 frames', tshark: '', mywire: '7 | 8' },
    { what: 'stream 1 frames', tshark: '7 | 8', mywire: '' },
  ],
};

/** Differences with one reason: `[capture, what, tshark, mywire]`. */
const GROUPS: readonly {
  readonly right: KnownDifference['right'];
  readonly why: string;
  readonly differences: readonly (readonly [string, string, string, string])[];
}[] = [
  {
    right: 'tshark',
    why: 'Connection 8 has the suite c0 10, which encrypts nothing: its records are plain text and a MAC. tshark reads them; mywire does not, and says so: such a suite is switched on for tests, if ever.',
    differences: [
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 8 affected rows',
        '0 | 0 | 0 | 0 | 0',
        '',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 8 client packets',
        '221#2 | 223#0 | 225#0 | 227#0 | 229#0 | 231#0',
        '',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 8 column types',
        '253 | 253 | 3 | 253 | 252 | 253 | 253',
        '',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 8 columns',
        'Variable_name | Value | id | name | note | x | y',
        '',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 8 login',
        'user app | schema shop | client plugin mysql_native_password',
        '',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 8 queries',
        "SET NAMES utf8mb4 | SHOW STATUS WHERE variable_name IN ('Ssl_cipher', 'Ssl_version') | SELECT id, name, note FROM items | SELECT REPEAT('x', 1000) AS x, 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy… (1038 characters)",
        '',
      ],
      ['fixtures/tls/keylog-suites/capture.pcap', 'stream 8 rows', '6', ''],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 8 server packets',
        '222#3 | 224#1 | 226#1-6 | 228#1-8 | 230#1-5',
        '',
      ],
      ['fixtures/tls/keylog-suites/capture.pcap', 'stream 8 tracked schemas', 'shop', ''],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 8 tracked variables',
        'character_set_client=utf8mb4 | character_set_connection=utf8mb4 | character_set_results=utf8mb4',
        '',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'Both frames begin with frame headers of 7 bytes: 0f 00 00 00 00 00 00 before the packet 0b 00 00 00 03 "use". tshark, which has not seen the login, takes the header for a packet.',
    differences: [
      ['public/deepflowio-deepflow--mysql-use.pcap', 'stream 0 queries', '', 'use `test`'],
    ],
  },
  {
    right: 'mywire',
    why: 'As it loses track of a packet of several parts (see the packets above), tshark reads the answer as OK and rows as column counts.',
    differences: [
      ['features/big16m.pcap.gz', 'stream 0 affected rows', '0', ''],
      ['features/big16m.pcap.gz', 'stream 0 column types', '', '3'],
      [
        'features/big16m.pcap.gz',
        'stream 0 columns',
        '',
        "length('BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB\u2026 (255 characters)",
      ],
      ['fixtures/results/16mib/capture.pcap.gz', 'stream 0 affected rows', '227', ''],
      ['fixtures/results/16mib/capture.pcap.gz', 'stream 0 column types', '', '3'],
      [
        'fixtures/results/16mib/capture.pcap.gz',
        'stream 0 columns',
        '',
        "LENGTH('00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\u2026 (255 characters)",
      ],
      ['fixtures/results/16mib/capture.pcap.gz', 'stream 0 insert ids', '3', ''],
    ],
  },
  {
    right: 'mywire',
    why: 'Rows of the binary protocol that no column definitions precede (COM_STMT_FETCH; metadata that was not sent): 00, NULL bitmap, values. tshark takes them for OK packets, their NULL bitmap for affected rows and the first value for an insert id.',
    differences: [
      ['features/cursor_fetch.pcap', 'stream 0 affected rows', '0 | 8', ''],
      ['features/cursor_fetch.pcap', 'stream 0 insert ids', '1 | 2', ''],
      [
        'fixtures/prepared/cursor/capture.pcap',
        'stream 0 affected rows',
        '0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0',
        '',
      ],
      [
        'fixtures/prepared/cursor/capture.pcap',
        'stream 0 insert ids',
        '1 | 2 | 3 | 5 | 6 | 7 | 8 | 9 | 10 | 1 | 2 | 3 | 4 | 4',
        '',
      ],
      [
        'fixtures/prepared/fetch-mariadb/capture.pcap',
        'stream 0 affected rows',
        '0 | 16 | 0 | 0 | 0 | 0 | 16 | 0 | 0 | 0',
        '',
      ],
      [
        'fixtures/prepared/fetch-mariadb/capture.pcap',
        'stream 0 insert ids',
        '1 | 2 | 3 | 4 | 5 | 1 | 2 | 3 | 1 | 1',
        '',
      ],
      ['fixtures/prepared/fetch-mariadb/capture.pcap', 'stream 0 rows', '7', '17'],
      [
        'fixtures/prepared/params-mysql/capture.pcap',
        'stream 0 affected rows',
        '0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0',
        '',
      ],
      [
        'fixtures/prepared/params-mysql/capture.pcap',
        'stream 0 insert ids',
        '1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 1 | 2 | 3 | 4 | 5 | 6 | 1 | 2 | 3',
        '',
      ],
      ['fixtures/prepared/params-mysql/capture.pcap', 'stream 0 rows', '11', '28'],
    ],
  },
  {
    right: 'both',
    why: 'The parameter whose data COM_STMT_SEND_LONG_DATA sent before (frame 13 of features/longdata, 31 to 33 of prepared/cursor, 27 and 28 of prepared/params-mariadb): mywire shows it with the EXECUTE that it is for, tshark with the packet that sent it.',
    differences: [
      [
        'features/longdata.pcap',
        'stream 0 parameters',
        '14: 7',
        '14: 7, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u2026 (107 characters)',
      ],
      [
        'fixtures/prepared/cursor/capture.pcap',
        'stream 0 parameters',
        '34: manual',
        '34: a page of the manual; a page of the manual; a page of the manual; , manual',
      ],
      [
        'fixtures/prepared/params-mariadb/capture.pcap',
        'stream 0 parameters',
        '29: 1, 2',
        '29: 1, 2, first chunk, second chunk',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'The same frames that tshark does not reach (see the packets above).',
    differences: [
      ['fixtures/article/both/capture.pcap', 'stream 0 affected rows', '', '8'],
      ['fixtures/capture/snaplen-96/capture.pcap', 'stream 0 affected rows', '', '0 | 0 | 1'],
    ],
  },
  {
    right: 'mywire',
    why: "Until OK or ERR the client answers AuthMoreData with the method's data, not with a command; its packets have id 5 (8 in three-factors), where commands have 0. The first byte is 17 in frame 24 of auth/accounts, 03 in frames 20 and 31 of built/auth-plugins, 02 in its frame 80 and in frame 12 of built/three-factors; tshark takes those for COM_STMT_EXECUTE, COM_QUERY and COM_INIT_DB.",
    differences: [
      ['fixtures/auth/accounts/capture.pcap', 'stream 1 statement ids', '24: 3791746582', ''],
      [
        'fixtures/built/auth-plugins/capture.pcap',
        'stream 1 queries',
        '\\n\\x11\\x18\\x1f&-4;BIPW^elsz\ufffd\\x06\\r\\x14\\x1b")07>ELSZahov}\ufffd\\x02\\t\\x10\\x17\\x1e%,3:AHOV]dkr',
        '',
      ],
      [
        'fixtures/built/auth-plugins/capture.pcap',
        'stream 2 queries',
        '\\n\\x11\\x18\\x1f&-4;BIPW^elsz\ufffd\\x06\\r\\x14\\x1b")07>ELSZahov}\ufffd\\x02\\t\\x10\\x17\\x1e%,',
        '',
      ],
      ['fixtures/built/auth-plugins/capture.pcap', 'stream 7 schemas', '\\x01%', ''],
      ['fixtures/built/three-factors/capture.pcap', 'stream 0 schemas', '\\x01%', ''],
    ],
  },
  {
    right: 'mywire',
    why: 'mywire shows no password; it says how long the one in the statement is.',
    differences: [
      [
        'fixtures/auth/accounts/capture.pcap',
        'stream 2 queries',
        "ALTER USER USER() IDENTIFIED BY 'new-not-a-secret'",
        "ALTER USER USER() IDENTIFIED BY '<16 characters>'",
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'A second AuthSwitchRequest in one login (fe "mysql_native_password" 00, packet 4 after the 64 bytes for client_ed25519). tshark takes 0xfe for OK there, and "m" and "y" for affected rows and an insert id.',
    differences: [
      ['fixtures/auth/multi-mariadb/capture.pcap', 'stream 1 affected rows', '109', ''],
      ['fixtures/auth/multi-mariadb/capture.pcap', 'stream 1 insert ids', '121', ''],
      [
        'fixtures/auth/multi-mariadb/capture.pcap',
        'stream 1 login',
        '',
        'switch to mysql_native_password',
      ],
      ['fixtures/auth/multi-mariadb/capture.pcap', 'stream 2 affected rows', '109', ''],
      ['fixtures/auth/multi-mariadb/capture.pcap', 'stream 2 insert ids', '121', ''],
      [
        'fixtures/auth/multi-mariadb/capture.pcap',
        'stream 2 login',
        '',
        'switch to mysql_native_password',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'The payload is fe alone: the switch to mysql_old_password of before 4.1 (page_protocol_connection_phase_packets_protocol_old_auth_switch_request), which names nothing. tshark shows names only.',
    differences: [
      [
        'fixtures/auth/old-password-mariadb/capture.pcap',
        'stream 0 login',
        '',
        'switch to mysql_old_password',
      ],
      [
        'fixtures/auth/old-password-mariadb/capture.pcap',
        'stream 1 login',
        '',
        'switch to mysql_old_password',
      ],
      [
        'fixtures/auth/old-password-mariadb/capture.pcap',
        'stream 2 login',
        '',
        'switch to mysql_old_password',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'The login or SET NAMES says a double-byte set whose second byte may be 5c: the backslash is part of a character. tshark 4.0 reads ASCII. It shows no names in UTF-16 and UTF-32 either, which frames 58 to 66 of charsets/mysql have (frame 55 sets character_set_results to utf16).',
    differences: [
      [
        'fixtures/charsets/mariadb/capture.pcap',
        'stream 0 columns',
        '\ufffd\\ | \ufffd\\\ufffd\\\ufffd | \ufffd\\\ufffd',
        '\ufffd | \ufffd | \ufffd',
      ],
      [
        'fixtures/charsets/mariadb/capture.pcap',
        'stream 0 queries',
        "SELECT '\ufffd\\' AS `\ufffd\\`, 'it''s' AS b | SELECT '\ufffd\\\ufffd\\\ufffd' AS `\ufffd\\\ufffd\\\ufffd`, 'it''s' AS b | SELECT '\ufffd\\\ufffd' AS `\ufffd\\\ufffd`, 'it''s' AS b",
        "SELECT '\ufffd' AS `\ufffd`, 'it''s' AS b | SELECT '\ufffd' AS `\ufffd`, 'it''s' AS b | SELECT '\ufffd' AS `\ufffd`, 'it''s' AS b",
      ],
      [
        'fixtures/charsets/mysql/capture.pcap',
        'stream 0 columns',
        "LENGTH('\ufffd\\')",
        "id | c_binary | c_latin1 | c_cp1251 | c_koi8r | c_gb2312 | c_gb18030 | c_big5 | c_sjis | c_cp932 | c_ujis | c_eucjpms | c_euckr | c_tis620 | c_ucs2 | c_utf16 | c_utf16le | c_utf32 | c_utf8mb3 | c_utf8mb4 | c_ascii | id | c_binary | c_latin1 | c_cp1251 | c_koi8r | c_gbk | c_gb2312 | c_gb18030 | c_big5 | c_sjis | c_cp932 | c_ujis | c_eucjpms | c_euckr | c_tis620 | c_ucs2 | c_utf16 | c_utf16le | c_utf32 | c_utf8mb3 | c_utf8mb4 | c_ascii | id | c_binary | c_latin1 | c_cp1251 | c_koi8r | c_gbk | c_gb2312 | c_gb18030 | c_big5 | c_sjis | c_cp932 | c_ujis | c_eucjpms | c_euckr | c_tis620 | c_ucs2 | c_utf16 | c_utf16le | c_utf32 | c_utf8mb3 | c_utf8mb4 | c_ascii | id | c_binary | c_latin1 | c_cp1251 | c_koi8r | c_gbk | c_gb2312 | c_gb18030 | c_big5 | c_sjis | c_cp932 | c_ujis | c_eucjpms | c_euckr | c_tis620 | c_ucs2 | c_utf16 | c_utf16le | c_utf32 | c_utf8mb3 | c_utf8mb4 | c_ascii | c_gbk | LENGTH('\ufffd')",
      ],
      [
        'fixtures/charsets/mysql/capture.pcap',
        'stream 0 queries',
        "SELECT '\ufffd\\' AS so, LENGTH('\ufffd\\')",
        "SELECT '\ufffd' AS so, LENGTH('\ufffd')",
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'Frame 61 of infile/large and frame 170 of infile/local are requests for a file (fb and its name), and what the server says after the data is OK; tshark takes the request for a column count and the OK for a row.',
    differences: [
      ['fixtures/infile/large/capture.pcap', 'stream 0 affected rows', '', '0'],
      ['fixtures/infile/large/capture.pcap', 'stream 0 rows', '3', '2'],
      ['fixtures/infile/local/capture.pcap', 'stream 0 affected rows', '', '0'],
    ],
  },
  {
    right: 'mywire',
    why: 'Frame 24 has six commands (COM_PING, COM_STMT_PREPARE, COM_INIT_DB, COM_STMT_EXECUTE, COM_STMT_CLOSE, COM_PING), which are answered in turn. tshark remembers one command, the last, and reads the answers as its.',
    differences: [
      ['fixtures/pipelining/by-hand-mariadb/capture.pcap', 'stream 0 affected rows', '1', ''],
      ['fixtures/pipelining/by-hand-mariadb/capture.pcap', 'stream 0 column types', '', '6 | 6'],
      ['fixtures/pipelining/by-hand-mariadb/capture.pcap', 'stream 0 columns', '', 'a | a'],
      ['fixtures/pipelining/by-hand-mariadb/capture.pcap', 'stream 0 prepared ids', '', '1'],
      ['fixtures/pipelining/by-hand-mariadb/capture.pcap', 'stream 0 rows', '11', '10'],
    ],
  },
  {
    right: 'mywire',
    why: 'Frames 15 and 23 have query attributes that are no text: 0x0300 and on. tshark 4.0 stops at the first of those and shows no statement.',
    differences: [
      [
        'fixtures/prepared/attributes-mysql/capture.pcap',
        'stream 0 queries',
        '',
        "SELECT mysql_query_attribute_string('page') AS page, mysql_query_attribute_string('number') AS numbe\u2026 (585 characters) | SELEC 1",
      ],
    ],
  },
  {
    right: 'mywire',
    why: '03 80: a LONG with the flag that says unsigned, whose ff ff ff ff is 4294967295. tshark 4.0 does not look at that flag in COM_STMT_BULK_EXECUTE. In frame 15 of bulk-mariadb-node mywire has the DATETIME besides, which tshark shows in parts.',
    differences: [
      [
        'fixtures/prepared/bulk-mariadb-node/capture.pcap',
        'stream 0 parameters',
        '15: -3, \ufffd 2',
        '15: -3, 2024-02-29 12:00:00, \ufffd 2',
      ],
      [
        'fixtures/prepared/bulk-mariadb/capture.pcap',
        'stream 0 parameters',
        '13: -1, -20, 1, 2, 3, 40, lamp, \ufffd | 15: -1, -20, 1, 2, 3, 40, lamp, \ufffd | 23: -1, -20, 1, 2, 3',
        '13: -20, 1, 2, 3, 40, 4294967295, lamp, \ufffd | 15: -20, 1, 2, 3, 40, 4294967295, lamp, \ufffd | 23: -20, 1, 2, 3, 4294967295',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'The NULL bitmap is 01, so the first parameter is NULL and the second 08 00 00 00; the server answers NULL and 8 in frame 38. tshark reads a value for the first from what is left over.',
    differences: [
      [
        'fixtures/prepared/by-hand-mariadb/capture.pcap',
        'stream 0 parameters',
        '37: 8, 9',
        '37: 8',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'The answer starts with 04 00 (frame 22): four columns and the flag that says that no definitions follow (CLIENT_OPTIONAL_RESULTSET_METADATA, resultset_metadata NONE); rows come next. tshark 4.0 takes text rows for column definitions it cannot read, and binary rows for OK packets. With definitions come 8 rows, without them 11: frames 22, 24, 28, 29, 34, 35 and 41, as client.txt and the README have them.',
    differences: [
      [
        'fixtures/prepared/optional-metadata-mysql/capture.pcap',
        'stream 0 affected rows',
        '32 | 16 | 0',
        '',
      ],
      [
        'fixtures/prepared/optional-metadata-mysql/capture.pcap',
        'stream 0 insert ids',
        '1 | 2 | 3',
        '',
      ],
      ['fixtures/prepared/optional-metadata-mysql/capture.pcap', 'stream 0 rows', '8', '19'],
    ],
  },
  {
    right: 'both',
    why: 'The same values in other forms: tshark has dates and times in parts (not compared), doubles with 15 digits, nothing for NUL.',
    differences: [
      [
        'fixtures/prepared/types-mariadb/capture.pcap',
        'stream 0 parameters',
        '15: , , , , , , , , , , , , , , , , , , , , -1.79769313486232e+308, -128, -2147483648, -3.40282e+38,\u2026 (249 characters) | 17: 127, 16777215, 18446744073709551615, 2147483647, 255, 32767, 4294967295, 65535, 8388607, 9223372\u2026 (112 characters) | 19: , , , , , , \\x01, \\x01, \\x01, -0.5, -1, -1, -1, -1, -1, 0, 0.1, 0.333333, 1, 128, 192.0.2.1, 2147483648, \u2026 (221 characters)',
        '15: , , , , , , , , , , , , , , , \\0, \\0, \\0, \\0\\0\\0\\0\\x01\\x01\\0\\0\\0\\0\\0\\0\\0\\0\\0\ufffd?\\0\\0\\0\\0\\0\\0\\x04\ufffd, \\0\\0\\0\\0\\x01\\x01\\0\\0\\0\\0\\0\\0\\0\\0\\0\ufffd?\\0\\0\\0\\0\\0\\0\\x04\ufffd, -1.\u2026 (457 characters) | 17: \\0\\0\\0\\0\\x01\\x01\\0\\0\\0\\0\\0\\0\\0\\0\\0\ufffd?\\0\\0\\0\\0\\0\\0\\x04\ufffd, \\0\\0\\0\\0\\x01\\x01\\0\\0\\0\\0\\0\\0\\0\\0\\0\ufffd?\\0\\0\\0\\0\\0\\0\\x04\ufffd, \\0\\x01\ufffd, \\x01, 1.7976931348623157e+308, 123e4567-\u2026 (2226 characters) | 19: \\0, \\0, \\0, \\0, \\0, \\0, \\x01, \\x01, \\x01, -0.5, -1, -1, -1, -1, -1, 0, 0.1, 0.33333334, 0000-00-00, 0000-00-00 \u2026 (390 characters)',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'ef 00 or ef 01 stands before each event where semi-sync is on (semisync: kPacketMagicNum and kPacketFlagSync). tshark 4.0 takes ef (239) for affected rows and reads the header two bytes too early.',
    differences: [
      [
        'fixtures/replication/mariadb/capture.pcap',
        'stream 0 affected rows',
        '239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239',
        '',
      ],
      [
        'fixtures/replication/mariadb/capture.pcap',
        'stream 0 binlog events',
        '0 to 0 | 1 to 16777216 | 1 to 18677760 | 1 to 21299200 | 0 to 21299200 | 0 to 21299200 | 1 to 24051712 | 1 to 33947648 | 1 to 37814272 | 1 to 39845888',
        '4 to 0 | 15 to 256 | 163 to 285 | 161 to 325 | 27 to 325 | 27 to 325 | 162 to 367 | 19 to 518 | 23 to 577 | 16 to 608 | 162 to 650 | 19 to 787 | 24 to 955 | 16 to 986 | 162 to 1028 | 19 to 1145 | 25 to 1189 | 16 to 1220 | 162 to 1262 | 13 to 1301 | 14 to 1348 | 2 to 1464 | 16 to 1495 | 162 to 1537 | 2 to 1658 | 162 to 1700 | 2 to 1783 | 162 to 1831 | 19 to 1949 | 24 to 2011 | 2 to 2102 | 38 to 2142 | 162 to 2188 | 2 to 2282 | 4 to 2326 | 4 to 0 | 15 to 256 | 163 to 299 | 161 to 339 | 161 to 379 | 162 to 421 | 19 to 564 | 166 to 620 | 16 to 651 | 27 to 651',
      ],
      [
        'fixtures/replication/mariadb/capture.pcap',
        'stream 0 insert ids',
        '1 | 1 | 1 | 1 | 1 | 1 | 1 | 1',
        '',
      ],
      [
        'fixtures/replication/mysql/capture.pcap',
        'stream 0 affected rows',
        '239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239',
        '',
      ],
      [
        'fixtures/replication/mysql/capture.pcap',
        'stream 0 binlog events',
        '0 to 0 | 1 to 8323072 | 1 to 10354688 | 0 to 10354688 | 0 to 10354688 | 1 to 15532032 | 1 to 20447232 | 1 to 26738688 | 1 to 30932992 | 1 to 34930688 | 1 to 36962304',
        '4 to 0 | 15 to 127 | 35 to 158 | 41 to 158 | 41 to 158 | 33 to 237 | 2 to 312 | 29 to 408 | 19 to 472 | 30 to 533 | 16 to 564 | 33 to 643 | 2 to 727 | 29 to 809 | 19 to 873 | 31 to 1043 | 16 to 1074 | 33 to 1153 | 2 to 1228 | 29 to 1290 | 19 to 1354 | 32 to 1400 | 16 to 1431 | 33 to 1510 | 2 to 1749 | 33 to 1826 | 2 to 1929 | 33 to 2008 | 2 to 2113 | 29 to 2176 | 19 to 2240 | 31 to 2304 | 2 to 2398 | 38 to 2438 | 33 to 2515 | 2 to 2612 | 42 to 2697 | 2 to 2772 | 29 to 2835 | 19 to 2895 | 30 to 2942 | 16 to 2973 | 33 to 3052 | 40 to 3304 | 4 to 3348 | 4 to 0 | 15 to 127 | 35 to 241 | 33 to 316 | 2 to 387 | 29 to 451 | 19 to 507 | 30 to 555 | 16 to 582 | 4 to 622 | 4 to 0 | 15 to 127 | 35 to 245 | 33 to 324 | 2 to 399 | 29 to 464 | 19 to 524 | 30 to 573 | 16 to 604 | 41 to 604',
      ],
      [
        'fixtures/replication/mysql/capture.pcap',
        'stream 0 insert ids',
        '1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1',
        '',
      ],
      [
        'fixtures/replication/semi-sync-mariadb/capture.pcap',
        'stream 0 affected rows',
        '239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239',
        '',
      ],
      [
        'fixtures/replication/semi-sync-mariadb/capture.pcap',
        'stream 0 binlog events',
        '0 to 0 | 11 to 16777216 | 11 to 18677760 | 11 to 21299200 | 11 to 24051712 | 11 to 31653888 | 11 to 34668544 | 11 to 36700160 | 11 to 39452672 | 11 to 47054848 | 11 to 50069504 | 11 to 52101120 | 11 to 54853632 | 11 to 62455808 | 11 to 65470464 | 11 to 67502080 | 11 to 70254592 | 11 to 77856768 | 11 to 80871424 | 11 to 82903040',
        '4 to 0 | 15 to 256 | 163 to 285 | 161 to 325 | 162 to 367 | 19 to 483 | 23 to 529 | 16 to 560 | 162 to 602 | 19 to 718 | 23 to 764 | 16 to 795 | 162 to 837 | 19 to 953 | 23 to 999 | 16 to 1030 | 162 to 1072 | 19 to 1188 | 23 to 1234 | 16 to 1265 | 162 to 1307 | 19 to 1423 | 23 to 1469 | 16 to 1500 | 162 to 1542 | 19 to 1658 | 23 to 1704 | 16 to 1735 | 162 to 1777 | 19 to 1893 | 23 to 1939 | 16 to 1970 | 162 to 2012 | 19 to 2128 | 23 to 2174 | 16 to 2205 | 162 to 2247 | 19 to 2363 | 23 to 2409 | 16 to 2440 | 162 to 2482 | 19 to 2598 | 23 to 2644 | 16 to 2675 | 162 to 2717 | 19 to 2833 | 23 to 2879 | 16 to 2910 | 162 to 2952 | 19 to 3068 | 23 to 3114 | 16 to 3145 | 162 to 3187 | 19 to 3303 | 23 to 3349 | 16 to 3380 | 162 to 3422 | 19 to 3538 | 23 to 3584 | 16 to 3615 | 162 to 3657 | 19 to 3773 | 23 to 3819 | 16 to 3850 | 162 to 3892 | 19 to 4008 | 23 to 4054 | 16 to 4085 | 162 to 4127 | 19 to 4243 | 23 to 4289 | 16 to 4320 | 162 to 4362 | 19 to 4478 | 23 to 4524 | 16 to 4555 | 162 to 4597 | 19 to 4713 | 23 to 4759 | 16 to 4790 | 162 to 4832 | 19 to 4948 | 23 to 4994 | 16 to 5025 | 162 to 5067 | 19 to 5183 | 23 to 5229 | 16 to 5260 | 162 to 5302 | 19 to 5418 | 23 to 5464 | 16 to 5495 | 162 to 5537 | 19 to 5653 | 23 to 5699 | 16 to 5730 | 162 to 5772 | 19 to 5888 | 23 to 5934 | 16 to 5965 | 162 to 6007 | 19 to 6123 | 23 to 6169 | 16 to 6200 | 162 to 6242 | 19 to 6358 | 23 to 6404 | 16 to 6435 | 162 to 6477 | 19 to 6593 | 23 to 6639 | 16 to 6670 | 162 to 6712 | 19 to 6828 | 23 to 6874 | 16 to 6905 | 162 to 6949 | 19 to 7065 | 23 to 7111 | 16 to 7142 | 162 to 7186 | 19 to 7302 | 23 to 7348 | 16 to 7379 | 162 to 7421 | 19 to 7537 | 23 to 7583 | 16 to 7614 | 162 to 7656 | 19 to 7772 | 23 to 7818 | 16 to 7849 | 162 to 7891 | 19 to 7984 | 25 to 8433 | 16 to 8464',
      ],
      [
        'fixtures/replication/semi-sync-mariadb/capture.pcap',
        'stream 0 insert ids',
        '1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1',
        '',
      ],
      [
        'fixtures/replication/semi-sync-mysql/capture.pcap',
        'stream 0 affected rows',
        '239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239 | 239',
        '',
      ],
      [
        'fixtures/replication/semi-sync-mysql/capture.pcap',
        'stream 0 binlog events',
        '0 to 0 | 11 to 8323072 | 11 to 10354688 | 11 to 15532032 | 11 to 20447232 | 11 to 24379392 | 11 to 27525120 | 11 to 29556736',
        '4 to 0 | 15 to 127 | 35 to 158 | 33 to 237 | 2 to 312 | 19 to 372 | 30 to 420 | 16 to 451 | 33 to 530 | 2 to 605 | 19 to 665 | 30 to 713 | 16 to 744 | 33 to 823 | 2 to 898 | 19 to 958 | 30 to 1006 | 16 to 1037 | 33 to 1116 | 2 to 1191 | 19 to 1251 | 30 to 1299 | 16 to 1330 | 33 to 1409 | 2 to 1484 | 19 to 1544 | 30 to 1592 | 16 to 1623 | 33 to 1702 | 2 to 1777 | 19 to 1837 | 30 to 1885 | 16 to 1916 | 33 to 1995 | 2 to 2070 | 19 to 2130 | 30 to 2178 | 16 to 2209 | 33 to 2288 | 2 to 2363 | 19 to 2423 | 30 to 2471 | 16 to 2502 | 33 to 2581 | 2 to 2656 | 19 to 2716 | 30 to 2764 | 16 to 2795 | 33 to 2874 | 2 to 2949 | 19 to 3009 | 30 to 3057 | 16 to 3088 | 33 to 3167 | 2 to 3242 | 19 to 3302 | 30 to 3350 | 16 to 3381 | 33 to 3460 | 2 to 3535 | 19 to 3595 | 30 to 3643 | 16 to 3674 | 33 to 3753 | 2 to 3828 | 19 to 3888 | 30 to 3936 | 16 to 3967 | 33 to 4046 | 2 to 4121 | 19 to 4181 | 30 to 4229 | 16 to 4260 | 33 to 4339 | 2 to 4414 | 19 to 4474 | 30 to 4522 | 16 to 4553 | 33 to 4632 | 2 to 4707 | 19 to 4767 | 30 to 4815 | 16 to 4846 | 33 to 4925 | 2 to 5000 | 19 to 5060 | 30 to 5108 | 16 to 5139 | 33 to 5218 | 2 to 5293 | 19 to 5353 | 30 to 5401 | 16 to 5432 | 33 to 5511 | 2 to 5586 | 19 to 5646 | 30 to 5694 | 16 to 5725 | 33 to 5804 | 2 to 5879 | 19 to 5939 | 30 to 5987 | 16 to 6018 | 33 to 6097 | 2 to 6172 | 19 to 6232 | 30 to 6280 | 16 to 6311 | 33 to 6390 | 2 to 6465 | 19 to 6525 | 30 to 6573 | 16 to 6604 | 33 to 6683 | 2 to 6758 | 19 to 6818 | 30 to 6866 | 16 to 6897 | 33 to 6976 | 2 to 7051 | 19 to 7111 | 30 to 7159 | 16 to 7190 | 33 to 7269 | 2 to 7344 | 19 to 7404 | 30 to 7452 | 16 to 7483 | 33 to 7562 | 2 to 7637 | 19 to 7697 | 30 to 7745 | 16 to 7776 | 33 to 7855 | 2 to 7930 | 19 to 7990 | 30 to 8038 | 16 to 8069 | 33 to 8148 | 2 to 8223 | 19 to 8283 | 30 to 8331 | 16 to 8362 | 33 to 8441 | 2 to 8516 | 19 to 8576 | 30 to 8624 | 16 to 8655 | 33 to 8734 | 2 to 8809 | 19 to 8869 | 30 to 8917 | 16 to 8948 | 33 to 9027 | 2 to 9102 | 19 to 9162 | 30 to 9210 | 16 to 9241 | 33 to 9320 | 2 to 9395 | 19 to 9455 | 30 to 9503 | 16 to 9534 | 33 to 9613 | 2 to 9688 | 19 to 9748 | 32 to 10199 | 16 to 10230',
      ],
      [
        'fixtures/replication/semi-sync-mysql/capture.pcap',
        'stream 0 insert ids',
        '1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1',
        '',
      ],
      [
        'fixtures/replication/semi-sync-mysql/capture.pcap',
        'stream 0 tracked variables',
        '=at once | = | t once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once= | at once=undefined',
        '',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'Six progress reports (ff ff ff) come between the definitions in frame 19 and the row in frame 31. tshark takes the first for an error that ends the answer, and the row for a column count.',
    differences: [['fixtures/results/progress-mariadb/capture.pcap', 'stream 0 rows', '', '1']],
  },
  {
    right: 'mywire',
    why: 'Frame 22 is the first packet of the client that is encrypted, and a login (keys.log reads it). The server gave up in frame 18 (ERR 1159); behind an ERR tshark takes whatever comes for a command, here 0x0d for COM_DEBUG.',
    differences: [
      [
        'fixtures/tls/mysql-late-login/capture.pcap',
        'stream 0 login',
        '',
        'user app | schema shop | client plugin caching_sha2_password',
      ],
    ],
  },
  {
    right: 'mywire',
    why: "Frame 20 is COM_TABLE_DUMP (0x13): what answers it is a statement, the table's data and an empty packet (mysql_table_dump, sql_parse.cc of 4.0). tshark takes the statement for a column count and the data, 00 07 0e, for OK.",
    differences: [
      ['fixtures/built/old-protocol/capture.pcap', 'stream 1 affected rows', '7', ''],
      ['fixtures/built/old-protocol/capture.pcap', 'stream 1 insert ids', '14', ''],
    ],
  },
  {
    right: 'mywire',
    why: 'Behind the OK to COM_SUBSCRIBE_GROUP_REPLICATION_STREAM (0x21, frame 7) both speak XCom, not MySQL: 00 00 00 0d, with which frames 9 and 10 begin, is the version in its header of 12 bytes. tshark takes its first 8 bytes for two empty packets, 13 and 0.',
    differences: [
      [
        'fixtures/built/group-replication-stream/capture.pcap',
        'stream 0 client packets',
        '9#13 | 9#0',
        '',
      ],
      [
        'fixtures/built/group-replication-stream/capture.pcap',
        'stream 0 server packets',
        '10#13 | 10#0',
        '',
      ],
    ],
  },
  {
    right: 'mywire',
    why: "Behind the OK to COM_CLONE (0x20, frame 28) commands and answers have numbers of their own (README; clone.h): 07 in frame 43 names a plugin, 04 in frame 189 is COM_EXECUTE, 02 and 03 describe and carry the donor's files. tshark takes the 07 for a column count, the 04 for COM_FIELD_LIST and pages of files for column definitions and rows.",
    differences: [
      [
        'fixtures/commands/clone/capture.pcap.gz',
        'stream 1 column types',
        '0 | 52 | 0 | 0 | 0 | 0 | 0',
        '',
      ],
      [
        'fixtures/commands/clone/capture.pcap.gz',
        'stream 1 columns',
        '4967293,128\\n4294967293,127\\n4294967293,126\\n4294967293,125\\n | \ufffd',
        '',
      ],
      ['fixtures/commands/clone/capture.pcap.gz', 'stream 1 rows', '7', ''],
    ],
  },
  {
    right: 'mywire',
    why: 'The client has no CLIENT_PROTOCOL_41 (frames 6 and 38), so definitions have the old form: table, name, 03 and length, 01 and type, 03 and flags. client.txt has their bytes and the three rows. tshark reads the form of 4.1: the table as a catalog, flags as the name, no type; and it does not see that the EOF of one byte ends the definitions, so that rows are definitions, too.',
    differences: [
      [
        'fixtures/login/before-41-mariadb/capture.pcap',
        'stream 0 column types',
        '',
        '3 | 253 | 252 | 3 | 3 | 253 | 246 | 252',
      ],
      [
        'fixtures/login/before-41-mariadb/capture.pcap',
        'stream 0 columns',
        '\\x03B | \\x05P | \\x10 | \\x03P | \\x03B | \\x05P | \\x10',
        'id | name | note | n | id | name | price | note',
      ],
      ['fixtures/login/before-41-mariadb/capture.pcap', 'stream 0 rows', '', '3'],
      [
        'fixtures/login/before-41-mariadb/capture.pcap',
        'stream 1 column types',
        '',
        '3 | 253 | 252 | 3 | 3 | 253 | 246 | 252',
      ],
      [
        'fixtures/login/before-41-mariadb/capture.pcap',
        'stream 1 columns',
        '\\x03B | \\x05P | \\x10 | \\x03P | \\x03B | \\x05P | \\x10',
        'id | name | note | n | id | name | price | note',
      ],
      ['fixtures/login/before-41-mariadb/capture.pcap', 'stream 1 rows', '', '3'],
    ],
  },
  {
    right: 'mywire',
    why: 'Connections 4 and 5 have the suites c0 60 and c0 61 (frames 114 and 140), ARIA-GCM of RFC 6209, which tshark 4.0 does not know (tls.debug_file: "can\'t find cipher suite 0xC060"); client.txt has what the client saw inside.',
    differences: [
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 4 affected rows',
        '',
        '0 | 0 | 0 | 0 | 0',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 4 client packets',
        '',
        '117#2 | 119#0 | 121#0 | 123#0 | 125#0 | 127#0',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 4 column types',
        '',
        '253 | 253 | 3 | 253 | 252 | 253 | 253',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 4 columns',
        '',
        'Variable_name | Value | id | name | note | x | y',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 4 login',
        '',
        'user app | schema shop | client plugin mysql_native_password',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 4 queries',
        '',
        "SET NAMES utf8mb4 | SHOW STATUS WHERE variable_name IN ('Ssl_cipher', 'Ssl_version') | SELECT id, name, note FROM items | SELECT REPEAT('x', 1000) AS x, 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\u2026 (1038 characters)",
      ],
      ['fixtures/tls/keylog-suites/capture.pcap', 'stream 4 rows', '', '6'],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 4 server packets',
        '',
        '118#3 | 120#1 | 122#1-6 | 124#1-8 | 126#1-5',
      ],
      ['fixtures/tls/keylog-suites/capture.pcap', 'stream 4 tracked schemas', '', 'shop'],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 4 tracked variables',
        '',
        'character_set_client=utf8mb4 | character_set_connection=utf8mb4 | character_set_results=utf8mb4',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 5 affected rows',
        '',
        '0 | 0 | 0 | 0 | 0',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 5 client packets',
        '',
        '143#2 | 145#0 | 147#0 | 149#0 | 151#0 | 153#0',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 5 column types',
        '',
        '253 | 253 | 3 | 253 | 252 | 253 | 253',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 5 columns',
        '',
        'Variable_name | Value | id | name | note | x | y',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 5 login',
        '',
        'user app | schema shop | client plugin mysql_native_password',
      ],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 5 queries',
        '',
        "SET NAMES utf8mb4 | SHOW STATUS WHERE variable_name IN ('Ssl_cipher', 'Ssl_version') | SELECT id, name, note FROM items | SELECT REPEAT('x', 1000) AS x, 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\u2026 (1038 characters)",
      ],
      ['fixtures/tls/keylog-suites/capture.pcap', 'stream 5 rows', '', '6'],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 5 server packets',
        '',
        '144#3 | 146#1 | 148#1-6 | 150#1-8 | 152#1-5',
      ],
      ['fixtures/tls/keylog-suites/capture.pcap', 'stream 5 tracked schemas', '', 'shop'],
      [
        'fixtures/tls/keylog-suites/capture.pcap',
        'stream 5 tracked variables',
        '',
        'character_set_client=utf8mb4 | character_set_connection=utf8mb4 | character_set_results=utf8mb4',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'The parameter in frame 9 is a TIME of 8 bytes (page_protocol_binary_resultset): 12 hours. tshark dissects the same bytes and has no value of its own for a time.',
    differences: [
      [
        'fixtures/built/commands-whole/capture.pcap',
        'stream 0 parameters',
        '9: 5',
        '9: 12:00:00, 5',
      ],
    ],
  },
  {
    right: 'mywire',
    why: 'A proxy sends EOFs though both sides did without: the packet behind the EOF in frame 19 is a row of one value. tshark takes the EOF for the end of the answer.',
    differences: [['fixtures/built/eof-behind-definitions/capture.pcap', 'stream 1 rows', '', '1']],
  },
  {
    right: 'mywire',
    why: 'The PREPARE_OK in frame 46 is two bytes short, and the PREPARE in frame 54 is answered with a result set; what comes then are definitions, a row and EOFs by their bytes. tshark stops at the first packet that is not as it should be.',
    differences: [
      ['fixtures/built/malformed-answers/capture.pcap', 'stream 4 column types', '', '253 | 253'],
      ['fixtures/built/malformed-answers/capture.pcap', 'stream 4 columns', '', '? | id'],
      ['fixtures/built/malformed-answers/capture.pcap', 'stream 5 column types', '', '8'],
      ['fixtures/built/malformed-answers/capture.pcap', 'stream 5 columns', '', 'CONNECTION_ID()'],
      ['fixtures/built/malformed-answers/capture.pcap', 'stream 5 rows', '', '1'],
    ],
  },
  {
    right: 'mywire',
    why: 'What the server sends in frame 4 is the four bytes of the version of Sphinx’s own protocol, and no MySQL. tshark was told the port, and takes them for the head of a packet.',
    differences: [['fixtures/built/sphinx-api/capture.pcap', 'stream 0 server packets', '4#1', '']],
  },
  {
    right: 'both',
    why: 'Four COM_STMT_EXECUTE in one segment, each with one parameter: tshark lists the values by frame, mywire by packet.',
    differences: [
      [
        'fixtures/pipelining/bun-mariadb/capture.pcap',
        'stream 0 parameters',
        '15: 1, 2, 3, 4',
        '15: 1 | 15: 2 | 15: 3 | 15: 4',
      ],
    ],
  },
  {
    right: 'tshark',
    why: 'Of this connection the capture has only the server’s last packet, an ERR that comes when the client has gone (it answers with RST). mywire does not take a single packet for MySQL where neither the start nor the other side is there; it counts its bytes as not read.',
    differences: [
      [
        'fixtures/replication/two-readers-mariadb/capture.pcap',
        'stream 1 errors',
        "4052 A slave with the same server_uuid/server_id is already connected; the first event 'binlog.00000… (205 characters)",
        '',
      ],
      [
        'fixtures/replication/two-readers-mariadb/capture.pcap',
        'stream 1 server packets',
        '19#5',
        '',
      ],
      ['fixtures/replication/two-readers-mariadb/capture.pcap', 'stream 1 SQL states', 'HY000', ''],
      [
        'fixtures/replication/two-readers-mysql/capture.pcap',
        'stream 1 errors',
        '1236 A replica with the same server_uuid/server_id as this replica has connected to the source; the … (234 characters)',
        '',
      ],
      [
        'fixtures/replication/two-readers-mysql/capture.pcap',
        'stream 1 server packets',
        '25#4',
        '',
      ],
      ['fixtures/replication/two-readers-mysql/capture.pcap', 'stream 1 SQL states', 'HY000', ''],
    ],
  },
];

export const DIFFERENCES: readonly KnownDifference[] = [
  ...GROUPS.flatMap(({ right, why, differences }) =>
    differences.map(
      ([capture, what, tshark, mywire]): KnownDifference => ({
        ...{ capture, what, tshark, mywire },
        ...{ right, why },
      }),
    ),
  ),
  {
    capture: 'fixtures/capture/frame-missing/capture.pcap',
    what: 'stream 0 rows',
    tshark: '464',
    mywire: '534',
    right: 'mywire',
    why: LOST_FRAME,
  },
  {
    capture: 'fixtures/capture/frame-missing/capture.pcap',
    what: 'stream 0 server packets',
    tshark: '',
    mywire: '20#22-86 | 21#87-92',
    right: 'mywire',
    why: LOST_FRAME,
  },
  {
    capture: 'fixtures/capture/snaplen-96/capture.pcap',
    what: 'stream 0 client packets',
    tshark: '',
    mywire: '9#0 | 15#0 | 17#0',
    right: 'mywire',
    why: CUT_FRAME,
  },
  {
    capture: 'fixtures/capture/snaplen-96/capture.pcap',
    what: 'stream 0 queries',
    tshark: '',
    mywire: 'SET AUTOCOMMIT = 0 | SELECT id, name FROM item | DELETE FROM items WHERE i | SELEC 1',
    right: 'mywire',
    why: CUT_FRAME,
  },
  {
    capture: 'fixtures/capture/snaplen-96/capture.pcap',
    what: 'stream 0 server packets',
    tshark: '',
    mywire: '8#2 | 10#1 | 14#1',
    right: 'mywire',
    why: CUT_FRAME,
  },
  {
    capture: 'features/big16m.pcap.gz',
    what: 'stream 0 client packets',
    tshark: '327#0',
    mywire: '',
    right: 'both',
    why: `${PARTS} Here: a query, ff ff ff 00 and 13 00 10 01.`,
  },
  {
    capture: 'features/big16m.pcap.gz',
    what: 'stream 0 queries',
    tshark: `select length('${'B'.repeat(85)}… (16777214 characters)`,
    mywire: `select length('${'B'.repeat(85)}… (17825809 characters)`,
    right: 'mywire',
    why: CUT_STATEMENT,
  },
  {
    capture: 'features/big16m.pcap.gz',
    what: 'stream 0 rows',
    tshark: '1',
    mywire: '3',
    right: 'mywire',
    why: 'Each of the three queries (the length of 17 MiB, a row of 17 MiB, `select 7`) has one row before its EOF: ids 5 of frame 347, 4-5 of frames 350-707, 4 of frame 711. tshark reads the second part of the first query as a command 0x42 ("B") and so does not know its answer; it reads the row of 17 MiB as OK and a column count.',
  },
  {
    capture: 'features/big16m.pcap.gz',
    what: 'stream 0 server packets',
    tshark: '689#4',
    mywire: '',
    right: 'both',
    why: `${PARTS} Here: the row, ff ff ff 04 and 0a 00 10 05.`,
  },
  {
    capture: 'features/cursor_fetch.pcap',
    what: 'stream 0 rows',
    tshark: '',
    mywire: '2',
    right: 'mywire',
    why: 'Frame 16 answers COM_STMT_FETCH, which only rows can (page_protocol_com_stmt_fetch): 00, NULL bitmap 00, 1, "alpha"; 00, NULL bitmap 08, 2; EOF. tshark takes the rows for OK packets.',
  },
  {
    capture: 'fixtures/article/both/capture.pcap',
    what: 'stream 0 client packets',
    tshark: '',
    mywire: '3#0',
    right: 'mywire',
    why: 'Frame 3 starts 630 bytes behind the end of frame 1 (159010277 after 159009647) and is a whole packet, 6f 00 00 00 03 "insert". tshark waits for the 630 bytes to the end of the capture.',
  },
  {
    capture: 'fixtures/article/both/capture.pcap',
    what: 'stream 0 queries',
    tshark: '',
    mywire:
      'insert into test.test values(100,100),(101,102),(103,103),(104,104),\\r\\n(105,105),(106,107),(108,109),… (110 characters)',
    right: 'mywire',
    why: 'The same frame 3.',
  },
  {
    capture: 'fixtures/article/both/capture.pcap',
    what: 'stream 0 server packets',
    tshark: '',
    mywire: '4#1',
    right: 'mywire',
    why: 'Frame 4 acknowledges the end of frame 3 and is a whole OK, 2e 00 00 01 00 08, 51,353 bytes behind frame 2. tshark waits for those.',
  },
  {
    capture: 'fixtures/infile/local/capture.pcap',
    what: 'stream 0 rows',
    tshark: '2',
    mywire: '1',
    right: 'mywire',
    why: 'The only result set is the COUNT(*) in frame 174. Frame 170 is a request for a file (0c 00 00 01 fb "missing.csv"), and frame 172 the OK to it (37 00 00 03 00 … "Records: 0"); tshark takes the one for a column count and the other for a row.',
  },
  {
    capture: 'fixtures/prepared/cursor/capture.pcap',
    what: 'stream 0 rows',
    tshark: '',
    mywire: '14',
    right: 'mywire',
    why: 'Frames 14, 16, 18 and 24 answer COM_STMT_FETCH, which only rows can (page_protocol_com_stmt_fetch): 4, 4, 2 and 4 packets 06 00 00 id 00 00 n 00 00 00, n from 1 to 10 and from 1 to 4. tshark takes them for OK packets.',
  },
  {
    capture: 'fixtures/results/16mib/capture.pcap.gz',
    what: 'stream 0 client packets',
    tshark: '317#0 | 670#0',
    mywire: '',
    right: 'both',
    why: `${PARTS} Here: two queries; the second is 0xffffff bytes long, so its last part is empty (00 00 00 01).`,
  },
  {
    capture: 'fixtures/results/16mib/capture.pcap.gz',
    what: 'stream 0 queries',
    tshark: `SELECT LENGTH('${'0'.repeat(85)}… (16777214 characters)`,
    mywire: `SELECT LENGTH('${'0'.repeat(85)}… (16778214 characters)`,
    right: 'mywire',
    why: CUT_STATEMENT,
  },
  {
    capture: 'fixtures/results/16mib/capture.pcap.gz',
    what: 'stream 0 rows',
    tshark: '2',
    mywire: '4',
    right: 'mywire',
    why: 'Each of the four queries has one row before its EOF; client.txt has four answers. tshark reads the second part of the first query as a command 0x30 ("0") and the row of two parts as OK and a column count.',
  },
  {
    capture: 'fixtures/results/16mib/capture.pcap.gz',
    what: 'stream 0 server packets',
    tshark: '991#4 | 1266#4',
    mywire: '',
    right: 'both',
    why: `${PARTS} Here: two rows; the second is 0xffffff bytes long, so its last part is empty (00 00 00 05).`,
  },
  {
    capture: 'fixtures/sequence/late-login-mysql/capture.pcap',
    what: 'stream 0 login',
    tshark: '',
    mywire: 'user app | schema shop | client plugin caching_sha2_password',
    right: 'mywire',
    why: 'Frame 10, 98 00 00 01 0d a2 3b 00 …, is the first packet of the client and has id 1: a login. The server gave up in frame 6 (ERR 1159); behind an ERR tshark takes whatever comes for a command, here 0x0d for COM_DEBUG.',
  },
];
