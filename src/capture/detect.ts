import { PcapFormat } from './pcap.ts';
import { PcapngFormat } from './pcapng.ts';
import { CaptureFault, type CaptureFormat, type RecordSink, type SecretsSink } from './record.ts';

/** Bytes that tell any format apart. */
export const MAGIC_BYTES = 4;

/** Bytes that a refusal looks at to say what the file is instead. */
export const LOOK_BYTES = 64;

type MakeFormat = (sink: RecordSink, onSecrets: SecretsSink) => CaptureFormat;

/** By the file's first four bytes, read as a big-endian number. */
const FORMATS = new Map<number, MakeFormat>([
  [0xa1b2c3d4, (sink) => new PcapFormat(false, 6, sink)],
  [0xd4c3b2a1, (sink) => new PcapFormat(true, 6, sink)],
  [0xa1b23c4d, (sink) => new PcapFormat(false, 9, sink)],
  [0x4d3cb2a1, (sink) => new PcapFormat(true, 9, sink)],
  [0x0a0d0d0a, (sink, onSecrets) => new PcapngFormat(sink, onSecrets)],
]);

/** What people pass by mistake: the first bytes, and what the file is then. */
const MISTAKES: [magic: number[], what: string, advice: string][] = [
  [
    [0xa1, 0xb2, 0xcd, 0x34],
    "a capture in Kuznetzov's modified pcap format",
    'convert it with `editcap -F pcap`',
  ],
  [
    [0x34, 0xcd, 0xb2, 0xa1],
    "a capture in Kuznetzov's modified pcap format",
    'convert it with `editcap -F pcap`',
  ],
  [ascii('snoop\0\0\0'), 'a Solaris snoop capture', 'convert it with `editcap -F pcap`'],
  [ascii('GMBU'), 'a Network Monitor capture', 'convert it with `editcap -F pcap`'],
  [ascii('RTSS'), 'a Network Monitor capture', 'convert it with `editcap -F pcap`'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed with xz', 'unpack it with `xz -dc FILE | mywire -`'],
  [ascii('BZh'), 'compressed with bzip2', 'unpack it with `bzip2 -dc FILE | mywire -`'],
  [[0x04, 0x22, 0x4d, 0x18], 'compressed with lz4', 'unpack it with `lz4 -dc FILE | mywire -`'],
  [ascii('PK\x03\x04'), 'a zip archive', 'unpack it first'],
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG image', 'give a file written by `tcpdump -w`'],
  [ascii('\x7fELF'), 'a program', 'give a file written by `tcpdump -w`'],
];

/** The lines tcpdump prints: a time of day, a date or a packet first, or a line of its hex dump. */
const TCPDUMP_TEXT =
  /^(\d\d\d\d-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d+ |^\d{10}\.\d+ |^IP6? \S+ > |^\s*0x[0-9a-f]{4}: {2}|^tcpdump: /;

/** The format by magic bytes, or null where they are no capture's. */
export function detectFormat(
  head: Uint8Array,
  sink: RecordSink,
  onSecrets: SecretsSink,
): CaptureFormat | null {
  const make = FORMATS.get(
    ((head[0]! << 24) | (head[1]! << 16) | (head[2]! << 8) | head[3]!) >>> 0,
  );
  return make === undefined ? null : make(sink, onSecrets);
}

/** Says what bytes are that are no capture. */
export function refusal(bytes: Uint8Array): CaptureFault {
  return new CaptureFault(describe(bytes.subarray(0, LOOK_BYTES)), 0);
}

function describe(head: Uint8Array): string {
  for (const [magic, what, advice] of MISTAKES) {
    if (magic.every((byte, i) => head[i] === byte)) {
      return `not a pcap or pcapng capture but ${what}; ${advice}`;
    }
  }
  const text = String.fromCharCode(...head);
  if (TCPDUMP_TEXT.test(text)) {
    return 'not a capture but the text that tcpdump prints; record the packets themselves with `tcpdump -w FILE`';
  }
  const start = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `not a pcap or pcapng capture (it starts with ${start.join(' ')}); give a file written by \`tcpdump -w\`, dumpcap or Wireshark`;
}

function ascii(text: string): number[] {
  return [...text].map((c) => c.charCodeAt(0));
}
