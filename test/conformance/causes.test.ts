import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/findings/finding.ts';
import { observeMywire } from './mywire.ts';

const CAUSES = join(
  process.env.MYWIRE_CAPTURES ?? join(import.meta.dirname, '../../../shared/captures'),
  'causes',
);
const PORTS = [33063, 33163, 33563];

/**
 * What real anomalies are told to be: cause, and the numbers of the driver that read them, of the first of the gravest
 * findings. A capture that is not here is legal: nothing above info.
 */
const VERDICTS: [start: string, verdict: string][] = [
  ['a1_connect_timeout_raw_mariadb', 'login-timeout'],
  ['a1_connect_timeout_raw_mysql', 'login-timeout got 1 expected 2'],
  ['a2b_connect_timeout_aiomysql_HEAD_blocked_loop_mariadb', 'login-timeout'],
  ['a2b_connect_timeout_aiomysql_HEAD_blocked_loop_mysql', 'login-timeout got 1 expected 2'],
  ['a3_kill_unauthenticated', 'killed'],
  ['b2_fork_child_sends_COM_QUIT', 'used-after-quit'],
  ['b_aiomysql_cancel_then_reuse', 'client-gave-up'],
  ['b_asyncio_gather_one_aiomysql_conn', 'shared-connection'],
  ['b_threads_share_pymysql_conn', 'shared-connection'],
  ['c1_kill_connection_while_idle', 'killed'],
  ['c3_kill_connection_during_query', 'killed'],
  ['c4_wait_timeout_while_idle_mysql', 'idle-timeout got 0 expected 1'],
  ['c4_wait_timeout_while_idle_mariadb', 'idle-timeout'],
  ['c6_client_FIN_without_COM_QUIT', 'client-left'],
  ['d1_too_many_connections', 'too-many-connections'],
  ['d2_client_sends_wrong_sequence_id', 'client-numbering got 5 expected 0'],
  ['d4_host_not_allowed_1130', 'host-not-allowed'],
  ['e4_query_over_max_allowed_packet', 'packet-too-large'],
  ['f2_cursor_fetch_reset_fieldlist', 'change-user-refused'],
  ['f3_local_infile_flows', 'infile-broken-off got 0 expected 2'],
  ['f6_auth_failures_and_switches', 'access-denied'],
  ['g1_mysql2_createServer_proxy_never_resets', 'server-never-resets got 4 expected 1'],
  ['g3_haproxy_send_proxy_v1', 'proxy-header got 1 expected 2'],
  ['g4_wrong_service_http', 'not-mysql-server got 80 expected 0'],
  ['g4_wrong_service_ssh', 'not-mysql-server got 45 expected 0'],
  ['g5_to_mysql_port_http_get', 'not-mysql-client got 32 expected 1'],
  ['g5_to_mysql_port_proxy_v1_header', 'proxy-header got 1 expected 2'],
];

const files = existsSync(CAUSES) ? readdirSync(CAUSES).filter((file) => /\.pcap/.test(file)) : [];
if (files.length === 0) process.stderr.write(`skipped: no captures in ${CAUSES}\n`);

describe.skipIf(files.length === 0)('captures of real anomalies and their look-alikes', () => {
  test.each(files)('%s', (file) => {
    const path = join(CAUSES, file);
    const { report } = observeMywire({
      name: file,
      path,
      ports: PORTS,
      keyLog: null,
      isMysql: true,
    });
    const expected = VERDICTS.find(([start]) => file.startsWith(start))?.[1] ?? null;
    const gravest = ['error', 'warning', 'info'].map((grade) =>
      report.findings.find(({ severity }) => severity === grade),
    );
    const first = gravest.find((finding) => finding !== undefined) ?? null;
    const isNothing = first === null || (expected === null && first.severity === 'info');
    expect(isNothing ? null : verdictOf(first)).toBe(expected);
  });
});

function verdictOf({ cause, got, expected }: Finding): string {
  return got === null ? cause.id : `${cause.id} got ${got} expected ${expected}`;
}
