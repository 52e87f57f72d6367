import { PCAP_KINDS, SECTION_HEADER, u32 } from './file-start.ts';
import { PcapFormat } from './pcap.ts';
import { PcapngFormat } from './pcapng.ts';
import type { CaptureFormat, CaptureRecord, RecordSink, SecretsSink } from './record.ts';

/** Bytes that tell any format apart. */
export const MAGIC_BYTES = 4;

/** Bytes that a refusal looks at to say what the file is instead. */
export const LOOK_BYTES = 1024;

const EDITCAP = 'convert it with `editcap -F pcap FILE out.pcap`';
const RECORD = 'give a file written by `tcpdump -w`';

/** What people pass by mistake: bytes at the start, or further on, and what the file is then. One line adds a kind. */
const MISTAKES: readonly (readonly [
  magic: readonly number[],
  what: string,
  advice: string,
  at?: number,
])[] = [
  [ascii('snoop\0\0\0'), 'a Solaris snoop capture', EDITCAP],
  [ascii('GMBU'), 'a Network Monitor capture', EDITCAP],
  [ascii('RTSS'), 'a Network Monitor capture', EDITCAP],
  [ascii('TRSNIFF data'), 'a Sniffer capture', EDITCAP],
  [ascii('XCP\0'), 'a Sniffer capture', EDITCAP],
  [ascii('ObserverPktBuffer'), 'an Observer capture', EDITCAP],
  [ascii('\x05VNF'), 'a Visual Networks capture', EDITCAP],
  [[0xaa, 0xaa, 0xaa, 0xaa], 'a 5View capture', EDITCAP],
  [ascii('+---------+------'), 'a K12 text file', EDITCAP],
  [ascii('btsnoop\0'), 'a Bluetooth capture, without IP', RECORD],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed with xz', 'unpack it with `xz -dc FILE | mywire -`'],
  [ascii('BZh'), 'compressed with bzip2', 'unpack it with `bzip2 -dc FILE | mywire -`'],
  [[0x04, 0x22, 0x4d, 0x18], 'compressed with lz4', 'unpack it with `lz4 -dc FILE | mywire -`'],
  [[0x1f, 0x9d], 'compressed with compress', 'unpack it with `gzip -dc FILE | mywire -`'],
  [ascii('PK\x03\x04'), 'a zip archive', 'unpack it with `unzip -p FILE | mywire -`'],
  [ascii('7z\xbc\xaf\x27\x1c'), 'a 7z archive', 'unpack it with `7z x -so FILE | mywire -`'],
  [ascii('Rar!'), 'a RAR archive', 'unpack it with `unrar p -inul FILE | mywire -`'],
  [ascii('ustar'), 'a tar archive', 'unpack it with `tar -xOf FILE | mywire -`', 257],
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG image', RECORD],
  [ascii('\x7fELF'), 'a program', RECORD],
];

const HEX_LINES =
  "sed -nE '/^\\s+0x/{s/^\\s+0x(....): +(([0-9a-f]{2,4} )*[0-9a-f]{2,4}).*/\\1 \\2/;s/ (..)(..)/ \\1 \\2/g;p}' FILE | text2pcap";
const AGAIN = 'record the packets themselves with `-w FILE`';

