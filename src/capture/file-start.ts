/** A kind of classic pcap, by what its magic number says. */
export interface PcapKind {
  readonly littleEndian: boolean;
  readonly digits: 6 | 9;
  readonly headerBytes: number;
  /** Bytes behind the 16 of a record's header: the usual, and others that the first records may show instead. */
  readonly extras: readonly number[];
}

const HEADER_BYTES = 24;
/** Nokia's and Red Hat 6.1's software writes the usual magic number. */
const USUAL = [0, 8, 4];
/** Kuznetzov's patches, of which SuSE 6.3 has another: interface, protocol, packet type (processors). */
const PATCHED = [8, 12];

const kinds: readonly (readonly [magic: number, kind: Omit<PcapKind, 'littleEndian'>])[] = [
  [0xa1b2c3d4, { digits: 6, headerBytes: HEADER_BYTES, extras: USUAL }],
  [0xa1b23c4d, { digits: 9, headerBytes: HEADER_BYTES, extras: [0] }],
  [0xa1b2cd34, { digits: 6, headerBytes: HEADER_BYTES, extras: PATCHED }],
  // Navtel's
  [0xa12b3c4d, { digits: 9, headerBytes: HEADER_BYTES, extras: [0] }],
  // Ixia's, of hardware and of software: u32 bytes of all records
  [0x1c0001ac, { digits: 9, headerBytes: HEADER_BYTES + 4, extras: [0] }],
  [0x1c0001ab, { digits: 6, headerBytes: HEADER_BYTES + 4, extras: [0] }],
];

/** By the file's first four bytes, read as a big-endian number. */
export const PCAP_KINDS: ReadonlyMap<number, PcapKind> = new Map(
  kinds.flatMap(([magic, kind]): [number, PcapKind][] => [
    [magic, { ...kind, littleEndian: false }],
    [swapped(magic), { ...kind, littleEndian: true }],
  ]),
);

/** The type of a pcapng section's header; it reads the same in both byte orders. */
export const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** The fewest bytes that show that a file starts. */
export const FILE_START_BYTES = 12;

/** Whether what begins at `at` looks like another file: its magic number, and what must stand behind it. */
export function isFileStart(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < FILE_START_BYTES) return false;
  const magic = u32(bytes, at);
  if (magic === SECTION_HEADER) {
    const order = u32(bytes, at + 8);
    return order === BYTE_ORDER_MAGIC || order === swapped(BYTE_ORDER_MAGIC);
  }
  const kind = PCAP_KINDS.get(magic);
  // u16 major  u16 minor: 2.4, and 2.2 and 2.3 before it
  const [major, minor] = kind?.littleEndian ? [at + 4, at + 6] : [at + 5, at + 7];
  return kind !== undefined && bytes[major] === 2 && bytes[minor]! <= 4;
}

export function u32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  );
}

function swapped(number: number): number {
  return (
    ((number << 24) | ((number & 0xff00) << 8) | ((number >>> 8) & 0xff00) | (number >>> 24)) >>> 0
  );
}
