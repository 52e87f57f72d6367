import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Capture, fixtureCaptures, sharedCaptures, sharedMissing } from './captures.ts';
import { DIFFERENCES, REUSE_DIFFERENCES } from './differences.ts';
import { observeBytes, observeMywire } from './mywire.ts';
import { NUMBERING, numberingCapture } from './numbering.ts';
import { byNumbers, compare, type Difference, type Observation } from './observation.ts';
import { captureOf, PORT_REUSE } from './port-reuse.ts';
import { observeTshark, tsharkMissing } from './tshark.ts';

for (const missing of [tsharkMissing, sharedMissing]) {
  if (missing !== null) process.stderr.write(`conformance: tests are skipped, ${missing}\n`);
}

/** A suite needs a test to skip. */
const shared = sharedMissing === null ? sharedCaptures : [{ name: sharedMissing } as Capture];

/**
 * Of a compressed connection: what is said before the compression starts. tshark 4.0 unpacks the client's
 * packets, too, but only zlib and one to a frame; the server's it takes for uncompressed.
 */
const BEFORE_COMPRESSION = /frames|login$/;

/** The number of each frame's connection. */
function streamByFrame({ facts }: Observation): ReadonlyMap<string, string> {
  const streams = new Map<string, string>();
  for (const [what, frames] of facts) {
    const stream = /^stream (\d+) frames$/.exec(what)?.[1];
    if (stream !== undefined) for (const frame of frames) streams.set(frame, stream);
  }
  return streams;
}

async function agrees(capture: Capture): Promise<void> {
  const { observation, report } = observeMywire(capture);
  const compressed = report.conversations
    .filter(({ compression }) => compression !== null)
    .map(({ connection }) => `stream ${connection.number} `);
  const tshark = await observeTshark(capture);
  if (capture.isMysql && compressed.length === 0) {
    expect([...tshark.facts.keys()].some((what) => what.endsWith(' packets'))).toBe(true);
  }
  const actual = compare(
    tshark,
    observation,
    (what) =>
      BEFORE_COMPRESSION.test(what) || !compressed.some((stream) => what.startsWith(stream)),
  );
  const known: Difference[] = DIFFERENCES.filter(({ capture: name }) => name === capture.name).map(
    ({ what, tshark, mywire }) => ({ what, tshark, mywire }),
  );
  expect(actual).toEqual(known.sort((a, b) => byNumbers(a.what, b.what)));
}

describe.skipIf(tsharkMissing !== null)('mywire says what tshark says', () => {
  describe.skipIf(sharedMissing !== null)('of captures that other people recorded', () => {
    test.concurrent.for(shared)('$name', agrees);

    test('every listed difference names a capture', () => {
      const names = new Set([...sharedCaptures, ...fixtureCaptures].map(({ name }) => name));
      expect(DIFFERENCES.filter(({ capture }) => !names.has(capture))).toEqual([]);
    });
  });

  describe('of the fixtures', () => {
    test.concurrent.for(fixtureCaptures)('$name', agrees);
  });

  describe('of where one connection ends and the next begins', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'mywire-conformance-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const cases = Object.entries(PORT_REUSE).map(([name, segments], i) => ({ name, segments, i }));
    test.concurrent.for(cases)('$name', async ({ name, segments, i }) => {
      const bytes = captureOf(segments);
      const path = join(folder, `${i}.pcap`);
      writeFileSync(path, bytes);
      const tshark = await observeTshark({ path, ports: [], keyLog: null });
      const { observation } = observeBytes(bytes, { ports: [] });
      const actual = compare(tshark, observation, (what) => what.endsWith('frames'));
      expect(actual).toEqual(REUSE_DIFFERENCES[name] ?? []);
    });
  });

  describe('of which connections there are', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'mywire-conformance-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const cases = Object.entries(NUMBERING).map(([name, frames], i) => ({ name, frames, i }));
    test.concurrent.for(cases)('$name', async ({ frames, i }) => {
      const bytes = numberingCapture(frames);
      const path = join(folder, `${i}.pcap`);
      writeFileSync(path, bytes);
      const tshark = streamByFrame(await observeTshark({ path, ports: [], keyLog: null }));
      const mywire = streamByFrame(observeBytes(bytes, { ports: [] }).observation);
      expect(mywire.size).toBeGreaterThan(0);
      // Of what it does not read as a segment (quoted, cut) mywire only counts the connection.
      const same = new Map([...tshark].filter(([frame]) => mywire.has(frame)));
      expect(mywire).toEqual(same);
    });
  });
});

describe('the number of a connection does not depend on which are asked for', () => {
  test.for(Object.entries(PORT_REUSE))('%s', ([, segments]) => {
    const bytes = captureOf(segments);
    const all = observeBytes(bytes, { ports: [] }).observation;
    const frames = (observation: typeof all) =>
      [...observation.facts].filter(([what]) => what.endsWith('frames'));
    for (const number of [0, 1]) {
      const one = observeBytes(bytes, { ports: [], connections: new Set([number]) }).observation;
      expect(frames(one)).toEqual(frames(all));
    }
  });
});

describe.skipIf(sharedMissing !== null)('nothing is wrong in captures of sound traffic', () => {
  test.for(shared)('$name', (capture) => {
    const { findings } = observeMywire(capture).report;
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
