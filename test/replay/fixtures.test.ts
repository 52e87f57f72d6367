import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { analyze } from '../mysql/analyze.ts';
import { type Drive, driveMysql2, driveMysqljs, drivePymysql, PYTHON } from './drivers.ts';
import { act, type Scene, sceneOf } from './scene.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const NAMES = ['capture.pcap', 'capture.pcapng', 'capture.pcap.gz'];
/** The recorded servers'. */
const PORTS = [33061, 33062];

interface Case {
  readonly name: string;
  /** What a finding says that the drivers print. */
  readonly drivers: readonly { readonly driver: string; readonly text: string }[];
  readonly scene: Scene;
}

/** The fixtures with findings in which a driver can take the client's place. */
const cases = readdirSync(FIXTURES)
  .filter((theme) => theme !== 'record' && !theme.includes('.'))
  .flatMap((theme) => readdirSync(join(FIXTURES, theme)).map((name) => `${theme}/${name}`))
  .flatMap(casesOf);

function casesOf(name: string): Case[] {
  const file = NAMES.map((it) => join(FIXTURES, name, it)).find(existsSync)!;
  const bytes = file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file);
  const { findings } = analyze(bytes, { ports: PORTS, packets: false }).report;
  return findings.flatMap(({ rule, connection, drivers }) => {
    const scene = sceneOf(bytes, connection, PORTS);
    if (typeof scene === 'string') return [];
    return [{ name: `${name}, connection ${connection}: ${rule}`, drivers, scene }];
  });
}

/** A line may name several drivers. */
function textsOf({ drivers }: Case, name: string): string[] {
  return drivers.filter(({ driver }) => driver.split(', ').includes(name)).map(({ text }) => text);
}

const DRIVERS: readonly { readonly name: string; readonly drive: Drive }[] = [
  { name: 'mysql2', drive: driveMysql2 },
  { name: 'mysqljs/mysql', drive: driveMysqljs },
  { name: 'PyMySQL', drive: drivePymysql },
];

describe.each(DRIVERS)('$name prints what mywire says it prints', ({ name, drive }) => {
  const told = cases.filter((it) => textsOf(it, name).length > 0);

  test('there are captures to tell', () => {
    expect(told.length).toBeGreaterThan(3);
  });

  describe.skipIf(drive === drivePymysql && PYTHON === undefined)(
    'in the place of the client',
    () => {
      test.each(told)('of $name', async (it) => {
        const texts = await act(it.scene, drive);
        for (const text of textsOf(it, name)) expect(texts).toContain(text);
      });
    },
  );
});
