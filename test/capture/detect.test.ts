import { describe, expect, test } from 'vitest';
import { CaptureReader } from '../../src/capture/reader.ts';
import { ascii, concat, counting, hex, inChunks, zeros } from '../build/bytes.ts';
import { pcap, pcapngBlocks } from '../build/capture.ts';

function read(bytes: Uint8Array, size: number) {
  const reader = new CaptureReader(() => {});
  for (const chunk of inChunks(bytes, size)) reader.push(chunk);
  reader.finish();
  return { format: reader.format, message: reader.fault?.message, offset: reader.fault?.offset };
}

describe('captures', () => {
  test.each([
    ['pcap', pcap({ order: 'big' })],
    ['pcap', pcap({ order: 'little' })],
    ['pcap', pcap({ order: 'big', nanoseconds: true })],
    ['pcap', pcap({ order: 'little', nanoseconds: true })],
    ['pcapng', pcapngBlocks('big').section()],
    ['pcapng', pcapngBlocks('little').section()],
  ])('%s %#', (format, bytes) => {
    expect(read(bytes, bytes.length)).toEqual({ format, message: undefined, offset: undefined });
  });
});

/** Enough behind the magic bytes that length is not what gives the file away. */
const tail = counting(200);

const REFUSED: [what: string, bytes: Uint8Array, says: RegExp][] = [
  ['Kuznetzov, big-endian', concat(hex('a1b2cd34'), tail), /Kuznetzov.*`editcap -F pcap`/],
  ['Kuznetzov, little-endian', concat(hex('34cdb2a1'), tail), /Kuznetzov.*`editcap -F pcap`/],
  ['snoop', concat(ascii('snoop\0\0\0'), tail), /Solaris snoop.*editcap/],
  ['Network Monitor 2', concat(ascii('GMBU'), tail), /Network Monitor.*editcap/],
  ['Network Monitor 1', concat(ascii('RTSS'), tail), /Network Monitor.*editcap/],
  ['xz', concat(hex('fd377a585a00'), tail), /compressed with xz.*`xz -dc FILE \| mywire -`/],
  ['bzip2', concat(ascii('BZh91AY'), tail), /compressed with bzip2.*`bzip2 -dc/],
  ['lz4', concat(hex('04224d18'), tail), /compressed with lz4.*`lz4 -dc/],
  ['zip', concat(ascii('PK\x03\x04'), tail), /a zip archive; unpack it first/],
  ['PNG', concat(hex('89504e47 0d0a1a0a'), tail), /a PNG image.*tcpdump -w/],
  ['ELF', concat(ascii('\x7fELF'), tail), /a program/],
  [
    'tcpdump text',
    ascii('12:34:56.789012 IP 10.0.0.1.40000 > 10.0.0.2.3306: Flags [S], seq 1, length 0\n'),
    /the text that tcpdump prints.*`tcpdump -w FILE`/,
  ],
  [
    'tcpdump -tttt text',
    ascii('2024-01-31 12:34:56.789012 IP 10.0.0.1.40000 > 10.0.0.2.3306: Flags [S]\n'),
    /the text that tcpdump prints/,
  ],
  [
    'tcpdump -tt text',
    ascii('1700000000.123456 IP6 ::1.40000 > ::1.3306: Flags [S]\n'),
    /the text that tcpdump prints/,
  ],
  [
    'tcpdump -t text',
    ascii('IP 10.0.0.1.40000 > 10.0.0.2.3306: Flags [S], seq 1, length 0\n'),
    /the text that tcpdump prints/,
  ],
  [
    'a hex dump of tcpdump -x',
    ascii('\t0x0000:  4500 003c 1c46 4000 4006 b1e6 ac10 0a63\n'),
    /the text that tcpdump prints/,
  ],
  [
    "tcpdump's first words",
    ascii('tcpdump: listening on any, link-type LINUX_SLL2 (Linux cooked v2)\n'),
    /the text that tcpdump prints/,
  ],
  [
    'anything else',
    concat(hex('00 01 02 03 04 05 06 07'), tail),
    /\(it starts with 00 01 02 03 04 05 06 07\); give a file written by `tcpdump -w`/,
  ],
  ['zeros', zeros(64), /\(it starts with 00 00 00 00 00 00 00 00\)/],
];

describe('what is not a capture is refused with advice', () => {
  test.each(REFUSED)('%s', (_, bytes, says) => {
    const { format, message, offset } = read(bytes, bytes.length);
    expect({ format, offset }).toEqual({ format: null, offset: 0 });
    expect(message).toMatch(/^not a (pcap or pcapng )?capture /);
    expect(message).toMatch(says);
  });

  test.each(REFUSED)('%s, in chunks of every size', (_, bytes) => {
    const whole = read(bytes, bytes.length);
    for (let size = 1; size < bytes.length; size++) expect(read(bytes, size)).toEqual(whole);
  });
});

describe('fewer than four bytes', () => {
  test('none', () => {
    const reader = new CaptureReader(() => {});
    reader.finish();
    expect(reader.fault).toMatchObject({
      message: 'an empty file (0 bytes), not a capture',
      offset: 0,
    });
  });

  test.each([
    [ascii('a'), 'it starts with 61)'],
    [hex('d4c3'), 'it starts with d4 c3)'],
    [hex('0a0d0d'), 'it starts with 0a 0d 0d)'],
    [hex('000000'), 'it starts with 00 00 00)'],
  ])('%o are named as they are', (bytes, says) => {
    for (const size of [1, bytes.length]) {
      const { message, offset } = read(bytes, size);
      expect(message).toContain(says);
      expect(offset).toBe(0);
    }
  });

  test('bytes after a refusal are ignored', () => {
    const reader = new CaptureReader(() => {});
    reader.push(ascii('hello world '.repeat(20)));
    expect(reader.fault).not.toBeNull();
    const { fault } = reader;
    reader.push(pcap({}));
    reader.finish();
    expect(reader.fault).toBe(fault);
    expect(reader.format).toBeNull();
  });
});
