import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'fixtures');
/** Captures that other people recorded; they stand beside the repository and are not part of it. */
const SHARED = process.env.MYWIRE_CAPTURES ?? join(ROOT, '../shared/captures');
const SHARED_SETS = ['public', 'features'];

/** Server ports of `fixtures/` (MariaDB, MySQL, the article) and of `features/`. */
const FIXTURE_PORTS = [33061, 33062, 3307];
const FEATURE_PORTS = [33061];

export interface Capture {
  /** Set and file name: what `differences.ts` calls it. */
  readonly name: string;
  readonly path: string;
  /** Server ports, beside 3306. */
  readonly ports: readonly number[];
}

export const sharedMissing = SHARED_SETS.every((set) => !existsSync(join(SHARED, set)));

export const sharedCaptures: readonly Capture[] = SHARED_SETS.flatMap((set) => {
  const folder = join(SHARED, set);
  if (!existsSync(folder)) return [];
  const ports = set === 'public' ? portsOf(join(folder, 'INDEX.tsv')) : null;
  return capturesIn(folder).map((file) => ({
    name: `${set}/${file}`,
    path: join(folder, file),
    ports: ports === null ? FEATURE_PORTS : (ports.get(file) ?? []),
  }));
});

export const fixtureCaptures: readonly Capture[] = readdirSync(FIXTURES, { recursive: true })
  .map(String)
  .filter(isCapture)
  .sort()
  .map((file) => ({ name: `fixtures/${file}`, path: join(FIXTURES, file), ports: FIXTURE_PORTS }));

function capturesIn(folder: string): string[] {
  return readdirSync(folder).filter(isCapture).sort();
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
