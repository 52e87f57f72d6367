import type { Malformed } from '../mysql/facts.ts';

/** Who is known to send packets that are made wrong in a certain way, by reports that anybody can read. */
interface Sender {
  /** Of the packet that is malformed: its type and what is wrong with it. */
  readonly sends: RegExp;
  /** Of the server's version, or of the statement; absent where neither tells. */
  readonly version?: RegExp;
  readonly statement?: RegExp;
  readonly who: string;
}

/** One line adds one. Only what a public report shows. */
const SENDERS: readonly Sender[] = [
  {
    sends: /^BinaryRow .*left over|^BinaryRow value/,
    version: /MatrixOne/i,
    who: 'MatrixOne before July 2026 wrote the microseconds of a TIME in 8 bytes, where 4 are due (matrixone#25448): 4 bytes too many behind each such value.',
  },
  {
    sends: /^ColumnCount .*COM_STMT_PREPARE/,
    statement: /^SELECT CONNECTION_ID\(\)/i,
    who: 'ProxySQL answers SELECT CONNECTION_ID() by itself, and before its PR 3826 even a PREPARE of it as if it were a COM_QUERY (proxysql#2564).',
  },
  {
    sends: /^OK sessionState/,
    who: 'ProxySQL did so until its PR 4050 (proxysql#2915): it passed the server’s flag on without the state.',
  },
  {
    sends: /^StmtPrepareOK warnings/,
    who: 'Apache Doris does so: it answers a PREPARE in 10 bytes (doris#37690, doris#46386).',
  },
  {
    sends: /^TextRow 4 values under 5/,
    statement: /^SHOW SLAVE HOSTS/i,
    who: 'MySQL 5.7 does so for a replica that has told no UUID: an older go-mysql (go-mysql#618), or a MariaDB (phpmyadmin#13117).',
  },
  {
    sends: /^OK info/,
    who: 'ClickHouse did so until its PR 107693: it wrote the text without the length before it.',
  },
];

/** Null where nobody is known for it. */
export function knownSender(
  { packet, request, what }: Malformed,
  serverVersion: string | null,
): string | null {
  const statement = request?.statement ?? null;
  const known = SENDERS.find(
    ({ sends, version, statement: said }) =>
      sends.test(`${packet.type} ${what}`) &&
      (version === undefined || (serverVersion !== null && version.test(serverVersion))) &&
      (said === undefined || (statement !== null && said.test(statement.trim()))),
  );
  return known?.who ?? null;
}
