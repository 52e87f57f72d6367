import { describe, expect, test } from 'vitest';
import type { DriverText } from '../../src/findings/finding.ts';
import { analyze } from '../mysql/analyze.ts';
import { DRIVERS } from './drivers.ts';
import { captureOf, PORTS, RECORDINGS } from './recordings.ts';
import { act, type Scene, sceneOf, textsOf } from './scene.ts';

interface Case {
  readonly name: string;
  /** What a finding says that the drivers print. */
  readonly lines: readonly DriverText[];
  readonly scene: Scene;
}

/** The fixtures with findings in which a driver can take the client's place. */
const cases = RECORDINGS.flatMap(casesOf);

function casesOf(name: string): Case[] {
  const bytes = captureOf(name);
  const { findings } = analyze(bytes, { ports: PORTS, packets: false }).report;
  return findings.flatMap(({ rule, connection, drivers }) => {
    if (DRIVERS.every(({ name }) => textsOf(drivers, name).length === 0)) return [];
    // None of these drivers sends such a command, so none gets the answer to it.
    if (rule === 'malformed-command') return [];
    const scene = sceneOf(bytes, connection, PORTS);
    if (typeof scene === 'string') return [];
    return [{ name: `${name}, connection ${connection}: ${rule}`, lines: drivers, scene }];
  });
}

describe.each(DRIVERS)('$name prints what mywire says it prints', (driver) => {
  const told = cases.filter(({ lines }) => textsOf(lines, driver.name).length > 0);

  test('there are captures to tell', () => {
    expect(told).not.toEqual([]);
  });

  test.skipIf(driver.drive === null).each(told)('$name', async ({ lines, scene }) => {
    const texts = await act(scene, driver);
    expect(texts).toEqual(expect.arrayContaining(textsOf(lines, driver.name)));
  });
});