/** The same of text, in the order in which it is looked for. */
const TEXTS: readonly (readonly [start: RegExp, what: string, advice: string])[] = [
  // Of a capture file, whose magic number the first line has.
  [
    /^0{8}: (d4c3 b2a1|a1b2 c3d4|0a0d 0d0a|4d3c b2a1|a1b2 3c4d)/,
    'a hex dump of a capture file',
    'make it a file again: `xxd -r FILE | mywire -`',
  ],
  [
    /^0{7,8} +(d4 c3 b2 a1|a1 b2 c3 d4|0a 0d 0d 0a|4d 3c b2 a1|a1 b2 3c 4d)/,
    'a hex dump of a capture file',
    "make it a file again: `sed 's/^[0-9a-f]* *//;s/|.*//' FILE | xxd -r -p | mywire -`",
  ],
  [
    /^(.*\n)?\s+0x0000: {2}[46]/,
    'the hex dump that tcpdump prints',
    `make it a capture, without its times: \`${HEX_LINES} -l 101 - out.pcap\``,
  ],
  [
    /^(.*\n)?\s+0x0000: {2}/,
    'the hex dump that tcpdump prints',
    `make it a capture, without its times: \`${HEX_LINES} - out.pcap\``,
  ],
  [
    /^(.*\n)?(\n)?0{3,8}:? {1,2}[0-9a-f]{2} ?[0-9a-f]{2} /i,
    'a hex dump, as tshark -x prints it',
    'make it a capture, without its times: `text2pcap FILE out.pcap`',
  ],
  [
    // A time of day, a date or a packet first, or a line of its hex dump.
    /^(\d\d\d\d-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d+ |^\d{10}\.\d+ |^IP6? \S+ > |^\s*0x[0-9a-f]{4}: {2}|^tcpdump: /,
    'the text that tcpdump prints',
    'record the packets themselves with `tcpdump -w FILE`',
  ],
  [
    /^\s*\d+ +\d+\.\d+ .+(→|\xe2\x86\x92|->) |^Frame \d+: \d+ bytes/,
    'the text that tshark prints',
    AGAIN,
  ],
  [/^[[{]\s*({\s*)?("index":\s*{)?\s*"_index":\s*"packets-/, 'the JSON that tshark prints', AGAIN],
  [/^{"schema":"mywire\//, 'what mywire itself prints', 'give the capture that it was made of'],
  [/^\s*{\s*"log":\s*{/, "a browser's HTTP archive (HAR), without packets", RECORD],
  [
    /^(<\?xml[^>]*>\s*)?(<\?[^>]*>\s*)?(<!--[^>]*-->\s*)?<p[ds]ml/,
    'the XML that tshark prints',
    AGAIN,
  ],
  [/^\s*[[{]\s*["{[]/, 'JSON', RECORD],
  [/^\s*<(\?xml|!doctype|html)/i, 'XML or HTML', RECORD],
  [/NetScaler/, 'a NetScaler trace', 'record it anew as `start nstrace -traceformat PCAP`'],
];

/** The format by magic bytes, or null where they are no capture's; it fills `record` for the sink. */
export function detectFormat(
  head: Uint8Array,
  record: CaptureRecord,
  sink: RecordSink,
  onSecrets: SecretsSink,
): CaptureFormat | null {
  const magic = u32(head, 0);
  if (magic === SECTION_HEADER) return new PcapngFormat(record, sink, onSecrets);
  const kind = PCAP_KINDS.get(magic);
  return kind === undefined ? null : new PcapFormat(kind, record, sink);
}

/** Says what bytes are that are no capture. */
export function refusal(bytes: Uint8Array): string {
  const head = bytes.subarray(0, LOOK_BYTES);
  for (const [magic, what, advice, at = 0] of MISTAKES) {
    if (magic.every((byte, i) => head[at + i] === byte)) {
      return `not a pcap or pcapng capture but ${what}; ${advice}`;
    }
  }
  const text = String.fromCharCode(...head);
  for (const [start, what, advice] of TEXTS) {
    if (start.test(text)) return `not a capture but ${what}; ${advice}`;
  }
  if (isErf(head)) return `not a pcap or pcapng capture but an Endace ERF capture; ${EDITCAP}`;
  if (isEtl(head)) {
    return 'not a pcap or pcapng capture but a Windows event trace (ETL); convert it with `etl2pcapng FILE out.pcapng`';
  }
  const start = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `not a pcap or pcapng capture (it starts with ${start.join(' ')}); give a file written by \`tcpdump -w\`, dumpcap or Wireshark`;
}

/** Types of ERF records that there are. */
const MAX_ERF_TYPE = 48;

/** Two records, of whole words of 8 bytes: u64 time  u8 type, and whether it has extensions  u8 flags  u16 length … */
function isErf(head: Uint8Array): boolean {
  const isRecord = (at: number) => {
    const type = head[at + 8]! & 0x7f;
    return type > 0 && type <= MAX_ERF_TYPE && lengthAt(at) > 16 && lengthAt(at) % 8 === 0;
  };
  const lengthAt = (at: number) => (head[at + 10]! << 8) | head[at + 11]!;
  return isRecord(0) && isRecord(lengthAt(0));
}

/** A buffer's header of 72 bytes, then the system's: u16 version  u8 type 1 or 2  u8 flags c0 */
function isEtl(head: Uint8Array): boolean {
  return (head[74] === 1 || head[74] === 2) && head[75] === 0xc0;
}

function ascii(text: string): number[] {
  return [...text].map((c) => c.charCodeAt(0));
}
