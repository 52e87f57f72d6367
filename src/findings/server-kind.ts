import type { Session } from '../mysql/session.ts';

/** What says of itself that it stands between the client and a server. */
const PROXIES: readonly [pattern: RegExp, name: string][] = [
  [/proxysql/i, 'ProxySQL'],
  [/maxscale/i, 'MaxScale'],
  [/haproxy/i, 'HAProxy'],
  [/-router/i, 'MySQL Router'],
  [/vitess/i, 'Vitess'],
  [/shardingsphere/i, 'ShardingSphere'],
];

/** Of MySQL: from this version on, a server that closes because of a time-out says so in an ERR (WL#12999). */
const TELLS_SINCE = [8, 0, 24];

interface ServerKind {
  readonly isMariaDb: boolean;
  /** It names itself as a proxy. */
  readonly proxy: string | null;
  /** Its time-outs come with ERR 4031 and 1159. */
  readonly tellsTimeouts: boolean;
}

/** What the greeting's version tells; null where the greeting was not captured. */
export function serverKindOf({ serverVersion }: Session): ServerKind | null {
  if (serverVersion === null) return null;
  const proxy = PROXIES.find(([pattern]) => pattern.test(serverVersion))?.[1] ?? null;
  const isMariaDb = /mariadb/i.test(serverVersion);
  return { isMariaDb, proxy, tellsTimeouts: !isMariaDb && isSince(serverVersion, TELLS_SINCE) };
}

function isSince(version: string, since: readonly number[]): boolean {
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [0];
  for (const [at, number] of numbers.entries()) {
    if (number !== since[at]) return number > since[at]!;
  }
  return true;
}
