/**
 * Holds `mywire check` against what soak.sh has recorded, and writes RESULTS.md: whatever is told above info is a
 * false alarm, unless the load itself was disturbed.
 *
 *   npm run bench:soak -- DIR
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MYWIRE = join(import.meta.dirname, '../../bin/mywire.js');
const RESULTS = join(import.meta.dirname, 'RESULTS.md');

/** soak.sh's servers, each with the ports of its two. */
const FAMILIES = [
  { name: 'mysql', ports: [34001, 34002] },
  { name: 'mariadb1011', ports: [34011, 34012] },
  { name: 'mariadb118', ports: [34021, 34022] },
];

interface Finding {
  severity: string;
  message: string;
  connections: number[];
  cause: { id: string };
}

interface Verdict {
  capture: {
    duration: number;
    frames: number;
    mysqlConnections: number;
    mysqlPackets: number;
    quality: { encrypted: number; tls: number; gapBytes: number };
  };
  check: Finding[];
}

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: npm run bench:soak -- DIR');

const rows: string[] = [];
const alarms: string[] = [];
for (const { name, ports } of FAMILIES) {
  const capture = join(directory, `${name}.pcap`);
  const keys = join(directory, `${name}.keys`);
  const secrets = existsSync(keys) ? ['--keylog', keys] : [];
  const args = ['check', '--json', ...secrets, ...ports.flatMap((port) => ['--port', `${port}`])];
  const run = spawnSync(process.execPath, [MYWIRE, ...args, capture], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.status === 2) throw new Error(run.stderr);
  const { capture: seen, check } = JSON.parse(run.stdout) as Verdict;
  const grave = check.filter(({ severity }) => severity !== 'info');
  const counts = check.map(({ cause, connections }) => `${cause.id} (${connections.length})`);
  alarms.push(
    ...grave.map(
      (f) => `- ${name}: ${f.severity} ${f.cause.id} on ${f.connections.length}: ${f.message}`,
    ),
  );
  const version = versionOf(capture.replace(/\.pcap$/, '-a.log'));
  rows.push(
    `| ${[
      version,
      `${Math.round(seen.duration / 60)} min`,
      `${Math.round(statSync(capture).size / 1e6)} MB`,
      seen.frames,
      `${seen.mysqlConnections} (${seen.quality.tls} in TLS, ${seen.quality.encrypted} not decrypted)`,
      seen.mysqlPackets,
      seen.quality.gapBytes,
      grave.length,
      counts.join(', ') || 'none',
    ].join(' | ')} |`,
  );
}

writeFileSync(
  RESULTS,
  `# Soak: nothing above info on clean traffic

Made by \`bench/soak.sh\` and \`npm run bench:soak -- DIR\`. Two servers of each kind, each the other's semi-synchronous replica, with
thread pools. Load: mysql2, mysql, mariadb (Node), PyMySQL, aiomysql, libmariadb, the command line tools and sysbench: pools, short
connections, transactions, text and prepared statements, OUT parameters, several results, cursors, long data, LOCAL INFILE, bulk
execute, pipelining, COM_CHANGE_USER, COM_RESET_CONNECTION, zlib and zstd, TLS with keys, dumps, rows read slowly.

| servers | time | capture | frames | connections | packets | bytes missing | above info | findings (connections) |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

${alarms.length === 0 ? 'Nothing above info.' : `Above info:\n\n${alarms.join('\n')}`}
`,
);
process.stdout.write(readFileSync(RESULTS, 'utf8'));

function versionOf(log: string): string {
  const text = readFileSync(log, 'utf8');
  const mysql = /Version: '([\d.]+)[^']*'/.exec(text)?.[1];
  const isMariadb = /mariadb/i.test(text);
  return `${isMariadb ? 'MariaDB' : 'MySQL'} ${mysql ?? ''}`;
}
