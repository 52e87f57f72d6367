import { createReadStream, readdirSync, readFileSync } from 'node:fs';
// @ts-expect-error -- the package has no types
import pcapParser from 'pcap-parser';
import { expect, test } from 'vitest';
import { CaptureReader } from '../../src/capture/reader.ts';
import { toHex } from '../build/bytes.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);

/** What pcap-parser can read: classic pcap with microseconds, in either byte order. */
const MAGICS = ['a1b2c3d4', 'd4c3b2a1'];

const captures = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('capture.pcap'))
  .filter((path) => MAGICS.includes(toHex(readFileSync(new URL(path, FIXTURES)).subarray(0, 4))))
  .sort();

interface Packet {
  number: number;
  seconds: number;
  microseconds: number;
  capturedLength: number;
  originalLength: number;
  bytes: string;
}

function ours(path: string): { packets: Packet[]; linkType: number } {
  const packets: Packet[] = [];
  let linkType = -1;
  const reader = new CaptureReader((record) => {
    linkType = record.linkType;
    packets.push({
      number: record.number,
      seconds: record.seconds,
      microseconds: record.fraction,
      capturedLength: record.end - record.start,
      originalLength: record.originalLength,
      bytes: toHex(record.bytes.subarray(record.start, record.end)),
    });
  });
  reader.push(readFileSync(new URL(path, FIXTURES)));
  reader.finish();
  return { packets, linkType };
}

function theirs(path: string): Promise<{ packets: Packet[]; linkType: number }> {
  return new Promise((resolve, reject) => {
    const packets: Packet[] = [];
    let linkType = -1;
    // In one piece, for the package joins pieces with what Node warns of.
    const file = createReadStream(new URL(path, FIXTURES), { highWaterMark: 1 << 20 });
    const parser = pcapParser.parse(file);
    parser.on('globalHeader', (header: { linkLayerType: number }) => {
      linkType = header.linkLayerType;
    });
    parser.on('packet', ({ header, data }: { header: Record<string, number>; data: Buffer }) => {
      packets.push({
        number: packets.length + 1,
        seconds: header.timestampSeconds!,
        microseconds: header.timestampMicroseconds!,
        capturedLength: header.capturedLength!,
        originalLength: header.originalLength!,
        bytes: toHex(data),
      });
    });
    parser.on('error', reject);
    parser.on('end', () => resolve({ packets, linkType }));
  });
}

test('there are captures of many kinds to compare', () => {
  expect(captures.length).toBeGreaterThan(30);
});

test.each(captures)('%s: pcap-parser reads the same records', async (path) => {
  const expected = await theirs(path);
  expect(expected.packets.length).toBeGreaterThan(0);
  expect(ours(path)).toEqual(expected);
});
