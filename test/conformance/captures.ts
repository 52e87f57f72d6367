import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'fixtures');
/** Captures that other people recorded; they stand beside the repository and are not part of it. */
const SHARED = process.env.MYWIRE_CAPTURES ?? join(ROOT, '../shared/captures');
const SHARED_SETS = ['public', 'features'];

/** Server ports of `fixtures/` (MariaDB, MySQL, the article) and of `features/`. */
const FIXTURE_PORTS = [33061, 33062, 3307];
const FEATURE_PORTS = [33061];

/** Of fixtures, and of `features/`. */
const KEY_LOGS = ['keys.log', 'tls.keylog'];

const NOT_MYSQL = new Set([
  'fixtures/other/x-protocol/capture.pcap',
  'fixtures/sequence/not-mysql/capture.pcap',
]);

export interface Capture {
  /** Set and file name: what `differences.ts` calls it. */
  readonly name: string;
  readonly path: string;
  /** Server ports, beside 3306. */
  readonly ports: readonly number[];
  /** TLS secrets that stand beside it, or null. */
  readonly keyLog: string | null;
  readonly isMysql: boolean;
}

/** Where nothing of other people's captures is, or null. */
export const sharedMissing: string | null = SHARED_SETS.some((set) => existsSync(join(SHARED, set)))
  ? null
  : `no captures in ${SHARED}`;

export const sharedCaptures: readonly Capture[] = SHARED_SETS.flatMap((set) => {
  const folder = join(SHARED, set);
  if (!existsSync(folder)) return [];
  const ports = set === 'public' ? portsOf(join(folder, 'INDEX.tsv')) : null;
  return readdirSync(folder)
    .filter(isCapture)
    .sort()
    .map((file) =>
      capture(
        `${set}/${file}`,
        join(folder, file),
        ports === null ? FEATURE_PORTS : (ports.get(file) ?? []),
      ),
    );
});

/**
 * Captures of faults, and of proxies and made-up servers on ports that tshark would have to be told: what it does not say is what
 * they are for. The packets in them are those of the other themes.
 */
const FAULTS = /^causes\//;

export const fixtureCaptures: readonly Capture[] = readdirSync(FIXTURES, { recursive: true })
  .map(String)
  .filter((file) => isCapture(file) && !FAULTS.test(file))
  .sort()
  .map((file) => capture(`fixtures/${file}`, join(FIXTURES, file), FIXTURE_PORTS));

function capture(name: string, path: string, ports: readonly number[]): Capture {
  return {
    name,
    path,
    ports,
    keyLog: KEY_LOGS.map((file) => join(dirname(path), file)).find(existsSync) ?? null,
    isMysql: !NOT_MYSQL.has(name),
  };
}

function isCapture(file: string): boolean {
  return /\.pcap(ng)?(\.gz)?$/.test(file);
}

/** The server port that the index names for each file; some it could not tell. */
function portsOf(index: string): ReadonlyMap<string, readonly number[]> {
  const ports = new Map<string, readonly number[]>();
  for (const line of readFileSync(index, 'utf8').split('\n')) {
    const port = /server port (\d+)/.exec(line)?.[1];
    if (port !== undefined) ports.set(line.slice(0, line.indexOf('\t')), [Number(port)]);
  }
  return ports;
}
