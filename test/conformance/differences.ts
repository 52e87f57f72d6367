import type { Difference } from './observation.ts';

/** A difference that stays because mywire is right, or because both are. */
interface KnownDifference extends Difference {
  readonly capture: string;
  readonly right: 'mywire' | 'both';
  /** What proves it: bytes of the capture, or the specification. */
  readonly why: string;
}

/** `[capture, stream, status]` of the status byte that caching_sha2_password sends in AuthMoreData. */
const AUTH_MORE_DATA: readonly (readonly [string, number, '03' | '04'])[] = [
  ['public/zeek-zeek--caching_sha2_password.pcap', 0, '04'],
  ['public/zeek-zeek--caching_sha2_password.pcap', 1, '04'],
  ['public/zeek-zeek--caching_sha2_password.pcap', 2, '03'],
  ['public/zeek-zeek--query-attr.pcap', 0, '03'],
  ['fixtures/compressed/zstd/capture.pcap', 0, '04'],
  ['fixtures/login/mysql9/capture.pcap', 0, '04'],
  ['fixtures/login/mysql9/capture.pcap', 1, '03'],
  ['fixtures/prepared/mysql9/capture.pcap', 0, '04'],
  ['fixtures/results/deprecate-eof-mysql/capture.pcap', 0, '04'],
  ['fixtures/sequence/client-vanishes/capture.pcap', 0, '04'],
  ['fixtures/sequence/idle-timeout-mysql/capture.pcap', 0, '04'],
  ['fixtures/sequence/wrong-number/capture.pcap', 0, '04'],
];

const PARTS =
  'A payload of 0xffffff bytes goes on in the next packet (page_protocol_basic_packets, "Sending More Than 16Mb"). tshark takes each part for a packet; mywire shows the whole packet once, with the id and the frame of its last part, as its contract says.';
const CUT_STATEMENT = `${PARTS} The statement that tshark shows ends where the first part does: 0xffffff less the command byte.`;

const CUT_FRAME =
  'tshark stops putting the stream together behind a frame that the snap length cut; the IP length says how many bytes are missing, so mywire goes on behind them.';

export const DIFFERENCES: readonly KnownDifference[] = [
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
  ...AUTH_MORE_DATA.map(
    ([capture, stream, status]): KnownDifference => ({
      capture,
      what: `stream ${stream} login`,
      tshark: `switch to \\x01\\x${status}`,
      mywire: '',
      right: 'mywire',
      why: `The payload is 01 ${status}: AuthMoreData with caching_sha2_password's "${status === '03' ? 'fast authentication' : 'full authentication'}". An AuthSwitchRequest starts with 0xfe (page_protocol_connection_phase_packets_protocol_auth_more_data). tshark takes both bytes for a plugin's name.`,
    }),
  ),
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
    capture: 'features/charset.pcap',
    what: 'stream 0 queries',
    tshark:
      "select '\ufffd\ufffdlu\ufffd\ufffdou\ufffd\ufffdk\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd' as `\ufffd\ufffd`",
    mywire: "select 'žluťoučký 🐬' as `é`",
    right: 'mywire',
    why: 'The login says collation 45 (utf8mb4_general_ci), and c5 be 6c 75 c5 a5 6f 75 c4 8d 6b c3 bd 20 f0 9f 90 ac is valid UTF-8. tshark 4.0 reads ASCII.',
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
    capture: 'features/prog.pcap',
    what: 'stream 0 errors',
    tshark: '65535 \\x01\\x01\\x02\\x15O | 65535 \\x01\\x02\\x02',
    mywire: '',
    right: 'mywire',
    why: 'ff ff ff is no error but MariaDB\'s progress report (mariadb.com/kb/en/err_packet): stage 1 of 2 and "copy to tmp table" in frame 10, stage 2 of 2 and "Enabling keys" in frame 12; the OK follows in frame 14.',
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
