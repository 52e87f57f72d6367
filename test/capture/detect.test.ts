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

const erfRecord = concat(zeros(8), hex('02 04 0020 0000 000e'), zeros(16));

const REFUSED: [what: string, bytes: Uint8Array, says: RegExp][] = [
  ['snoop', concat(ascii('snoop\0\0\0'), tail), /Solaris snoop.*editcap/],
  ['Network Monitor 2', concat(ascii('GMBU'), tail), /Network Monitor.*editcap/],
  ['Network Monitor 1', concat(ascii('RTSS'), tail), /Network Monitor.*editcap/],
  ['xz', concat(hex('fd377a585a00'), tail), /compressed with xz.*`xz -dc FILE \| mywire -`/],
  ['bzip2', concat(ascii('BZh91AY'), tail), /compressed with bzip2.*`bzip2 -dc/],
  ['lz4', concat(hex('04224d18'), tail), /compressed with lz4.*`lz4 -dc/],
  ['zip', concat(ascii('PK\x03\x04'), tail), /a zip archive; unpack it with `unzip -p FILE/],
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
    /the hex dump that tcpdump prints; .*text2pcap -l 101 - out\.pcap`$/,
  ],
  [
    'a hex dump of tcpdump -xx, behind the packet',
    ascii('12:34:56.789012 IP 10.0.0.1.4 > 10.0.0.2.3: Flags [S]\n\t0x0000:  0200 0000 0002\n'),
    /the hex dump that tcpdump prints; .*text2pcap - out\.pcap`$/,
  ],
  [
    'a hex dump of tshark -x',
    ascii('0000  00 00 00 00 00 00 00 00 00 00 00 00 08 00 45 00   ..............E.\n'),
    /a hex dump, as tshark -x prints it; .*`text2pcap FILE out\.pcap`/,
  ],
  [
    'xxd of a capture',
    ascii('00000000: d4c3 b2a1 0200 0400 0000 0000 0000 0000  ................\n'),
    /a hex dump of a capture file; make it a file again: `xxd -r FILE \| mywire -`/,
  ],
  [
    'hexdump -C of a pcapng',
    ascii('00000000  0a 0d 0d 0a 1c 00 00 00  4d 3c 2b 1a 01 00 00 00  |........M<+.....|\n'),
    /a hex dump of a capture file; .*xxd -r -p \| mywire -`/,
  ],
  [
    'tshark text',
    ascii('    1   0.000000    127.0.0.1 -> 127.0.0.1    TCP 74 35168\n'),
    /the text that tshark prints/,
  ],
  ['tshark -V', ascii('Frame 1: 74 bytes on wire (592 bits)\n'), /the text that tshark prints/],
  [
    'tshark -T json',
    ascii('[\n  {\n    "_index": "packets-2026-11-21",\n'),
    /the JSON that tshark prints/,
  ],
  [
    'tshark -T ek',
    ascii('{"index":{"_index":"packets-2026-11-21"}}\n'),
    /the JSON that tshark prints/,
  ],
  [
    'tshark -T pdml',
    ascii('<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?>\n<!-- a -->\n<pdml>'),
    /the XML that tshark prints/,
  ],
  ['our own JSON', ascii('{"schema":"mywire/check/1","check":['), /what mywire itself prints/],
  ['HAR', ascii('{\n  "log": {\n    "version": "1.2"'), /HTTP archive \(HAR\)/],
  ['other JSON', ascii('{"a": 1}'), /capture but JSON/],
  [
    'tar',
    concat(ascii('mysql.pcap'), zeros(247), ascii('ustar\0'), tail),
    /a tar archive.*`tar -xOf FILE \| mywire -`/,
  ],
  ['7z', concat(hex('377abcaf271c'), tail), /a 7z archive/],
  ['ERF', concat(erfRecord, erfRecord), /an Endace ERF capture.*editcap/],
  ['ETL', concat(zeros(72), hex('020002c0'), tail), /a Windows event trace \(ETL\).*`etl2pcapng/],
  [
    'NetScaler',
    concat(hex('0100'), ascii('NetScaler V30 Performance Data'), tail),
    /a NetScaler trace/,
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
    for (let size = 1; size < bytes.length; size += 1 + (size >> 4))
      expect(read(bytes, size)).toEqual(whole);
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
    reader.finish();
    expect(reader.fault).not.toBeNull();
    const { fault } = reader;
    reader.push(pcap({}));
    reader.finish();
    expect(reader.fault).toBe(fault);
    expect(reader.format).toBeNull();
  });
});
