import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureReader } from '../src/capture/reader.ts';
import { inChunks } from './build/bytes.ts';
import { type Packet, pcap } from './build/capture.ts';
import { type Analysis, type AnalyzeOptions, analyze, verdictOf } from './mysql/analyze.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** Every recorded network carried the same session. */
const networks = readdirSync(join(FIXTURES, 'network')).map((name) => `network/${name}`);
/** Captures built from others: each says what the one it was built from says. */
const BUILT: Readonly<Record<string, string>> = {
  'built/ip-in-ip': 'network/mpls',
  'built/ipv6-fragments': 'capture/ipv6',
  'built/ipv6-in-ipv4': 'capture/ipv6',
  'built/pktap': 'network/mpls',
  'built/pppoe': 'network/mpls',
  'built/wifi-in-the-clear': 'network/mpls',
};

const captureOf = (name: string) =>
  new Uint8Array(readFileSync(join(FIXTURES, name, 'capture.pcap')));

function analysisOf(name: string, options: AnalyzeOptions = {}): Analysis {
  return analyze(captureOf(name), { ports: [33061], rows: true, queries: true, ...options });
}

function packetsOf({ packets }: Analysis): unknown[] {
  return packets.map(({ fromClient, sequenceId, expectedSequenceId, type, fields }) => ({
    fromClient,
    sequenceId,
    expectedSequenceId,
    type,
    fields,
  }));
}

const clean = { gapBytes: 0, retransmitted: 0, outOfOrder: 0, truncated: 0 };

/** What else is on a network has frames, too. */
const withoutFrames = (verdicts: string[]) => verdicts.map((one) => one.replace(/frame \d+ /, ''));

test.each(networks)('%s: what was said does not depend on how it was carried', (name) => {
  const analysis = analysisOf(name);
  const plain = analysisOf('network/mpls');
  expect(analysis.queries.map(({ sql }) => sql)).toEqual(plain.queries.map(({ sql }) => sql));
  expect(analysis.packets.map(({ type }) => type)).toEqual(plain.packets.map(({ type }) => type));
  expect(withoutFrames(verdictOf(analysis))).toEqual(withoutFrames(verdictOf(plain)));
  expect(analysis.report.capture).toMatchObject({
    connections: 1,
    quality: { ...clean, fragments: 0 },
  });
});

test.each(Object.entries(BUILT))('%s says what %s says', (name, source) => {
  const [analysis, plain] = [analysisOf(name), analysisOf(source)];
  expect(packetsOf(analysis)).toEqual(packetsOf(plain));
  expect(analysis.queries.map(({ sql }) => sql)).toEqual(plain.queries.map(({ sql }) => sql));
  expect(analysis.report.capture).toMatchObject({
    connections: 1,
    quality: { ...clean, fragments: 0 },
  });
});

describe('fragments', () => {
  test('are counted when they were joined', () => {
    expect(analysisOf('network/fragments').report.capture.quality.joinedDatagrams).toBe(4);
  });

  test('a segment arrives with its last fragment', () => {
    // Frames 11, 12 and 13 hold the first 1448 bytes of the statement, 14 to 16 the rest.
    const insert = analysisOf('network/fragments').packets.find(
      ({ fields }) => typeof fields.sql === 'string' && fields.sql.startsWith('INSERT'),
    )!;
    expect([insert.frame.number, insert.lastFrame.number]).toEqual([13, 16]);
  });

  test('one that is missing takes its datagram along', () => {
    const frames = framesOf('network/fragments');
    const { capture } = analyze(pcap({}, ...frames.filter((_, i) => i !== 11)), {
      ports: [33061],
    }).report;
    expect(capture.quality).toMatchObject({ gapBytes: 1448, fragments: 2, joinedDatagrams: 3 });
  });
});

describe('checksums', () => {
  test('software that left them to the card', () => {
    const { tcpSegments } = analysisOf('network/vxlan').report.capture;
    const { capture } = analysisOf('network/vxlan', { verifyChecksums: true }).report;
    expect(capture).toMatchObject({
      tcpSegments: 0,
      quality: { badChecksums: tcpSegments, unfilledChecksums: tcpSegments },
    });
  });

  test('right ones change nothing', () => {
    for (const name of ['network/gre', 'network/mpls', 'network/erspan', 'network/geneve']) {
      const verified = analysisOf(name, { verifyChecksums: true });
      expect(packetsOf(verified)).toEqual(packetsOf(analysisOf(name)));
      expect(verified.report.capture.quality).toMatchObject({
        badChecksums: 0,
        unfilledChecksums: 0,
      });
    }
  });

  test('a damaged segment is left out where that is asked for', () => {
    const frames = framesOf('network/mpls');
    const hit = frames.findIndex(({ bytes }) => bytes.length > 1000);
    const bytes = frames[hit]!.bytes.slice();
    bytes[bytes.length - 1]! ^= 0x01;
    frames.splice(hit, 0, { ...frames[hit]!, bytes });
    const damaged = pcap({}, ...frames);
    const { report } = analyze(damaged, { ports: [33061], verifyChecksums: true });
    expect(report.capture.quality).toMatchObject({
      ...clean,
      badChecksums: 1,
      unfilledChecksums: 0,
    });
    const [client, server] = report.conversations[0]!.connection.halves;
    expect(client.badChecksums + server.badChecksums).toBe(1);
    expect(analyze(damaged, { ports: [33061] }).report.capture.quality.badChecksums).toBe(0);
  });
});

test('frames of every kind, damaged in any way, leave a report', () => {
  const all = [...networks, ...Object.keys(BUILT)].map(framesOf);
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.array(fc.tuple(fc.nat(40), fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 20 }),
      fc.option(fc.integer({ min: 14, max: 200 })),
      fc.boolean(),
      (frames, changes, snaplen, verifyChecksums) => {
        const damaged = frames.map((frame) => ({
          ...frame,
          bytes: frame.bytes.slice(0, snaplen ?? frame.bytes.length),
          originalLength: frame.bytes.length,
        }));
        for (const [i, at, byte] of changes) {
          const bytes = damaged[i % damaged.length]!.bytes;
          if (at < bytes.length) bytes[at] = byte;
        }
        const { capture } = analyze(pcap({}, ...damaged), { verifyChecksums }).report;
        expect(capture.frames).toBe(frames.length);
      },
    ),
    { numRuns: 500 },
  );
});

function framesOf(name: string): Packet[] {
  const frames: Packet[] = [];
  const reader = new CaptureReader(
    ({ bytes, start, end, seconds, fraction }) =>
      frames.push({ seconds, fraction, bytes: bytes.slice(start, end) }),
    () => {},
  );
  for (const chunk of inChunks(captureOf(name), 1 << 16)) reader.push(chunk);
  reader.finish();
  return frames;
}
